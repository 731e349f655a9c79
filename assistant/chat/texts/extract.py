"""The sentences of the found passages that answer a question, in the record's own words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.chat.answers import Citation, Draft
from assistant.chat.texts.named import Saying
from assistant.chat.texts.orders import is_order
from assistant.chat.texts.plain import plain
from assistant.search.standing import is_unsourced, lead_in
from retrieval.clauses import sentence_spans
from retrieval.evidence import Source
from retrieval.passages import Passage
from retrieval.stems import WORD, content_stems, fold, plain_words, stem
from retrieval.values import extract_values

# How alike in meaning the question and sentences are, each within -1 to 1.
Likeness = Callable[[str, Sequence[str]], Sequence[float]]

_MOST_SENTENCES = 3
_MOST_PASSAGES = 10
_LONGEST_SENTENCE = 600
# Share of the question's words, weighed by rarity, that a sentence and its surroundings must hold.
_ENOUGH = 0.5
# A sentence that says the same in other words: MiniLM gives unrelated ones less than .4.
_ALIKE = 0.6
_CLOSE_TO_BEST = 0.8
_CARD_COVERED = 0.7
# Two sentences about one person are alike, whatever they say of them.
_LEAST_COVERED = 0.2
# Embedding a sentence costs some milliseconds of a core.
_DECISIVE = 0.75
_MOST_COMPARED = 12
# Words by which a question says that it is one; the answer need not hold them.
_ASKING = frozenset(
    stem(word)
    for word in [
        "tell",
        "say",
        "said",
        "saying",
        "mention",
        "ask",
        "asked",
        "answer",
        "know",
        "give",
        "show",
        "find",
        "get",
        "want",
        "please",
        "think",
        "need",
        "talk",
        "discuss",
        "discussed",
        "explain",
        "describe",
        "happen",
        "happened",
        "there",
        "thing",
        "anything",
        "something",
        "everything",
        "someone",
        "anyone",
        "person",
        "people",
        "customer",
        "client",
        "account",
        "company",
        "record",
        "note",
        "call",
        "email",
        "meeting",
        "latest",
        "last",
        "recent",
        "recently",
        "new",
        "time",
        "kind",
        "currently",
        "today",
        "still",
        "exactly",
        "possible",
        "whether",
        "regarding",
        "concerning",
        "information",
        "detail",
        "details",
    ]
)
_WANTED = (
    (re.compile(r"\bhow much\b|\bbudget\b|\bprice\b|\bcosts?\b|\bamount\b", re.IGNORECASE),
     frozenset({"amount", "number", "percentage"})),
    (re.compile(r"\bhow many\b|\bhow often\b", re.IGNORECASE), frozenset({"number", "amount"})),
    (re.compile(r"\bwhen\b|\bwhat (?:date|day|time)\b|\bby when\b|\bdeadline\b", re.IGNORECASE),
     frozenset({"date", "time", "duration"})),
    (re.compile(r"\bhow long\b", re.IGNORECASE), frozenset({"duration", "date"})),
    (re.compile(r"\bwho\b|\bwhom\b|\bwhose\b", re.IGNORECASE), frozenset({"name", "email"})),
)  # fmt: skip
_LEANS_BACK = re.compile(
    r"^(?:he|she|they|it|this|that|these|those|his|her|their|its)\b", re.IGNORECASE
)
_SPEAKER = re.compile(r"^([^:\n.?!]{1,60}):\s")


@dataclass(frozen=True, slots=True)
class _Candidate:
    passage: Passage
    start: int
    end: int
    stems: frozenset[str]
    around: frozenset[str]
    rank: int

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Looked:
    """What the search was for, beside the question's own words.

    names: words of the records that the search was narrowed to; every passage is about them.
    unread: stretches of the question that named no known record, value or cue.
    saying: whose words are asked for, if the question asks what somebody said.
    """

    question: str
    names: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    saying: Saying | None = None
    about: frozenset[str] = frozenset()  # ids of the records that are named, but for accounts


def extract(
    looked: Looked, passages: Sequence[Passage], likeness: Likeness | None = None
) -> list[Draft]:
    """At most three sentences that answer, best first; none where the passages hold no answer."""
    wanted = wanted_stems(looked)
    candidates = _candidates(passages[:_MOST_PASSAGES])
    if looked.about:
        # What a card says of one person or deal answers nothing about another.
        candidates = [
            one for one in candidates
            if one.passage.field != "card" or one.passage.record_id in looked.about
            or one.passage.kind in {"account", "article", "policy"}
        ]  # fmt: skip
    if looked.saying is not None:
        candidates = [one for one in candidates if _spoken(one, looked.saying)]
    if not candidates:
        return []
    if not wanted:
        return [_draft(one) for one in _newest(candidates)]
    kinds = next((kinds for cue, kinds in _WANTED if cue.search(looked.question)), None)
    weights = _weights(wanted, candidates)
    said = [_worded(one, weights, kinds) for one in candidates]
    alike = _likeness(looked.question, candidates, said, likeness)
    scored = [
        (_score(one, words, alike.get(at, 0.0), _covered(one, weights)), -one.rank, -at, one)
        for at, (one, words) in enumerate(zip(candidates, said, strict=True))
    ]
    scored = [found for found in scored if found[0] >= _ENOUGH]
    scored.sort(key=lambda found: found[:3], reverse=True)
    best = scored[0][0] if scored else 0.0
    chosen: list[_Candidate] = []
    for score, _, _, candidate in scored:
        if score < _CLOSE_TO_BEST * best or len(chosen) == _MOST_SENTENCES:
            break
        if not any(_same(candidate, other) for other in chosen):
            chosen.append(candidate)
    return [_draft(_with_value(one, kinds)) for one in chosen]


def _with_value(one: _Candidate, kinds: frozenset[str] | None) -> _Candidate:
    """With the sentence before it where only that one holds the kind of value that is asked for:
    "Wait 20 minutes. Then press the blue button."."""
    if kinds is None or one.passage.field == "card" or _holds_kind(one.text, kinds):
        return one
    spans = _spans(one.passage)
    at = next((at for at, (_, end) in enumerate(spans) if end == one.end), 0)
    if not at:
        return one
    start = spans[at - 1][0]
    before = one.passage.text[start : spans[at - 1][1]]
    other_turn = "\n" in one.passage.text[start : one.start]
    if other_turn or is_order(before) or not _holds_kind(before, kinds):
        return one
    return replace(one, start=start)


def _holds_kind(text: str, kinds: frozenset[str]) -> bool:
    return any(value.kind in kinds for value in extract_values(text))


def missing_names(looked: Looked, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Names in the question that no passage mentions: an answer would be about somebody else.

    A capitalised word inside the question is a name unless the passages write it small.
    """
    held = {
        word
        for passage in passages
        for text in (passage.text, passage.context, *passage.names)
        for word in content_stems(text)
    }
    named = [
        word
        for stretch in looked.unread
        for word in WORD.findall(stretch)
        if word[0].isupper() and not looked.question.startswith(word)
    ]
    return tuple(word for word in named if stem(fold(word)) not in held)


