"""Names of people and companies by country, job titles, and how carelessly they get written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unicodedata import combining, normalize

from assistant.demo.written import read_yaml_file

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
_WRITTEN = read_yaml_file(Path(__file__).parent / "content" / "names.yaml")


def _by_tongue(section: str) -> dict[str, tuple[str, ...]]:
    rows = _WRITTEN.row(section)
    return {tongue: tuple(rows.texts(tongue)) for tongue in rows.values}


_GIVEN_NAMES, _FAMILY_NAMES = _by_tongue("given"), _by_tongue("family")
_STEM_NAMES = _by_tongue("stems")
# What an industry's companies call themselves, by the language they trade in.
INDUSTRIES: dict[str, dict[str, tuple[str, ...]]] = {
    industry: {
        tongue: tuple(_WRITTEN.row("industries").row(industry).texts(tongue))
        for tongue in _WRITTEN.row("industries").row(industry).values
    }
    for industry in _WRITTEN.row("industries").values
}
# Title, seniority (as the odds of conversion know it), weight.
TITLES: tuple[tuple[str, str, int], ...] = tuple(
    (title, seniority, int(weight)) for title, seniority, weight in _WRITTEN.lists("titles")
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
    nouns = INDUSTRIES[industry][trade]
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
