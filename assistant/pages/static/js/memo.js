// The memo is kept without leaving the page; without this script its form does the same.

import { Problem, call } from "./api.js";

const text = document.getElementById("memo-text");

// Is there something typed that was not kept yet?
export function unkeptMemo() {
  return Boolean(text) && text.value.trim() !== text.defaultValue.trim();
}

export function keepMemo() {
  const form = document.getElementById("memo-form");
  if (!form) return;
  const place = document.querySelector("[data-memo-state]");
  let queue = Promise.resolve();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    queue = queue.then(keep);
  });
  text.addEventListener("change", () => form.requestSubmit());

  async function keep() {
    if (!unkeptMemo()) return;
    const kept = text.value;
    place.textContent = "Saving…";
    try {
      const body = { text: kept.trim() };
      const reply = await call("PUT", form.dataset.path, { body, version: Number(form.elements.version.value) });
      form.elements.version.value = (await reply.json()).version;
      text.defaultValue = kept;
      place.textContent = "Saved.";
      document.querySelector("[data-memo-whose]").textContent = "Your own words; no evidence";
    } catch (problem) {
      place.textContent = problem instanceof Problem && problem.status === 412
        ? "Somebody saved this memo meanwhile. Copy your words, then load the page again."
        : problem.message;
    }
  }
}
