"""States, provinces and counties to ISO 3166-2."""

from __future__ import annotations

from functools import cache, lru_cache

from assistant.crm.hygiene import iso
from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused
from assistant.crm.hygiene.likeness import nearest
from assistant.crm.hygiene.text import fold, nothing, one_line
from assistant.crm.hygiene.words import pairs_of

# Endings that name the sort of region, in the languages where people add them freely.
_SORTS = (" state", " province", " region", " county", " prefecture", " canton", " oblast")
_OPENINGS = ("state of ", "province of ", "region of ", "county of ", "canton of ", "land ")


@lru_cache(maxsize=4096)
def clean_region(raw: str, country: str | None = None) -> Cleaned[str]:
    """An ISO 3166-2 code such as US-CA, from a code or a name.

    country: the row's ISO 3166-1 alpha-2 code. Without it a bare name or code is read only when
    it belongs to one country alone, and flagged.
    """
    text = one_line(raw)
    if (empty := nothing(text)) is not None:
        return empty
    code = text.upper().replace(" ", "")
    if code in _by_code():
        return _within(_by_code()[code], country)
    return _in_country(fold(text), country) if country else _anywhere(fold(text))


def region_name(code: str) -> str:
    """The name of a region by its code; the code itself if it is not a known one."""
    region = _by_code().get(code)
    return region.name if region else code


def _within(region: iso.Region, country: str | None) -> Cleaned[str]:
    if country and region.country != country:
        name = iso.country_name(region.country)
        return refused(Trouble.IMPLAUSIBLE, f"A region of {name}, which is not the row's country.")
    return Cleaned(region.code)


def _in_country(key: str, country: str) -> Cleaned[str]:
    names = _spoken_names().get(country, {}) | _names_in(country)
    for spelling in _spellings(key):
        if (code := names.get(spelling)) is not None:
            return Cleaned(code)
    if len(key) >= 5 and (code := nearest(key, names, cutoff=0.84)) is not None:
        name = region_name(code)
        return flagged(code, Trouble.REPAIRED, f"Read as a misspelling of {name}.", 0.8, name)
    return refused(Trouble.MALFORMED, f"Not a region of {iso.country_name(country)} in ISO 3166-2.")


def _anywhere(key: str) -> Cleaned[str]:
    codes = {code for spelling in _spellings(key) for code in _top_level_names().get(spelling, ())}
    if not codes and len(key) > 4:  # short forms say too little without their country
        spoken = _spoken_names().values()
        codes = {names[name] for names in spoken for name in _spellings(key) if name in names}
    if len(codes) == 1:
        code = next(iter(codes))
        country = iso.country_name(code[:2])
        return flagged(code, Trouble.ASSUMED, f"The row names no country; read as {country}.", 0.7)
    if codes:
        return refused(Trouble.AMBIGUOUS, "Several countries have a region of this name.")
    return refused(Trouble.MALFORMED, "Not a region in ISO 3166-2; name the country too.")


def _spellings(key: str) -> list[str]:
    spellings = [key]
    spellings += [key.removesuffix(sort) for sort in _SORTS if key.endswith(sort)]
    spellings += [key.removeprefix(opening) for opening in _OPENINGS if key.startswith(opening)]
    return spellings


@cache
def _by_code() -> dict[str, iso.Region]:
    return {region.code: region for region in iso.regions()}


@cache
def _names_in(country: str) -> dict[str, str]:
    """Folded names and bare codes; the higher level wins where a name is used twice."""
    names: dict[str, str] = {}
    parts = [region for region in iso.regions() if region.country == country]
    for region in sorted(parts, key=lambda part: not part.top_level):
        names.setdefault(fold(region.name), region.code)
        names.setdefault(region.code[3:].casefold(), region.code)
    return names


@cache
def _spoken_names() -> dict[str, dict[str, str]]:
    """Per country the folded names that people use and ISO 3166-2 does not list."""
    names: dict[str, dict[str, str]] = {}
    for name, code in pairs_of("region_names").items():
        names.setdefault(code[:2], {})[fold(name)] = code
    return names


@cache
def _top_level_names() -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for region in iso.regions():
        if region.top_level:
            names.setdefault(fold(region.name), set()).add(region.code)
    return {name: frozenset(codes) for name, codes in names.items()}
