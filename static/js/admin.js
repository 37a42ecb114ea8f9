// Comforts of the admin's forms. Without this script they ask and refuse the same.

"use strict";

{
  // What german.slug() does on the server. Django's own drops the dots: "ubersee".
  const spelled = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };
  const slug = (text, length) =>
    text
      .normalize("NFC")
      .toLowerCase()
      .replace(/[äöüß]/g, (letter) => spelled[letter])
      .normalize("NFKD")
      .replace(/[^a-z0-9_\s-]/g, "")
      .trim()
      .replace(/[-\s]+/g, "-")
      .slice(0, length)
      .replace(/^[-_]+|[-_]+$/g, "");

  // How many words a quotation has, counted as the server counts them.
  const wordsOf = (text) => text.replace(/\s*[\r\n]+\s*/g, " ").trim().split(/\s+/).filter(Boolean);

  const count = (field) => {
    const limit = Number(field.dataset.maxWords);
    const number = wordsOf(field.value).length;
    const output = field.nextElementSibling;
    const isOver = number > limit;
    output.textContent = `${number} von höchstens ${limit} Wörtern`;
    output.classList.toggle("is-over", isOver);
    // Read out only what has to be mended: not every word.
    output.setAttribute("aria-live", isOver ? "polite" : "off");
  };

  const showCounts = (container) => {
    for (const field of container.querySelectorAll("[data-max-words]")) {
      // Rows are copied from an empty one, which stays as it came.
      if (!field.closest(".empty-form")) {
        const output = document.createElement("p");
        output.className = "word-count";
        field.after(output);
        field.addEventListener("input", () => count(field));
        count(field);
      }
    }
  };

  // Select2 puts a field of its own in place of a select and forgets its label.
  const nameSelects = (container) => {
    for (const select of container.querySelectorAll("select.select2-hidden-accessible")) {
      const name = select.getAttribute("aria-label") ?? select.labels[0]?.textContent ?? "";
      const field = select.nextElementSibling.querySelector(".select2-selection");
      const value = field.querySelector(".select2-selection__rendered");
      field.id = `${select.id}_field`;
      field.setAttribute("aria-label", name);
      field.setAttribute("aria-labelledby", `${field.id} ${value.id}`);
      value.removeAttribute("role");
      value.removeAttribute("aria-readonly");
      field.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
    }
  };

  // On a phone each field of a row stands in a line of its own, below what its column is called.
  const labelCells = () => {
    for (const table of document.querySelectorAll(".inline-group .tabular table")) {
      const names = Array.from(table.tHead.rows[0].cells, (head) => head.textContent.trim());
      for (const cell of table.tBodies[0].querySelectorAll("td[class*='field-']")) {
        cell.dataset.label = names[cell.cellIndex];
      }
      table.classList.add("has-labels");
    }
  };

  // At the reading desk, words that are marked become the passage: what the page has of them, letter
  // for letter, and not what the clipboard would make of it.
  const takePassage = () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const start = range.startContainer.parentElement?.closest("[data-paragraph]");
    if (!start?.contains(range.endContainer)) return;
    const words = range.toString().trim();
    const form = document.getElementById("angabe");
    const fill = (name, value) => {
      const field = form.querySelector(name);
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    fill("[name=paragraph]", start.dataset.paragraph);
    fill("[name=quote]", words);
    form.querySelector("[role=status]").textContent =
      `Absatz ${start.dataset.paragraph}: „${words}“ (${wordsOf(words).length} von höchstens 12 Wörtern)`;
  };

  const help = (container) => {
    showCounts(container);
    // After Select2, which waits for the same events.
    setTimeout(() => nameSelects(container), 100);
  };

  document.addEventListener("DOMContentLoaded", () => {
    // Its script may come after this one.
    window.URLify = slug;
    labelCells();
    help(document);
    if (document.querySelector("[data-paragraph]") && document.getElementById("angabe")) {
      for (const event of ["mouseup", "keyup", "touchend"]) {
        document.addEventListener(event, takePassage);
      }
    }
  });
  document.addEventListener("formset:added", (event) => help(event.target));
}
