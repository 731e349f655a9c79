"""Names of people and companies by country, job titles, and how carelessly they get written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from unicodedata import combining, normalize

_GIVEN: dict[str, str] = {
    "en": "Alice Tom Harriet Callum Priti Gareth Bethan Duncan Shona Miles Amara Owen Fiona Rhys "
    "Leila Stuart Nadia Graham Zara Hugh Maeve Declan Orla Cormac Imogen Reuben",
    "us": "Karen Tyrell Megan Luis Ashley Darnell Brooke Hector Paige Wendell Janelle Curtis Dana "
    "Travis Monique Eli Kendra Ramona Scott Yolanda Preston Mai Terrence Holly",
    "de": "Anke Jürgen Silke Matthias Ulrike Tobias Elif Bernd Carolin Stefan Heike Moritz Aylin "
    "Dieter Franziska Lukas Birgit Jens Annika Volker Sabine Kemal",
    "nl": "Sanne Pieter Fleur Bram Marieke Joris Anouk Willem Esmée Ruben Inge Thijs Naima Koen",
    "sv": "Elin Johan Karin Anders Saga Mikael Linnea Henrik Ebba Gustav Frida Lars Amina Nils",
    "no": "Silje Morten Ragnhild Eirik Tuva Sindre Hilde Torbjørn Marit Espen Solveig Jonas",
    "da": "Mette Rasmus Kirsten Søren Freja Mads Lise Jeppe Astrid Troels Bodil Emil",
    "fi": "Aino Jukka Helmi Petri Kaisa Ville Noora Timo Sanna Antti Outi Eero",
    "es": "Carmen Javier Marta Íñigo Rocío Andrés Nuria Pablo Elena Gonzalo Teresa Rubén Lola",
    "pt": "Beatriz Nuno Catarina Tiago Leonor Rui Matilde Duarte Sofia Vasco Inês Gonçalo",
    "fr": "Camille Julien Aurélie Mathieu Sandrine Karim Élodie Thierry Manon Olivier Fatou Rémi",
    "it": "Giulia Paolo Chiara Davide Federica Luca Silvia Matteo Ornella Stefano Elisa Bruno",
}
_FAMILY: dict[str, str] = {
    "en": "Ashworth Bramley Carrick Dunmore Ellison Fairburn Garvey Hollis Ingram Jessop Kirkby "
    "Lomax Mellor Norbury Okafor Pemberton Quigley Rashid Selwyn Thackray Unsworth Varma Whitlock "
    "Yardley Brennan Halloran Kilbride",
    "us": "Abernathy Bautista Coleman Delgado Eckhart Freeman Gallegos Hutchins Ito Jernigan "
    "Kowalczyk Lindgren Mercer Nguyen Ortega Pruitt Rollins Stallworth Treviño Underwood Vance "
    "Whitaker Yazzie Zimmer",
    "de": "Ackermann Bergmann Castrop Demir Eberhard Falk Gräfe Hinrichs Jansen Kessler Lorenz "
    "Marquardt Nissen Öztürk Pfeiffer Reuter Schäfer Thielmann Ullrich Vogt Wiegand Zöller",
    "nl": "Aalbers Bakker Claassen Drost Elzinga Feenstra Gerritsen Hoekstra Jongbloed Kuiper "
    "Meijer Postma Schouten Vermeulen",
    "sv": "Axelsson Berglund Ceder Dahlman Ekström Forsberg Granath Hedlund Isaksson Löfgren "
    "Nyström Rosén Sandell Wikner",
    "no": "Aasen Brekke Dalen Eide Fosse Grønvold Haugen Iversen Kvam Lund Moen Nygård",
    "da": "Andreasen Bech Clausen Damgaard Elmholt Friis Gregersen Holm Juhl Krogh Lauritsen "
    "Møller",
    "fi": "Aaltonen Hakala Järvinen Koskela Laitinen Mäkelä Niemi Ojala Rantanen Salonen Virtala",
    "es": "Aguirre Benítez Cortés Domínguez Echeverría Fuentes Garrido Herrero Ibarra Lozano "
    "Montes Navarro Ortuño Pastor",
    "pt": "Almeida Barros Carvalho Dias Esteves Figueiredo Gouveia Lacerda Machado Neves Pinheiro "
    "Queirós",
    "fr": "Aubert Bonnefoy Chevalier Delmas Étienne Faure Garnier Hébert Jacquet Lefort Marchand "
    "Noël Perrin",
    "it": "Amato Basile Colombo D'Angelo Esposito Ferri Galli Leone Marino Negri Orlandi Parisi",
}
_TONGUE = {
    "GB": "en",
    "IE": "en",
    "US": "us",
    "CA": "us",
    "DE": "de",
    "AT": "de",
    "CH": "de",
    "NL": "nl",
    "BE": "nl",
    "SE": "sv",
    "NO": "no",
    "DK": "da",
    "FI": "fi",
    "ES": "es",
    "PT": "pt",
    "FR": "fr",
    "IT": "it",
}
_GIVEN_NAMES = {tongue: tuple(names.split()) for tongue, names in _GIVEN.items()}
_FAMILY_NAMES = {tongue: tuple(names.split()) for tongue, names in _FAMILY.items()}

_STEMS: dict[str, str] = {
    "en": "Alder Birk Carrow Denholm Eastmoor Fenwick Garsdale Hartley Inver Kelder Langstrath "
    "Marsden Northgate Ormside Penrose Ravens Stainton Thorn Wharfe Yewdale",
    "us": "Allagash Bluestem Cottonwood Driftless Elkhorn Flathead Granite Heron Ironwood Juniper "
    "Klickitat Larkspur Mesa Northfork Ozark Palouse Redbud Sawtooth Tallgrass Umpqua",
    "de": "Alster Buchen Diemel Eichen Fuchs Greven Holsten Isar Kiefern Lauen Mosel Neckar Oder "
    "Pleisse Rhön Saale Tauber Unstrut Vogels Weser",
    "nl": "Amstel Bergse Dommel Eem Grift Hollandse Linge Merwe Noorder Oever Polder Rijn Schelde "
    "Vecht",
    "sv": "Ask Björk Dal Ek Fjäll Granö Hav Kust Lind Norr Sjö Sten Väst Älv",
    "no": "Ask Bjørk Fjell Fjord Gran Hav Kyst Lys Nord Sund Tind Vest",
    "da": "Bøge Ege Fjord Gron Hav Klit Lyng Nord Sund Vest Å Øster",
    "fi": "Haapa Järvi Kallio Koivu Lehto Meri Pohja Ranta Saari Vuori",
    "es": "Alameda Bahía Cierzo Duero Encina Guadal Jarama Levante Mirador Olivar Poniente Tajo",
    "pt": "Alvorada Bravia Cais Dourada Estrela Foz Lezíria Minho Nascente Ribeira",
    "fr": "Armor Beaulieu Cévennes Dordogne Estuaire Falaise Garonne Halles Loire Marais Rivage",
    "it": "Adige Brenta Colline Dora Emilia Fonte Laguna Marche Riviera Ticino",
}
_STEM_NAMES = {tongue: tuple(names.split()) for tongue, names in _STEMS.items()}

# What an industry's companies call themselves, by the language they trade in.
INDUSTRIES: dict[str, dict[str, str]] = {
    "Food production": {
        "en": "Foods|Creamery|Bakehouse|Kitchens",
        "de": "Feinkost|Molkerei|Backwaren",
        "es": "Alimentación|Lácteos",
        "pt": "Alimentar|Laticínios",
        "fr": "Traiteur|Laiterie",
        "it": "Alimentari|Caseificio",
        "sv": "Livsmedel|Mejeri",
        "no": "Mat|Meieri",
        "da": "Fødevarer|Mejeri",
        "fi": "Elintarvike|Meijeri",
        "nl": "Voeding|Zuivel",
        "us": "Foods|Creamery|Provisions",
    },
    "Pharmaceutical logistics": {
        "en": "Pharma Logistics|Medical Distribution|Life Science Freight",
        "de": "Pharma Logistik|Medizintransporte",
        "es": "Logística Farma",
        "pt": "Logística Médica",
        "fr": "Pharma Transport",
        "it": "Farma Logistica",
        "sv": "Pharma Logistik",
        "no": "Pharma Logistikk",
        "da": "Medicinlogistik",
        "fi": "Lääkelogistiikka",
        "nl": "Farma Transport",
    },
    "Hospitals and clinics": {
        "en": "Hospital Trust|Clinic Group",
        "de": "Klinikverbund|Kliniken",
        "es": "Clínicas",
        "pt": "Clínicas",
        "fr": "Cliniques",
        "it": "Cliniche",
        "sv": "Vårdcentraler",
        "no": "Klinikkene",
        "da": "Klinikker",
        "fi": "Klinikat",
        "nl": "Klinieken",
    },
    "Seafood": {
        "en": "Seafoods|Shellfish|Fish Merchants",
        "de": "Fischhandel|Seafood",
        "es": "Mariscos|Pescados",
        "pt": "Pescas|Mariscos",
        "fr": "Marée|Mareyage",
        "it": "Ittica|Pesca",
        "sv": "Fisk|Skaldjur",
        "no": "Sjømat|Laks",
        "da": "Fisk|Skaldyr",
        "fi": "Kala",
        "nl": "Vis|Schelpdieren",
    },
    "Flowers and horticulture": {
        "en": "Growers|Flowers",
        "de": "Gartenbau|Blumen",
        "es": "Flores",
        "pt": "Flores",
        "fr": "Horticulture",
        "it": "Vivai",
        "sv": "Blommor",
        "no": "Blomster",
        "da": "Gartneri",
        "fi": "Puutarhat",
        "nl": "Bloemen|Kwekerij",
    },
    "Refrigerated transport": {
        "en": "Cold Freight|Haulage|Reefer Lines",
        "de": "Kühltransporte|Frischelogistik",
        "es": "Transportes Frigoríficos",
        "pt": "Transportes de Frio",
        "fr": "Transports Frigo",
        "it": "Trasporti Frigo",
        "sv": "Kyltransport",
        "no": "Kjøletransport",
        "da": "Køletransport",
        "fi": "Kylmäkuljetus",
        "nl": "Koeltransport",
    },
    "Laboratories": {
        "en": "Diagnostics|Laboratories",
        "de": "Labore|Diagnostik",
        "es": "Laboratorios",
        "pt": "Laboratórios",
        "fr": "Laboratoires",
        "it": "Laboratori",
        "sv": "Laboratorier",
        "no": "Laboratorier",
        "da": "Laboratorier",
        "fi": "Laboratoriot",
        "nl": "Laboratoria",
    },
}

# Title, seniority (as the qualification article names it), weight.
TITLES: tuple[tuple[str, str, int], ...] = (
    ("Managing Director", "executive", 3),
    ("Chief Operating Officer", "executive", 2),
    ("Supply Chain Director", "director", 4),
    ("Head of Quality", "director", 6),
    ("Operations Director", "director", 4),
    ("Logistics Manager", "manager", 8),
    ("Quality Manager", "manager", 9),
    ("Warehouse Manager", "manager", 7),
    ("IT Manager", "manager", 5),
    ("Purchasing Manager", "manager", 5),
    ("Quality Technician", "specialist", 6),
    ("Systems Engineer", "specialist", 4),
    ("Logistics Coordinator", "specialist", 6),
    ("Research Student", "student", 1),
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in its parts; `prefix` is an academic title."""

    given: str
    family: str
    prefix: str = ""

    @property
    def full(self) -> str:
        """Given name first, without the prefix."""
        return f"{self.given} {self.family}"


