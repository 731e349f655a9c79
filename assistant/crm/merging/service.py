"""Deciding that records are one, that they are not, and taking such a decision back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.crm.merging import store
from assistant.crm.merging.regroup import regroup
from assistant.crm.merging.shown import Author
from assistant.crm.taken import Joining
from assistant.crm.turns import take_turns
from assistant.db.tables import Distinction, Merge, Record, new_id
from assistant.errors import Conflict, Invalid
from assistant.governance import audit

MERGEABLE = ("account", "contact", "lead")
RULE = "rule"
ORIGIN = "merge"


def merge(
    session: Session,
    a: str,
    b: str,
    *,
    decided_by: str,
    now: datetime,
    method: str = "by hand",
    reason: str | None = None,
    weight: float | None = None,
    reasons: Sequence[dict[str, object]] = (),
    premise: Sequence[str] = (),
) -> Merge:
    """Let two records be one from now on; the older of all that are one stands for them.

    The caller has checked that the person may see both. Raises Invalid for records that cannot be
    one, Conflict where they are one already or a person said that they are not.
    """
    take_turns(session)
    first, second = _pair(session, a, b)
    if first.golden_id == second.golden_id:
        raise Conflict(f"'{a[:40]}' and '{b[:40]}' are one record already.")
    if store.distinctions_between(session, first.golden_id, second.golden_id):
        raise Conflict(
            "Someone decided that these records, or what they consist of, are not the same. "
            "Withdraw that decision first."
        )
    edge = Merge(
        id=new_id("mrg"), kind=first.kind, a=a, b=b, decided_by=decided_by, method=method[:60],
        weight=weight, reasons=list(reasons), reason=reason, premise=list(premise),
        decided_at=now,
    )  # fmt: skip
    session.add(edge)
    session.flush()
    author = Author(decided_by, ORIGIN, now)
    regroup(session, (a, b), author)
    store.close_duplicates(session, first.kind, (a, b), by=decided_by, now=now)
    audit.append(
        session, decided_by, "records merged", now=now, kind=edge.kind,
        record_id=session.get_one(Record, a).golden_id,
        details={"merge": edge.id, "a": a, "b": b, "method": edge.method},
    )  # fmt: skip
    return edge


def follow(
    session: Session, kind: str, joining: Sequence[Joining], *, now: datetime
) -> list[Merge]:
    """Let new records whose key is that of several belong to them where those are one.

    Such a merge falls when the records that it rests on are no longer one.
    """
    if kind not in MERGEABLE or not joining or not store.anything_stands(session, kind):
        return []
    edges = [
        Merge(
            id=new_id("mrg"), kind=kind, a=one.holders[0], b=one.record_id, decided_by=RULE,
            method=f"same {one.field}", reasons=[], premise=list(one.holders), decided_at=now,
        )
        for one in joining
    ]  # fmt: skip
    session.add_all(edges)
    session.flush()
    fallen = regroup(session, {one.record_id for one in joining} | {e.a for e in edges},
                     Author(RULE, ORIGIN, now))  # fmt: skip
    for edge in edges:
        if edge.id in fallen:
            session.delete(edge)
            continue
        audit.append(
            session, RULE, "records merged", now=now, kind=kind, record_id=edge.a,
            details={"merge": edge.id, "a": edge.a, "b": edge.b, "method": edge.method},
        )  # fmt: skip
    session.flush()
    return [edge for edge in edges if edge.id not in fallen]


def undo(
    session: Session, merge_id: str, *, by: str, now: datetime, reason: str | None = None
) -> Merge:
    """Take a merge back: whatever it joined is again what it would be without it.

    Raises Conflict when it is undone already.
    """
    take_turns(session)
    edge = session.get_one(Merge, merge_id, populate_existing=True)
    if edge.undone_at is not None:
        raise Conflict("This merge has been undone already.")
    edge.undone_by, edge.undone_at, edge.undo_reason = by, now, reason
    session.flush()
    fallen = regroup(session, (edge.a, edge.b), Author(by, ORIGIN, now))
    store.reopen_duplicates(session, (edge.a, edge.b))
    audit.append(
        session, by, "merge undone", now=now, kind=edge.kind, record_id=edge.a,
        details={"merge": edge.id, "a": edge.a, "b": edge.b, "fell with it": fallen},
    )  # fmt: skip
    return edge


def distinguish(
    session: Session, a: str, b: str, *, decided_by: str, now: datetime, reason: str | None = None
) -> Distinction:
    """Let two records, and whatever they come to consist of, never be one.

    Raises Conflict where they are one by now: undo that first.
    """
    take_turns(session)
    first, second = _pair(session, a, b)
    if first.golden_id == second.golden_id:
        raise Conflict("These are one record by now; undo their merge first.")
    known = store.distinction(session, a, b)
    if known is not None:
        return known
    said = Distinction(
        id=new_id("dst"), kind=first.kind, a=a, b=b, decided_by=decided_by, decided_at=now,
        reason=reason,
    )  # fmt: skip
    session.add(said)
    audit.append(
        session, decided_by, "records distinguished", now=now, kind=said.kind, record_id=a,
        details={"distinction": said.id, "a": a, "b": b},
    )  # fmt: skip
    session.flush()
    return said


def withdraw_distinction(
    session: Session, distinction_id: str, *, by: str, now: datetime
) -> Distinction:
    """Take back that two records are not the same; raises Conflict when it is already."""
    take_turns(session)
    said = session.get_one(Distinction, distinction_id, populate_existing=True)
    if said.withdrawn_at is not None:
        raise Conflict("This decision has been withdrawn already.")
    said.withdrawn_by, said.withdrawn_at = by, now
    store.reopen_distinguished(session, said.a, said.b)
    audit.append(
        session, by, "distinction withdrawn", now=now, kind=said.kind, record_id=said.a,
        details={"distinction": said.id, "a": said.a, "b": said.b},
    )  # fmt: skip
    return said


def _pair(session: Session, a: str, b: str) -> tuple[Record, Record]:
    if a == b:
        raise Invalid("A record cannot be decided on with itself; name two.", field="b")
    first, second = session.get_one(Record, a), session.get_one(Record, b)
    if first.kind not in MERGEABLE:
        raise Invalid(
            f"Expected two records of one of {', '.join(MERGEABLE)}, got a {first.kind}.", field="a"
        )
    if first.kind != second.kind:
        raise Invalid(
            f"Expected two records of one kind, got {first.kind} and {second.kind}.", field="b"
        )
    return first, second
