"""The address of every record: a page of its own, or the place on another page where it stands."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from assistant.governance.http import Now, ReadSession
from assistant.learning.service import ShownScore, score_detail
from assistant.pages import cards, scores, shocks, store, words
from assistant.pages.duplicates import merged_from
from assistant.pages.rendering import CurrentVisitor, Visitor, show

router = APIRouter()


class CardOut(BaseModel):
    """What a citation shows of its record before it is opened."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    kind: str
    label: str
    title: str
    when: str
    account_name: str
    href: str


@router.get("/records/{record_id}")
def record_page(
    record_id: str,
    request: Request,
    visitor: CurrentVisitor,
    session: ReadSession,
    now: Now,
    done: str = "",
) -> Response:
    """The record, where it is read best."""
    found = cards.full_card(session, visitor.principal, record_id)
    if found.card.href != f"/records/{record_id}":
        return RedirectResponse(found.card.href, 303)
    shown: list[ShownScore] = []
    if found.card.kind == "lead" and (score_id := store.current_score_id(session, record_id)):
        shown = [score_detail(session, visitor.principal, score_id, now=now)]
    context = {
        "record": found,
        "scores": scores.views(visitor, shown),
        "shocks": shocks.views(session, visitor, record_id=record_id),
        "said": words.DONE.get(done, ""),
        "merged": merged_from(session, visitor, record_id),
    }
    return show(request, visitor, "record.html", context)


@router.get("/records/{record_id}/card")
def record_card(record_id: str, visitor: CurrentVisitor, session: ReadSession) -> CardOut:
    """The record in short, for a citation that is opened in place."""
    return card_out(visitor, cards.full_card(session, visitor.principal, record_id).card)


def card_out(visitor: Visitor, card: cards.Card) -> CardOut:
    """The card with its date in the visitor's words."""
    when = visitor.clock.day(card.when) if card.when else ""
    return CardOut(
        id=card.id, kind=card.kind, label=card.label, title=card.title, when=when,
        account_name=card.account_name, href=card.href,
    )  # fmt: skip
