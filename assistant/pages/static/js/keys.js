// A review by keyboard: one item is current, single keys act on it. They can be switched off.

const STORE = "rapport-review-keys";
const TEXT = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

export function followKeys(form, acts) {
  const dialog = document.querySelector("[data-keys]");
  const toggle = dialog.querySelector("[data-keys-on]");
  toggle.checked = localStorage.getItem(STORE) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));
  document.querySelector("[data-show-keys]").addEventListener("click", () => dialog.showModal());

  const items = () => [...form.querySelectorAll("[data-item]")].filter((item) => item.checkVisibility());
  const current = () => form.querySelector(".is-current[data-item]");

  // While a button is pressed nothing may move under the pointer: the item becomes current after.
  let pressed = false;
  form.addEventListener("pointerdown", () => { pressed = true; });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { pressed = false; });
  form.addEventListener("focusin", ({ target }) => { if (!pressed) makeCurrent(target.closest("[data-item]")); });
  form.addEventListener("click", ({ target }) => makeCurrent(target.closest("[data-item]")));

  function makeCurrent(item) {
    if (!item || item === current()) return;
    for (const other of form.querySelectorAll(".is-current")) other.classList.remove("is-current");
    item.classList.add("is-current");
  }

  function go(by) {
    const all = items();
    const at = all.indexOf(current());
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    next?.focus();
  }

  const keys = {
    j: () => go(1),
    k: () => go(-1),
    ArrowDown: () => go(1),
    ArrowUp: () => go(-1),
    a: () => acts.decide(current(), "accepted"),
    r: () => acts.decide(current(), "rejected"),
    e: () => acts.edit(current()),
    p: () => acts.play(current()),
    J: () => acts.move(current(), 1),
    K: () => acts.move(current(), -1),
    n: () => acts.nextFlagged(),
    o: () => open(form.querySelector(".add"), "input"),
    s: () => form.querySelector("[data-confirm]").focus(),
    "?": () => dialog.showModal(),
  };
  const needCurrent = new Set(["a", "r", "e", "p", "J", "K"]);

  document.addEventListener("keydown", (event) => {
    if (inEdit(event)) return;
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!Object.hasOwn(keys, key) || target.matches(TEXT) || document.querySelector("dialog[open]")) return;
    const arrow = key.startsWith("Arrow");
    // Arrows scroll the page and choose among buttons unless a line itself has the focus.
    if (arrow ? !target.matches("[data-item]") : !toggle.checked) return;
    if (needCurrent.has(key) && !current()) return;
    event.preventDefault();
    keys[key]();
  });

  function inEdit(event) {
    const item = event.target.closest?.(".edit")?.closest("[data-item]");
    if (!item) return false;
    const done = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (!done && event.key !== "Escape") return false;
    event.preventDefault();
    acts.endEdit(item, done);
    return true;
  }

  function open(details, field) {
    details.open = true;
    details.querySelector(field).focus();
  }
}
