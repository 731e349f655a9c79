"""A collection of records made ready: equal ones together, in an order of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.crm.identity.blocking import keys_of_forms
from assistant.crm.identity.candidate import Candidate, Family
from assistant.crm.identity.comparisons import Comparison, comparisons_for
from assistant.crm.identity.forms import forms_of


@dataclass(frozen=True, slots=True)
class Coded:
    """One form of a collection in numbers.

    rows: the entries that have it; values: each once, in the order in which they come up; codes:
    per row the place of its value.
    """

    rows: NDArray[np.int64]
    codes: NDArray[np.int64]
    values: list[str]


@dataclass(frozen=True, slots=True)
class Collection:
    """Records of one family by what they say.

    forms: one entry for all records that say the same: a row that came twice teaches nothing new.
    Sorted, so that neither the order of rows nor their ids can matter. ids: per entry its records.
    silent: records that say nothing, which are compared with nobody.
    """

    family: Family
    forms: list[dict[str, str]]
    ids: list[list[str]]
    silent: list[str]
    comparisons: tuple[Comparison, ...]
    _coded: dict[str, Coded] = field(default_factory=dict, repr=False, compare=False)

    def coded(self, form: str) -> Coded:
        """A form's values as numbers; worked out once, and asked for in every round of learning."""
        if form not in self._coded:
            places: dict[str, int] = {}
            rows = [row for row, own in enumerate(self.forms) if form in own]
            codes = [places.setdefault(self.forms[row][form], len(places)) for row in rows]
            self._coded[form] = Coded(
                np.array(rows, dtype=np.int64), np.array(codes, dtype=np.int64), list(places)
            )
        return self._coded[form]

    @property
    def form_names(self) -> list[str]:
        """Every form that some record has."""
        return sorted({name for own in self.forms for name in own})

    def keys(self, number: int) -> set[tuple[str, str]]:
        """The blocking keys of one entry."""
        return keys_of_forms(self.family, self.forms[number])


def collect(family: Family, records: Iterable[Candidate]) -> Collection:
    """The records of this family; those of another are left out."""
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for record in records:
        if record.family == family:
            alike.setdefault(tuple(sorted(forms_of(record).items())), []).append(record.id)
    silent = alike.pop((), [])
    said = sorted(alike)
    names = frozenset(name for items in said for name, _ in items)
    return Collection(
        family,
        [dict(items) for items in said],
        [sorted(alike[items]) for items in said],
        sorted(silent),
        comparisons_for(family, names),
    )
