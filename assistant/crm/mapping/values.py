"""What the values of a column say for and against what its name says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.crm.columns import folded_header
from assistant.crm.columns.shapes import fits, looks_like_status
from assistant.crm.hygiene import clean_channel
from assistant.crm.kind import Form, Kind
from assistant.crm.mapping.guess import LEAST_IDS, Guess

_MANY = 20  # values from which a column is known to repeat itself
_LONGEST_LABEL = 60
_ALL_ALIKE = 5  # values from which a column that says one thing alone tells nothing
_LABELS = frozenset(
    {"method", "role", "contact_role", "category", "family", "task_type", "deal_type"}
)
_TAGS = frozenset({"type", "object", "role", "kind", "record type"})


def weigh(kind: Kind, guess: Guess, values: Sequence[str]) -> Guess:
    """Lower a guess whose values do not look the part, raise one whose values do."""
    form = kind.form_of(guess.field or "")
    if guess.field == "body" and _are_labels(values):
        reason = f"{guess.reason}, but the same few values come again and again"
        return replace(guess, confidence=round(guess.confidence * 0.5, 3), reason=reason)
    if (doubt := _says_nothing(guess, values)) is not None:
        return replace(guess, confidence=round(guess.confidence * 0.5, 3), reason=doubt)
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


def _says_nothing(guess: Guess, values: Sequence[str]) -> str | None:
    """Why the values of a column do not say what its name seems to."""
    different = {value.strip().casefold() for value in values}
    alike = guess.field in _LABELS and len(values) >= _ALL_ALIKE and len(different) == 1
    if alike and folded_header(guess.column).rpartition(" ")[2] in _TAGS:
        return f"{guess.reason}, but every row says the same"
    hosts = {re.sub(r"^https?://", "", value).partition("/")[0] for value in different}
    if guess.field == "domain" and len(different) >= LEAST_IDS and len(hosts) == 1:
        return f"{guess.reason}, but all are pages of one site"
    if guess.field == "category" and values:
        read = [clean_channel(value) for value in values]
        if sum(1 for one in read if one.value and one.issue is None) >= 0.8 * len(values):
            return f"{guess.reason}, but the values are channels"
    placed = guess.field in ("region", "state", "category") and values
    if placed and sum(map(looks_like_status, values)) >= 0.6 * len(values):
        return f"{guess.reason}, but the values tell how far things are"
    return None


def by_values(kind: Kind, column: str, values: Sequence[str]) -> list[Guess]:
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
