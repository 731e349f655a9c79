// One question with its answer, built as it arrives; templates/_answer.html makes the same of kept ones.

import { call } from "./api.js";
import { el, notice } from "./dom.js";
import { feedback } from "./feedback.js";
import { quoted } from "./quote.js";

export class Answer {
  constructor(question) {
    this.sources = [];
    this.list = el("ol", { class: "source-list" });
    this.thinking = el("p", { class: "thinking" }, "Looking through your records");
    this.body = el("div", { class: "answer" }, this.thinking);
    this.element = el("article", { class: "exchange", tabindex: "-1" },
      el("h2", { class: "question" }, question), this.body);
  }

  plan({ steps }) {
    this.planned = (steps ?? []).filter((step) => step.by === "model")
      .map((step) => `The language model planned this look-up: ${step.why}`);
  }

  sentence({ text, citations }) {
    this.thinking.remove();
    const line = el("p", {}, text, " ");
    const place = el("div", { class: "sentence" }, line);
    const cites = el("span", { class: "cites" });
    const all = (citations ?? []).map((citation) => this.#numbered(citation));
    const folded = all.length > MARKERS + 1 ? all.length - MARKERS : 0;
    for (const found of folded ? all.slice(0, MARKERS) : all) {
      const marker = el("button", { type: "button", class: "cite", "aria-expanded": "false",
        "aria-label": `Source ${found.number}` }, String(found.number));
      marker.addEventListener("click", () => toggle(marker, () => card(found.citation, found.number, "div")));
      cites.append(marker);
    }
    if (folded) {
      cites.append(el("button", { type: "button", class: "cite", "aria-label": `${folded} more sources`,
        onclick: () => this.#openAll() }, `+${folded}`));
    }
    line.append(cites);
    this.body.append(place);
  }

  done({ status, message, options, freshness, dropped, conversation_id: talk, position }, choose) {
    this.thinking.remove();
    this.body.classList.add(status);
    if (message) this.body.append(notice(status === "refused" ? "warn" : "", message));
    if (options?.length) {
      this.body.append(el("p", { class: "row choices-row" }, ...options.map((option) => el(
        "button", { type: "button", class: "small", onclick: () => choose(option) },
        option.hint ? `${option.name} (${option.hint})` : option.name,
      ))));
    }
    const notes = [...(this.planned ?? []), ...remarks(freshness ?? [], dropped ?? 0)];
    if (this.sources.length) {
      const count = this.sources.length === 1 ? "1 source" : `${this.sources.length} sources`;
      this.body.append(el("details", { class: "sources" }, el("summary", {}, count), this.list));
    }
    if (notes.length) {
      this.body.append(el("ul", { class: "fine answer-notes" }, ...notes.map((note) => el("li", {}, note))));
    }
    if (talk) this.element.append(feedback(talk, position));
  }

  suggestion({ title, account_id: account }) {
    const where = account ? `/accounts/${account}#actions` : "/#actions";
    this.body.append(el("p", { class: "meta" }, "Suggested: ", el("a", { href: where }, title)));
  }

  fail(message) {
    this.thinking.remove();
    this.body.append(notice("bad", message));
  }

  #numbered(citation) {
    let number = this.sources.findIndex((known) => same(known, citation)) + 1;
    if (!number) {
      this.sources.push(citation);
      number = this.sources.length;
      this.list.append(card(citation, number));
    }
    return { citation, number };
  }

  #openAll() {
    const details = this.body.querySelector(".sources");
    if (!details) return;
    details.open = true;
    details.querySelector("summary").focus();
  }
}

function same(a, b) {
  return ["kind", "id", "field", "start", "quote"].every((name) => a[name] === b[name]);
}

// A source opens right under its sentence, one at a time.
export function toggle(marker, make) {
  const place = marker.closest(".sentence");
  const open = marker.getAttribute("aria-expanded") === "true";
  for (const other of place.querySelectorAll(".cite[aria-expanded]")) other.setAttribute("aria-expanded", "false");
  place.querySelector(".source")?.remove();
  if (open) return;
  marker.setAttribute("aria-expanded", "true");
  place.append(make());
}

const MARKERS = 3;
const KINDS = {
  query: "Computed", note: "Call note", article: "Help article",
};

function card(citation, number, tag = "li") {
  const { kind, id, title, quote } = citation;
  const chip = el("span", { class: "chip" }, KINDS[kind] ?? kind[0].toUpperCase() + kind.slice(1));
  const name = title || KINDS[kind] || "Record";
  const link = kind === "query" ? el("strong", {}, name) : el("a", { href: `/records/${id}` }, name);
  const when = el("time");
  if (kind !== "query") describe(id, quote, { chip, link, when });
  return el(tag, { class: "source", "data-record": id },
    el("span", { class: "source-number", "aria-hidden": "true" }, String(number)),
    el("div", {},
      el("p", { class: "source-head" }, chip, " ", link, " ", when),
      quote ? el("blockquote", {}, kind === "query" ? quote : el("mark", {}, quote)) : null));
}

// What the record is called and when it was; asked once per record.
const known = new Map();

async function describe(id, quote, { chip, link, when }) {
  if (!known.has(id)) known.set(id, call("GET", `/records/${id}/card`).then((reply) => reply.json()));
  try {
    const found = await known.get(id);
    chip.textContent = found.label;
    link.textContent = found.title;
    link.href = quoted(found.href, quote);
    when.textContent = found.when;
  } catch {
    known.delete(id); // the plain link still leads there
  }
}

function remarks(freshness, dropped) {
  const found = freshness.filter((feed) => feed.stale).map((feed) => (feed.received_at
    ? `${feed.source} last delivered ${new Date(feed.received_at).toLocaleDateString("en-GB", { day: "numeric", month: "short" })}: what came since is not in this answer.`
    : `${feed.source} has not delivered yet.`));
  if (dropped) {
    const what = dropped === 1 ? "One sentence was" : `${dropped} sentences were`;
    found.push(`${what} left out: no record supports ${dropped === 1 ? "it" : "them"}.`);
  }
  return found;
}
