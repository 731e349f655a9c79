"""Whether a clause means one record by what it says of it: "open the oil leak case from Acme"."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import re

_NOUNS = {
    "ticket": r"tickets?|cases?|complaint|incident",
    "order": r"orders?|purchase|so",
    "invoice": r"invoices?|bill",
    "quote": r"quotes?|quotation|offer|proposal",
    "deal": r"deals?|opportunit(?:y|ies)",
    "task": r"tasks?|to-?do",
}
_ONE = {
    "ticket": r"ticket|case|complaint|incident", "order": r"order|purchase", "invoice": r"invoice|bill",
    "quote": r"quote|quotation|offer|proposal", "deal": r"deal|opportunity", "task": r"task|to-?do",
}  # fmt: skip
_OPEN = r"^\s*(?:open|pull up|bring up|find|show(?: me)?|get(?: me)?|look up|display)\b"
_NUMBER_OF = (
    r"^\s*(?:what(?:['’]s| is| was)? |whats |give me |tell me )?(?:the )?(?:{one}|{so})"
    r"(?: number| no\.?| id| #)s? (?:of|for|on)\b"
)
_WHICH = (
    r"^\s*(?:which|what) (?:{one}) (?:is (?:the one|it|that)|was (?:the one|it|that)|did|has|had)\b"
)
_NOT_ONE = re.compile(
    r"\b(?:how many|average|total|most|fewest|longest|shortest|fastest|slowest|latest|newest|"
    r"oldest|largest|biggest|smallest|highest|lowest|top|all|every|each|list|last|first|next|recent)\b",
    re.IGNORECASE,
)


def described_kind(words: str) -> str | None:
    """The kind of the one record that is meant, or None where none or several are."""
    if _NOT_ONE.search(words):
        return None
    for kind, one in _ONE.items():
        several = re.search(rf"\b(?:{_NOUNS[kind]})\b", words, re.IGNORECASE)
        if several is None:
            continue
        so = "so|sales order" if kind == "order" else one
        forms = (
            rf"{_OPEN}(?!\s+(?:{_NOUNS[kind]})\b)(?=.*\b(?:{one})\b)(?!.*\b(?:{one})s\b)",
            _NUMBER_OF.format(one=one, so=so),
            _WHICH.format(one=one),
        )
        if any(re.search(form, words, re.IGNORECASE) for form in forms):
            return kind
    return None


def names_one_of(words: str, kind: str) -> bool:
    """Whether the clause speaks of one record of this kind, in the singular."""
    one = _ONE.get(kind)
    if one is None or _NOT_ONE.search(words):
        return False
    return (
        re.search(rf"\b(?:{one})\b", words, re.IGNORECASE) is not None
        and re.search(rf"\b(?:{one})s\b", words, re.IGNORECASE) is None
    )


SAID_OF_ONE = re.compile(
    r"\b(?:open|pull up|bring up|find|show me|look up|display|number|no|id|so|which|what|one|where|the|"
    r"about|from|placed?|made|sent|raised|bought|ordered|did|with|for|at|by|of|please)\b",
    re.IGNORECASE,
)
