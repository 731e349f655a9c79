"""How four systems, and the people who type into them, write the same thing."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random

from assistant.demo.people import PersonName
from assistant.demo.places import BY_ISO2, Phone

_NOTHING = ("", "", "", "N/A", "-", "n/a", "unknown")
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
# The billing system was set up in Chicago by somebody who did not think of summer time.
_BILLING_ZONE = timezone(timedelta(hours=-6))


def nothing(random: Random) -> str:
    """What stands in a field that nobody knew what to put into."""
    return random.choice(_NOTHING)


def iso(moment: datetime | None) -> str:
    """The CRM's moments: 2024-03-14T17:22:00Z."""
    return "" if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def european(moment: datetime | None) -> str:
    """The support desk's moments: 14/03/2024 17:22."""
    return "" if moment is None else moment.strftime("%d/%m/%Y %H:%M")


def american(moment: datetime | None) -> str:
    """The billing system's moments: 03/14/2024 11:22 AM -0600."""
    if moment is None:
        return ""
    return moment.astimezone(_BILLING_ZONE).strftime("%m/%d/%Y %I:%M %p %z")


def american_day(day: date | None) -> str:
    """The billing system's days: 03/14/2024."""
    return "" if day is None else day.strftime("%m/%d/%Y")


def epoch_ms(moment: datetime) -> int:
    """The marketing tool's moments: milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def amount_with_sign(amount: Decimal, currency: str) -> str:
    """The billing system's amounts: 1.234,50 €, £1,234.50, $1,234.50."""
    plain = f"{amount:,.2f}"
    if currency != "EUR":
        return f"{_SIGNS[currency]}{plain}"
    swapped = plain.replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"{swapped} {_SIGNS[currency]}"


def country_text(random: Random, iso2: str, *, blank_share: float = 0.0) -> str:
    """One of the ways to write a country, or nothing."""
    if random.random() < blank_share:
        return nothing(random)
    return random.choice(BY_ISO2[iso2].spellings)


def phone_text(random: Random, phone: Phone, *, national_share: float) -> str:
    """A number in international style, or in a national one with dots, dashes or brackets."""
    digits = phone.local
    if random.random() < national_share and phone.dial != "39":
        text = _national(random, phone)
    else:
        area = (
            f"({phone.trunk}){phone.area}" if phone.trunk and random.random() < 0.2 else phone.area
        )
        text = random.choice((f"+{phone.dial} {area} {digits}", f"00{phone.dial} {area} {digits}"))
        if phone.dial == "1":
            text = f"+1 {phone.area}-{digits.replace(' ', '-')}"
    if phone.extension:
        text += random.choice((f" ext. {phone.extension}", f" x{phone.extension}"))
    return text


def _national(random: Random, phone: Phone) -> str:
    if phone.dial == "1":
        return random.choice(
            (
                f"({phone.area}) {phone.local.replace(' ', '-')}",
                f"{phone.area}.{phone.local.replace(' ', '.')}",
            )
        )
    whole = f"{phone.trunk}{phone.area}"
    return random.choice(
        (f"{whole} {phone.local}", f"{whole}/{phone.local}", f"{whole}-{phone.local}")
    )


def person_text(random: Random, name: PersonName, *, reversed_share: float) -> str:
    """Given name first, or "Family, Given"; sometimes with the title, sometimes all small."""
    if random.random() < reversed_share:
        return f"{name.family}, {name.given}"
    text = f"{name.prefix} {name.full}".strip() if random.random() < 0.6 else name.full
    return text.lower() if random.random() < 0.06 else text


def email_text(random: Random, email: str) -> str:
    """An address, now and then in capitals or with a blank behind it."""
    draw = random.random()
    if draw < 0.05:
        return email.upper()
    return f"{email} " if draw < 0.08 else email


def company_text(random: Random, name: str, legal_form: str, *, capitals: float = 0.0) -> str:
    """A company with or without its legal form, with "and" for "&", at times in capitals."""
    text = f"{name} {legal_form}" if random.random() < 0.6 else name
    if random.random() < 0.15:
        text = text.replace(" & ", " and ")
    return text.upper() if random.random() < capitals else text


def website_text(random: Random, domain: str) -> str:
    """A domain as people paste it."""
    return random.choice((domain, f"www.{domain}", f"https://www.{domain}/", f"http://{domain}"))
