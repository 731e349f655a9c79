// An address that scrolls to words on the page it leads to; the words stay in the browser.

const SHORT = 10;
const EDGE = 5;

export function quoted(href, quote) {
  const lines = (quote ?? "").split("\n").map((line) => line.trim()).filter(Boolean);
  if (!lines.length) return href;
  const words = lines.join(" ").split(/\s+/);
  const first = lines[0].split(/\s+/);
  const last = lines[lines.length - 1].split(/\s+/);
  const parts = lines.length === 1 && words.length <= SHORT
    ? [words.join(" ")]
    : [first.slice(0, EDGE).join(" "), last.slice(-EDGE).join(" ")];
  const directive = parts.map((part) => encodeURIComponent(part).replaceAll("-", "%2D")).join(",");
  return `${href}${href.includes("#") ? "" : "#"}:~:text=${directive}`;
}
