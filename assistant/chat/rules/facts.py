"""What is recorded of a record, under whatever name its source gave it, and what a question says."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.crm.hygiene.iso import country_name
from assistant.db.tables import Account, Line, Product, Record, SourceRow, User
from assistant.governance.access import Principal, hidden_fields, visible
from retrieval.stems import plain_words
from retrieval.synonyms import concept

_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# A number with a sign, a currency or a word for its unit; no street, no date, no code.
_NUMBER = re.compile(
    r"\s*(?:[A-Za-z]{1,4}\.?\s|[$€£]\s?|[A-Z]{3})?(?P<number>-?\d[\d.,' ]*)\s?(?:%|[€$£]|[A-Za-z/]{1,10})?\s*"
)
_DAY = re.compile(r"\d{1,4}[. ]\d{1,2}[. ]\d{1,4}")
# Columns that say which row it is, or how it came here, and nothing about the thing.
_PLUMBING = frozenset({"id", "ids", "key", "uuid", "url", "handle", "email", "phone", "mobile"})
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and what its source calls it; `name` holds the concepts of the column's words."""

    name: frozenset[str]
    label: str
    value: str
    number: Decimal | None = None
    cited: Citation | None = None

    @property
    def words(self) -> frozenset[str]:
        """The concepts of the value's words; a country by its name as well."""
        found = set(plain_words(self.value))
        if len(self.value) == 2 and "country" in self.label.casefold():
            found |= set(plain_words(country_name(self.value.upper())))
        return frozenset(concept(word) for word in found)


@dataclass(frozen=True, slots=True)
class Thing:
    """A record with its facts: those of its own first, then those of what it belongs to."""

    kind: str
    id: str
    title: str
    cited: Citation
    facts: tuple[Fact, ...]
    owner_id: str | None = None
    account_id: str | None = None


def concepts(text: str) -> frozenset[str]:
    """The concepts of the words of a column or phrase: "expectedKgPerMonth" is four words."""
    return frozenset(concept(word.casefold()) for word in _PARTS.findall(text)) | frozenset(
        concept(word) for word in plain_words(text)
    )


