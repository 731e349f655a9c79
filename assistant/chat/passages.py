"""Where the answer to a question may be read: passages about what it names, and what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from assistant.chat.asking import Asking
from assistant.chat.gathered import Search
from assistant.chat.interpret import Understood
from assistant.chat.names import Known
from retrieval.passages import Passage

MOST_PASSAGES = 14
_ARTICLES = 6
# Beside cards of figures, which hold many words of any question, what people said.
_TALKS = 8
_KNOWLEDGE = ("article", "policy")
_SPOKEN = ("call", "interaction", "note")


def passages_about(
    search: Search, session: Session, asking: Asking, understood: Understood
) -> tuple[Passage, ...]:
    """The best passages about what is named, what was said in talks among them; help articles
    too where nothing was named."""
    plan, found = understood.plan, dict[tuple[str, int], Passage]()
    about = [one for one in understood.entities if one.kind in {"account", "contact", "deal"}]

    def look(about: Known | None, kinds: Sequence[str] = (), limit: int = MOST_PASSAGES) -> None:
        hits = search(
            session, asking.principal, plan.text,
            account_id=about.id if about and about.kind == "account" else None,
            contact_id=about.id if about and about.kind == "contact" else None,
            deal_id=about.id if about and about.kind == "deal" else None,
            kinds=kinds, since=plan.period.start if plan.period else None,
            until=plan.period.end if plan.period else None, limit=limit,
        )  # fmt: skip
        for hit in hits:
            found.setdefault((hit.passage.record_id, hit.passage.ordinal), hit.passage)

    for one in about:
        look(one)
        look(one, _SPOKEN, _TALKS)
        if one.kind != "account" and one.account_id and len(found) < MOST_PASSAGES:
            look(replace(one, kind="account", id=one.account_id))
    if not about:
        look(None)
        look(None, _SPOKEN, _TALKS)
    if not about or understood.implied:
        look(None, _KNOWLEDGE, _ARTICLES)
    return tuple(found.values())
