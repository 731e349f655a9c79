"""The trained table of weights: what each level of each comparison says, and how common values are.

Source of the model: Fellegi and Sunter (1969), A Theory for Record Linkage, JASA 64(328),
1183-1210; frequencies of values after Winkler (1989).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from assistant.crm.identity.candidate import Family
from assistant.crm.identity.comparisons import Comparison, Level, comparisons_for
from assistant.crm.identity.conditions import Forms

VERSION = 1
LIMIT = 15.0  # bits that one comparison can give or take: no figure is surer than 1 in 32,000
SHARES = Mapping[str, tuple[tuple[float, float], ...]]


@dataclass(frozen=True, slots=True)
class Model:
    """The weights for one family of records.

    size: how many records there are to be confused with. duplicates_per_record: how many other
    records of the same person or organisation a record has on average; with `size` the prior.
    shares: comparison -> per level (share among duplicates, share among any two records); a
    comparison that is not named keeps its general prior. frequencies: form -> value -> share of
    records; a value that is not listed is as rare as `rarest` of its form. others:
    how many stand in each relation to somebody, see `relations`.
    """

    size: int = 10_000
    duplicates_per_record: float = 0.2
    shares: SHARES = field(default_factory=dict)
    frequencies: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    rarest: Mapping[str, float] = field(default_factory=dict)
    others: Mapping[str, float] = field(default_factory=dict)

    @property
    def prior(self) -> float:
        """log2 odds that two records taken at random are one."""
        chance = min(self.duplicates_per_record / max(self.size - 1, 1), 0.5)
        return math.log2(chance / (1 - chance))

    def shares_of(self, comparison: Comparison) -> tuple[tuple[float, float], ...]:
        """Per level its shares, else last: as trained, or by experience."""
        trained = self.shares.get(comparison.name)
        return trained if trained and len(trained) == len(comparison.words) else comparison.priors

    def weight(self, comparison: Comparison, level: int, left: Forms, right: Forms) -> float:
        """log2 of how much likelier this level is for one person or organisation than for two."""
        same, other = self.shares_of(comparison)[level]
        if level < len(comparison.levels):
            other = self.chance(comparison.levels[level], left, right, other)
        return max(-LIMIT, min(LIMIT, math.log2(same / other)))

    def chance(self, level: Level, left: Forms, right: Forms, average: float) -> float:
        """How often two records meet on this level by chance, given which value they share."""
        form = level.frequency_of
        if not form or form not in self.rarest:
            return average
        values = (left.get(form, ""), right.get(form, ""))
        shares = [self.frequencies[form].get(value, self.rarest[form]) for value in values if value]
        return max(shares, default=average)


@dataclass(frozen=True, slots=True)
class Weights:
    """What matching goes by: one model for persons, one for organisations."""

    person: Model = field(default_factory=Model)
    organisation: Model = field(default_factory=Model)

    @classmethod
    def default(cls) -> Weights:
        """General experience, for a database in which nothing was trained yet."""
        return cls()

    def model(self, family: Family) -> Model:
        """The model for this family of records."""
        return self.person if family == "person" else self.organisation

    def with_model(self, family: Family, model: Model) -> Weights:
        """The same with another model for one family."""
        if family == "person":
            return replace(self, person=model)
        return replace(self, organisation=model)

    def at_size(self, size: int) -> Weights:
        """The same where a record is compared with so many others: more chance meetings."""
        return Weights(replace(self.person, size=size), replace(self.organisation, size=size))

    def to_json(self) -> str:
        """As stored; floats keep all their digits, so that nothing changes on the way."""
        models = {name: _as_dict(self.model(name)) for name in ("person", "organisation")}
        return json.dumps({"version": VERSION, **models}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Weights:
        """Read back what `to_json` wrote; raises ValueError on another version."""
        content = json.loads(text)
        if not isinstance(content, dict) or content.get("version") != VERSION:
            raise ValueError(f"expected a table of weights of version {VERSION}")
        return cls(_from_dict(content["person"]), _from_dict(content["organisation"]))


def _as_dict(model: Model) -> dict[str, object]:
    return {
        "size": model.size,
        "duplicates_per_record": model.duplicates_per_record,
        "shares": {name: [list(pair) for pair in pairs] for name, pairs in model.shares.items()},
        "frequencies": {form: dict(values) for form, values in model.frequencies.items()},
        "rarest": dict(model.rarest),
        "others": dict(model.others),
    }


def _from_dict(content: Mapping[str, Any]) -> Model:
    return Model(
        int(content["size"]),
        float(content["duplicates_per_record"]),
        {name: tuple((m, u) for m, u in pairs) for name, pairs in content["shares"].items()},
        content["frequencies"],
        content["rarest"],
        content["others"],
    )


@lru_cache(maxsize=4096)
def comparisons_of(family: Family, forms: frozenset[str]) -> tuple[Comparison, ...]:
    """The comparisons for records with these forms; the same few sets come again and again."""
    return comparisons_for(family, forms)
