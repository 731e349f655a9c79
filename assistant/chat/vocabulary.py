"""The values that stand in the records which a person may see: stages, priorities, categories.

Questions are understood in the words of the records themselves, whatever they are; reading all of
them anew for each question would cost more than its answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TypeVar, cast

from sqlalchemy import String, Table, func, literal, select, union_all
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from assistant.chat.typed.catalogue import ACCOUNT_ATTRIBUTES, CATALOGUE, Kind
from assistant.chat.typed.extras import Extra, extras_of
from assistant.db.tables import Change
from assistant.governance.access import Principal, visible
from retrieval.stems import plain_words, stem

# Columns with more values than this hold texts, not choices.
_MOST_VALUES = 2000
_MOST_KEPT = 256
Spellings = Mapping[tuple[str, ...], Sequence[str]]  # stems of a value -> how it is written
Values = Sequence[tuple[str, Spellings]]  # by column
T = TypeVar("T")
_Key = tuple[Principal, str, int]


class Vocabulary:
    """Values by asker and kind, kept until any record changes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Values] = OrderedDict()
        self._made: OrderedDict[_Key, object] = OrderedDict()
        self._lock = Lock()

    def of(self, session: Session, principal: Principal, kind: Kind) -> Values:
        """The columns by which rows of the kind may be told apart, with the values they hold."""
        changed = int(session.scalar(select(func.max(Change.seq))) or 0)
        key = (principal, kind.name, changed)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = self._read(session, principal, kind)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def _read(self, session: Session, principal: Principal, kind: Kind) -> Values:
        own = _read(session, principal, kind.table, list(dict.fromkeys(kind.groups.values())))
        if "account" not in kind.links and kind.name != "account":
            return tuple(own.items())
        table = CATALOGUE["account"].table
        of_account = self.once(
            session, principal, "attributes of accounts",
            lambda: _read(session, principal, table, ACCOUNT_ATTRIBUTES),
        )  # fmt: skip
        return tuple((own | {key: of_account[key] for key in of_account if key not in own}).items())

    def extras(self, session: Session, principal: Principal, kind: str) -> tuple[Extra, ...]:
        """The columns of the kind's files that no field of ours is meant by."""
        return self.once(
            session, principal, f"extras:{kind}", lambda: extras_of(session, principal, kind)
        )

    def once(self, session: Session, principal: Principal, name: str, make: Callable[[], T]) -> T:
        """What was made for this person under this name, until any record changes."""
        changed = int(session.scalar(select(func.max(Change.seq))) or 0)
        key = (principal, name, changed)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return cast("T", self._made[key])
        found = make()
        with self._lock:
            self._made[key] = found
            while len(self._made) > _MOST_KEPT:
                self._made.popitem(last=False)
        return found


def _read(
    session: Session, principal: Principal, table: Table, names: Sequence[str]
) -> dict[str, Spellings]:
    """By column what stands in it, in one statement: there are as many columns as kinds have."""
    each = [
        select(literal(name).label("name"), cast_to(table.c[name], String).label("value"))
        .where(table.c[name].is_not(None), visible(principal, table.c.id))
        .distinct()
        .limit(_MOST_VALUES)
        .subquery()
        for name in names
    ]
    found: dict[str, list[str]] = {name: [] for name in names}
    if each:
        for name, value in session.execute(union_all(*(select(one) for one in each))):
            found[name].append(value)
    return {name: _by_stems(values) for name, values in found.items()}


def _by_stems(values: Sequence[str]) -> Spellings:
    found: dict[tuple[str, ...], list[str]] = {}
    for value in values:
        stems = tuple(stem(word) for word in plain_words(value.replace("_", " ")))
        if stems:
            found.setdefault(stems, []).append(value)
    return found
