"""Finding a customer by whatever they give: a phone number, an e-mail, a number, a name, a site.

Everything is read from an index: match keys for what is given whole, look-up keys for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.crm.hygiene import (
    clean_domain,
    clean_email,
    clean_phone,
    fold,
    is_free_mail,
    organisation_key,
    phone_digits,
)
from assistant.crm.lookup_keys import (
    NAMED,
    NUMBER,
    NUMBERED,
    PHONE,
    WORD,
    figures,
    words_like,
)
from assistant.crm.merging import links
from assistant.db.tables import (
    Account,
    Contact,
    Invoice,
    Lead,
    LookupKey,
    MatchKey,
    Order,
    Quote,
    Record,
    Ticket,
)
from assistant.errors import Invalid
from assistant.governance.access import Principal, golden_of, visible

MAX_RESULTS = 20
MIN_LIKENESS = 72.0  # of 100; below it names only share letters
# Fewer last digits of a phone number are shared by too many to help.
MIN_PHONE_DIGITS, SURE_PHONE_DIGITS = 4, 6
LONGEST_PHONE = 15  # digits, by E.164
# Names of several words that share some of them, compared whole.
MAX_CANDIDATES = 400
MAX_WORDS = 6
# What people put before a number to say what it is one of.
_KIND_WORDS = {
    "ticket": "ticket", "case": "ticket", "order": "order", "po": "order", "invoice": "invoice",
    "inv": "invoice", "bill": "invoice", "quote": "quote", "offer": "quote",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?:no\.?|nr\.?|number|#|№)?\s*([a-z]*)[\s\-_/.#:]*((?:[a-z]*[\s\-_/.]?\d+)+)"
)


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


@dataclass(frozen=True, slots=True)
class _Hit:
    record_id: str
    why: str
    likeness: float


def look_up(session: Session, principal: Principal, text: str) -> list[Found]:
    """Customers and their records that fit `text`, the surest first; only those one may see.

    Where something fits exactly, what is only alike is left out. Raises Invalid for an empty text.
    """
    wanted = text.strip()[:320]
    if not wanted:
        raise Invalid(
            "Expected a phone number, e-mail, web address, order, invoice or ticket number, "
            "or a name.",
            field="lookup",
        )
    hits = _whole(session, principal, wanted)
    if not hits:
        hits = [
            *_by_domain_of_address(session, principal, wanted),
            *_by_phone_ending(session, principal, wanted),
            *_by_number(session, principal, wanted),
        ]
    if not hits:
        hits = _by_name(session, principal, wanted)
    return _described(session, principal, _best(session, hits))[:MAX_RESULTS]


def _whole(session: Session, principal: Principal, text: str) -> list[_Hit]:
    """What goes by exactly this: an address, a phone number, a number, a site, a name."""
    keys: list[tuple[str, str]] = []
    if email := clean_email(text).value:
        keys.append(("email", str(email)))
    if phone := clean_phone(_without_trunk_zero(text)).value:
        keys.append(("phone", phone.e164))
    keys += [("number", text.lstrip("#").strip().casefold()), ("number", text.casefold())]
    if "@" not in text and "." in text and (domain := clean_domain(text).value):
        keys.append(("domain", domain))
    keys += [("name", fold(text)), ("name", organisation_key(text))]
    hits: list[_Hit] = []
    for field, value in dict.fromkeys(keys):
        if value:
            hits += _by_key(session, principal, field, value, f"same {field}", 1.0)
    return hits


def _by_key(
    session: Session, principal: Principal, field: str, value: str, why: str, likeness: float
) -> list[_Hit]:
    query = (
        select(MatchKey.record_id)
        .where(
            MatchKey.kind.in_((*NAMED, *NUMBERED)),
            MatchKey.field == field,
            MatchKey.value == value,
            visible(principal, golden_of(MatchKey.record_id)),
        )
        .order_by(MatchKey.record_id)
        .limit(MAX_RESULTS)
    )
    return [_Hit(record_id, why, likeness) for record_id in session.scalars(query)]


def _by_domain_of_address(session: Session, principal: Principal, text: str) -> list[_Hit]:
    """Someone who is not known may write from a company that is."""
    behind = text.rpartition("@")[2] if "@" in text else ""
    if not (domain := clean_domain(behind).value) or is_free_mail(domain):
        return []
    return _by_key(session, principal, "domain", domain, "address at this domain", 0.8)


def _without_trunk_zero(text: str) -> str:
    """+43 (0)316 …: the zero in brackets is dialled inside the country only."""
    return text.replace("(0)", "")


def _by_phone_ending(session: Session, principal: Principal, text: str) -> list[_Hit]:
    """A number without its country code, or its last digits, is the end of a whole one."""
    digits = phone_digits(_without_trunk_zero(text))
    if not MIN_PHONE_DIGITS <= len(digits) <= LONGEST_PHONE or any(map(str.isalpha, text)):
        return []
    # Before a whole number a zero only leads out of the town; among last digits it is one.
    if len(digits) >= SURE_PHONE_DIGITS:
        digits = digits.lstrip("0")
        if len(digits) < MIN_PHONE_DIGITS:
            return []  # zeros alone end nothing, and begin everything
    ending = digits[::-1]
    query = (
        select(LookupKey.record_id)
        .where(
            LookupKey.form == PHONE,
            # What begins so: digits alone stand here, and no number has more than fifteen.
            LookupKey.value.between(ending, ending + "9" * LONGEST_PHONE),
            visible(principal, golden_of(LookupKey.record_id)),
        )
        .order_by(LookupKey.value, LookupKey.record_id)
        .limit(MAX_RESULTS)
    )
    likeness = 0.9 if len(digits) >= SURE_PHONE_DIGITS - 1 else 0.7
    return [_Hit(found, "phone ends alike", likeness) for found in session.scalars(query)]


def _by_number(session: Session, principal: Principal, text: str) -> list[_Hit]:
    """A number without its prefix or zeros; "order 77" is no ticket's."""
    match = _NUMBER.fullmatch(text.casefold().strip())
    if match is None:
        return []
    word, wanted = match[1], figures(match[2])
    kind = _KIND_WORDS.get(word)
    query = (
        select(LookupKey.record_id, MatchKey.value, MatchKey.kind)
        .join(MatchKey, MatchKey.record_id == LookupKey.record_id)
        .where(
            LookupKey.form == NUMBER,
            LookupKey.value == wanted[-1],
            MatchKey.field == "number",
            visible(principal, golden_of(LookupKey.record_id)),
        )
        .order_by(LookupKey.record_id)
        .limit(MAX_CANDIDATES)
    )
    hits = []
    for record_id, number, of_kind in session.execute(query):
        letters = re.match(r"[a-z]*", number)
        named = word in ("", letters[0] if letters else "") or kind == of_kind
        if named and figures(number)[-len(wanted) :] == wanted:
            hits.append(_Hit(record_id, "number but for its prefix", 0.95 if kind else 0.9))
    return hits


