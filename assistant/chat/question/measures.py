"""Whether a clause asks for something computed from rows, and what exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.chat.question import cues
from assistant.chat.question.accounting import Span, accounted
from assistant.chat.question.bounds import bound, currency_named, limit
from assistant.chat.question.heads import channel_of, conditions_of, head, nouns
from assistant.chat.question.periods import Period
from assistant.chat.question.plan import Measure, Shape, TypedQuery
from assistant.chat.question.relations import Relations

# Kinds whose rows have an amount to add up, and the kind meant where only money is named.
_WITH_AMOUNT = frozenset({"order", "invoice", "deal", "quote", "payment"})
_WITH_DURATION = frozenset({"ticket", "deal", "lead", "invoice"})
_GROUPING = frozenset({"account", "contact", "product"})
_BIG = re.compile(
    r"\b(?:largest|biggest|highest|smallest|lowest|most valuable|cheapest)\b", re.IGNORECASE
)
_OLD = re.compile(
    r"\b(?:oldest|longest open|open (?:the )?longest|waiting (?:the )?longest)\b", re.IGNORECASE
)
# "How many tickets did Acme open in May": a verb, where "open tickets" and "have open" are not.
_OPENS = re.compile(
    r"\b(?:did|do|does)\b(?:(?!\b(?:have|has|had|still|are|is)\b)[^?]){0,60}?\b(?P<verb>open)\b"
    r"(?!\s+(?:\w+\s+)?(?:tickets?|cases?|deals?|leads?|invoices?|tasks?))",
    re.IGNORECASE,
)


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
    group, kind = _group_and_kind(words)
    measure, measure_cue = _measure(words, kind, group)
    if measure is None and compared and _MORE.search(words):
        measure, measure_cue = Measure.COUNT, _MORE
    if measure is None and kind in _SOLD and _best(words, kind):
        # The best customers and products are those with the highest sales.
        return _by_sales(words, kind, named, period)
    if measure is None and _BOUGHT.search(words):
        # What they bought are products, each with what was spent on it.
        group, kind, measure, measure_cue = "product", "order", Measure.SUM, _BOUGHT
    if kind is None or kind in _GROUPING:
        kind = _implied_kind(words, measure, named) or kind
    if kind is None:
        return None
    bounded = bool(relations and (relations.related or relations.blanks))
    shape = _shape(words, kind, measure_cue is not None, group, bounded=bounded)
    if shape is None:
        return None
    if shape is Shape.TREND:
        group = None
    if shape is Shape.RANK and group is None:
        group = _implied_group(words, kind)
    if shape is Shape.RANK and group is None:
        return None
    measure = measure or Measure.COUNT
    if measure in {Measure.SUM, Measure.AVERAGE} and kind not in _WITH_AMOUNT:
        measure = Measure.DURATION if kind == "ticket" and measure is Measure.AVERAGE else measure
    if measure is Measure.DURATION and kind not in _WITH_DURATION:
        return None
    limited, on_group = bound(words, grouped=shape is Shape.RANK)
    # "Spent more than" is about all of it, "orders of more than" about each.
    in_total = shape is Shape.RANK and measure is Measure.SUM and bool(_IN_TOTAL.search(words))
    query = TypedQuery(
        kind=kind,
        measure=measure,
        shape=shape,
        conditions=_conditions(words, kind, measure),
        channel=channel_of(words) if kind == "interaction" else None,
        group=group,
        unit=_unit(words),
        least=_least(words, measure),
        limit=limit(words, shape, several=_names_several(words, kind)),
        group_size=limited if on_group else None,
        group_total=limited if in_total else None,
        amount=None if on_group or in_total else limited,
        period=period,
        moment=_moment(words, kind, period),
        column=_column(words, kind, measure, shape),
        mine=bool(cues.MINE.search(words)),
        compare=bool(cues.COMPARE.search(words)),
        currency=currency_named(words) if kind in _WITH_AMOUNT else None,
        related=relations.related if relations else (),
        blanks=relations.blanks if relations else (),
    )
    return Reading(
        query=query,
        known=(
            *accounted(query, words, named),
            *(match.span("verb") for match in _OPENS.finditer(words)),
        ),
        counted=measure_cue is not None or shape in {Shape.RANK, Shape.TREND},
        by_itself=shape in {Shape.RANK, Shape.TREND, Shape.TOP, Shape.LIST}
        or measure in {Measure.SHARE, Measure.HANDOVERS, Measure.DURATION}
        or (measure_cue is not None and kind not in named and not identified),
    )


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


def _by_sales(words: str, kind: str, named: frozenset[str], period: Period | None) -> Reading:
    query = TypedQuery(
        "order", Measure.SUM, Shape.RANK, group=kind, period=period,
        least=_least(words, Measure.SUM),
        limit=limit(words, Shape.TOP, several=_names_several(words, kind)),
        mine=bool(cues.MINE.search(words)), currency=currency_named(words),
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
    return group, head(left)


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
    if _is_duration(words, kind):
        return Measure.DURATION, cues.DURATION
    if cues.COUNT.search(words):
        return Measure.COUNT, cues.COUNT
    if cues.AVERAGE.search(words):
        return Measure.AVERAGE, cues.AVERAGE
    if cues.SUM.search(words) and kind in _WITH_AMOUNT | {None}:
        return Measure.SUM, cues.SUM
    if kind == "order" and group and cues.SUPERLATIVE.search(words):
        return Measure.SUM if re.search(r"\b(?:revenue|sales|sold|spend)\b", words) else None, None
    return None, None


def _is_duration(words: str, kind: str | None) -> bool:
    if kind not in _WITH_DURATION | {None} or _OLD.search(words):
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
        if len(of_one := named & _WITH_DURATION) == 1:
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
    if cues.COMMON.search(words) and re.search(
        r"\b(?:problem|issue|complain|write|wrote|report)", words
    ):
        return "ticket"
    if cues.COMMON.search(words) and re.search(r"\b(?:lose|lost|losing)\b", words):
        return "deal"
    return None


def _shape(
    words: str, kind: str, measured: bool, group: str | None, *, bounded: bool = False
) -> Shape | None:
    plural = _names_several(words, kind)
    superlative = bool(cues.SUPERLATIVE.search(words))
    if cues.TREND.search(words) and (measured or plural or "which month" in words.casefold()):
        return Shape.TREND
    if cues.COMMON.search(words):
        return Shape.RANK
    if group and (superlative or measured or plural or cues.BOUND.search(words)):
        return Shape.RANK
    if (_BIG.search(words) and kind in _WITH_AMOUNT) or (_OLD.search(words) and not measured):
        return Shape.TOP
    if plural and not measured and (_TOP.match(words) or cues.ORDER_BY.search(words)):
        return Shape.TOP
    if measured:
        return Shape.VALUE
    if _near(words, cues.LATEST, kind) or _when_last(words, kind):
        return Shape.LATEST
    if _near(words, cues.FIRST, kind):
        return Shape.FIRST
    listed = cues.LIST.search(words) or cues.BOUND.search(words) or _opens_with(words, kind)
    if plural and (listed or bounded):
        return Shape.LIST
    return None


def _opens_with(words: str, kind: str) -> bool:
    """Whether the clause is a noun phrase: "open tickets of Acme", "my overdue tasks"."""
    lead = (
        rf"\s*(?:any|all|the|our|my|what)?\s*(?:[\w'’■-]+\s+){{0,3}}(?:{cues.KINDS[kind].pattern})"
    )
    return re.match(lead, words, re.IGNORECASE) is not None


def _names_several(words: str, kind: str) -> bool:
    return any(
        match.group().casefold().endswith(("s", "people", "ies"))
        for match in cues.KINDS[kind].finditer(words)
    )


def _near(words: str, cue: re.Pattern[str], kind: str) -> bool:
    """Whether the cue stands before the kind's word: "the last three open orders"."""
    return any(
        re.match(
            rf"\s+(?:[\w'’■-]+\s+){{0,3}}?(?:{cues.KINDS[kind].pattern})",
            words[cued.end() :],
            re.IGNORECASE,
        )
        for cued in cue.finditer(words)
    )


