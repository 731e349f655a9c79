"""Features know only what was known as of their moment, and distrust what no person could do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import DaysSince, DecayedCount, Event, ScoringError, measure_events, plausible
from scoring.features import quarantined

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLICKS = DecayedCount("clicks", frozenset({"click"}), half_life_days=14, most_per_day=40)
LAST_CLICK = DaysSince("days_since_click", frozenset({"click"}))


def clicked(days_ago: float, *, name: str = "e", known_days_ago: float | None = None) -> Event:
    known = None if known_days_ago is None else NOW - timedelta(days=known_days_ago)
    return Event(name, "click", NOW - timedelta(days=days_ago), known)


def test_an_event_counts_half_after_its_half_life() -> None:
    events = [clicked(0, name="today"), clicked(14, name="old"), clicked(28, name="older")]
    measured = measure_events([CLICKS], events, NOW)["clicks"]
    assert measured.value == 1 + 0.5 + 0.25
    assert measured.events == ("today", "old", "older")


def test_events_of_other_kinds_do_not_count() -> None:
    assert measure_events([CLICKS], [Event("e", "open", NOW)], NOW)["clicks"].value == 0


def test_no_event_at_all_is_a_count_of_zero_and_an_unknown_age() -> None:
    measured = measure_events([CLICKS, LAST_CLICK], [], NOW)
    assert (measured["clicks"].value, measured["days_since_click"].value) == (0, None)


def test_the_age_is_that_of_the_latest_event() -> None:
    events = [clicked(9, name="old"), clicked(2.5, name="new")]
    measured = measure_events([LAST_CLICK], events, NOW)["days_since_click"]
    assert (measured.value, measured.events) == (2.5, ("new",))


def test_an_event_recorded_later_was_not_known_then() -> None:
    late = clicked(10, known_days_ago=1)
    assert measure_events([CLICKS], [late], NOW - timedelta(days=5))["clicks"].value == 0
    assert measure_events([CLICKS], [late], NOW)["clicks"].events == ("e",)


ages = st.lists(st.floats(-50, 200), max_size=30)


@given(days_ago=ages)
def test_nothing_after_the_moment_reaches_a_feature(days_ago: list[float]) -> None:
    events = [clicked(age, name=str(place)) for place, age in enumerate(days_ago)]
    past = [event for event in events if event.at <= NOW]
    measured = measure_events([CLICKS, LAST_CLICK], events, NOW)
    assert measured == measure_events([CLICKS, LAST_CLICK], past, NOW)


@given(days_ago=ages, random=st.randoms())
def test_the_order_events_arrive_in_is_irrelevant(
    days_ago: list[float], random: st.DataObject
) -> None:
    events = [clicked(age, name=str(place)) for place, age in enumerate(days_ago)]
    shuffled = random.sample(events, len(events))  # type: ignore[attr-defined]
    assert measure_events([CLICKS], events, NOW) == measure_events([CLICKS], shuffled, NOW)


def test_a_storm_of_clicks_is_quarantined_with_its_reason() -> None:
    storm = [clicked(3 + second / 86_400, name=str(second)) for second in range(41)]
    measured = measure_events([CLICKS], storm, NOW)
    assert measured["clicks"].value is None
    assert len(measured["clicks"].events) == 41
    assert quarantined(measured) == {"clicks": "more than 40 within one day"}


def test_the_same_clicks_over_many_days_are_a_keen_person() -> None:
    steady = [clicked(hour, name=str(hour)) for hour in range(41)]
    assert measure_events([CLICKS], steady, NOW)["clicks"].quarantined == ""


def test_a_storm_long_ago_is_forgotten() -> None:
    storm = [clicked(141, name=str(place)) for place in range(1000)]
    assert measure_events([CLICKS], storm, NOW)["clicks"].value == 0


@pytest.mark.parametrize("value", [-1.0, 5_000_001.0, float("nan"), float("inf")])
def test_an_implausible_number_is_missing_and_says_why(value: float) -> None:
    measured = plausible(value, lowest=0, highest=5_000_000)
    assert measured.value is None
    assert "not within" in measured.quarantined


def test_a_plausible_number_is_itself_and_an_absent_one_is_not_suspect() -> None:
    assert plausible(250, lowest=0, highest=5_000_000).value == 250
    assert plausible(None, lowest=0, highest=1).quarantined == ""


def test_times_without_a_zone_are_refused() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001
    with pytest.raises(ScoringError):
        measure_events([CLICKS], [], naive)
    with pytest.raises(ScoringError):
        measure_events([CLICKS], [Event("e", "click", naive)], NOW)
