"""Stretches of time as people say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from assistant.demo.timing import Calendar


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days and how people say it; `end` is the first day after it."""

    words: str
    start: date
    end: date


def spans(calendar: Calendar) -> list[Span]:
    """Stretches of time relative to the asker's day."""
    tomorrow = calendar.today + timedelta(days=1)
    first, last = calendar.month(6), calendar.month(3)
    quarter = calendar.quarter(1)
    return [
        Span(
            f"between {first:%B %Y} and {last:%B %Y}",
            first,
            calendar.month(2),
        ),
        Span("last quarter", *quarter),
        Span(f"since {calendar.month(5):%B %Y}", calendar.month(5), tomorrow),
        Span("last month", calendar.month(1), calendar.month(0)),
        Span(f"in {calendar.month(4):%B %Y}", calendar.month(4), calendar.month(3)),
        Span("over the last four quarters", calendar.quarter(4)[0], calendar.quarter(0)[0]),
    ]


def say(wording: str, span: Span) -> str:
    """The wording with the span in it."""
    capital = span.words[0].upper() + span.words[1:]
    return wording.format(span=span.words, span_cap=capital)
