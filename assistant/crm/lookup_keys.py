"""What a person may give of a record: kept beside its match keys, so that a look-up reads an index.

A number without its country code is the end of one with it, so phone numbers stand here from the
end; a ticket's number is asked for without prefix and zeros; a misspelt word shares most of its
three-letter runs with the word that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from rapidfuzz import fuzz
from sqlalchemy import Executable, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assistant.crm.match_keys import chunks
from assistant.db.tables import LookupKey, NameGram

NAMED = ("account", "contact", "lead")
NUMBERED = ("ticket", "order", "invoice", "quote")
WORD, PHONE, NUMBER = "word", "phone", "number"
LONGEST_WORD = 80
# Of 100: below it, two words only share letters.
LEAST_WORD_LIKENESS = 68.0
_WORDS_TRIED, _WORDS_KEPT = 80, 16
_SHORTEST_BEGINNING = 3


def lookup_keys_of(kind: str, keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """(form, value) pairs by which a record with these match keys is looked up."""
    found: set[tuple[str, str]] = set()
    for field, value in keys:
        if field == "phone":
            found.add((PHONE, from_the_end(value)))
        elif field == "number" and kind in NUMBERED:
            found |= {(NUMBER, last) for last in figures(value)[-1:]}
        elif field in ("name", "company") and kind in NAMED:
            found |= {(WORD, word[:LONGEST_WORD]) for word in value.split()}
    return found


def from_the_end(number: str) -> str:
    """The digits of a phone number, last first."""
    return "".join(digit for digit in number if digit.isdecimal())[::-1]


def figures(number: str) -> list[str]:
    """The figures in a number, without leading zeros: INV-2024-0077 has two."""
    return [part.lstrip("0") or "0" for part in re.findall(r"\d+", number)]


def write_lookup_keys(
    session: Session, kind: str, wanted: Mapping[str, Collection[tuple[str, str]]]
) -> None:
    """Let these records be looked up by what their match keys say, and by nothing else."""
    if kind not in NAMED and kind not in NUMBERED:
        return
    if not wanted:
        return
    of_these = LookupKey.record_id.in_(list(wanted))
    before = set(session.scalars(select(LookupKey.value).where(LookupKey.form == WORD, of_these)))
    session.execute(delete(LookupKey).where(of_these))
    rows = [
        {"record_id": record_id, "form": form, "value": value}
        for record_id, keys in wanted.items()
        for form, value in sorted(lookup_keys_of(kind, keys))
    ]
    if rows:
        session.execute(insert(LookupKey), rows)
    words = {row["value"] for row in rows if row["form"] == WORD}
    _learn(session, words)
    _unlearn(session, before - words)


def _learn(session: Session, words: Collection[str]) -> None:
    for chunk in chunks(sorted(words)):
        known = set(
            session.scalars(select(NameGram.word).where(NameGram.word.in_(chunk)).distinct())
        )
        rows = [
            {"gram": gram, "word": word}
            for word in chunk
            if word not in known
            for gram in sorted(_grams(word))
        ]
        if rows:
            session.execute(_insert_new(session), rows)


def _insert_new(session: Session) -> Executable:
    """Another transaction may learn the same word at the same time."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(NameGram).on_conflict_do_nothing()
    return sqlite.insert(NameGram).on_conflict_do_nothing()


def _unlearn(session: Session, words: Collection[str]) -> int:
    """Drop those of these words that no name has any more; how many went."""
    gone = 0
    for chunk in chunks(sorted(words)):
        held = select(LookupKey.value).where(LookupKey.form == WORD, LookupKey.value.in_(chunk))
        over = set(chunk) - set(session.scalars(held.distinct()))
        session.execute(delete(NameGram).where(NameGram.word.in_(over)))
        gone += len(over)
    return gone


def _grams(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def words_like(session: Session, word: str) -> list[str]:
    """The word itself and known words that it may be a slip or the beginning of, likest first."""
    word = word[:LONGEST_WORD]
    query = (
        select(NameGram.word, func.count().label("shared"))
        .where(NameGram.gram.in_(_grams(word)))
        .group_by(NameGram.word)
        .order_by(func.count().desc(), func.length(NameGram.word), NameGram.word)
        .limit(_WORDS_TRIED)
    )
    likeness = {row.word: _likeness(word, row.word) for row in session.execute(query)}
    near = [known for known, score in likeness.items() if score >= LEAST_WORD_LIKENESS]
    near.sort(key=lambda known: (-likeness[known], known))
    return list(dict.fromkeys([word, *near]))[:_WORDS_KEPT]


def _likeness(word: str, known: str) -> float:
    if len(word) >= _SHORTEST_BEGINNING and known.startswith(word):
        return 90.0
    return fuzz.ratio(word, known)


def forget_words(session: Session, record_ids: Sequence[str]) -> int:
    """Drop the words that only names of these records have; how many went."""
    of_these = LookupKey.record_id.in_(record_ids)
    words = set(session.scalars(select(LookupKey.value).where(LookupKey.form == WORD, of_these)))
    session.execute(delete(LookupKey).where(of_these))
    return _unlearn(session, words)
