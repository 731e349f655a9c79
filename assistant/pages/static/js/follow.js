// Waiting for a call: segments appear as they are heard; then the page shows what came of it.

import { call } from "./api.js";
import { el } from "./dom.js";
import { unkeptMemo } from "./memo.js";

const LOOK_EVERY_MS = 1500;

export function followCall(place) {
  const { call: id, status } = place.dataset;
  if (["queued", "transcribing", "waiting_for_model"].includes(status)) {
    followTranscription(id, status);
  } else if (status === "transcribed" && "pending" in place.dataset) {
    awaitNote(id);
  }
}

function followTranscription(id, shown) {
  const source = new EventSource(`/api/v1/calls/${id}/events`);
  const turns = document.querySelector("[data-turns]");
  const chunks = new Map();
  source.addEventListener("status", ({ data }) => {
    const found = JSON.parse(data);
    if (found.status !== shown && (found.status === "waiting_for_model" || shown === "waiting_for_model")) {
      location.reload();
      return;
    }
    showProgress(found);
  });
  source.addEventListener("segment", ({ data }) => {
    const found = JSON.parse(data);
    listOf(chunks, turns, found.chunk).push(turns.appendChild(turn(found)));
  });
  source.addEventListener("chunk", ({ data }) => {
    const found = JSON.parse(data);
    const before = listOf(chunks, turns, found.chunk);
    before.splice(0).forEach((provisional) => provisional.remove());
    for (const segment of found.segments) before.push(turns.appendChild(turn(segment)));
  });
  source.addEventListener("done", () => {
    source.close();
    openAnew();
  });
}

function listOf(chunks, turns, chunk) {
  if (!chunks.has(chunk)) chunks.set(chunk, []);
  return chunks.get(chunk);
}

function turn({ speaker, start_s: start, text }) {
  return el("li", { class: "turn" },
    el("p", { class: "who" }, speaker ? el("strong", {}, speaker) : "", " ", el("span", { class: "at" }, clock(start))),
    el("p", { class: "words" }, text));
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const PHASES = {
  starting: "Starting", loading: "Loading the speech model", checking: "Checking the recording",
  recognising: "Transcribing", telling_apart: "Telling voices apart",
};

function showProgress({ status, phase, done_s: done, total_s: total, seconds_left: left }) {
  const title = document.querySelector("[data-state-title]");
  const bar = document.querySelector("[data-progress]");
  if (!title || !bar) return;
  title.textContent = status === "queued" ? "In the queue" : PHASES[phase] ?? "Transcribing";
  if (total) bar.value = (100 * done) / total;
  if (left) {
    document.querySelector("[data-state-text]").textContent =
      left < 90 ? "Less than two minutes left." : `About ${Math.ceil(left / 60)} minutes left.`;
  }
}

async function awaitNote(id) {
  try {
    const reply = await call("GET", `/api/v1/notes?call_id=${id}&limit=1`);
    const [note] = (await reply.json()).items;
    if (note && note.status !== "drafting") {
      showNote();
      return;
    }
  } catch {
    // the next look may find the server again
  }
  setTimeout(() => awaitNote(id), LOOK_EVERY_MS);
}

// Who is listening is not interrupted.
function showNote() {
  const audio = document.querySelector("[data-audio]");
  if (!audio || audio.paused) openAnew();
  else audio.addEventListener("pause", openAnew, { once: true });
}

// Without what the address says was just asked for: it is there now. What is typed is kept first.
function openAnew() {
  if (unkeptMemo()) setTimeout(openAnew, LOOK_EVERY_MS);
  else location.replace(location.pathname);
}
