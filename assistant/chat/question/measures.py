"""Whether a clause asks for something computed from rows, and what exactly."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.chat.question import cues
from assistant.chat.question.accounting import Span, accounted
from assistant.chat.question.bounds import bound, currency_named, limit
from assistant.chat.question.heads import channel_of, head, nouns
from assistant.chat.question.numbers import Extreme, extreme, find_numbers
from assistant.chat.question.periods import Period
from assistant.chat.question.plan import Measure, Related, Shape, TypedQuery
from assistant.chat.question.relations import Relations
from assistant.chat.question.shapes import (
    OLD,
    OPENS,
    WITH_AMOUNT,
    WITH_DURATION,
    claim_of,
    column_of,
    focus_of,
    implied_group,
    least_first,
    moment_of,
    names_one,
    names_several,
    said_conditions,
    shape_of,
    unit_of,
)

_GROUPING = frozenset({"account", "contact", "product"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A computation, the places whose words it accounts for, and how sure the words are.

    counted: a measure is named ("how many"), so that the clause cannot mean a text.
    by_itself: it asks for several rows, so that it cannot mean a field of one record.
    """

    query: TypedQuery
    known: tuple[Span, ...]
    counted: bool
    by_itself: bool


def read_query(
    words: str,
    named: frozenset[str],
    period: Period | None,
    *,
    identified: bool = False,
    relations: Relations | None = None,
    compared: bool = False,
) -> Reading | None:
    """The computation that the words ask for; None when they ask for none.

    `words` are without what `relations` found in them; `compared` says that they name several
    periods or records.
    """
    most = extreme(words)
    if most is not None and not (relations and relations.related):
        return _by_number(words, most, named, period)
    group, kind = _group_and_kind(words)
    if cues.HANDOVERS.search(words) and group in {"family", "product", "account"}:
        kind = "ticket"
    measure, measure_cue = _measure(words, kind, group)
    if _PIECES.search(words) or (
        measure is Measure.COUNT and kind == "order" and "product" in named
        and not _COUNTS_ORDERS.search(words)
    ):  # fmt: skip
        kind, measure, measure_cue = "order", Measure.QUANTITY, cues.COUNT
    if measure is None and compared and _MORE.search(words):
        measure, measure_cue = Measure.COUNT, _MORE
    blanks = relations is not None and relations.blanks
    if measure is None and kind in _SOLD and _best(words, kind) and not blanks:
        # The best customers and products are those with the highest sales.
        related = relations.related if relations else ()
        return _by_sales(words, kind, named, period, related)
    if measure is None and _BOUGHT.search(words):
        # What they bought are products, each with what was spent on it.
        group, kind, measure, measure_cue = "product", "order", Measure.SUM, _BOUGHT
    if kind is None or kind in _GROUPING:
        kind = _implied_kind(words, measure, named) or kind
    if kind is None:
        return None
    beside = relations or Relations((), (), words)
    asked = _Asked(words, kind, measure, group, named, period, beside)
    return _reading(asked, measured=measure_cue is not None, identified=identified)


_PIECES = re.compile(
    r"\bhow many (?:units?|pieces|items|pcs|copies|licen[cs]es|seats) (?:of|did|were|have|has)\b.*"
    r"\b(?:order(?:ed)?|sold|sell|bought|buy|purchased?|shipped)\b",
    re.IGNORECASE,
)
_COUNTS_ORDERS = re.compile(
    r"\b(?:how many|number of|count) (?:[\w-]+ ){0,3}(?:orders|purchases)\b", re.IGNORECASE
)


