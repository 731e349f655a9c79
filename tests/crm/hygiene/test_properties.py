"""What holds of every reader of values, whatever comes."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.crm.hygiene import emails, means_nothing
from assistant.crm.kind import Form
from assistant.crm.values import ColumnStyles, Value, clean_value

STYLES = ColumnStyles()
# What people and systems write, in pieces: more telling than letters at random.
PIECES = st.sampled_from(
    ["Ann", "Lee", "SMITH", "van der", "Dr.", "GmbH", "Ltd", "& Co. KG", "株式会社", "王小明",
     "Acme",
     "+49", "030", "(0)", "415-555-2671", "ext 12", "1.234,56", "1,234", "$", "€", "USD", "kr", "k",
     "12", "2024-03-05", "03/04/2024", "45356", "0000-00-00", "9999-12-31", "März", "12:30", "PM",
     "ann@acme.example", "@", ".com", "https://", "www.", "acme", "аcme", "Street", "Flat 2", "12a",
     "SW1A 1AA", "90210", "DE", "Germany", "Bavaria", "N/A", "-", "none", "#REF!", "=", "=1+1", "%",
     "yes", "0", "call", "in", "🇩🇪", "🌸", "שלום", "é", "e\u0301", "\u200b", "\u202e", "\x00",
     "\ud800",
     "'", '"', "(", ")", ",", ";", "/", "\t", "\n", "\r"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=6).map(" ".join),
    st.lists(PIECES, max_size=5).map("".join),
)
FORMS = sorted(Form, key=str)
# The forms whose normal form is a text of the same form, to be cleaned again.
COUNTRIES = st.sampled_from([None, "DE", "US", "GB", "FR", "JP", "CN", "BR"])


def clean(form: Form, text: str, country: str | None) -> Value:
    return clean_value("field", form, text, country, STYLES, limit=300).value


@pytest.mark.parametrize("form", FORMS, ids=str)
@given(text=TEXTS, country=COUNTRIES)
def test_no_text_breaks_the_reading(form: Form, text: str, country: str | None) -> None:
    cleaned = clean_value("field", form, text, country, STYLES, limit=300)
    assert 0.0 <= cleaned.confidence <= 1.0
    assert cleaned.value is not None or cleaned.confidence == 0.0


@pytest.mark.parametrize("form", FORMS, ids=str)
@given(text=TEXTS, country=COUNTRIES)
@example("10000000000000000", None)
@example("a 00A", None)
def test_a_clean_value_cleaned_again_is_the_same(
    form: Form, text: str, country: str | None
) -> None:
    once = clean(form, text, country)
    if once is None:
        return
    again = clean(form, _written(form, once), country)
    assert again == once


def _written(form: Form, value: Value) -> str:
    """A clean value as a file would hold it."""
    if form is Form.SHARE and isinstance(value, float):
        return f"{value * 100:.10f}%"
    return str(value)


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize(
    "text", ["", " ", "\t", "N/A", "n/a", "-", "none", "unbekannt", "sin datos", "不明", "(blank)"]
)
def test_unknown_stays_unknown_in_every_form(form: Form, text: str) -> None:
    cleaned = clean_value("field", form, text, "DE", STYLES, limit=300)
    assert cleaned.value is None
    assert cleaned.issue is None


# Where every digit of the value must have been in the text: no zero, no country code, no scale.
COPIED = (Form.TEXT, Form.LONG_TEXT, Form.PERSON, Form.ORGANISATION, Form.STREET, Form.ID,
          Form.EMAIL)  # fmt: skip


@pytest.mark.parametrize("form", COPIED, ids=str)
@given(text=TEXTS, country=COUNTRIES)
def test_no_digit_is_made_up(form: Form, text: str, country: str | None) -> None:
    value = clean(form, text, country)
    if isinstance(value, str) and "xn--" not in value:
        assert _is_part(_digits(value), _digits(unicodedata.normalize("NFKC", text)))


@given(text=TEXTS, country=COUNTRIES)
@example("(030) 901820", "DE")
def test_a_phone_holds_the_digits_that_were_typed(text: str, country: str | None) -> None:
    """Beyond the country's code; letters on a keypad stand for digits, and are left out here."""
    value = clean(Form.PHONE, text, country)
    if isinstance(value, str) and not re.search(r"[A-Za-z]", text):
        national = _digits(value.partition(" ext")[0])
        typed = _digits(unicodedata.normalize("NFKC", text))
        assert any(_is_part(national[cut:], typed) for cut in range(4))


@given(whole=st.integers(-(10**9), 10**9), cents=st.integers(0, 99))
def test_an_amount_in_either_style_is_the_same(whole: int, cents: int) -> None:
    point = f"{whole:,}.{cents:02d}"
    comma = point.replace(",", " ").replace(".", ",").replace(" ", ".")
    assert clean(Form.AMOUNT, point, None) == clean(Form.AMOUNT, comma, None) is not None


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(letter)) for letter in text if letter.isdecimal())


def _is_part(digits: str, typed: str) -> bool:
    """Whether the digits stand in this order in what was typed."""
    rest = iter(typed)
    return all(digit in rest for digit in digits)


LONG = {
    "letters": "a" * 2**20,
    "digits": "1" * 2**20,
    "separators": "1,." * 350_000,
    "addresses": "a@b.example;" * 87_000,
    "marks": "a\u0301" * 2**19,
}


@pytest.mark.parametrize("kind", sorted(LONG))
def test_a_field_of_a_megabyte_is_read_in_passing(kind: str) -> None:
    slow = []
    for form in FORMS:
        started = time.process_time()
        clean_value("field", form, LONG[kind], "DE", STYLES, limit=300)
        # Generous for a busy machine; what backtracks takes minutes.
        if time.process_time() - started > 5:
            slow.append(form)
    assert slow == []


@given(TEXTS)
def test_what_means_nothing_means_nothing_with_blanks_around(text: str) -> None:
    assert means_nothing(text) == means_nothing(f" {text} ")


LOCALS = st.text(st.sampled_from("abzAZ09.+-_'é@ "), min_size=1, max_size=70)
DOMAINS = st.one_of(
    st.sampled_from(["acme.example", "Acme.COM", "xn--bcher-kva.example", "co.uk", "localhost"]),
    st.text(st.sampled_from("abzAZ09.-_é"), min_size=1, max_size=20),
)


@given(local=LOCALS, domain=DOMAINS)
def test_a_plain_address_is_read_as_it_would_be_in_full(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    assert emails._checked(address) == emails._checked_in_full(address)
