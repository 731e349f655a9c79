"""Suggested actions on pages: what, why with sources, when, with what effect; deciding by form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from assistant.actions.model import Citation, Sentence
from assistant.actions.service import Decision, ShownSuggestion, decide
from assistant.errors import Conflict, Invalid
from assistant.governance.http import Now, sessions_of
from assistant.pages import cards, store
from assistant.pages.cards import Card
from assistant.pages.rendering import CurrentVisitor, Visitor
from assistant.pages.sign_in import own_path

router = APIRouter()
NO_EVIDENCE = "no evidence yet"


@dataclass(frozen=True, slots=True)
class SourceView:
    """A record that a reason comes from; a computation has no page: its `title` says it."""

    label: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class ReasonView:
    """Why, in a sentence."""

    text: str
    sources: tuple[SourceView, ...]


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A suggestion as its card shows it; without a score the probability is None."""

    id: str
    title: str
    account_id: str | None
    account_name: str
    why: tuple[ReasonView, ...]
    due_on: date | None
    overdue: bool
    effect: str
    probability: float | None
    band: str
    score_href: str
    may_decide: bool


def views(
    session: Session, visitor: Visitor, found: Sequence[ShownSuggestion]
) -> list[SuggestionView]:
    """Suggestions with their scores and the names of their sources."""
    cited = [citation.id for each in found for reason in each.why for citation in reason.citations]
    known = cards.cards(session, visitor.principal, cited)
    scores = store.scores(
        session, visitor.principal, [each.score_id for each in found if each.score_id]
    )
    return [_view(visitor, each, known, scores.get(each.score_id or "")) for each in found]


def _view(
    visitor: Visitor,
    found: ShownSuggestion,
    known: dict[str, Card],
    score: store.ShortScore | None,
) -> SuggestionView:
    href = f"/scores/{score.id}" if score else ""
    return SuggestionView(
        id=found.id,
        title=found.title,
        account_id=found.account_id if found.account else None,
        account_name=found.account or "",
        why=tuple(_reason(visitor, reason, known, href) for reason in found.why),
        due_on=found.due_on,
        overdue=found.due_on is not None and found.due_on < visitor.clock.today,
        effect=_effect(found.expected_effect),
        probability=score.probability if score else None,
        band=score.band if score else "",
        score_href=href,
        may_decide=found.may_decide,
    )


def _effect(expected: str) -> str:
    return "effect not measured yet" if expected == NO_EVIDENCE else expected


def _reason(
    visitor: Visitor, reason: Sentence, known: dict[str, Card], score_href: str
) -> ReasonView:
    shown = [_source(visitor, citation, known, score_href) for citation in reason.citations]
    return ReasonView(reason.text, tuple(dict.fromkeys(each for each in shown if each)))


def _source(
    visitor: Visitor, citation: Citation, known: dict[str, Card], score_href: str
) -> SourceView | None:
    if citation.kind == "event":  # opened where the score lists it with the others
        return SourceView("Events", "Open the events behind the score", score_href or "#")
    if citation.kind == "score":
        return SourceView("Score", "See how the score adds up", score_href) if score_href else None
    if citation.kind == "query":
        return SourceView("Computed", citation.quote or "Computed from all records", "")
    card = known.get(citation.id)
    if card is None:
        return None
    when = f", {visitor.clock.day(card.when)}" if card.when else ""
    return SourceView(f"{card.label}{when}", card.title, f"/records/{card.id}")


@router.post("/actions/{suggestion_id}/decision")
def decide_by_form(
    suggestion_id: str,
    request: Request,
    visitor: CurrentVisitor,
    now: Now,
    decision: Annotated[str, Form()] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Accept or dismiss, then back to the page it was decided on."""
    if decision not in ("accept", "dismiss"):
        raise Invalid("Expected 'accept' or 'dismiss'.", field="decision")
    try:
        with sessions_of(request).begin() as session:
            made = Decision(decision, reason)
            decide(session, visitor.principal, suggestion_id, made, now=now)
    except (Conflict, Invalid) as error:
        return RedirectResponse(
            _back(next, "late" if isinstance(error, Conflict) else "reason"), 303
        )
    return RedirectResponse(_back(next, "accepted" if decision == "accept" else "dismissed"), 303)


def _back(asked: str, done: str) -> str:
    path, mark, anchor = own_path(asked).partition("#")
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}done={done}{mark}{anchor}"
