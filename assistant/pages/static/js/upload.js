// Sending a recording: large files show how far they are, and a mistake does not cost the upload.

import { freshKey } from "./api.js";
import { el, notice, say } from "./dom.js";

const form = document.querySelector("[data-upload]");

if (form) {
  const key = freshKey();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  document.getElementById("zone").textContent = timeZone;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(key);
  });
}

function send(key) {
  form.querySelector(".notice")?.remove();
  const content = new FormData(form);
  content.delete("key");
  const file = content.get("file");
  const limit = Number(form.dataset.limit);
  if (file.size > limit) {
    fail(`This file has ${megabytes(file.size)}; at most ${megabytes(limit)} are taken.`);
    return;
  }
  const started = content.get("started_at");
  if (started) content.set("started_at", new Date(started).toISOString());
  for (const [name, value] of [...content]) if (value === "") content.delete(name);
  const bar = el("progress", { max: "100", "aria-label": "Sent so far" });
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  form.querySelector(".stack").append(bar);
  const request = new XMLHttpRequest();
  request.open("POST", "/api/v1/calls");
  request.setRequestHeader("Idempotency-Key", key);
  request.responseType = "json";
  request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = (100 * loaded) / total; });
  const ended = () => {
    bar.remove();
    buttons.forEach((button) => { button.disabled = false; });
  };
  request.addEventListener("load", () => {
    ended();
    if (request.status === 202) location.assign(`/calls/${request.response.id}`);
    else fail(request.response?.detail ?? `The server answered ${request.status}.`, request.response?.field);
  });
  request.addEventListener("error", () => {
    ended();
    fail("The server could not be reached. Nothing was taken; try again.");
  });
  request.send(content);
}

function megabytes(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function fail(message, field) {
  for (const input of form.elements) input.removeAttribute("aria-invalid");
  const input = form.elements[field ?? "file"];
  input?.setAttribute("aria-invalid", "true");
  form.querySelector(".stack").prepend(notice("bad", message));
  (input ?? form.querySelector("button")).focus();
  say(message);
}
