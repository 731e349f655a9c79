"""Words of a question linked to the values that stand in the records which a person may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from assistant.chat.meaning.lexicon import roots
from assistant.crm.hygiene import clean_country
from retrieval.scanners.number_words import COUNTED
from retrieval.stems import fold

_LEAST_LETTERS = 5
_ALIKE = 0.86
_COUNTING = frozenset(root for word in COUNTED for root in roots(word))
# How people call those from a country, where that is not the country's name itself.
_PEOPLES: Mapping[str, str] = {
    "american": "US", "argentinian": "AR", "australian": "AU", "austrian": "AT", "belgian":
    "BE", "brazilian": "BR", "british": "GB", "bulgarian": "BG", "canadian": "CA", "chilean":
    "CL", "chinese": "CN", "croatian": "HR", "czech": "CZ", "danish": "DK", "dutch": "NL",
    "estonian": "EE", "finnish": "FI", "french": "FR", "german": "DE", "greek": "GR",
    "hungarian": "HU", "icelandic": "IS", "indian": "IN", "irish": "IE", "italian": "IT",
    "japanese": "JP", "korean": "KR", "latvian": "LV", "lithuanian": "LT", "luxembourgish":
    "LU", "mexican": "MX", "norwegian": "NO", "polish": "PL", "portuguese": "PT", "romanian":
    "RO", "scottish": "GB", "slovak": "SK", "slovenian": "SI", "spanish": "ES", "swedish": "SE",
    "swiss": "CH", "turkish": "TR", "ukrainian": "UA", "english": "GB",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """Values of one column of one kind that the words may mean."""

    kind: str
    column: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Index:
    """All values by the stems of their words."""

    by_roots: dict[tuple[str, ...], dict[tuple[str, str], list[str]]] = field(default_factory=dict)
    countries: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    singles: dict[str, tuple[str, ...]] = field(default_factory=dict)  # values of one word
    products: dict[str, frozenset[str]] = field(default_factory=dict)  # root -> names with it

    def add(self, kind: str, column: str, values: Iterable[str]) -> None:
        for value in values:
            key = tuple(roots(value.replace("_", " ")))
            if not key:
                continue
            spellings = self.by_roots.setdefault(key, {}).setdefault((kind, column), [])
            if value not in spellings:
                spellings.append(value)
            if len(key) == 1 and len(value) >= _LEAST_LETTERS:
                self.singles[fold(value)] = key
            if column.endswith(("country", "countrycode")):
                self.countries.setdefault(value.upper(), []).append((kind, column))

    def find(self, text: str) -> tuple[Candidate, ...]:
        """The values that the text is, in any case, number or order of signs."""
        found = self.by_roots.get(tuple(roots(text)), {})
        candidates = [
            Candidate(kind, column, tuple(values)) for (kind, column), values in found.items()
        ]
        code = self._country(text)
        if code:
            candidates += [
                Candidate(kind, column, (code,)) for kind, column in self.countries[code]
            ]
        return tuple(candidates)

    def add_products(self, names: Iterable[str]) -> None:
        """Names of products, each to be found by any of its words."""
        found: dict[str, set[str]] = {}
        for name in names:
            for word in roots(name):
                found.setdefault(word, set()).add(name)
        self.products = {word: frozenset(borne) for word, borne in found.items()}

    def of_products(self, words: Sequence[str]) -> tuple[Candidate, ...]:
        """The products in whose names all these roots stand: "club harnesses", "kiosk".

        A number alone counts things: "which three customers" names no Three-point Calibration.
        """
        if all(word in _COUNTING for word in words):
            return ()
        borne = [self.products.get(word, frozenset()) for word in words]
        named = frozenset.intersection(*borne) if borne else frozenset()
        return (Candidate("product", "name", tuple(sorted(named))),) if named else ()

    def alike(self, word: str) -> tuple[Candidate, ...]:
        """The values of one word that a misspelt word is nearest to."""
        if len(word) < _LEAST_LETTERS:
            return ()
        near = get_close_matches(word, self.singles, 1, _ALIKE)
        return self._of(self.singles[near[0]]) if near else ()

    def _of(self, key: tuple[str, ...]) -> tuple[Candidate, ...]:
        found = self.by_roots.get(key, {})
        return tuple(
            Candidate(kind, column, tuple(values)) for (kind, column), values in found.items()
        )

    def _country(self, text: str) -> str | None:
        word = fold(text)
        if word in _PEOPLES:
            code: str | None = _PEOPLES[word]
        elif len(word) >= 4 or text in {"US", "UK", "USA", "UAE"}:
            read = clean_country(text)
            code = str(read.value) if read.issue is None and read.value else None
        else:
            return None
        return code if code in self.countries else None


def index_of(columns: Sequence[tuple[str, str, Iterable[str]]]) -> Index:
    """The index over (kind, column, values)."""
    index = Index()
    for kind, column, values in columns:
        index.add(kind, column, values)
    return index
