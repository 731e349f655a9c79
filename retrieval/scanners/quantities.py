"""Numbers and what they count: money, shares, lengths of time, measures, or nothing named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from retrieval.scanners.number_words import NUMBER_WORDS, SCALES, number_in_words
from retrieval.scanners.value import Unclaimed
from retrieval.words import words

# A separator followed by groups of exactly three digits separates thousands.
_DIGITS = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"
    r"|\d{1,3}(?:[   ']\d{3})+(?:[.,]\d+)?(?!\d)"
    r"|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}"
    r"|\d+(?:[.,]\d+)?"
)
_NUMBER = re.compile(
    rf"(?<![\d.,])(?P<sign>(?<![\w)])[-−+]\s?)?(?P<digits>{_DIGITS})"
    r"(?P<scale>\s?(?:k|K|M|mn|MM|bn|B)(?![\w])|\s?(?:thousand|million|billion|trillion|dozen|hundred)\b)?"
    r"(?:(?<=\d)(?P<ordinal>st|nd|rd|th)\b)?"
)
_SCALE_LETTERS = {"k": 10**3, "m": 10**6, "mn": 10**6, "mm": 10**6, "bn": 10**9, "b": 10**9}

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "zł": "PLN"}
_DOLLARS = {"US": "USD", "CA": "CAD", "C": "CAD", "A": "AUD", "AU": "AUD", "NZ": "NZD", "HK": "HKD"}
_CODES = words("USD EUR GBP CHF JPY CAD AUD NZD INR SEK NOK DKK PLN CZK HKD SGD CNY BRL MXN ZAR")
_NAMED = {
    "dollar": "USD", "buck": "USD", "euro": "EUR", "pound": "GBP", "quid": "GBP", "franc": "CHF",
    "yen": "JPY", "rupee": "INR", "krona": "SEK", "cent": "USD/100", "penny": "GBP/100",
    "pence": "GBP/100",
}  # fmt: skip
_MONEY_BEFORE = re.compile(
    rf"(?:(?:\b(?P<country>US|CA|C|AU|A|NZ|HK))?(?P<dollar>\$)|(?P<symbol>[€£¥₹₩])|\b(?P<code>{'|'.join(_CODES)}))\s?$"
)
_MONEY_AFTER = re.compile(
    rf"\s?(?:(?P<symbol>[€£$¥₹₩]|zł\b)|(?P<code>(?:{'|'.join(_CODES)})\b)"
    rf"|-?(?P<country>US |Canadian |Australian )?(?P<name>{'|'.join(_NAMED)})s?\b)",
    re.IGNORECASE,
)
_PERCENT_AFTER = re.compile(r"\s?(?:%|(?:per\s?cent|pct|percentage\s+points?|pp)\b)", re.IGNORECASE)
_DURATION_AFTER = re.compile(
    r"(?:\s|-|\s?-\s?)?(?P<working>(?:business|working)[\s-])?(?:calendar[\s-])?"
    r"(?P<unit>seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|wks?|months?|mos|quarters?|years?|yrs?)\b",
    re.IGNORECASE,
)
# The unit that a measure is told in, and how many of it one makes: 22 tonnes are 22 000 kg.
_MEASURES = {
    name: (unit, Decimal(factor))
    for unit, factor, names in (
        ("kg", "1", "kg kilo kilos kilogram kilograms kilogramme kilogrammes"),
        ("kg", "0.001", "g gram grams gramme grammes"),
        ("kg", "1000", "t tonne tonnes"),
        ("lb", "1", "lb lbs pound-weight"),
        ("oz", "1", "oz ounce ounces"),
        ("m", "1", "m metre metres meter meters"),
        ("m", "1000", "km kilometre kilometres kilometer kilometers"),
        ("m", "0.01", "cm centimetre centimetres centimeters"),
        ("m", "0.001", "mm millimetre millimetres millimeters"),
        ("mile", "1", "mi mile miles"),
        ("ft", "1", "ft foot feet"),
        ("in", "1", "inch inches"),
        ("l", "1", "l liter liters litre litres"),
        ("l", "0.001", "ml"),
        ("ha", "1", "ha hectare hectares"),
        ("acre", "1", "acre acres"),
        ("gb", "1", "gb"),
        ("mb", "1", "mb"),
        ("tb", "1", "tb"),
        ("kb", "1", "kb"),
        ("w", "1", "w watt watts"),
        ("w", "1000", "kw"),
        ("kwh", "1", "kwh"),
        ("v", "1", "v volt volts"),
        ("hz", "1", "hz"),
        ("hz", "1000", "khz"),
        ("hz", "1000000", "mhz"),
        ("hz", "1000000000", "ghz"),
        ("bar", "1", "bar"),
        ("db", "1", "db decibel decibels"),
        ("mbps", "1", "mbps"),
        ("gbps", "1", "gbps"),
        ("ms", "1", "ms"),
    )
    for name in names.split()
}
_MEASURE_AFTER = re.compile(rf"[\s-]?(?P<unit>{'|'.join(_MEASURES)})\b(?!['’])", re.IGNORECASE)
# Seconds up to weeks are one scale, months up to years another: no month has a fixed length.
_CLOCK = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_CALENDAR = {"mo": 1, "q": 3, "y": 12}
_RANGE_LINK = re.compile(r"\s?(?:-|–|—|to|or|and)\s?[$€£]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Number:
    value: Decimal
    start: int
    end: int
    scale: int = 1
    kind: str = "number"
    unit: str = ""
    weak: bool = False  # "one", which is a number only where it counts something


def scan_quantities(source: Unclaimed) -> None:
    """Every number that is left, as an amount, percentage, duration, measure or plain number."""
    numbers = [_with_unit(number, source) for number in _numbers(source)]
    for number in _share_units(numbers, source.rest):
        if number.weak and number.kind == "number":
            continue
        source.take(number.kind, _normal(number), number.start, number.end)
    for match in source.matches(_TIMES):
        source.take("number", {"twice": "2", "thrice": "3"}[match[0].lower()], *match.span())
    for match in source.matches(_ORDINAL):
        source.take("ordinal", str(_ORDINALS[match[0].lower()]), match.start(), match.end())


def _numbers(source: Unclaimed) -> list[_Number]:
    written = list(_in_digits(source)) if any(c.isdigit() for c in source.rest) else []
    taken = {i for number in written for i in range(number.start, number.end)}
    spoken = [n for n in _in_words(source) if n.start not in taken]
    return sorted((*written, *spoken), key=lambda number: number.start)


def _in_digits(source: Unclaimed) -> Iterator[_Number]:
    for match in source.matches(_NUMBER):
        before = source.rest[max(0, match.start() - 4) : match.start()]
        money = _MONEY_BEFORE.search(before)
        if before[-1:].isalpha() and not money:
            continue
        scale = (match["scale"] or "").strip().lower()
        factor = _SCALE_LETTERS.get(scale) or SCALES.get(scale, 1)
        value = _decimal(match["digits"], money=money is not None) * factor
        if (match["sign"] or "").strip() in ("-", "−"):
            value = -value
        kind = "ordinal" if match["ordinal"] else "number"
        yield _Number(value, match.start(), match.end(), factor, kind)


def _in_words(source: Unclaimed) -> Iterator[_Number]:
    for match in source.matches(NUMBER_WORDS):
        value = number_in_words(match)
        if value is not None:
            weak = match[0].lower() in ("one", "zero")
            yield _Number(value, match.start(), match.end(), weak=weak)


_TIMES = re.compile(r"\b(?:twice|thrice)\b", re.IGNORECASE)
_ORDINALS = {
    word: place
    for place, word in enumerate(words("third fourth fifth sixth seventh eighth ninth tenth"), 3)
}
_ORDINAL = re.compile(rf"\b(?:{'|'.join(_ORDINALS)})\b(?=\s+[a-z])", re.IGNORECASE)


def _decimal(digits: str, *, money: bool) -> Decimal:
    plain = re.sub(r"[   ']", "", digits)
    if "," in plain and "." in plain:
        decimal_mark = max(",.", key=plain.rfind)
        plain = plain.replace("," if decimal_mark == "." else ".", "")
    elif plain.count(".") > 1 or (money and re.fullmatch(r"\d{1,3}\.\d{3}", plain)):
        # No currency has thousandths, so the point in "€1.234" separates thousands.
        plain = plain.replace(".", "")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+", plain):
        plain = plain.replace(",", "")
    return Decimal(plain.replace(",", "."))


def _with_unit(number: _Number, source: Unclaimed) -> _Number:
    text = source.rest
    if number.kind == "ordinal":
        return number
    before = _MONEY_BEFORE.search(text[max(0, number.start - 5) : number.start])
    if before:
        start = number.start - len(before[0])
        return replace(number, kind="amount", unit=_currency(before), start=start)
    if after := _PERCENT_AFTER.match(text, number.end):
        return replace(number, kind="percentage", end=after.end())
    if after := _MONEY_AFTER.match(text, number.end):
        unit, _, cents = _currency(after).partition("/")
        value = number.value / 100 if cents else number.value
        return replace(number, value=value, kind="amount", unit=unit, end=after.end())
    if after := _DURATION_AFTER.match(text, number.end):
        unit = ("working " if after["working"] else "") + _time_unit(after["unit"])
        return replace(number, kind="duration", unit=unit, end=after.end())
    if after := _MEASURE_AFTER.match(text, number.end):
        unit, factor = _MEASURES[after["unit"].lower()]
        return replace(
            number, value=number.value * factor, kind="measure", unit=unit, end=after.end()
        )
    return number


def _currency(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found.get("code"):
        return found["code"].upper()
    if found.get("symbol"):
        return _SYMBOLS[found["symbol"]]
    if found.get("dollar"):
        return _DOLLARS.get(found["country"] or "", "USD")
    country = (found.get("country") or "").strip().lower()
    if found["name"].lower() == "dollar" and country in ("canadian", "australian"):
        return {"canadian": "CAD", "australian": "AUD"}[country]
    return _NAMED[found["name"].lower()]


def _time_unit(written: str) -> str:
    unit = written.lower()
    if unit.startswith("mo"):
        return "mo"
    return "m" if unit.startswith("mi") else unit[0]


def _share_units(numbers: list[_Number], text: str) -> Iterator[_Number]:
    """In a range such as "$3-5k" or "10 to 15 %", both ends have the unit and the scale."""
    for i, number in enumerate(numbers):
        after = numbers[i + 1] if i + 1 < len(numbers) else None
        before = numbers[i - 1] if i else None
        if after and _is_range(number, after, text):
            if after.scale > number.scale == 1 and number.value < after.value:
                number = replace(number, value=number.value * after.scale)
            if number.kind == "number" and after.kind not in ("number", "ordinal"):
                number = replace(number, kind=after.kind, unit=after.unit)
        inherits = before and number.kind == "number" and before.kind == "amount"
        if inherits and before and _is_range(before, number, text):
            number = replace(number, kind="amount", unit=before.unit)
        yield number


def _is_range(low: _Number, high: _Number, text: str) -> bool:
    between = text[low.end : high.start]
    return bool(_RANGE_LINK.fullmatch(between)) and low.start < high.start


def _normal(number: _Number) -> str:
    if number.kind == "amount":
        return f"{number.unit} {plain(number.value)}"
    if number.kind == "duration":
        return _duration(number.value, number.unit)
    if number.kind == "measure":
        return f"{plain(number.value)} {number.unit}"
    return plain(number.value)


def _duration(value: Decimal, unit: str) -> str:
    """Months as `PnM`, everything shorter as `PTnS`, so that two weeks equal 14 days."""
    if unit.startswith("working "):
        return f"P{plain(value)} {unit}"
    if unit in _CALENDAR:
        return f"P{plain(value * _CALENDAR[unit])}M"
    return f"PT{plain(value * _CLOCK[unit])}S"


def plain(value: Decimal) -> str:
    """A decimal without exponent, grouping or trailing zeros."""
    return format(value.normalize(), "f") if value else "0"
