"""Which words of a clause its computation accounts for; whatever is left may change the answer."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import re

from assistant.chat.question import cues
from assistant.chat.question.bounds import currency_spans
from assistant.chat.question.heads import negated_spans
from assistant.chat.question.plan import Measure, Shape, TypedQuery

Span = tuple[int, int]
_ORDERED = frozenset({Shape.TOP, Shape.LATEST, Shape.FIRST, Shape.RANK})
_CARRIER = re.compile(
    r"\b(?:accounts?|customers?|clients?|companies|company|organi[sz]ations?)\b", re.IGNORECASE
)


# What these words say of a row they say of a time; without one they are no condition.
_OF_A_PERIOD = re.compile(r"new|due|closing|expiring|expected|renewing|renews?", re.IGNORECASE)
# A decision maker is a contact, but not every contact is one.
_NOUNS = {"contact": re.compile(r"\b(?:contacts?|people|persons?)\b", re.IGNORECASE)}


def accounted(query: TypedQuery, words: str, named: frozenset[str]) -> tuple[Span, ...]:
    """The places of the words that became part of the query or that change nothing.

    A word of another kind is not among them: "deals with quotes" is not answered by deals alone.
    """
    kind = query.kind
    patterns = [
        cues.COUNT, cues.LIST, cues.MINE, cues.COMPARE, _NOUNS.get(kind, cues.KINDS[kind]),
        cues.VERBS.get(kind),
        *_of_measure(query), *_of_shape(query),
        *(cues.CHANNELS.values() if kind == "interaction" else ()),
        # The kind of a record that is named: "tickets of the account Acme".
        *(cues.KINDS[one] for one in named if one in cues.KINDS),
    ]  # fmt: skip
    moments = cues.MOMENTS.get(kind, {}).values()
    if query.group in cues.GROUPS:
        patterns += [cues.GROUPS[query.group], cues.GROUP_NOUNS[query.group]]
    if query.group == "owner" or query.mine:
        patterns.append(cues.WHO)
    spans = [match.span() for one in patterns if one for match in one.finditer(words)]
    spans += [
        match.span() for one in moments for match in one.finditer(words)
        if query.period is not None or not _OF_A_PERIOD.fullmatch(match.group())
    ]  # fmt: skip
    spans += negated_spans(words, kind, query)
    if query.claim:
        spans += [match.span() for match in _DIFFERING.finditer(words)]
    if query.amount or query.group_size or query.group_total:
        limit = cues.BOUND.search(words)
        spans += [limit.span()] if limit else []
    if query.currency or query.amount or query.group_total:
        spans += currency_spans(words)
    if kind != "account":
        # Whose rows they are, without saying which: everybody's.
        spans += [match.span() for match in _CARRIER.finditer(words)]
    return tuple(spans)


def _of_measure(query: TypedQuery) -> list[re.Pattern[str]]:
    return {
        Measure.COUNT: [],
        Measure.SUM: [cues.SUM],
        Measure.AVERAGE: [cues.AVERAGE, cues.SUM, _SIZE],
        Measure.DURATION: [cues.DURATION, cues.RESPONSE, cues.AVERAGE, _TAKEN],
        Measure.SHARE: [cues.SHARE, cues.WINNING, cues.CONVERSION,
                        cues.CONDITIONS["lead"]["converted"]],
        Measure.HANDOVERS: [cues.HANDOVERS, _TO_WHOM],
        Measure.QUANTITY: [_PIECES, cues.SUM],
    }[query.measure]  # fmt: skip


_TO_WHOM = re.compile(
    r"\b(?:to (?:a |another |some )?(?:colleagues?|someone|somebody|others?|another)(?: else)?|else|"
    r"from one \w+|to another|another|one|agents?|away|often|saw|had|received?|got|counted|made?|all)\b",
    re.IGNORECASE,
)
_PIECES = re.compile(
    r"\b(?:units?|pieces|items|pcs|copies|machines?|kits?|devices|bottles|boxes|sets|licen[cs]es|seats)\b",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\b(?:size|price|basket)\b", re.IGNORECASE)
_TAKEN = re.compile(
    r"\b(?:resol(?:ve|ved|ution)|clos(?:e|es|ed|ing)|solv(?:e|ed|ing)|sign(?:ed|ing)?|"
    r"creation|created|closure|solution|opened|by|for|from|deals?|cycles?|needs?|needed|"
    r"what|worked?|convert(?:ed|ing)?|pa(?:y|id|ying|yment)|win|won|respond(?:ed)?|answer(?:ed)?|repl(?:y|ied)|"
    r"first|opening|to|get|got|us|we|sales?|sell|fix(?:ed)?|settled?)\b",
    re.IGNORECASE,
)


def _of_shape(query: TypedQuery) -> list[re.Pattern[str]]:
    patterns: list[re.Pattern[str]] = []
    if query.shape in _ORDERED:
        patterns += [cues.SUPERLATIVE, cues.LATEST, cues.FIRST, cues.TOP_N, cues.ORDER_BY]
    if query.shape is Shape.RANK:
        patterns += [cues.COMMON, cues.SUM, _QUICKNESS]
    if query.shape is Shape.LIST:
        patterns += [cues.TOP_N, _NEWEST]
    if query.shape is Shape.TREND:
        # A trend names its highest and its lowest unit.
        patterns += [cues.TREND, cues.UNIT, cues.SUPERLATIVE, _STANDING_OUT]
    return patterns


_DIFFERING = re.compile(
    r"\b(?:by how (?:much|many)|higher|lower|difference|absolute|or|more|less|fewer|bigger|larger|"
    r"smaller|between|differ|gap)\b",
    re.IGNORECASE,
)
_STANDING_OUT = re.compile(
    r"\b(?:far|way|clearly|much|more|fewer|less|than|usual|others?|above|below|all|in|the|others|any|"
    r"outlier|even|pretty|or|was|there|looking|at|single)\b",
    re.IGNORECASE,
)
# A list is given newest first anyway.
_NEWEST = re.compile(r"\b(?:newest|latest|recent|most recent)\b", re.IGNORECASE)
_QUICKNESS = re.compile(r"\b(?:quick|fast|slow|quickly|slowly|best|well)\b", re.IGNORECASE)
