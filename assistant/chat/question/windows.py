"""Several periods in one clause: of different moments of a row, or side by side."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.chat.question import cues
from assistant.chat.question.periods import Period
from assistant.chat.question.plan import Plan, TypedQuery

_BOTH = re.compile(
    r"\b(?:opened|created|raised) and (?:closed|solved|resolved|won|signed)\b", re.IGNORECASE
)


def several_moments(plan: Plan, query: TypedQuery, words: str) -> tuple[Plan, TypedQuery]:
    """ "Opened in May and closed in June" holds of the same rows; other periods stay apart."""
    if len(plan.periods) == 1:
        if _BOTH.search(words) and {"opened", "closed"} <= cues.MOMENTS.get(query.kind, {}).keys():
            both = (("opened", plan.periods[0]),)
            return plan, replace(query, moment="closed", windows=both)
        near = _moment_before(plan.periods[0], query.kind, words)
        # "Did close" was said of the past, whatever else "close" may mean.
        past = query.moment == "closed" and near == "expected"
        return plan, replace(query, moment=near) if near and not past else query
    if len(plan.periods) < 2:
        return plan, query
    moments = [_moment_before(period, query.kind, words) for period in plan.periods]
    named = [moment for moment in moments if moment is not None]
    if len(named) < len(moments) or len(set(named)) < len(named):
        return plan, query
    query = replace(
        query, moment=named[0], period=plan.periods[0],
        windows=tuple(zip(named[1:], plan.periods[1:], strict=True)),
    )  # fmt: skip
    return replace(plan, periods=plan.periods[:1]), query


def _moment_before(period: Period, kind: str, words: str) -> str | None:
    """The verb that a period belongs to: the last one before it."""
    found = [
        (match.end(), name)
        for name, cue in cues.MOMENTS.get(kind, {}).items()
        for match in cue.finditer(words)
        if match.end() <= period.first
    ]
    near = max(found, default=None)
    return near[1] if near and len(words[near[0] : period.first].split()) <= 3 else None
