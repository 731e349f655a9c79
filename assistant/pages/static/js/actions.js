// Deciding on a suggestion without leaving the page; without this script the forms do the same.

import { call, freshKey } from "./api.js";
import { el, icon, notice, say } from "./dom.js";

for (const card of document.querySelectorAll("[data-suggestion]")) {
  const key = freshKey();
  for (const form of card.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const reason = new FormData(form).get("reason");
      decide(card, event.submitter.value, reason, key);
    });
  }
}

async function decide(card, decision, reason, key) {
  card.querySelector(".notice")?.remove();
  card.setAttribute("aria-busy", "true");
  try {
    const path = `/api/v1/actions/${card.dataset.suggestion}/decision`;
    const body = { decision };
    if (reason) body.reason = reason;
    await call("POST", path, { body, key: `${key}-${decision}` });
    settled(card, decision);
  } catch (problem) {
    card.firstElementChild.append(notice("bad", problem.message));
  } finally {
    card.removeAttribute("aria-busy");
  }
}

function settled(card, decision) {
  const title = card.querySelector("h3").textContent;
  const words = decision === "accept" ? "Accepted" : "Dismissed";
  card.classList.add("decided");
  card.querySelector(".decide").remove();
  card.querySelector(".why")?.remove();
  card.firstElementChild.append(
    el("p", { class: "row" }, el("span", { class: decision === "accept" ? "chip good" : "chip" },
      decision === "accept" ? icon("check") : "", words),
    decision === "accept" ? "It is in your tasks now." : "The reason is kept and learned from."),
  );
  card.focus();
  say(`${words}: ${title}`);
}
