"""Fields told from what columns are called."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from assistant.crm.columns import entity_names, field_names
from assistant.crm.columns.shapes import reference_key
from assistant.crm.hygiene.likeness import word_overlap
from assistant.crm.kind import Kind
from assistant.crm.mapping.guess import MACHINES, Guess, tell_rows_apart, unit_stated

# Words around the meaning of a name: "primary email", "billing country", "latest status".
_NOISE = frozenset(
    {"primary", "main", "default", "current", "latest", "original", "full", "official", "internal"}
    | {"field", "value", "of", "the", "is", "new", "raw", "source", "text", "customer", "client"}
    | {"eur", "usd", "gbp", "chf", "sek", "nok", "dkk", "pln", "cad", "aud"}
)
# Rows that no team has; a "group" in them is another thing.
_NOBODYS = frozenset(
    {"product", "order_line", "quote_line", "article", "policy", "event", "deal_stage"}
)
_GENERIC = frozenset(
    {"type", "kind", "name", "title", "number", "date", "id", "value", "code", "text", "group"}
    | {"label", "object", "state", "no", "nr", "time", "on", "at", "by", "to", "from", "source"}
)


# A "list price" of a line is another thing than its price, a "discount amount" than its amount.
_ANOTHER = frozenset(
    {"list", "min", "minimum", "max", "maximum", "cost", "previous", "old", "last", "next", "tax"}
    | {"vat", "discount", "refund", "refunded", "paid", "shipping", "home", "parent", "number"}
)


def own_fields(kind: Kind, column: str, header: str, values: Sequence[str]) -> list[Guess]:
    guesses: list[Guess] = []
    bare = without_own_entity(kind, header)
    for field, names in field_names(kind.name).items():
        if field in ("team", "territory") and kind.name in _NOBODYS:
            continue
        if field in ("external_id", *kind.all_fields):
            confidence, reason = _likeness(header, bare, names)
            if confidence:
                guesses.append(Guess(column, field, confidence, reason, unit_stated(column)))
    if header == "id":
        guesses.append(Guess(column, "external_id", 0.985, "the rows' id"))
    if bare in ("id", "key", "uuid", "guid", "record id", "external id") and bare != header:
        guesses.append(Guess(column, "external_id", 0.97, "the kind's own id"))
        second = next((name for name in ("number", "sku") if name in kind.all_fields), None)
        if second is not None:  # where another column is the rows' id
            guesses.append(Guess(column, second, 0.52, "the kind's own id for people"))
    if header in own_entities(kind.name) and reference_key(values, ("id", "name")) == "id":
        sure = 0.985 if all(MACHINES.fullmatch(value.strip()) for value in values) else 0.85
        guesses.append(Guess(column, "external_id", sure, "named like the kind, with ids in it"))
    if header == "name" and tell_rows_apart("id", values):
        field = "number" if {"number", "name"} & set(kind.all_fields) == {"number"} else ""
        field = field or "external_id"
        guesses.append(Guess(column, field, 0.985, "called a name, with ids in it"))
    if bare in ("no", "number", "nr", "ref", "reference") and bare != header:
        field = "number" if "number" in kind.all_fields else "external_id"
        guesses.append(Guess(column, field, 0.95, "the kind's own number"))
    return guesses


@lru_cache(maxsize=65536)
def _likeness(header: str, bare: str, names: tuple[str, ...]) -> tuple[float, str]:
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
    found = _by_words(bare, names)
    return found if found[0] or bare == header else _by_words(header, names)


_LEAST_COVER = 0.5  # of a name's words have to be those of a known one


def _by_words(bare: str, names: Sequence[str]) -> tuple[float, str]:
    """A known name of several words within a longer one: "estimated close date"."""
    words = bare.split()
    turned = " ".join(sorted(words))
    for name in names:
        if len(name) == len(bare) and " ".join(sorted(name.split())) == turned:
            return 0.85, f"named like '{name}'"
    if not 2 <= len(words) <= 6:
        return 0.0, ""
    found = set(words)
    best, cover = "", 0.0
    for name in names:
        parts = name.split()
        share = len(parts) / len(words)
        if len(parts) > 1 and share >= _LEAST_COVER and share > cover and found >= set(parts):
            best, cover = name, share
    if best:
        return round(0.6 + 0.2 * min(cover, 1.0), 3), f"holds the words of '{best}'"
    other = bool(_ANOTHER & set(words[:-1]))
    if words[-1] in names[:3] and words[-1] not in _GENERIC and len(words) <= 3 and not other:
        return 0.56, f"a kind of '{words[-1]}'"
    return 0.0, ""


@cache
def own_entities(kind: str) -> tuple[str, ...]:
    """What files call the kind itself, the longest name first."""
    return tuple(sorted(entity_names().get(kind, (kind,)), key=len, reverse=True))


def without_own_entity(kind: Kind, header: str) -> str:
    """ "deal name" in a file of deals is "name"."""
    for entity in own_entities(kind.name):
        if header.startswith(f"{entity} "):
            return header.removeprefix(f"{entity} ")
    return header
