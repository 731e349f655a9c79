"""Plain text, yes and no, and postcodes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.crm.hygiene import Trouble, clean_boolean, clean_postcode, clean_text, fold


@pytest.mark.parametrize(
    "raw",
    ["", " ", "-", "—", "...", "N/A", "n.a.", "None", "NULL", "#N/A", "nan", "tbd", "Unbekannt",
     "not available", "k.A.", "sin datos", "不明", "\u200b", "?", "(blank)"],
)  # fmt: skip
def test_words_for_nothing_are_unknown(raw: str) -> None:
    cleaned = clean_text(raw)
    assert cleaned.value is None
    assert cleaned.issue is None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  two   words ", "two words"), ("a\u00a0b", "a b"), ("a\x00b", "ab"),
        ("a\u202eb", "ab"), ("cafe\u0301", "café"), ("line\nbreak", "line break"),
        ("family 👩‍👩‍👧", "family 👩‍👩‍👧"), ("שלום", "שלום"), ("no one", "no one"),
    ],
)  # fmt: skip
def test_text_is_made_tidy_and_kept_whole(raw: str, text: str) -> None:
    assert clean_text(raw).value == text


def test_line_breaks_of_a_body_are_kept() -> None:
    assert clean_text("Dear Ann,\n\nhello ", lines=True).value == "Dear Ann,\n\nhello"


def test_letters_decoded_wrongly_are_mended_and_flagged() -> None:
    cleaned = clean_text("MÃ¼ller â€“ SÃ£o Paulo")
    assert cleaned.value == "Müller – São Paulo"
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is Trouble.REPAIRED


@pytest.mark.parametrize(
    "raw", ['=HYPERLINK("http://x.example")', "@SUM(A1)", "=1+1", "+cmd|' /C'"]
)
def test_a_formula_is_kept_as_text_and_flagged(raw: str) -> None:
    cleaned = clean_text(raw)
    assert cleaned.value == raw
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is Trouble.SUSPICIOUS


@pytest.mark.parametrize("raw", ["- a list", "=> next", "@ann please call", "+49 30 901820"])
def test_ordinary_text_is_no_formula(raw: str) -> None:
    assert clean_text(raw).issue is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Yes", True), ("y", True), ("TRUE", True), ("1", True), ("1.0", True), ("x", True),
        ("✓", True), ("ja", True), ("Sí", True), ("opted in", True), ("да", True),
        ("No", False), ("n", False), ("false", False), ("0", False), ("nein", False),
        ("off", False), ("Opt-out", False), ("нет", False),
        ("", None), ("n/a", None), ("maybe", None), ("2", None),
    ],
)  # fmt: skip
def test_yes_and_no_in_many_words(raw: str, value: bool | None) -> None:
    assert clean_boolean(raw).value is value


@pytest.mark.parametrize(
    ("raw", "country", "code"),
    [
        ("sw1a1aa", "GB", "SW1A 1AA"), ("EC1A 1BB", "GB", "EC1A 1BB"), ("M11AE", "GB", "M1 1AE"),
        ("k1a0b1", "CA", "K1A 0B1"), ("1234ab", "NL", "1234 AB"), ("D02X285", "IE", "D02 X285"),
        ("90210", "US", "90210"), ("902101234", "US", "90210-1234"),
        ("90210-1234", "US", "90210-1234"),
        ("D-10115", "DE", "10115"), ("10115", "DE", "10115"), ("A-8010", "AT", "8010"),
        ("114 55", "SE", "114 55"), ("11455", "SE", "114 55"), ("00950", "PL", "00-950"),
        ("1000001", "PT", "1000-001"), ("1000001", "JP", "100-0001"),
        ("01310100", "BR", "01310-100"),
        ("75008", "FR", "75008"), ("110001", "IN", "110001"),
    ],
)  # fmt: skip
def test_a_postcode_reads_as_its_country_writes_it(raw: str, country: str, code: str) -> None:
    cleaned = clean_postcode(raw, country)
    assert cleaned.value == code
    assert cleaned.issue is None


@pytest.mark.parametrize(
    ("raw", "country", "code"),
    [("2134", "US", "02134"), ("1067", "DE", "01067"), ("8001", "ES", "08001"),
     ("SWIA 1AA", "GB", "SW1A 1AA"), ("KIA 0B1", "CA", "K1A 0B1")],
)  # fmt: skip
def test_a_postcode_damaged_on_its_way_is_mended_and_flagged(
    raw: str, country: str, code: str
) -> None:
    cleaned = clean_postcode(raw, country)
    assert cleaned.value == code
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is Trouble.REPAIRED


@pytest.mark.parametrize(
    ("raw", "country"), [("ABC", "US"), ("12", "DE"), ("123456", "DE"), ("London", None)]
)
def test_what_is_no_postcode_is_refused(raw: str, country: str | None) -> None:
    cleaned = clean_postcode(raw, country)
    assert cleaned.value is None
    assert cleaned.issue is not None


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(raw: str) -> None:
    assert fold(fold(raw)) == fold(raw)


@given(st.text(max_size=60))
def test_tidy_text_is_clean_already(raw: str) -> None:
    cleaned = clean_text(raw)
    if cleaned.value is not None and cleaned.issue is None:
        assert clean_text(cleaned.value).value == cleaned.value
