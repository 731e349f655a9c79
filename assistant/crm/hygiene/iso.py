"""Names and codes of countries, their parts, and currencies (home of pycountry)."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cache

import pycountry

from assistant.crm.hygiene.text import fold

# The languages in which exports of European, American and East Asian systems name countries.
_LANGUAGES = (
    "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "cs", "sk", "hu", "ro",
    "el", "tr", "ru", "uk", "ar", "he", "ja", "zh_CN", "zh_TW", "ko", "vi", "id", "ca", "hr", "sl",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Region:
    """A first-level or lower part of a country, by its ISO 3166-2 code."""

    code: str
    name: str
    country: str
    top_level: bool


@cache
def country_codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code, and XK, which the EU and most systems use for Kosovo."""
    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}


@cache
def country_name(alpha_2: str) -> str:
    """The short English name by which people know the country; a code of none stays as it is."""
    if alpha_2 == "XK":
        return "Kosovo"
    country = pycountry.countries.get(alpha_2=alpha_2)
    if country is None:
        return alpha_2
    return str(getattr(country, "common_name", country.name))


@cache
def language_name(alpha_2: str) -> str:
    """The English name of a language by its ISO 639-1 code; the code itself if it has none."""
    found = pycountry.languages.get(alpha_2=alpha_2.casefold())
    return str(getattr(found, "name", alpha_2))


@cache
def language_names() -> tuple[str, ...]:
    """The English names of the languages that have an ISO 639-1 code."""
    return tuple(one.name for one in pycountry.languages if hasattr(one, "alpha_2"))


@cache
def alpha_3_codes() -> dict[str, str]:
    """Alpha-3 and three-digit codes, each to its alpha-2 code."""
    codes = {country.alpha_3: country.alpha_2 for country in pycountry.countries}
    return codes | {country.numeric: country.alpha_2 for country in pycountry.countries}


@cache
def country_names() -> dict[str, str]:
    """Folded names in thirty languages to alpha-2 codes, without names two countries share."""
    owners: dict[str, set[str]] = {}
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if name := getattr(country, field, None):
                owners.setdefault(fold(name), set()).add(country.alpha_2)
                for translated in _translations(name):
                    owners.setdefault(fold(translated), set()).add(country.alpha_2)
    return {name: next(iter(codes)) for name, codes in owners.items() if len(codes) == 1}


@cache
def withdrawn_country_names() -> frozenset[str]:
    """Folded names of countries that no longer exist, such as Yugoslavia."""
    names = [country.name for country in pycountry.historic_countries]
    return frozenset(fold(part) for name in names for part in (name, name.partition(",")[0]))


@cache
def regions() -> tuple[Region, ...]:
    """Every ISO 3166-2 subdivision."""
    return tuple(
        Region(part.code, part.name, part.country_code, part.parent_code is None)
        for part in pycountry.subdivisions
    )


@cache
def currency_codes() -> frozenset[str]:
    """Every ISO 4217 code in use."""
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


@cache
def currency_names() -> dict[str, str]:
    """Folded English currency names to their codes."""
    return {fold(currency.name): currency.alpha_3 for currency in pycountry.currencies}


@cache
def currency_name(code: str) -> str:
    """The folded English name of a currency, "" for a code that is none."""
    currency = pycountry.currencies.get(alpha_3=code)
    return fold(currency.name) if currency else ""


def _translations(name: str) -> list[str]:
    return [
        translated for catalogue in _catalogues() if (translated := catalogue.gettext(name)) != name
    ]


@cache
def _catalogues() -> tuple[gettext.NullTranslations, ...]:
    return tuple(
        gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
        for language in _LANGUAGES
    )
