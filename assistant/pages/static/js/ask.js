// Asking: the question goes out, the answer comes back sentence by sentence.

import { Answer, toggle } from "./answer.js";
import { call, events } from "./api.js";
import { say } from "./dom.js";
import { attend } from "./feedback.js";

const form = document.querySelector("[data-ask]");
const OUTCOMES = {
  answered: "Answered.", partial: "Answered in part.", abstained: "No record answers this.",
  ambiguous: "Please choose which is meant.", refused: "Not answered.",
};

if (form) begin();

function begin() {
  const box = form.elements.message;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = box.value.trim();
    if (question && !form.hasAttribute("data-busy")) ask(question);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  for (const example of document.querySelectorAll("[data-example]")) {
    example.addEventListener("click", () => ask(example.textContent.trim()));
  }
  keptSources();
  for (const form of document.querySelectorAll("[data-feedback]")) attend(form);
  for (const choices of document.querySelectorAll("[data-choices]")) {
    choices.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(event.submitter.value);
    });
  }
}

// In kept answers the markers are links into the list of sources; here they open in place.
function keptSources() {
  for (const list of document.querySelectorAll("[data-exchange] .sources")) list.open = false;
  for (const marker of document.querySelectorAll("a[data-cite]")) {
    const source = document.getElementById(marker.hash.slice(1));
    marker.setAttribute("role", "button");
    marker.setAttribute("aria-expanded", "false");
    marker.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        marker.click();
      }
    });
    marker.addEventListener("click", (event) => {
      event.preventDefault();
      toggle(marker, () => {
        const copy = Object.assign(document.createElement("div"), { className: "source" });
        copy.dataset.record = source.dataset.record;
        copy.append(...source.cloneNode(true).childNodes);
        return copy;
      });
    });
  }
  for (const marker of document.querySelectorAll("a[data-all]")) {
    marker.addEventListener("click", () => { document.getElementById(marker.hash.slice(1)).open = true; });
  }
}

async function ask(question) {
  const answer = new Answer(question);
  const place = document.querySelector("[data-exchanges]");
  form.setAttribute("data-busy", "");
  form.querySelector("button").disabled = true;
  document.querySelector(".examples")?.remove();
  place.append(answer.element);
  answer.element.scrollIntoView({ block: "nearest" });
  try {
    await stream(question, answer);
    form.elements.message.value = "";
  } catch (problem) {
    answer.fail(problem.message);
    say(problem.message);
  } finally {
    form.removeAttribute("data-busy");
    form.querySelector("button").disabled = false;
    form.elements.message.focus({ preventScroll: true });
  }
}

async function stream(question, answer) {
  const body = { message: question };
  const conversation = form.elements.conversation_id?.value;
  if (conversation) body.conversation_id = conversation;
  if (form.dataset.scope) body.scope = { account_id: form.dataset.scope };
  const reply = await call("POST", "/api/v1/chat", { body, accept: "text/event-stream" });
  let ended = false;
  for await (const { event, data } of events(reply)) {
    if (event === "plan") answer.plan(data);
    else if (event === "sentence") answer.sentence(data);
    else if (event === "suggestion") answer.suggestion(data);
    else if (event === "error") throw new Error(data.detail ?? "The answer broke off. Ask again.");
    else if (event === "done") {
      ended = true;
      answer.done(data, (option) => ask(option.name));
      remember(data.conversation_id);
      say(OUTCOMES[data.status] ?? "");
    }
  }
  if (!ended) throw new Error("The answer broke off before its end. Ask again.");
}

// The next question belongs to the same conversation; on the chat page the address says so too.
function remember(conversation) {
  if (!conversation) return;
  let kept = form.elements.conversation_id;
  if (!kept) {
    kept = Object.assign(document.createElement("input"), { type: "hidden", name: "conversation_id" });
    form.append(kept);
  }
  kept.value = conversation;
  if (location.pathname.startsWith("/chat")) history.replaceState(null, "", `/chat/${conversation}`);
}
