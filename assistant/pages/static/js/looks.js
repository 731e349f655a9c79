// What the reviewer sees: lines that stand in view, evidence opened, time spent. Told in batches.

import { call } from "./api.js";

const SEEN_MS = 1000;
const TELL_MS = 5000;
const IDLE_MS = 30_000;

export function watchLooks(form, path, inTurn, told) {
  const known = { seen: new Set(), looked: new Set(), played: new Set() };
  const fresh = { seen: new Set(), looked: new Set(), played: new Set() };
  let opened = false;  // the first word says that the review began
  let active = 0;
  let lastSign = performance.now();
  let lastTick = lastSign;

  for (const sign of ["pointermove", "pointerdown", "keydown", "scroll", "wheel"]) {
    document.addEventListener(sign, () => { lastSign = performance.now(); }, { passive: true, capture: true });
  }
  followSight(form, (id) => note("seen", id));
  document.addEventListener("evidence", ({ detail }) => {
    const id = detail.closest("[data-line]")?.dataset.line;
    if (id) note("played", id, true);
  });
  tell();
  setInterval(tell, TELL_MS);
  document.addEventListener("visibilitychange", () => { if (document.hidden) tell(); });

  function note(kind, id, atOnce = false) {
    if (known[kind].has(id)) return;
    known[kind].add(id);
    fresh[kind].add(id);
    if (atOnce) tell();
  }

  function tick() {
    const now = performance.now();
    if (!document.hidden && now - lastSign < IDLE_MS) active += now - lastTick;
    lastTick = now;
  }

  function tell() {
    tick();
    return inTurn(send);
  }

  async function send() {
    const body = { active_s: Math.min(active / 1000, 3600) };
    for (const kind of Object.keys(fresh)) body[kind] = [...fresh[kind]];
    if (opened && active < 1000 && !Object.values(fresh).some((ids) => ids.size)) return;
    try {
      const reply = await call("POST", `${path}/looks`, { body });
      opened = true;
      for (const kind of Object.keys(fresh)) body[kind].forEach((id) => fresh[kind].delete(id));
      active = Math.max(0, active - body.active_s * 1000);
      told(await reply.json());
    } catch {
      // what could not be told goes along with what is told next
    }
  }

  return { flush: tell };
}

// A line counts as seen once most of it stood in view for a moment while somebody was looking.
function followSight(form, seen) {
  const waits = new Map();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(waits.get(target));
      if (isIntersecting) waits.set(target, setTimeout(() => {
        if (document.hidden) return;
        observer.unobserve(target);
        seen(target.closest("[data-line]").dataset.line);
      }, SEEN_MS));
    }
  }, { threshold: 0.6 });
  for (const text of form.querySelectorAll("[data-line] [data-text]")) observer.observe(text);
}
