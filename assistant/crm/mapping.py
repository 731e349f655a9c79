"""Which column of a file holds which field: guessed from names and values, shown, overridable."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from assistant.crm.columns import entity_names, field_names, folded_header, unit_of
from assistant.crm.columns.shapes import fits, reference_key
from assistant.crm.hygiene.likeness import word_overlap
from assistant.crm.kind import Form, Kind, Reference
from assistant.errors import Invalid

Samples = Mapping[str, Sequence[str]]

_CHOSEN = "chosen"
_CODE = re.compile(r"[A-Z0-9]+(?:[._/-][A-Z0-9]+)*")
_MANY = 20  # values from which a column is known to repeat itself
_LONGEST_LABEL = 60
ASSIGNED_FROM = 0.5  # below this a guess is no better than leaving the column out
_ID = re.compile(r"[A-Za-z]{0,8}[-_./#]?\d[\w.-]{0,40}")
_ID_WORDS = frozenset({"id", "no", "nr", "number", "ref", "reference", "key", "code", "uuid"})
_LEAST_IDS = 3
_PARTS = {
    "id": ("id", "key", "ref", "reference", "uuid", "guid", "external id", "record id", "ids"),
    "number": ("number", "no", "nr", "num", "ref", "reference"),
    "sku": ("sku", "code", "number", "no", "item code"),
    "name": ("name", "full name", "title"),
    "email": ("email", "e mail", "mail", "email address", "address"),
    "domain": ("domain", "website", "url", "domain name"),
}
_RELATED = re.compile(
    r"^(?:converted|associated|related|linked|assigned|matched|current|became|resulting|turned into"
    r"|converted to|made|created|won) "
)
# Words around the meaning of a name: "primary email", "billing country", "latest status".
_NOISE = frozenset(
    {"primary", "main", "default", "current", "latest", "original", "full", "official", "internal"}
    | {"field", "value", "of", "the", "is", "new", "raw", "source", "text", "customer", "client"}
    | {"eur", "usd", "gbp", "chf", "sek", "nok", "dkk", "pln", "cad", "aud"}
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is taken for; without a field it stays in the raw row only."""

    column: str
    field: str | None
    confidence: float
    reason: str
    unit: str | None = None


def guess_mapping(
    kind: Kind, samples: Samples, *, chosen: Mapping[str, str] | None = None
) -> tuple[Guess, ...]:
    """One guess per column, in the order of the columns; `chosen` (column -> field) overrides.

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
            for guess in _candidates(kind, column, values)
        ),
        key=lambda pair: (-pair[0].confidence, pair[1]),
    )
    for guess, _ in candidates:
        if guess.column not in guesses and guess.field not in taken:
            guesses[guess.column] = guess
            taken.add(guess.field)
    _stand_in(kind, guesses)
    _find_id(kind, samples, guesses)
    return tuple(
        guesses.get(column) or Guess(column, None, 0.0, "no field has a name or values like these")
        for column in samples
    )


# A file with one sum states it under either name; so it is with the one place it has.
_STAND_INS = {
    "order": (("net_total", "total"),), "invoice": (("net_amount", "amount"),),
    "account": (("state", "region"),),
}  # fmt: skip


def _stand_in(kind: Kind, guesses: dict[str, Guess]) -> None:
    """What only the second of two fields was found for is the first one's."""
    columns = {guess.field: column for column, guess in guesses.items()}
    for second, first in _STAND_INS.get(kind.name, ()):
        if (
            second in columns
            and first not in columns
            and guesses[columns[second]].reason != _CHOSEN
        ):
            column = columns[second]
            guesses[column] = replace(guesses[column], field=first)


def _find_id(kind: Kind, samples: Samples, guesses: dict[str, Guess]) -> None:
    """Where no name tells which column is the rows' id, the first that has the form of one is."""
    fields = {guess.field for guess in guesses.values()}
    if "external_id" in fields or ("number" in kind.all_fields and "number" in fields):
        return
    for column, values in samples.items():
        known = guesses.get(column)
        free = known is None or (
            known.reason != _CHOSEN and kind.form_of(known.field or "") is Form.TEXT
        )
        if free and _tell_rows_apart(column, values):
            guesses[column] = Guess(column, "external_id", 0.6, "an id, another one in each row")
            return


