"""The figures of a claim as its evidence has them: bounds, roundings, units left out, lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from retrieval.agreement import comparison, same_value
from retrieval.clauses import Sentence
from retrieval.scale import place
from retrieval.stems import STOPWORDS
from retrieval.values import Value, extract_values

_BEFORE_VALUE = re.compile(
    r"(?:\b(?:is |are |was |were )?(?P<words>(?:more|less|fewer|greater|higher|lower|longer|shorter"
    r"|later|earlier|bigger|larger|smaller) than|at least|at most|over|above|under|below|beyond"
    r"|before|after|within|no (?:more|less|later|earlier) than|about|around"
    r"|approximately|roughly|nearly|almost|some|just over|just under))\s+(?:the\s+|a\s+)?$",
    re.IGNORECASE,
)
_LEAST_ROUND = Decimal("0.05")  # how far "about" may be from what it rounds


def bounded(claim: str, evidence: Sequence[Sentence]) -> Iterator[str]:
    """ "Below 20 %" as each figure of the evidence that is below it."""
    values = extract_values(claim)
    known = [v for sentence in evidence for v in sentence.values if v.kind != "name"]
    for value in values:
        how, wanted = comparison(claim, value), place(value)
        lead = _BEFORE_VALUE.search(claim[: value.start])
        if not how or wanted is None or lead is None:
            continue
        if how == "about" and any(same_value(value, given) for given in known):
            continue
        for given in known:
            at = place(given)
            if at is not None and at[0] == wanted[0] and _within(how, at[1], wanted[1]):
                yield claim[: lead.start("words")] + given.text + claim[value.end :]


def _within(how: str, at: Decimal, bound: Decimal) -> bool:
    if how == "about":
        return abs(at - bound) <= _LEAST_ROUND * abs(bound) and _is_round(bound, at)
    if how in ("over", "after"):
        return at > bound
    if how in ("under", "before"):
        return at < bound
    return at >= bound if how == "at least" else at <= bound


def _is_round(told: Decimal, exact: Decimal) -> bool:
    """Whether fewer digits are told than there are."""
    return len(told.normalize().as_tuple().digits) < len(exact.normalize().as_tuple().digits)


_AGAINST = re.compile(
    r"\b(?P<how>before|after|by|until)\s+(?:its|the|their|it was|it is|they were)\s+"
    r"(?P<label>[a-z]+)(?:\s+date|\s+day)?\b",
    re.IGNORECASE,
)
_LABEL_REACH = 16  # letters before a date in which its label stands


def against_another(claim: str, evidence: Sequence[Sentence]) -> Iterator[str]:
    """ "Before its due date" as each earlier day that is told, where that date is told."""
    match = _AGAINST.search(claim)
    if match is None:
        return
    for sentence in evidence:
        for value in sentence.values:
            at = value.start - sentence.start
            ahead = sentence.text[max(0, at - _LABEL_REACH) : at].lower()
            if value.kind == "date" and match["label"].lower() in ahead:
                dated = f"{claim[: match.start()]}{match['how']} {value.text}{claim[match.end() :]}"
                yield from bounded(dated, evidence)


_UNIT = re.compile(
    r"[\s-]*(?:days?|weeks?|months?|years?|hours?|minutes?|seconds?|%|per ?cent)$", re.IGNORECASE
)


def with_units(claim: str, evidence: Sequence[Sentence]) -> Iterator[str]:
    """ "45 days" as "45" beside "30 days", and "ninety thousand" as "ninety thousand euros"."""
    known = [(s, v) for s in evidence for v in s.values if v.kind in _SCALED]
    for value in extract_values(claim):
        number = _bare(value)
        if number is None or any(same_value(value, given) for _, given in known):
            continue
        for sentence, given in known:
            if given.kind == value.kind or _bare(given) != number:
                continue
            if value.kind == "amount" and _is_of_something(given, sentence):
                continue
            if value.kind == "number" or (
                given.kind == "number" and _shares_unit(value, sentence, known)
            ):
                yield claim[: value.start] + given.text + claim[value.end :]


_LENGTHS = {
    "PT3600S": "an hour", "PT86400S": "a day", "PT604800S": "a week", "P1M": "a month",
    "P3M": "a quarter", "P12M": "a year",
}  # fmt: skip


def whole_lengths(claim: str, evidence: Sequence[Sentence]) -> Iterator[str]:
    """ "24 hours" as "a day", and the other way round."""
    told = " ".join(sentence.text.lower() for sentence in evidence)
    for value in extract_values(claim):
        spelt = _LENGTHS.get(value.normal)
        if spelt and re.search(rf"\b{spelt}\b", told):
            yield claim[: value.start] + spelt + claim[value.end :]
    for normal, spelt in _LENGTHS.items():
        match = re.search(rf"\b(?:{spelt}|one {spelt.split()[1]})\b", claim)
        given = [v for s in evidence for v in s.values if v.normal == normal]
        if match and given:
            yield claim[: match.start()] + given[0].text + claim[match.end() :]


_SCALED = frozenset({"number", "amount", "duration", "percentage"})


def _bare(value: Value) -> Decimal | None:
    if value.kind not in _SCALED:
        return None
    if value.kind != "duration":
        at = place(value)
        return at[1] if at else None
    found = extract_values(_UNIT.sub("", value.text))
    at = place(found[0]) if found else None
    return at[1] if at else None


def _is_of_something(given: Value, sentence: Sentence) -> bool:
    """Whether a noun follows the number: what it counts, or a coin that is not known here."""
    after = sentence.text[given.end - sentence.start :]
    following = re.match(r"\s+([a-zà-þ]+)", after)
    return following is not None and following[1] not in STOPWORDS


def _shares_unit(value: Value, sentence: Sentence, known: Sequence[tuple[Sentence, Value]]) -> bool:
    """Whether the bare number stands among values of the claim's unit, and of no other."""
    wanted = place(value)
    near = [v for s, v in known if v.kind == value.kind and (s is sentence or v.kind == "amount")]
    units = {at[0] for v in near if (at := place(v))}
    return wanted is not None and units == {wanted[0]}
