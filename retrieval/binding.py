"""Which value of a text a claim's words point at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.agreement import one_family, same_value
from retrieval.clauses import Sentence
from retrieval.stems import plain_words
from retrieval.synonyms import concept
from retrieval.values import Value

# Half the pull at this distance, in words.
_REACH = 6.0
# Another value must pull clearly harder before the claim is called wrong: texts are loose.
_LEAD, _RATIO = 0.2, 1.25


@dataclass(frozen=True, slots=True)
class Bound:
    """A value and where in its sentence it stands."""

    value: Value
    sentence: Sentence
    position: int


def other_value_meant(
    claimed: Bound, sentences: Sequence[Sentence], fields: Sequence[frozenset[str]]
) -> Value | None:
    """Another value of the same family that the claim's words stand closer to, if there is one.

    "The watch costs $40" is not what "Watch $20; lamp $40" says: $40 is there, but bound to the
    lamp. Each word of the claim pulls on each value of its evidence sentence, the stronger the
    closer it stands and the rarer it is; the claimed value must not be pulled less than another.
    """
    pulls = _Pulls.of(claimed, sentences, fields)
    ours, rival, rival_pull = 0.0, None, 0.0
    for index, sentence in enumerate(sentences):
        for value, position in zip(sentence.values, sentence.value_positions, strict=True):
            if not one_family(claimed.value, value):
                continue
            if same_value(claimed.value, value):
                ours = max(ours, pulls.on(index, position))
            elif "id" in fields[index] and claimed.value.kind == "number":
                continue  # what a thing is called is no count
            elif not any(same_value(other, value) for other in claimed.sentence.values):
                pull = pulls.on(index, position)
                if pull > rival_pull:
                    rival, rival_pull = value, pull
    return rival if rival_pull > ours * _RATIO + _LEAD else None


@dataclass(frozen=True, slots=True)
class _Pulls:
    """Where the claim's words stand in the evidence, and how telling each is."""

    weights: dict[str, float]
    places: list[dict[str, list[int]]]
    fields: Sequence[frozenset[str]]

    @classmethod
    def of(
        cls, claimed: Bound, sentences: Sequence[Sentence], fields: Sequence[frozenset[str]]
    ) -> _Pulls:
        wanted = _anchors(claimed)
        places = [_places(sentence, wanted) for sentence in sentences]
        spread = Counter(
            anchor
            for found, field in zip(places, fields, strict=True)
            for anchor in set(found) | (field & wanted)
        )
        weights = {anchor: count**-0.5 for anchor, count in spread.items()}
        return cls(weights, places, fields)

    def on(self, index: int, position: int) -> float:
        """The pull on a value at this position of that sentence."""
        total = sum(self.weights[a] for a in self.fields[index] if a in self.weights)
        for anchor, at in self.places[index].items():
            if anchor in self.fields[index]:
                continue
            distance = min(abs(position - place) for place in at)
            total += self.weights[anchor] * _REACH / (_REACH + distance)
        return total


def _anchors(claimed: Bound) -> frozenset[str]:
    own = {concept(word) for word in plain_words(claimed.value.text)}
    roots = {word.stem for word in claimed.sentence.words}
    others = {v.normal for v in claimed.sentence.values if v.kind != "name"}
    return frozenset((roots | others) - own - {claimed.value.normal})


def _places(sentence: Sentence, wanted: frozenset[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for word in sentence.words:
        if word.stem in wanted:
            places.setdefault(word.stem, []).append(word.position)
    for value, position in zip(sentence.values, sentence.value_positions, strict=True):
        if value.normal in wanted:
            places.setdefault(value.normal, []).append(position)
    return places
