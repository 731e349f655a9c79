"""Phones: E.164 from any style, extension kept, nothing guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.crm.hygiene import Trouble, clean_phone


@pytest.mark.parametrize(
    ("raw", "country", "e164", "extension"),
    [
        ("(415) 555-2671", "US", "+14155552671", None),
        ("415.555.2671", "US", "+14155552671", None),
        ("4155552671", "US", "+14155552671", None),
        ("1-415-555-2671", "US", "+14155552671", None),
        ("+1 415 555 2671", None, "+14155552671", None),
        ("tel:+1-415-555-2671", None, "+14155552671", None),
        ("+1 (415) 555-2671 x204", None, "+14155552671", "204"),
        ("415-555-2671 ext. 9", "CA", "+14155552671", "9"),
        ("+1 415 555 2671;ext=77", None, "+14155552671", "77"),
        ("+49 30 901820 Durchwahl 12", None, "+4930901820", "12"),
        ("+39 06 698 12345 interno 7", None, "+390669812345", "7"),
        ("01 42 68 53 00 poste 31", "FR", "+33142685300", "31"),
        ("4155552671.0", "US", "+14155552671", None),
        ("'+14155552671", None, "+14155552671", None),
        ("\u202a+14155552671\u202c", None, "+14155552671", None),
        ("020 7031 3000", "GB", "+442070313000", None),
        ("+44 (0)20 7031 3000", None, "+442070313000", None),
        ("0044 20 7031 3000", "GB", "+442070313000", None),
        ("0044 20 7031 3000", "US", "+442070313000", None),
        ("Tel.: 030/901820", "DE", "+4930901820", None),
        ("030 / 90 18 20", "DE", "+4930901820", None),
        ("+49 (0) 30 901820", "DE", "+4930901820", None),
        ("01 42 68 53 00", "FR", "+33142685300", None),
        ("0142685300", "FR", "+33142685300", None),
        ("(02) 9374 4000", "AU", "+61293744000", None),
        ("06 698 12345", "IT", "+390669812345", None),
        ("1-800-FLOWERS", "US", "+18003569377", None),
        ("０３-１２３４-５６７８", "JP", "+81312345678", None),
    ],
)
def test_a_phone_in_any_style_reads_as_e164(
    raw: str, country: str | None, e164: str, extension: str | None
) -> None:
    cleaned = clean_phone(raw, country)
    assert cleaned.value is not None
    assert (cleaned.value.e164, cleaned.value.extension) == (e164, extension)
    assert cleaned.issue is None


@pytest.mark.parametrize(
    ("raw", "country", "e164", "trouble"),
    [
        ("(415) 555-2671", None, "+14155552671", Trouble.ASSUMED),
        ("415-555-2671 x12", None, "+14155552671", Trouble.ASSUMED),
        ("44 20 7031 3000", None, "+442070313000", Trouble.ASSUMED),
        ("+1 415 555 2671, +1 415 555 2672", None, "+14155552671", Trouble.SEVERAL),
        ("07700 900123", "GB", "+447700900123", Trouble.FICTITIOUS),
        ("020 7946 0958", "GB", "+442079460958", Trouble.FICTITIOUS),
        ("(212) 555-0199", "US", "+12125550199", Trouble.FICTITIOUS),
        ("01 99 00 12 34", "FR", "+33199001234", Trouble.FICTITIOUS),
        ("Fax: 030 901820", "DE", "+4930901820", Trouble.ASSUMED),
    ],
)
def test_a_phone_read_by_convention_is_flagged(
    raw: str, country: str | None, e164: str, trouble: Trouble
) -> None:
    cleaned = clean_phone(raw, country)
    assert cleaned.value is not None
    assert cleaned.value.e164 == e164
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is trouble
    assert cleaned.confidence < 1


@pytest.mark.parametrize(
    ("raw", "country", "trouble"),
    [
        ("020 7031 3000", None, Trouble.AMBIGUOUS),
        ("030 901820", None, Trouble.AMBIGUOUS),
        ("4.41E+11", "GB", Trouble.MALFORMED),
        ("0000000000", "US", Trouble.PLACEHOLDER),
        ("1234567890", "US", Trouble.PLACEHOLDER),
        ("999-999-9999", "US", Trouble.PLACEHOLDER),
        ("555-0123", "US", Trouble.MALFORMED),
        ("123", "US", Trouble.MALFORMED),
        ("call reception", "US", Trouble.MALFORMED),
        ("+1 415 555 2671 2671 2671", None, Trouble.MALFORMED),
        ("+999 12345678", None, Trouble.MALFORMED),
    ],
)
def test_a_phone_that_cannot_be_read_is_refused_with_its_reason(
    raw: str, country: str | None, trouble: Trouble
) -> None:
    cleaned = clean_phone(raw, country)
    assert cleaned.value is None
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is trouble
    assert cleaned.confidence == 0


@pytest.mark.parametrize("raw", ["", "  ", "-", "n/a", "N/A", "none", "unknown", "--", "?", "null"])
def test_a_blank_phone_is_unknown_without_an_issue(raw: str) -> None:
    cleaned = clean_phone(raw, "US")
    assert cleaned.value is None
    assert cleaned.issue is None


@given(
    area=st.sampled_from(["212", "312", "415", "512", "617"]),
    exchange=st.integers(220, 998).filter(lambda number: number % 100 != 11),
    line=st.integers(0, 9999),
    style=st.sampled_from(["({0}) {1}-{2}", "{0}.{1}.{2}", "{0} {1} {2}", "+1{0}{1}{2}"]),
)
def test_every_style_of_one_number_reads_as_the_same_number(
    area: str, exchange: int, line: int, style: str
) -> None:
    last = f"{line:04d}"
    written = clean_phone(style.format(area, exchange, last), "US").value
    plain = clean_phone(f"{area}{exchange}{last}", "US").value
    assert written == plain


@given(st.text(max_size=60), st.sampled_from([None, "US", "DE", "GB", "ZZ"]))
def test_no_text_breaks_the_reading_of_phones(raw: str, country: str | None) -> None:
    cleaned = clean_phone(raw, country)
    if cleaned.value is not None:
        assert clean_phone(cleaned.value.e164).value is not None
        assert 0 < cleaned.confidence <= 1