def wanted_stems(looked: Looked) -> frozenset[str]:
    """What the question asks about: its words without names, function words and asking words."""
    named = {stem(word) for name in looked.names for word in plain_words(name)}
    return frozenset(word for word in content_stems(looked.question) if word not in named | _ASKING)


def _candidates(passages: Sequence[Passage]) -> list[_Candidate]:
    found: list[_Candidate] = []
    for rank, passage in enumerate(passages):
        context = frozenset(content_stems(passage.context))
        spans = _spans(passage)
        stems = [frozenset(content_stems(passage.text[start:end])) for start, end in spans]
        for at, (start, end) in enumerate(spans):
            text = passage.text[start:end]
            bare = text.removeprefix(lead_in(text))
            if len(text) > _LONGEST_SENTENCE or is_order(bare) or not _says_something(bare):
                continue
            near = frozenset().union(*stems[max(0, at - 1) : at], context)
            first = spans[at - 1][0] if at and _LEANS_BACK.match(text) else start
            if first != start and is_order(passage.text[first:start]):
                first = start
            found.append(_Candidate(passage, first, end, stems[at], near, rank))
    return found


def _spans(passage: Passage) -> list[tuple[int, int]]:
    """Its sentences; of a card its lines, each a field with its whole value."""
    if passage.field != "card":
        return sentence_spans(passage.text)
    return [(line.start(), line.end()) for line in re.finditer(r"[^\n]+", passage.text)]


def _spoken(one: _Candidate, saying: Saying) -> bool:
    """Whether the sentence is theirs whose words are asked for; of a call the turn says whose."""
    if is_unsourced(one.passage.kind, one.passage.field):
        return False  # nothing shows that they said it
    speaker = _speaker(one) or _own_label(one)
    if one.passage.kind != "call" or not speaker:
        return saying.holds(one.passage) and (one.passage.kind != "call" or not saying.name)
    return saying.spoke(speaker, one.passage)


def _own_label(one: _Candidate) -> str:
    match = _SPEAKER.match(one.text)
    return match[1] if match and one.passage.kind == "call" else ""


def _says_something(text: str) -> bool:
    return len(plain_words(text)) > 2 and not text.rstrip("\"'”’)").endswith("?")


