"""Every query about the names that calls expect, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, Select, cast, delete, func, or_, select
from sqlalchemy.orm import Session

from assistant.calls import vocabulary
from assistant.calls.vocabulary import Arm, Candidate, Effect, Tally
from assistant.crm.hygiene import fold
from assistant.db.tables import (
    Account,
    Call,
    Contact,
    Deal,
    Interaction,
    Line,
    LookupKey,
    Product,
    Quote,
    Record,
    VocabularyTerm,
)
from assistant.governance.access import Principal, visible
from transcription.model import Transcript

MOST_OF_A_KIND = 40
COMPETITOR = "competitor"
# Whence a term was learned; such terms were not expected on their call, and count for no arm.
CORRECTION, NOTE = "correction", "note"
# Older corrections weigh so little that they need not be read.
CORRECTIONS_OF = timedelta(days=365)
RECENT_CALLS = 2000


@dataclass(frozen=True, slots=True)
class Measured:
    """What expecting names came to: calls with and without them, and the terms dropped."""

    expected: Arm
    without: Arm
    effect: Effect
    dropped: tuple[tuple[str, Tally], ...]


def prepare(
    session: Session, call: Call, *, house: Sequence[str], held_out_percent: int, now: datetime
) -> str:
    """Choose the names for this call, once, and keep them; returns what the recogniser is told.

    A call of the share that is held out is told nothing, and keeps the same names to compare.
    """
    kept = list(terms_of(session, call.id))
    if not kept:
        candidates = [*candidates_of(session, call, now), *(Candidate(t, "house") for t in house)]
        words = {w for one in candidates for w in vocabulary.words_of(one.term)}
        dropped = frozenset(key for key, tally in tallies(session).items() if tally.harms)
        found = vocabulary.chosen(candidates, _bearers(session, words), dropped)
        # Where names were seen to harm, the share that goes on being compared is the other one.
        harmful = measured(session).effect.verdict == "harms"
        expected = vocabulary.held_out(call.id, held_out_percent) == harmful
        kept = [_row(call.id, one, expected=expected) for one in found]
        session.add_all(kept)
        session.flush()
    return " ".join(row.term for row in kept if row.expected)


def _row(call_id: str, one: Candidate, *, expected: bool) -> VocabularyTerm:
    return VocabularyTerm(
        call_id=call_id, record_id=one.record_id, term=one.term,
        key=vocabulary.key_of(one.term)[:80], source=one.source, expected=expected,
        heard=0, put_in=0, taken_out=0,
    )  # fmt: skip


def terms_of(session: Session, call_id: str) -> Sequence[VocabularyTerm]:
    """The names chosen for this call, best first, and those learned from its corrections."""
    query = select(VocabularyTerm).where(VocabularyTerm.call_id == call_id)
    return session.scalars(query.order_by(VocabularyTerm.id)).all()


def count_heard(session: Session, call: Call, transcript: Transcript) -> dict[str, float]:
    """Note which of its names the transcript holds; what its quality block says of them."""
    rows = terms_of(session, call.id)
    if not rows:
        return {}
    texts = [turn.text for turn in transcript.turns]
    counted = vocabulary.occurrences(texts, (row.key for row in rows))
    for row in rows:
        row.heard = counted[row.key]
    expected = [row for row in rows if row.expected]
    return {
        "names_expected": len(expected),
        "names_heard": sum(row.heard > 0 for row in rows),
        "names_held_out": float(not expected),
    }


def learn(session: Session, call: Call, before: Transcript, after: Transcript) -> None:
    """Note which names the correction put in and took out, and learn those it brings."""
    rows = {row.key: row for row in terms_of(session, call.id)}
    changed = [
        (old.text, new.text)
        for old, new in zip(before.turns, after.turns, strict=False)
        if old.text != new.text
    ] if len(before.turns) == len(after.turns) else []  # fmt: skip
    for term in vocabulary.learned([old for old, _ in changed], [new for _, new in changed]):
        key = vocabulary.key_of(term)[:80]
        if key and key not in rows and len(term) <= vocabulary.LONGEST_TERM:
            rows[key] = _row(call.id, Candidate(term, CORRECTION), expected=False)
            session.add(rows[key])
    was, now = (
        vocabulary.occurrences((turn.text for turn in one.turns), rows) for one in (before, after)
    )
    for key, row in rows.items():
        row.put_in += max(0, now[key] - was[key])
        row.taken_out += max(0, was[key] - now[key])


def learn_from_note(session: Session, call_id: str, rewordings: Sequence[tuple[str, str]]) -> int:
    """Learn the names that a reviewer spelt anew in a note's lines (before, after); how many."""
    known = {row.key for row in terms_of(session, call_id)}
    terms = vocabulary.learned(
        [before for before, _ in rewordings], [after for _, after in rewordings],
        alike=vocabulary.SOUNDS_ALIKE,
    )  # fmt: skip
    taught = [
        _row(call_id, Candidate(term, NOTE), expected=False)
        for term in terms
        if len(term) <= vocabulary.LONGEST_TERM and vocabulary.key_of(term)[:80] not in known
    ]
    for row in taught:
        row.put_in = 1
    session.add_all(taught)
    return len(taught)


