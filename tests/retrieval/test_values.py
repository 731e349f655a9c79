"""Values in text: what is found, and that one meaning has one normal form."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.values import extract_values, name_key

WEDNESDAY = date(2025, 3, 12)


def found(text: str, kind: str | None = None, today: date | None = WEDNESDAY) -> list[str]:
    values = extract_values(text, reference_date=today)
    return [value.normal for value in values if kind in (None, value.kind)]


@pytest.mark.parametrize(
    ("written", "kind", "normal"),
    [
        ("forty", "number", "40"),
        ("one hundred and twenty-five", "number", "125"),
        ("1,234,567", "number", "1234567"),
        ("12k", "number", "12000"),
        ("1.2M", "number", "1200000"),
        ("two and a half million", "number", "2500000"),
        ("nineteen ninety-nine", "number", "1999"),
        ("$1.2M", "amount", "USD 1200000"),
        ("EUR 1.234,56", "amount", "EUR 1234.56"),
        ("€1.234", "amount", "EUR 1234"),
        ("1 000 000 EUR", "amount", "EUR 1000000"),
        ("half a million dollars", "amount", "USD 500000"),
        ("50 cents", "amount", "USD 0.5"),
        ("CA$20", "amount", "CAD 20"),
        ("22 %", "percentage", "22"),
        ("twenty-two per cent", "percentage", "22"),
        ("-5%", "percentage", "-5"),
        ("two weeks", "duration", "PT1209600S"),
        ("14 days", "duration", "PT1209600S"),
        ("one year", "duration", "P12M"),
        ("10 business days", "duration", "P10 working d"),
        ("256GB", "measure", "256 gb"),
        ("22 tonnes", "measure", "22000 kg"),
        ("62 decibels", "measure", "62 db"),
        ("the tenth of August 2026", "date", "2026-08-10"),
        ("December the first", "date", "--12-01"),
        ("the last day of February 2027", "date", "2027-02-28"),
        ("Christmas Eve 2026", "date", "2026-12-24"),
        ("twice", "number", "2"),
        ("3rd", "ordinal", "3"),
        ("Ann.Lee@Acme.com", "email", "ann.lee@acme.com"),
        ("https://www.Acme.com/pricing?x=1", "domain", "acme.com"),
        ("(415) 555-2671", "phone", "+14155552671"),
        ("0044 20 7946 0958", "phone", "+442079460958"),
        ("INV-2041", "id", "INV2041"),
        ("#W123", "id", "W123"),
        ("T-00412", "id", "T00412"),
        ("paypal_8516781", "id", "PAYPAL8516781"),
        ("2635605237", "id", "2635605237"),
        ("02134", "id", "02134"),
    ],
)
def test_a_value_has_one_normal_form(written: str, kind: str, normal: str) -> None:
    values = extract_values(f"it was {written}, they said")
    assert [(value.kind, value.normal) for value in values] == [(kind, normal)]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("14 March 2025", "2025-03-14"),
        ("March 14th, 2025", "2025-03-14"),
        ("2025-03-14", "2025-03-14"),
        ("3/14/2025", "2025-03-14"),
        ("14.03.2025", "2025-03-14"),
        ("the 14th of March", "--03-14"),
        ("Q2 2025", "2025-Q2"),
        ("the second quarter of 2025", "2025-Q2"),
        ("in May", "--05"),
        ("March 2025", "2025-03"),
        ("tomorrow", "2025-03-13"),
        ("the day before yesterday", "2025-03-10"),
        ("next Friday", "2025-03-21"),
        ("this Friday", "2025-03-14"),
        ("last Friday", "2025-03-07"),
        ("in two weeks", "2025-03-26"),
        ("three months ago", "2024-12-12"),
        ("next month", "2025-04"),
        ("end of next month", "2025-04-30"),
        ("end of the quarter", "2025-03-31"),
        ("last year", "2024"),
        ("next week", "2025-W12"),
        ("Friday", "weekday:5"),
    ],
)
def test_a_date_is_read_in_many_styles(written: str, normal: str) -> None:
    assert found(f"they call {written}", "date") == [normal]


def test_a_relative_date_stays_relative_where_no_day_is_given() -> None:
    assert found("tomorrow, or in two weeks", today=None) == ["relative:+1d", "relative:+2w"]


def test_a_day_that_no_calendar_has_is_no_date() -> None:
    assert found("on 2025-02-30 or 31 April", "date") == ["--04"]


@pytest.mark.parametrize("written", ["$3-5k", "$3k to $5k", "3000 to 5000 dollars"])
def test_both_ends_of_a_range_have_its_unit(written: str) -> None:
    assert found(f"about {written} a year", "amount") == ["USD 3000", "USD 5000"]


def test_verbs_that_look_like_months_are_no_dates() -> None:
    assert found("We may march on. They march; you may ask.") == []


def test_one_is_a_number_only_where_it_counts_something() -> None:
    assert found("one of them waited one hour", today=None) == ["PT3600S"]


def test_an_address_is_not_taken_apart() -> None:
    assert found("write to ann2041@acme.com") == ["ann2041@acme.com"]


def test_names_are_runs_of_capitals_without_the_word_that_opens_a_sentence() -> None:
    text = "The Acme Corp. signed. However Renée O'Neil and Bank of America's team did not."
    assert found(text, "name") == ["acme corp", "renee o neil", "bank of america"]


def test_a_name_key_forgets_case_accents_and_possession() -> None:
    assert name_key("Renée’s") == name_key("RENEE")


@given(st.text(max_size=300))
def test_any_text_yields_disjoint_values_that_stand_where_they_say(text: str) -> None:
    end = 0
    for value in extract_values(text, reference_date=WEDNESDAY):
        assert value.text == text[value.start : value.end]
        assert value.normal
        assert value.start >= end
        end = value.end


@given(st.integers(0, 10**12))
def test_grouped_and_plain_digits_are_one_number(number: int) -> None:
    assert found(f"about {number:,} of") == found(f"about {number} of") == [str(number)]


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_every_day_reads_the_same_in_each_style(day: date) -> None:
    styles = ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d %b %Y", "%m/%d/%Y", "%d.%m.%Y")
    assert {found(f"on {day.strftime(style)}", "date")[0] for style in styles} == {day.isoformat()}
