// The lines of a note on the page follow the note as it is kept.

import { el, say } from "./dom.js";

export function itemOf(form, id) {
  return form.querySelector(`[data-line="${CSS.escape(id)}"]`);
}

// Texts, verdicts and decisions, new lines, and the order within each section.
export function showNote(form, note) {
  const focused = document.activeElement;
  for (const section of note.sections) {
    const place = form.querySelector(`[data-of="${CSS.escape(section.name)}"]`);
    const list = place.querySelector("ul");
    const items = section.lines.map((line) => {
      const item = itemOf(form, line.id) ?? madeItem(line);
      showLine(item, line);
      return item;
    });
    if (items.some((item, index) => list.children[index] !== item)) list.append(...items);
    place.hidden = !items.length;
  }
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
  showProgress(note.progress);
}

// Boxes of fields and tasks as a colleague left them; their texts follow with the page.
export function showDecisions(form, note) {
  for (const { id, decision } of note.field_changes) {
    for (const radio of form.querySelectorAll(`[name="field-${CSS.escape(id)}"]`)) radio.checked = radio.value === decision;
  }
  for (const { id, decision, due_on: due } of note.tasks) {
    const item = form.querySelector(`[data-task="${CSS.escape(id)}"]`);
    item.querySelector("[name=task]").checked = decision === "accepted";
    item.querySelector("[type=date]").value = due ?? "";
  }
}

function madeItem(line) {
  const made = document.querySelector("template[data-own-line]").content.firstElementChild.cloneNode(true);
  made.id = `line-${line.id}`;
  made.dataset.line = line.id;
  made.tabIndex = 0;
  for (const name of ["text", "section"]) {
    const field = made.querySelector(`[name="${name}-new"]`);
    made.querySelector(`[for="${field.id}"]`).htmlFor = `${name}-${line.id}`;
    field.id = field.name = `${name}-${line.id}`;
  }
  made.querySelector("textarea").value = line.text;
  for (const radio of made.querySelectorAll(".decide input")) radio.name = `line-${line.id}`;
  return made;
}

function showLine(item, line) {
  item.querySelector("[data-text]").textContent = line.text;
  item.dataset.decision = line.decision;
  item.dataset.section = line.section;
  const area = item.querySelector("textarea");
  if (area && area !== document.activeElement) area.value = line.text;
  if (area) area.dataset.sent = line.text;
  const section = item.querySelector("select[name^=section-]");
  if (section) section.value = line.section;
  for (const radio of item.querySelectorAll(".decide input")) radio.checked = radio.value === line.decision;
  item.classList.toggle("flagged", line.flagged);
  item.toggleAttribute("data-flagged", line.flagged);
  item.querySelector("[data-edited]").hidden = line.origin !== "edited";
  showChanges(item.querySelector("[data-changes]"), line.changes);
  const verdict = item.querySelector("[data-verdict]");
  const was = verdict.hidden;
  verdict.hidden = line.verdict !== "unsupported";
  verdict.querySelector("[data-reasons]").textContent = line.reasons.join(" ");
  if (was && !verdict.hidden) say(`No source found for this text. ${line.reasons.join(" ")}`);
}

function showChanges(place, pieces) {
  place.hidden = !pieces.length;
  const tags = { gone: "del", come: "ins" };
  place.querySelector("[data-pieces]").replaceChildren(
    ...pieces.flatMap(({ kind, text }) => [tags[kind] ? el(tags[kind], {}, text) : text, " "]),
  );
}

export function showProgress({ flagged, looked_at: done, to_look_at: waiting }) {
  const place = document.querySelector("[data-progress]");
  const left = new Set(waiting);
  for (const item of document.querySelectorAll("[data-line][data-flagged]")) {
    const looked = !left.has(item.dataset.line);
    item.toggleAttribute("data-looked", looked);
    item.querySelector("[data-looked-mark]").hidden = !looked;
  }
  place.replaceChildren(...(flagged
    ? [el("strong", {}, `${done} of ${flagged}`), ` flagged ${flagged === 1 ? "line" : "lines"} looked at`]
    : ["No line is flagged"]));
  document.querySelector("[data-next-flagged]").hidden = !waiting.length;
}
