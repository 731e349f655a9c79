"""The rules of learning that need no database: signs, titles, moments, bands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.learning.bands import Bands
from assistant.learning.features import History, Known, Sign, describe
from assistant.learning.signals import engagement_kind, interaction_kind, seniority
from assistant.learning.training import HORIZON, collect
from scoring import Event
from tests.conftest import NOW
from tests.learning.ground import days_ago


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("email_open", "open"), ("Opened Email", "open"), ("EmailOpened", "open"),
        ("email_link_click", "click"), ("CLICKED", "click"), ("page_view", "visit"),
        ("pricing_viewed", "pricing"), ("Quote page visited", "pricing"),
        ("web visit", "visit"), ("form_submit", "form"), ("Form Submission", "form"),
        ("demo_request", "meeting"), ("trial-signup", "form"), ("webinar attended", "form"),
        ("whitepaper_download", "form"), ("email_reply", "reply"), ("meeting_booked", "meeting"),
        ("email_bounced", None), ("unsubscribed", None), ("email_sent", None), ("", None),
        ("something else", None),
    ],
)  # fmt: skip
def test_many_systems_words_mean_few_kinds(event_type: str, kind: str | None) -> None:
    assert engagement_kind(event_type) == kind


def test_a_visit_is_about_prices_when_its_page_is() -> None:
    assert engagement_kind("page_view", "/pricing/plans") == "pricing"
    assert engagement_kind("page_view", "/careers") == "visit"
    assert engagement_kind("email_opened", "Our new pricing") == "open"


@pytest.mark.parametrize(
    ("channel", "direction", "kind"),
    [
        ("email", "in", "reply"), ("email", "out", "outreach"), ("chat", "in", "reply"),
        ("meeting", None, "meeting"), ("visit", "out", "meeting"), ("call", "out", "meeting"),
        ("offline_event", None, "meeting"), ("social", "in", None), ("email", None, None),
    ],
)  # fmt: skip
def test_interactions_are_signs_by_channel_and_direction(
    channel: str, direction: str | None, kind: str | None
) -> None:
    assert interaction_kind(channel, direction) == kind


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("CEO", "executive"), ("Co-Founder", "executive"), ("President", "executive"),
        ("Geschäftsführerin", "executive"), ("Vice President Sales", "director"),
        ("VP of Ops", "director"), ("Head of IT", "director"), ("Purchasing Manager", "manager"),
        ("Team Lead", "manager"), ("Assistant to the CEO", "junior"), ("Engineer", "specialist"),
        ("Headhunter", "specialist"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_titles_are_read_by_seniority(title: str | None, level: str | None) -> None:
    assert seniority(title) == level


def lead(
    *, opened: float | None = 200, converted: float | None = None, known: tuple[Known, ...] = (),
    signs: tuple[Sign, ...] = (), created: float = 200,
) -> History:  # fmt: skip
    return History(
        id="led_1", account_id=None, has_address=True,
        opened_at=None if opened is None else days_ago(opened),
        converted_at=None if converted is None else days_ago(converted),
        created_at=days_ago(created),
        known=known or (Known(days_ago(created), 1, {"title": "Clerk"}),),
        signs=signs,
    )  # fmt: skip


def test_a_title_learned_later_was_not_known_then() -> None:
    history = lead(
        known=(
            Known(days_ago(200), 1, {"title": "Clerk"}),
            Known(days_ago(199.5), 2, {"title": "Head of IT"}),
            Known(days_ago(50), 3, {"title": "CEO"}),
        )
    )
    assert describe(history, days_ago(198)).row["seniority"] == "director"
    assert describe(history, days_ago(51)).row["seniority"] == "director"
    assert describe(history, days_ago(49)).row["seniority"] == "executive"


def test_records_loaded_long_after_the_fact_count_as_known_from_the_start() -> None:
    history = lead(created=0, known=(Known(days_ago(0), 1, {"title": "CEO"}),))
    assert describe(history, days_ago(150)).row["seniority"] == "executive"


def test_an_absurd_company_size_is_missing() -> None:
    history = lead(known=(Known(days_ago(200), 1, {"employees": 900_000_000}),))
    assert describe(history, NOW).row["company_size"] is None


def test_a_lead_is_looked_at_several_times_until_it_converts() -> None:
    rows = collect([lead(opened=200, converted=120)], NOW)
    # 2, 7, 14, 30 and 60 days after opening; at 90 it had converted.
    assert rows.outcome == [0.0, 0.0, 0.0, 1.0, 1.0]
    assert [row["days_open"] for row in rows.features] == [2, 7, 14, 30, 60]
    assert rows.known_at[0] == days_ago(198) + HORIZON


times = st.floats(0, 500)


@given(opened=times, converted=times | st.none(), signs=st.lists(times, max_size=10))
def test_no_training_row_knows_its_future(
    opened: float, converted: float | None, signs: list[float]
) -> None:
    made = tuple(
        Sign(Event(f"event:{place}", "form", days_ago(age)), "event", str(place), "form")
        for place, age in enumerate(signs)
    )
    history = lead(opened=opened, converted=converted, signs=made)
    rows = collect([history], NOW)
    for row, known_at in zip(rows.features, rows.known_at, strict=True):
        as_of = known_at - HORIZON
        past = tuple(sign for sign in made if sign.event.at <= as_of)
        assert describe(lead(opened=opened, signs=past), as_of).row == row
        assert known_at <= NOW
        assert converted is None or as_of < days_ago(converted)


BANDS = Bands(hot=0.0, warm=-1.0)


@pytest.mark.parametrize(
    ("log_odds", "before", "band"),
    [
        (0.1, None, "hot"), (-0.1, None, "warm"), (-1.1, None, "cold"),
        (0.1, "warm", "warm"), (0.3, "warm", "hot"), (-0.1, "hot", "hot"), (-0.3, "hot", "warm"),
        (-1.1, "warm", "warm"), (-1.3, "warm", "cold"), (-0.9, "cold", "cold"),
        (-0.7, "cold", "warm"), (0.3, "cold", "hot"), (-5.0, "hot", "cold"),
    ],
)  # fmt: skip
def test_a_score_near_an_edge_keeps_its_band(
    log_odds: float, before: str | None, band: str
) -> None:
    assert BANDS.of(log_odds, before) == band


@given(scores=st.lists(st.floats(-0.19, 0.19), max_size=30))
def test_a_score_that_trembles_at_an_edge_changes_band_at_most_once(scores: list[float]) -> None:
    bands, band = [], None
    for score in scores:
        band = BANDS.of(score, band)
        bands.append(band)
    assert len(set(bands)) <= 1


def test_a_lead_without_any_date_is_counted_and_left_out() -> None:
    rows = collect([lead(opened=None)], NOW)
    assert (rows.undated, rows.features) == (1, [])
    assert rows.too_young == 0
    assert collect([lead(opened=1)], NOW).too_young == 1
    assert timedelta(days=60) == HORIZON
