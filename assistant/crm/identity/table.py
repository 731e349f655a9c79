"""Millions of pairs compared at once (home of duckdb)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from assistant.crm.identity.collection import Collection
from assistant.crm.identity.comparisons import Comparison
from assistant.crm.identity.conditions import column_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Numbers = NDArray[np.int64]
Levels = NDArray[np.int8]  # one row per pair, one column per comparison; -1 says nothing

FORMS = "forms"


class Table:
    """A collection in DuckDB's memory; use it in a `with` block."""

    def __init__(self, collection: Collection) -> None:
        import duckdb

        self.collection = collection
        self.connection: DuckDBPyConnection = duckdb.connect()
        there = {column_of(name) for name in collection.form_names}
        asked = {
            column[:-2]
            for comparison in collection.comparisons
            for column in columns_in(case_of(comparison))
        }
        self._columns = sorted(there | asked)  # those that nobody has are NULL throughout
        self._load()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def _load(self) -> None:
        import pandas as pd

        content: dict[str, object] = {"row": np.arange(len(self.collection.forms))}
        for name in self.collection.form_names:
            values = [own.get(name) for own in self.collection.forms]
            content[column_of(name)] = pd.Series(values, dtype=object)
        self.connection.register("brought", pd.DataFrame(content))
        typed = ", ".join(
            f"CAST({column if column in content else 'NULL'} AS VARCHAR) AS {column}"
            for column in self._columns
        )
        self.connection.execute(
            f"CREATE TABLE {FORMS} AS SELECT CAST(row AS BIGINT) AS row, {typed} FROM brought"  # noqa: S608
        )
        self.connection.unregister("brought")

    def pairs_by_keys(self, most: int) -> tuple[Numbers, Numbers]:
        """Pairs that share a key, about `most` of them at the utmost.

        Keys that few records share are used first; what names a crowd is left when pairs run out.
        """
        rows, keys = self._keys()
        order = np.argsort(keys, kind="stable")
        rows, keys = rows[order], keys[order]
        _, starts, counts = np.unique(keys, return_index=True, return_counts=True)
        useful = np.flatnonzero(counts > 1)
        useful = useful[np.argsort(counts[useful], kind="stable")]
        made = np.cumsum(counts[useful] * (counts[useful] - 1) // 2)
        useful = useful[made <= most]
        kept = np.repeat(useful, counts[useful])
        places = np.concatenate(
            [np.arange(start, start + count)
             for start, count in zip(starts[useful], counts[useful], strict=True)]
            or [np.empty(0, dtype=np.int64)]
        )  # fmt: skip
        self._bring("own_keys", {"row": rows[places], "own": kept})
        found = self.connection.execute(
            "SELECT DISTINCT one.row AS one, other.row AS other FROM own_keys one "
            "JOIN own_keys other ON one.own = other.own AND one.row < other.row ORDER BY 1, 2"
        ).fetchnumpy()
        self.connection.unregister("own_keys")
        return found["one"].astype(np.int64), found["other"].astype(np.int64)

    def levels(
        self, one: Numbers, other: Numbers, comparisons: Iterable[Comparison] | None = None
    ) -> Levels:
        """The level of each comparison for each pair."""
        chosen = tuple(self.collection.comparisons if comparisons is None else comparisons)
        if not len(one) or not chosen:
            return np.full((len(one), len(chosen)), -1, dtype=np.int8)
        named = {
            side: ", ".join(f"{column} AS {column}_{side}" for column in self._columns)
            for side in "lr"
        }
        cases = ", ".join(f"{case_of(each)} AS c{n}" for n, each in enumerate(chosen))
        self._bring("pairs", {"n": np.arange(len(one)), "one": one, "other": other})
        found = self.connection.execute(
            f"SELECT n, {cases} FROM pairs "  # noqa: S608 - names are ours, see column_of
            f"JOIN (SELECT row AS row_l, {named['l']} FROM {FORMS}) ON one = row_l "
            f"JOIN (SELECT row AS row_r, {named['r']} FROM {FORMS}) ON other = row_r"
        ).fetchnumpy()
        self.connection.unregister("pairs")
        levels = np.empty((len(one), len(chosen)), dtype=np.int8)
        for number in range(len(chosen)):
            levels[found["n"], number] = found[f"c{number}"]
        return levels

    def _keys(self) -> tuple[Numbers, Numbers]:
        numbers: dict[tuple[str, str], int] = {}
        rows, keys = [], []
        for row in range(len(self.collection.forms)):
            for key in sorted(self.collection.keys(row)):
                rows.append(row)
                keys.append(numbers.setdefault(key, len(numbers)))
        return np.array(rows, dtype=np.int64), np.array(keys, dtype=np.int64)

    def _bring(self, name: str, columns: dict[str, Numbers]) -> None:
        import pandas as pd

        self.connection.register(name, pd.DataFrame(columns))


def case_of(comparison: Comparison) -> str:
    """The SQL that gives a comparison's level, -1 where it says nothing."""
    whens = " ".join(
        f"WHEN {level.condition.sql} THEN {number}"
        for number, level in enumerate(comparison.levels)
    )
    return (
        f"CAST(CASE WHEN NOT {comparison.needs.sql} THEN -1 {whens} "
        f"ELSE {len(comparison.levels)} END AS TINYINT)"
    )


def columns_in(condition: str) -> list[str]:
    """The columns that a condition reads, each with the side it is of."""
    return sorted(set(re.findall(r"\b\w+_[lr]\b", condition)))
