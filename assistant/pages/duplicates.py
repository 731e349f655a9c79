"""Duplicates as a steward reads them: two records side by side, what speaks for one, the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from assistant.crm.merging import desk, distinctions
from assistant.crm.merging.lessons import Lesson, lesson_from
from assistant.crm.merging.service import MERGEABLE
from assistant.errors import Conflict, Invalid
from assistant.governance.access import Role
from assistant.governance.http import Now, ReadSession, sessions_of
from assistant.pages import words
from assistant.pages.rendering import CurrentVisitor, Visitor, show
from assistant.pages.sign_in import own_path

router = APIRouter()
SHOWN, MERGES_SHOWN = 20, 20
SAID = {
    "same": "Merged. The older record stands for both; undo it below whenever you like.",
    "not_same": "Kept apart. The two will not be asked about again.",
    "later": "Left for later.",
    "undone": "Undone. Both records are what they would be without the merge.",
    "withdrawn": "Taken back. The two may be asked about, and merged, again.",
    "late": "That had been decided meanwhile.",
}


@dataclass(frozen=True, slots=True)
class MergeView:
    """A merge on a page."""

    id: str
    kind: str
    name: str
    other_name: str
    golden_id: str
    by: str
    why: str
    decided_at: datetime
    undone_at: datetime | None


@router.get("/duplicates")
def duplicates_page(
    request: Request,
    visitor: CurrentVisitor,
    session: ReadSession,
    kind: str = "",
    status: str = "open",
    cursor: str | None = None,
    done: str = "",
) -> Response:
    """What waits for a steward, the likeliest first, and what was merged lately."""
    wanted = kind if kind in ("account", "contact", "lead") else None
    status = status if status in ("open", "later") else "open"
    page = desk.questions(
        session, visitor.principal, kind=wanted, status=status, cursor=cursor, limit=SHOWN
    )
    made = desk.merges(session, visitor.principal, kind=wanted, limit=MERGES_SHOWN)
    apart = distinctions.distinctions(session, visitor.principal, kind=wanted, limit=MERGES_SHOWN)
    context = {
        "questions": page.items,
        "next": page.next,
        "kind": wanted or "",
        "status": status,
        "merges": [merge_view(each) for each in made.items],
        "apart": apart.items,
        "lessons": _lessons(session, visitor),
        "said": SAID.get(done, ""),
    }
    return show(request, visitor, "duplicates.html", context)


def _lessons(session: Session, visitor: Visitor) -> list[tuple[str, Lesson]]:
    """What answers have taught, by kind; for those who see all pairs that were answered."""
    if visitor.principal.role is not Role.OPS:
        return []
    learnt = [(kind, lesson_from(session, kind)) for kind in MERGEABLE]
    return [(kind, lesson) for kind, lesson in learnt if lesson.bits]


@router.post("/duplicates/{question_id}/decision")
def decide_by_form(
    question_id: str,
    request: Request,
    visitor: CurrentVisitor,
    now: Now,
    decision: Annotated[str, Form()] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Answer, then on to the next question."""
    if decision not in ("same", "not_same", "later"):
        raise Invalid("Expected 'same', 'not_same' or 'later'.", field="decision")
    word = cast("Literal['same', 'not_same', 'later']", decision)
    try:
        with sessions_of(request).begin() as session:
            desk.decide(
                session, visitor.principal, question_id, word, now=now, reason=reason or None
            )
    except Conflict:
        return RedirectResponse("/duplicates?done=late", 303)
    return RedirectResponse(f"/duplicates?done={decision}", 303)


@router.post("/merges/{merge_id}/undo")
def undo_by_form(
    merge_id: str,
    request: Request,
    visitor: CurrentVisitor,
    now: Now,
    reason: Annotated[str, Form(max_length=2000)] = "",
    next: Annotated[str, Form()] = "/duplicates",  # noqa: A002
) -> Response:
    """Undo a merge, then back to the page it was undone on."""
    done = "undone"
    try:
        with sessions_of(request).begin() as session:
            desk.part(session, visitor.principal, merge_id, now=now, reason=reason or None)
    except Conflict:
        done = "late"
    path = own_path(next)
    return RedirectResponse(f"{path}?done={done}" if path == "/duplicates" else path, 303)


@router.post("/distinctions/{distinction_id}/withdrawal")
def withdraw_by_form(
    distinction_id: str, request: Request, visitor: CurrentVisitor, now: Now
) -> Response:
    """Take "not the same" back, then on to what waits."""
    try:
        with sessions_of(request).begin() as session:
            distinctions.withdraw(session, visitor.principal, distinction_id, now=now)
    except Conflict:
        return RedirectResponse("/duplicates?done=late", 303)
    return RedirectResponse("/duplicates?done=withdrawn", 303)


def merged_from(session: Session, visitor: Visitor, record_id: str) -> list[MergeView]:
    """What a record was merged from, for those who may undo it."""
    if visitor.role not in desk.STEWARDS:
        return []
    made = desk.merges(session, visitor.principal, record_id=record_id, limit=MERGES_SHOWN)
    return [merge_view(each) for each in made.items]


def merge_view(made: desk.Decided) -> MergeView:
    """A merge in words."""
    by = "by rule" if made.decided_by == desk.RULE else "by a person"
    said = [f"{each.words} {words.signed(each.weight)}" for each in made.reasons]
    return MergeView(
        made.id, made.kind, made.name, made.other_name, made.golden_id, by,
        ", ".join(said) or made.reason or made.method, made.decided_at, made.undone_at,
    )  # fmt: skip
