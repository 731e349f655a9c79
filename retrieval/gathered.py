"""Evidence as the checks read it: sentences with their fields, speakers and records."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import combinations

from retrieval.clauses import Sentence, read
from retrieval.fields import Field, long_texts, records, rows_of
from retrieval.grids import grid, named_rows
from retrieval.kinship import kin
from retrieval.relations import ROLES, Name, Relation, name_words, relations
from retrieval.remarks import joined
from retrieval.stems import fold, plain_words, stem
from retrieval.synonyms import concept
from retrieval.values import extract_values
from retrieval.words import words

_SENDER = re.compile(
    r"^(?:from|sender|author):\s*(?P<name>[^\n<(,]+)", re.IGNORECASE | re.MULTILINE
)
_SPEAKER = re.compile(
    r"^\s*(?:\[?[\d:.]+\]?\s*)?(?P<name>[A-ZÀ-Þ][\w.'’-]*(?: [\w.'’-]+){0,4})"
    r"(?: \([^)]{1,40}\))?:\s+(?=\S)"
)
_SIGNED = re.compile(
    r"\b(?:regards|wishes|thanks|cheers|sincerely|greetings|yours)[,.!]?\s+(?:from\s+)?"
    r"(?P<name>[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,3})[\s.]*(?:$|\n)",
    re.IGNORECASE,
)
_HEADERS = frozenset(
    words("from to sent cc date subject re note notes chat resolution description")
)
_LABEL_LINKS = frozenset(words("by to at on id name date no number the of is"))
_SENTENCES_TOGETHER = 2
_LIKELIEST = 12


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of evidence: a field of a record or a stretch of its text.

    field: name of the field that the text is the value of.  entities: names that the record is
    about; they count as said in the text.
    """

    text: str
    field: str | None = None
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of the evidence and what stands around it."""

    sentence: Sentence
    field: frozenset[str]  # concepts in its field's name
    value: str  # of the field
    speaker: Name | None
    antecedent: Name | None
    relations: frozenset[Relation]

    @property
    def is_none(self) -> bool:
        """Whether it is a field with nothing in it."""
        return bool(self.field) and self.value in ("none", "0")

    @property
    def held(self) -> frozenset[str]:
        """Everything it says, its field's name included."""
        return self.sentence.stems | self.field


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a group of sources says, taken together."""

    told: tuple[Told, ...]
    entities: tuple[Name, ...]
    entity_stems: frozenset[str]
    stems: frozenset[str]
    is_record: bool
    kinds: frozenset[str]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences."""
        return tuple(one.sentence for one in self.told)

    def names_it(self, word: str) -> bool:
        """Whether it has this word of a name."""
        return stem(word) in self.stems or concept(word) in self.stems

    @property
    def names(self) -> tuple[Name, ...]:
        """Every name in it."""
        said = [v.text for one in self.told for v in one.sentence.values if v.kind == "name"]
        spoken = [one.speaker for one in self.told if one.speaker]
        return (*self.entities, *spoken, *map(name_words, said))

    @property
    def hosts(self) -> tuple[str, ...]:
        """Its e-mail addresses and domains, from their first letter or their @ on."""
        said = (v for one in self.told for v in one.sentence.values)
        return tuple(v.normal.rpartition("@")[2] for v in said if v.kind in ("email", "domain"))

    def has_run(self, written: str) -> bool:
        """Whether this stands in it letter for letter, as words of its own."""
        whole = re.compile(rf"(?<![\w-]){re.escape(written)}(?![\w-])", re.IGNORECASE)
        return any(whole.search(one.sentence.text) for one in self.told)

    def has_lower(self, word: str) -> bool:
        """Whether this word of lower case stands in it as such."""
        whole = re.compile(rf"\b{re.escape(word)}\b")
        return any(whole.search(one.sentence.text) for one in self.told)

    def has_initials(self, name: str) -> bool:
        """Whether a name such as "NYC" is the first letters of one that it has."""
        if not (name.isupper() and name.isalpha() and 2 <= len(name) <= 6):
            return False
        starts = r"\W+(?:of |the |and |for )?".join(rf"{letter}[\w'’]*" for letter in name)
        return any(re.search(rf"\b{starts}", one.sentence.text) for one in self.told)

    @property
    def is_business(self) -> bool:
        """Whether it is a record, a talk, a letter or a rule of a firm, and no general prose."""
        return any(
            one.field
            or one.speaker
            or any(value.kind in _OF_BUSINESS for value in one.sentence.values)
            or _ADDRESSING.search(one.sentence.text)
            for one in self.told
        )

    def most_of(self, wanted: Set[str]) -> frozenset[str]:
        """The most that a record, or two sentences together, say of these meanings.

        What is related counts where the words are those of business: elsewhere an "order" is of
        monks, and a "film" no picture.
        """
        related = kin if self.is_business else _itself
        said = [one.held | self.entity_stems for one in self.told]
        kins = {word: related(word) for word in wanted}
        held = [frozenset(w for w, of in kins.items() if not of.isdisjoint(s)) for s in said]
        if self.is_record:
            return frozenset[str]().union(*held)
        best = sorted(dict.fromkeys(held), key=len, reverse=True)[:_LIKELIEST]
        pairs = combinations(best, min(_SENTENCES_TOGETHER, len(best)))
        return max((frozenset[str]().union(*pair) for pair in pairs), key=len, default=frozenset())


