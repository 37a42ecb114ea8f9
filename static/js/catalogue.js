// Comfort only: every page works without this file.
"use strict";

// A filter form sends itself as soon as a box is ticked; its button stays for keyboards that
// leave the form by it. Typed text waits for the button or the Enter key.
for (const form of document.querySelectorAll(".filter-form")) {
  form.querySelector("[data-instant]")?.removeAttribute("hidden");
  // An empty search field stays out of the address.
  form.addEventListener("formdata", ({ formData }) => {
    if (!formData.get("q")) formData.delete("q");
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=checkbox]")) {
      sessionStorage.setItem("focus", event.target.id);
      form.requestSubmit();
    }
  });
}

// After such a reload the focus returns to the control that caused it.
const returning = sessionStorage.getItem("focus");
if (returning) {
  sessionStorage.removeItem("focus");
  const control = document.getElementById(returning);
  for (let fold = control?.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  control?.focus({ preventScroll: true });
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
