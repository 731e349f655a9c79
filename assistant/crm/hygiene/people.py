"""Names of persons: their parts and order (home of nameparser)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from nameparser import ParsedName, parse

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused, unknown
from assistant.crm.hygiene.organisations import has_legal_form
from assistant.crm.hygiene.text import (
    MENDED,
    fold,
    looks_like_formula,
    means_nothing,
    one_line,
    read_line,
)
from assistant.crm.hygiene.words import words_of

_FILLER = re.compile(
    r"(?:test|demo|sample|dummy|fake|xxx+|asdf\w*|qwerty\w*|foo|bar|abc|first ?name|last ?name"
    r"|full ?name|no ?name|unnamed|anonymous|customer|user|guest|vorname|nachname)\d*"
)
_TWO_NAMES = re.compile(
    r"\w\s+\w+\s*(?:&|\+|/)\s*\w+\s+\w|\w\s\w+\s(?:and|und|oder|or)\s\w+\s\w", re.IGNORECASE
)
_DEPARTMENTS = frozenset(
    {"team", "department", "dept", "desk", "office", "abteilung", "service", "payable"}
    | {"receivable", "group", "support", "manager"}
)
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_CHINESE = frozenset({"CN", "TW", "HK", "MO", "SG"})
# Family names of two letters, written before the given name like the others.
_LONG_FAMILY_NAMES = frozenset(
    {"欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "司徒", "皇甫", "慕容", "夏侯", "尉迟"}
    | {"남궁", "황보", "제갈", "선우", "독고", "사공"}
)
_COUPLE = re.compile(r"\s(?:&|and|und|et|y)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in parts; a part that is not known is empty."""

    given: str = ""
    middle: str = ""
    family: str = ""
    prefix: str = ""
    suffix: str = ""
    nickname: str = ""

    @property
    def display(self) -> str:
        """The name as written on a card: given, middle, family, suffix.

        In Chinese, Japanese and Korean writing the family name stands first.
        """
        if self.family and _EAST_ASIAN.fullmatch(f"{self.family}{self.given}"):
            return f"{self.family} {self.given}".strip()
        name = " ".join(part for part in (self.given, self.middle, self.family) if part)
        return f"{name} {self.suffix}".strip()

    @property
    def key(self) -> str:
        """For comparing: given and family name without case, accents and marks."""
        return fold(f"{self.given} {self.family}")

    def __str__(self) -> str:
        return self.display


def clean_person_name(raw: str, country: str | None = None) -> Cleaned[PersonName]:
    """A person's name from one field, in any of the usual orders.

    "Smith, John", "Dr. John Smith", "SMITH John" and "山田 花子" are told apart; a name written in
    capitals or in small letters throughout gets its capitals. A single word stays a given name
    and is flagged, because it may be the family name as well. country: the row's alpha-2 code; it
    tells where the family name ends in a Chinese or Korean name, which is written without a blank.
    """
    line, mended = read_line(raw)
    text = line.strip(" ,;")
    if means_nothing(text) or _all_parts_mean_nothing(text):
        return unknown()
    if (refusal := _not_a_name(text)) is not None:
        return refusal
    if (east := _east_asian(text, country)) is not None:
        return east
    name = _parsed(text)
    return flagged(name, Trouble.REPAIRED, MENDED, 0.9) if mended else _graded(name, text)


def clean_name_parts(
    given: str = "", family: str = "", *, middle: str = "", prefix: str = "", suffix: str = ""
) -> Cleaned[PersonName]:
    """A person's name from the fields of a source that keeps the parts apart.

    The source's split is kept; only when one part holds the whole name is it parsed.
    """
    read = [
        ("", False)
        if means_nothing(part) and part.casefold() not in _REAL_FAMILY_NAMES
        else read_line(part)
        for part in (given, middle, family)
    ]
    parts, mended = [part for part, _ in read], any(mended for _, mended in read)
    if not any(parts):
        return unknown()
    if not (parts[0] and parts[2]):
        whole = clean_person_name(" ".join(part for part in parts if part))
        only_family = bool(parts[2]) and whole.value is not None and not whole.value.family
        if only_family and whole.value is not None:
            return Cleaned(PersonName(family=whole.value.given, prefix=one_line(prefix)), None, 0.9)
        return whole
    if (refusal := _not_a_name(" ".join(part for part in parts if part))) is not None:
        return refusal
    cased = [_cased(part) for part in parts]
    name = PersonName(cased[0], cased[1], cased[2], _stated(prefix), _stated(suffix))
    return flagged(name, Trouble.REPAIRED, MENDED, 0.9) if mended else Cleaned(name)


# Surnames that people really bear and software keeps swallowing.
_REAL_FAMILY_NAMES = frozenset({"null", "na", "none", "nil", "unk", "nan", "no"})


def _stated(part: str) -> str:
    return "" if means_nothing(part) else one_line(part)


