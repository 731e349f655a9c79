"""What cannot be told where there are no rows, or not yet."""

from __future__ import annotations

from assistant.chat.question.plan import Measure, Shape
from assistant.chat.typed.query import Resolved
from assistant.chat.typed.selection import moment_of


def says_nothing_of_none(resolved: Resolved) -> bool:
    """Whether the figure asked for has no value where there are no rows: a mean, a ranking."""
    of_none = resolved.query.shape in {Shape.RANK, Shape.TREND}
    return of_none or resolved.query.measure in _OF_SOME


_OF_SOME = frozenset(
    {Measure.SUM, Measure.AVERAGE, Measure.DURATION, Measure.SHARE, Measure.QUANTITY}
)
_COMING = frozenset({"due", "expected", "valid", "renewal"})


def still_to_come(resolved: Resolved) -> bool:
    """Whether it is asked what has not happened yet, and no plan for it is recorded either."""
    period = resolved.query.period
    return (
        period is not None
        and period.start is not None
        and period.start > resolved.now
        and moment_of(resolved) not in _COMING
    )
