"""What a claim says and its evidence does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.agreement import comparison, keeps_comparison, same_value
from retrieval.binding import Bound, other_value_meant
from retrieval.clauses import Sentence, read
from retrieval.stems import content_stems, fold, plain_words, stem
from retrieval.values import Value
from retrieval.words import words


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
class Evidence:
    """What a group of sources says, taken together."""

    sentences: tuple[Sentence, ...]
    fields: tuple[frozenset[str], ...]  # of each sentence: stems of its field's name
    entity_stems: frozenset[str]
    stems: frozenset[str]

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Evidence:
        """The evidence in these sources."""
        sentences, fields = [], []
        for source in sources:
            field = frozenset(content_stems((source.field or "").replace("_", " ")))
            for sentence in read(source.text):
                sentences.append(sentence)
                fields.append(field)
        entities = frozenset(
            stem(word) for s in sources for name in s.entities for word in plain_words(name)
        )
        stems = entities.union(*fields, *(sentence.stems for sentence in sentences))
        return cls(tuple(sentences), tuple(fields), entities, stems)


def what_is_missing(said: Sequence[Sentence], evidence: Evidence) -> list[str]:
    """What the claim says and the evidence does not, in words; empty when it is all there."""
    reasons = _not_a_report(said, evidence)
    for sentence in said:
        reasons += _missing_values(sentence, evidence)
        reasons += _missing_names(sentence, evidence)
        reasons += _missing_words(sentence, evidence)
        if not reasons:
            reasons += _misread(sentence, evidence)
    return reasons


_OWN_VIEW = re.compile(
    r"\b(?:I|my|me|mine)\b(?! (?:think|believe|guess|know|heard|hear|see|understand|mean)\b)"
)


def _not_a_report(said: Sequence[Sentence], evidence: Evidence) -> list[str]:
    """A question, a remark without a fact, or the writer's own view reports nothing."""
    if all("?" in sentence.hedges for sentence in said):
        return ["a question claims nothing"]
    if not any(_telling_stems(s) or any(v.kind != "name" for v in s.values) for s in said):
        return ["the claim says nothing that can be checked"]
    own = any(_OWN_VIEW.search(sentence.text) for sentence in said)
    theirs = any(_OWN_VIEW.search(other.text) for other in evidence.sentences)
    return ["the source says nothing of the writer of the claim"] if own and not theirs else []


def _missing_values(sentence: Sentence, evidence: Evidence) -> list[str]:
    reasons = []
    for value, position in zip(sentence.values, sentence.value_positions, strict=True):
        if value.kind == "name":
            continue
        found = [
            (given, where, at)
            for where, other in enumerate(evidence.sentences)
            for given, at in zip(other.values, other.value_positions, strict=True)
            if same_value(value, given)
        ]
        if not found:
            reasons.append(f"“{value.text}” is not in the source")
            continue
        claimed = _comparison(sentence, value)
        if not any(
            keeps_comparison(
                claimed, _comparison(evidence.sentences[where], given), dated=value.kind == "date"
            )
            for given, where, _ in found
        ):
            given, where, _ = found[0]
            theirs = _comparison(evidence.sentences[where], given) or "exactly"
            reasons.append(
                f"the source says {theirs} {given.text}, not {claimed or 'exactly'} that"
            )
            continue
        meant = other_value_meant(
            Bound(value, sentence, position), evidence.sentences, evidence.fields
        )
        if meant is not None:
            reasons.append(f"the source says “{meant.text}” of this, not “{value.text}”")
    return reasons


def _comparison(sentence: Sentence, value: Value) -> str:
    shifted = Value(
        value.kind, value.normal, value.text,
        value.start - sentence.start, value.end - sentence.start,
    )  # fmt: skip
    return comparison(sentence.text, shifted)


def _missing_names(sentence: Sentence, evidence: Evidence) -> list[str]:
    reasons = []
    for value in _full_names(sentence):
        missing = [w for w in plain_words(value.text) if len(w) > 1 and not _known(w, evidence)]
        if missing:
            reasons.append(f"{value.text} is not named in the source")
    return reasons


def _full_names(sentence: Sentence) -> list[Value]:
    """Its names; a single capital at its start may be any word, and counts among the words."""
    return [
        value
        for value in sentence.values
        if value.kind == "name" and (value.start != sentence.start or " " in value.text)
    ]


