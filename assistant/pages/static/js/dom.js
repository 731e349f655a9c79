// Elements from code: text stays text, never markup.

const SVG = "http://www.w3.org/2000/svg";

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const ICONS = {
  check: "m4.6 10.6 3.6 3.6 7.2-8",
  warning: "M10 3.6 17.2 16H2.8zM10 8.2v3.6M10 13.9v.1",
  clock: "M10 3.6a6.4 6.4 0 1 0 0 12.8 6.4 6.4 0 0 0 0-12.8M10 6.4V10l2.6 1.8",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    class: "icon", viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true",
  })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function notice(tone, text, ...more) {
  const name = tone === "good" ? "check" : "warning";
  const role = tone === "bad" ? "alert" : "status";
  return el("p", { class: `notice ${tone}`, role }, icon(name), el("span", {}, text, ...more));
}

// Said to screen readers; the region exists from the start, so that it is listened to.
export function say(text) {
  const region = document.getElementById("said");
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}
