"""All pairs of a collection that may be one, by shared keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from assistant.crm.identity.blocking import keys_of_forms
from assistant.crm.identity.candidate import Candidate, Family
from assistant.crm.identity.forms import forms_of
from assistant.crm.identity.scoring import Match, Verdict, compare
from assistant.crm.identity.weights import Weights

MEMBERS = 200  # a key that more records share names a crowd, and its pairs grow with the square


def find_pairs(records: Iterable[Candidate], weights: Weights | None = None) -> Iterator[Match]:
    """Every pair whose verdict is `same` or `unsure`, each once, surest first.

    weights: without them the general ones. Records of two families are never paired.
    """
    known = list(records)
    table = weights or Weights.default()
    found = [
        match
        for family in ("person", "organisation")
        for match in _of_family(
            family, [one for one in known if one.family == family], table.at_size(len(known))
        )
        if match.verdict is not Verdict.DIFFERENT
    ]
    yield from sorted(found, key=lambda match: (-match.weight, match.left, match.right))


def _of_family(family: Family, records: Sequence[Candidate], weights: Weights) -> Iterator[Match]:
    forms = [forms_of(record) for record in records]
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, own in enumerate(forms):
        for key in keys_of_forms(family, own):
            members[key].append(number)
    pairs = {
        pair
        for numbers in members.values()
        if len(numbers) <= MEMBERS
        for pair in combinations(numbers, 2)
    }
    for one, other in sorted(pairs):
        match = compare(family, forms[one], forms[other], weights)
        yield Match(records[one].id, records[other].id, *match)
