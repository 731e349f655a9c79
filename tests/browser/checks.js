// What an accessibility reviewer looks for first, asked of the page as it is rendered.
// Evaluates to a list of faults in words; empty when there are none.
() => {
  const faults = [];
  const name = (element) => {
    const label = element.id ? `#${element.id}` : `.${[...element.classList].join(".")}`;
    const words = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.tagName.toLowerCase()} ${label}> "${words}"`;
  };
  const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && element.getBoundingClientRect().width > 1 && element.getBoundingClientRect().height > 1;

  // Structure.
  if (document.documentElement.lang !== "en") faults.push("the page does not say its language");
  if (!document.title.trim()) faults.push("the page has no title");
  if (document.querySelectorAll("main").length !== 1) faults.push("there is not exactly one main");
  const titles = [...document.querySelectorAll("h1")];
  if (titles.length !== 1) faults.push(`there are ${titles.length} h1`);
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const own = Number(heading.tagName[1]);
    if (level && own > level + 1) faults.push(`heading skips a level: ${name(heading)}`);
    level = own;
  }
  const ids = new Map();
  for (const element of document.querySelectorAll("[id]")) ids.set(element.id, (ids.get(element.id) ?? 0) + 1);
  for (const [id, count] of ids) if (count > 1) faults.push(`the id ${id} stands ${count} times`);
  for (const element of document.querySelectorAll("[aria-labelledby], [aria-describedby], [aria-controls], label[for]")) {
    for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
      for (const id of (element.getAttribute(attribute) ?? "").split(/\s+/).filter(Boolean)) {
        if (!document.getElementById(id)) faults.push(`${name(element)} names #${id}, which is not there`);
      }
    }
  }
  const navs = [...document.querySelectorAll("nav")];
  for (const nav of navs) if (!nav.getAttribute("aria-label") && !nav.getAttribute("aria-labelledby")) faults.push("a nav has no name");
  for (const list of document.querySelectorAll("ul, ol")) {
    for (const child of list.children) if (child.tagName !== "LI") faults.push(`a ${child.tagName} stands right in a list: ${name(child)}`);
  }

  // Names and sizes of what can be operated.
  const spoken = (element) => {
    const by = element.getAttribute("aria-labelledby");
    if (by) return by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
    if (element.getAttribute("aria-label")) return element.getAttribute("aria-label").trim();
    if (element.labels?.length) return [...element.labels].map((label) => label.textContent).join(" ").trim();
    const images = [...element.querySelectorAll("img[alt]")].map((image) => image.alt).join(" ");
    return (element.textContent + images).trim();
  };
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, audio, progress")) {
    if (!visible(element)) continue;
    if (element.tagName === "AUDIO") { if (!spoken(element)) faults.push("an audio player has no name"); continue; }
    if (!spoken(element)) faults.push(`${name(element)} has no name`);
    const box = element.getBoundingClientRect();
    const inline = element.tagName === "A" && getComputedStyle(element).display === "inline";
    const labelled = element.labels?.[0]?.getBoundingClientRect();
    const width = Math.max(box.width, labelled?.width ?? 0);
    const height = Math.max(box.height, labelled?.height ?? 0);
    const operated = !["PROGRESS"].includes(element.tagName);
    if (operated && !inline && (width < 24 || height < 24)) faults.push(`${name(element)} is only ${Math.round(width)} by ${Math.round(height)} pixels`);
  }
  for (const image of document.querySelectorAll("img:not([alt])")) faults.push(`${name(image)} has no alt`);
  for (const svg of document.querySelectorAll("svg")) {
    if (svg.getAttribute("aria-hidden") !== "true" && !svg.getAttribute("aria-label")) faults.push("an svg is neither named nor hidden");
  }

  // Contrast of every visible text against what lies behind it.
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  };
  const over = (top, under) => {
    const alpha = top[3] + under[3] * (1 - top[3]);
    return alpha === 0 ? [0, 0, 0, 0] : [0, 1, 2].map((i) => (top[i] * top[3] + under[i] * under[3] * (1 - top[3])) / alpha).concat(alpha);
  };
  const behind = (element) => {
    let found = [0, 0, 0, 0];
    for (let at = element; at && found[3] < 1; at = at.parentElement) found = over(found, rgba(getComputedStyle(at).backgroundColor));
    return found[3] < 1 ? over(found, rgba(getComputedStyle(document.documentElement).getPropertyValue("--paper").trim())) : found;
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || judged.has(element)) continue;
    judged.add(element);
    if (!visible(element) || element.closest(".unseen, .skip, option, :disabled")) continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const ratio = contrast(over(rgba(style.color), ground), ground);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faults.push(`${name(element)} has a contrast of only ${ratio.toFixed(2)}`);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea")) {
    if (!visible(field) || field.closest(".ask")) continue;
    const ratio = contrast(rgba(getComputedStyle(field).borderTopColor), behind(field.parentElement));
    if (ratio < 3) faults.push(`the edge of ${name(field)} has a contrast of only ${ratio.toFixed(2)}`);
  }
  return faults;
}
