"""Writing passages: replaced whole, touched only where they differ, forgotten without trace."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection, Engine, create_engine, select

from retrieval import tables
from retrieval.index import (
    Replaced,
    count_passages,
    delete_record,
    missing_vectors,
    passages_of,
    replace_record,
    store_vectors,
)
from retrieval.search import Query, search
from tests.retrieval.passages import everything, passage, put


def found(connection: Connection, text: str) -> list[str]:
    hits = search(connection, Query(text), everything)
    return [hit.passage.text for hit in hits]


def test_what_is_written_is_read_back_and_found_at_once(connection: Connection) -> None:
    written = passage("They need forty seats", context="Call of Acme", names=("Acme", "Ann Lee"))
    put(connection, written)
    assert passages_of(connection, "int_1") == [written]
    assert found(connection, "seat") == ["They need forty seats"]


def test_replacing_touches_only_what_differs(connection: Connection) -> None:
    old = [passage("one apple"), passage("two pears", ordinal=1), passage("a plum", ordinal=2)]
    new = [passage("one apple", version=2), passage("two figs", ordinal=1, version=2)]
    put(connection, *old)
    assert replace_record(connection, "interaction", "int_1", new) == Replaced(1, 1, 1)
    assert passages_of(connection, "int_1") == new
    assert found(connection, "pears plum") == []
    assert found(connection, "figs") == ["two figs"]
    assert replace_record(connection, "interaction", "int_1", new) == Replaced(0, 0, 2)


def test_a_passage_of_another_record_is_refused(connection: Connection) -> None:
    with pytest.raises(ValueError, match="must be of note 'not_1'"):
        replace_record(connection, "note", "not_1", [passage("x")])
    with pytest.raises(ValueError, match="same ordinal"):
        replace_record(connection, "interaction", "int_1", [passage("x"), passage("y")])


def test_a_deleted_record_is_found_no_more(connection: Connection) -> None:
    put(connection, passage("alpha"), passage("alpha beta", record_id="int_2"))
    assert delete_record(connection, "interaction", "int_1") == 1
    assert found(connection, "alpha") == ["alpha beta"]
    assert count_passages(connection) == 1
    entities = connection.execute(select(tables.passage_entities)).all()
    assert entities == []


def test_each_distinct_content_waits_for_one_vector_of_each_model(connection: Connection) -> None:
    put(connection, passage("same"), passage("same", record_id="int_2"), passage("b", ordinal=1))
    waiting = missing_vectors(connection, "m", limit=10)
    assert sorted(text for _, text in waiting) == ["b", "same"]
    store_vectors(connection, "m", [(digest, np.ones(4, np.float32)) for digest, _ in waiting])
    assert missing_vectors(connection, "m", limit=10) == []
    assert len(missing_vectors(connection, "other", limit=10)) == 2


def test_a_vector_goes_with_the_last_passage_that_needs_it(connection: Connection) -> None:
    put(connection, passage("same"), passage("same", record_id="int_2"))
    [(digest, _)] = missing_vectors(connection, "m", limit=10)
    store_vectors(connection, "m", [(digest, np.ones(4, np.float32))])
    held = select(tables.passage_vectors.c.digest)
    delete_record(connection, "interaction", "int_1")
    assert connection.scalars(held).all() == [digest]
    put(connection, passage("changed", record_id="int_2"))
    assert connection.scalars(held).all() == []


def test_search_structures_can_be_dropped_and_made_anew_from_the_rows(
    connection: Connection,
) -> None:
    put(connection, passage("a walrus at noon"))
    tables.drop_search_structures(connection)
    tables.create_search_structures(connection)
    assert found(connection, "walrus") == ["a walrus at noon"]


def test_no_byte_of_an_erased_passage_stays_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    engine = create_engine(f"sqlite:///{path}")
    _prepare(engine)
    with engine.begin() as connection:
        words = [passage(f"kept words number {i}", record_id=f"int_{i}") for i in range(50)]
        secret = passage("zanzibarquokka paid", record_id="int_x", names=("Zanzibarquokka",))
        put(connection, *words, secret)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        delete_record(connection, "interaction", "int_x")
        tables.forget_deleted_words(connection)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir()).lower()
    assert b"kept words" in held
    assert b"zanzibar" not in held
    assert b"quokka" not in held


def _prepare(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.commit()
        tables.create_tables(connection)
        tables.create_search_structures(connection)
        connection.commit()
