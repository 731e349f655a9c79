// Asking: the answer arrives sentence by sentence, each with markers that open its source.

import { Problem, call, events } from "./api.js";
import { el, notice, say } from "./dom.js";

const form = document.querySelector("[data-ask]");

if (form) {
  const box = form.elements.message;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.dataset.busy && box.value.trim()) ask(box.value.trim());
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  for (const example of document.querySelectorAll("[data-example]")) {
    example.addEventListener("click", () => {
      box.value = example.textContent.trim();
      form.requestSubmit();
    });
  }
}
