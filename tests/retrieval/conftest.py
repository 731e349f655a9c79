"""An index on a fresh database of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, inspect

from retrieval import tables


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction, with the tables of the index."""
    with engine.begin() as connection:
        if not inspect(connection).has_table("passages"):
            tables.create_tables(connection)
            tables.create_search_structures(connection)
        yield connection
