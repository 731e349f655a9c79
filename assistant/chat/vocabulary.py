"""The values that stand in the records which a person may see: stages, priorities, categories.

Questions are understood in the words of the records themselves, whatever they are; reading all of
them anew for each question would cost more than its answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TypeVar, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.chat.typed.catalogue import ACCOUNT_ATTRIBUTES, Kind
from assistant.chat.typed.extras import Extra, extras_of
from assistant.chat.typed.selection import column
from assistant.db.tables import Account, Change
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
        found = _read(session, principal, kind)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return found

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


def _read(session: Session, principal: Principal, kind: Kind) -> Values:
    found: list[tuple[str, Spellings]] = []
    for name in dict.fromkeys(kind.groups.values()):
        values = session.scalars(
            select(column(kind, name))
            .where(column(kind, name).is_not(None), visible(principal, kind.id))
            .distinct()
            .limit(_MOST_VALUES)
        )
        found.append((name, _by_stems([str(value) for value in values])))
    if "account" not in kind.links and kind.name != "account":
        return found
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


def _by_stems(values: Sequence[str]) -> Spellings:
    found: dict[tuple[str, ...], list[str]] = {}
    for value in values:
        stems = tuple(stem(word) for word in plain_words(value.replace("_", " ")))
        if stems:
            found.setdefault(stems, []).append(value)
    return found
