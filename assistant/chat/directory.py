"""Finds what a question names among the records that the asker may see; every query is here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from assistant.chat.names import Known, Mention, telling_words
from assistant.chat.question.plan import Identifier
from assistant.db.tables import (
    Account,
    Contact,
    Deal,
    Invoice,
    Lead,
    Order,
    Product,
    Quote,
    Record,
    Ticket,
    User,
)
from assistant.governance.access import STAFF, Principal, visible
from retrieval.stems import WORD, fold, stem
from retrieval.values import reference

_Column = SQLColumnExpression[str] | SQLColumnExpression[str | None]
# A question has few names; a pasted page must not become a query of a thousand alternatives.
_MOST_WORDS = 24
_MOST_CANDIDATES = 200
_NUMBERED = (
    ("ticket", Ticket, Ticket.number),
    ("invoice", Invoice, Invoice.number),
    ("order", Order, Order.number),
    ("quote", Quote, Quote.number),
    ("product", Product, Product.sku),
)


def named_in(session: Session, principal: Principal, text: str) -> list[Known]:
    """Every visible record, and for staff every colleague, of whose name the text has a word.

    A record that stands for others by a merge answers to their names too.
    """
    words = telling_words(text)[:_MOST_WORDS]
    if not words:
        return []
    # One query with one access predicate: six of them would cost more than the search itself.
    named = union_all(
        *(
            select(literal(kind).label("kind"), key.label("id"), name.label("name"))
            .where(_has_word(name, words))
            .order_by(None)
            for kind, key, name in _NAMED
        )
    ).subquery("named")
    own, record = aliased(Record), aliased(Record)
    query = (
        select(named.c.kind, record.id, named.c.name, record.account_id)
        .join(own, own.id == named.c.id)
        .join(record, record.id == own.golden_id)
        .where(own.archived_at.is_(None), visible(principal, record.id))
        .order_by(func.length(named.c.name), named.c.id)
        .limit(_MOST_CANDIDATES)
    )
    found = [
        Known(kind, record_id, name, None if kind == "product" else account_id)
        for kind, record_id, name, account_id in session.execute(query)
    ]
    return [*found, *_colleagues(session, principal, words)]


_NAMED: tuple[tuple[str, _Column, _Column], ...] = (
    ("account", Account.id, Account.name),
    ("contact", Contact.id, Contact.name),
    ("deal", Deal.id, Deal.name),
    ("product", Product.id, Product.name),
    ("lead", Lead.id, Lead.name),
    ("lead", Lead.id, Lead.company),
)


_CODE = re.compile(r"(?<![\w-])(?=[\w./-]*\d|[A-Z]{2,}-)[A-Za-z0-9][\w./-]*[A-Za-z0-9](?![\w-])")
_WORD_BESIDE = re.compile(r"[^\W_][\w'’-]*")


def products_by_code(session: Session, principal: Principal, text: str) -> list[Mention]:
    """Products that are named by their code, with words of their name beside it."""
    codes = {match.group().casefold(): match for match in _CODE.finditer(text)}
    if not codes:
        return []
    query = select(Product.id, Product.sku, Product.name).where(
        func.lower(Product.sku).in_(list(codes)[:_MOST_WORDS]), visible(principal, Product.id)
    )
    found = []
    for product_id, sku, name in session.execute(query):
        match = codes[str(sku).casefold()]
        borne = {stem(fold(word)) for word in WORD.findall(f"{name} {sku}")}
        first, last = match.span()
        while (after := _WORD_BESIDE.match(text, last + 1)) and stem(fold(after[0])) in borne:
            last = after.end()
        found.append(Mention(first, last, (Known("product", product_id, name),)))
    return found


def numbered(session: Session, principal: Principal, text: str) -> list[Mention]:
    """Records that are named by their whole number, letters and figures: "CS-3473"."""
    found = []
    for match in _CODE.finditer(text):
        if not re.search(r"[A-Za-z]", match[0]) or not re.search(r"\d", match[0]):
            continue
        identifier = Identifier("id", reference(match[0]), match[0])
        known = [
            one for one in _identified(session, principal, identifier) if one.kind != "product"
        ]
        if len(known) == 1:
            found.append(Mention(match.start(), match.end(), tuple(known)))
    return found


def _colleagues(session: Session, principal: Principal, words: Sequence[str]) -> list[Known]:
    if principal.role not in STAFF:
        return []
    query = select(User.id, User.name).where(User.active.is_(True), _has_word(User.name, words))
    return [
        Known("owner", user_id, name)
        for user_id, name in session.execute(query.limit(_MOST_CANDIDATES))
    ]


def told_apart(session: Session, principal: Principal, options: Sequence[Known]) -> list[Known]:
    """The same records, each with what tells it from its namesakes: a city, a company."""
    ids = [one.id for one in options]
    hints: dict[str, str | None] = {}
    account = aliased(Account)
    for query in (
        select(Account.id, Account.city).where(Account.id.in_(ids), visible(principal, Account.id)),
        select(Contact.id, account.name)
        .join(account, (account.id == Contact.account_id) & visible(principal, account.id))
        .where(Contact.id.in_(ids)),
        select(Deal.id, Deal.stage).where(Deal.id.in_(ids), visible(principal, Deal.id)),
        select(Lead.id, Lead.company).where(Lead.id.in_(ids), visible(principal, Lead.id)),
        select(Product.id, Product.sku).where(Product.id.in_(ids), visible(principal, Product.id)),
        select(User.id, User.email).where(User.id.in_(ids)),
    ):
        hints |= {record_id: hint for record_id, hint in session.execute(query)}  # noqa: C416
    return [replace(one, hint=hints.get(one.id) or "") for one in options]


def _has_word(name: _Column, words: Iterable[str]) -> ColumnElement[bool]:
    """Whether the name holds one of the folded words; exactness is decided afterwards."""
    lowered = func.lower(name)
    return or_(*(lowered.like(f"%{_pattern(word)}%") for word in words))


def _pattern(word: str) -> str:
    # Databases disagree on the lower case of letters beyond ASCII, and a question may leave out
    # the accent of a letter that carries one in the record.
    return "".join(sign if sign.isascii() and sign not in "aeiouycn" else "_" for sign in word)


def _known(session: Session, kind: str, query: Select[*tuple[Any, ...]]) -> list[Known]:
    return [
        Known(kind, str(row[0]), str(row[1]), str(row[2]) if row[2] else None, str(row[3] or ""))
        for row in session.execute(query)
        if row[1]
    ]


def identified(
    session: Session, principal: Principal, identifiers: Sequence[Identifier]
) -> list[Known]:
    """The visible records that these identifiers name, each once, in their order."""
    found: dict[str, Known] = {}
    for identifier in identifiers:
        for known in _identified(session, principal, identifier):
            found.setdefault(known.id, known)
    return list(found.values())


def _identified(session: Session, principal: Principal, identifier: Identifier) -> list[Known]:
    if identifier.kind == "email":
        return _by_address(session, principal, identifier.normal)
    if identifier.kind == "phone":
        return _by_phone(session, principal, identifier.normal)
    return [
        known
        for kind, model, number in _NUMBERED
        for known in _known(
            session,
            kind,
            select(model.id, number, Record.account_id, number)
            .join(Record, Record.id == model.id)
            .where(_same_reference(number, identifier.normal), visible(principal, model.id))
            .limit(_MOST_CANDIDATES),
        )
        if _refers(identifier.normal, known.name)
    ]


def _same_reference(number: SQLColumnExpression[str | None], normal: str) -> ColumnElement[bool]:
    """Whether the number ends in these signs once its separators are taken out."""
    bare: SQLColumnExpression[str] = func.upper(func.coalesce(number, ""))
    for separator in "-_/#. ":
        bare = func.replace(bare, separator, "")
    return bare.like(f"%{normal}")


def _refers(asked: str, number: str) -> bool:
    """ "4471" may stand for "ORD-4471", and never for "ORD-14471"."""
    known = reference(number)
    if asked == known:
        return True
    return asked.isdigit() and known.endswith(asked) and not known[: -len(asked)][-1:].isdigit()


def _by_address(session: Session, principal: Principal, email: str) -> list[Known]:
    contacts = select(Contact.id, Contact.name, Contact.account_id, Contact.email).where(
        func.lower(Contact.email) == email, visible(principal, Contact.id)
    )
    leads = select(Lead.id, Lead.name, Lead.account_id, Lead.email).where(
        func.lower(Lead.email) == email, visible(principal, Lead.id)
    )
    return _known(session, "contact", contacts) or _known(session, "lead", leads)


def _by_phone(session: Session, principal: Principal, phone: str) -> list[Known]:
    contacts = select(Contact.id, Contact.name, Contact.account_id, Contact.phone).where(
        or_(Contact.phone == phone, Contact.mobile == phone), visible(principal, Contact.id)
    )
    leads = select(Lead.id, Lead.name, Lead.account_id, Lead.phone).where(
        Lead.phone == phone, visible(principal, Lead.id)
    )
    accounts = select(Account.id, Account.name, Account.id, Account.phone).where(
        Account.phone == phone, visible(principal, Account.id)
    )
    return (
        _known(session, "contact", contacts)
        or _known(session, "account", accounts)
        or _known(session, "lead", leads)
    )


def by_id(session: Session, principal: Principal, kind: str, record_id: str) -> Known | None:
    """The record of this id if the person may see it now; for staff also a colleague."""
    if kind == "owner":
        if principal.role not in STAFF:
            return None
        colleague = select(User.id, User.name, User.id, User.email).where(User.id == record_id)
        found = _known(session, "owner", colleague)
        return Known("owner", found[0].id, found[0].name, None, found[0].hint) if found else None
    if kind not in _TITLED:
        return None
    key, title = _TITLED[kind]
    query = (
        select(key, title, Record.account_id, title)
        .join(Record, Record.id == key)
        .where(key == record_id, visible(principal, key))
    )
    return next(iter(_known(session, kind, query)), None)


_TITLED: dict[str, tuple[SQLColumnExpression[str], _Column]] = {
    "account": (Account.id, Account.name),
    "contact": (Contact.id, Contact.name),
    "deal": (Deal.id, Deal.name),
    "lead": (Lead.id, Lead.name),
    "product": (Product.id, Product.name),
    "ticket": (Ticket.id, Ticket.number),
    "invoice": (Invoice.id, Invoice.number),
    "order": (Order.id, Order.number),
    "quote": (Quote.id, Quote.number),
}
