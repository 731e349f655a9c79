"""What an organisation's files hold, as far as a judge of answers needs it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.crm.hygiene import clean_country, clean_region, fold, region_name
from assistant.crm.hygiene.iso import country_name

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

    def without_names(self, text: str) -> str:
        """The text without the names in it that hold figures: "RS-40 Compressor 40 hp"."""
        words = list(re.finditer(r"\S+", text))
        left = text
        for at, first in enumerate(words):
            for last in reversed(words[at + 1 : at + 8]):
                run = text[first.start() : last.end()].strip('.,;:“”"()')
                if (
                    re.search(r"\d", run)
                    and re.search(r"[^\W\d_]{3}", run)
                    and fold(run) in self._holding
                ):
                    left = left.replace(run, " " * len(run))
                    break
        return left

    def forms(self, value: str) -> tuple[str, ...]:
        """The value and, of a colleague, the name for the address and the address for the name."""
        found = [value]
        if value.casefold() in self.people:
            found.append(self.people[value.casefold()])
        found += [address for address, name in self.people.items() if fold(name) == fold(value)]
        found += _places(value)
        return tuple(found)


def _places(value: str) -> list[str]:
    """A country or region by its code where the name stands, and by its name for the code."""
    country = clean_country(value)
    found = [country.value, country_name(country.value)] if country.value else []
    for of_country in ("US", "CA", "AU", "GB", "DE"):
        region = clean_region(value, of_country)
        if region.value and region.issue is None:
            found.append(region_name(region.value))
    return [one for one in found if one]
