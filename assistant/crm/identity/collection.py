"""A collection of records made ready: equal ones together, in an order of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.crm.identity.blocking import keys_of_forms
from assistant.crm.identity.candidate import Candidate, Family
from assistant.crm.identity.comparisons import Comparison, comparisons_for
from assistant.crm.identity.forms import forms_of


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
