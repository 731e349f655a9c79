"""Amounts and numbers with the separators of either style."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assistant.crm.hygiene.cleaned import Cleaned, Issue, Trouble, flagged, refused
from assistant.crm.hygiene.currencies import clean_currency
from assistant.crm.hygiene.text import nothing, one_line


class NumberStyle(StrEnum):
    """How a column writes numbers."""

    POINT = "point"  # 1,234.56
    COMMA = "comma"  # 1.234,56


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money; the currency is an ISO 4217 code, or None where the text names none."""

    value: Decimal
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class _Stated:
    """What the row says elsewhere of the currency."""

    country: str | None
    currency: str | None


_NUMBER = r"\d[\d.,'’ _]*\d|\d"
_AMOUNT = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-−–+])?\s*(?P<before>[^\d\s(+\-−–.,][^\d(+\-−–]{{0,14}}?)??\s*"
    rf"(?P<sign2>[-−–+])?\s*(?P<number>{_NUMBER}|\.\d+)(?P<round>[.,][-–—=]+)?\s*"
    r"(?:(?P<scale>k|m|mm|mn|mio|mln|b|bn|mrd|tsd|thousand|million|millions|millionen|milliarden"
    r"|billion|billions|lakh|lac|crore)(?![a-z])\.?)?\s*(?P<sign3>[-−–])?\s*"
    r"(?P<after>[^\d)]{0,15}?)\s*(?P<close>\))?",
    re.IGNORECASE,
)
_SCALES = {
    "k": 3, "tsd": 3, "thousand": 3, "m": 6, "mm": 6, "mn": 6, "mio": 6, "mln": 6, "million": 6,
    "millions": 6, "millionen": 6, "b": 9, "bn": 9, "mrd": 9, "milliarden": 9, "billion": 9,
    "billions": 9, "lakh": 5, "lac": 5, "crore": 7,
}  # fmt: skip
_ESTIMATE = re.compile(
    r"(?:[~≈∼]|(?:approx(?:imately|\.)?|about|around|roughly|circa|cca\.?|ca\.?|c\.|est\.?|estimated"
    r"|etwa|ungefähr|zirka|rund|environ|env\.?|unos|aprox\.?|aproximadamente|około|ok\.|ongeveer"
    r"|omkring|noin|примерно|около)(?=[\s\d~]))\s*",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")  # thousands, or lakhs
# Where these signs are used a comma never parts decimals, so "$1,200" can only be thousands. The
# point is not as sure: Latin America groups with it, and unit prices have three decimals.
_COMMA_GROUPS = re.compile(r"\$|£|₹|¥|￥|(?:USD|GBP|AUD|NZD|HKD|SGD|INR|JPY|CNY)", re.IGNORECASE)

_LONGEST = 80  # a number with words and signs around it; beyond, digits are no number

# A trillion in any currency is more than any customer's invoice; it is a phone number or an id.
_HARDLY = Decimal(10) ** 12


def clean_amount(
    raw: str,
    *,
    style: NumberStyle | None = None,
    country: str | None = None,
    currency: str | None = None,
) -> Cleaned[Amount]:
    """A sum of money with the currency it names.

    style: how the column writes numbers (see number_style); without it "1.234" and "1,234" are
    refused as ambiguous. currency: the code that the row states elsewhere; it settles signs that
    currencies share, and one that disagrees with it is flagged. country: settles them by guess.
    """
    text = one_line(raw)
    if (empty := nothing(text)) is not None:
        return empty
    if (said := _ESTIMATE.match(text)) is not None:
        return _estimate(
            clean_amount(text[said.end() :], style=style, country=country, currency=currency)
        )
    if len(text) > _LONGEST:
        return refused(Trouble.MALFORMED, "Too long for a number.")
    found = _AMOUNT.fullmatch(text)
    if found is None or bool(found["open"]) != bool(found["close"]):
        return refused(Trouble.MALFORMED, "Not an amount.", "Write it as 1234.56 EUR.")
    number = read_number(found["number"], style or _style_of_currency(found))
    if number.value is None:
        return Cleaned(None, number.issue, 0.0)
    value = number.value * 10 ** _SCALES.get((found["scale"] or "").casefold(), 0)
    value = -value if _is_negative(found) else value
    return _with_currency(value, number.confidence, found, _Stated(country, currency))


def clean_number(raw: str, *, style: NumberStyle | None = None) -> Cleaned[Decimal]:
    """A plain number such as a quantity; a unit written after it is refused."""
    amount = clean_amount(raw, style=style)
    if amount.value is None:
        return Cleaned(None, amount.issue, 0.0)
    said = _ESTIMATE.sub("", one_line(raw), count=1)
    if amount.value.currency is not None or re.search(r"[^\W\d_kKmM]{2,}", said):
        return refused(Trouble.MALFORMED, "Not a plain number.", str(amount.value.value))
    return Cleaned(amount.value.value, amount.issue, amount.confidence)


def clean_integer(raw: str, *, style: NumberStyle | None = None) -> Cleaned[int]:
    """A whole number such as a headcount; groups of three digits can only be thousands there.

    A word after it ("1,200 employees") is what is counted, and is flagged. Decimals are refused:
    to cut them off would be to make a number up.
    """
    text = one_line(raw)
    if len(text) > _LONGEST:
        return refused(Trouble.MALFORMED, "Too long for a number.")
    counted = re.fullmatch(r"(.*\d)\s+([^\W\d_]{3,})\.?", text)
    grouped = re.compile(r"[^\d]*\d{1,3}(?:[.,]\d{3})+")
    if counted is not None and counted[2].casefold() not in _SCALES:
        cleaned = clean_integer(counted[1], style=style)
        if cleaned.value is None or cleaned.issue is not None:
            return cleaned
        return flagged(cleaned.value, Trouble.ASSUMED, f"Counted in {counted[2][:30]}.", 0.9)
    number = clean_number(text, style=style)
    ambiguous = number.issue is not None and number.issue.trouble is Trouble.AMBIGUOUS
    if number.value is None and ambiguous and grouped.fullmatch(text):
        value = int(re.sub(r"\D", "", text)) * (-1 if text.startswith(("-", "−")) else 1)
        return flagged(value, Trouble.ASSUMED, "Read as thousands, being a whole number.", 0.8)
    if number.value is None:
        return Cleaned(None, number.issue, 0.0)
    if number.value != number.value.to_integral_value():
        return refused(Trouble.MALFORMED, "Not a whole number.")
    return Cleaned(int(number.value), number.issue, number.confidence)


def clean_share(raw: str, *, of_hundred: bool | None = None) -> Cleaned[Decimal]:
    """A share within [0, 1] from "60 %", "0.6" or, where the column counts in hundreds, "60".

    of_hundred: whether the column's bare numbers are percentages (see counts_in_hundreds).
    """
    text = one_line(raw)
    if (empty := nothing(text)) is not None:
        return empty
    if len(text) > _LONGEST:
        return refused(Trouble.MALFORMED, "Too long for a number.")
    percent = text.endswith(("%", "percent", "pct"))
    number = read_number(re.sub(r"(?i)\s*(?:%|percent|pct)$", "", text).strip(), NumberStyle.POINT)
    if number.value is None:
        number = read_number(re.sub(r"\s*%$", "", text).strip(), NumberStyle.COMMA)
    if number.value is None:
        return refused(Trouble.MALFORMED, "Not a percentage.", "Write it as 60 %.")
    return _share(number.value, percent or of_hundred)


def number_style(values: Iterable[str]) -> NumberStyle | None:
    """The style a column as a whole proves; None when nothing or both are proved."""
    seen = {proved for value in values if (proved := _proves(value)) is not None}
    return seen.pop() if len(seen) == 1 else None


def counts_in_hundreds(values: Iterable[str]) -> bool | None:
    """Whether a column of shares counts to 100: yes if any number is above 1, else not known."""
    for value in values:
        number = re.sub(r"[^\d.,]", "", value).replace(",", ".")
        if re.fullmatch(r"\d+(?:\.\d+)?", number) and Decimal(number) > 1:
            return True
    return None


def read_number(text: str, style: NumberStyle | None = None) -> Cleaned[Decimal]:
    """An unsigned number from digits and separators."""
    if len(text) > _LONGEST:
        return refused(Trouble.MALFORMED, "Too long for a number.")
    bare = re.sub(r"(?<=\d)['’_ ](?=\d{3}(?!\d))", "", text)
    spaced = bare != text
    if not re.fullmatch(r"\d[\d.,]*\d|\d|\.\d+", bare):
        return refused(Trouble.MALFORMED, "Not a number.")
    points, commas = bare.count("."), bare.count(",")
    if not points and not commas:
        return Cleaned(Decimal(bare))
    if points and commas:
        return _both(bare)
    mark = "." if points else ","
    return _several(bare, mark) if points + commas > 1 else _single(bare, mark, style, spaced)


def _both(text: str) -> Cleaned[Decimal]:
    """The later of the two separators parts the decimals, the earlier the thousands."""
    decimal_mark = max(".,", key=text.rfind)
    other = "," if decimal_mark == "." else "."
    whole, _, decimals = text.rpartition(decimal_mark)
    if decimal_mark in whole or not _GROUPED.fullmatch(whole.replace(other, ",")):
        return refused(Trouble.MALFORMED, "The separators do not group the digits of a number.")
    return Cleaned(Decimal(f"{whole.replace(other, '')}.{decimals}"))


def _several(text: str, mark: str) -> Cleaned[Decimal]:
    if _GROUPED.fullmatch(text.replace(mark, ",")):
        return Cleaned(Decimal(text.replace(mark, "")))
    return refused(Trouble.MALFORMED, "The separators do not group the digits of a number.")


def _single(text: str, mark: str, style: NumberStyle | None, spaced: bool) -> Cleaned[Decimal]:
    whole, _, decimals = text.partition(mark)
    as_decimal = Decimal(f"{whole or '0'}.{decimals}")
    could_group = len(decimals) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0" and not spaced
    if not could_group:
        return Cleaned(as_decimal)
    as_grouped = Decimal(whole + decimals)
    if style is None:
        return refused(Trouble.AMBIGUOUS, "Thousands or decimals?", f"{as_grouped} or {as_decimal}")
    groups = (style is NumberStyle.POINT) == (mark == ",")
    return Cleaned(as_grouped if groups else as_decimal, None, 0.95)


def _proves(value: str) -> NumberStyle | None:
    found = re.search(_NUMBER, one_line(value))
    if found is None:
        return None
    digits = re.sub(r"(?<=\d)['’_ ](?=\d{3}(?!\d))", "", found.group())
    marks = [letter for letter in digits if letter in ".,"]
    if not marks or read_number(digits).value is None:
        return None
    is_decimal = len(marks) == 1 or marks[0] != marks[-1]
    return NumberStyle.POINT if (marks[-1] == ".") == is_decimal else NumberStyle.COMMA


def _style_of_currency(found: re.Match[str]) -> NumberStyle | None:
    named = f"{found['before'] or ''} {found['after'] or ''}"
    comma_groups = "," in found["number"] and _COMMA_GROUPS.search(named)
    return NumberStyle.POINT if comma_groups else None


def _estimate(cleaned: Cleaned[Amount]) -> Cleaned[Amount]:
    if cleaned.value is None or cleaned.issue is not None:
        return cleaned
    return flagged(cleaned.value, Trouble.ASSUMED, "An estimate, by its own words.", 0.7)


def _is_negative(found: re.Match[str]) -> bool:
    signs = (found["sign"], found["sign2"], found["sign3"])
    return bool(found["open"]) or any(sign in {"-", "−", "–"} for sign in signs if sign)


def _with_currency(
    value: Decimal, confidence: float, found: re.Match[str], stated: _Stated
) -> Cleaned[Amount]:
    named = [part.strip() for part in (found["before"], found["after"]) if part and part.strip()]
    codes = [clean_currency(part, stated.country, stated=stated.currency) for part in named]
    if any(code.issue and code.issue.trouble is Trouble.MALFORMED for code in codes):
        return refused(Trouble.MALFORMED, "Words beside the number name no currency.", str(value))
    known = {code.value for code in codes if code.value}
    if len(known) > 1:
        return refused(Trouble.AMBIGUOUS, "Two currencies beside one number.")
    amount = Amount(value, known.pop() if known else None)
    if abs(value) >= _HARDLY:
        return flagged(amount, Trouble.IMPLAUSIBLE, "More than a trillion.", 0.3)
    if stated.currency and amount.currency not in (None, stated.currency):
        message = f"{amount.currency} beside the number, {stated.currency} in the currency's field."
        return flagged(amount, Trouble.AMBIGUOUS, message, 0.3)
    issue = next((code.issue for code in codes if code.issue), None)
    return Cleaned(amount, issue, min([confidence, *_confidences(codes)]))


def _confidences(codes: list[Cleaned[str]]) -> list[float]:
    """An unread currency leaves the number itself sure enough."""
    return [code.confidence or 0.8 for code in codes]


def _share(number: Decimal, of_hundred: bool | None) -> Cleaned[Decimal]:
    if of_hundred is None and number == 1:
        issue = Issue(Trouble.AMBIGUOUS, "One in a hundred, or all?", "Write 1 % or 100 %.")
        return Cleaned(None, issue, 0.0)
    share = number / 100 if of_hundred or number > 1 else number
    if share > 1:
        return refused(Trouble.IMPLAUSIBLE, "More than 100 %.")
    if of_hundred is None and number > 1:
        return flagged(share, Trouble.ASSUMED, "Read as a percentage.", 0.9)
    return Cleaned(share)
