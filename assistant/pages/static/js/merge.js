// Two people changed one note: theirs beside mine, chosen line by line. Nothing is lost unasked.

import { el } from "./dom.js";

const DECISIONS = { accepted: "confirmed", rejected: "rejected", undecided: "undecided" };

// The parts of a note that people change, by a key of their own.
function partsOf(note) {
  const found = new Map();
  for (const section of note.sections) {
    for (const { id, text, decision, section: of } of section.lines) {
      found.set(`lines ${id}`, { kind: "lines", id, text, decision, section: of });
    }
  }
  for (const { id, field, new: value, decision } of note.field_changes) {
    found.set(`fields ${id}`, { kind: "fields", id, text: value, decision, section: field });
  }
  for (const { id, title, due_on: due, decision } of note.tasks) {
    found.set(`tasks ${id}`, { kind: "tasks", id, text: title, due, decision, section: "task" });
  }
  return found;
}

// What I had in mind: the note as I read it, with what could not be kept.
function withEdits(parts, unkept) {
  const mine = new Map([...parts].map(([key, part]) => [key, { ...part }]));
  for (const edits of unkept) {
    for (const kind of ["lines", "fields", "tasks"]) {
      for (const edit of edits[kind] ?? []) {
        const part = mine.get(`${kind} ${edit.id}`);
        if (!part) continue;
        part.text = edit.text ?? edit.new ?? part.text;
        part.decision = edit.decision ?? part.decision;
        part.section = edit.section ?? part.section;
        if ("due_on" in edit) part.due = edit.due_on;
      }
    }
  }
  return mine;
}

function same(a, b) {
  return Boolean(a) === Boolean(b)
    && (!a || ["text", "decision", "section", "due"].every((name) => (a[name] ?? null) === (b[name] ?? null)));
}

export function differences(base, theirs, unkept) {
  const [was, now] = [partsOf(base), partsOf(theirs)];
  const mine = withEdits(was, unkept);
  const rows = [];
  for (const [key, other] of now) {
    const own = mine.get(key);
    if (same(own, other)) continue;
    const touched = !same(was.get(key), own);
    const moved = !same(was.get(key), other);
    rows.push({ key, own, other, chosen: touched && moved ? "" : touched ? "mine" : "theirs" });
  }
  const added = unkept.flatMap((edits) => edits.add ?? []);
  added.forEach((line, index) => rows.push({
    key: `add ${index}`, own: { kind: "add", ...line, decision: "accepted" }, other: null, chosen: "mine",
  }));
  return rows;
}

// The edits that turn theirs into what was chosen.
export function editsOf(rows) {
  const edits = { lines: [], fields: [], tasks: [], add: [] };
  for (const { own, other, chosen } of rows) {
    if (chosen !== "mine") continue;
    if (!own) edits.lines.push({ id: other.id, decision: "rejected" });
    else if (own.kind === "add") edits.add.push({ section: own.section, text: own.text });
    else if (own.kind === "lines") {
      edits.lines.push({ id: own.id, text: own.text, decision: own.decision, ...(own.section !== other.section && { section: own.section }) });
    } else if (own.kind === "fields") edits.fields.push({ id: own.id, new: own.text, decision: own.decision });
    else edits.tasks.push({ id: own.id, due_on: own.due, decision: own.decision });
  }
  return edits;
}

// Resolves to the edits to send, or to null when the reader closes it undecided.
export function chooseBetween(rows, who) {
  return new Promise((resolve) => {
    const form = el("form", { class: "inside stack", method: "dialog" },
      el("h2", { id: "merge-head", tabindex: "-1" }, "Somebody changed this note while you had it open"),
      el("p", {}, `${who || "A colleague"} saved meanwhile. Theirs stands beside yours: choose for each.`),
      ...rows.map(choice),
      el("div", { class: "row" },
        el("button", { class: "primary", value: "keep" }, "Keep these choices"),
        el("button", { type: "button", onclick: () => takeAll(form) }, "Theirs throughout"),
        el("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Decide later")));
    const dialog = el("dialog", { class: "merge card", "aria-labelledby": "merge-head", "data-merge": true }, form);
    let decided = null;
    form.addEventListener("submit", () => {
      const chosen = new FormData(form);
      decided = editsOf(rows.map((row) => ({ ...row, chosen: chosen.get(row.key) })));
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(decided);
    });
    document.getElementById("main").append(dialog);
    dialog.showModal();
    form.querySelector("h2").focus();
  });
}

function choice({ key, own, other, chosen }) {
  const card = (side, title, part) => el("label", { class: "side-of" },
    el("span", { class: "choice" },
      el("input", { type: "radio", name: key, value: side, required: true, checked: chosen === side }),
      el("strong", {}, title)),
    ...told(part));
  return el("fieldset", { class: "pair-of" },
    el("legend", {}, spoken((other ?? own).section)),
    card("theirs", "Theirs", other), card("mine", "Yours", own));
}

function told(part) {
  if (!part) return [el("span", { class: "fine" }, "Without this line")];
  const due = part.due ? `, due ${part.due}` : "";
  return [el("span", {}, part.text), el("span", { class: "fine" }, DECISIONS[part.decision] + due)];
}

function spoken(name) {
  const words = name.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}

function takeAll(form) {
  for (const radio of form.querySelectorAll("input[value=theirs]")) radio.checked = true;
}