def _tell_rows_apart(column: str, values: Sequence[str]) -> bool:
    bare = [value.strip() for value in values]
    if len(bare) < _LEAST_IDS or len(set(bare)) < len(bare):
        return False
    named = _ID_WORDS & set(folded_header(column).split())
    return all(_ID.fullmatch(value) for value in bare) and bool(
        named or all(value[0].isalpha() for value in bare)
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
    return Guess(column, field or None, 1.0, _CHOSEN, unit_of(column))


def _candidates(kind: Kind, column: str, values: Sequence[str]) -> list[Guess]:
    header = folded_header(column)
    found = [*_own_fields(kind, column, header, values)]
    found += _references(kind, column, header, values)
    weighed = [_weigh(kind, guess, values) for guess in found]
    good = [guess for guess in weighed if guess.confidence >= ASSIGNED_FROM]
    return good or _by_values(kind, column, values)


def _own_fields(kind: Kind, column: str, header: str, values: Sequence[str]) -> list[Guess]:
    guesses: list[Guess] = []
    bare = _without_own_entity(kind, header)
    for field, names in field_names(kind.name).items():
        if field in ("external_id", *kind.all_fields):
            confidence, reason = _likeness(header, bare, names)
            if confidence:
                guesses.append(Guess(column, field, confidence, reason, unit_of(column)))
    if bare in ("id", "key", "uuid", "guid", "record id", "external id") and bare != header:
        guesses.append(Guess(column, "external_id", 0.97, "the kind's own id"))
    if header in own_entities(kind.name) and reference_key(values, ("id", "name")) == "id":
        guesses.append(Guess(column, "external_id", 0.85, "named like the kind, with ids in it"))
    if bare in ("no", "number", "nr", "ref", "reference") and bare != header:
        field = "number" if "number" in kind.all_fields else "external_id"
        guesses.append(Guess(column, field, 0.95, "the kind's own number"))
    return guesses


def _likeness(header: str, bare: str, names: Sequence[str]) -> tuple[float, str]:
    """How surely a column of this name is meant, and by which of the known names."""
    if header in names:
        # The usual names come first in each list; the last ones are shared by many fields.
        return 0.96 - 0.08 * names.index(header) / len(names), f"named like '{header}'"
    if bare in names:
        return 0.93 - 0.08 * names.index(bare) / len(names), f"named like '{bare}'"
    core = " ".join(word for word in bare.split() if word not in _NOISE)
    if core and core in names:
        return 0.8, f"named like '{core}'"
    best = max(names, key=lambda name: word_overlap(bare, name))
    score = word_overlap(bare, best)
    if score >= 0.87 and len(bare) >= 5:
        return 0.75 * score, f"named nearly like '{best}'"
    return 0.0, ""


@cache
def own_entities(kind: str) -> tuple[str, ...]:
    """What files call the kind itself, the longest name first."""
    return tuple(sorted(entity_names().get(kind, (kind,)), key=len, reverse=True))


def _without_own_entity(kind: Kind, header: str) -> str:
    """ "deal name" in a file of deals is "name"."""
    for entity in own_entities(kind.name):
        if header.startswith(f"{entity} "):
            return header.removeprefix(f"{entity} ")
    return header


def _references(kind: Kind, column: str, header: str, values: Sequence[str]) -> list[Guess]:
    # "company owner" in a file of companies, "converted account id", "related contact".
    core = _RELATED.sub("", _without_own_entity(kind, header))
    guesses: list[Guess] = []
    if (fits(Form.BOOLEAN, values) or 0) >= 0.9 and not header.endswith((" id", " no", " number")):
        return guesses  # "Became a deal: yes" names none
    for reference in kind.references:
        for name in dict.fromkeys((header, core)):
            if (key := _key_named(reference, name, values)) is not None:
                sure = 0.9 if name.rpartition(" ")[2] in _PARTS.get(key, ()) else 0.82
                reason = f"names the {reference.name.replace('_', ' ')} by its {key}"
                guesses.append(Guess(column, f"{reference.name}.{key}", sure, reason))
                break
    guesses += _references_by_other_words(kind, column, core, values)
    return guesses + _product_by_code(kind, column, header, values)


def _product_by_code(kind: Kind, column: str, header: str, values: Sequence[str]) -> list[Guess]:
    """An "item" of a line is its product where the values are codes, and its text otherwise."""
    of_line = kind.parent is not None and "product.sku" in kind.reference_fields
    named = of_line and header in entity_names()["product"]
    filled = [value.strip() for value in values if value.strip()]
    codes = sum(1 for value in filled if _CODE.fullmatch(value))
    if not named or not filled or codes < 0.9 * len(filled):
        return []
    return [Guess(column, "product.sku", 0.97, "holds codes of products")]


def _key_named(reference: Reference, header: str, values: Sequence[str]) -> str | None:
    """The key in "account id", "customer" or "requester email", if the name is of this form."""
    for entity in entity_names().get(reference.name, (reference.name,)):
        if header == entity:
            return reference_key(values, reference.via)
        part = _beside(entity, header)
        if part == "name" and "name" not in reference.via and "number" in reference.via:
            return "number"  # shops call an order's number its name
        for key in reference.via:
            if part and part in _PARTS[key]:
                return key
        if part in _PARTS["number"] and "id" in reference.via:
            return "id"  # "Deal No": what has no number of its own goes by its source's id
    return None


def _beside(entity: str, header: str) -> str:
    """What stands before or after an entity's name."""
    if header.startswith(f"{entity} "):
        return header.removeprefix(f"{entity} ")
    return header.removesuffix(f" {entity}") if header.endswith(f" {entity}") else ""


def _references_by_other_words(
    kind: Kind, column: str, header: str, values: Sequence[str]
) -> list[Guess]:
    """A customer's e-mail is a person's; a product is meant where only its code is named."""
    guesses = []
    who = kind.name == "task" and header in ("who", "by whom", "whom", "for whom")
    if who and reference_key(values, ("id", "email", "name")) == "email":
        guesses.append(Guess(column, "owner.email", 0.95, "who is to do it, by their address"))
    if "contact.email" in kind.reference_fields:
        parts = {_beside(entity, header) for entity in entity_names()["account"]}
        if parts & set(_PARTS["email"]) or header in field_names("contact")["email"]:
            guesses.append(Guess(column, "contact.email", 0.85, "the address of a person"))
    if "product.sku" in kind.reference_fields and header in field_names("product")["sku"][:9]:
        guesses.append(Guess(column, "product.sku", 0.85, "a product's code"))
    return guesses


def _weigh(kind: Kind, guess: Guess, values: Sequence[str]) -> Guess:
    """Lower a guess whose values do not look the part, raise one whose values do."""
    form = kind.form_of(guess.field or "")
    if guess.field == "body" and _are_labels(values):
        reason = f"{guess.reason}, but the same few values come again and again"
        return replace(guess, confidence=round(guess.confidence * 0.5, 3), reason=reason)
    share = fits(form, values) if form is not None else None
    if share is None or form is None:
        return guess
    if share < 0.3:
        reason = f"{guess.reason}, but few values read as {form}"
        return replace(guess, confidence=round(guess.confidence * 0.5, 3), reason=reason)
    if share >= 0.8:
        confidence = min(0.99, guess.confidence + 0.03)
        return replace(guess, confidence=round(confidence, 3), reason=f"{guess.reason}; values fit")
    return guess


def _by_values(kind: Kind, column: str, values: Sequence[str]) -> list[Guess]:
    filled = [value for value in values if value.strip()]
    if len(filled) < 3:
        return []
    tests = ((Form.EMAIL, ("email", "contact.email", "lead.email")), (Form.PHONE, ("phone",)))
    for form, fields in tests:
        share = fits(form, filled) or 0.0
        field = next((name for name in fields if name in kind.all_fields), None)
        if share >= 0.8 and field is not None and _is_varied(filled):
            return [Guess(column, field, 0.55, f"{share:.0%} of the values look like it")]
    return []


def _are_labels(values: Sequence[str]) -> bool:
    """A few short values that come again and again."""
    short = all(len(value) <= _LONGEST_LABEL for value in values)
    return short and len(values) >= _MANY and not _is_varied(values, share=0.5)


def _is_varied(values: Sequence[str], *, share: float = 0.1) -> bool:
    return len(set(values)) > len(values) * share
