"""From clean values to the forms that comparisons and blocking keys are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from assistant.crm.hygiene import (
    clean_domain,
    fold,
    is_desk,
    is_free_mail,
    is_throwaway,
    legal_kind_of,
    organisation_key,
    phone_digits,
)
from assistant.crm.identity.candidate import CODE, SOURCE_ID, TEXT, WORD, Candidate

NATIONAL = 9  # digits from the right that stay the same however a number is dialled
SUBSCRIBER = 7  # of these, the ones left when the area code is missing too
_TITLES = frozenset(
    {
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "sir",
        "dame",
        "herr",
        "frau",
        "mme",
        "m",
        "sr",
        "sra",
    }
    | {"jr", "jnr", "snr", "phd", "md", "mba", "esq", "ii", "iii", "iv"}
)
_GENERATIONS = {
    "jr": "jr", "jnr": "jr", "junior": "jr", "sr": "sr", "snr": "sr", "senior": "sr", "ii": "ii",
    "iii": "iii", "iv": "iv",
}  # fmt: skip
_STREET_WORDS = {
    "street": "st", "str": "st", "strasse": "st", "straße": "st", "avenue": "ave", "av": "ave",
    "road": "rd", "drive": "dr", "lane": "ln", "place": "pl", "court": "ct", "crescent": "cr",
    "cres": "cr", "boulevard": "blvd", "square": "sq", "highway": "hwy", "terrace": "tce",
    "close": "cl", "parade": "pde", "circuit": "cct", "suite": "ste", "floor": "fl", "saint": "st",
}  # fmt: skip
_EXTENSION = re.compile(r"(?i)ext|x|;")
_NUMBER = re.compile(r"\d+[a-z]?\b")
_DAY = re.compile(r"(\d{4})\D?(\d{2})\D?(\d{2})(?:\D.*)?")
_DAY_LAST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")


def forms_of(candidate: Candidate) -> dict[str, str]:
    """The comparison forms of a record; what is unknown is left out."""
    fields = candidate.fields
    forms = _organisation(fields) if candidate.family == "organisation" else _person(fields)
    forms |= _reach(fields) | _place(fields)
    named = candidate.family == "person"
    forms |= _mail_of_name(forms) if named else {"mail_own": forms["mail_local"]}
    for name, value in fields.items():
        if value and name.startswith((SOURCE_ID, CODE, WORD, TEXT)):
            forms[name] = squeezed(value)
    if tax_id := squeezed(fields.get("tax_id", "")):
        forms["tax_id"] = tax_id
    return {name: value for name, value in forms.items() if value}


@lru_cache(maxsize=1 << 16)
def squeezed(text: str) -> str:
    """Folded, without blanks: a blank put in or left out is the commonest slip there is."""
    return fold(text).replace(" ", "")


@cache
def nickname_lines() -> dict[str, str]:
    """Folded given name -> the lines of the nickname table that hold it, parted by blanks."""
    lines: dict[str, list[str]] = {}
    text = (Path(__file__).parent / "nicknames.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        if line and line[0] != "#":
            for name in line.split():
                lines.setdefault(name, []).append(f"n{number}")
    return {name: " ".join(numbers) for name, numbers in lines.items()}


@lru_cache(maxsize=1 << 16)
def skeleton(word: str) -> str:
    """What is left of a name when the usual slips are taken out: doubled letters, vowels, c or k.

    The first letter stays, as a vowel or not; "Meier", "Mayer" and "Maier" are all "mr".
    """
    plain = word
    for wrong, right in (("ph", "f"), ("ck", "k"), ("sch", "s"), ("sh", "s"), ("th", "t")):
        plain = plain.replace(wrong, right)
    plain = plain.translate(str.maketrans("cqzvwy", "kksffi"))
    rest = re.sub(r"[aeiouh]", "", plain[1:])
    return re.sub(r"(.)\1+", r"\1", plain[:1] + rest)


def _person(fields: Mapping[str, str]) -> dict[str, str]:
    given, middle, family = _name_parts(fields)
    birth = _birth(fields.get("birth_date", ""))
    company = fields.get("company", "")
    return {
        "given": given,
        "given_lines": nickname_lines().get(given, ""),
        "middle": middle,
        "family": family,
        "family_parts": _family_parts(fields, family),
        "generation": _generation(fields),
        "company": _organisation_key(company).replace(" ", "") if company else "",
        **birth,
    }


def _generation(fields: Mapping[str, str]) -> str:
    """Which of several of one name: "jr", "sr", "iii"; "" where nothing is said."""
    words = fold(fields.get("name", "") or fields.get("family_name", "")).split()
    last = _GENERATIONS.get(words[-1] if len(words) > 2 else "", "")
    if not last and not fields.get("name"):
        last = _GENERATIONS.get(words[-1] if len(words) > 1 else "", "")
    return last


def _name_parts(fields: Mapping[str, str]) -> tuple[str, str, str]:
    given, family = squeezed(fields.get("given_name", "")), squeezed(fields.get("family_name", ""))
    middle = squeezed(fields.get("middle_name", ""))
    name = fields.get("name", "")
    if given or family or not name:
        return given, middle, family
    last, comma, first = name.partition(",")
    words = fold(f"{first} {last}" if comma else name).split()
    words = [word for word in words if word not in _TITLES] or words
    if comma:
        count = len(fold(first).split())
        return words[0] if words else "", "", "".join(words[max(count, 1) :])
    return words[0] if words else "", "".join(words[1:-1]), words[-1] if len(words) > 1 else ""


def _family_parts(fields: Mapping[str, str], family: str) -> str:
    """A double name by its parts, so that "Smith-Jones" meets "Smith" and "Jones"."""
    parts = [part for part in fold(fields.get("family_name", "")).split() if len(part) > 2]
    return " ".join(parts) or family


@lru_cache(maxsize=1 << 16)
def _birth_parts(text: str) -> tuple[str, str, str] | None:
    if found := _DAY.fullmatch(text.strip()):
        return found[1], found[2], found[3]
    if found := _DAY_LAST.fullmatch(text.strip()):
        return found[3], found[2].zfill(2), found[1].zfill(2)
    return None


def _birth(text: str) -> dict[str, str]:
    """A day as digits, its parts, and its number where it is a day of the calendar at all."""
    parts = _birth_parts(text) if text else None
    if parts is None:
        return {"birth": squeezed(text)} if text else {}
    year, month, day = parts
    try:
        number = str(date(int(year), int(month), int(day)).toordinal())
    except ValueError:
        number = ""
    return {
        "birth": year + month + day, "birth_turned": year + day + month, "birth_year": year,
        "birth_month": month, "birth_day": day, "birth_number": number,
    }  # fmt: skip


def _organisation(fields: Mapping[str, str]) -> dict[str, str]:
    key = _organisation_key(fields.get("name", ""))
    domain = _domain(fields.get("domain", "")) or _own_domain(fields.get("email", ""))
    words = key.split()
    return {
        "org": key.replace(" ", ""),
        "org_words": key,
        "org_sorted": "".join(sorted(words)),
        "org_initials": "".join(word[0] for word in words) if len(words) > 1 else key,
        "legal_form": _legal_kind_of(fields.get("name", ""), fields.get("legal_form", "")),
        "domain": domain,
        "domain_label": domain.partition(".")[0],
    }


@lru_cache(maxsize=1 << 16)
def _organisation_key(name: str) -> str:
    # "Müller" is "Mueller" where there is no "ü" to type.
    key = organisation_key(name) or fold(name)
    return re.sub(r"(?<![aeiouq])([aou])e(?![aeiou])", r"\1", key)


@lru_cache(maxsize=1 << 16)
def _legal_kind_of(name: str, legal_form: str) -> str:
    return legal_kind_of(name, legal_form)


@lru_cache(maxsize=1 << 16)
def _domain(text: str) -> str:
    if not text:
        return ""
    domain = clean_domain(text).value or ""
    return "" if is_free_mail(domain) else domain


def _own_domain(email: str) -> str:
    domain = email.casefold().strip().rpartition("@")[2] if "@" in email else ""
    return "" if not domain or is_free_mail(domain) or is_throwaway(domain) else domain


def _reach(fields: Mapping[str, str]) -> dict[str, str]:
    mail = fields.get("email", "").casefold().strip()
    local = mail.partition("@")[0] if "@" in mail else mail
    local = local.partition("+")[0]
    if mail and (is_desk(mail) or is_throwaway(mail.rpartition("@")[2])):
        local = ""  # info@ says nothing of who writes; the whole address still says where from
    typed = [fields.get(name, "") for name in ("phone", "mobile")]
    digits = [phone_digits(number) for number in typed]
    national = [number[-NATIONAL:] for number in digits if len(number) >= SUBSCRIBER]
    return {
        "mail": mail,
        "mail_local": re.sub(r"[._-]", "", local),
        "mail_domain": _own_domain(mail),
        "phones": " ".join(dict.fromkeys(national)),
        # Behind one switchboard, extensions that differ are colleagues and no slip of a finger.
        "phone": national[0] if national and not any(map(_EXTENSION.search, typed)) else "",
        "phone_ends": " ".join(dict.fromkeys(number[-SUBSCRIBER:] for number in national)),
    }


def _mail_of_name(forms: Mapping[str, str]) -> dict[str, str]:
    """What an address says beside the name that it is made of.

    Namesakes have addresses alike since their names are: given.family56 and given.family08 are of
    two. `mail_mark`: the figures in such an address, "-" for none. `mail_own`: what stands before
    the @ unless it is the name and nothing more, which says what the name has said already.
    """
    local = forms.get("mail_local", "")
    family, given = (forms.get(name, "") for name in ("family", "given"))
    if len(family) < 3 or family not in local:
        return {"mail_own": local}
    figures = "".join(sign for sign in local if sign.isdigit())
    rest = local.replace(family, "", 1).replace(given, "", 1)
    return {"mail_mark": figures or "-", "mail_own": local if len(rest) > 1 else ""}


def _place(fields: Mapping[str, str]) -> dict[str, str]:
    number, street = squeezed(fields.get("street_number", "")), _street(fields.get("street", ""))
    if not number and (found := _NUMBER.search(street)):
        number = found[0]
        street = f"{street[: found.start()]}{street[found.end() :]}"
    postcode = squeezed(fields.get("postcode", ""))
    return {
        "number": number,
        "street": street.replace(" ", ""),
        "house": f"{number} {street.replace(' ', '')}" if number and street else "",
        "locality": _street(fields.get("locality", "")).replace(" ", ""),
        "city": squeezed(fields.get("city", "")),
        "region": squeezed(fields.get("region", "")),
        "postcode": postcode,
        "post_area": postcode[:-3] if len(postcode) > 5 else postcode[:3],
        "country": squeezed(fields.get("country", "")),
    }


@lru_cache(maxsize=1 << 16)
def _street(text: str) -> str:
    return " ".join(_STREET_WORDS.get(word, word) for word in fold(text).split())
