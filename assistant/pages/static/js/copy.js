// Copies a field for the clipboard; where the browser forbids that, it is selected to be copied.

import { say } from "./dom.js";

export function offerCopies() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      const label = button.textContent;
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        field.select();
        say("It is selected: copy it with your browser.");
        return;
      }
      button.textContent = "Copied";
      say("Copied.");
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  }
}