def _known(word: str, evidence: Evidence) -> bool:
    root = stem(word)
    return root in evidence.stems or word in _LINKS


_LINKS = frozenset(words("of the and de van von der den la le du di da al"))
# What a value of this kind says by itself: "reached at ann@x.com" needs no word for reaching.
_SAID_BY_KIND = {
    "email": "reach contact email e mail address write available send",
    "phone": "reach contact phone call telephone number tel mobile available dial",
    "amount": "cost price amount total sum value worth money be",
    "date": "date day on dated take place",
    "id": "number id reference ref",
    "percentage": "percent percentage rate share",
    "duration": "long last take time",
    "number": "number count total",
}
_SAID_STEMS = {
    kind: frozenset(stem(word) for word in words(text)) for kind, text in _SAID_BY_KIND.items()
}
# Words that carry no fact of their own: light verbs, and what people say between facts.
_EMPTY = frozenset(
    stem(word)
    for word in words(
        """
        be have do get give go make say tell state mention note show include currently accord
        record customer know think believe feel guess mean see look like call also even actual
        exact true truth though although however especially many much most lot lots part sure wow
        lol haha yea yep nope nah right correct agree fact fun well too kind sort thing way
        please thanks thank hi hello interesting cool great nice only just start one new use
        """
    )
)
_UNCOVERED_SHARE = 0.25


def _missing_words(sentence: Sentence, evidence: Evidence) -> list[str]:
    wanted = _telling_stems(sentence)
    if not wanted:
        return []
    covered = _cover_of_two(frozenset(wanted), evidence)
    missing = [wanted[root] for root in wanted if root not in covered]
    if len(missing) <= int(_UNCOVERED_SHARE * len(wanted)):
        return []
    names = {word for value in _full_names(sentence) for word in plain_words(value.text)}
    unknown = {word for word in names if not _known(word, evidence)}
    unsaid = [word for word in dict.fromkeys(missing) if fold(word) not in unknown]
    return [f"the source does not say “{' '.join(unsaid)}”"] if unsaid else []


def _telling_stems(sentence: Sentence) -> dict[str, str]:
    said_by_values = frozenset[str]().union(
        *(_SAID_STEMS.get(value.kind, frozenset()) for value in sentence.values)
    )
    return {
        word.stem: word.text
        for word in sentence.words
        if word.stem not in said_by_values and word.stem not in _EMPTY
    }


def _cover_of_two(wanted: frozenset[str], evidence: Evidence) -> frozenset[str]:
    """The most that two sentences of the evidence say of what is wanted."""
    held = [
        wanted & (sentence.stems | field | evidence.entity_stems)
        for sentence, field in zip(evidence.sentences, evidence.fields, strict=True)
    ]
    best = sorted(set(held), key=len, reverse=True)[:12]
    return max((a | b for a in best for b in best), key=len, default=frozenset())


def _misread(sentence: Sentence, evidence: Evidence) -> list[str]:
    """What the evidence denies or only supposes, and the claim does not; or the reverse."""
    roots = frozenset(_telling_stems(sentence))
    closest = _closest(sentence, roots, evidence)
    if not closest:
        return []
    if all(_is_turned(sentence, other) for other in closest):
        return ["the source says the opposite"]
    if not sentence.hedges and all(other.hedges for other in closest):
        hedge = min(closest[0].hedges)
        if hedge == "?":
            return ["the source only asks this"]
        return [f"the source says this only with “{hedge}”"]
    return []


def _closest(sentence: Sentence, roots: frozenset[str], evidence: Evidence) -> list[Sentence]:
    def overlap(other: Sentence) -> int:
        values = sum(
            any(same_value(value, given) for given in other.values)
            for value in sentence.values
            if value.kind != "name"
        )
        return len(roots & other.stems) + 2 * values

    scored = [(overlap(other), other) for other in evidence.sentences]
    most = max((score for score, _ in scored), default=0)
    return [other for score, other in scored if score == most and most > 0]


def _is_turned(claim: Sentence, given: Sentence) -> bool:
    theirs = {word.stem: word.denied for word in given.words}
    turned = [
        word.denied != theirs[word.stem]
        for word in claim.words
        if word.stem in theirs and not word.text[0].isupper()
    ]
    if turned and sum(turned) * 2 >= len(turned):
        return True
    return not turned and claim.denies != given.denies
