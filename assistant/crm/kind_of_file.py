"""What kind of rows a file holds, told from its columns and its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.crm.columns import entity_names, folded_header
from assistant.crm.columns.headers import header_forms, in_english
from assistant.crm.columns.links import Links
from assistant.crm.kind import Kind
from assistant.crm.kinds import KINDS
from assistant.crm.mapping import ASSIGNED_FROM, Samples, guess_mapping, own_entities
from assistant.errors import Invalid

_OTHER = "other"  # what is kept of none of the kinds
_MOST_DOMAINS = 3  # that colleagues of one firm have


@dataclass(frozen=True, slots=True)
class KindGuess:
    """What kind of rows a file holds, and why."""

    kind: str
    confidence: float
    reason: str


def guess_kind(
    samples: Samples,
    *,
    filename: str = "",
    links: Links | None = None,
    named_by: Sequence[str] = (),
) -> KindGuess:
    """The kind whose fields fit the columns best, helped by the name of the file.

    links: per column whose rows its values name, as the files beside this one show it.
    named_by: the kinds of the files whose rows name rows of this one.
    Raises Invalid, naming the two nearest kinds, when none fits.
    """
    named = _kinds_of_filename(filename)
    scores = sorted(
        (
            (_fit(kind, samples, named, links or {}) + _wanted(kind, named_by), kind.name)
            for kind in KINDS.values()
        ),
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
    if name in named.first | named.others:
        reason = f"the file's name says {name}, and {reason}"
    return KindGuess(name, min(best, 0.99), reason)


_PER_NAMING_FILE, _MOST_BY_NAMING = 0.06, 0.18


def _wanted(kind: Kind, named_by: Sequence[str]) -> float:
    """Tasks name deals and never quotes: what tasks name is no quote."""
    able = sum(
        any(reference.kind == kind.name for reference in KINDS[other].references)
        for other in named_by
    )
    return min(able * _PER_NAMING_FILE, _MOST_BY_NAMING)


@dataclass(frozen=True, slots=True)
class Named:
    """The kinds that a file's name speaks of: by its longest word, and by others."""

    first: frozenset[str]
    others: frozenset[str]


def _kinds_of_filename(filename: str) -> Named:
    """The kinds that a file's name speaks of, in any of the forms in which it can be read."""
    stem = folded_header(filename.rpartition("/")[2].rpartition(".")[0] or filename)
    words = " ".join(word for word in stem.split() if not word.isdecimal())
    first: set[str] = set()
    every: set[str] = set()
    for form in dict.fromkeys((words, in_english(words), *header_forms(stem))):
        found = list(_entities_in(form))
        every |= {kind for _, _, kind in found}
        if found and not first:
            # Of several the last: an employee handbook is a handbook, account contacts contacts.
            last = max(found)[:2]
            first = {kind for end, length, kind in found if (end, length) == last}
    return Named(frozenset(first), frozenset(every - first))


def _entities_in(words: str) -> Iterator[tuple[int, int, str]]:
    """Per kind named in a file's name: where the word ends, how long it is, and the kind."""
    spaced = f" {words} "
    for kind in (*KINDS, _OTHER):
        for entity in entity_names().get(kind, (kind,)):
            for form in (entity, f"{entity}s", f"{entity[:-1]}ies", f"{entity}es"):
                if f" {form} " in spaced:
                    yield spaced.rindex(f" {form} ") + len(form), len(entity), kind


def _fit(kind: Kind, samples: Samples, named: Named, links: Links) -> float:
    """How well a kind's fields explain the columns: 0 to about 1, above it when all agrees."""
    if kind.name == "user" and _of_many_firms(samples):
        return 0.0  # whoever is imported as a colleague may come to see what colleagues see
    if _adds_to_its_own(kind, links) or _OTHER in named.first:
        return 0.0
    guesses = guess_mapping(kind, samples, links=links, look_for_name=kind.name in named.first)
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
        (0.35, kind.name in named.first),
        (0.25, kind.name in named.others),
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


def _adds_to_its_own(kind: Kind, links: Links) -> bool:
    """Rows that name rows of this very kind say more of those, and are none of them."""
    refers = {reference.kind for reference in kind.references}
    return kind.name not in refers and any(
        link.kind == kind.name and link.key == "id" and link.named
        for of_column in links.values()
        for link in of_column
    )


def _of_many_firms(samples: Samples) -> bool:
    """Whether the addresses in the file are of so many domains that no one firm has them.

    A firm's own people with some customers who may sign in are most of them of one domain.
    """
    domains = Counter(
        value.rpartition("@")[2].strip().casefold()
        for values in samples.values()
        for value in values
        if "@" in value
    )
    many = len(domains) > _MOST_DOMAINS and len(domains) * 4 > domains.total()
    return many and max(domains.values()) * 2 < domains.total()


def _is_customer(found: Mapping[str, float]) -> bool:
    return any(field.startswith(("account.", "company", "phone", "mobile")) for field in found)
