"""The register of stores: whatever keeps something about a person names how it forgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Store:
    """A place where content of records lies.

    `erase` removes all content of the given records from it and returns how many pieces it
    removed; rows of the database go in the session's transaction, files after it may not fail.
    """

    name: str
    holds: str
    erase: Callable[[Session, Sequence[str]], int]


class StoreRegister:
    """All stores of a running service, in the order in which they forget."""

    def __init__(self) -> None:
        self._stores: dict[str, Store] = {}

    def add(self, store: Store) -> None:
        """Raises ValueError when the name is taken."""
        if store.name in self._stores:
            raise ValueError(f"a store named '{store.name}' is registered already")
        self._stores[store.name] = store

    def __iter__(self) -> Iterator[Store]:
        return iter(tuple(self._stores.values()))

    def forget_content(self, session: Session, record_ids: Sequence[str]) -> dict[str, int]:
        """Let every store forget what these records hold, though the records themselves stay.

        What was derived from them goes with it: drafts, passages, answers that cite them.
        """
        return {
            store.name: store.erase(session, record_ids)
            for store in self._stores.values()
            if store.name != RECORDS
        }

    def erase(self, session: Session, record_ids: Sequence[str]) -> dict[str, int]:
        """Let every store forget these records; how many pieces each removed."""
        return {store.name: store.erase(session, record_ids) for store in self._stores.values()}
