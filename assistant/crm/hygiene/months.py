"""Names of months in the languages that exports are written in."""

from __future__ import annotations

from functools import cache

from assistant.crm.hygiene.text import fold
from assistant.crm.hygiene.words import lines_of


def month_number(word: str) -> int | None:
    """1 to 12 for a month's name or its usual short form, in about fifteen languages."""
    return _by_name().get(fold(word))


@cache
def _by_name() -> dict[str, int]:
    # A name also stands for its beginnings of three letters or more, unless another month begins
    # the same; a name or short form in the list itself always counts.
    owners: dict[str, set[int]] = {}
    whole: dict[str, int] = {}
    for number, names in enumerate(lines_of("months"), start=1):
        for name in map(fold, names.split()):
            whole.setdefault(name, number)
            for length in range(3, len(name)):
                owners.setdefault(name[:length], set()).add(number)
    short = {name: next(iter(months)) for name, months in owners.items() if len(months) == 1}
    return short | whole
