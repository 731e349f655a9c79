"""What a computed answer looks like: its shape, order, conditions and the moment it is about."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import re

from assistant.chat.question import cues
from assistant.chat.question.heads import affirmed, conditions_of
from assistant.chat.question.periods import Period
from assistant.chat.question.plan import Measure, Shape

# Kinds whose rows have an amount to add up, and the kind meant where only money is named.
WITH_AMOUNT = frozenset({"order", "invoice", "deal", "quote", "payment"})
WITH_DURATION = frozenset({"ticket", "deal", "lead", "invoice"})
_BIG = re.compile(
    r"\b(?:largest|biggest|highest|smallest|lowest|most valuable|cheapest)\b", re.IGNORECASE
)
_ONE_BIG = re.compile(
    r"\b(?:largest|biggest|smallest|highest|most valuable)(?: single| open| unpaid| overdue| won| lost)* "
    r"(?:order|deal|opportunity|invoice|quote|offer|payment|purchase)\b",
    re.IGNORECASE,
)
OLD = re.compile(
    r"\b(?:oldest|longest open|open (?:the )?longest|waiting (?:the )?longest)\b", re.IGNORECASE
)
# "How many tickets did Acme open in May": a verb, where "open tickets" and "have open" are not.
OPENS = re.compile(
    r"\b(?:did|do|does)\b(?:(?!\b(?:have|has|had|still|are|is)\b)[^?]){0,60}?\b(?P<verb>open)\b"
    r"(?!\s+(?:\w+\s+)?(?:tickets?|cases?|deals?|leads?|invoices?|tasks?))",
    re.IGNORECASE,
)


# One row by how long it took: "the case that took longest", "the longest sales cycle".
LONGEST_ROW = re.compile(
    r"\b(?:case|ticket|deal|opportunity|lead|invoice|one) (?:that|which) (?:took|needed|ran|lasted|was open)"
    r"(?: the)? (?:longest|shortest)\b|\b(?:which|what) (?:single )?(?:case|ticket|deal|opportunity|invoice)"
    r"(?: \w+){0,4}? (?:took|needed|lasted)(?: the)? (?:longest|shortest)\b"
    r"|\b(?:longest|shortest|slowest|quickest|fastest)(?: single)? (?:sales cycle|resolution(?: time)?|sale|"
    r"cycle|case|ticket|deal)\b",
    re.IGNORECASE,
)
_OUTLIER = re.compile(
    r"\bstands? out|stood out|jump|spike|outlier|unusual|than usual|abnormal|way (?:above|below)|far (?:more|fewer|less)|"
    r"clearly (?:more|fewer|less|higher|lower)|pretty even|exceptional|\bodd\b|peak(?:ed)? in any",
    re.IGNORECASE,
)
_MORE_THAN = re.compile(
    r"^\s*(?:and )?(?:did|do|does|is|are|was|were|has|have|had)\b.*?\b(?P<more>more|higher|bigger|larger|longer|rise|grow|increase)\b"
    r"|^\s*(?:and )?(?:did|do|does|is|are|was|were|has|have|had)\b.*?\b(?P<less>fewer|less|lower|smaller|shorter|fall|drop|decrease)\b",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"\bby how (?:much|many)\b|\bdifference\b|\bhow (?:much|many) (?:more|fewer|less|higher|lower)\b",
    re.IGNORECASE,
)


def focus_of(words: str) -> str:
    """What of a trend is asked: the unit that stands out, if any does, or its highest or lowest."""
    if _OUTLIER.search(words):
        return "outlier"
    return "extreme" if cues.SUPERLATIVE.search(words) else ""


def claim_of(words: str) -> str:
    """Of two results: whether one is said to be more, or by how much they differ."""
    if _GAP.search(words):
        return "gap"
    found = _MORE_THAN.search(words)
    return "" if found is None else "more" if found["more"] else "less"


def shape_of(
    words: str, kind: str, measured: bool, group: str | None, *, bounded: bool = False
) -> Shape | None:
    plural = names_several(words, kind)
    superlative = bool(cues.SUPERLATIVE.search(words))
    if cues.TREND.search(words) and (measured or plural or "month" in words.casefold()):
        return Shape.TREND
    if LONGEST_ROW.search(words) and kind in WITH_DURATION and not group:
        return Shape.TOP
    if cues.COMMON.search(words):
        return Shape.RANK
    if _ONE_BIG.search(words) and kind in WITH_AMOUNT:
        return Shape.TOP
    if group and (superlative or measured or plural or cues.BOUND.search(words)):
        return Shape.RANK
    if (_BIG.search(words) and kind in WITH_AMOUNT) or (OLD.search(words) and not measured):
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


def names_several(words: str, kind: str) -> bool:
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


def implied_group(words: str, kind: str) -> str | None:
    if cues.COMMON.search(words):
        lost = re.search(r"\b(?:los[te]|losing|lose|reasons?)\b", words, re.IGNORECASE)
        return "reason" if kind == "deal" and lost else "category" if kind == "ticket" else None
    return None


def said_conditions(words: str, kind: str, measure: Measure) -> tuple[str, ...]:
    if verb := OPENS.search(words):
        words = words[: verb.start("verb")] + words[verb.end("verb") :]
    found, _ = conditions_of(words, kind)
    if measure is Measure.SHARE:
        # Which part converted is what is asked; the share is taken of all.
        return ()
    if measure is Measure.DURATION:
        return tuple(name for name in found if name not in {"open", "closed", "answered"})
    return found


def names_one(words: str, column: str | None) -> bool:
    """Whether rows are asked for by an extreme, of which one is meant unless a number is said."""
    by_extreme = column == "duration" or (column or "").startswith("number:")
    return by_extreme or _ONE_BIG.search(words) is not None


def unit_of(words: str) -> str:
    found = cues.UNIT.search(words)
    return found[1].casefold() if found else "month"


def least_first(words: str, measure: Measure) -> bool:
    if measure is Measure.DURATION:
        return bool(cues.QUICK.search(words)) and not cues.SLOW.search(words)
    most = cues.MOST.search(words)
    least = cues.LEAST.search(words)
    return least is not None and (most is None or least.start() < most.start())


_OVERDUE = re.compile(r"\b(?:overdue|late|past due)\b", re.IGNORECASE)
_BY_LONG = re.compile(r"(?:by|for)\b", re.IGNORECASE)


_DID_CLOSE = re.compile(r"\bdid\b[^?]{0,60}?\bclose\b", re.IGNORECASE)


def moment_of(words: str, kind: str, period: Period | None) -> str | None:
    if period is not None and _OVERDUE.search(words) and _BY_LONG.match(period.text):
        return "due"
    if OPENS.search(words) and "opened" in cues.MOMENTS.get(kind, {}):
        return "opened"
    if kind == "deal" and _DID_CLOSE.search(words):
        return "closed"
    return next(
        (name for name, cue in cues.MOMENTS.get(kind, {}).items() if affirmed(words, cue)), None
    )


def column_of(words: str, kind: str, measure: Measure, shape: Shape) -> str | None:
    if shape is Shape.TOP and LONGEST_ROW.search(words):
        return "duration"
    if measure is Measure.DURATION and kind == "ticket":
        return "response" if cues.RESPONSE.search(words) else "resolution"
    if shape is not Shape.TOP:
        return None
    if OLD.search(words):
        return "age"
    order = cues.ORDER_BY.search(words)
    named = _ORDERS.get(order["column"].casefold()) if order else None
    if kind == "lead":
        return named if named == "date" else "score"
    return named or ("amount" if kind in WITH_AMOUNT else "date")


# "Top leads" are ranked by their score, other kinds by amount, and the rest by date.
_TOP = re.compile(
    r"\s*(?:(?:show|list|give|what|which|are|me|our|my|the|is)\s+)*top\b", re.IGNORECASE
)
_ORDERS = {
    "date": "date", "recency": "date", "age": "age", "score": "score", "likelihood": "score",
    "amount": "amount", "size": "amount", "value": "amount", "worth": "amount",
    "price": "amount", "total": "amount",
}  # fmt: skip
