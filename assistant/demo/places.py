"""Countries of the demo: spellings, cities, currencies, fictitious telephone ranges."""

from __future__ import annotations

from dataclasses import dataclass


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


def _cities(*rows: str) -> tuple[City, ...]:
    return tuple(City(*(part.strip() for part in row.split("|"))) for row in rows)


# Telephone ranges: kept free for drama where a regulator names such a range (GB, DE, FR, SE, US,
# CA), else a 555 block that parses as valid.
COUNTRIES: tuple[Country, ...] = (
    Country(
        iso2="GB",
        name="United Kingdom",
        spellings=("United Kingdom", "UK", "U.K.", "Great Britain", "England"),
        dial="44",
        trunk="0",
        currency="GBP",
        rep="priya",
        legal_forms=("Ltd", "Limited", "plc"),
        streets=("Mill Lane", "Station Road", "Quayside", "Foundry Street", "Canal Wharf"),
        cities=_cities(
            "London | Greater London | SE9 9AA | 20 | 7946 0xxx",
            "Leeds | West Yorkshire | LS9 9AA | 113 | 496 0xxx",
            "Sheffield | South Yorkshire | S9 9AA | 114 | 496 0xxx",
            "Liverpool | Merseyside | L9 9AA | 151 | 496 0xxx",
            "Bristol | Bristol | BS9 9AA | 117 | 496 0xxx",
            "Birmingham | West Midlands | B9 9AA | 121 | 496 0xxx",
            "Edinburgh | Lothian | EH9 9AA | 131 | 496 0xxx",
            "Glasgow | Lanarkshire | G9 9AA | 141 | 496 0xxx",
            "Manchester | Greater Manchester | M9 9AA | 161 | 496 0xxx",
        ),
    ),
    Country(
        iso2="IE",
        name="Ireland",
        spellings=("Ireland", "Republic of Ireland", "IE", "Eire"),
        dial="353",
        trunk="0",
        currency="EUR",
        rep="priya",
        legal_forms=("Ltd", "DAC"),
        streets=("Harbour Road", "Mill Street", "Sandyford Rise"),
        cities=_cities(
            "Dublin | Leinster | D9 A9A9 | 1 | 555 xxxx",
            "Cork | Munster | T9 A9A9 | 21 | 455 5xxx",
        ),
    ),
    Country(
        iso2="SE",
        name="Sweden",
        spellings=("Sweden", "Sverige", "SE", "SWEDEN"),
        dial="46",
        trunk="0",
        currency="EUR",
        rep="oskar",
        legal_forms=("AB",),
        streets=("Hamngatan", "Kungsgatan", "Industrivägen", "Kajvägen"),
        cities=_cities(
            "Stockholm | Stockholm County | 119 99 | 8 | 465 004xx",
            "Göteborg | Västra Götaland | 419 99 | 31 | 390 06xx",
            "Malmö | Skåne | 219 99 | 40 | 628 04xx",
        ),
    ),
    Country(
        iso2="NO",
        name="Norway",
        spellings=("Norway", "Norge", "NO"),
        dial="47",
        trunk="",
        currency="EUR",
        rep="oskar",
        legal_forms=("AS", "ASA"),
        streets=("Havnegata", "Storgata", "Industriveien"),
        cities=_cities(
            "Oslo | Oslo | 0999 | 22 | 55 5x xx",
            "Bergen | Vestland | 5999 | 55 | 55 5x xx",
            "Drammen | Buskerud | 3099 | 32 | 55 5x xx",
        ),
    ),
    Country(
        iso2="DK",
        name="Denmark",
        spellings=("Denmark", "Danmark", "DK"),
        dial="45",
        trunk="",
        currency="EUR",
        rep="oskar",
        legal_forms=("A/S", "ApS"),
        streets=("Havnevej", "Industrivej", "Strandgade"),
        cities=_cities(
            "København | Capital Region | 2999 | 33 | 55 5x xx",
            "Aarhus | Central Jutland | 8999 | 86 | 55 5x xx",
        ),
    ),
    Country(
        iso2="FI",
        name="Finland",
        spellings=("Finland", "Suomi", "FI"),
        dial="358",
        trunk="0",
        currency="EUR",
        rep="oskar",
        legal_forms=("Oy", "Oyj"),
        streets=("Satamakatu", "Tehtaankatu", "Rantatie"),
        cities=_cities(
            "Helsinki | Uusimaa | 00999 | 9 | 555 0xxx",
            "Turku | Southwest Finland | 20999 | 2 | 555 0xxx",
        ),
    ),
    Country(
        iso2="DE",
        name="Germany",
        spellings=("Germany", "Deutschland", "DE", "GERMANY", "Fed. Rep. of Germany"),
        dial="49",
        trunk="0",
        currency="EUR",
        rep="hanna",
        legal_forms=("GmbH", "GmbH & Co. KG", "AG", "eG"),
        streets=("Industriestraße", "Hafenstraße", "Lindenweg", "Am Güterbahnhof"),
        cities=_cities(
            "Berlin | Berlin | 12999 | 30 | 23125 xxx",
            "Frankfurt am Main | Hessen | 60999 | 69 | 90009 xxx",
            "Hamburg | Hamburg | 20999 | 40 | 66969 xxx",
            "Köln | Nordrhein-Westfalen | 50999 | 221 | 4710 xxx",
            "München | Bayern | 80999 | 89 | 99998 xxx",
        ),
    ),
    Country(
        iso2="AT",
        name="Austria",
        spellings=("Austria", "Österreich", "AT", "Oesterreich"),
        dial="43",
        trunk="0",
        currency="EUR",
        rep="hanna",
        legal_forms=("GmbH", "AG"),
        streets=("Gewerbepark", "Bahnhofstraße", "Mühlgasse"),
        cities=_cities(
            "Wien | Vienna | 1199 | 1 | 555 0xxx",
            "Graz | Styria | 8099 | 316 | 555 0xx",
        ),
    ),
    Country(
        iso2="CH",
        name="Switzerland",
        spellings=("Switzerland", "Schweiz", "CH", "Suisse"),
        dial="41",
        trunk="0",
        currency="EUR",
        rep="hanna",
        legal_forms=("AG", "GmbH"),
        streets=("Industriestrasse", "Seestrasse", "Bahnweg"),
        cities=_cities(
            "Zürich | Zürich | 8099 | 44 | 555 0x xx",
            "Basel | Basel-Stadt | 4099 | 61 | 555 0x xx",
        ),
    ),
    Country(
        iso2="NL",
        name="Netherlands",
        spellings=("Netherlands", "The Netherlands", "Nederland", "NL", "Holland"),
        dial="31",
        trunk="0",
        currency="EUR",
        rep="hanna",
        legal_forms=("B.V.", "N.V."),
        streets=("Havenweg", "Veilingkade", "Industrieweg"),
        cities=_cities(
            "Amsterdam | Noord-Holland | 1099 AA | 20 | 555 0xxx",
            "Rotterdam | Zuid-Holland | 3099 AA | 10 | 555 0xxx",
        ),
    ),
    Country(
        iso2="BE",
        name="Belgium",
        spellings=("Belgium", "België", "Belgique", "BE"),
        dial="32",
        trunk="0",
        currency="EUR",
        rep="hanna",
        legal_forms=("BV", "NV"),
        streets=("Kaaistraat", "Stationslaan", "Molenweg"),
        cities=_cities(
            "Antwerpen | Flanders | 2099 | 3 | 555 0x xx",
            "Brussels | Brussels | 1099 | 2 | 555 0x xx",
        ),
    ),
    Country(
        iso2="ES",
        name="Spain",
        spellings=("Spain", "España", "ES", "Espana"),
        dial="34",
        trunk="",
        currency="EUR",
        rep="lucia",
        legal_forms=("S.L.", "S.A."),
        streets=("Calle del Puerto", "Avenida de la Industria", "Calle Mayor"),
        cities=_cities(
            "Madrid | Comunidad de Madrid | 28099 | 91 | 555 0x xx",
            "Sevilla | Andalucía | 41099 | 95 | 555 0x xx",
            "Barcelona | Cataluña | 08099 | 93 | 555 0x xx",
        ),
    ),
    Country(
        iso2="PT",
        name="Portugal",
        spellings=("Portugal", "PT", "PORTUGAL"),
        dial="351",
        trunk="",
        currency="EUR",
        rep="lucia",
        legal_forms=("Lda", "S.A."),
        streets=("Rua da Alfândega", "Estrada da Barra", "Rua do Cais"),
        cities=_cities(
            "Lisboa | Lisboa | 1099-999 | 21 | 555 0xxx",
            "Porto | Norte | 4099-999 | 22 | 555 0xxx",
        ),
    ),
    Country(
        iso2="FR",
        name="France",
        spellings=("France", "FR", "FRANCE"),
        dial="33",
        trunk="0",
        currency="EUR",
        rep="lucia",
        legal_forms=("SAS", "SARL", "SA"),
        streets=("rue du Port", "avenue de l'Industrie", "quai des Entrepôts"),
        cities=_cities(
            "Paris | Île-de-France | 75019 | 1 | 99 00 xx xx",
            "Nantes | Pays de la Loire | 44099 | 3 | 53 01 xx xx",
            "Marseille | Provence-Alpes-Côte d'Azur | 13019 | 4 | 65 71 xx xx",
            "Bordeaux | Nouvelle-Aquitaine | 33099 | 5 | 36 49 xx xx",
        ),
    ),
    Country(
        iso2="IT",
        name="Italy",
        spellings=("Italy", "Italia", "IT"),
        dial="39",
        trunk="",
        currency="EUR",
        rep="lucia",
        legal_forms=("S.r.l.", "S.p.A."),
        streets=("Via del Porto", "Via dell'Industria", "Viale dei Mercati"),
        cities=_cities(
            "Milano | Lombardia | 20199 | 02 | 5550 xxxx",
            "Torino | Piemonte | 10199 | 011 | 5550 xxx",
        ),
    ),
    Country(
        iso2="US",
        name="United States",
        spellings=("United States", "USA", "U.S.", "US", "United States of America", "U.S.A."),
        dial="1",
        trunk="",
        currency="USD",
        rep="marcus",
        legal_forms=("Inc.", "LLC", "Corp."),
        streets=("Commerce Drive", "Harbor Street", "Depot Avenue", "Orchard Road"),
        cities=_cities(
            "Portland | Maine | 04199 | 207 | 555 01xx",
            "Boston | Massachusetts | 02199 | 617 | 555 01xx",
            "Chicago | Illinois | 60699 | 312 | 555 01xx",
            "Denver | Colorado | 80299 | 303 | 555 01xx",
            "Spokane | Washington | 99299 | 509 | 555 01xx",
            "Atlanta | Georgia | 30399 | 404 | 555 01xx",
            "Fresno | California | 93799 | 559 | 555 01xx",
        ),
    ),
    Country(
        iso2="CA",
        name="Canada",
        spellings=("Canada", "CA", "CANADA"),
        dial="1",
        trunk="",
        currency="USD",
        rep="marcus",
        legal_forms=("Inc.", "Ltd"),
        streets=("Wharf Street", "King Street", "Lakeshore Road"),
        cities=_cities(
            "Vancouver | British Columbia | V9A 9A9 | 604 | 555 01xx",
            "Toronto | Ontario | M9A 9A9 | 416 | 555 01xx",
        ),
    ),
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