def number_of(value: object) -> Decimal | None:
    """The number that a cell states, in either way of writing thousands; None for other texts."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value))
    found = _NUMBER.fullmatch(str(value))
    if found is None or _DAY.fullmatch(found["number"].strip()):
        return None
    return parse_number(found["number"])


def parse_number(text: str) -> Decimal | None:
    """A number with separators: the last one parts decimals unless three figures follow it."""
    digits = text.strip(" .,'").replace("'", "").replace(" ", "")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        other = "," if digits[last] == "." else "."
        grouped = len(digits) - last - 1 == 3 and (digits[:last].count(digits[last]) or
                                                   other not in digits[:last])  # fmt: skip
        digits = digits.replace(other, "")
        last = max(digits.rfind("."), digits.rfind(","))
        digits = re.sub("[.,]", "", digits) if grouped else (
            re.sub("[.,]", "", digits[:last]) + "." + digits[last + 1 :])  # fmt: skip
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def read_thing(session: Session, principal: Principal, kind: str, record_id: str) -> Thing | None:
    """A visible record with all that is recorded of it, of its product and of its account."""
    record = session.scalar(
        select(Record).where(Record.id == record_id, visible(principal, Record.id))
    )
    if record is None:
        return None
    entry = CATALOGUE[kind]
    row = session.execute(select(entry.table).where(entry.id == record_id)).mappings().first()
    if row is None:
        return None
    title = ", ".join(str(row[name]) for name in entry.title if row.get(name))
    cited = Citation(kind, record_id, record.version, title, account_id=record.account_id,
                     title=title)  # fmt: skip
    hidden = hidden_fields(principal, kind)
    facts = [*_golden(row, hidden, cited), *_raw(session, record_id, kind, hidden, cited)]
    if row.get("product_id"):
        facts += _of_product(session, principal, str(row["product_id"]))
    if kind not in {"account", "lead"} and record.account_id:
        facts += account_facts(session, principal, record.account_id)
    return Thing(kind, record_id, title, cited, tuple(facts), record.owner_id, record.account_id)


def account_facts(session: Session, principal: Principal, account_id: str) -> list[Fact]:
    """What is recorded of the account that a record belongs to."""
    row = (
        session.execute(
            select(Account.__table__, Record.version)
            .join(Record, Record.id == Account.id)
            .where(Account.id == account_id, visible(principal, Account.id))
        )
        .mappings()
        .first()
    )
    if row is None:
        return []
    cited = Citation("account", account_id, int(row["version"]), str(row["name"]),
                     account_id=account_id, title=str(row["name"]))  # fmt: skip
    return [*_golden(row, frozenset(), cited),
            *_raw(session, account_id, "account", frozenset(), cited)]  # fmt: skip


def _of_product(session: Session, principal: Principal, product_id: str) -> list[Fact]:
    row = session.execute(
        select(Product.name, Product.family, Product.sku).where(
            Product.id == product_id, visible(principal, Product.id)
        )
    ).first()
    if row is None:
        return []
    named = zip(("product name", "product family", "sku"), row, strict=True)
    return [Fact(concepts(name), name, str(value)) for name, value in named if value]


def _golden(row: Mapping[Any, Any], hidden: frozenset[str], cited: Citation) -> Iterator[Fact]:
    for name, value in row.items():
        if name == "version" or name in hidden:
            continue
        yield from _fact(name, value, cited)


def _raw(
    session: Session, record_id: str, kind: str, hidden: frozenset[str], cited: Citation
) -> Iterator[Fact]:
    """What sources sent under names of their own."""
    if hidden:
        return  # what the source calls a hidden field is not known
    rows = session.scalars(
        select(SourceRow.payload).where(
            SourceRow.record_id == record_id, SourceRow.kind == kind,
            SourceRow.current.is_(True), SourceRow.deleted.is_(False),
        )
    )  # fmt: skip
    for payload in rows:
        for name, value in payload.items():
            yield from _fact(name, value, cited)


def _fact(name: str, value: object, cited: Citation) -> Iterator[Fact]:
    words = concepts(name)
    if value is None or value == "" or words & _PLUMBING_CONCEPTS:
        return
    if isinstance(value, datetime | date):
        yield Fact(words, name, value.isoformat(), None, cited)
        return
    text = str(value)
    if len(text) <= _LONGEST:
        yield Fact(words, name, text, number_of(value), cited)


_PLUMBING_CONCEPTS = frozenset(concept(word) for word in _PLUMBING)


@dataclass(frozen=True, slots=True)
class LineOf:
    """A line of a quote or order with the product on it."""

    product_id: str | None
    sku: str
    name: str
    family: str
    quantity: Decimal
    facts: tuple[Fact, ...]

    @property
    def title(self) -> str:
        return self.name or self.sku


def lines_of(session: Session, principal: Principal, thing: Thing) -> list[LineOf]:
    """The lines of a quote or order, each with what its source says of it (its discount)."""
    raw = _raw_lines(session, thing)
    query = (
        select(Line, Product.name, Product.family, Product.sku)
        .outerjoin(Product, (Product.id == Line.product_id) & visible(principal, Product.id))
        .where(Line.parent_id == thing.id)
        .order_by(Line.position)
    )
    found = []
    for place, (line, name, family, sku) in enumerate(session.execute(query)):
        code = str(line.sku or sku or "")
        facts = next((facts for position, of, facts in raw
                      if of.casefold() == code.casefold() and position == line.position),
                     next((facts for _, of, facts in raw if of.casefold() == code.casefold()),
                          raw[place][2] if place < len(raw) and not code else ()))  # fmt: skip
        found.append(
            LineOf(line.product_id, code, str(name or line.description or ""), str(family or ""),
                   Decimal(line.quantity or 0), tuple(facts))
        )  # fmt: skip
    return found


def _raw_lines(session: Session, thing: Thing) -> list[tuple[int, str, tuple[Fact, ...]]]:
    rows = session.scalars(
        select(SourceRow).where(
            SourceRow.record_id == thing.id, SourceRow.kind == f"{thing.kind}_line",
            SourceRow.current.is_(True), SourceRow.deleted.is_(False),
        ).order_by(SourceRow.id)
    )  # fmt: skip
    found = []
    for place, row in enumerate(rows):
        facts = tuple(one for name, value in row.payload.items()
                      for one in _fact(name, value, thing.cited))  # fmt: skip
        product = (row.cleaned.get("references") or {}).get("product") or {}  # type: ignore[attr-defined]
        values = row.cleaned.get("values") or {}
        sku = str(product.get("sku") or values.get("sku") or "")  # type: ignore[attr-defined]
        found.append((place + 1, sku, facts))
    return found


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone of the house whom a rule may name."""

    id: str
    name: str

    @property
    def called(self) -> tuple[str, ...]:
        """What people call them: the whole name, the first, the last."""
        parts = self.name.split()
        return tuple(dict.fromkeys([self.name, parts[0], parts[-1]] if parts else []))


def colleagues(session: Session) -> list[Colleague]:
    """Everybody who works here."""
    query = select(User.id, User.name).where(User.role != "customer", User.name != "")
    return [Colleague(user_id, name) for user_id, name in session.execute(query.limit(2000))]
