// On a narrow screen one part of a call is shown at a time: note, transcript, or what is about it.

const NARROW = matchMedia("(max-width: 68rem)");

export function switchParts() {
  const nav = document.querySelector("[data-parts]");
  const main = document.getElementById("main");
  const narrow = () => NARROW.matches;
  if (!nav) return { show() {}, narrow };
  const links = [...nav.querySelectorAll("a")];

  function show(id) {
    if (main.dataset.part === id) return;
    main.dataset.part = id;
    for (const link of links) {
      if (link.hash === `#${id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  function partOf(hash) {
    const target = hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
    return target && links.map((link) => link.hash.slice(1)).find((id) => target.closest(`#${id}`));
  }

  nav.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || !NARROW.matches) return;
    event.preventDefault();
    show(link.hash.slice(1));
    nav.scrollIntoView({ block: "start" });
  });
  addEventListener("hashchange", () => {
    const part = partOf(location.hash);
    if (!part || part === main.dataset.part) return;
    show(part);
    document.getElementById(decodeURIComponent(location.hash.slice(1))).scrollIntoView();
  });
  const status = document.querySelector("[data-call]").dataset.status;
  show(partOf(location.hash) ?? (status === "transcribed" ? "note" : "transcript"));
  return { show, narrow };
}
