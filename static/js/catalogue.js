// Comfort only: every page works without this file.
"use strict";

// A filter form shows what is found as soon as a box is ticked, and the page stays where it is: the
// list is asked for with the new choice, and its parts take the place of those that are here.
// Typed text waits for a button or the Enter key.
for (const form of document.querySelectorAll(".filter-form")) {
  const found = form.querySelector("[data-found]");
  const boxes = () => form.querySelectorAll("input[type=checkbox]");
  const chosen = () => {
    const url = new URL(form.action);
    url.search = new URLSearchParams(new FormData(form));
    return url.href;
  };
  let shown = chosen();
  let asking;
  let answered = Promise.resolve();

  const sayFound = (said) => {
    found.dataset.found = said;
    found.querySelector(".kern-label").textContent = said;
  };
  sayFound(found.dataset.found);
  form.classList.add("filter-form--live");

  const replace = (fresh) => {
    for (const box of boxes()) {
      const other = fresh.getElementById(box.id);
      box.checked = other.checked;
      // What has the focus keeps it, even where it finds nothing any more.
      box.disabled = other.disabled && box !== document.activeElement;
      const label = `label[for="${CSS.escape(box.id)}"]`;
      form.querySelector(label).replaceWith(fresh.querySelector(label));
    }
    for (const part of document.querySelectorAll("[data-part]")) {
      part.replaceWith(fresh.querySelector(`[data-part="${part.dataset.part}"]`));
    }
    const { q } = form.elements;
    if (q !== document.activeElement) q.value = fresh.getElementById(q.id).value;
    document.title = fresh.title;
    sayFound(fresh.querySelector("[data-found]").dataset.found);
    form.querySelector("[role=status]").textContent =
      document.getElementById("ergebnis").textContent;
  };

  // Resolves when the list at the address is shown, or when another one was asked for since. The
  // page has that address no earlier than its content.
  const show = async (url, arrive = () => {}) => {
    shown = url;
    asking?.abort();
    asking = new AbortController();
    let fresh;
    try {
      const answer = await fetch(url, { signal: asking.signal });
      fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
      return;
    }
    // Other data, or no list: the browser shows what there is.
    if (![...boxes()].every((box) => fresh.getElementById(box.id))) {
      location.assign(url);
      return;
    }
    arrive();
    const still = form.contains(document.activeElement) ? document.activeElement : form;
    const place = still.getBoundingClientRect().top;
    replace(fresh);
    scrollBy(0, still.getBoundingClientRect().top - place);
  };

  const showChosen = () => {
    const url = chosen();
    if (url === shown) return;
    answered = show(url, () => history.pushState(null, "", url));
  };

  // An empty search field stays out of the address.
  form.addEventListener("formdata", ({ formData }) => {
    if (!formData.get("q")) formData.delete("q");
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=checkbox]")) showChosen();
  });
  form.addEventListener("submit", async (event) => {
    if (event.submitter !== found) return;
    event.preventDefault();
    showChosen();
    await answered;
    form.querySelector(".filter__fold").open = false;
    const result = document.getElementById("ergebnis");
    result.scrollIntoView();
    result.focus({ preventScroll: true });
  });
  addEventListener("popstate", () => {
    // A step to another place of this page is none to another list.
    if (location.search !== new URL(shown).search) answered = show(location.href);
  });
}

// <button data-copy="text" hidden>: copies its text, shown only where copying works.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  const label = button.querySelector(".kern-label") ?? button;
  const idle = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = "Kopiert";
    setTimeout(() => { label.textContent = idle; }, 2000);
  });
}