def tongue_of(iso2: str) -> str:
    """Which list of names a country draws on."""
    return _TONGUE[iso2]


def person_name(random: Random, iso2: str) -> PersonName:
    """A plausible name; one in eight comes from another country's list, as people do."""
    tongue = _TONGUE[iso2] if random.random() > 0.12 else random.choice(sorted(_GIVEN_NAMES))
    prefix = "Dr." if random.random() < 0.05 else ""
    return PersonName(
        random.choice(_GIVEN_NAMES[tongue]), random.choice(_FAMILY_NAMES[tongue]), prefix
    )


class CompanyNames:
    """Hands out company names: no two of a world share one, even across countries."""

    _PER_BLOCK = 16

    def __init__(self, block: int) -> None:
        self._block = block
        self._used: Counter[tuple[str, str]] = Counter()

    def next(self, iso2: str, industry: str) -> str:
        """A name that tells the trade in the language of the country."""
        tongue = _TONGUE[iso2]
        tongue = "en" if tongue == "us" and tongue not in INDUSTRIES[industry] else tongue
        used = self._used[tongue, industry]
        self._used[tongue, industry] += 1
        lap, place = divmod(used, self._PER_BLOCK)
        # A block that needs more takes them far behind those of all other blocks.
        serial = place + self._PER_BLOCK * (self._block + 100_000 * lap)
        return _company(serial, _TONGUE[iso2], tongue, industry)


