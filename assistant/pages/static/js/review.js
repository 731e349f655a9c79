// Reviewing a note: every change is kept at once, and nothing is signed but by the button.

import { Problem, call, freshKey } from "./api.js";
import { el, notice, say } from "./dom.js";
import { followEvidence } from "./evidence.js";
import { followCall } from "./follow.js";

followEvidence();
followCall(document.querySelector("[data-call]"));

const form = document.querySelector("form[data-note]");
if (form) review();

function review() {
  const path = `/api/v1/notes/${form.dataset.note}`;
  const tally = form.querySelector("[data-tally]");
  const confirmKey = freshKey();
  let version = Number(form.dataset.version);
  let queue = Promise.resolve();
  form.querySelector("[data-save]").remove();
  count();

  form.addEventListener("change", ({ target }) => {
    const edits = editsOf(target);
    if (edits) keep(edits);
    count();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.value === "add") add();
    else if (event.submitter?.value === "confirm") confirm();
  });
  form.addEventListener("keydown", (event) => {
    // Enter in a field ends the edit; it must not sign the note.
    if (event.key === "Enter" && event.target.matches("input:not([type=checkbox], [type=radio])")) {
      event.preventDefault();
      if (event.target.id === "add-text") add();
      else event.target.blur();
    }
  });
  decision(document.querySelector("form[data-reject]"), "rejection", (data) => ({ reason: data.get("reason") }), "rejected");

  function editsOf(field) {
    const line = field.closest("[data-line]")?.dataset.line;
    const change = field.closest("[data-field]")?.dataset.field;
    const task = field.closest("[data-task]")?.dataset.task;
    if (line && field.name === "keep") {
      return { lines: [{ id: line, decision: field.checked ? "accepted" : "rejected" }] };
    }
    if (line && field.value.trim()) return { lines: [{ id: line, text: field.value.trim() }] };
    if (change && field.type === "radio") return { fields: [{ id: change, decision: field.value }] };
    if (change && field.value.trim()) return { fields: [{ id: change, new: field.value.trim() }] };
    if (task && field.type === "checkbox") {
      return { tasks: [{ id: task, decision: field.checked ? "accepted" : "rejected" }] };
    }
    if (task) return { tasks: [{ id: task, due_on: field.value || null }] };
    return null;
  }

  function keep(edits) {
    queue = queue.then(() => send(edits));
    return queue;
  }

  async function send(edits) {
    tally.dataset.state = "saving";
    try {
      const reply = await call("PATCH", path, { body: edits, version });
      const note = await reply.json();
      version = note.version;
      for (const section of note.sections) section.lines.forEach(show);
      for (const change of edits.fields ?? []) if (change.new) location.reload();
      tally.dataset.state = "saved";
      count();
      return true;
    } catch (problem) {
      fail(problem);
      return false;
    }
  }

  function show(line) {
    const item = form.querySelector(`[data-line="${CSS.escape(line.id)}"]`);
    if (!item) return;
    item.querySelector("[data-text]").textContent = line.text;
    item.classList.toggle("left-out", line.decision === "rejected");
    item.querySelector("[data-edited]").hidden = line.origin !== "edited";
    const verdict = item.querySelector("[data-verdict]");
    const was = verdict.hidden;
    verdict.hidden = line.verdict !== "unsupported";
    verdict.querySelector("[data-reasons]").textContent = line.reasons.join(" ");
    if (was && !verdict.hidden) say(`No source found for this text. ${line.reasons.join(" ")}`);
  }

  function count() {
    const boxes = [...form.querySelectorAll("input[name=keep]")];
    const kept = boxes.filter((box) => box.checked).length;
    const changes = [...form.querySelectorAll("[data-field]")];
    const decided = changes.map((change) => change.querySelector("input:checked")?.value);
    const accepted = decided.filter((value) => value === "accepted").length;
    const open = decided.filter((value) => !value).length;
    const tasks = form.querySelectorAll("input[name=task]:checked").length;
    const parts = [`${kept} of ${boxes.length} lines`];
    if (tasks) parts.push(tasks === 1 ? "1 task" : `${tasks} tasks`);
    if (accepted) parts.push(accepted === 1 ? "1 change to the deal" : `${accepted} changes to the deal`);
    if (open) parts.push(open === 1 ? "1 change undecided" : `${open} changes undecided`);
    const state = { saving: " · saving…", saved: " · draft saved" }[tally.dataset.state] ?? "";
    tally.textContent = parts.join(" · ") + state;
  }

  async function add() {
    const text = form.elements.add_text.value.trim();
    if (!text) return form.elements.add_text.focus();
    if (await keep({ add: [{ section: form.elements.add_section.value, text }] })) location.reload();
  }

  function undecided() {
    const changes = [...form.querySelectorAll("[data-field]")];
    return changes.filter((change) => !change.querySelector("input:checked")).length;
  }

  async function confirm() {
    const button = form.querySelector("[data-confirm]");
    const open = undecided();
    if (open && !window.confirm(leftOpen(open))) {
      return [...form.querySelectorAll("[data-field]")]
        .find((change) => !change.querySelector("input:checked"))?.querySelector("input").focus();
    }
    button.disabled = true;
    await queue;
    try {
      await call("POST", `${path}/confirmation`, { version, key: confirmKey });
      finish("confirmed");
    } catch (problem) {
      button.disabled = false;
      fail(problem);
    }
  }

  function decision(other, name, bodyOf, done) {
    const key = freshKey();
    other?.addEventListener("submit", async (event) => {
      event.preventDefault();
      await queue;
      try {
        await call("POST", `${path}/${name}`, { body: bodyOf(new FormData(other)), version, key });
        finish(done);
      } catch (problem) {
        fail(problem);
      }
    });
  }

  function fail(problem) {
    tally.dataset.state = "";
    document.querySelector("[data-fault]")?.remove();
    const stale = problem instanceof Problem && problem.status === 412;
    const shown = stale
      ? notice("bad", "Somebody changed this note while you had it open. Your last change was not kept. ",
        el("a", { href: location.pathname }, "Show how it stands now"), ".")
      : notice("bad", problem.message);
    shown.dataset.fault = "";
    form.querySelector("[data-sign]").before(shown);
    if (stale) for (const field of form.elements) field.disabled = true;
    shown.scrollIntoView({ block: "nearest" });
    say(shown.textContent);
  }
}

function leftOpen(count) {
  const what = count === 1 ? "1 proposed change to the deal is" : `${count} proposed changes to the deal are`;
  return `${what} undecided, and will not be made. Confirm the note all the same?`;
}

function finish(done) {
  location.assign(`${location.pathname}?done=${done}`);
}