def _weights(wanted: frozenset[str], candidates: Sequence[_Candidate]) -> dict[str, float]:
    """Rare words tell more; a word that no passage holds tells most, by being absent."""
    held = Counter(word for one in candidates for word in one.stems & wanted)
    total = len(candidates)
    return {word: math.log(1 + (total + 1) / (1 + held[word])) for word in wanted}


def _likeness(
    question: str,
    candidates: Sequence[_Candidate],
    said: Sequence[float],
    likeness: Likeness | None,
) -> dict[int, float]:
    """How alike in meaning the likeliest candidates are; none are compared where words decide."""
    if likeness is None or max(said) >= _DECISIVE:
        return {}
    likeliest = sorted(range(len(candidates)), key=lambda at: (-said[at], candidates[at].rank, at))
    compared = likeliest[:_MOST_COMPARED]
    found = likeness(question, [candidates[at].text for at in compared])
    return dict(zip(compared, found, strict=True))


def _worded(one: _Candidate, weights: dict[str, float], kinds: frozenset[str] | None) -> float:
    """How much of the question the sentence says in its own words and those around it."""
    total = sum(weights.values())
    own = sum(weight for word, weight in weights.items() if word in one.stems)
    near = sum(
        weight for word, weight in weights.items() if word in one.around and word not in one.stems
    )
    holds = kinds is not None and any(value.kind in kinds for value in extract_values(one.text))
    # "Budget: we have set aside 40,000" answers by its heading and the kind of its value alone.
    if not own and not (near and holds):
        return 0.0
    expected = 0.0 if kinds is None else 0.1 if holds else -0.1
    return (own + 0.5 * near) / total + expected


def _covered(one: _Candidate, weights: dict[str, float]) -> float:
    """The share of the question's words that the sentence itself holds."""
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in one.stems) / total


def _score(one: _Candidate, worded: float, alike: float, covered: float) -> float:
    """Meaning stands in for words where it is strong, and settles ties where it is not.

    A card's line names its field: it answers what it names, and nothing that is merely alike.
    """
    if one.passage.field == "card":
        return worded if covered >= _CARD_COVERED else 0.0
    enough = alike >= _ALIKE and covered >= _LEAST_COVERED
    by_meaning = alike / _ALIKE * _ENOUGH if enough else 0.0
    return max(worded, by_meaning) + 0.1 * max(alike, 0.0)


def _same(one: _Candidate, other: _Candidate) -> bool:
    if one.passage is other.passage and one.start < other.end and other.start < one.end:
        return True
    overlap = len(one.stems & other.stems)
    return overlap >= 0.8 * max(1, min(len(one.stems), len(other.stems)))


def _newest(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The first sentences of the newest record, for questions that name no topic."""
    dated = [one for one in candidates if one.passage.occurred_at is not None]
    if not dated:
        return list(candidates[:_MOST_SENTENCES])
    newest = max(dated, key=lambda one: (one.passage.occurred_at, -one.rank))
    of_it = [one for one in dated if one.passage.record_id == newest.passage.record_id]
    of_it.sort(key=lambda one: (one.passage.ordinal, one.start))
    return of_it[:_MOST_SENTENCES]


def _draft(one: _Candidate) -> Draft:
    quote = one.text
    speaker = _speaker(one)
    said = plain(quote)
    text = f"{speaker}: {said}" if speaker and not _SPEAKER.match(said) else said
    start = one.start + len(lead_in(quote))
    return Draft(text, (cite(one.passage, start, one.end),), sources_of(one.passage))


def _speaker(one: _Candidate) -> str:
    """Who speaks, where the passage is a transcript: the name at the start of the line."""
    line = one.passage.text.rfind("\n", 0, one.start) + 1
    match = _SPEAKER.match(one.passage.text[line:])
    return match[1] if match and line < one.start and one.passage.kind == "call" else ""


def cite(passage: Passage, start: int, end: int) -> Citation:
    """A place in the record that the passage was cut from."""
    return Citation(
        passage.kind, passage.record_id, passage.record_version, passage.text[start:end],
        field=passage.field, start=passage.start + start, end=passage.start + end,
        account_id=passage.account_id, title=passage.context or ", ".join(passage.names[:2]),
    )  # fmt: skip


def sources_of(passage: Passage) -> tuple[Source, ...]:
    """The passage as evidence, in the plain form in which it is shown, with its heading."""
    about = passage.names
    body = Source(plain_lines(passage.text), entities=about)
    heading = Source(passage.context, entities=about)
    return (body, heading) if passage.context else (body,)


def plain_lines(text: str) -> str:
    """Each line without its markup; lines stay where they are."""
    return "\n".join(plain(line) for line in text.split("\n"))