_OF_BUSINESS = frozenset({"id", "amount", "email", "phone"})
_ADDRESSING = re.compile(r"\b(?:we|us|our|ours|you|your|I)\b")


def _itself(word: str) -> frozenset[str]:
    return frozenset({word})


def gather(sources: Sequence[Source]) -> Evidence:
    """The evidence in these sources."""
    told = [one for source in sources for one in _tell(source)]
    entities = tuple(name_words(name) for source in sources for name in source.entities)
    entity_stems = frozenset(
        part
        for source in sources
        for name in source.entities
        for word in plain_words(name)
        for part in (stem(word), concept(word))
    )
    plain = {stem(w) for source in sources for w in plain_words(source.text)}
    stems = entity_stems.union(plain, *(one.held for one in told))
    is_record = all(source.field for source in sources)
    labels = frozenset(concept(w) for s in sources[:1] for w in plain_words(s.field or ""))
    return Evidence(tuple(told), entities, entity_stems, stems, is_record, labels)


def by_record(source: Source) -> list[tuple[Source, ...]]:
    """A source that writes records out field by field, as its fields; any other as it is."""
    if source.field is not None:
        return [(source,)]
    if table := grid(source.text):
        return [tuple(_as_sources(fields, source)) for fields in table]
    if rows := rows_of(source.text):
        return [(Source(row, None, source.entities),) for row in rows]
    if named := named_rows(source.text):
        return [(Source(row, None, (*source.entities, name)),) for name, row in named]
    found = records(source.text)
    fields = [tuple(_as_sources(one, source)) for one in found]
    if not fields:
        return [(source,)]
    about = (*source.entities, *(fields[0][0].entities if len(fields) == 1 else ()))
    return [*fields, *((Source(text, None, about),) for text in long_texts(source.text))]


def _as_sources(fields: Sequence[Field], source: Source) -> list[Source]:
    head = next((field.value for field in fields if field.value), "")
    entities = (*source.entities, head) if len(head.split()) <= 8 else source.entities
    return [_as_source(field, entities) for field in fields]


def _as_source(field: Field, entities: tuple[str, ...]) -> Source:
    """A label with a value of its own ("from 1 December: 555-0142") is a part of what is said."""
    if any(value.kind != "name" for value in extract_values(field.label)):
        return Source(f"{field.label}: {field.value}", "record", entities)
    return Source(field.value, field.label or "record", entities)


def _tell(source: Source) -> list[Told]:
    field = _concepts(source.field or "")
    signed = _SENDER.search(source.text) or _SIGNED.search(source.text)
    author = name_words(signed["name"]) if signed else None
    speaker, names = author, list[Name]()
    found: list[Told] = []
    for sentence in read(joined(source.text)):
        said = None if source.field else _SPEAKER.match(sentence.text)
        if said and said["name"].lower() not in _HEADERS:
            speaker, names = name_words(said["name"]), []
        antecedent = names[-1] if names else None
        found_relations = (
            _of_field(field, source, sentence)
            if source.field
            else relations(sentence, speaker=speaker, antecedent=antecedent)
        )
        found.append(
            Told(
                sentence, field, source.text if field else "", speaker, antecedent, found_relations
            )
        )
        named = [name_words(v.text) for v in sentence.values if v.kind == "name"]
        names += [name for name in named if name and name != speaker]
    return found


def _concepts(label: str) -> frozenset[str]:
    return frozenset(concept(word) for word in plain_words(label.replace("_", " ")))


# "Reports to": the name is whom, not who.
_DIRECTED = re.compile(r"(?P<verb>[A-Za-z]+s) (?P<way>to|from)$", re.IGNORECASE)


def _of_field(field: frozenset[str], source: Source, sentence: Sentence) -> frozenset[Relation]:
    value = source.text
    if (what := concept(fold(value.strip()))) in ROLES:
        return frozenset((what, name_words(name)) for name in source.entities)
    if len(value.split()) > 6 or not any(v.kind == "name" for v in sentence.values):
        return frozenset()
    who = name_words(value)
    if way := _DIRECTED.match(source.field or ""):
        return frozenset({(f"{concept(way['verb'].lower())} {way['way'].lower()}", who)})
    return frozenset((what, who) for what in field if what not in _LABEL_LINKS or field == {what})
