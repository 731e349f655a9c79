"""Conditions on two records' comparison forms, each once in Python and once in DuckDB's SQL.

Training and bulk comparison run as SQL over millions of pairs, a single arrival in Python; saying
a level once keeps the two from drifting apart. A form that is missing is "" here and NULL there.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from assistant.crm.hygiene.likeness import alike, edits

Forms = Mapping[str, str]


@lru_cache(maxsize=4096)
def column_of(form: str) -> str:
    """The SQL column of a form; names that came with a file may hold anything."""
    return form if re.fullmatch(r"[a-z_]+", form) else f"own_{zlib.crc32(form.encode()):08x}"


class Condition(Protocol):
    """Something that holds of two records or does not, whichever comes first."""

    def holds(self, left: Forms, right: Forms) -> bool:
        """Whether it holds of these two."""
        ...

    @property
    def sql(self) -> str:
        """The same over columns `name_l` and `name_r`."""
        ...


@dataclass(frozen=True, slots=True)
class Both:
    """Both records have one of these forms; what a comparison needs in order to say anything."""

    forms: tuple[str, ...]

    def holds(self, left: Forms, right: Forms) -> bool:
        return any(left.get(form) and right.get(form) for form in self.forms)

    @property
    def sql(self) -> str:
        return _any(
            [
                f"({one} IS NOT NULL AND {other} IS NOT NULL)"
                for one, other in map(_sides, self.forms)
            ]
        )


@dataclass(frozen=True, slots=True)
class Same:
    """The form is there and equal; at least so long, where short values are equal by chance."""

    form: str
    min_length: int = 1

    def holds(self, left: Forms, right: Forms) -> bool:
        value = left.get(self.form, "")
        return len(value) >= self.min_length and value == right.get(self.form, "")

    @property
    def sql(self) -> str:
        one, other = _sides(self.form)
        return f"({one} = {other} AND length({one}) >= {self.min_length})"


@dataclass(frozen=True, slots=True)
class Compatible:
    """The form is missing on a side, or equal on both."""

    form: str

    def holds(self, left: Forms, right: Forms) -> bool:
        one, other = left.get(self.form, ""), right.get(self.form, "")
        return not one or not other or one == other

    @property
    def sql(self) -> str:
        one, other = _sides(self.form)
        return f"({one} IS NULL OR {other} IS NULL OR {one} = {other})"


@dataclass(frozen=True, slots=True)
class Crossed:
    """One record's form is the other's second form: given and family name changed places."""

    first: str
    second: str

    def holds(self, left: Forms, right: Forms) -> bool:
        return any(
            one.get(self.first) and one.get(self.first) == other.get(self.second)
            for one, other in ((left, right), (right, left))
        )

    @property
    def sql(self) -> str:
        first, second = _sides(self.first), _sides(self.second)
        return f"({first[0]} = {second[1]} OR {second[0]} = {first[1]})"


@dataclass(frozen=True, slots=True)
class Alike:
    """Jaro-Winkler likeness of at least this much."""

    form: str
    at_least: float

    def holds(self, left: Forms, right: Forms) -> bool:
        one, other = left.get(self.form, ""), right.get(self.form, "")
        return bool(one and other) and _alike(*sorted((one, other))) >= self.at_least

    @property
    def sql(self) -> str:
        one, other = _sides(self.form)
        # Greedy matching may depend on which string comes first.
        ordered = f"least({one}, {other}), greatest({one}, {other})"
        # least() passes over a NULL, and would hold a value against itself.
        there = f"{one} IS NOT NULL AND {other} IS NOT NULL"
        return f"({there} AND jaro_winkler_similarity({ordered}) >= {self.at_least})"


@dataclass(frozen=True, slots=True)
class Edits:
    """At most so many letters wrong, missing, too many or changed about (Damerau-Levenshtein)."""

    form: str
    at_most: int
    min_length: int

    def holds(self, left: Forms, right: Forms) -> bool:
        one, other = left.get(self.form, ""), right.get(self.form, "")
        shorter, longer = sorted((len(one), len(other)))
        if shorter < self.min_length or longer - shorter > self.at_most:
            return False
        return _edits(*sorted((one, other))) <= self.at_most

    @property
    def sql(self) -> str:
        one, other = _sides(self.form)
        lengths = f"least(length({one}), length({other})) >= {self.min_length}"
        near = f"abs(length({one}) - length({other})) <= {self.at_most}"
        return f"({lengths} AND {near} AND damerau_levenshtein({one}, {other}) <= {self.at_most})"


@dataclass(frozen=True, slots=True)
class Begins:
    """One record's form is the beginning of the other's: "Acme" and "Acme Paint"."""

    form: str
    min_length: int = 1

    def holds(self, left: Forms, right: Forms) -> bool:
        shorter, longer = sorted((left.get(self.form, ""), right.get(self.form, "")), key=len)
        return len(shorter) >= self.min_length and longer.startswith(shorter)

    @property
    def sql(self) -> str:
        one, other = _sides(self.form)
        begins = f"(starts_with({one}, {other}) OR starts_with({other}, {one}))"
        return f"({begins} AND least(length({one}), length({other})) >= {self.min_length})"


@dataclass(frozen=True, slots=True)
class Initial:
    """One record has a single letter, with which the other's form begins."""

    form: str

    def holds(self, left: Forms, right: Forms) -> bool:
        shorter, longer = sorted((left.get(self.form, ""), right.get(self.form, "")), key=len)
        return len(shorter) == 1 and longer.startswith(shorter)

    @property
    def sql(self) -> str:
        one, other = _sides(self.form)
        short = f"least(length({one}), length({other})) = 1"
        return f"({short} AND substr({one}, 1, 1) = substr({other}, 1, 1))"


