"""Postcodes in the form their country writes them."""

from __future__ import annotations

import re

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused
from assistant.crm.hygiene.text import nothing, one_line

# Countries whose postcodes are digits alone: how many, so that zeros a spreadsheet ate come back.
_DIGITS = {
    "AT": 4, "AU": 4, "BE": 4, "BG": 4, "CH": 4, "CY": 4, "DK": 4, "HU": 4, "LI": 4, "LU": 4,
    "NO": 4, "NZ": 4, "PH": 4, "SI": 4, "TN": 4, "ZA": 4, "GE": 4, "DE": 5, "EE": 5, "ES": 5,
    "FI": 5, "FR": 5, "HR": 5, "ID": 5, "IT": 5, "KR": 5, "LT": 5, "MA": 5, "MC": 5, "ME": 5,
    "MX": 5, "MY": 5, "RS": 5, "SA": 5, "SM": 5, "TH": 5, "TR": 5, "UA": 5, "VA": 5, "CN": 6,
    "CO": 6, "IN": 6, "KZ": 6, "RO": 6, "RU": 6, "SG": 6, "VN": 6, "IL": 7, "CL": 7,
}  # fmt: skip

# Digits parted as the post parts them: (how many, length of the first group, separator).
_PARTED = {
    "SE": (5, 3, " "), "CZ": (5, 3, " "), "SK": (5, 3, " "), "GR": (5, 3, " "),
    "PL": (5, 2, "-"), "PT": (7, 4, "-"), "JP": (7, 3, "-"), "BR": (8, 5, "-"),
}  # fmt: skip

_BRITISH = (
    r"GIR0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKPSTUW]"
    r"|[A-HK-Y]\d[ABEHMNPRVWXY])\d[ABD-HJLNP-UW-Z]{2}"
)

# Letters and digits: (shape without separators, place of the separator from the right, example).
_LETTERED = {
    "GB": (_BRITISH, 3, "SW1A 1AA"),
    "CA": (r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d", 3, "K1A 0B1"),
    "NL": (r"[1-9]\d{3}(?!SA|SD|SS)[A-Z]{2}", 2, "1234 AB"),
    "IE": (r"(?:[AC-FHKNPRTV-Y]\d{2}|D6W)[0-9AC-FHKNPRTV-Y]{4}", 4, "D02 X285"),
    "MT": (r"[A-Z]{3}\d{4}", 4, "VLT 1117"),
}  # fmt: skip

# Countries that put their code before the number when they write abroad.
_PREFIX = re.compile(r"^(?:A|B|CH|CZ|D|DE|DK|E|ES|F|FI|FIN|FR|GR|H|HR|I|IT|L|LT|LV|N|NL|NO|P|PL|PT"
                     r"|S|SE|SI|SK|SLO|RO|AT|BE)[-– ]\s*(?=\d)")  # fmt: skip
# Where the codes of whole regions begin so, a spreadsheet eats both: Rome, Helsinki, Warsaw.
_BEGIN_WITH_TWO_ZEROS = frozenset({"IT", "FI", "PL", "SM", "VA"})
_NONE_USED = frozenset({"AE", "AO", "BS", "BZ", "HK", "QA", "UG", "ZW", "FJ", "JM"})


def clean_postcode(raw: str, country: str | None = None) -> Cleaned[str]:
    """A postcode as its country writes it.

    country: the row's alpha-2 code; without it the text is only made tidy, with less confidence.
    Zeros that a spreadsheet cut off the front are put back and flagged.
    """
    text = one_line(raw).upper().strip("'\"〒 ")
    text = re.sub(r"\.0$", "", text)
    if (empty := nothing(text)) is not None:
        return empty
    if re.fullmatch(r"0{4,}[ -]?0*", text):
        return refused(Trouble.PLACEHOLDER, "Zeros alone are no postcode.")
    if country is None:
        return Cleaned(text, None, 0.6) if _is_plausible(text) else _not_one("any country")
    bare = re.sub(r"[\s\-–.]", "", _PREFIX.sub("", text))
    if country == "US":
        return _american(text)
    if country in _LETTERED:
        return _lettered(bare, country)
    if country in _PARTED:
        return _parted(bare, country)
    if country in _DIGITS:
        return _digits(bare, _DIGITS[country], country)
    if country in _NONE_USED:
        return flagged(text, Trouble.IMPLAUSIBLE, "This country uses no postcodes.", 0.3)
    return Cleaned(text, None, 0.6) if _is_plausible(text) else _not_one(country)


def _is_plausible(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z0-9][A-Z0-9 \-]{1,10}[A-Z0-9]", text)) and any(
        letter.isdecimal() for letter in text
    )


def _american(text: str) -> Cleaned[str]:
    found = re.fullmatch(r"(\d{3,5})(?:[- ]?(\d{4}))?", text)
    if found is None or (text.isdecimal() and len(text) in (6, 7)):
        return _not_one("US", "90210 or 90210-1234")
    five, four = found[1], found[2]
    if len(text) in {8, 9} and text.isdecimal():
        five, four = text[:-4], text[-4:]
    code = five.zfill(5) + (f"-{four}" if four else "")
    return Cleaned(code) if len(five) == 5 else _zeros_back(code)


def _lettered(bare: str, country: str) -> Cleaned[str]:
    shape, tail, example = _LETTERED[country]
    written = f"{bare[:-tail]} {bare[-tail:]}"
    if re.fullmatch(shape, bare):
        return Cleaned(written)
    # O for 0 and I for 1 are told apart only by their places.
    for wrong, right in (("O", "0"), ("I", "1"), ("0", "O"), ("1", "I")):
        for place, letter in enumerate(bare):
            swapped = bare[:place] + right + bare[place + 1 :]
            if letter == wrong and re.fullmatch(shape, swapped):
                fixed = f"{swapped[:-tail]} {swapped[-tail:]}"
                message = "A letter and a digit that look alike were swapped."
                return flagged(fixed, Trouble.REPAIRED, message, 0.8)
    return _not_one(country, example)


def _parted(bare: str, country: str) -> Cleaned[str]:
    count, first, mark = _PARTED[country]
    cleaned = _digits(bare, count, country)
    if cleaned.value is None:
        return cleaned
    written = f"{cleaned.value[:first]}{mark}{cleaned.value[first:]}"
    return Cleaned(written, cleaned.issue, cleaned.confidence)


def _digits(bare: str, count: int, country: str) -> Cleaned[str]:
    fewest = count - (2 if country in _BEGIN_WITH_TWO_ZEROS else 1)
    if not bare.isdecimal() or not fewest <= len(bare) <= count:
        return _not_one(country, "0" * (count - 1) + "1")
    return Cleaned(bare) if len(bare) == count else _zeros_back(bare.zfill(count))


def _zeros_back(code: str) -> Cleaned[str]:
    return flagged(code, Trouble.REPAIRED, "A zero was missing in front.", 0.85)


def _not_one(country: str, example: str | None = None) -> Cleaned[str]:
    suggestion = f"Write it as {example}." if example else None
    return refused(Trouble.MALFORMED, f"Not a postcode of {country}.", suggestion)