def unlearn_note(session: Session, call_id: str) -> None:
    """Take back what the call's note taught, when its confirmation is taken back."""
    session.execute(
        delete(VocabularyTerm).where(
            VocabularyTerm.call_id == call_id, VocabularyTerm.source == NOTE
        )
    )


def tallies(session: Session) -> dict[str, Tally]:
    """By term, what came of it in all calls that expected it."""
    query = (
        select(
            VocabularyTerm.key, func.sum(VocabularyTerm.heard), func.sum(VocabularyTerm.put_in),
            func.sum(VocabularyTerm.taken_out),
        )
        .where(VocabularyTerm.expected)
        .group_by(VocabularyTerm.key)
        .having(func.sum(VocabularyTerm.taken_out) >= vocabulary.LEAST_TAKEN_OUT)
    )  # fmt: skip
    return {
        key: Tally(int(heard), int(put_in), int(out))
        for key, heard, put_in, out in session.execute(query)
    }


def measured(session: Session, principal: Principal | None = None) -> Measured:
    """Corrections of names in recent calls that a person corrected, with and without expecting.

    principal: whose eyes the terms are for; None tells no term apart from another.
    """
    query = (
        select(
            Call.id, func.max(cast(VocabularyTerm.expected, Integer)),
            func.sum(VocabularyTerm.put_in + VocabularyTerm.taken_out),
        )
        .join(VocabularyTerm, VocabularyTerm.call_id == Call.id)
        .where(Call.transcript_version > 1, VocabularyTerm.source.not_in((CORRECTION, NOTE)))
        .group_by(Call.id)
        .order_by(Call.id.desc())
        .limit(RECENT_CALLS)
    )  # fmt: skip
    arms: dict[bool, list[int]] = {True: [], False: []}
    for _, expected, corrections in session.execute(query):
        arms[bool(expected)].append(int(corrections))
    told, without = Arm(tuple(arms[True])), Arm(tuple(arms[False]))
    dropped = {key: tally for key, tally in tallies(session).items() if tally.harms}
    shown = _shown(session, principal, dropped) if principal else {}
    names = tuple((shown[key], tally) for key, tally in sorted(dropped.items()) if key in shown)
    return Measured(told, without, vocabulary.effect_of(told, without), names)


def _shown(session: Session, principal: Principal, keys: Mapping[str, Tally]) -> dict[str, str]:
    query = select(VocabularyTerm.key, func.min(VocabularyTerm.term)).where(
        VocabularyTerm.key.in_(list(keys)), visible(principal, VocabularyTerm.call_id)
    )
    return {key: term for key, term in session.execute(query.group_by(VocabularyTerm.key))}  # noqa: C416