def _by_number(
    words: str, most: Extreme, named: frozenset[str], period: Period | None
) -> Reading | None:
    """Rows with the largest or smallest value of a column."""
    limits, spans = find_numbers(words, most.kind)
    conditions = said_conditions(words, most.kind, Measure.COUNT)
    query = TypedQuery(
        most.kind, shape=Shape.TOP, column=f"number:{most.column}", least=most.least,
        limit=limit(words, Shape.TOP, several=False), conditions=conditions, period=period,
        numbers=limits, mine=bool(cues.MINE.search(words)),
    )  # fmt: skip
    known = (*accounted(query, words, named), most.span, *spans)
    return Reading(query, known, counted=True, by_itself=True)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was found so far: the kind, what is measured and by what it is grouped."""

    words: str
    kind: str
    measure: Measure | None
    group: str | None
    named: frozenset[str]
    period: Period | None
    relations: Relations


def _reading(asked: _Asked, *, measured: bool, identified: bool) -> Reading | None:
    words, kind, group, measure = asked.words, asked.kind, asked.group, asked.measure
    bounded = bool(asked.relations.related or asked.relations.blanks)
    shape = shape_of(words, kind, measured, group, bounded=bounded)
    if shape is None:
        return None
    if shape is Shape.TREND:
        group = None
    if shape is Shape.RANK and group is None:
        group = implied_group(words, kind)
    if shape is Shape.RANK and group is None:
        return None
    measure = measure or Measure.COUNT
    if measure in {Measure.SUM, Measure.AVERAGE} and kind not in WITH_AMOUNT:
        measure = Measure.DURATION if kind == "ticket" and measure is Measure.AVERAGE else measure
    if measure is Measure.DURATION and kind not in WITH_DURATION:
        return None
    limits, limited = find_numbers(words, kind)
    words = _blanked(words, limited)
    query = _query(replace(asked, words=words, measure=measure, group=group), shape, measure)
    query = replace(query, numbers=limits)
    return Reading(
        query=query,
        known=(
            *limited,
            *accounted(query, words, asked.named),
            *(match.span("verb") for match in OPENS.finditer(words)),
        ),
        counted=measured or shape in {Shape.RANK, Shape.TREND},
        by_itself=shape in {Shape.RANK, Shape.TREND, Shape.TOP, Shape.LIST}
        or measure in {Measure.SHARE, Measure.HANDOVERS, Measure.DURATION}
        or (measured and kind not in asked.named and not identified),
    )


def _blanked(words: str, spans: Sequence[Span]) -> str:
    for first, last in spans:
        words = words[:first] + " " * (last - first) + words[last:]
    return words


def _query(asked: _Asked, shape: Shape, measure: Measure) -> TypedQuery:
    words, kind = asked.words, asked.kind
    limited, on_group = bound(words, grouped=shape is Shape.RANK)
    # "Spent more than" is about all of it, "orders of more than" about each.
    in_total = shape is Shape.RANK and measure is Measure.SUM and bool(_IN_TOTAL.search(words))
    moment = moment_of(words, kind, asked.period)
    conditions = said_conditions(words, kind, measure)
    if (kind, moment) == ("deal", "expected") and measure in _OF_OPEN:
        # A deal that is decided is expected to close no more.
        conditions = conditions or ("open",)
    column = column_of(words, kind, measure, shape)
    several = names_several(words, kind) and not names_one(words, column)
    return TypedQuery(
        kind=kind,
        measure=measure,
        shape=shape,
        conditions=conditions,
        channel=channel_of(words) if kind == "interaction" else None,
        group=asked.group,
        unit=unit_of(words),
        least=least_first(words, measure),
        limit=limit(words, shape, several=several),
        group_size=limited if on_group else None,
        group_total=limited if in_total else None,
        amount=None if on_group or in_total else limited,
        period=asked.period,
        moment=moment,
        column=column,
        mine=bool(cues.MINE.search(words)),
        compare=bool(cues.COMPARE.search(words)),
        currency=currency_named(words) if kind in WITH_AMOUNT else None,
        related=asked.relations.related,
        blanks=asked.relations.blanks,
        net=kind in _WITH_NET and bool(_NET.search(words)),
        receiver=measure is Measure.HANDOVERS and bool(_RECEIVED.search(words)),
        focus=focus_of(words) if shape is Shape.TREND else "",
        claim=claim_of(words),
    )


_WITH_NET = frozenset({"order", "invoice"})
_NET = re.compile(r"\bnet\b|\bwithout (?:the )?tax\b|\bexcl(?:uding|\.)? tax\b", re.IGNORECASE)
_RECEIVED = re.compile(
    r"\b(?:received?|got|gets?|took over|taken over|given to|handed to|passed to|inherited)\b",
    re.IGNORECASE,
)
_OF_OPEN = frozenset({Measure.COUNT, Measure.SUM, Measure.AVERAGE})
_BOUGHT = re.compile(
    r"\bwhat (?:products? )?(?:did|do|does|has|have)\b"
    r"(?!.*\b(?:say|said|about|asks?|asked|writes?|wrote|wants?|thinks?|mention|tell|told)\b)"
    r".{0,80}\b(?:buy|bought|(?<!the )(?<!their )(?<!last )(?<!an )order|ordered|purchased?)\b",
    re.IGNORECASE,
)
_IN_TOTAL = re.compile(
    r"\b(?:spen[dt]|spending|revenue|turnover|sales|booked|sold|ow(?:e|es|ed|ing)|totals?)\s+"
    rf"(?:(?:of|is|was|us|for|in total|exceeds)\s+)*(?:{cues.BOUND.pattern})",
    re.IGNORECASE,
)
_SOLD = frozenset({"account", "product"})
# What came in; what we pay, or what will be paid, is no payment received.
_PAID_US = re.compile(
    r"\bhow much (?:did|has|have)\b(?! (?:we|i)\b).{0,80}?\b(?:pay|paid) us\b|"
    r"\bhow much (?:did|have) we (?:receive|received) from\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"\b(?:more|fewer|less)\b.*\bthan\b", re.IGNORECASE)


def _best(words: str, kind: str) -> bool:
    return bool(
        re.search(
            rf"\b(?:top|best|biggest|largest|worst|smallest|most valuable)(?:\s+(?:\d+|[a-z]+))?"
            rf"\s+(?:{cues.KINDS[kind].pattern})",
            words,
            re.IGNORECASE,
        )
    )


def _by_sales(
    words: str,
    kind: str,
    named: frozenset[str],
    period: Period | None,
    related: tuple[Related, ...],
) -> Reading:
    query = TypedQuery(
        "order", Measure.SUM, Shape.RANK, group=kind, period=period,
        least=least_first(words, Measure.SUM),
        limit=limit(words, Shape.TOP, several=names_several(words, kind)),
        mine=bool(cues.MINE.search(words)), currency=currency_named(words), related=related,
    )  # fmt: skip
    spans = (*accounted(query, words, named),
             *(match.span() for match in cues.KINDS[kind].finditer(words)))  # fmt: skip
    return Reading(query, spans, counted=True, by_itself=True)


def _group_and_kind(words: str) -> tuple[str | None, str | None]:
    """By what the rows are grouped, and which rows; a group word is not also the kind."""
    if (several := _having_several(words)) is not None:
        return several
    group, left = None, words
    for name, pattern in cues.GROUPS.items():
        if match := pattern.search(words):
            group = name
            if not (name in _GROUPING and _only_kind(words, name)):
                left = words[: match.start()] + " " * len(match.group()) + words[match.end() :]
            else:
                group = None
            break
    if group is None and any(_asks_who(words, match.start()) for match in cues.WHO.finditer(words)):
        group = "owner"
    # "Which deal type", "the worst lead source": the group's own words say the kind.
    return group, head(left) or (head(_taken(words, left)) if group else None)


def _taken(words: str, left: str) -> str:
    return "".join(sign if kept == " " else " " for sign, kept in zip(words, left, strict=False))


def _asks_who(words: str, at: int) -> bool:
    """Whether "who" asks for a person, and does not follow a noun: "contacts who decide"."""
    return not any(words[:at].rstrip() == words[:last].rstrip() for _, _, last in nouns(words))


def _having_several(words: str) -> tuple[str, str] | None:
    """ "Customers with more than three orders": orders, counted for each customer."""
    size = cues.BOUND.search(words)
    if size is None:
        return None
    found = list(nouns(words))
    before = [kind for kind, _, last in found if last <= size.start()]
    after = [kind for kind, first, _ in found if size.start("after") <= first < size.end() + 20]
    if before and after and before[-1] in {"account", "product"} and after[0] != before[-1]:
        return before[-1], after[0]
    return None


def _only_kind(words: str, name: str) -> bool:
    """Whether no other kind and no measure is named: "which customers are in Graz" lists them."""
    others = [kind for kind, pattern in cues.KINDS.items() if pattern.search(words)]
    return others == [name] and not (cues.SUM.search(words) or cues.DURATION.search(words))


def _measure(
    words: str, kind: str | None, group: str | None
) -> tuple[Measure | None, re.Pattern[str] | None]:
    if cues.HANDOVERS.search(words) and kind in {"ticket", None}:
        return Measure.HANDOVERS, cues.HANDOVERS
    if cues.SHARE.search(words) and (cues.CONVERSION.search(words) or cues.WINNING.search(words)):
        return Measure.SHARE, cues.SHARE
    if group and kind in WITH_AMOUNT and _BY_AMOUNT.search(words):
        return Measure.SUM, cues.SUM
    if _BY_COUNT.search(words):
        return Measure.COUNT, cues.COUNT
    if _is_duration(words, kind):
        return Measure.DURATION, cues.DURATION
    if cues.COUNT.search(words):
        return Measure.COUNT, cues.COUNT
    if cues.AVERAGE.search(words):
        return Measure.AVERAGE, cues.AVERAGE
    if cues.SUM.search(words) and kind in WITH_AMOUNT | {None}:
        return Measure.SUM, cues.SUM
    if kind == "order" and group and cues.SUPERLATIVE.search(words):
        return Measure.SUM if re.search(r"\b(?:revenue|sales|sold|spend)\b", words) else None, None
    return None, None


_BY_AMOUNT = re.compile(
    r"\bby (?:the )?(?:total )?(?:amounts?|values?|revenue|volume|turnover|sum)\b|\bpipeline\b(?=.*\b"
    r"(?:biggest|largest|smallest|highest|lowest)\b)|\b(?:biggest|largest|smallest|highest|lowest)\b"
    r"(?=.{0,20}\b(?:pipeline|revenue|turnover|balance|sales)\b)",
    re.IGNORECASE,
)
_BY_COUNT = re.compile(r"\bby (?:the )?(?:number|count)\b|\(number of \w+\)", re.IGNORECASE)


def _is_duration(words: str, kind: str | None) -> bool:
    if kind not in WITH_DURATION | {None} or OLD.search(words):
        return False
    if re.search(
        r"\bhow long (?:do|should|can|may|must|have) (?:we|i|you)\b", words, re.IGNORECASE
    ):
        return False
    return bool(cues.DURATION.search(words))


def _implied_kind(words: str, measure: Measure | None, named: frozenset[str]) -> str | None:
    """The rows that are meant where only what is measured is named."""
    if measure is Measure.HANDOVERS:
        return "ticket"
    if measure is Measure.DURATION:
        if len(of_one := named & WITH_DURATION) == 1:
            return next(iter(of_one))
        if re.search(r"\b(?:resol|solv|fix|respon|answer|repl)", words, re.IGNORECASE):
            return "ticket"
        return (
            "deal"
            if re.search(r"\b(?:sell|sale|sales|sign|win|won)\b", words, re.IGNORECASE)
            else None
        )
    if measure is Measure.SHARE:
        return "deal" if cues.WINNING.search(words) else "lead"
    if measure is Measure.SUM and re.search(r"\b(?:owe|outstanding)", words, re.IGNORECASE):
        return "invoice"
    if measure is Measure.SUM and _PAID_US.search(words):
        return "payment"
    if measure is Measure.SUM and re.search(r"\bsell(?:s|ing)?\b", words, re.IGNORECASE):
        return "order"
    if cues.COMMON.search(words) and re.search(
        r"\b(?:problem|issue|complain|write|wrote|report|categor|topic|fault|defect)",
        words,
        re.IGNORECASE,
    ):
        return "ticket"
    if cues.TREND.search(words) and re.search(
        r"\b(?:writ(?:e|es|ten) in|wrote in|contact(?:ed)? us|complain)", words, re.IGNORECASE
    ):
        return "ticket"
    if cues.COMMON.search(words) and re.search(r"\b(?:lose|lost|losing)\b", words):
        return "deal"
    return None
