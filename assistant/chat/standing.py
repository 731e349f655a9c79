"""Nouns for organisations that the records also hold as a status: "customers", "prospects"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.chat.question import cues
from assistant.chat.question.plan import Measure, Shape, TypedQuery
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.query import ValueFilter
from assistant.chat.values import Read, either, value_of
from assistant.chat.vocabulary import Spellings, Values
from retrieval.stems import stem

_NOUN = re.compile(r"\b(?:customers?|clients?|prospects?)\b", re.IGNORECASE)
_PROSPECT = re.compile(r"prospects?", re.IGNORECASE)
# Two words for the same: the records use one of them.
_ALIKE = {"customer": "client", "client": "customer"}
_JOINED = re.compile(r"\s+(?:and|or)\s+(?:the |our |my )?", re.IGNORECASE)
_ROWS = frozenset({Shape.VALUE, Shape.LIST, Shape.RANK, Shape.TREND})


def of_accounts(query: TypedQuery, words: str, accounts: Values) -> TypedQuery:
    """ "Prospects" are leads, or accounts where the records give accounts that status."""
    nouns = [match.group() for match in cues.KINDS["lead"].finditer(words)]
    plain = query.measure is Measure.COUNT and query.shape in _ROWS and not query.conditions
    groups = {None, "owner", "team", *CATALOGUE["account"].groups}
    if query.kind != "lead" or not plain or query.group not in groups or not nouns:
        return query
    if not all(_PROSPECT.fullmatch(noun) for noun in nouns):
        return query
    if not _status("prospects", _statuses(accounts)):
        return query
    return replace(query, kind="account", moment=None)


def with_status(read: Read, words: str, accounts: Values) -> Read:
    """What was read of a question about accounts, with the status that its nouns say."""
    statuses = _statuses(accounts)
    filters: list[ValueFilter] = list(read.filters)
    spans = list(read.spans)
    said = [one for one in filters if one.column == "status"]
    for match in _NOUN.finditer(words):
        values = _status(match.group(), statuses)
        if not values or match.span() in spans:
            continue
        if said and not _beside(match, words):
            # "Customers with status prospect": what is said of them counts.
            continue
        found = value_of("status", values, words, match.start())
        filters.append(found)
        said.append(found)
        spans.append(match.span())
    return replace(read, filters=tuple(either(filters)), spans=tuple(spans))


def _statuses(accounts: Values) -> Spellings:
    return next((spellings for name, spellings in accounts if name == "status"), {})


def _status(noun: str, statuses: Spellings) -> Sequence[str]:
    root = stem(noun.casefold())
    other = next((stem(alike) for word, alike in _ALIKE.items() if stem(word) == root), root)
    return statuses.get((root,)) or statuses.get((other,), ())


def _beside(match: re.Match[str], words: str) -> bool:
    """Whether it is one of two: "customers and prospects"."""
    after = _JOINED.match(words, match.end())
    before = any(
        joined.end() == match.start() and _NOUN.search(words, 0, joined.start())
        for joined in _JOINED.finditer(words)
    )
    return before or (after is not None and _NOUN.match(words, after.end()) is not None)
