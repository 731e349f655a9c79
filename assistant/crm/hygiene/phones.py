"""Phone numbers to E.164, extension apart (home of phonenumbers)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from assistant.crm.hygiene.cleaned import Cleaned, Issue, Trouble, flagged, refused
from assistant.crm.hygiene.text import nothing, one_line

# A cell that holds two numbers; a slash inside a German number has no blanks around it, and both
# sides of a separator must be long enough to be numbers themselves.
_SEPARATORS = re.compile(r"\s*(?:[;|,]|\s/\s|\bor\b|\boder\b|\bou\b|\n)\s*", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:tel(?:ephone|efon|éfono)?|phone|ph|mob(?:ile|il)?|cell|fax|t|m|p|office|direct|call)"
    r"\s*[.:#]+\s*|^tel:|^callto:|^sip:",
    re.IGNORECASE,
)
_FAX = re.compile(r"^\s*(?:tele)?fax\b", re.IGNORECASE)
# What introduces an extension beyond what phonenumbers itself reads.
_EXTENSION = re.compile(
    r"(?<=\d)[\s,;.(/\-–]*\b(?:durchwahl|dw|nebenstelle|app|extensi[oó]n|exten|anexo|ramal|interno?"
    r"|int|poste|toestel|anknytning|lokal|linka|wew|доб(?:авочный)?|вн)\b[.:\s]*(\d{1,7})\)?\s*$",
    re.IGNORECASE,
)
# Set aside for films and books, so that nobody answers: North America, the United Kingdom,
# Australia, France.
_FICTION = re.compile(
    r"\+1[2-9]\d{2}55501\d\d|\+44(?:7700900|1632960|207946(?=0)|1134960|1144960|1154960|1164960|1174960"
    r"|1184960|1214960|1314960|1414960|1514960|1614960|1914980|2890180|2920180|8081570|9098790)\d{3,4}"
    r"|\+61(?:491570|255501|355501|755501|855501)\d{2,3}|\+33(?:199|261|353|465|536|639)(?:00|91|01|71|49|98)\d{4}"
)
_SPREADSHEET = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_FLOAT_TAIL = re.compile(r"(?<=\d{6})\.0$")
# Groups of 3-3-4 digits are how numbers are written in the countries that share +1, and the
# bracketed area code before them is written nowhere else.
_NORTH_AMERICAN = re.compile(r"\(?[2-9]\d{2}\)?[ .\-–]{1,3}[2-9]\d{2}[ .\-–]\d{4}")
_FILLER = re.compile(r"(\d)\1{6,}|0?1234567(?:89?0?)?|0?123123123\d*|9876543210?")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164, such as +14155550123, and its extension in digits if it has one."""

    e164: str
    extension: str | None = None

    def __str__(self) -> str:
        return f"{self.e164} ext. {self.extension}" if self.extension else self.e164


def clean_phone(raw: str, country: str | None = None) -> Cleaned[Phone]:
    """A phone number in E.164.

    country: the row's ISO 3166-1 alpha-2 code, which tells the region of a number written without
    its country code. Without it such a number is refused as ambiguous, unless it is grouped as
    only North America groups numbers.
    """
    text = one_line(raw)
    if (empty := nothing(text)) is not None:
        return empty
    if _SPREADSHEET.fullmatch(text.lstrip("'+")):
        return refused(
            Trouble.MALFORMED, "A spreadsheet rounded this number; its digits are lost at the end."
        )
    text = _EXTENSION.sub(r" ext. \1", _FLOAT_TAIL.sub("", text.lstrip("'")))
    first, others = _first_number(text)
    cleaned = _one_number(first, country)
    if _FAX.match(text) and cleaned.value and cleaned.issue is None:
        return flagged(cleaned.value, Trouble.ASSUMED, "Labelled as a fax.", 0.5)
    if others and cleaned.value and cleaned.issue is None:
        return flagged(
            cleaned.value, Trouble.SEVERAL, "Several numbers in one field; the first is used.", 0.9
        )
    return cleaned


def phone_digits(text: str) -> str:
    """The digits of a number as typed, for comparing when no country is known."""
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


def _first_number(text: str) -> tuple[str, bool]:
    parts = [_LABEL.sub("", part).strip() for part in _SEPARATORS.split(text)]
    numbers = [part for part in parts if len(phone_digits(part)) >= 7]
    return (numbers[0], True) if len(numbers) > 1 else (_LABEL.sub("", text).strip(), False)


def _one_number(text: str, country: str | None) -> Cleaned[Phone]:
    national = re.sub(r"\D", "", re.sub(r"(?i)(?:x|ext).*", "", text))
    if _FILLER.fullmatch(national) or _FILLER.fullmatch(national[-10:]):
        return refused(Trouble.PLACEHOLDER, "A filler, not a number somebody answers.")
    if sum(letter.isalnum() for letter in text) < 5:
        return refused(Trouble.MALFORMED, "Too few digits for a phone number.")
    written_international = text.startswith(("+", "(+", "00"))
    if country is None and not written_international:
        return _without_country(text)
    region = country if country in phonenumbers.SUPPORTED_REGIONS else None
    if text.startswith("00"):
        # 00 is the way out of most countries; where it is not (North America), no number of
        # theirs begins with it, so it can only be a way out elsewhere.
        text = "+" + text[2:].lstrip()
    return _parsed(text, region)


def _without_country(text: str) -> Cleaned[Phone]:
    bare = re.sub(r"(?i)\s*(?:x|ext\.?|extension|#)\s*\d+$", "", text)
    if _NORTH_AMERICAN.fullmatch(bare):
        cleaned = _parsed(text, "US")
        if cleaned.value:
            message = "No country given; read as North American by the way it is grouped."
            return flagged(cleaned.value, Trouble.ASSUMED, message, 0.75)
    return _with_forgotten_plus(text)


def _with_forgotten_plus(text: str) -> Cleaned[Phone]:
    """Read "44 20 7946 0958": eleven digits or more that are valid once + is put before."""
    if len(phone_digits(text)) >= 11 and not text.startswith("0"):
        cleaned = _parsed("+" + text.lstrip("( "), None)
        if cleaned.value and cleaned.issue is None:
            message = "No country given; read as an international number without its plus sign."
            return flagged(cleaned.value, Trouble.ASSUMED, message, 0.75)
    return refused(
        Trouble.AMBIGUOUS, "No country code and the row names no country.", "Write it with +."
    )


def _parsed(text: str, region: str | None) -> Cleaned[Phone]:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return refused(Trouble.MALFORMED, "Not a phone number.", "Write it as +44 20 7946 0000.")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    phone = Phone(e164, number.extension or None)
    if _FICTION.fullmatch(e164):
        return flagged(phone, Trouble.FICTITIOUS, "A number set aside for films and books.", 0.3)
    if phonenumbers.is_valid_number(number):
        return Cleaned(phone)
    if (doubtful := _why_not_possible(number)) is not None:
        return Cleaned(None, doubtful, 0.0)
    return flagged(
        phone, Trouble.IMPLAUSIBLE, "Right in length, but in no range given to subscribers.", 0.6
    )


def _why_not_possible(number: phonenumbers.PhoneNumber) -> Issue | None:
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        return Issue(Trouble.MALFORMED, "Too many digits for its country.")
    if reason == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return Issue(Trouble.MALFORMED, "The area code is missing.")
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return Issue(Trouble.MALFORMED, "Too few digits for its country.")
    return None
