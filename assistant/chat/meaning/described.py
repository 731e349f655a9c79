"""One record by a loose description: its own words, its account's, its people's and its products'.

Every word that is left of a question weighs as much as it tells records apart; the record that
most of the weight falls on is meant, and all equals of it are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from assistant.chat.meaning.lexicon import root
from assistant.chat.typed.catalogue import Kind
from assistant.chat.typed.query import Resolved
from assistant.chat.typed.selection import OwnRecord, RowAccount, Rows, Selection, rows_of
from assistant.crm.hygiene.iso import country_name
from assistant.db.tables import Contact, Line, Product
from assistant.governance.access import Principal, hidden_fields, visible
from retrieval.scanners.number_words import COUNTED
from retrieval.stems import plain_words

_MOST_CANDIDATES = 3000
# Of what is said of a record so much has to hold of it, by weight.
_ENOUGH = 0.5
_EQUAL = 1e-9
_UNTOLD = frozenset({"id", "draft", "content", "confirmed", "difference", "progress"})


def meant(
    session: Session, principal: Principal, resolved: Resolved, words: Sequence[str]
) -> tuple[str, ...]:
    """The ids of the records that the words fit best; none where they fit no record enough."""
    selection = rows_of(replace(resolved, query=replace(resolved.query, numbers=())), principal)
    texts = _texts(session, principal, selection)
    if not texts:
        return ()
    asked = list(dict.fromkeys(root(word) for text in words for word in plain_words(text)))
    if not asked:
        return tuple(texts)
    spread = Counter(one for known in texts.values() for one in known)
    weights = {one: math.log(1 + (len(texts) + 1) / (1 + spread[one])) for one in asked}
    scores = {
        record_id: sum(weights[one] for one in asked if one in known)
        for record_id, known in texts.items()
    }
    best = max(scores.values())
    if best < _ENOUGH * sum(weights.values()):
        return ()
    return tuple(one for one, score in scores.items() if best - score < _EQUAL)


def _texts(
    session: Session, principal: Principal, selection: Selection
) -> Mapping[str, frozenset[str]]:
    """The stems of what is told of each candidate."""
    kind = selection.kind
    hidden = hidden_fields(principal, kind.name)
    names = [
        name
        for name in kind.table.columns.keys()  # noqa: SIM118 (iterating gives columns)
        if name not in _UNTOLD | hidden and not name.endswith("_id")
    ]
    contact = aliased(Contact)
    source = selection.source
    told: list[Any] = [kind.table.c[name] for name in names]
    told += [
        RowAccount.name,
        RowAccount.city,
        RowAccount.region,
        RowAccount.industry,
        RowAccount.country,
    ]
    if "contact" in kind.links:
        source = source.outerjoin(
            contact,
            (contact.id == kind.table.c[kind.links["contact"]]) & visible(principal, contact.id),
        )
        told += [contact.name, contact.title]
    query: Rows = selection.over(source, kind.id, *told).limit(_MOST_CANDIDATES)
    found: dict[str, set[str]] = {}
    for record_id, *values in session.execute(query):
        stems = found.setdefault(record_id, set())
        for value in values:
            if isinstance(value, str):
                stems.update(_stems([value]))
                if len(value) == 2 and value.isupper():
                    stems.update(_stems([country_name(value)]))
    _add_lines(session, principal, kind, found)
    _add_people(session, principal, kind, found)
    return {record_id: frozenset(stems) for record_id, stems in found.items()}


def _add_lines(
    session: Session, principal: Principal, kind: Kind, found: Mapping[str, set[str]]
) -> None:
    """The products on the lines of orders and quotes, and of tickets."""
    if kind.name in {"order", "quote"}:
        lines = select(
            Line.parent_id, Line.description, Line.sku, Product.name, Product.family, Line.quantity
        ).outerjoin(Product, (Product.id == Line.product_id) & visible(principal, Product.id))
        for parent_id, *values, quantity in session.execute(lines.where(Line.parent_id.in_(found))):
            found[parent_id].update(_stems(str(value) for value in values if value))
            if quantity is not None and quantity == int(quantity):
                found[parent_id].update(_number(int(quantity)))
    elif "product" in kind.links:
        link = kind.table.c[kind.links["product"]]
        products = select(kind.id, Product.name, Product.family, Product.sku).join(
            Product, (Product.id == link) & visible(principal, Product.id)
        )
        for record_id, *values in session.execute(products.where(kind.id.in_(found))):
            found[record_id].update(_stems(str(value) for value in values if value))


def _add_people(
    session: Session, principal: Principal, kind: Kind, found: Mapping[str, set[str]]
) -> None:
    """The people of the account that a record belongs to, where few records are asked about."""
    if "account" not in kind.links or kind.name == "account" or len(found) > 400:
        return
    people = (
        select(OwnRecord.id, Contact.name, Contact.title)
        .join(Contact, Contact.account_id == OwnRecord.account_id)
        .where(OwnRecord.id.in_(found), visible(principal, Contact.id))
    )
    for record_id, *values in session.execute(people):
        found[record_id].update(_stems(str(value) for value in values if value))


def _number(number: int) -> list[str]:
    """A count in digits and in words."""
    return [str(number), *(word for word, count in COUNTED.items() if count == number)]


def _stems(texts: Iterable[str]) -> list[str]:
    return [root(word) for text in texts for word in plain_words(text)]
