"""The tables of the index, and the search structures beside them.

`create_tables` makes the tables, `create_search_structures` what only one database knows: FTS5 on
SQLite, tsvector and trigrams on PostgreSQL. Triggers keep them in step with `passages`, inside the
writer's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    any_,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator


class UtcMoment(TypeDecorator[datetime]):
    """An aware time, kept and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises ValueError on a time without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected a time with a zone, got {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The same moment, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

passages = Table(
    "passages",
    metadata,
    # SQLite's own row number, which FTS5 refers to.
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("kind", String(20), nullable=False),
    Column("record_id", String(40), nullable=False),
    Column("record_version", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("field", String(60), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("context", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("names", Text, nullable=False),  # one to a line
    Column("digest", String(64), nullable=False),
    Column("account_id", String(40)),
    Column("contact_id", String(40)),
    Column("deal_id", String(40)),
    Column("occurred_at", UtcMoment),
    UniqueConstraint("kind", "record_id", "ordinal", name="uq_passages_record_ordinal"),
    Index("ix_passages_record", "record_id"),
    Index("ix_passages_account", "account_id"),
    Index("ix_passages_digest", "digest"),
)

passage_entities = Table(
    "passage_entities",
    metadata,
    Column(
        "passage_id",
        ForeignKey("passages.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("kind", String(10), primary_key=True),  # name, email, phone, id, domain
    Column("normal", String(320), primary_key=True),
    Index("ix_passage_entities_normal", "normal", "kind"),
)

passage_vectors = Table(
    "passage_vectors",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("model", String(80), primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # float32, little endian, of length 1
)

# What is to be done once a transaction is committed, by whichever process can.
search_marks = Table("search_marks", metadata, Column("name", String(40), primary_key=True))

_SQLITE = (
    """CREATE VIRTUAL TABLE passage_words USING fts5(
         context, text, content='passages', content_rowid='id',
         tokenize="porter unicode61 remove_diacritics 2")""",
    """CREATE VIRTUAL TABLE passage_trigrams USING fts5(
         context, text, content='passages', content_rowid='id', tokenize='trigram')""",
    # The terms of the index and how many passages have each.
    "CREATE VIRTUAL TABLE passage_terms USING fts5vocab('passage_words', 'row')",
    """CREATE TRIGGER passages_words_insert AFTER INSERT ON passages BEGIN
         INSERT INTO passage_words (rowid, context, text)
           VALUES (new.id, new.context, new.text);
         INSERT INTO passage_trigrams (rowid, context, text)
           VALUES (new.id, new.context, new.text);
       END""",
    """CREATE TRIGGER passages_words_delete AFTER DELETE ON passages BEGIN
         INSERT INTO passage_words (passage_words, rowid, context, text)
           VALUES ('delete', old.id, old.context, old.text);
         INSERT INTO passage_trigrams (passage_trigrams, rowid, context, text)
           VALUES ('delete', old.id, old.context, old.text);
       END""",
    """CREATE TRIGGER passages_words_update AFTER UPDATE OF id, context, text ON passages BEGIN
         INSERT INTO passage_words (passage_words, rowid, context, text)
           VALUES ('delete', old.id, old.context, old.text);
         INSERT INTO passage_trigrams (passage_trigrams, rowid, context, text)
           VALUES ('delete', old.id, old.context, old.text);
         INSERT INTO passage_words (rowid, context, text)
           VALUES (new.id, new.context, new.text);
         INSERT INTO passage_trigrams (rowid, context, text)
           VALUES (new.id, new.context, new.text);
       END""",
)
_SQLITE_DROP = (
    "DROP TRIGGER IF EXISTS passages_words_update",
    "DROP TRIGGER IF EXISTS passages_words_delete",
    "DROP TRIGGER IF EXISTS passages_words_insert",
    "DROP TABLE IF EXISTS passage_terms",
    "DROP TABLE IF EXISTS passage_trigrams",
    "DROP TABLE IF EXISTS passage_words",
)
_SQLITE_REBUILD = (
    "INSERT INTO passage_words (passage_words) VALUES ('rebuild')",
    "INSERT INTO passage_trigrams (passage_trigrams) VALUES ('rebuild')",
)
_SQLITE_MERGE = (
    "INSERT INTO passage_words (passage_words) VALUES ('optimize')",
    "INSERT INTO passage_trigrams (passage_trigrams) VALUES ('optimize')",
)
_POSTGRESQL = (
    """CREATE TABLE passage_words (
         passage_id bigint PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE,
         words tsvector NOT NULL)""",
    "CREATE INDEX ix_passage_words ON passage_words USING gin (words)",
    """CREATE FUNCTION passage_words_feed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         INSERT INTO passage_words (passage_id, words)
           VALUES (new.id, setweight(to_tsvector('english', new.context), 'B')
                           || setweight(to_tsvector('english', new.text), 'A'))
           ON CONFLICT (passage_id) DO UPDATE SET words = excluded.words;
         RETURN new;
       END $$""",
    """CREATE TRIGGER passages_words_feed AFTER INSERT OR UPDATE OF context, text ON passages
       FOR EACH ROW EXECUTE FUNCTION passage_words_feed()""",
    # Rows that were there before the search structures.
    """INSERT INTO passage_words (passage_id, words)
       SELECT id, setweight(to_tsvector('english', context), 'B')
                  || setweight(to_tsvector('english', text), 'A') FROM passages""",
)
_POSTGRESQL_TRIGRAMS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ix_passages_trigrams ON passages USING gin (context gin_trgm_ops)",
)
_POSTGRESQL_DROP = (
    "DROP INDEX IF EXISTS ix_passages_trigrams",
    "DROP TRIGGER IF EXISTS passages_words_feed ON passages",
    "DROP FUNCTION IF EXISTS passage_words_feed()",
    "DROP TABLE IF EXISTS passage_words",
)


def one_of(
    connection: Connection, column: ColumnElement[str], values: Sequence[str]
) -> ColumnElement[bool]:
    """SQL: the column has one of these values, of which there may be thousands.

    They travel as one parameter: thousands of them take longer to write into a statement than to
    look up.
    """
    if connection.dialect.name == "sqlite":
        listed = func.json_each(json.dumps(values)).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == any_(literal(list(values), ARRAY(Text)))


def create_tables(connection: Connection) -> None:
    """Create the tables that are missing."""
    metadata.create_all(connection)


def drop_tables(connection: Connection) -> None:
    """Drop the tables, after `drop_search_structures`."""
    metadata.drop_all(connection)


def create_search_structures(connection: Connection) -> None:
    """Create the word and trigram indexes and the triggers that feed them; fills them from rows.

    On PostgreSQL the trigram index needs the extension pg_trgm; where it may not be created the
    search goes without (see `has_trigrams`).
    """
    if connection.dialect.name == "sqlite":
        for statement in _SQLITE:
            connection.exec_driver_sql(statement)
        rebuild_search_structures(connection)
        return
    for statement in _POSTGRESQL:
        connection.execute(text(statement))
    try:
        with connection.begin_nested():
            for statement in _POSTGRESQL_TRIGRAMS:
                connection.execute(text(statement))
    except DBAPIError:
        # Not installed, or not ours to create: misspelt words are then not guessed.
        return


def drop_search_structures(connection: Connection) -> None:
    """Drop what `create_search_structures` made; the tables stay."""
    sqlite = connection.dialect.name == "sqlite"
    for statement in _SQLITE_DROP if sqlite else _POSTGRESQL_DROP:
        connection.exec_driver_sql(statement)


def rebuild_search_structures(connection: Connection) -> None:
    """Fill SQLite's word indexes anew from the rows; nothing to do on PostgreSQL."""
    if connection.dialect.name == "sqlite":
        for statement in _SQLITE_REBUILD:
            connection.exec_driver_sql(statement)


def forget_deleted_words(connection: Connection) -> None:
    """Merge SQLite's word indexes so that no word of a deleted passage stays in their pages.

    With `PRAGMA secure_delete=ON` and a truncating WAL checkpoint after the commit, the words are
    gone from the file's bytes. On PostgreSQL that takes `VACUUM`, outside of a transaction.
    """
    if connection.dialect.name == "sqlite":
        for statement in _SQLITE_MERGE:
            connection.exec_driver_sql(statement)


def has_trigrams(connection: Connection) -> bool:
    """Whether misspelt words can be looked up by their trigrams in this database."""
    if connection.dialect.name == "sqlite":
        return True
    found = connection.scalar(text("SELECT to_regclass('ix_passages_trigrams') IS NOT NULL"))
    return bool(found)
