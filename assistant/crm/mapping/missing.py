"""What a kind of rows needs and no column is named: its id, its name, the one sum it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.crm.kind import Form, Kind
from assistant.crm.mapping.guess import CHOSEN, LEAST_IDS, Guess, Samples, tell_rows_apart

# A file with one sum states it under either name; so it is with the one place it has.
_STAND_INS = {
    "order": (("net_total", "total"),),
    "invoice": (("net_amount", "amount"), ("balance", "amount")),
    "account": (("state", "region"),),
    "lead": (("contact.name", "name"), ("contact.email", "email"), ("account.name", "company")),
}  # fmt: skip


def stand_in(kind: Kind, guesses: dict[str, Guess]) -> None:
    """What only the second of two fields was found for is the first one's."""
    columns = {guess.field: column for column, guess in guesses.items()}
    whole = columns.get("name") if "family_name" in columns else None
    if whole is not None and "given_name" not in columns and guesses[whole].reason != CHOSEN:
        # "Nombre" beside "Apellidos" is the first of the two.
        guesses[whole] = replace(guesses[whole], field="given_name")
    named = columns.get("product.name") if kind.parent is not None else None
    has_key = bool({"product.id", "product.sku"} & columns.keys())
    if named is not None and has_key and "description" not in columns:
        # The line names its product by a key; by what name is the line's own text.
        guesses[named] = replace(guesses[named], field="description")
    for second, first in _STAND_INS.get(kind.name, ()):
        if second in columns and first not in columns and guesses[columns[second]].reason != CHOSEN:
            column = columns[second]
            guesses[column] = replace(guesses[column], field=first)


def find_id(kind: Kind, samples: Samples, guesses: dict[str, Guess]) -> None:
    """Where no name tells which column is the rows' id, the first that has the form of one is."""
    fields = {guess.field for guess in guesses.values()}
    if "external_id" in fields or ("number" in kind.all_fields and "number" in fields):
        return
    for column, values in samples.items():
        known = guesses.get(column)
        free = known is None or (
            known.reason != CHOSEN and kind.form_of(known.field or "") is Form.TEXT
        )
        if free and tell_rows_apart(column, values):
            guesses[column] = Guess(column, "external_id", 0.6, "an id, another one in each row")
            return


_CALLED = {
    "deal": ("name",), "product": ("name",), "account": ("name",), "task": ("title",),
    "contact": ("name", "given_name", "family_name"), "ticket": ("subject",),
    "article": ("title",), "policy": ("title",),
}  # fmt: skip
_LONGEST_TITLE = 120


def find_name(kind: Kind, samples: Samples, guesses: dict[str, Guess]) -> None:
    """Where no column is called a name, the first of short texts that are another in each row."""
    fields = {guess.field for guess in guesses.values()}
    called = _CALLED.get(kind.name, ())
    if not called or fields & set(called):
        return
    for column, values in samples.items():
        if column not in guesses and _are_titles(values):
            guesses[column] = Guess(column, called[0], 0.5, "short texts, another one in each row")
            return


def _are_titles(values: Sequence[str]) -> bool:
    worded = [value for value in values if 1 <= value.count(" ") <= 14 and value[:1].isalpha()]
    short = all(len(value) <= _LONGEST_TITLE for value in values)
    return (
        short
        and len(values) >= LEAST_IDS
        and len(worded) >= 0.8 * len(values)
        and len(set(values)) >= 0.7 * len(values)
        and not any("@" in value for value in values)
    )
