"""Countries to ISO 3166-1 alpha-2, and their states and provinces to ISO 3166-2."""

from __future__ import annotations

from functools import cache, lru_cache

from assistant.crm.hygiene import iso
from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused
from assistant.crm.hygiene.likeness import nearest
from assistant.crm.hygiene.text import fold, nothing, one_line
from assistant.crm.hygiene.words import pairs_of

# One name, several countries: the person who knows must say which.
_SHARED_NAMES = {
    "korea": "South Korea (KR) or North Korea (KP)",
    "congo": "Congo (CG) or the Democratic Republic of the Congo (CD)",
    "the congo": "Congo (CG) or the Democratic Republic of the Congo (CD)",
    "virgin islands": "British (VG) or U.S. (VI) Virgin Islands",
    "samoa islands": "Samoa (WS) or American Samoa (AS)",
    "saint martin": "the French (MF) or Dutch (SX) part",
    "st martin": "the French (MF) or Dutch (SX) part",
    "timor": "Timor-Leste (TL) or Indonesia (ID)",
    "na": "Namibia (NA) or not available",
    "micronesia region": "Micronesia (FM) or another island state",
    "ireland uk": "Ireland (IE) or the United Kingdom (GB)",
}

_FIRST_FLAG_LETTER = 0x1F1E6
_SHORTENED = {
    "rep": "republic", "dem": "democratic", "is": "islands", "isl": "islands", "st": "saint",
    "fed": "federated", "n": "north", "s": "south", "utd": "united", "kgdm": "kingdom",
}  # fmt: skip

_DEPENDENT_STATES = frozenset({"US", "CA", "AU"})


@lru_cache(maxsize=4096)
def clean_country(raw: str) -> Cleaned[str]:
    """An ISO 3166-1 alpha-2 code from a code or a name in about thirty languages.

    Misspellings are read when one country is clearly nearest, and flagged; a name that several
    countries share is refused; a state or province is read as its country, and flagged.
    """
    text = one_line(raw)
    key = fold(text)
    if key in _SHARED_NAMES:
        return refused(Trouble.AMBIGUOUS, f"Could be {_SHARED_NAMES[key]}.")
    if (empty := nothing(text)) is not None:
        return empty
    if (code := _flag(text)) is not None:
        return Cleaned(code)
    if not key:
        return refused(Trouble.MALFORMED, "Not a country name or ISO 3166 code.")
    if (code := _by_code(text) or _by_name(key)) is not None:
        return Cleaned(code)
    return _by_wider_reading(key)


def _by_code(text: str) -> str | None:
    code = text.replace(".", "").replace(" ", "").upper()
    if code in iso.country_codes():
        return code
    return iso.alpha_3_codes().get(code.zfill(3) if code.isdecimal() else code)


def _flag(text: str) -> str | None:
    """The code in a flag: two of the letters that emoji spell countries with."""
    letters = [ord(letter) - _FIRST_FLAG_LETTER for letter in text.replace(" ", "")]
    if len(letters) != 2 or not all(0 <= letter < 26 for letter in letters):
        return None
    code = "".join(chr(ord("A") + letter) for letter in letters)
    return code if code in iso.country_codes() else None


def _by_name(key: str) -> str | None:
    names, spoken = iso.country_names(), pairs_of("country_names")
    for spelling in dict.fromkeys((key, key.removeprefix("the "), _spelled_out(key))):
        if (code := spoken.get(spelling) or names.get(spelling)) is not None:
            return code
    return None


def _spelled_out(key: str) -> str:
    """ "czech rep" is the Czech Republic, "is" the islands."""
    return " ".join(_SHORTENED.get(word, word) for word in key.split())


def _by_wider_reading(key: str) -> Cleaned[str]:
    if key in iso.withdrawn_country_names():
        return refused(Trouble.IMPLAUSIBLE, "This country no longer exists; name its successor.")
    if (country := _state_names().get(key)) is not None:
        name = iso.country_name(country)
        return flagged(country, Trouble.ASSUMED, f"A region of {name}, not a country.", 0.8)
    found = [code for part in _bracketed_or_last(key) if (code := _by_name(part)) is not None]
    if len(set(found)) > 1:
        return refused(Trouble.SEVERAL, "Several countries in one field.")
    if found:
        return flagged(found[0], Trouble.ASSUMED, "Read from part of the text.", 0.7)
    if len(key) >= 5 and (code := nearest(key, _all_names())) is not None:
        name = iso.country_name(code)
        return flagged(code, Trouble.REPAIRED, f"Read as a misspelling of {name}.", 0.8, name)
    return refused(Trouble.MALFORMED, "Not a country name or ISO 3166 code in any known spelling.")


def _bracketed_or_last(key: str) -> list[str]:
    """ "texas usa" ends in a country; "germany de" begins with one."""
    words = key.split()
    if not 2 <= len(words) <= 4:
        return []
    return [words[-1], " ".join(words[:-1])] if len(words[-1]) > 1 else []


@cache
def _all_names() -> dict[str, str]:
    spoken = {name: code for name, code in pairs_of("country_names").items() if len(name) >= 5}
    return iso.country_names() | spoken


@cache
def _state_names() -> dict[str, str]:
    """Names of states and provinces that belong to one country alone and are no country's name."""
    owners: dict[str, set[str]] = {}
    for region in iso.regions():
        if region.top_level and region.country in _DEPENDENT_STATES:
            owners.setdefault(fold(region.name), set()).add(region.country)
    named = iso.country_names()
    return {
        name: next(iter(countries))
        for name, countries in owners.items()
        if len(countries) == 1 and name not in named
    }
