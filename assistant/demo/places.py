"""Countries of the demo: spellings, cities, currencies, fictitious telephone ranges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.demo.written import Row, read_yaml_file


@dataclass(frozen=True, slots=True)
class City:
    """A place with the shape of its postcode ("A" stands for a letter, "9" for a digit)."""

    name: str
    region: str
    postcode: str
    area: str
    local: str  # subscriber number; each "x" is a free digit


@dataclass(frozen=True, slots=True)
class Country:
    """Where accounts are: `spellings` is how sloppy exports write the name."""

    iso2: str
    name: str
    spellings: tuple[str, ...]
    dial: str
    trunk: str
    currency: str
    rep: str
    legal_forms: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[City, ...]


def _country(row: Row) -> Country:
    return Country(
        iso2=row.text("iso2"),
        name=row.text("name"),
        spellings=tuple(row.texts("spellings")),
        dial=row.text("dial"),
        trunk=row.text("trunk"),
        currency=row.text("currency"),
        rep=row.text("rep"),
        legal_forms=tuple(row.texts("legal_forms")),
        streets=tuple(row.texts("streets")),
        cities=tuple(City(*city) for city in row.lists("cities")),
    )


COUNTRIES: tuple[Country, ...] = tuple(
    _country(row)
    for row in read_yaml_file(Path(__file__).parent / "content" / "countries.yaml").rows(
        "countries"
    )
)
BY_ISO2: dict[str, Country] = {country.iso2: country for country in COUNTRIES}

# How often an account lies in a country; the rest of the list shares what is left evenly.
WEIGHTS: dict[str, int] = {"GB": 14, "IE": 3, "DE": 10, "US": 13, "FR": 6, "ES": 5, "SE": 5}
OTHER_WEIGHT = 3


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in its parts, so that every export can write it in its own style."""

    dial: str
    trunk: str
    area: str
    local: str
    extension: str = ""

    @property
    def e164(self) -> str:
        """The clean form, without the extension."""
        return f"+{self.dial}{self.area}{self.local}".replace(" ", "")


def phone_in(country: Country, city: City, serial: int, extension: str = "") -> Phone:
    """The `serial`-th number of a city's range; serials wrap round when the range is used up."""
    free = city.local.count("x")
    digits = iter(f"{serial % 10**free:0{free}d}")
    local = "".join(next(digits) if mark == "x" else mark for mark in city.local)
    return Phone(country.dial, country.trunk, city.area, local, extension)
