"""E-mail addresses, web domains and telephone numbers."""

from __future__ import annotations

import re

import phonenumbers

from retrieval.scanners.value import Unclaimed

_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+%'-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'()]+", re.IGNORECASE)
# Endings that companies use, so that "e.g" or "file.txt" is no domain.
_DOMAIN = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|io|co|ai|app|dev|biz|info|eu|uk|de|fr|nl|be|at|ch|it|es|pt|se|no|dk|fi|pl|ie|us|ca|au|nz|in|jp|example)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.,])(?:\+|00)?\(?\d[\d\s().\-–/]{4,20}\d(?![\w%]|[.,]\d)")
_PHONE_LABEL = re.compile(
    r"(?:phone|tel|telephone|mobile|cell|fax|call(?:ed)?(?:\s+\w+)?(?:\s+(?:on|at))?|reached at"
    r"|dial)\W{0,3}$",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x)\s*(\d{1,6})\b", re.IGNORECASE)


def scan_addresses(source: Unclaimed) -> None:
    """E-mail addresses (lower case) and domains of web addresses (without `www.`)."""
    if "@" in source.text:
        for match in source.matches(_EMAIL):
            source.take("email", match[0].lower(), match.start(), match.end())
    if "." not in source.text:
        return
    for match in source.matches(_URL):
        address = match[0].rstrip(".,;:!?")
        source.take("domain", web_domain(address), match.start(), match.start() + len(address))
    for match in source.matches(_DOMAIN):
        source.take("domain", web_domain(match[0]), match.start(), match.end())


def web_domain(address: str) -> str:
    """The host of a web address or the part after @, in lower case, without `www.`."""
    host = re.sub(r"^[a-z]+://", "", address.strip().lower())
    host = re.split(r"[/?#:]", host.rsplit("@", 1)[-1], maxsplit=1)[0]
    return host.removeprefix("www.").rstrip(".")


def scan_phones(source: Unclaimed, region: str) -> None:
    """Telephone numbers as E.164; a labelled number that no country has stays bare digits."""
    for match in source.matches(_PHONE):
        digits = re.sub(r"\D", "", match[0])
        if not 7 <= len(digits) <= 15:
            continue
        labelled = bool(
            _PHONE_LABEL.search(source.text[max(0, match.start() - 24) : match.start()])
        )
        written_as_phone = match[0][0] in "+(" or bool(re.search(r"\d[\s().\-–/]+\d", match[0]))
        if not (labelled or written_as_phone):
            continue
        normal = phone_number(match[0], region) or (digits if labelled else None)
        if normal is None:
            continue
        extension = _EXTENSION.match(source.rest, match.end())
        end = extension.end() if extension else match.end()
        source.take("phone", normal, match.start(), end)


def phone_number(written: str, region: str) -> str | None:
    """E.164 form of a written number, or None where its country has no such number."""
    dialled = re.sub(r"^\s*00", "+", written)
    try:
        number = phonenumbers.parse(dialled, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    international = dialled.lstrip().startswith("+")
    if not international and not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
