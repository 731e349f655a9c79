"""Which account and deal a call is about: told, taken for sure, or asked of the reviewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.calls.store import content_of, transcript_of
from assistant.crm.merging.origins import keep_account_origin, keep_origins
from assistant.db.tables import Account, Call, Contact, Deal, Note, Record
from assistant.errors import Conflict, Invalid
from assistant.governance.access import Principal, not_found, sees_kind, visible
from assistant.governance.records import touch_record
from assistant.notes.words import content_words

_MOST = 10
_MOST_SPEAKERS = 20
_TOLD, _ONLY_ONE, _SPEAKER = 1.0, 0.9, 0.8
_NAMED, _SHARE = 0.3, 0.5  # what saying a deal's whole name adds to being one of several

State = Literal["matched", "asked", "unknown"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that the call may be about, how sure that is, and why."""

    id: str
    name: str
    confidence: float
    because: str


@dataclass(frozen=True, slots=True)
class Match:
    """matched: one is taken; asked: the reviewer is to choose; unknown: there is none to offer."""

    state: State
    chosen: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()


def account_match(session: Session, principal: Principal, call: Call) -> Match:
    """The call's account, or those whose people spoke in it."""
    if call.account_id:
        named = select(Account.name).where(
            Account.id == call.account_id, visible(principal, Account.id)
        )
        name = session.scalar(named)
        told = Candidate(call.account_id, name or "", _TOLD, "the call was brought to it")
        return Match("matched", told)
    _, transcript = transcript_of(session, call.id, call.transcript_version)
    speakers = {turn.speaker.partition("(")[0].strip().lower() for turn in transcript.turns}
    query = (
        select(Account.id, Account.name, Contact.name)
        .join(Contact, Contact.account_id == Account.id)
        .where(
            func.lower(Contact.name).in_(sorted(speakers - {""})[:_MOST_SPEAKERS]),
            visible(principal, Account.id),
            visible(principal, Contact.id),
        )
        .order_by(Account.name, Account.id)
        .limit(_MOST)
    )
    found = {
        account: Candidate(account, name, _SPEAKER, f"{contact} is known there")
        for account, name, contact in session.execute(query)
    }
    return Match("asked" if found else "unknown", None, tuple(found.values()))


def deal_match(session: Session, principal: Principal, call: Call, note: Note) -> Match:
    """The note's deal, or the account's open ones, the surest first."""
    if not call.account_id or not sees_kind(principal, "deal"):
        return Match("unknown")
    candidates = _open_deals(session, principal, call)
    if note.deal_id:
        chosen = _chosen(session, principal, call, note, candidates)
        return Match("matched", chosen, candidates)
    return Match("asked" if candidates else "unknown", None, candidates)


def _chosen(
    session: Session,
    principal: Principal,
    call: Call,
    note: Note,
    candidates: Sequence[Candidate],
) -> Candidate | None:
    deal = session.scalar(select(Deal).where(Deal.id == note.deal_id, visible(principal, Deal.id)))
    if deal is None:
        return None
    if (note.matching or {}).get("deal_chosen_by"):
        return Candidate(deal.id, deal.name, _TOLD, "chosen by the reviewer")
    if call.deal_id == deal.id:
        return Candidate(deal.id, deal.name, _TOLD, "the call was brought to it")
    return next(
        (each for each in candidates if each.id == deal.id),
        Candidate(deal.id, deal.name, _ONLY_ONE, "it was the account's only open deal"),
    )


def _open_deals(session: Session, principal: Principal, call: Call) -> tuple[Candidate, ...]:
    rows = session.execute(
        select(Deal.id, Deal.name)
        .where(
            Deal.account_id == call.account_id,
            Deal.closed_at.is_(None),
            Deal.won.is_(None),
            visible(principal, Deal.id),
        )
        .order_by(Deal.opened_at.desc(), Deal.id)
        .limit(_MOST)
    ).all()
    if len(rows) == 1:
        return (Candidate(rows[0].id, rows[0].name, _ONLY_ONE, "the account's only open deal"),)
    if not rows:
        return ()
    _, transcript = transcript_of(session, call.id, call.transcript_version)
    said = content_words(" ".join(turn.text for turn in transcript.turns).lower())
    found = []
    for deal_id, name in rows:
        words = content_words(name.lower())
        told = [word for word in name.split() if content_words(word.lower()) & said]
        confidence = _NAMED + _SHARE * len(words & said) / len(words) if words else _NAMED
        because = f"said in the call: {', '.join(told)}" if told else "an open deal of the account"
        found.append(Candidate(deal_id, name, round(confidence, 2), because))
    return tuple(sorted(found, key=lambda each: -each.confidence))


def choose_deal(session: Session, principal: Principal, note: Note, deal_id: str) -> None:
    """Let the note be about this deal; raises when the person does not see it at the account."""
    deal = session.scalar(select(Deal).where(Deal.id == deal_id, visible(principal, Deal.id)))
    if deal is None:
        raise not_found("deal", deal_id)
    if deal.account_id != note.account_id:
        raise Invalid("This deal belongs to another account than the call.", field="deal_id")
    note.deal_id = deal.id
    note.matching = {**(note.matching or {}), "deal_chosen_by": principal.user_id}


def choose_account(
    session: Session, principal: Principal, note: Note, account_id: str, now: datetime
) -> None:
    """Let a call that was brought without an account, and its note, belong to this one."""
    call = session.get_one(Call, note.call_id)
    if call.account_id:
        raise Conflict("This call belongs to an account already.")
    query = select(Account.id).where(Account.id == account_id, visible(principal, Account.id))
    if session.scalar(query) is None:
        raise not_found("account", account_id)
    call.account_id = note.account_id = account_id
    for table, row_id in (("calls", call.id), ("notes", note.id)):
        record = session.get_one(Record, row_id)
        record.account_id = record.governing_id = account_id
        keep_origins(session, table, {row_id: {"account_id": account_id}})
        keep_account_origin(session, row_id, account_id)
    touch_record(
        session, session.get_one(Record, call.id), now=now, changed_by=principal.user_id,
        data=content_of(call), fields=["account_id"],
    )  # fmt: skip
    note.matching = {**(note.matching or {}), "account_chosen_by": principal.user_id}
