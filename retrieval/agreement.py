"""When a value in a claim is the value in a source, and how far each is compared."""

from __future__ import annotations

import re

from retrieval.values import Value

# What may stand before a number or a date and change what is said of it.
_BEFORE = {
    "at least": (
        r"at least|(?:no|not) (?:less|fewer|shorter|earlier|lower|smaller) than|minimum(?: of)?"
    ),
    "at most": (
        r"at most|(?:no|not) (?:more|longer|later|higher|greater|larger) than|up to"
        r"|maximum(?: of)?|within|capped at|limited to|as many as|as much as|does not exceed"
    ),
    "over": (
        r"(?:more|greater|longer|higher|larger|later|older) than|over|above"
        r"|beyond|exceed(?:s|ed)?"
    ),
    "under": (
        r"(?:less|fewer|lower|shorter|smaller|earlier|sooner|younger) than|under|below|short of"
    ),
    "about": (
        r"about|around|approximately|roughly|nearly|almost|some|circa|approx\.?|~"
        r"|(?:something|anything) like|in the region of|close to|just (?:under|over|about)"
    ),
    "after": r"not before|not until|after|since|following|from|no earlier than|starting|as of",
    "before": r"before|by|until|till|prior to|through|no later than",
}
_COMPARED = tuple(
    (name, re.compile(rf"(?:\b|(?<=\s)|^)(?:{pattern})\s+(?:the\s+|a\s+)?$", re.IGNORECASE))
    for name, pattern in _BEFORE.items()
)
_COMPARED_AFTER = (
    (
        "at least",
        re.compile(r"\s+(?:or (?:more|over|above|longer|later)|at least|minimum)\b", re.IGNORECASE),
    ),
    (
        "about",
        re.compile(r"\s+(?:or so|or thereabouts|give or take|more or less)\b", re.IGNORECASE),
    ),
    (
        "at most",
        re.compile(
            r"\s+(?:or (?:less|fewer|under|below|shorter|earlier)|at most|maximum)\b", re.IGNORECASE
        ),
    ),
)
_LIMIT = re.compile(r"\b(?:ceiling|maximum|upper limit|cap|limit)\b", re.IGNORECASE)
_RISES_TO = re.compile(
    r"\b(?:go|goes|going|went|gone|ris\w+|rose|mov\w+|climb\w*|grow\w*|grew|increas\w+|rais\w+|put)"
    r"\s+up\s+to\s+(?:the\s+|a\s+)?$",
    re.IGNORECASE,
)
# "An invoice over $500" is one of $500.
_WORTH = re.compile(
    r"(?:\b(?:invoice|bill|cheque|check)|\b[A-Z]{1,6}-?\d+),?\s+over\s+(?:the\s+|a\s+)?$"
)
_ROUGH = re.compile(r"\b(?:rough|approximate|estimated?|ballpark)\b", re.IGNORECASE)
_DATE_WORDS = frozenset({"before", "after"})


def comparison(text: str, value: Value) -> str:
    """The comparison that a text makes with a value ("over", "at most", "before"), or ""."""
    ahead = text[max(0, value.start - 24) : value.start]
    dated = value.kind in ("date", "time")
    for name, pattern in _COMPARED:
        if pattern.search(ahead) and (dated or name not in _DATE_WORDS):
            return "" if _RISES_TO.search(ahead) or _WORTH.search(ahead) else name
    for name, pattern in _COMPARED_AFTER:
        if pattern.match(text, value.end):
            return name
    return ""


def names_estimate(text: str) -> bool:
    """Whether a text calls its value rough, as one does what is about so much."""
    return bool(_ROUGH.search(text))


def names_limit(text: str) -> bool:
    """Whether a text calls its value a limit, as what goes up to it would."""
    return bool(_LIMIT.search(text))


