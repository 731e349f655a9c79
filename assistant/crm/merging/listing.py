"""Pairs that may be one, as the command line lists them: all of them, for who runs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.merging import desk
from assistant.crm.merging.desk import Question
from assistant.db.tables import Duplicate


def waiting(
    session: Session, *, kind: str | None = None, status: str = "open", limit: int = 50
) -> list[Question]:
    """The likeliest first."""
    query = select(Duplicate).where(Duplicate.status == status)
    if kind is not None:
        query = query.where(Duplicate.kind == kind)
    query = query.order_by(Duplicate.weight.desc(), Duplicate.id).limit(limit)
    return desk.side_by_side(session, list(session.scalars(query)))


def as_json(found: Sequence[Question]) -> dict[str, object]:
    """What is listed, for programs."""
    return {
        "duplicates": [
            {
                "id": one.id, "kind": one.kind, "a": one.a, "b": one.b, "a_name": one.a_name,
                "b_name": one.b_name, "weight": one.weight, "probability": one.probability,
                "status": one.status, "found_at": one.found_at.isoformat(),
                "reasons": [
                    {"field": each.field, "words": each.words, "weight": each.weight}
                    for each in one.reasons
                ],
            }
            for one in found
        ]
    }  # fmt: skip


def lines(found: Sequence[Question]) -> Iterator[str]:
    """What is listed, for people."""
    for one in found:
        yield f"{one.probability:4.0%}  {one.kind:8} {one.a} {one.a_name} | {one.b} {one.b_name}"
        yield "      " + ", ".join(f"{each.words} {each.weight:+.1f}" for each in one.reasons)
    if not found:
        yield "Nothing waits."