def _when_last(words: str, kind: str) -> bool:
    return kind == "interaction" and bool(
        re.search(r"\bwhen\b.{0,60}\b(?:last|latest|recently)\b", words, re.IGNORECASE)
    )


def _implied_group(words: str, kind: str) -> str | None:
    if cues.COMMON.search(words):
        lost = re.search(r"\b(?:los[te]|losing|lose|reasons?)\b", words, re.IGNORECASE)
        return "reason" if kind == "deal" and lost else "category" if kind == "ticket" else None
    return None


def _conditions(words: str, kind: str, measure: Measure) -> tuple[str, ...]:
    if verb := _OPENS.search(words):
        words = words[: verb.start("verb")] + words[verb.end("verb") :]
    found, _ = conditions_of(words, kind)
    if measure is Measure.SHARE:
        # Which part converted is what is asked; the share is taken of all.
        return ()
    if measure is Measure.DURATION:
        return tuple(name for name in found if name not in {"open", "closed", "answered"})
    return found


def _unit(words: str) -> str:
    found = cues.UNIT.search(words)
    return found[1].casefold() if found else "month"


def _least(words: str, measure: Measure) -> bool:
    if measure is Measure.DURATION:
        return bool(cues.QUICK.search(words)) and not cues.SLOW.search(words)
    most = cues.MOST.search(words)
    least = cues.LEAST.search(words)
    return least is not None and (most is None or least.start() < most.start())


_OVERDUE = re.compile(r"\b(?:overdue|late|past due)\b", re.IGNORECASE)
_BY_LONG = re.compile(r"(?:by|for)\b", re.IGNORECASE)


def _moment(words: str, kind: str, period: Period | None) -> str | None:
    if period is not None and _OVERDUE.search(words) and _BY_LONG.match(period.text):
        return "due"
    if _OPENS.search(words) and "opened" in cues.MOMENTS.get(kind, {}):
        return "opened"
    return next((m for m, cue in cues.MOMENTS.get(kind, {}).items() if cue.search(words)), None)


def _column(words: str, kind: str, measure: Measure, shape: Shape) -> str | None:
    if measure is Measure.DURATION and kind == "ticket":
        return "response" if cues.RESPONSE.search(words) else "resolution"
    if shape is not Shape.TOP:
        return None
    if _OLD.search(words):
        return "age"
    order = cues.ORDER_BY.search(words)
    named = _ORDERS.get(order["column"].casefold()) if order else None
    if kind == "lead":
        return named if named == "date" else "score"
    return named or ("amount" if kind in _WITH_AMOUNT else "date")


# "Top leads" are ranked by their score, other kinds by amount, and the rest by date.
_TOP = re.compile(
    r"\s*(?:(?:show|list|give|what|which|are|me|our|my|the|is)\s+)*top\b", re.IGNORECASE
)
_ORDERS = {
    "date": "date", "recency": "date", "age": "age", "score": "score", "likelihood": "score",
    "amount": "amount", "size": "amount", "value": "amount", "worth": "amount",
    "price": "amount", "total": "amount",
}  # fmt: skip
