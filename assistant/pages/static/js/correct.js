// Correcting a transcript: only what was changed is sent, and a mistake does not cost the typing.

import { Problem, call } from "./api.js";
import { el, notice, say } from "./dom.js";
import { followEvidence } from "./evidence.js";

const form = document.querySelector("[data-correct]");
const names = [...form.querySelectorAll("[data-speaker]")];
const turns = [...form.querySelectorAll("[data-turn]")].map((turn) => ({
  number: Number(turn.dataset.turn),
  words: turn.querySelector("textarea"),
  who: turn.querySelector("select"),
  spoke: turn.querySelector("select").value,
}));
const tally = form.querySelector("[data-tally]");
const save = form.querySelector("button.primary");
let leaving = false;

followEvidence();
offerToSwap(form.querySelector("[data-swap]"));
form.addEventListener("input", count);
form.addEventListener("change", count);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  keep();
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.target.matches("input, textarea")) {
    // A turn is one line, and Enter in a field must not end the work.
    event.preventDefault();
  }
});
addEventListener("beforeunload", (event) => {
  if (!leaving && changes().count) event.preventDefault();
});

function changes() {
  const speakers = {};
  for (const name of names) {
    const said = tidy(name.value);
    if (said !== name.dataset.speaker) speakers[name.dataset.speaker] = said;
  }
  const changed = [];
  for (const { number, words, who, spoke } of turns) {
    const turn = { turn: number };
    if (tidy(words.value) !== tidy(words.defaultValue)) turn.text = tidy(words.value);
    if (who.value !== spoke) turn.speaker = tidy(names[Number(who.value)].value);
    if (Object.keys(turn).length > 1) changed.push(turn);
  }
  return { speakers, turns: changed, count: changed.length + Object.keys(speakers).length };
}

function tidy(text) {
  return text.replace(/\s+/g, " ").trim();
}

function count() {
  const { count: number } = changes();
  const removed = turns.filter(({ words }) => !tidy(words.value)).length;
  tally.textContent = number === 0 ? "Nothing is kept until you save."
    : `${number === 1 ? "1 correction" : `${number} corrections`} to save.${removed ? ` ${removed === 1 ? "1 turn" : `${removed} turns`} will be removed.` : ""}`;
}

// The speakers' choices stay by number, so a swap of names is a swap in all their turns.
function offerToSwap(row) {
  if (!row) return;
  row.hidden = false;
  const [one, other] = row.querySelectorAll("select");
  row.querySelector("button").addEventListener("click", () => {
    const [first, second] = [names[Number(one.value)], names[Number(other.value)]];
    if (first === second) {
      say("Choose two speakers to swap.");
      return;
    }
    [first.value, second.value] = [second.value, first.value];
    count();
    say(`Swapped: ${first.dataset.speaker || "Speaker unknown"} is now ${first.value || "unknown"}, and the other way round.`);
  });
}

async function keep() {
  form.querySelector(".notice")?.remove();
  const { speakers, turns: changed, count: number } = changes();
  if (!number) {
    say("Nothing was changed.");
    return;
  }
  const body = { speakers, turns: changed, reason: form.elements.reason.value.trim() || null };
  save.disabled = true;
  try {
    await call("PATCH", `/api/v1/calls/${form.dataset.correct}/transcript`, { body, version: form.dataset.version });
    leaving = true;
    location.assign(`/calls/${form.dataset.correct}?done=corrected`);
  } catch (error) {
    save.disabled = false;
    fail(error);
  }
}

function fail(error) {
  if (!(error instanceof Problem)) throw error;
  const stale = error.status === 412;
  const text = stale ? "Somebody corrected this transcript while you had it open. What you typed is still here. " : error.message;
  const newest = stale ? el("a", { href: location.pathname, target: "_blank", rel: "noopener" }, "See how it reads now") : null;
  const told = notice("bad", text, newest);
  told.tabIndex = -1;
  form.querySelector(".sign").before(told);
  told.focus();
}
