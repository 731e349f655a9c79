"""E-mail addresses and web addresses, without asking the network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.crm.hygiene import Trouble, clean_domain, clean_email


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("Joe.Doe@Acme.Example", "joe.doe@acme.example"),
        (" joe@acme.example ", "joe@acme.example"),
        ("mailto:joe@acme.example", "joe@acme.example"),
        ("mailto:joe@acme.example?subject=Hi", "joe@acme.example"),
        ("Joe Doe <joe@acme.example>", "joe@acme.example"),
        ('"Doe, Joe" <joe@acme.example>', "joe@acme.example"),
        ("<joe@acme.example>", "joe@acme.example"),
        ("joe@acme.example.", "joe@acme.example"),
        ("joe+crm@acme.example", "joe+crm@acme.example"),
        ("o'neil@acme.example", "o'neil@acme.example"),
        ("joe@sub.acme.co.uk", "joe@sub.acme.co.uk"),
        ("jürgen@müller.example", "jürgen@xn--mller-kva.example"),
        ("joe@\u200bacme.example", "joe@acme.example"),
        ("joe@acme.test", "joe@acme.test"),
        ("work joe@acme.example", "joe@acme.example"),
    ],
)
def test_an_address_reads_in_its_normal_form(raw: str, address: str) -> None:
    cleaned = clean_email(raw)
    assert cleaned.value is not None
    assert cleaned.value.address == address
    assert cleaned.issue is None


@pytest.mark.parametrize(
    ("raw", "address", "trouble"),
    [
        ("info@acme.example", "info@acme.example", Trouble.SHARED),
        ("Accounts.Payable@acme.example", "accounts.payable@acme.example", Trouble.SHARED),
        ("no-reply@acme.example", "no-reply@acme.example", Trouble.SHARED),
        ("x@mailinator.com", "x@mailinator.com", Trouble.DISPOSABLE),
        ("joe(at)acme.example", "joe@acme.example", Trouble.REPAIRED),
        ("joe [at] acme [dot] example", "joe@acme.example", Trouble.REPAIRED),
        ("joe@acme.example; ann@acme.example", "joe@acme.example", Trouble.SEVERAL),
        ("joe@gmial.com", "joe@gmial.com", Trouble.IMPLAUSIBLE),
        ("joe@gmail.co", "joe@gmail.co", Trouble.IMPLAUSIBLE),
        ("test@example.com", "test@example.com", Trouble.FICTITIOUS),
        ("joe@аррӏе.com", "joe@xn--80ak6aa92e.com", Trouble.SUSPICIOUS),
        ("joe@pаypal.example", "joe@xn--pypal-4ve.example", Trouble.SUSPICIOUS),
    ],
)
def test_an_address_to_look_at_is_flagged(raw: str, address: str, trouble: Trouble) -> None:
    cleaned = clean_email(raw)
    assert cleaned.value is not None
    assert cleaned.value.address == address
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is trouble


@pytest.mark.parametrize(
    ("raw", "suggestion"),
    [
        ("joe@acme,example", "joe@acme.example"),
        ("joe@@acme.example", "joe@acme.example"),
        ("joe @acme.example", "joe@acme.example"),
        ("joe@acme..example", "joe@acme.example"),
        ("joe.acme.example", "Write it as name@example.com."),
        ("joe@acme", "Write it as name@example.com."),
        ("@acme.example", "Write it as name@example.com."),
        ("joe@", "Write it as name@example.com."),
        (".joe@acme.example", "joe@acme.example"),
        ("jo smith@acme.example", "josmith@acme.example"),
    ],
)
def test_a_broken_address_is_refused_with_a_suggestion(raw: str, suggestion: str) -> None:
    cleaned = clean_email(raw)
    assert cleaned.value is None
    assert cleaned.issue is not None
    assert cleaned.issue.suggestion == suggestion


@pytest.mark.parametrize("raw", ["", "none", "n/a", "-", "unknown", "NULL"])
def test_no_address_stays_unknown(raw: str) -> None:
    assert clean_email(raw).value is None
    assert clean_email(raw).issue is None


@pytest.mark.parametrize(
    ("raw", "domain"),
    [
        ("https://www.Acme.example/about?x=1", "acme.example"),
        ("acme.example", "acme.example"),
        ("http://shop.acme.co.uk:8080/", "acme.co.uk"),
        ("www.acme.com.au", "acme.com.au"),
        ("joe@mail.acme.example", None),
        ("https://joe:pw@mail.acme.example/", "acme.example"),
        ("http://http://www.acme.example", "acme.example"),
        ("https://acme.blogspot.com/2024", "acme.blogspot.com"),
        ("//acme.example", "acme.example"),
        ("HTTPS:/acme.example", "acme.example"),
        ("müller.example", "xn--mller-kva.example"),
        ("not a site", None),
        ("acme", None),
        ("n/a", None),
    ],
)
def test_a_web_address_reads_as_the_domain_somebody_registered(
    raw: str, domain: str | None
) -> None:
    assert clean_domain(raw).value == domain


def test_a_domain_of_look_alike_letters_is_flagged() -> None:
    cleaned = clean_domain("https://аcme.example")
    assert cleaned.value == "xn--cme-5cd.example"
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is Trouble.SUSPICIOUS


@pytest.mark.parametrize("raw", ["linkedin.com/company/acme", "https://www.facebook.com/acme"])
def test_a_page_on_a_network_is_no_domain_of_the_company(raw: str) -> None:
    issue = clean_domain(raw).issue
    assert issue is not None
    assert issue.trouble is Trouble.SHARED


def test_an_address_in_the_place_of_a_website_suggests_its_domain() -> None:
    suggestions = [clean_domain(raw).issue for raw in ("joe@acme.example", "joe@gmail.com")]
    assert [issue and issue.suggestion for issue in suggestions] == ["acme.example", None]


@given(st.emails())
def test_a_clean_address_stays_as_it_is_when_cleaned_again(raw: str) -> None:
    first = clean_email(raw).value
    if first is not None:
        assert clean_email(first.address).value == first


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_addresses(raw: str) -> None:
    clean_domain(raw)
    cleaned = clean_email(raw)
    assert cleaned.value is None or "@" in cleaned.value.address
