"""Sentences about records: what a card says, and nothing where there is nothing to say."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal


def sentences(*said: str | None) -> str:
    """The sentences there are, one to a line."""
    return "\n".join(ended(sentence) for sentence in said if sentence)


def ended(sentence: str) -> str:
    """The sentence; after "Inc." no second full stop. Three of them are meant."""
    twice = sentence.endswith("..") and not sentence.endswith("...")
    return sentence.removesuffix(".") if twice else sentence


def say(sentence: str, value: object) -> str | None:
    """The sentence with the value in place of `{}`; None where there is no value."""
    if value is None or value == "":
        return None
    return sentence.replace("{}", spoken(value))


def spoken(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (date, datetime)):
        return day(value)
    if isinstance(value, (int, Decimal)):
        return number(Decimal(value))
    return " ".join(str(value).split())


def day(moment: date | datetime) -> str:
    """A day with its month's name, which no reader takes for another."""
    return f"{moment.day} {moment:%B %Y}"


def number(value: Decimal) -> str:
    """A plain number with thousands grouped and no trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount: Decimal | None, currency: str | None) -> str | None:
    """An amount with its currency; without one, the bare number."""
    if amount is None:
        return None
    return f"{currency} {amount:,.2f}" if currency else f"{amount:,.2f}"


def employees(count: int | None) -> str | None:
    """How many people: "1 employee", "3,533 employees"; None where nobody knows."""
    if count is None:
        return None
    return f"{spoken(count)} {'employee' if count == 1 else 'employees'}"


def clause(before: str, value: object) -> str:
    """A part of a sentence with a blank before it; empty where there is no value."""
    return "" if value is None or value == "" else f" {before} {spoken(value)}".replace("  ", " ")
