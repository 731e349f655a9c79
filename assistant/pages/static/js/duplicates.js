// Answering by keyboard: j and k walk, s, n and l answer; the forms do the rest.

const ANSWERS = { s: "same", n: "not_same", l: "later" };
const cards = [...document.querySelectorAll(".duplicate")];

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !cards.length) return;
  const place = cards.findIndex((card) => card.contains(document.activeElement));
  if (event.key === "j" || event.key === "k") {
    const next = event.key === "j" ? place + 1 : Math.max(place, 1) - 1;
    cards[Math.min(next, cards.length - 1)].focus();
    event.preventDefault();
  } else if (place >= 0 && ANSWERS[event.key]) {
    cards[place].querySelector(`button[value="${ANSWERS[event.key]}"]`).click();
    event.preventDefault();
  }
});
