"""Dates and times in mixed formats."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.crm.hygiene import DayOrder, Precision, Trouble, clean_moment, day_order


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2024-03-05", "2024-03-05T00:00:00"), ("2024/03/05", "2024-03-05T00:00:00"),
        ("20240305", "2024-03-05T00:00:00"), ("2024-3-5", "2024-03-05T00:00:00"),
        ("2024-03-05T10:00:00Z", "2024-03-05T10:00:00"),
        ("2024-03-05T10:00:00+02:00", "2024-03-05T08:00:00"),
        ("2024-03-05 10:00", "2024-03-05T10:00:00"),
        ("2024-03-05T10:00:00.123Z", "2024-03-05T10:00:00.123000"),
        ("20240305T101500Z", "2024-03-05T10:15:00"),
        ("13/04/2024", "2024-04-13T00:00:00"), ("04/13/2024", "2024-04-13T00:00:00"),
        ("4/4/2024", "2024-04-04T00:00:00"), ("05.03.2024", "2024-03-05T00:00:00"),
        ("05.03.2024 14:30", "2024-03-05T14:30:00"), ("13/03/2024 2:30pm", "2024-03-13T14:30:00"),
        ("Mar 5, 2024", "2024-03-05T00:00:00"), ("March 5th, 2024", "2024-03-05T00:00:00"),
        ("5 March 2024", "2024-03-05T00:00:00"), ("5. März 2024", "2024-03-05T00:00:00"),
        ("5 mars 2024", "2024-03-05T00:00:00"), ("5 de marzo de 2024", "2024-03-05T00:00:00"),
        ("7 июня 2024", "2024-06-07T00:00:00"), ("2024年3月5日", "2024-03-05T00:00:00"),
        ("05-Mar-24", "2024-03-05T00:00:00"),
        ("Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05T10:00:00"),
        ("Tue, 05 Mar 2024 10:00:00 -0500", "2024-03-05T15:00:00"),
        ("Tue Mar  5 10:00:00 2024", "2024-03-05T10:00:00"),
        ("Tue Mar  5 10:00:00 UTC 2024", "2024-03-05T10:00:00"),
        ("10 May 2024 at 3:15 PM", "2024-05-10T15:15:00"),
        ("5. Juni 2024 um 14:30 Uhr", "2024-06-05T14:30:00"),
        ("1709632800", "2024-03-05T10:00:00"), ("1709632800000", "2024-03-05T10:00:00"),
        ("1709632800.5", "2024-03-05T10:00:00.500000"), ("2024-W10-2", "2024-03-05T00:00:00"),
        ("2024-03-05 10:00 CET", "2024-03-05T09:00:00"),
        ("2024-03-05 10:00 Europe/Berlin", "2024-03-05T09:00:00"),
        ("2024-03-05T24:00:00Z", "2024-03-06T00:00:00"),
    ],
)  # fmt: skip
def test_a_date_in_any_clear_form_reads_as_one_moment(raw: str, expected: str) -> None:
    moment = clean_moment(raw).value
    assert moment is not None
    assert moment.at == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        ("03/04/2024", Trouble.AMBIGUOUS), ("3-4-24", Trouble.AMBIGUOUS),
        ("05/03/2024 2:30 PM", Trouble.AMBIGUOUS), ("5 March", Trouble.AMBIGUOUS),
        ("2024-03-05 10:00 IST", Trouble.AMBIGUOUS), ("2024-03-05 10:00 CST", Trouble.AMBIGUOUS),
        ("0000-00-00", Trouble.PLACEHOLDER), ("0000-00-00 00:00:00", Trouble.PLACEHOLDER),
        ("9999-12-31", Trouble.PLACEHOLDER), ("1970-01-01T00:00:00Z", Trouble.PLACEHOLDER),
        ("1900-01-01", Trouble.PLACEHOLDER), ("2024-02-30", Trouble.MALFORMED),
        ("2024-13-05", Trouble.MALFORMED), ("31/31/2024", Trouble.MALFORMED),
        ("25:00", Trouble.MALFORMED), ("yesterday", Trouble.MALFORMED), ("99", Trouble.MALFORMED),
        ("2024-03-05 25:00", Trouble.MALFORMED), ("2150-01-01", Trouble.IMPLAUSIBLE),
        ("0202-01-05", Trouble.IMPLAUSIBLE),
    ],
)  # fmt: skip
def test_a_date_that_is_not_clear_is_refused(raw: str, trouble: Trouble) -> None:
    cleaned = clean_moment(raw)
    assert cleaned.value is None
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is trouble


@pytest.mark.parametrize(
    ("raw", "expected", "precision"),
    [
        ("45356", "2024-03-05T00:00:00", Precision.DAY),
        ("45356.5", "2024-03-05T12:00:00", Precision.TIME),
        ("Mar 2024", "2024-03-01T00:00:00", Precision.MONTH),
        ("2024-03", "2024-03-01T00:00:00", Precision.MONTH),
        ("31.12.99", "1999-12-31T00:00:00", Precision.DAY),
    ],
)
def test_a_date_read_by_convention_is_flagged(
    raw: str, expected: str, precision: Precision
) -> None:
    cleaned = clean_moment(raw)
    assert cleaned.value is not None
    assert cleaned.value.at == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert cleaned.value.precision is precision
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is Trouble.ASSUMED


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["03/04/2024", "13/04/2024"], DayOrder.DAY_FIRST),
        (["03/04/2024", "04/13/2024 10:00"], DayOrder.MONTH_FIRST),
        (["13/04/2024", "04/13/2024"], None),
        (["03/04/2024", "05/06/2024"], None),
        ([], None),
    ],
)
def test_a_column_as_a_whole_proves_its_order(column: list[str], order: DayOrder | None) -> None:
    assert day_order(column) is order


def test_the_order_of_the_column_settles_an_ambiguous_date() -> None:
    day_first = clean_moment("03/04/2024", order=DayOrder.DAY_FIRST).value
    month_first = clean_moment("03/04/2024", order=DayOrder.MONTH_FIRST).value
    assert day_first is not None
    assert month_first is not None
    assert (day_first.day.isoformat(), month_first.day.isoformat()) == ("2024-04-03", "2024-03-04")


def test_a_time_without_a_zone_is_read_in_the_zone_of_its_source() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    summer = clean_moment("2024-07-01 10:00", zone=berlin).value
    assert summer is not None
    assert summer.at == datetime(2024, 7, 1, 8, tzinfo=UTC)
    twice = clean_moment("2024-10-27 02:30", zone=berlin)
    assert twice.value is not None
    assert twice.issue is not None


@given(st.datetimes(datetime(1971, 1, 1), datetime(2098, 1, 1)))  # noqa: DTZ001
def test_every_moment_survives_being_written_and_read(moment: datetime) -> None:
    written = moment.replace(tzinfo=UTC)
    read = clean_moment(written.isoformat()).value
    assert read is not None
    assert read.at == written


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_dates(raw: str) -> None:
    cleaned = clean_moment(raw)
    assert cleaned.value is None or 1900 <= cleaned.value.at.year <= 2101
