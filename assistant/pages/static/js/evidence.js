// Evidence of a note: a marker lights the turns that prove a line, marks the words, plays the seconds.

import { el, say } from "./dom.js";

const turns = document.querySelector("[data-turns]");
const audio = document.querySelector("[data-audio]");
const ONE_PART = { show() {}, narrow: () => false };
let stopAt = null;

export function followEvidence(parts = ONE_PART) {
  if (!turns) return;
  document.addEventListener("click", (event) => {
    const marker = event.target.closest("[data-evidence]");
    if (marker) {
      event.preventDefault();
      openEvidence(marker, parts);
      return;
    }
    const seek = event.target.closest("[data-seek]");
    if (seek) play(Number(seek.dataset.seek), null);
  });
  audio?.addEventListener("timeupdate", () => {
    if (stopAt !== null && audio.currentTime >= stopAt) {
      audio.pause();
      stopAt = null;
    }
  });
  audio?.addEventListener("seeking", () => {
    if (stopAt !== null && audio.currentTime > stopAt) stopAt = null;
  });
}

export function openEvidence(marker, parts) {
  clear();
  const first = Number(marker.dataset.first);
  const last = Number(marker.dataset.last);
  const lit = [];
  for (let index = first; index <= last; index += 1) {
    const turn = document.getElementById(`turn-${index}`);
    if (turn) lit.push(turn);
  }
  if (!lit.length) return;
  lit.forEach((turn) => turn.classList.add("lit"));
  marker.setAttribute("aria-pressed", "true");
  marker.closest("[data-line]")?.classList.add("lit");
  markWords(lit, marker.dataset.quote);
  parts.show("transcript");
  reveal(lit[0], marker, parts);
  if (marker.dataset.start) play(Number(marker.dataset.start), Number(marker.dataset.end) || null);
  document.dispatchEvent(new CustomEvent("evidence", { detail: marker }));
  const count = lit.length === 1 ? "1 turn" : `${lit.length} turns`;
  say(`Evidence shown in the transcript: ${count}. ${marker.dataset.quote}`);
}

function clear() {
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  for (const marker of document.querySelectorAll("[data-evidence][aria-pressed]")) {
    marker.removeAttribute("aria-pressed");
  }
  for (const mark of turns.querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
  for (const words of turns.querySelectorAll(".words")) words.normalize();
  for (const back of turns.querySelectorAll(".back")) back.remove();
}

// Beside each other the transcript scrolls in its own pane; below each other the page goes there,
// and the reader needs a way back.
function reveal(turn, marker, parts) {
  if (!parts.narrow()) {
    const above = turn.offsetTop - turns.offsetTop;
    const middle = above - (turns.clientHeight - turn.offsetHeight) / 3;
    turns.scrollTo({ top: Math.max(0, middle), behavior: motion() });
    const pane = turns.getBoundingClientRect();
    if (pane.top < 0 || pane.top > innerHeight * 0.8) turns.scrollIntoView({ block: "nearest", behavior: motion() });
    return;
  }
  const back = el("button", { type: "button", class: "back small", onclick: () => {
    parts.show("note");
    marker.scrollIntoView({ block: "center", behavior: motion() });
    marker.focus({ preventScroll: true });
    back.remove();
  } }, "Back to the note");
  turn.append(back);
  turn.scrollIntoView({ block: "center", behavior: motion() });
  turn.focus({ preventScroll: true });
}

function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

// Each part of the quote, found letter for letter but for white space, within one turn or running
// through several. The last place first, so that what lies before stays one piece of text.
function markWords(lit, quote) {
  const wanted = (quote ?? "").split(" … ").map(normal).filter(Boolean);
  for (const turn of lit) {
    const words = turn.querySelector(".words");
    const text = words.textContent;
    const found = wanted.map((part) => locate(text, part)).filter(Boolean);
    let end = text.length;
    for (const [from, to] of found.sort((one, other) => other[0] - one[0])) {
      if (to > end) continue;
      const range = document.createRange();
      range.setStart(words.firstChild, from);
      range.setEnd(words.firstChild, to);
      range.surroundContents(document.createElement("mark"));
      end = from;
    }
  }
}

function locate(text, wanted) {
  const plain = normal(text);
  const whole = wanted.includes(plain);
  const at = whole ? 0 : plain.indexOf(wanted);
  if (at < 0) return null;
  const length = whole ? plain.length : wanted.length;
  return [position(text, at), position(text, at + length)];
}

function normal(text) {
  return text.replace(/\s+/g, " ").trim();
}

// Where the nth character of the normal form stands in the text itself.
function position(text, nth) {
  const lead = text.length - text.trimStart().length;
  let seen = 0;
  let index = lead;
  while (index < text.length && seen < nth) {
    const run = /^\s+/.exec(text.slice(index));
    index += run ? run[0].length : 1;
    seen += 1;
  }
  return index;
}

function play(from, to) {
  if (!audio) return;
  stopAt = null;
  audio.currentTime = from;
  stopAt = to;
  audio.play().catch(() => { stopAt = null; });
}
