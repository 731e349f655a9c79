"""Street lines: street, house number and unit, as each country writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.crm.hygiene import clean_street


@pytest.mark.parametrize(
    ("raw", "country", "parts"),
    [
        ("Am Markt 1", "DE", ("Am Markt", "1", "")),
        ("Straße des 17. Juni 135", "DE", ("Straße des 17. Juni", "135", "")),
        ("Lange Gasse 93 a", "AT", ("Lange Gasse", "93 a", "")),
        ("Mariahilfer Straße 12-14", "AT", ("Mariahilfer Straße", "12-14", "")),
        ("10 High Street", "GB", ("High Street", "10", "")),
        ("221B Baker Street", "GB", ("Baker Street", "221B", "")),
        ("Flat 2, 10 High Street", "GB", ("High Street", "10", "Flat 2")),
        ("350 5th Avenue", "US", ("5th Avenue", "350", "")),
        ("123 Main Street, Apt 4B", "US", ("Main Street", "123", "Apt 4B")),
        ("500 Market Street Suite 300", "US", ("Market Street", "500", "Suite 300")),
        ("12 bis rue de Rivoli", "FR", ("rue de Rivoli", "12 bis", "")),
        ("1 Rue du 8 Mai 1945", "FR", ("Rue du 8 Mai 1945", "1", "")),
        ("Calle Mayor 15, piso 2", "ES", ("Calle Mayor", "15", "piso 2")),
        ("Avenida Paulista, 1578", "BR", ("Avenida Paulista", "1578", "")),
        ("10 High Street", None, ("High Street", "10", "")),
        ("High Street", None, ("High Street", "", "")),
        ("渋谷区道玄坂", "JP", ("渋谷区道玄坂", "", "")),
    ],
)
def test_a_street_line_is_told_apart(
    raw: str, country: str | None, parts: tuple[str, str, str]
) -> None:
    street = clean_street(raw, country).value
    assert street is not None
    assert (street.street, street.number, street.unit) == parts
    assert street.text == raw


@pytest.mark.parametrize("raw", ["asdfgh", "test", "12345", "#REF!"])
def test_what_is_no_street_is_refused(raw: str) -> None:
    cleaned = clean_street(raw)
    assert cleaned.value is None
    assert cleaned.issue is not None


@given(st.text(max_size=80))
def test_parts_of_a_street_are_made_of_the_line_alone(raw: str) -> None:
    street = clean_street(raw).value
    if street is not None:
        assert all(part in street.text for part in (street.street, street.number, street.unit))
