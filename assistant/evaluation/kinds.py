"""The kinds of question that sales and service staff ask, and what each is answered from."""

from __future__ import annotations

from collections.abc import Mapping

KIND_NAMES: Mapping[int, str] = {
    1: "lead readiness", 2: "lead assignment", 3: "ticket assignment", 4: "knowledge answer",
    5: "conduct check", 6: "offer check", 7: "product set-up check", 8: "task against stage",
    9: "stage correction", 10: "call insight", 11: "which one is meant", 12: "time to resolve",
    13: "hand-overs", 14: "month against month", 15: "most common problem", 16: "best place",
    17: "sales totals", 18: "length of the sale", 19: "conversion",
    20: "another customer's private data", 21: "internal workings", 22: "confidential rules",
}  # fmt: skip
# Answered by computing over rows; the others by reading texts, or both against each other.
STRUCTURED = frozenset(range(11, 20))


def kind_name(stated: str) -> str:
    """A kind by its number or its name; words that are neither stay as they were written."""
    text = " ".join(stated.replace("_", " ").replace("-", " ").split()).casefold()
    number = text.removeprefix("kind ").strip()
    if number.isdecimal() and int(number) in KIND_NAMES:
        return KIND_NAMES[int(number)]
    named = {name.replace("-", " ").casefold(): name for name in KIND_NAMES.values()}
    return named.get(text, stated.strip() or "unnamed")


def is_structured(name: str, *, numeric: bool) -> bool:
    """Whether such a question is about rows; of an unknown kind, whether its answer is a number."""
    number = next((number for number, known in KIND_NAMES.items() if known == name), None)
    return number in STRUCTURED if number is not None else numeric
