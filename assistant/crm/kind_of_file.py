"""What kind of rows a file holds, told from its columns and its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.crm.columns import entity_names, folded_header
from assistant.crm.kind import Kind
from assistant.crm.kinds import KINDS
from assistant.crm.mapping import ASSIGNED_FROM, Samples, guess_mapping, own_entities
from assistant.errors import Invalid

_MOST_DOMAINS = 3  # that colleagues of one firm have


@dataclass(frozen=True, slots=True)
class KindGuess:
    """What kind of rows a file holds, and why."""

    kind: str
    confidence: float
    reason: str


def guess_kind(samples: Samples, *, filename: str = "") -> KindGuess:
    """The kind whose fields fit the columns best, helped by the name of the file.

    Raises Invalid, naming the two nearest kinds, when none fits.
    """
    named = _kind_of_filename(filename)
    scores = sorted(
        ((_fit(kind, samples, named == kind.name), kind.name) for kind in KINDS.values()),
        reverse=True,
    )
    (best, name), (second, other) = scores[0], scores[1]
    if best < ASSIGNED_FROM:
        raise Invalid(
            f"Cannot tell what the rows of this file are; nearest are {name} and {other}. "
            f"Say it: kind is one of {', '.join(KINDS)}.",
            field="kind",
        )
    if name == "article" and _is_internal(samples):
        return KindGuess("policy", min(best, 0.99), "a column says that it is for staff alone")
    reason = f"the columns fit {name} {best:.0%}, {other} {second:.0%}"
    if named == name:
        reason = f"the file's name says {name}, and {reason}"
    return KindGuess(name, min(best, 0.99), reason)


def _kind_of_filename(filename: str) -> str | None:
    stem = folded_header(filename.rpartition("/")[2].partition(".")[0])
    words = " ".join(word for word in stem.split() if not word.isdecimal())
    # Of several the last: an employee handbook is a handbook, and account contacts are contacts.
    found = [
        (f" {words} ".rindex(f" {form} ") + len(form), len(entity), kind)
        for kind in KINDS
        for entity in entity_names().get(kind, (kind,))
        for form in (entity, f"{entity}s", f"{entity[:-1]}ies", f"{entity}es")
        if f" {form} " in f" {words} "
    ]
    return max(found)[2] if found else None


def _fit(kind: Kind, samples: Samples, named: bool) -> float:
    """How well a kind's fields explain the columns: 0 to about 1, above it when all agrees."""
    if kind.name == "user" and _of_many_firms(samples):
        return 0.0  # whoever is imported as a colleague may come to see what colleagues see
    guesses = guess_mapping(kind, samples)
    found = {guess.field: guess.confidence for guess in guesses if guess.field}
    if not found or not any(name in found for name in kind.essential):
        return 0.0
    required = [ref for ref in kind.references if ref.required]
    if any(not any(f"{ref.name}.{key}" in found for key in ref.via) for ref in required):
        return 0.0
    explained = sum(found.values()) / len(guesses)
    own_words = any(
        folded_header(column).startswith(f"{entity} ")
        for column in samples
        for entity in own_entities(kind.name)[:12]
    )
    hints = (
        (0.12, own_words),
        (0.35, named),
        (0.12, bool(required)),  # few kinds need a parent; a file that names it is one of them
        (
            0.1,
            kind.name == "user" and {"role", "email"} <= found.keys() and not _is_customer(found),
        ),
        (0.02, kind.name == "contact"),  # a person without any trait of a lead
    )
    return explained * 0.8 + sum(weight for weight, holds in hints if holds)


_FOR_STAFF = re.compile(
    r"\s*(?:(?:for )?(?:internal|staff|employees?|team|colleagues?|company|personnel)(?: use)?"
    r"(?: only)?"
    r"|confidential|not public|in[- ]house)\W*",
    re.IGNORECASE,
)


def _is_internal(samples: Samples) -> bool:
    """Whether a column says of most rows that they are for staff alone: customers read articles."""
    return any(
        2 * sum(_FOR_STAFF.fullmatch(value) is not None for value in told) > len(told) > 0
        for values in samples.values()
        if (told := [value for value in values if value.strip()])
    )


def _of_many_firms(samples: Samples) -> bool:
    """Whether the addresses in the file are of so many domains that no one firm has them."""
    addresses = [value for values in samples.values() for value in values if "@" in value]
    domains = {address.rpartition("@")[2].strip().casefold() for address in addresses}
    return len(domains) > _MOST_DOMAINS and len(domains) * 4 > len(addresses)


def _is_customer(found: Mapping[str, float]) -> bool:
    return any(field.startswith(("account.", "company", "phone", "mobile")) for field in found)
