"""Amounts, numbers, shares, currencies and lengths of time."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.crm.hygiene import (
    NumberStyle,
    Trouble,
    clean_amount,
    clean_currency,
    clean_duration,
    clean_integer,
    clean_number,
    clean_share,
    number_style,
)


@pytest.mark.parametrize(
    ("raw", "value", "currency"),
    [
        ("1234", "1234", None), ("1,234.56", "1234.56", None), ("1.234,56", "1234.56", None),
        ("1 234,56", "1234.56", None), ("1'234.50", "1234.50", None),
        ("12,34,567.89", "1234567.89", None), ("(1,234.00)", "-1234.00", None),
        ("-5", "-5", None), ("5-", "-5", None), ("−5", "-5", None), ("0.125", "0.125", None),
        ("0,5", "0.5", None), (".5", "0.5", None), ("1.234.567", "1234567", None),
        ("1,234,567", "1234567", None), ("1.234,5678", "1234.5678", None),
        ("USD 12k", "12000", "USD"), ("€ 1.200,50", "1200.50", "EUR"), ("1.2M", "1200000", None),
        ("1,2 mln", "1200000", None), ("12.500,00 €", "12500.00", "EUR"),
        ("CHF 100.-", "100", "CHF"), ("100,-", "100", None), ("R$ 1.234,56", "1234.56", "BRL"),
        ("US$ 5,000.00", "5000.00", "USD"), ("£3.50", "3.50", "GBP"), ("1000EUR", "1000", "EUR"),
        ("EUR1000", "1000", "EUR"), ("2.5 Mio. €", "2500000", "EUR"),
        ("1\u202f234,50\u00a0€", "1234.50", "EUR"), ("A$ 30", "30", "AUD"),
        ("£1,200", "1200", "GBP"), ("USD 1,200", "1200", "USD"),
        ("12 345 678,90", "12345678.90", None),
    ],
)  # fmt: skip
def test_an_amount_in_either_style_reads_as_a_number(
    raw: str, value: str, currency: str | None
) -> None:
    amount = clean_amount(raw).value
    assert amount is not None
    assert (amount.value, amount.currency) == (Decimal(value), currency)


@pytest.mark.parametrize("raw", ["1.234", "1,234", "€1.200", "12.345", "1,234-"])
def test_a_lone_separator_before_three_digits_is_not_guessed(raw: str) -> None:
    cleaned = clean_amount(raw)
    assert cleaned.value is None
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is Trouble.AMBIGUOUS


@pytest.mark.parametrize(
    ("raw", "style", "value"),
    [
        ("1.234", NumberStyle.POINT, "1.234"),
        ("1.234", NumberStyle.COMMA, "1234"),
        ("1,234", NumberStyle.POINT, "1234"),
        ("1,234", NumberStyle.COMMA, "1.234"),
    ],
)
def test_the_style_of_the_column_settles_it(raw: str, style: NumberStyle, value: str) -> None:
    amount = clean_amount(raw, style=style).value
    assert amount is not None
    assert amount.value == Decimal(value)


@pytest.mark.parametrize(
    ("column", "style"),
    [
        (["1.234", "5,50"], NumberStyle.COMMA),
        (["1,234", "12.50", "7"], NumberStyle.POINT),
        (["1.234", "1.234.567"], NumberStyle.COMMA),
        (["1.234", "1,234"], None),
        (["10.50", "10,50"], None),
        (["n/a", ""], None),
    ],
)
def test_a_column_as_a_whole_proves_its_style(column: list[str], style: NumberStyle | None) -> None:
    assert number_style(column) is style


@pytest.mark.parametrize("raw", ["abc", "1.2.3", "1,23,4", "12%", "40 seats", "1-2", "$", "12:30"])
def test_what_is_no_amount_is_refused(raw: str) -> None:
    cleaned = clean_amount(raw)
    assert cleaned.value is None
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is Trouble.MALFORMED


def test_a_sign_that_countries_share_is_settled_by_the_row() -> None:
    alone, canadian = clean_amount("$12.50"), clean_amount("$12.50", country="CA")
    assert alone.value is not None
    assert alone.value.currency is None
    assert alone.issue is not None
    assert canadian.value is not None
    assert canadian.value.currency == "CAD"


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from(["point", "comma"]))
def test_every_number_survives_being_written_and_read(number: Decimal, style: str) -> None:
    written = f"{number:,.2f}"
    if style == "comma":
        written = written.replace(",", " ").replace(".", ",").replace(" ", ".")
    read = clean_amount(written).value
    assert read is not None
    assert read.value == number


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_amounts(raw: str) -> None:
    clean_amount(raw)
    clean_number(raw)
    clean_share(raw)
    clean_duration(raw)
    clean_currency(raw)


@pytest.mark.parametrize(
    ("raw", "country", "code"),
    [
        ("eur", None, "EUR"), ("€", None, "EUR"), ("Euro", None, "EUR"), ("US Dollar", None, "USD"),
        ("US$", None, "USD"), ("£", None, "GBP"), ("zł", None, "PLN"), ("Kč", None, "CZK"),
        ("$", "AU", "AUD"), ("$", None, None), ("kr", "SE", "SEK"), ("kr.", "DK", "DKK"),
        ("kr", None, None), ("dollars", None, None), ("XYZ", None, None), ("", None, None),
        ("Swiss Franc", None, "CHF"), ("¥", "JP", "JPY"),
    ],
)  # fmt: skip
def test_a_currency_reads_as_its_code(raw: str, country: str | None, code: str | None) -> None:
    assert clean_currency(raw, country).value == code


@pytest.mark.parametrize(
    ("raw", "of_hundred", "share"),
    [
        ("60%", None, "0.6"), ("0.6", None, "0.6"), ("12,5 %", None, "0.125"), ("60", None, "0.6"),
        ("1", True, "0.01"), ("0.5", True, "0.005"), ("1", None, None), ("130", None, None),
        ("100 %", None, "1"), ("high", None, None),
    ],
)  # fmt: skip
def test_a_share_reads_within_nought_and_one(
    raw: str, of_hundred: bool | None, share: str | None
) -> None:
    value = clean_share(raw, of_hundred=of_hundred).value
    assert value == (None if share is None else Decimal(share))


@pytest.mark.parametrize(
    ("raw", "unit", "seconds"),
    [
        ("750", "s", 750), ("12.5", "min", 750), ("750000", "ms", 750), ("00:12:30", "s", 750),
        ("12:30", "s", 750), ("12 min 30 s", "s", 750), ("1h 5m", "s", 3900),
        ("PT12M30S", "s", 750), ("1.5 hours", "s", 5400), ("2 Std. 15 Min.", "s", 8100),
        ("long", "s", None), ("n/a", "s", None),
    ],
)  # fmt: skip
def test_a_length_of_time_reads_in_seconds(raw: str, unit: str, seconds: float | None) -> None:
    assert clean_duration(raw, unit=unit).value == seconds


@pytest.mark.parametrize(
    ("raw", "stated", "currency", "certain"),
    [
        ("$1,200.50", "USD", "USD", True),
        ("$1,200.50", "CAD", "CAD", True),
        ("1 200 kr", "SEK", "SEK", True),
        ("1200 dollars", "AUD", "AUD", True),
        ("1200", "USD", None, True),
        ("$1,200.50", "EUR", None, False),
        ("€1,200.50", "USD", "EUR", False),
        ("$1,200.50", None, None, False),
    ],
)
def test_a_shared_sign_is_settled_by_the_rows_currency(
    raw: str, stated: str | None, currency: str | None, certain: bool
) -> None:
    cleaned = clean_amount(raw, currency=stated)
    assert cleaned.value is not None
    assert cleaned.value.currency == currency
    assert (cleaned.issue is None) is certain


@pytest.mark.parametrize(
    ("raw", "number", "trouble"),
    [
        ("42", 42, None), ("1,200,000", 1_200_000, None), ("1 200", 1200, None), ("12.0", 12, None),
        ("1,200", 1200, Trouble.ASSUMED), ("1.200 Mitarbeiter", 1200, Trouble.ASSUMED),
        ("120 employees", 120, Trouble.ASSUMED), ("approx 40", 40, Trouble.ASSUMED),
        ("~300", 300, Trouble.ASSUMED), ("ca. 250", 250, Trouble.ASSUMED),
        ("12.5", None, Trouble.MALFORMED), ("50-100", None, Trouble.MALFORMED),
        ("10+", None, Trouble.MALFORMED), ("many", None, Trouble.MALFORMED), ("n/a", None, None),
        ("#REF!", None, Trouble.MALFORMED), ("####", None, Trouble.MALFORMED),
    ],
)  # fmt: skip
def test_a_whole_number_is_counted_and_never_cut(
    raw: str, number: int | None, trouble: Trouble | None
) -> None:
    cleaned = clean_integer(raw)
    assert cleaned.value == number
    assert (cleaned.issue and cleaned.issue.trouble) == trouble


def test_an_estimate_keeps_its_number_and_says_so() -> None:
    cleaned = clean_amount("approx. 500 EUR")
    assert cleaned.value is not None
    assert (cleaned.value.value, cleaned.value.currency) == (Decimal(500), "EUR")
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is Trouble.ASSUMED
