"""Accounts whose parents go in a circle: none of them can be believed, so none is kept.

Which of the rows is wrong cannot be told, and must not depend on which came first: every account
on the circle stands without its parent, and says so, until one of the rows is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import Account, SourceRow

PARENT = "parent_account"
IN_A_CIRCLE = "implausible: Its parents lead back to itself; none of them is kept."
_FURTHEST = 50  # deeper than any group of companies

# record ids -> the parent that each of them states, for those that state one
ParentsOf = Callable[[Collection[str]], Mapping[str, str]]


def on_circles(record_ids: Iterable[str], parents_of: ParentsOf) -> set[str]:
    """All accounts on circles that can be reached from these by their parents."""
    stated: dict[str, str] = {}
    level = set(record_ids)
    for _ in range(_FURTHEST):
        if not level:
            break
        found = parents_of(level)
        stated |= found
        level = set(found.values()) - stated.keys()
    return _circles(stated)


def note(rows: Sequence[SourceRow], *, circling: bool) -> None:
    """Write on an account's rows that its parent is not kept, or that it is again."""
    for row in rows:
        marked = row.issues.get(PARENT) == IN_A_CIRCLE
        named = PARENT in _references(row)
        if circling and named and not marked:
            row.issues = {**row.issues, PARENT: IN_A_CIRCLE}
        elif marked and not circling:
            row.issues = {field: words for field, words in row.issues.items() if field != PARENT}


def still_set(session: Session, record_ids: Collection[str]) -> set[str]:
    """Those of these accounts that have a parent."""
    query = select(Account.id).where(
        Account.id.in_(record_ids), Account.parent_account_id.is_not(None)
    )
    return set(session.scalars(query)) if record_ids else set()


def _references(row: SourceRow) -> Mapping[str, object]:
    found = row.cleaned.get("references")
    return found if isinstance(found, dict) else {}


def _circles(stated: Mapping[str, str]) -> set[str]:
    circles: set[str] = set()
    settled: set[str] = set()
    for start in stated:
        path: list[str] = []
        here: str | None = start
        while here is not None and here not in settled and here not in path:
            path.append(here)
            here = stated.get(here)
        if here in path:
            circles |= set(path[path.index(here) :])
        settled |= set(path)
    return circles
