"""The day by which a promise is to be kept, among the dates that its words hold."""

from __future__ import annotations

import re
from datetime import date

from assistant.notes.dates import DateMention, find_dates
from assistant.notes.days import end_of_period, end_of_week

_CORRECTION = re.compile(
    r"\b(?:no,|no wait|sorry|actually|i mean|make (?:it|that)|scratch that|or rather|correction|"
    r"better)\b"
)
_LEADS_IN = re.compile(
    r"\b(?:by|before|no later than|not later than|latest|within|until|on or before)(?: the)? "
    r"(?:early |late )?$"
)
_LIES_BEHIND = re.compile(r"\b(?:last|since|from|ago|until|till|through) (?:the )?$")
# "I can hold them until the 15th": the day up to which a thing is kept.
_KEPT = re.compile(
    r"\b(?:hold|keep|reserve|block|leave|stay|valid|open)\b.{0,40} (?:until|till|"
    r"through) (?:the )?$"
)
_INVITED_FOR = re.compile(
    r"\b(?:invit\w+|agenda|calendar \w+|deck|details|dial-in|link|slot)(?: \w+){0,2}? for $"
)
_PERIOD = re.compile(
    r"(?<!early )(?<!of )(?<!mid )(?<!mid-)\b(?:later |sometime |some time |still )?"
    r"(?P<which>this|next) (?P<unit>week|month|quarter)\b(?!'s| after)"
)
_OF_A_THING = re.compile(
    r" (?:report|numbers|results|figures|budget|plan|bill|invoice|statement|meeting|delivery|order|"
    r"audit|review|issue|season|run|payroll)"
)


_THING = (
    r"(?:offer|quote|quotation|proposal|draft|contract|agreement|order(?: form)?|samples?|report|"
    r"list|invoice|summary|minutes|figures|numbers|prices?|documents?|answer|word|plan|sheet|link|"
    r"file|invite|invitation|slides|deck|reference|data|drawings?|stock|calculation|version|copy|"
    r"paperwork|credit|refund|replacement|parts?|kit|certificate|schedule|details)"
)
# A thing and its day, without a verb: "the quote by Friday", "and the stock on Thursday".
_THING_BY_DAY = re.compile(
    rf"(?:^|[,;] (?:and |then |plus )?|\band )(?:(?:so|and|then|okay|ok|right|good|great|perfect|"
    rf"all "
    rf"right),? )*(?P<what>(?:(?:the|your|our|my|a|an|both|all) )?(?:[\w'’-]+ ){{0,3}}?{_THING}"
    r"(?: (?:on|about|for|of|with) [\w'’-]+)?,? (?:by|on|before|until|till|tomorrow|today|"
    r"tonight)\b"
    r"[^,;.?!]*)",
    re.IGNORECASE,
)
_HAS_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|should|shall|may|"
    r"might|must|need|needs|want|wants|get|got|i|we|you|he|she|they|it|don't|not|no)\b|'(?:ll|s|re|ve|d)\b",
    re.IGNORECASE,
)


def things_by_day(text: str) -> list[tuple[int, int]]:
    """Where a text names a thing and the day it is due, with no verb to say who brings it."""
    return [
        match.span("what")
        for match in _THING_BY_DAY.finditer(text)
        if not _HAS_VERB.search(match["what"])
    ]


def due_date(text: str, call_date: date) -> DateMention | None:
    """The day a promise in this text falls due, if one was said.

    After a correction ("Friday, no, Monday") the last date counts; else one led in by "by" or
    "before"; else the last that is no description ("Tuesday's notes", "an invite for Tuesday").
    """
    low = text.replace("’", "'").lower()
    if open_period := _period(low, text, call_date):
        return open_period
    mentions = [each for each in find_dates(text, call_date) if not _describes(low, each)]
    if not mentions:
        return None
    if len(mentions) > 1 and _CORRECTION.search(low, mentions[0].end, mentions[-1].start):
        return mentions[-1]
    led_in = [each for each in mentions if _leads_in(low, each)]
    settled = [each for each in mentions if each.on]
    return (led_in or settled or mentions)[-1]


def _period(low: str, text: str, call_date: date) -> DateMention | None:
    """ "This week" and "next month" as the only time told: by the last working day of it."""
    found = list(_PERIOD.finditer(low))
    if len(found) != 1 or any(each.on for each in find_dates(text, call_date)):
        return None
    period = found[0]
    following = period["which"] == "next"
    if period["unit"] == "week":
        day = end_of_week(call_date, following=following)
    else:
        day = end_of_period(period["unit"], call_date, following=following)
    return DateMention(period.start(), period.end(), text[period.start() : period.end()], day)


def _leads_in(low: str, mention: DateMention) -> bool:
    led = _LEADS_IN.search(low[: mention.start]) is not None
    return led or mention.said.lower().startswith(("by ", "before ", "within ", "until "))


def _describes(low: str, mention: DateMention) -> bool:
    """The date belongs to a thing, or lies behind: "the Q3 report", "an invite for Tuesday"."""
    before, after = low[: mention.start], low[mention.end :]
    if after.startswith("'s") and " time" not in after[:8]:
        return True
    if (
        (_LIES_BEHIND.search(before) and not _KEPT.search(before))
        or after.startswith(" ago")
        or _INVITED_FOR.search(before)
    ):
        return True
    return mention.on is None and _OF_A_THING.match(after) is not None