def forget(session: Session, record_ids: Sequence[str]) -> int:
    """Drop the names of these records, and whatever these calls expected or taught."""
    ids = list(record_ids)
    names = [
        *session.scalars(select(Contact.name).where(Contact.id.in_(ids))),
        *session.scalars(select(Account.name).where(Account.id.in_(ids))),
    ]
    keys = {vocabulary.key_of(name)[:80] for name in names}
    keys |= {word for key in keys for word in key.split() if len(word) > 2}
    gone = session.execute(
        delete(VocabularyTerm)
        .where(
            or_(
                VocabularyTerm.call_id.in_(ids),
                VocabularyTerm.record_id.in_(ids),
                VocabularyTerm.key.in_(keys),
            )
        )
        .returning(VocabularyTerm.id)
    )
    return len(gone.all())


def _bearers(session: Session, words: Iterable[str]) -> dict[str, int]:
    """By word, how many records bear it in their name."""
    wanted = sorted({fold(word) for word in words})[:1000]
    query = (
        select(LookupKey.value, func.count())
        .where(LookupKey.form == "word", LookupKey.value.in_(wanted))
        .group_by(LookupKey.value)
    )
    return {word: number for word, number in session.execute(query)}  # noqa: C416


def candidates_of(session: Session, call: Call, now: datetime) -> list[Candidate]:
    """Names that may be spoken on this call: of its account and people, and once misheard there."""
    found = [
        Candidate(name, COMPETITOR)
        for name in session.scalars(
            select(Account.name)
            .where(func.lower(Account.status) == COMPETITOR)
            .order_by(Account.name)
            .limit(MOST_OF_A_KIND)
        )
    ]
    if call.account_id is None:
        return found
    account = session.get(Account, call.account_id)
    if account is not None:
        found.append(Candidate(account.name, "company", account.id))
        found += [Candidate(p, "place", account.id) for p in (account.city, account.region) if p]
    found += _people(session, call, now)
    found += [Candidate(name, "product") for name in session.scalars(_offered(call.account_id))]
    return found + _corrections(session, call, now)


def _people(session: Session, call: Call, now: datetime) -> list[Candidate]:
    latest = (
        select(func.max(Interaction.occurred_at))
        .where(Interaction.contact_id == Contact.id, Interaction.occurred_at <= now)
        .correlate(Contact)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Contact, latest, Record.updated_at)
        .join(Record, Record.id == Contact.id)
        .where(Contact.account_id == call.account_id, Record.archived_at.is_(None))
        .order_by((Contact.id == call.contact_id).desc(), latest.desc().nulls_last(), Contact.name)
        .limit(MOST_OF_A_KIND)
    )
    return [
        Candidate(
            contact.name,
            "spoken to" if contact.id == call.contact_id else "contact",
            contact.id,
            _days(now, at or updated_at),
        )
        for contact, at, updated_at in rows
    ]


def _offered(account_id: str) -> Select[str]:
    """The products that this account was offered, the most often offered first."""
    return (
        select(Product.name)
        .join(Line, Line.product_id == Product.id)
        .join(Quote, Quote.id == Line.parent_id)
        .outerjoin(Deal, Deal.id == Quote.deal_id)
        .where(or_(Quote.account_id == account_id, Deal.account_id == account_id))
        .group_by(Product.name)
        .order_by(func.count().desc(), Product.name)
        .limit(MOST_OF_A_KIND)
    )


def _corrections(session: Session, call: Call, now: datetime) -> list[Candidate]:
    """What reps put in on calls of this account: proven to be said, and misheard."""
    rows = session.execute(
        select(VocabularyTerm.term, VocabularyTerm.record_id, func.max(Call.started_at))
        .join(Call, Call.id == VocabularyTerm.call_id)
        .where(
            Call.account_id == call.account_id,
            Call.started_at >= now - CORRECTIONS_OF,
            VocabularyTerm.put_in > VocabularyTerm.taken_out,
        )
        .group_by(VocabularyTerm.term, VocabularyTerm.record_id)
        .order_by(func.max(Call.started_at).desc())
        .limit(MOST_OF_A_KIND)
    )
    return [Candidate(term, CORRECTION, owner, _days(now, at)) for term, owner, at in rows]


def _days(now: datetime, at: datetime) -> float:
    return max(0.0, (now - at).total_seconds() / 86400)