@dataclass(frozen=True, slots=True)
class Shared:
    """A form that holds several values, parted by blanks: at least one is in both."""

    form: str

    def holds(self, left: Forms, right: Forms) -> bool:
        one, other = left.get(self.form, ""), right.get(self.form, "")
        return bool(one and other) and not set(one.split(" ")).isdisjoint(other.split(" "))

    @property
    def sql(self) -> str:
        one, other = _sides(self.form)
        parts = f"list_has_any(string_split({one}, ' '), string_split({other}, ' '))"
        return f"({one} = {other} OR {parts})"


@dataclass(frozen=True, slots=True)
class Within:
    """Two whole numbers, such as days, no further apart than this."""

    form: str
    distance: int

    def holds(self, left: Forms, right: Forms) -> bool:
        one, other = left.get(self.form, ""), right.get(self.form, "")
        return bool(one and other) and abs(int(one) - int(other)) <= self.distance

    @property
    def sql(self) -> str:
        one, other = _sides(self.form)
        return f"(abs(CAST({one} AS BIGINT) - CAST({other} AS BIGINT)) <= {self.distance})"


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold."""

    parts: tuple[Condition, ...]

    def holds(self, left: Forms, right: Forms) -> bool:
        return all(part.holds(left, right) for part in self.parts)

    @property
    def sql(self) -> str:
        return "(" + " AND ".join(part.sql for part in self.parts) + ")"


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these holds."""

    parts: tuple[Condition, ...]

    def holds(self, left: Forms, right: Forms) -> bool:
        return any(part.holds(left, right) for part in self.parts)

    @property
    def sql(self) -> str:
        return _any([part.sql for part in self.parts])


def _any(parts: list[str]) -> str:
    return "(" + " OR ".join(parts) + ")"


def _sides(form: str) -> tuple[str, str]:
    return f"{column_of(form)}_l", f"{column_of(form)}_r"


# One value meets the same few others again and again while a batch is compared.
@lru_cache(maxsize=1 << 16)
def _alike(one: str, other: str) -> float:
    return alike(one, other)


@lru_cache(maxsize=1 << 16)
def _edits(one: str, other: str) -> int:
    return edits(one, other)
