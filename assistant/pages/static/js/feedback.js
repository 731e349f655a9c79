// What the reader says of an answer: pressed again it is taken back; words are asked for afterwards.

import { call } from "./api.js";
import { el, say } from "./dom.js";

const VERDICTS = [["right", "Right"], ["wrong", "Wrong"], ["source_wrong", "Wrong source"]];
const SAID = { right: "Kept: right.", wrong: "Kept: wrong.", source_wrong: "Kept: wrong source." };

// The same form as templates/_answer.html makes for a kept answer.
export function feedback(talk, position) {
  const form = el("form", {
    class: "row feedback", "data-feedback": `/api/v1/conversations/${talk}/turns/${position}/feedback`,
  }, ...VERDICTS.map(([verdict, words]) => el(
    "button", { class: "small quiet", "data-verdict": verdict, "aria-pressed": "false" }, words,
  )));
  attend(form);
  return form;
}

export function attend(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const pressed = form.querySelector("[data-verdict][aria-pressed=true]");
    const asked = event.submitter?.dataset.verdict;
    const verdict = asked ?? pressed?.dataset.verdict;
    if (!verdict) return;
    try {
      if (asked && pressed === event.submitter) {
        await call("DELETE", form.dataset.feedback);
        show(form, null);
        say("Taken back.");
      } else {
        const words = form.elements.reason?.value ?? "";
        await call("PUT", form.dataset.feedback, { body: { verdict, words } });
        show(form, verdict);
        say(SAID[verdict]);
      }
    } catch (problem) {
      say(problem.message);
    }
  });
}

function show(form, verdict) {
  for (const button of form.querySelectorAll("[data-verdict]")) {
    button.setAttribute("aria-pressed", String(button.dataset.verdict === verdict));
  }
  const why = form.querySelector(".why-wrong");
  if (!verdict) why?.remove();
  else if (!why) form.append(words());
  else why.querySelector("button").textContent = "Kept";
}

function words() {
  return el("span", { class: "row why-wrong" },
    el("input", { name: "reason", maxlength: "2000", "aria-label": "In your words, if you like",
      placeholder: "In your words, if you like" }),
    el("button", { class: "small" }, "Keep"));
}
