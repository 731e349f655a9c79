"""Finding a customer by whatever they give: a phone number, an e-mail, a number, a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.hygiene import clean_email, clean_phone, fold, organisation_key, phone_digits
from assistant.db.tables import (
    Account,
    Contact,
    Invoice,
    Lead,
    MatchKey,
    Order,
    Quote,
    Record,
    Ticket,
)
from assistant.errors import Invalid
from assistant.governance.access import Principal, visible

MAX_RESULTS = 20
MIN_LIKENESS = 72.0  # of 100; below it names only share letters
MIN_PHONE_DIGITS = 6
NAMED = ("account", "contact", "lead")
NUMBERED = ("ticket", "order", "invoice", "quote")


@dataclass(frozen=True, slots=True)
class Found:
    """A record that fits what was given, and why; `likeness` is 1 for an exact match."""

    kind: str
    id: str
    version: int
    title: str
    account_id: str | None
    account: str | None
    why: str
    likeness: float


def look_up(session: Session, principal: Principal, text: str) -> list[Found]:
    """Customers and their records that fit `text`, exact matches first; only those one may see.

    Raises Invalid for an empty text.
    """
    wanted = text.strip()[:320]
    if not wanted:
        raise Invalid(
            "Expected a phone number, e-mail, order, invoice or ticket number, or a name.",
            field="lookup",
        )
    exact = _exact(session, principal, wanted)
    found = exact or _alike(session, principal, wanted)
    return _described(session, principal, found)[:MAX_RESULTS]


def _exact(session: Session, principal: Principal, text: str) -> list[tuple[str, str, float]]:
    keys: list[tuple[str, str]] = []
    if email := clean_email(text).value:
        keys.append(("email", str(email)))
    if phone := clean_phone(text).value:
        keys.append(("phone", phone.e164))
    number = text.lstrip("#").casefold()
    keys += [("number", number), ("sku", number), ("number", text.casefold())]
    keys += [("domain", text.casefold()), ("name", fold(text)), ("name", organisation_key(text))]
    found = _by_keys(session, principal, keys)
    return found or _by_phone_ending(session, principal, text)


def _by_keys(
    session: Session, principal: Principal, keys: Iterable[tuple[str, str]]
) -> list[tuple[str, str, float]]:
    hits: dict[str, tuple[str, str, float]] = {}
    for field, value in keys:
        if not value:
            continue
        query = (
            select(MatchKey.record_id)
            .where(
                MatchKey.field == field,
                MatchKey.value == value,
                MatchKey.kind.in_((*NAMED, *NUMBERED)),
                visible(principal, MatchKey.record_id),
            )
            .order_by(MatchKey.record_id)
            .limit(MAX_RESULTS)
        )
        for record_id in session.scalars(query):
            hits.setdefault(record_id, (record_id, f"same {field}", 1.0))
    return list(hits.values())


def _by_phone_ending(
    session: Session, principal: Principal, text: str
) -> list[tuple[str, str, float]]:
    """A number without its country code is the end of one with it."""
    digits = phone_digits(text).lstrip("0")
    if len(digits) < MIN_PHONE_DIGITS or any(letter.isalpha() for letter in text):
        return []
    query = (
        select(MatchKey.record_id)
        .where(
            MatchKey.field == "phone",
            MatchKey.value.like(f"%{digits}"),
            visible(principal, MatchKey.record_id),
        )
        .order_by(MatchKey.record_id)
        .limit(MAX_RESULTS)
    )
    return [(record_id, "phone ends alike", 0.9) for record_id in session.scalars(query)]


def _alike(session: Session, principal: Principal, text: str) -> list[tuple[str, str, float]]:
    """Names that are nearly the one given: spelt as it sounds, or mistyped."""
    key = fold(text)
    if not key:
        return []
    rows = session.execute(
        select(MatchKey.record_id, MatchKey.value)
        .where(
            MatchKey.field == "name",
            MatchKey.kind.in_(NAMED),
            visible(principal, MatchKey.record_id),
        )
        .order_by(MatchKey.record_id)
    )
    names = {row.record_id: row.value for row in rows}
    scored = process.extract(
        key, names, scorer=fuzz.WRatio, limit=MAX_RESULTS, score_cutoff=MIN_LIKENESS
    )
    return [(record_id, "name is alike", score / 100) for _, score, record_id in scored]


_TITLES = {
    "account": (Account, "name"),
    "contact": (Contact, "name"),
    "lead": (Lead, "name"),
    "ticket": (Ticket, "subject"),
    "order": (Order, "number"),
    "invoice": (Invoice, "number"),
    "quote": (Quote, "number"),
}


def _described(
    session: Session, principal: Principal, hits: list[tuple[str, str, float]]
) -> list[Found]:
    records = {
        record.id: record
        for record in session.scalars(select(Record).where(Record.id.in_([hit[0] for hit in hits])))
    }
    account_ids = {record.account_id for record in records.values() if record.account_id}
    rows = session.execute(
        select(Account.id, Account.name).where(
            Account.id.in_(account_ids), visible(principal, Account.id)
        )
    )
    accounts = {row.id: row.name for row in rows}
    found = []
    for record_id, why, likeness in hits:
        record = records[record_id]
        table, column = _TITLES[record.kind]
        title = getattr(session.get_one(table, record_id), column) or record.kind
        account_id = record.account_id if record.account_id in accounts else None
        found.append(
            Found(
                record.kind, record_id, record.version, str(title), account_id,
                accounts.get(account_id or ""), why, likeness,
            )
        )  # fmt: skip
    order = {kind: place for place, kind in enumerate((*NAMED, *NUMBERED))}
    return sorted(found, key=lambda hit: (-hit.likeness, order[hit.kind], hit.title))