def _company(serial: int, people: str, trade: str, industry: str) -> str:
    stems, families = _STEM_NAMES[people], _FAMILY_NAMES[people]
    nouns = INDUSTRIES[industry][trade].split("|")
    # Trades start at different places of the list, so that names do not all begin alike.
    shift = 3 * sorted(INDUSTRIES).index(industry)
    if serial < len(stems) * len(nouns):
        return f"{stems[(serial + shift) % len(stems)]} {nouns[serial // len(stems)]}"
    serial -= len(stems) * len(nouns)
    if serial < len(families) * len(nouns):
        return f"{families[(serial + shift) % len(families)]} {nouns[serial // len(families)]}"
    serial -= len(families) * len(nouns)
    first, second = divmod(serial, len(families))
    lap, stem = divmod(first, len(stems))
    number = f" {lap + 1}" if lap else ""
    return f"{stems[stem]} & {families[second]} {nouns[serial % len(nouns)]}{number}"


def ascii_slug(text: str) -> str:
    """Lower-case ASCII letters and digits of a text, the way addresses are made of names."""
    for mark, plain in (
        ("ø", "o"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("ä", "ae"),
        ("ß", "ss"),
        ("æ", "ae"),
    ):
        text = text.lower().replace(mark, plain)
    stripped = (char for char in normalize("NFKD", text) if not combining(char))
    return "".join(char for char in stripped if char.isascii() and char.isalnum())


def misspelt(random: Random, word: str) -> str:
    """The word with one slip of the finger: two letters swapped, one lost or one doubled."""
    if len(word) < 4:
        return word
    at = random.randrange(1, len(word) - 2)
    slip = random.choice(("swap", "lose", "double"))
    if slip == "swap" and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip == "lose":
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:]
