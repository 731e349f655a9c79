"""Rates: "per month", "each seat", "weekly"."""

from __future__ import annotations

import re

from retrieval.clauses import Sentence
from retrieval.gathered import Told
from retrieval.words import words

_RATE = re.compile(
    r"\b(?:per|each|every|an?)\s+(?P<unit>second|minute|hour|day|night|week|month|quarter|year|seat|user"
    r"|head|person|site|licence|license|unit|piece|call|device)s?\b"
    r"|\b(?P<adverb>hourly|daily|weekly|monthly|quarterly|yearly|annually|annual)\b|(?P<per>/)\s?(?P<slash>[a-z]+)",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?:per|each) \w+ (?:and|per|a) (?P<second>\w+)\b", re.IGNORECASE)
_TIMES = frozenset(words("second minute hour day night week month quarter year"))
_NO_RATE_AFTER = re.compile(r"\s+(?:ago|later|earlier|before|after|of|or)\b", re.IGNORECASE)
_NO_RATE_BEFORE = re.compile(
    r"\b(?:in|for|within|over|of|takes?|took|about|after|before|than|during|is|was|only|almost|at"
    r"|half|lasts?|lasted|such|not|once|by|on|to)$",
    re.IGNORECASE,
)
_ADVERBS = {
    "hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month",
    "quarterly": "quarter", "yearly": "year", "annually": "year", "annual": "year",
}  # fmt: skip


def added_rate(claim: Sentence, one: Told) -> str | None:
    """A rate of the claim that this does not say."""
    theirs = {_unit(match) for match in _RATE.finditer(one.sentence.text)} | one.field
    theirs |= {match["second"].lower() for match in _BOTH.finditer(one.sentence.text)}
    for match in _RATE.finditer(claim.text):
        if _unit(match) not in theirs and not _is_article(match):
            return match[0]
    return None


def _is_article(match: re.Match[str]) -> bool:
    """ "A call" and "each site" are rates only after a number."""
    before, after = match.string[: match.start()].rstrip(), match.string[match.end() :]
    if match[0].split()[0].lower() not in ("a", "an", "each", "every"):
        return False
    if (match["unit"] or "").lower() in _TIMES:
        return bool(_NO_RATE_AFTER.match(after) or _NO_RATE_BEFORE.search(before)) or not before
    return not any(c.isdigit() for c in before[-12:])


def _unit(match: re.Match[str]) -> str:
    adverb = (match["adverb"] or "").lower()
    return _ADVERBS.get(adverb) or (match["unit"] or match["slash"] or "").lower()
