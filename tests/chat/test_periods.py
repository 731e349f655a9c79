"""Stretches of time in questions, asked on Monday 15 June 2026 at 09:30 UTC."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chat.question.clock import Calendar
from assistant.chat.question.periods import find_periods

NOW = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
HERE = Calendar()


@pytest.mark.parametrize(
    ("words", "first_day", "day_after"),
    [
        ("tickets since May", "2026-05-01", None),
        ("tickets since 3 May", "2026-05-03", None),
        ("orders after May", "2026-06-01", None),
        ("orders before June", None, "2026-06-01"),
        ("orders until March", None, "2026-04-01"),
        ("revenue last quarter", "2026-01-01", "2026-04-01"),
        ("revenue in Q2", "2026-04-01", "2026-07-01"),
        ("revenue in the second quarter", "2026-04-01", "2026-07-01"),
        ("revenue in Q4", "2025-10-01", "2026-01-01"),
        ("revenue in Q2 2025", "2025-04-01", "2025-07-01"),
        ("revenue in the first half of last year", "2025-01-01", "2025-07-01"),
        ("calls last month", "2026-05-01", "2026-06-01"),
        ("calls this week", "2026-06-15", "2026-06-22"),
        ("calls last week", "2026-06-08", "2026-06-15"),
        ("tasks due next week", "2026-06-22", "2026-06-29"),
        ("between March and June", "2026-03-01", "2026-07-01"),
        ("between November and February", "2025-11-01", "2026-03-01"),
        ("from 3 March to 9 April 2025", "2025-03-03", "2025-04-10"),
        ("March to May 2025", "2025-03-01", "2025-06-01"),
        ("in May 2025", "2025-05-01", "2025-06-01"),
        ("in August", "2025-08-01", "2025-09-01"),
        ("in 2025", "2025-01-01", "2026-01-01"),
        ("this spring", "2026-03-01", "2026-06-01"),
        ("last winter", "2025-12-01", "2026-03-01"),
        ("on 12 May", "2026-05-12", "2026-05-13"),
        ("on 2026-05-12", "2026-05-12", "2026-05-13"),
        ("in Monday's chat", "2026-06-15", "2026-06-16"),
        ("last Monday", "2026-06-08", "2026-06-09"),
        ("yesterday", "2026-06-14", "2026-06-15"),
        ("three days ago", "2026-06-12", "2026-06-13"),
        ("about two weeks ago", "2026-05-29", "2026-06-05"),
        ("this year", "2026-01-01", "2027-01-01"),
        ("since the start of the year", "2026-01-01", None),
    ],
    ids=str,
)
def test_named_units_are_whole_units(
    words: str, first_day: str | None, day_after: str | None
) -> None:
    (period,) = find_periods(words, NOW, HERE)
    assert (_day(period.start), _day(period.end)) == (first_day, day_after)


@pytest.mark.parametrize(
    ("words", "first_day"),
    [
        ("over the past six weeks", "2026-05-04"),
        ("in the last 3 months", "2026-03-15"),
        ("the past month", "2026-05-15"),
        ("over the last year", "2025-06-15"),
        ("over the last year and a half", "2024-12-15"),
        ("year to date", "2026-01-01"),
        ("so far this quarter", "2026-04-01"),
    ],
)
def test_counted_stretches_end_now(words: str, first_day: str) -> None:
    (period,) = find_periods(words, NOW, HERE)
    assert (_day(period.start), period.end) == (first_day, NOW)


@pytest.mark.parametrize(
    "words",
    ["May I ask something?", "the second ticket", "call me", "the last call", "since 31 June", ""],
)
def test_other_words_are_no_period(words: str) -> None:
    assert find_periods(words, NOW, HERE) == []


def test_two_periods_are_found_in_order() -> None:
    periods = find_periods("revenue this month against last month", NOW, HERE)
    assert [period.text for period in periods] == ["this month", "last month"]


def test_days_begin_at_midnight_of_the_person_who_asks() -> None:
    (period,) = find_periods("yesterday", NOW, Calendar(zone="America/New_York"))
    assert period.start == datetime(2026, 6, 14, 4, tzinfo=UTC)
    assert period.end == datetime(2026, 6, 15, 4, tzinfo=UTC)


def test_quarters_follow_the_fiscal_year() -> None:
    (period,) = find_periods("in Q1", NOW, Calendar(fiscal_year_start_month=4))
    assert (_day(period.start), _day(period.end)) == ("2026-04-01", "2026-07-01")
    (period,) = find_periods("in Q2 2025", NOW, Calendar(fiscal_year_start_month=10))
    assert (_day(period.start), _day(period.end)) == ("2025-01-01", "2025-04-01")


def test_a_period_is_shown_with_both_days_included() -> None:
    (period,) = find_periods("last quarter", NOW, HERE)
    assert period.shown(HERE) == "from 1 January 2026 to 31 March 2026"


@given(st.text(max_size=60) | st.from_regex(r"(since|last|in|over the) \w{1,9} \d{0,6} ?\w*"))
def test_any_text_is_read_without_error_and_no_period_is_turned_around(text: str) -> None:
    for period in find_periods(text, NOW, HERE):
        assert period.start is None or period.end is None or period.start < period.end
        assert text[period.first : period.last] == period.text


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.date().isoformat()
