"""Which column of a file holds which field: guessed from names and values, shown, overridable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.crm.columns.headers import header_forms
from assistant.crm.columns.links import Link, Links
from assistant.crm.kind import Kind
from assistant.crm.mapping.guess import ASSIGNED_FROM, CHOSEN, Guess, Samples, unit_stated
from assistant.crm.mapping.linked import by_links
from assistant.crm.mapping.missing import find_id, find_name, stand_in
from assistant.crm.mapping.names import own_fields
from assistant.crm.mapping.references import references
from assistant.crm.mapping.values import by_values, weigh
from assistant.errors import Invalid

_MOST_FORMS = 7  # of a name; later ones are parts of parts


def guess_mapping(
    kind: Kind,
    samples: Samples,
    *,
    chosen: Mapping[str, str] | None = None,
    links: Links | None = None,
    look_for_name: bool = True,
) -> tuple[Guess, ...]:
    """One guess per column, in the order of the columns; `chosen` (column -> field) overrides.

    links: per column whose rows its values name, as the files beside this one show it.
    look_for_name: find out by values what the rows are called where no column is named so.
    A chosen field of "" leaves the column out. Raises Invalid for a column or field that is not
    there, and for two columns chosen for one field.
    """
    chosen = dict(chosen or {})
    _check_chosen(kind, samples, chosen)
    guesses = {column: _as_chosen(column, field) for column, field in chosen.items()}
    taken = {guess.field for guess in guesses.values()} - {None}
    candidates = sorted(
        (
            (guess, place)
            for place, (column, values) in enumerate(samples.items())
            if column not in guesses
            for guess in _candidates(kind, column, values, (links or {}).get(column, ()))
        ),
        key=lambda pair: (-pair[0].confidence, pair[1]),
    )
    for guess, _ in candidates:
        if guess.column not in guesses and guess.field not in taken:
            guesses[guess.column] = guess
            taken.add(guess.field)
    stand_in(kind, guesses)
    find_id(kind, samples, guesses)
    if look_for_name:
        find_name(kind, samples, guesses)
    return tuple(
        guesses.get(column) or Guess(column, None, 0.0, "no field has a name or values like these")
        for column in samples
    )


def _check_chosen(kind: Kind, samples: Samples, chosen: Mapping[str, str]) -> None:
    for column, field in chosen.items():
        if column not in samples:
            raise Invalid(
                f"The mapping names a column '{column}' that the file does not have. "
                f"Its columns are {', '.join(samples)}.",
                field="mapping",
            )
        if field and field not in kind.all_fields:
            raise Invalid(
                f"The mapping names a field '{field}' that {kind.name} does not have. "
                f"Its fields are {', '.join(kind.all_fields)}.",
                field="mapping",
            )
    fields = [field for field in chosen.values() if field]
    if twice := sorted({field for field in fields if fields.count(field) > 1}):
        raise Invalid(
            f"Several columns are mapped to {', '.join(twice)}. Choose one of them.",
            field="mapping",
        )


def _as_chosen(column: str, field: str) -> Guess:
    return Guess(column, field or None, 1.0, CHOSEN, unit_stated(column))


def _candidates(
    kind: Kind, column: str, values: Sequence[str], links: Sequence[Link]
) -> list[Guess]:
    found: list[Guess] = []
    for place, header in enumerate(header_forms(column)[:_MOST_FORMS]):
        guesses = own_fields(kind, column, header, values)
        guesses += references(kind, column, header, values)
        found += [_less_sure(guess, place) for guess in guesses]
    if links:
        found = by_links(kind, column, found, links)
    weighed = [weigh(kind, guess, values) for guess in found]
    good = [guess for guess in weighed if guess.confidence >= ASSIGNED_FROM]
    return good or ([] if links else by_values(kind, column, values))


def _less_sure(guess: Guess, place: int) -> Guess:
    """A form of the name that is not the whole of it may mean something else."""
    if not place:
        return guess
    return replace(guess, confidence=round(guess.confidence - 0.04 - 0.005 * place, 3))