def _all_parts_mean_nothing(text: str) -> bool:
    words = re.split(r"[ ,]+", text)
    repeated = len({word.casefold() for word in words}) == 1
    return repeated and means_nothing(words[0])


def _not_a_name(text: str) -> Cleaned[PersonName] | None:
    if looks_like_formula(text):
        return refused(Trouble.SUSPICIOUS, "A spreadsheet formula, not a name.")
    if has_legal_form(text):
        return refused(Trouble.MALFORMED, "A company's name, not a person's.")
    if _is_desk(text):
        return refused(Trouble.MALFORMED, "A desk or department, not a person.")
    if _TWO_NAMES.search(text):
        return refused(Trouble.SEVERAL, "Two persons in one name; enter them apart.")
    if "<" in text or ">" in text:
        return refused(Trouble.SUSPICIOUS, "Markup, not a name.")
    if "@" in text or "://" in text:
        return refused(Trouble.MALFORMED, "An address, not a person's name.")
    if not any(letter.isalpha() for letter in text):
        return refused(Trouble.MALFORMED, "No letters in the name.")
    words = fold(text).split()
    if _FILLER.fullmatch(" ".join(words)) or (
        words and all(_FILLER.fullmatch(word) for word in words)
    ):
        return refused(Trouble.PLACEHOLDER, "A filler, not a person's name.")
    if sum(letter.isdecimal() for letter in text) > 2:
        return refused(Trouble.MALFORMED, "A name with digits in it.")
    return None


def _is_desk(text: str) -> bool:
    """Whether a name of several words is that of a mailbox: "Accounts Payable", "Sales Team"."""
    words, desks = fold(text).split(), words_of("role_mailboxes")
    if len(words) < 2:
        return False
    of_a_desk = words[-1] in _DEPARTMENTS and all(word in desks for word in words[:-1])
    return of_a_desk or "".join(words) in desks


def _east_asian(text: str, country: str | None) -> Cleaned[PersonName] | None:
    """A name of two to four Chinese or Korean letters without a blank, family name first."""
    is_han = bool(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text))
    is_hangul = bool(re.fullmatch(r"[\uac00-\ud7a3]{2,4}", text))
    if not (is_han or is_hangul):
        return None
    if is_hangul or country in _CHINESE:
        long = text[:2] in _LONG_FAMILY_NAMES and len(text) > 2
        cut = 2 if long else 1
        return Cleaned(PersonName(given=text[cut:], family=text[:cut]), None, 0.9)
    name = PersonName(given=text)
    return flagged(name, Trouble.ASSUMED, "Where the family name ends is not told.", 0.6)


def _parsed(text: str) -> PersonName:
    if (turned := _family_in_capitals(text)) is not None:
        text = turned
    name = parse(text)
    if (text.isupper() and len(text) > 3) or text.islower():
        name = name.capitalized()
    elif name.given and name.family.isupper() and name.family[0].isalpha() and len(name.family) > 2:
        return replace(_parts(name), family=_cased(name.family))  # "Jean DUPONT"
    return _parts(name)


def _parts(name: ParsedName) -> PersonName:
    given, family, prefix = name.given, name.family, name.title
    if prefix and not given and not family and not prefix.endswith("."):
        given, prefix = prefix, ""  # "King" alone is somebody's name, not a title
    return PersonName(given, name.middle, family, prefix, name.suffix, name.nickname)


def _family_in_capitals(text: str) -> str | None:
    """Read "SMITH John" and "DE LA CRUZ Maria" as family name first, as French forms write them."""
    words = text.split()
    capitals = [word for word in words if word.isupper() and len(word) > 2 and "." not in word]
    count = 0
    while count < len(words) and words[count].isupper() and "." not in words[count]:
        count += 1
    given_first = count == 0 or count == len(words) or not capitals or "," in text
    if given_first or len(words) - count > 2 or any(len(word) < 2 for word in words[:count]):
        return None
    return f"{_cased(' '.join(words[:count]))}, {' '.join(words[count:])}"


def _cased(part: str) -> str:
    """Capitals for a name typed without them; a name in mixed case knows best."""
    if not ((part.isupper() and len(part) > 2) or part.islower()):
        return part
    family = parse(f"x {part}".casefold()).capitalized()
    return " ".join(word for word in (family.middle, family.family, family.suffix) if word) or part


def _graded(name: PersonName, text: str) -> Cleaned[PersonName]:
    if _COUPLE.search(f" {name.given} ") or _COUPLE.search(f" {name.prefix} "):
        return flagged(name, Trouble.SEVERAL, "Two persons in one name.", 0.4)
    if not name.family and not name.given:
        return refused(Trouble.MALFORMED, "A title without a name.")
    if not name.family:
        return flagged(name, Trouble.ASSUMED, "One word: given or family name is not told.", 0.6)
    if _family_in_capitals(text) is not None:
        return flagged(
            name, Trouble.ASSUMED, "Read as family name first, because it is in capitals.", 0.85
        )
    return Cleaned(name)
