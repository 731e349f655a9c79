"""Whether all of something is so: yes where none is not, no with those that are not."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from assistant.chat.asking import Asking
from assistant.chat.gathered import Step
from assistant.chat.interpret import interpret
from assistant.chat.meaning.universal import universal
from assistant.chat.typed.compared import said
from assistant.chat.typed.links import NotComputable
from assistant.chat.typed.run import run
from assistant.governance.access import STAFF


def of_all(session: Session, asking: Asking, clause: str) -> Step | None:
    """The verdict with the rows that tell against it; None where nothing is asked of all, or where
    there is nothing that it could be said of."""
    asked = universal(clause)
    if asked is None or asking.principal.role not in STAFF:
        return None
    whole, against = (interpret(session, asking, text) for text in (asked.whole, asked.against))
    resolved = whole.resolved, against.resolved
    if resolved[0] is None or resolved[1] is None or whole.entities != against.entities:
        return None
    try:
        there, found = (run(session, asking.principal, one) for one in resolved if one is not None)
    except NotComputable:
        return None
    if not there.total or whole.unsure or against.unsure:
        return None
    first, *rows = said([found], ())
    verdict = "No" if found.total else "Yes"
    told = f"{verdict}: {first.text[0].lower()}{first.text[1:]}"
    return Step(against, (replace(first, text=told), *rows))