def keeps_comparison(claimed: str, given: str, *, dated: bool) -> bool:
    """Whether a claim may compare as it does, given how the source compares."""
    if claimed == given:
        return True
    if dated:
        return {claimed, given} != {"before", "after"} and {claimed, given} != {"over", "under"}
    if claimed == "about":
        return given == ""
    return False


def same_value(claimed: Value, given: Value) -> bool:
    """Whether the source's value is what the claim says, at the claim's own precision."""
    if {claimed.kind, given.kind} == {"date", "duration"} or (
        _OFFSET.match(claimed.normal) and _OFFSET.match(given.normal)
    ):
        return _as_duration(claimed) == _as_duration(given)
    if claimed.kind == "date" or given.kind == "date":
        return _same_date(claimed.normal, given.normal)
    if claimed.kind == "phone" or given.kind == "phone":
        return _same_phone(claimed.normal, given.normal)
    if "id" in (claimed.kind, given.kind):
        return _same_reference(claimed, given)
    if claimed.kind == "domain" and given.kind == "email":
        return given.normal.endswith("@" + claimed.normal)
    return claimed.kind == given.kind and claimed.normal == given.normal


_OFFSET = re.compile(r"relative:\+?(?P<count>\d+)(?P<unit>[dwmqy])$")
_SECONDS = {"d": 86400, "w": 604800}
_MONTHS = {"m": 1, "q": 3, "y": 12}


def _as_duration(value: Value) -> str:
    """ "Within 30 days" as 30 days."""
    offset = _OFFSET.match(value.normal)
    if offset is None:
        return value.normal
    count, unit = int(offset["count"]), offset["unit"]
    return f"PT{count * _SECONDS[unit]}S" if unit in _SECONDS else f"P{count * _MONTHS[unit]}M"


def _same_date(claimed: str, given: str) -> bool:
    """A month holds its days, a quarter its months, a year all; never the other way round."""
    if claimed == given:
        return True
    if given.startswith(claimed + "-"):
        return True
    quarter = re.fullmatch(r"(\d{4}|-)-Q(\d)", claimed)
    month = re.match(r"(\d{4})-(\d\d)|(-)-(\d\d)", given)
    if quarter and month:
        year, number = month[1] or month[3], int(month[2] or month[4])
        return quarter[1] in (year, "-") and (number + 2) // 3 == int(quarter[2])
    if claimed.startswith("--") and re.match(r"\d{4}-", given):
        return _same_date(claimed, "-" + given[4:])
    return False


def _same_phone(claimed: str, given: str) -> bool:
    ours, theirs = re.sub(r"\D", "", claimed), re.sub(r"\D", "", given)
    shorter, longer = sorted((ours, theirs), key=len)
    # A number written without its country is the tail of the same number written with it.
    return len(shorter) >= 7 and longer.endswith(shorter) and len(longer) - len(shorter) <= 3


def _same_reference(claimed: Value, given: Value) -> bool:
    if {claimed.kind, given.kind} - {"id", "number"}:
        return False
    if claimed.normal == given.normal:
        return True
    ours, theirs = (re.sub(r"^[A-Z]+", "", v.normal) for v in (claimed, given))
    # "invoice 2041" is INV-2041; two different prefixes are two different things.
    bare = claimed.normal.isdigit() or given.normal.isdigit()
    return bare and ours == theirs and len(ours) >= 3


def one_family(a: Value, b: Value) -> bool:
    """Whether one value could be mistaken for the other: two amounts, two order numbers."""
    if {a.kind, b.kind} == {"number", "duration"}:
        return True
    if {a.kind, b.kind} == {"number", "amount"}:
        bare = a if a.kind == "number" else b
        return len(bare.normal.partition(".")[0]) >= _DIGITS_OF_MONEY
    if {a.kind, b.kind} <= {"number", "id"}:
        return _letters(a.normal) == _letters(b.normal)
    return a.kind == b.kind


_DIGITS_OF_MONEY = 4  # as many as a bare number has that may be a sum of money


def _letters(normal: str) -> str:
    return normal.rstrip("0123456789")
