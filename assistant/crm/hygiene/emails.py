"""E-mail addresses to a normal form, without asking the network (home of email-validator)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused
from assistant.crm.hygiene.likeness import nearest
from assistant.crm.hygiene.text import nothing, one_line
from assistant.crm.hygiene.urls import is_free_mail, looks_like_another
from assistant.crm.hygiene.words import words_of

_IN_ANGLES = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")
_SPELLED_AT = re.compile(r"\s*(?:\(at\)|\[at\]|\{at\}|\sat\s)\s*", re.IGNORECASE)
_SPELLED_DOT = re.compile(r"\s*(?:\(dot\)|\[dot\]|\{dot\}|\sdot\s)\s*", re.IGNORECASE)
# What nearly every address is made of; only its domain is left to check, and many share one.
_PLAIN = re.compile(r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([A-Za-z0-9.-]{1,180})")
_PART = re.compile(r"(?!(?:work|home|private|personal|office|mail|email|e-mail)$)[a-z0-9_+.-]+")
_LONGEST_LOCAL = 64
_SEPARATORS = re.compile(r"\s*[;,|\n]\s*|\s+(?=\S+@)")

# The providers whose names are mistyped so often that a near miss is a slip, not another provider.
_OFTEN_MISTYPED = {
    domain: domain
    for domain in (
        "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "yahoo.com",
        "icloud.com", "gmx.de", "web.de", "orange.fr", "libero.it", "protonmail.com",
    )
}  # fmt: skip


_LOOKED_AT = 2_000

# RFC 2606: registered for documents alone, and typed to get past a required field.
_FOR_EXAMPLES = frozenset({"example.com", "example.net", "example.org", "example.edu"})


@dataclass(frozen=True, slots=True)
class Email:
    """An address in lower case with an ASCII domain."""

    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def __str__(self) -> str:
        return self.address


def clean_email(raw: str) -> Cleaned[Email]:
    """An e-mail address in normal form: lower case, NFC, ASCII domain.

    Lower case because no mail system in use tells Joe@ from joe@, while sources disagree on it.
    Addresses under reserved names (.example, .test) are taken: test systems are full of them.
    Role addresses, throw-away domains, repaired slips and mixed alphabets are flagged.
    """
    text = one_line(raw).replace("＠", "@")
    if (empty := nothing(text)) is not None:
        return empty
    # A list of addresses pasted into one field is told by its first few.
    candidates = _candidates(text[:_LOOKED_AT])
    checked = [(part, _checked(part)) for part in candidates]
    good = [address for _, address in checked if address]
    if not good or _may_be_torn(text, candidates):
        return _explain(text)
    if len({*good}) > 1:
        return flagged(
            Email(good[0]),
            Trouble.SEVERAL,
            "Several addresses in one field; the first is used.",
            0.8,
        )
    return _graded(good[0], repaired="@" not in text)


def is_desk(address: str) -> bool:
    """Whether the address belongs to a desk (info@, billing@) and so to no one person."""
    local = address.partition("@")[0].partition("+")[0]
    desks = words_of("role_mailboxes")
    return local in desks or re.sub(r"[._-]", "", local) in desks


def is_throwaway(domain: str) -> bool:
    """Whether the domain hands out addresses that live for minutes."""
    return domain in words_of("throwaway_domains")


def _candidates(text: str) -> list[str]:
    if in_angles := _IN_ANGLES.findall(text):
        return list(in_angles)
    text = re.sub(r"(?i)^(?:mailto:|e-?mail\s*:)\s*", "", text).partition("?")[0]
    if "@" not in text:
        text = _SPELLED_DOT.sub(".", _SPELLED_AT.sub("@", text))
    whole = text.rstrip(" .,;:<>\"'()[]").lstrip(" ,;:<>\"'()[]")
    if _checked(whole):
        return [whole]
    parts = [
        part.rstrip(" .,;:<>\"'()[]").lstrip(" ,;:<>\"'()[]") for part in _SEPARATORS.split(text)
    ]
    return [part for part in parts if "@" in part]


def _may_be_torn(text: str, candidates: list[str]) -> bool:
    """Is one small word left beside the address that may belong to it: "jo smith@house.example"?"""
    if len(candidates) != 1 or "<" in text:
        return False
    before = text.partition(candidates[0])[0].split()
    return len(before) == 1 and bool(_PART.fullmatch(before[0]))


def _checked(text: str) -> str | None:
    plain = _PLAIN.fullmatch(text)
    if plain is None or len(plain[1]) > _LONGEST_LOCAL:
        return _checked_in_full(text)
    domain = _domain_in_normal_form(plain[2].lower())
    return f"{plain[1].lower()}@{domain}" if domain else None


@lru_cache(maxsize=4096)
def _domain_in_normal_form(domain: str) -> str | None:
    checked = _checked_in_full(f"a@{domain}")
    return checked and checked.partition("@")[2]


def _checked_in_full(text: str) -> str | None:
    try:
        checked = validate_email(
            text, check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError:
        return None
    domain = checked.ascii_domain
    if not domain or "." not in domain:
        return None
    return f"{checked.local_part}@{domain}".casefold()


def _graded(address: str, *, repaired: bool) -> Cleaned[Email]:
    email = Email(address)
    if is_throwaway(email.domain):
        return flagged(email, Trouble.DISPOSABLE, "A throw-away address.", 0.3)
    if email.domain in _FOR_EXAMPLES:
        return flagged(email, Trouble.FICTITIOUS, "A domain set aside for examples.", 0.3)
    if _looks_like_another(email.domain):
        return flagged(email, Trouble.SUSPICIOUS, "Letters of another alphabet look Latin.", 0.3)
    if (meant := _mistyped(email.domain)) is not None:
        local = address.partition("@")[0]
        return flagged(
            email, Trouble.IMPLAUSIBLE, f"Probably {meant} was meant.", 0.4, f"{local}@{meant}"
        )
    if repaired:
        return flagged(email, Trouble.REPAIRED, "A slip in the spelling was mended.", 0.8)
    if is_desk(address):
        return flagged(email, Trouble.SHARED, "The address of a desk, not of a person.", 0.9)
    return Cleaned(email)


_looks_like_another = lru_cache(maxsize=4096)(looks_like_another)


@lru_cache(maxsize=4096)
def _mistyped(domain: str) -> str | None:
    if domain in _OFTEN_MISTYPED or is_free_mail(domain):
        return None
    return nearest(domain, _OFTEN_MISTYPED, cutoff=0.85, margin=0.02)


def _explain(text: str) -> Cleaned[Email]:
    example = "Write it as name@example.com."
    if "@" not in text:
        return refused(Trouble.MALFORMED, "No @ in the e-mail address.", example)
    squeezed = (
        text[:_LOOKED_AT].replace(" ", "").replace(",", ".").replace("@@", "@").replace("..", ".")
    )
    if (guess := _checked(squeezed.strip(".;:<>"))) is not None:
        return refused(Trouble.MALFORMED, "Not a well-formed e-mail address.", guess)
    return refused(Trouble.MALFORMED, "Not a well-formed e-mail address.", example)
