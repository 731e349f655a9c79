"""Whether a clause asks for something computed from rows, and what exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.chat.question import cues
from assistant.chat.question.periods import Period
from assistant.chat.question.plan import Bound, Measure, Shape, TypedQuery

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
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1
    )
} | {"twelve": 12, "twenty": 20}
_OPERATORS = {
    "at least": ">=", "no less than": ">=", "at most": "<=", "up to": "<=", "no more than": "<=",
    "less than": "<", "fewer than": "<", "under": "<", "below": "<",
}  # fmt: skip
_DEFAULT_LIST = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """A computation, the patterns whose words it accounts for, and how sure the words are.

    counted: a measure is named ("how many"), so that the clause cannot mean a text.
    by_itself: it asks for several rows, so that it cannot mean a field of one record.
    """

    query: TypedQuery
    known: tuple[re.Pattern[str], ...]
    counted: bool
    by_itself: bool


def read_query(
    words: str, named: frozenset[str], period: Period | None, *, identified: bool = False
) -> Reading | None:
    """The computation that the words ask for; None when they ask for none."""
    group, kind = _group_and_kind(words)
    measure, measure_cue = _measure(words, kind, group)
    if kind is None or kind in _GROUPING:
        kind = _implied_kind(words, measure) or kind
    if kind is None:
        return None
    shape = _shape(words, kind, measure_cue is not None, group)
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
    bound, on_group = _bound(words, grouped=shape is Shape.RANK)
    query = TypedQuery(
        kind=kind,
        measure=measure,
        shape=shape,
        conditions=_conditions(words, kind, measure),
        channel=_channel(words) if kind == "interaction" else None,
        group=group,
        unit=_unit(words),
        least=_least(words, measure),
        limit=_limit(words, shape),
        group_size=bound if on_group else None,
        amount=None if on_group else bound,
        period=period,
        moment=_moment(words, kind),
        column=_column(words, kind, measure, shape),
        mine=bool(cues.MINE.search(words)),
        compare=bool(cues.COMPARE.search(words)),
    )
    return Reading(
        query=query,
        known=_known(kind, group),
        counted=measure_cue is not None or shape in {Shape.RANK, Shape.TREND},
        by_itself=shape in {Shape.RANK, Shape.TREND, Shape.TOP, Shape.LIST}
        or measure in {Measure.SHARE, Measure.HANDOVERS}
        or (measure_cue is not None and kind not in named and not identified),
    )


def _group_and_kind(words: str) -> tuple[str | None, str | None]:
    """By what the rows are grouped, and which rows; a group word is not also the kind."""
    group, left = None, words
    for name, pattern in cues.GROUPS.items():
        if match := pattern.search(words):
            group = name
            if not (name in _GROUPING and _only_kind(words, name)):
                left = words[: match.start()] + " " * len(match.group()) + words[match.end() :]
            else:
                group = None
            break
    if group is None and cues.WHO.search(words):
        group = "owner"
    kinds = [kind for kind, pattern in cues.KINDS.items() if pattern.search(left)]
    return group, kinds[0] if kinds else None


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


def _implied_kind(words: str, measure: Measure | None) -> str | None:
    """The rows that are meant where only what is measured is named."""
    if measure is Measure.HANDOVERS:
        return "ticket"
    if measure is Measure.DURATION:
        if re.search(r"\b(?:resol|solv|fix|respon|answer|repl)", words, re.IGNORECASE):
            return "ticket"
        return (
            "deal"
            if re.search(r"\b(?:sell|sale|sales|sign|win|won)\b", words, re.IGNORECASE)
            else None
        )
    if measure is Measure.SHARE:
        return "deal" if cues.WINNING.search(words) else "lead"
    if measure is Measure.SUM and re.search(r"\bowe", words, re.IGNORECASE):
        return "invoice"
    if cues.COMMON.search(words) and re.search(
        r"\b(?:problem|issue|complain|write|wrote|report)", words
    ):
        return "ticket"
    if cues.COMMON.search(words) and re.search(r"\b(?:lose|lost|losing)\b", words):
        return "deal"
    return None


def _shape(words: str, kind: str, measured: bool, group: str | None) -> Shape | None:
    plural = _names_several(words, kind)
    superlative = bool(cues.SUPERLATIVE.search(words))
    if cues.TREND.search(words) and (measured or plural or "which month" in words.casefold()):
        return Shape.TREND
    if cues.COMMON.search(words):
        return Shape.RANK
    if group and (superlative or measured or plural):
        return Shape.RANK
    if (_BIG.search(words) and kind in _WITH_AMOUNT) or (_OLD.search(words) and not measured):
        return Shape.TOP
    if measured:
        return Shape.VALUE
    if _near(words, cues.LATEST, kind) or _when_last(words, kind):
        return Shape.LATEST
    if _near(words, cues.FIRST, kind):
        return Shape.FIRST
    if plural and (cues.LIST.search(words) or cues.BOUND.search(words) or _opens_with(words, kind)):
        return Shape.LIST
    return None


def _opens_with(words: str, kind: str) -> bool:
    """Whether the clause is a noun phrase: "open tickets of Acme", "my overdue tasks"."""
    lead = (
        rf"\s*(?:any|all|the|our|my|what)?\s*(?:[\w'’■-]+\s+){{0,2}}(?:{cues.KINDS[kind].pattern})"
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
    found = [name for name, cue in cues.CONDITIONS.get(kind, {}).items() if cue.search(words)]
    if measure is Measure.SHARE:
        # Which part converted is what is asked; the share is taken of all.
        return ()
    if measure is Measure.DURATION:
        found = [name for name in found if name not in {"open", "closed"}]
    if "won" in found or "lost" in found:
        found = [name for name in found if name not in {"open", "closed"}]
    if "overdue" in found:
        found = [name for name in found if name not in {"unpaid", "open", "paid"}]
    if "unpaid" in found:
        found = [name for name in found if name != "paid"]
    if {"open", "closed"} <= set(found):
        found.remove("closed" if re.search(r"\b(?:opened|open)\b", words) else "open")
    return tuple(found)


def _channel(words: str) -> str | None:
    found = [name for name, cue in cues.CHANNELS.items() if cue.search(words)]
    return found[0] if len(found) == 1 else None


def _unit(words: str) -> str:
    found = cues.UNIT.search(words)
    return found[1].casefold() if found else "month"


def _least(words: str, measure: Measure) -> bool:
    if measure is Measure.DURATION:
        return bool(cues.QUICK.search(words)) and not cues.SLOW.search(words)
    most = cues.MOST.search(words)
    least = cues.LEAST.search(words)
    return least is not None and (most is None or least.start() < most.start())


def _limit(words: str, shape: Shape) -> int:
    found = cues.TOP_N.search(words)
    if found:
        number = (found["count"] or found["before"]).casefold()
        return min(_NUMBER_WORDS.get(number) or int(re.sub(r"\D", "", number) or 1), 50)
    if shape is Shape.LIST:
        return _DEFAULT_LIST
    if shape is Shape.RANK and not cues.SUPERLATIVE.search(words):
        return _DEFAULT_LIST
    return 1


_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP",
    "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "chf": "CHF", "franc": "CHF", "francs": "CHF",
    "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "cad": "CAD", "aud": "AUD",
    "jpy": "JPY", "cny": "CNY", "inr": "INR",
}  # fmt: skip


def _bound(words: str, *, grouped: bool) -> tuple[Bound | None, bool]:
    """A limit, and whether it is on the number of rows of a group."""
    found = cues.BOUND.search(words)
    if found is None or (found["after"] or "").casefold().rstrip("s") in {
        "%", "day", "week", "month", "hour", "year", "percent",
    }:  # fmt: skip
        return None, False
    number = found["number"].casefold()
    scale = {"k": 1000, "thousand": 1000, "m": 10**6, "million": 10**6}
    if number in _NUMBER_WORDS:
        value = Decimal(_NUMBER_WORDS[number])
    else:
        value = Decimal(re.sub(r"[^\d.]", "", number.replace(",", "")).strip(".") or "0")
    value *= scale.get((found["scale"] or "").casefold(), 1)
    operator = _OPERATORS.get(found["words"].casefold(), ">")
    currency = _currency(found["currency"]) or _currency(found["after"])
    # "With at least two" counts rows; "over 10,000 euros" is about the amount of each.
    small = value < 100 and not currency and not found["scale"]
    return Bound(operator, value, currency), grouped and small


def _currency(word: str | None) -> str | None:
    """The currency that a sign or a word next to a number names."""
    return _CURRENCIES.get((word or "").strip().casefold())


def _moment(words: str, kind: str) -> str | None:
    if _OPENS.search(words) and "opened" in cues.MOMENTS.get(kind, {}):
        return "opened"
    return next((m for m, cue in cues.MOMENTS.get(kind, {}).items() if cue.search(words)), None)


def _column(words: str, kind: str, measure: Measure, shape: Shape) -> str | None:
    if measure is Measure.DURATION and kind == "ticket":
        return "response" if cues.RESPONSE.search(words) else "resolution"
    if shape is Shape.TOP:
        return "age" if _OLD.search(words) else "amount"
    return None


def _known(kind: str, group: str | None) -> tuple[re.Pattern[str], ...]:
    """All cues that a computation over this kind accounts for."""
    always = [
        cues.COUNT, cues.SUM, cues.AVERAGE, cues.DURATION, cues.RESPONSE, cues.SHARE, cues.WINNING,
        cues.CONVERSION, cues.HANDOVERS, cues.LATEST, cues.FIRST, cues.SUPERLATIVE, cues.COMMON,
        cues.TREND, cues.UNIT, cues.LIST, cues.COMPARE, cues.MINE, cues.WHO, cues.TOP_N, cues.BOUND,
    ]  # fmt: skip
    groups = [cues.GROUPS[group]] if group in cues.GROUPS else []
    return (
        *always,
        *groups,
        *cues.KINDS.values(),
        *cues.CONDITIONS.get(kind, {}).values(),
        *cues.MOMENTS.get(kind, {}).values(),
        *(cues.CHANNELS.values() if kind == "interaction" else ()),
    )
