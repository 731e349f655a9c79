"""Words of a question that are values of the records: a stage, a region, a source, a topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.question.plan import TypedQuery, Words
from assistant.chat.typed.catalogue import ACCOUNT_ATTRIBUTES, Kind
from assistant.chat.typed.query import ValueFilter
from assistant.chat.typed.selection import column
from assistant.crm.hygiene import clean_country
from assistant.db.tables import Account
from assistant.governance.access import Principal, visible
from retrieval.stems import STOPWORDS, WORD, fold, plain_words, stem

# Columns with more values than this hold texts, not choices.
_MOST_VALUES = 2000
_LONGEST_VALUE_WORDS = 5
# What every complaint is about says nothing about which.
_EMPTY_TOPICS = frozenset(
    stem(word)
    for word in [
        "problem",
        "problems",
        "issue",
        "issues",
        "trouble",
        "question",
        "questions",
        "matter",
        "topic",
        "topics",
        "subject",
        "regarding",
        "concerning",
        "related",
        "mention",
        "mentions",
        "mentioning",
        "contain",
        "containing",
        "kind",
        "include",
        "including",
        "involve",
        "involving",
    ]
)


@dataclass(frozen=True, slots=True)
class Read:
    """What the words come to; `topic` are stems that a row's text must hold, beside the words."""

    filters: tuple[ValueFilter, ...]
    topic: tuple[tuple[str, str], ...]


def read_values(
    session: Session, principal: Principal, kind: Kind, query: TypedQuery, unread: Sequence[Words]
) -> Read:
    """Each stretch as values of allowed columns where visible rows have them, else as a topic."""
    if not unread:
        return Read((), ())
    columns = _columns(session, principal, kind, query)
    filters: list[ValueFilter] = []
    topic: list[tuple[str, str]] = []
    for stretch in unread:
        found, left = _read_stretch(stretch.text, columns)
        filters += found
        topic += left
    return Read(tuple(dict.fromkeys(filters)), tuple(dict.fromkeys(topic)))


_Values = list[tuple[str, dict[tuple[str, ...], list[str]]]]  # column -> stems -> spellings


def _columns(session: Session, principal: Principal, kind: Kind, query: TypedQuery) -> _Values:
    found: _Values = []
    for name in dict.fromkeys(kind.groups.values()):
        # In the category that is asked for, a category word is the topic of nothing.
        if kind.groups.get(query.group or "") == name:
            continue
        values = session.scalars(
            select(column(kind, name))
            .where(column(kind, name).is_not(None), visible(principal, kind.id))
            .distinct()
            .limit(_MOST_VALUES)
        )
        found.append((name, _by_stems([str(value) for value in values])))
    if "account" in kind.links or kind.name == "account":
        for name in ACCOUNT_ATTRIBUTES:
            if any(known == name for known, _ in found):
                continue
            attribute = getattr(Account, name)
            values = session.scalars(
                select(attribute)
                .where(attribute.is_not(None), visible(principal, Account.id))
                .distinct()
                .limit(_MOST_VALUES)
            )
            found.append((name, _by_stems([str(value) for value in values])))
    return found


def _by_stems(values: Sequence[str]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for value in values:
        stems = tuple(stem(word) for word in plain_words(value.replace("_", " ")))
        if stems:
            found.setdefault(stems, []).append(value)
    return found


def _read_stretch(text: str, columns: _Values) -> tuple[list[ValueFilter], list[tuple[str, str]]]:
    written = WORD.findall(text)
    words = [fold(word) for word in written]
    filters: list[ValueFilter] = []
    left: list[tuple[str, str]] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_VALUE_WORDS, len(words) - at), 0, -1):
            said = " ".join(written[at : at + length])
            found = _value_filter(words[at : at + length], said, columns)
            if found is not None:
                filters.append(found)
                at += length
                break
        else:
            root = stem(words[at])
            if words[at] not in STOPWORDS and root not in _EMPTY_TOPICS:
                left.append((root, written[at]))
            at += 1
    return filters, left


def _value_filter(words: Sequence[str], said: str, columns: _Values) -> ValueFilter | None:
    stems = tuple(stem(word) for word in words)
    for name, values in columns:
        if stems in values:
            return ValueFilter(name, tuple(values[stems]), " or ".join(values[stems]))
        if name == "country" and (code := _country(said.casefold())) and _has(values, code):
            return ValueFilter(name, (code,), said)
    return None


def _country(said: str) -> str | None:
    """Its code where the words are a country's name; two letters are a word more often."""
    if len(said) < 4 and said not in {"usa", "uk", "uae"}:
        return None
    read = clean_country(said)
    return read.value if read.issue is None else None


def _has(values: dict[tuple[str, ...], list[str]], code: str) -> bool:
    return any(code == value for spellings in values.values() for value in spellings)
