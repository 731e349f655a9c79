// Reviewing a note: every change is kept at once, and nothing is signed but by the button.

import { Problem, call, freshKey } from "./api.js";
import { offerCopies } from "./copy.js";
import { notice, say } from "./dom.js";
import { followEvidence, openEvidence } from "./evidence.js";
import { followCall } from "./follow.js";
import { followKeys } from "./keys.js";
import { showDecisions, showNote, showProgress } from "./lines.js";
import { watchLooks } from "./looks.js";
import { keepMemo } from "./memo.js";
import { chooseBetween, differences } from "./merge.js";
import { switchParts } from "./parts.js";

const TYPED_MS = 1200;

document.documentElement.dataset.scripted = "";
const parts = switchParts();
followEvidence(parts);
followCall(document.querySelector("[data-call]"));
keepMemo();
offerCopies();

const form = document.querySelector("form[data-note]");
if (form) review();

function review() {
  const path = `/api/v1/notes/${form.dataset.note}`;
  const tally = form.querySelector("[data-tally]");
  const confirmKey = freshKey();
  const typed = new Map();
  let version = Number(form.dataset.version);
  // What could not be kept because a colleague was quicker, and the note as it was read before.
  const unkept = [];
  let waiting = 0;
  let base = null;
  let queue = call("GET", path).then(async (reply) => { base = await reply.json(); }).catch(() => null);
  for (const item of form.querySelectorAll("[data-item]")) item.tabIndex = 0;
  const looks = watchLooks(form, path, inTurn, showProgress);
  followKeys(form, { decide, move, play, edit, endEdit, nextFlagged });
  count();

  form.addEventListener("change", ({ target }) => {
    if (target.type === "radio" || target.type === "checkbox" || target.type === "date") keepField(target);
    else if (target.name?.startsWith("section-")) keepField(target);
    else if (target.name?.startsWith("new-")) keepField(target);
  });
  form.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea")) return;
    clearTimeout(typed.get(target));
    typed.set(target, setTimeout(() => keepText(target), TYPED_MS));
  });
  form.addEventListener("focusout", ({ target }) => {
    if (target.matches("textarea")) keepText(target);
  });
  form.addEventListener("click", (event) => {
    const { target } = event;
    const mover = target.closest("[data-move]");
    if (mover) {
      event.preventDefault();
      move(mover.closest("[data-item]"), Number(mover.dataset.move));
    } else if (target.closest("[data-play]")) play(target.closest("[data-item]"));
    else if (target.closest("[data-done]")) endEdit(target.closest("[data-item]"), true);
    else if (target.closest("[data-cancel]")) endEdit(target.closest("[data-item]"), false);
    else if (target.matches(".decide input[type=radio]")) undecide(target);
  });
  // A choice that stood before the press is taken back by it.
  form.addEventListener("pointerdown", ({ target }) => {
    const box = target.closest("label")?.querySelector("input[type=radio]");
    if (box) box.dataset.was = box.checked ? "on" : "";
  });
  document.querySelector("[data-next-flagged]").addEventListener("click", nextFlagged);
  document.querySelector("[data-jump]").addEventListener("click", ({ target, currentTarget }) => {
    if (target.closest("a")) currentTarget.open = false;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.value === "add") add();
    else if (event.submitter?.value === "confirm") confirm();
    else if (event.submitter?.value === "redraft") draftAnew("POST", "redraft", { template: otherTemplate() });
    else if (event.submitter?.value === "match") match();
  });
  form.addEventListener("keydown", (event) => {
    // Enter in a field ends the edit; it must not sign the note.
    if (event.key === "Enter" && event.target.matches("input:not([type=checkbox], [type=radio])")) {
      event.preventDefault();
      if (event.target.id === "add-text") add();
      else if (event.target.id !== "reject-reason") event.target.blur();
      else event.target.form.requestSubmit();
    }
  });
  decision(document.querySelector("form[data-reject]"), "rejection", (data) => ({ reason: data.get("reason") }), "rejected");

  function keepField(field) {
    const edits = editsOf(field);
    if (edits) keep(edits);
    count();
  }

  function editsOf(field) {
    const item = field.closest("[data-item]");
    const { line, field: change, task } = item?.dataset ?? {};
    const chosen = field.type === "radio" ? (field.checked ? field.value : "undecided") : "";
    if (line && chosen) return { lines: [{ id: line, decision: chosen }] };
    if (line && field.name.startsWith("section-")) return { lines: [{ id: line, section: field.value }] };
    if (change && chosen) return { fields: [{ id: change, decision: chosen }] };
    if (change && field.value.trim()) return { fields: [{ id: change, new: field.value.trim() }] };
    if (task && field.type === "checkbox") {
      return { tasks: [{ id: task, decision: field.checked ? "accepted" : "rejected" }] };
    }
    return task ? { tasks: [{ id: task, due_on: field.value || null }] } : null;
  }

  function keepText(area) {
    clearTimeout(typed.get(area));
    const item = area.closest("[data-line]");
    const text = area.value.trim();
    if (!item || !text || text === (area.dataset.sent ?? area.defaultValue)) return;
    area.dataset.sent = text;
    keep({ lines: [{ id: item.dataset.line, text }] });
  }

  // One request after the other: each tells the progress as of itself.
  function inTurn(work) {
    queue = queue.then(work);
    return queue;
  }

  function keep(edits) {
    waiting += 1;
    return inTurn(() => {
      waiting -= 1;
      return send(edits);
    });
  }

  async function send(edits) {
    tally.dataset.state = "saving";
    count();
    try {
      const reply = await call("PATCH", path, { body: edits, version });
      const note = await reply.json();
      version = note.version;
      base = note;
      if (!waiting) showNote(form, note);  // else what is on its way would be shown undone
      for (const change of edits.fields ?? []) if (change.new) location.reload();
      tally.dataset.state = "saved";
      count();
      return true;
    } catch (problem) {
      if (!stale(problem)) fail(problem);
      else {
        unkept.push(edits);
        await settle();
      }
      return false;
    }
  }

  // A colleague was quicker: theirs beside mine, and what is chosen is kept on top of theirs.
  async function settle() {
    tally.dataset.state = "";
    const reply = await call("GET", path);
    const theirs = await reply.json();
    const rows = differences(base ?? theirs, theirs, unkept);
    if (theirs.status !== "draft" || !base) {
      location.reload();
      return;
    }
    const edits = rows.length ? await chooseBetween(rows, theirs.changed_by) : {};
    if (!edits) return fail(new Problem(412, "", "Two versions of this note wait for your choice. Save or confirm again to choose."));
    unkept.length = 0;
    version = theirs.version;
    base = theirs;
    document.querySelector("[data-fault]")?.remove();
    showNote(form, theirs);
    showDecisions(form, theirs);
    if (Object.values(edits).some((list) => list.length)) await send(edits);
    if (edits.fields?.length || rows.some(({ key }) => key.startsWith("fields"))) location.reload();
    say("The note holds what you chose.");
    count();
  }

  function decide(item, value) {
    const box = item.querySelector("input[type=checkbox][name=task]");
    if (box) {
      box.checked = value === "accepted" && !box.checked;
      keepField(box);
      return;
    }
    const radio = item.querySelector(`.decide input[value=${value}]`);
    radio.checked = !radio.checked;
    keepField(radio);
    say(radio.checked ? { accepted: "Confirmed", rejected: "Rejected" }[value] : "Undecided");
  }

  function undecide(radio) {
    if (radio.dataset.was === "on" && radio.checked) {
      radio.checked = false;
      keepField(radio);
    }
    radio.dataset.was = "";
  }

  function move(item, by) {
    if (!item?.dataset.line) return;
    const list = [...item.parentElement.children];
    const position = list.indexOf(item) + by;
    if (position < 0 || position >= list.length) return;
    keep({ lines: [{ id: item.dataset.line, position }] }).then(() => item.focus());
  }

  function play(item) {
    const marker = item?.querySelector("[data-evidence]");
    if (marker) openEvidence(marker, parts);
    else say("This has no source in the call.");
  }

  function edit(item) {
    const details = item?.querySelector(".edit");
    const field = details?.querySelector("textarea, input") ?? item?.querySelector("input[type=date]");
    if (!field) return;
    if (details) details.open = true;
    field.dataset.before = field.value;
    field.focus();
  }

  // Done keeps what was typed, cancel puts back what stood when the edit began.
  function endEdit(item, kept) {
    const details = item.querySelector(".edit");
    const field = details.querySelector("textarea, input");
    if (!kept && field.dataset.before !== undefined) field.value = field.dataset.before;
    if (field.matches("textarea")) keepText(field);
    details.open = false;
    item.focus();
  }

  function nextFlagged() {
    const waiting = [...form.querySelectorAll("[data-flagged]:not([data-looked], [data-decision=rejected])")];
    if (!waiting.length) return say("Every flagged line was looked at.");
    const from = form.querySelector(".is-current");
    const next = waiting.find((item) => from && from.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING);
    parts.show("note");
    (next ?? waiting[0]).focus();
  }

  function count() {
    const lines = [...form.querySelectorAll("[data-line]")];
    const rejected = lines.filter((line) => line.querySelector(".decide input[value=rejected]").checked).length;
    const accepted = form.querySelectorAll("[data-field] input[value=accepted]:checked").length;
    const open = undecided().length;
    const tasks = form.querySelectorAll("input[name=task]:checked").length;
    const shown = [`${lines.length - rejected} of ${lines.length} lines`];
    if (tasks) shown.push(tasks === 1 ? "1 task" : `${tasks} tasks`);
    if (accepted) shown.push(accepted === 1 ? "1 change to the deal" : `${accepted} changes to the deal`);
    if (open) shown.push(open === 1 ? "1 change undecided" : `${open} changes undecided`);
    const state = { saving: " · saving…", saved: " · draft saved" }[tally.dataset.state] ?? "";
    tally.textContent = shown.join(" · ") + state;
  }

  async function add() {
    const text = form.elements.add_text.value.trim();
    if (!text) return form.elements.add_text.focus();
    const before = new Set([...form.querySelectorAll("[data-line]")].map((line) => line.dataset.line));
    if (!(await keep({ add: [{ section: form.elements.add_section.value, text }] }))) return;
    form.elements.add_text.value = "";
    [...form.querySelectorAll("[data-line]")].find((line) => !before.has(line.dataset.line))?.focus();
  }

  function undecided() {
    return [...form.querySelectorAll("[data-field]")].filter((change) => !change.querySelector(".decide input:checked"));
  }

  async function confirm() {
    const left = form.querySelectorAll("[data-flagged]:not([data-looked], [data-decision=rejected])").length;
    if (left) {
      fail(new Problem(409, "", left === 1
        ? "1 flagged line was not looked at yet. Open its evidence or decide on it; here it is."
        : `${left} flagged lines were not looked at yet. Open their evidence or decide on them; here is the first.`));
      return nextFlagged();
    }
    const open = undecided();
    if (open.length && !window.confirm(leftOpen(open.length))) return open[0].focus();
    const button = form.querySelector("[data-confirm]");
    button.disabled = true;
    for (const area of form.querySelectorAll(".edit[open] textarea")) keepText(area);
    await queue;
    try {
      await looks.flush();
      await call("POST", `${path}/confirmation`, { version, key: confirmKey });
      finish("confirmed");
    } catch (problem) {
      button.disabled = false;
      if (stale(problem)) await settle();
      else fail(problem);
    }
  }

  function match() {
    const data = new FormData(form);
    const account = data.get("other_account") || data.get("match_account");
    const deal = data.get("match_deal");
    if (!account && !deal) return fail(new Problem(422, "", "Choose what the call was about."));
    return draftAnew("PUT", "matching", { account_id: account || null, deal_id: deal || null }, "matched");
  }

  // The template it has already stands for no choice at all.
  function otherTemplate() {
    const select = form.elements.template;
    return select && select.value !== select.dataset.current ? select.value : null;
  }

  // What was typed is kept first: it is what the new draft takes over.
  async function draftAnew(method, name, body, done = "again") {
    for (const area of form.querySelectorAll(".edit[open] textarea")) keepText(area);
    await queue;
    try {
      await call(method, `${path}/${name}`, { body, version });
      finish(done);
    } catch (problem) {
      if (stale(problem)) await settle();
      else fail(problem);
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
        if (stale(problem)) await settle();
        else fail(problem);
      }
    });
  }

  function fail(problem) {
    tally.dataset.state = "";
    document.querySelector("[data-fault]")?.remove();
    const shown = notice("bad", problem.message);
    shown.dataset.fault = "";
    form.querySelector("[data-sign]").before(shown);
    shown.scrollIntoView({ block: "nearest" });
    say(shown.textContent);
  }
}

function stale(problem) {
  return problem instanceof Problem && problem.status === 412;
}

function leftOpen(count) {
  const what = count === 1 ? "1 proposed change to the deal is" : `${count} proposed changes to the deal are`;
  return `${what} undecided, and will not be made. Confirm the note all the same?`;
}

function finish(done) {
  location.assign(`${location.pathname}?done=${done}`);
}
