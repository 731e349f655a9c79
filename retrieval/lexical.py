"""Search by words: BM25 of FTS5 on SQLite, weighted ranks of tsvector on PostgreSQL.

The text of a query never becomes syntax: it is cut into words of letters and digits, and each is
quoted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    func,
    literal,
    literal_column,
    select,
    text,
)

from retrieval.fusion import Scored
from retrieval.passages import Passage
from retrieval.stems import STOPWORDS, plain_words, stem
from retrieval.tables import has_trigrams, passages

_LONGEST_QUERY = 48  # words; the rarer ones stay
_CONTEXT_WEIGHT = 0.7  # of a word in the context line, against one in the text
_COMMON = 5000  # a word in more passages than this counts as in this many
_ALIKE = 0.4  # trigrams of a word that a passage's context must share
_shapes = MetaData()
_words = Table("passage_words", _shapes, Column("passage_id", Integer), Column("words", Text))


def query_words(text_asked: str) -> list[str]:
    """The words to look for, each once, in order; all of them when all are stopwords."""
    words = list(dict.fromkeys(w.replace("'", "") for w in plain_words(text_asked)))
    telling = [word for word in words if word not in STOPWORDS]
    return telling or words


def word_frequencies(connection: Connection, words: Sequence[str]) -> dict[str, int]:
    """How many passages have each word or a form of it; above a bound, that bound."""
    sqlite = connection.dialect.name == "sqlite"
    counted = _FREQUENCY_SQLITE if sqlite else _FREQUENCY_POSTGRESQL
    found: dict[str, int] = {}
    # One statement for many words: most of the time would go into asking, not into counting.
    for first in range(0, len(words), _WORDS_AT_ONCE):
        part = words[first : first + _WORDS_AT_ONCE]
        asked = {f"word{i}": _quoted([word]) if sqlite else word for i, word in enumerate(part)}
        query = text("SELECT " + ", ".join(counted.format(i=i) for i in range(len(part))))
        row = connection.execute(query, asked | {"bound": _COMMON}).one()
        found |= dict(zip(part, row, strict=True))
    return found


_WORDS_AT_ONCE = 32
_FREQUENCY_SQLITE = (
    "(SELECT count(*) FROM (SELECT 1 FROM passage_words WHERE passage_words MATCH :word{i}"
    " LIMIT :bound))"
)
_FREQUENCY_POSTGRESQL = (
    "(SELECT count(*) FROM (SELECT 1 FROM passage_words"
    " WHERE words @@ plainto_tsquery('english', :word{i}) LIMIT :bound) AS found{i})"
)


def match_words(
    connection: Connection,
    frequencies: Mapping[str, int],
    where: ColumnElement[bool],
    limit: int,
) -> Scored:
    """The passages that say most of the words, the rarer the better; at most `limit`."""
    known = sorted((w for w in frequencies if frequencies[w]), key=lambda w: frequencies[w])
    # What thousands of passages say finds none of them, and ranking them all takes its time.
    rare = [word for word in known if frequencies[word] < _COMMON]
    known = (rare or known)[:_LONGEST_QUERY]
    if not known:
        return {}
    if connection.dialect.name == "sqlite":
        return _match_fts(connection, "passage_words", known, where, limit)
    return _match_tsvector(connection, {w: frequencies[w] for w in known}, where, limit)


def match_misspelt(
    connection: Connection,
    frequencies: Mapping[str, int],
    where: ColumnElement[bool],
    limit: int,
) -> Scored:
    """Passages with words like those that no passage has: "Acem" finds "Acme"."""
    unknown = [word for word, found in frequencies.items() if not found and len(word) >= 4]
    if not unknown or not has_trigrams(connection):
        return {}
    if connection.dialect.name == "sqlite":
        grams = [word[i : i + 3] for word in unknown for i in range(len(word) - 2)]
        return _match_fts(connection, "passage_trigrams", grams, where, limit)
    likeness = func.greatest(
        *(func.word_similarity(literal(word), passages.c.context) for word in unknown)
    )
    query = (
        select(passages.c.id, likeness.label("score"))
        .where(where, likeness > _ALIKE)
        .order_by(likeness.desc(), passages.c.id)
        .limit(limit)
    )
    return {row.id: float(row.score) for row in connection.execute(query)}


def _match_fts(
    connection: Connection,
    table: str,
    words: Sequence[str],
    where: ColumnElement[bool],
    limit: int,
) -> Scored:
    if not words:
        return {}
    fts = Table(table, MetaData(), Column("rowid", Integer))
    # bm25() is better the lower it is.
    rank = func.bm25(literal_column(table), _CONTEXT_WEIGHT, 1.0, type_=Float)
    query: Select[tuple[int, float]] = (
        select(passages.c.id, rank.label("rank"))
        .select_from(fts.join(passages, passages.c.id == fts.c.rowid))
        .where(literal_column(table).op("MATCH")(_quoted(words)), where)
        .order_by(literal_column("rank"), passages.c.id)
        .limit(limit)
    )
    return {row.id: -float(row.rank) for row in connection.execute(query)}


def _quoted(words: Sequence[str]) -> str:
    """An FTS5 query for any of the words; a quoted string has no syntax inside."""
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in words)


def _match_tsvector(
    connection: Connection,
    frequencies: Mapping[str, int],
    where: ColumnElement[bool],
    limit: int,
) -> Scored:
    # ts_rank does not weigh rare words above common ones, so each word is ranked by itself.
    total = max(connection.scalar(select(func.count()).select_from(passages)) or 1, 1)
    rank: ColumnElement[float] = literal(0.0)
    any_word: ColumnElement[object] | None = None
    for word, found in frequencies.items():
        asked = func.plainto_tsquery("english", word)
        rarity = math.log(1 + (total - min(found, total) + 0.5) / (found + 0.5))
        rank = rank + literal(rarity) * func.ts_rank(_words.c.words, asked, 1, type_=Float)
        any_word = asked if any_word is None else any_word.op("||")(asked)
    query = (
        select(passages.c.id, rank.label("score"))
        .select_from(_words.join(passages, passages.c.id == _words.c.passage_id))
        .where(_words.c.words.op("@@")(any_word), where)
        .order_by(rank.desc(), passages.c.id)
        .limit(limit)
    )
    return {row.id: float(row.score) for row in connection.execute(query)}


def words_in(passage: Passage, words: Sequence[str]) -> tuple[str, ...]:
    """Those of the words that the passage has in this or another form."""
    held = {stem(word) for word in plain_words(passage.searched)}
    return tuple(word for word in words if stem(word) in held)
