"""What an organisation's files hold, as far as a judge of answers needs it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.crm.hygiene import fold

_LONGEST_CELL = 80
# A column of more values than this holds texts or ids, and no choice of answers.
_MOST_VALUES = 5000


@dataclass(slots=True)
class World:
    """The cells of each column, who is behind an address, and the ids of every record.

    names: record id here -> what the files call it.  people: address -> name.
    """

    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    _columns: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    _holding: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    def see(self, sheet: str, row: Mapping[str, str]) -> None:
        """Take note of a row of a file."""
        for column, cell in row.items():
            text = cell.strip()
            if not text or len(text) > _LONGEST_CELL:
                continue
            key, at = fold(text), (sheet, column)
            if key and len(self._columns[at]) <= _MOST_VALUES:
                self._columns[at].add(key)
                self._holding[key].add(at)

    def others(self, values: Iterable[str]) -> frozenset[str]:
        """What stands in the columns in which these values stand, and is none of them."""
        keys = {fold(form) for value in values for form in self.forms(value)}
        found: set[str] = set()
        for key in keys:
            for at in self._holding.get(key, ()):
                found |= self._columns[at]
        if any(form in self.people or form in self.people.values()
               for value in values for form in self.forms(value)):  # fmt: skip
            found |= {fold(name) for name in self.people.values()}
        return frozenset(
            one for one in found - keys
            if re.search(r"[^\W\d_]{3}", one) and not any(f" {one} " in f" {key} " for key in keys)
        )  # fmt: skip

    def forms(self, value: str) -> tuple[str, ...]:
        """The value and, of a colleague, the name for the address and the address for the name."""
        found = [value]
        if value.casefold() in self.people:
            found.append(self.people[value.casefold()])
        found += [address for address, name in self.people.items() if fold(name) == fold(value)]
        return tuple(found)