def _by_name(session: Session, principal: Principal, text: str) -> list[_Hit]:
    """Names that are nearly the one given: mistyped, or a part of it."""
    key = fold(text)
    words = key.split()[:MAX_WORDS]
    if not words or not any(map(str.isalpha, key)):
        return []
    near = {word: words_like(session, word) for word in words}
    candidates = (
        select(LookupKey.record_id)
        .where(
            LookupKey.form == WORD,
            LookupKey.value.in_(sorted({one for ways in near.values() for one in ways})),
            visible(principal, golden_of(LookupKey.record_id)),
        )
        .group_by(LookupKey.record_id)
        .order_by(func.count().desc(), LookupKey.record_id)
        .limit(MAX_CANDIDATES)
    )
    found = list(session.scalars(candidates))
    names = session.execute(
        select(MatchKey.record_id, MatchKey.field, MatchKey.value).where(
            MatchKey.record_id.in_(found), MatchKey.field.in_(("name", "company"))
        )
    )
    return [
        _Hit(row.record_id, f"{row.field} is alike", score / 100)
        for row in names
        if (score := fuzz.WRatio(key, row.value)) >= MIN_LIKENESS
    ]


def _best(session: Session, hits: Iterable[_Hit]) -> list[_Hit]:
    """Each record once, by its surest reason; the surest records first."""
    best: dict[str, _Hit] = {}
    found = list(hits)
    standing = links.golden_of(session, (hit.record_id for hit in found))
    for one in found:
        hit = replace(one, record_id=standing.get(one.record_id, one.record_id))
        if hit.record_id not in best or best[hit.record_id].likeness < hit.likeness:
            best[hit.record_id] = hit
    ranked = sorted(best.values(), key=lambda hit: (-hit.likeness, hit.record_id))
    return ranked[: 2 * MAX_RESULTS]


_TITLES = {
    "account": (Account, "name"),
    "contact": (Contact, "name"),
    "lead": (Lead, "name"),
    "ticket": (Ticket, "subject"),
    "order": (Order, "number"),
    "invoice": (Invoice, "number"),
    "quote": (Quote, "number"),
}


def _described(session: Session, principal: Principal, hits: Sequence[_Hit]) -> list[Found]:
    ids = [hit.record_id for hit in hits]
    records = {
        record.id: record for record in session.scalars(select(Record).where(Record.id.in_(ids)))
    }
    titles = _titles(session, records.values())
    rows = session.execute(
        select(Account.id, Account.name).where(
            Account.id.in_({record.account_id for record in records.values()}),
            visible(principal, Account.id),
        )
    )
    accounts = {row.id: row.name for row in rows}
    found = [
        Found(
            kind=record.kind,
            id=record.id,
            version=record.version,
            title=titles.get(record.id) or record.kind,
            account_id=record.account_id if record.account_id in accounts else None,
            account=accounts.get(record.account_id or ""),
            why=hit.why,
            likeness=hit.likeness,
        )
        for hit in hits
        if (record := records.get(hit.record_id)) is not None
    ]
    order = {kind: place for place, kind in enumerate((*NAMED, *NUMBERED))}
    return sorted(found, key=lambda hit: (-hit.likeness, order[hit.kind], hit.title, hit.id))


def _titles(session: Session, records: Iterable[Record]) -> dict[str, str]:
    by_kind: dict[str, list[str]] = {}
    for record in records:
        by_kind.setdefault(record.kind, []).append(record.id)
    titles: dict[str, str] = {}
    for kind, ids in by_kind.items():
        table, column = _TITLES[kind]
        columns = table.__table__.columns
        query = select(columns["id"], columns[column]).where(columns["id"].in_(ids))
        titles |= {record_id: str(title) for record_id, title in session.execute(query) if title}
    return titles
