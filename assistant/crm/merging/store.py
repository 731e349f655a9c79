"""What is written down of merges, of what is not the same, and of what may be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from assistant.crm.entry.store import SOURCE as BY_HAND
from assistant.crm.match_keys import chunks
from assistant.crm.merging.candidates import Pair
from assistant.db.tables import (
    Distinction,
    Duplicate,
    MatchKey,
    Merge,
    Record,
    SourceRow,
    new_id,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a comparison of two records came to."""

    weight: float
    probability: float
    verdict: str
    reasons: list[dict[str, object]]
    conflicts: list[str]


def anything_stands(session: Session, kind: str) -> bool:
    """Is any record of this kind merged with another?"""
    query = select(Merge.id).where(Merge.kind == kind, Merge.undone_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def distinction(session: Session, a: str, b: str) -> Distinction | None:
    """The standing word that these two identities are not the same."""
    pair = or_(
        and_(Distinction.a == a, Distinction.b == b), and_(Distinction.a == b, Distinction.b == a)
    )
    return session.scalar(select(Distinction).where(pair, Distinction.withdrawn_at.is_(None)))


def distinctions_between(session: Session, a: str, b: str) -> list[Distinction]:
    """What keeps these two golden records apart: words on any of the identities in them."""
    first, second = aliased(Record), aliased(Record)
    query = (
        select(Distinction)
        .join(first, first.id == Distinction.a)
        .join(second, second.id == Distinction.b)
        .where(
            Distinction.withdrawn_at.is_(None),
            or_(
                and_(first.golden_id == a, second.golden_id == b),
                and_(first.golden_id == b, second.golden_id == a),
            ),
        )
        .order_by(Distinction.id)
    )
    return list(session.scalars(query))


def parted_by_a_person(session: Session, a: str, b: str) -> bool:
    """Did a person undo a merge of these golden records, or of anything in them?"""
    first, second = aliased(Record), aliased(Record)
    query = (
        select(Merge.id)
        .join(first, first.id == Merge.a)
        .join(second, second.id == Merge.b)
        .where(
            Merge.undone_at.is_not(None),
            Merge.undone_by != "rule",
            or_(
                and_(first.golden_id == a, second.golden_id == b),
                and_(first.golden_id == b, second.golden_id == a),
            ),
        )
    )
    return session.scalar(query.limit(1)) is not None


def share_an_identifier(session: Session, a: str, b: str) -> bool:
    """Have both the very same e-mail, phone or domain?

    Names, places and addresses that are merely alike add up to certainty where people are numbered
    or named after each other; a person is asked about those.
    """
    first, second = aliased(MatchKey), aliased(MatchKey)
    query = (
        select(first.record_id)
        .join(second, and_(second.field == first.field, second.value == first.value))
        .where(
            first.record_id.in_(parts_of(session, a)),
            second.record_id.in_(parts_of(session, b)),
            first.field.in_(("email", "phone", "domain")),
        )
    )
    return session.scalar(query.limit(1)) is not None


def any_by_hand(session: Session, a: str, b: str) -> bool:
    """Does a person's own entry stand behind either, and not only what systems sent?"""
    query = select(SourceRow.id).where(
        SourceRow.record_id.in_([*parts_of(session, a), *parts_of(session, b)]),
        SourceRow.source_id == BY_HAND,
    )
    return session.scalar(query.limit(1)) is not None


def looked_after_apart(session: Session, a: str, b: str) -> bool:
    """Would merging show one to people who look after the other alone?

    Access follows the governing record: its team, or its owner where it has no team.
    """
    governing = aliased(Record)
    query = (
        select(Record.id, governing.team_id, governing.owner_id)
        .join(governing, governing.id == Record.governing_id)
        .where(Record.id.in_((a, b)))
    )
    found = {record_id: (team, owner) for record_id, team, owner in session.execute(query)}
    if len(found) < 2:
        return False
    (team_a, owner_a), (team_b, owner_b) = found[a], found[b]
    if team_a and team_b:
        return bool(team_a != team_b)
    return bool(owner_a and owner_b and owner_a != owner_b)


def parts_of(session: Session, golden_id: str) -> list[str]:
    """The identities that a golden record stands for, itself included."""
    query = select(Record.id).where(Record.golden_id == golden_id).order_by(Record.id)
    return list(session.scalars(query))


def ask(session: Session, kind: str, a: str, b: str, evidence: Evidence, *, now: datetime) -> None:
    """Let a steward decide on the pair; what was decided already stays decided."""
    first, second = sorted((a, b))
    if distinctions_between(session, a, b):
        return
    query = select(Duplicate).where(Duplicate.a == first, Duplicate.b == second)
    known = session.scalar(query)
    if known is None:
        known = Duplicate(
            id=new_id("dup"), kind=kind, a=first, b=second, status="open", found_at=now
        )
        session.add(known)
    elif known.status == "same":
        known.status, known.decided_by, known.decided_at = "open", None, None
    known.weight, known.probability = evidence.weight, evidence.probability
    known.verdict, known.reasons = evidence.verdict, evidence.reasons
    session.flush()


def drop_questions(session: Session, record_ids: Sequence[str], asked: Collection[Pair]) -> None:
    """Open questions about these records that nothing asks any more."""
    still = {tuple(sorted((pair.a, pair.b))) for pair in asked}
    for chunk in chunks(record_ids):
        query = select(Duplicate.id, Duplicate.a, Duplicate.b).where(
            Duplicate.status == "open", or_(Duplicate.a.in_(chunk), Duplicate.b.in_(chunk))
        )
        gone = [row.id for row in session.execute(query) if (row.a, row.b) not in still]
        session.execute(delete(Duplicate).where(Duplicate.id.in_(gone)))


def close_duplicates(
    session: Session, kind: str, identities: Sequence[str], *, by: str, now: datetime
) -> None:
    """Questions whose two records are one by now are answered."""
    first, second = aliased(Record), aliased(Record)
    answered = (
        select(Duplicate.id)
        .join(first, first.id == Duplicate.a)
        .join(second, second.id == Duplicate.b)
        .where(
            Duplicate.kind == kind,
            Duplicate.status.in_(("open", "later")),
            first.golden_id == second.golden_id,
            first.golden_id.in_(select(Record.golden_id).where(Record.id.in_(identities))),
        )
    )
    ids = list(session.scalars(answered))
    session.execute(
        update(Duplicate)
        .where(Duplicate.id.in_(ids))
        .values(status="same", decided_by=by, decided_at=now)
    )


def reopen_duplicates(session: Session, identities: Sequence[str]) -> None:
    """Questions that a merge had answered are open again where their records stand apart now."""
    first, second = aliased(Record), aliased(Record)
    apart = (
        select(Duplicate.id)
        .join(first, first.id == Duplicate.a)
        .join(second, second.id == Duplicate.b)
        .where(
            Duplicate.status == "same",
            first.golden_id != second.golden_id,
            or_(*(
                place.golden_id.in_(select(Record.golden_id).where(Record.id.in_(identities)))
                for place in (first, second)
            )),
        )
    )  # fmt: skip
    ids = list(session.scalars(apart))
    _reopen(session, ids)


def reopen_distinguished(session: Session, a: str, b: str) -> None:
    """A question is open again whose answer "not the same" was taken back."""
    pair = or_(and_(Duplicate.a == a, Duplicate.b == b), and_(Duplicate.a == b, Duplicate.b == a))
    query = select(Duplicate.id).where(pair, Duplicate.status == "not_same")
    _reopen(session, list(session.scalars(query)))


def _reopen(session: Session, ids: Sequence[str]) -> None:
    session.execute(
        update(Duplicate)
        .where(Duplicate.id.in_(ids))
        .values(status="open", decided_by=None, decided_at=None)
    )
