"""How likely a statement answers a question: a sum of weighed signs, turned into a probability.

The signs are about form and coverage, never about particular words, so that they mean the same in
any organisation. The weights were fitted on questions with known answers over made-up
organisations (`answering.v1.json` says which, and how well they do on those left out).
"""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from retrieval.passages import Passage
from retrieval.sought import Form, Sought, sought
from retrieval.statements import Statement
from retrieval.stems import STOPWORDS, fold, plain_words, stem
from retrieval.synonyms import concept
from retrieval.words import words

# How alike in meaning each of the first texts is to each of the second, within -1 to 1.
Alike = Callable[[Sequence[str], Sequence[str]], Sequence[Sequence[float]]]

_FREE: Final = frozenset(
    stem(word)
    for word in words(
        """
        tell say said saying know give show find get please think talk discuss discussed explain
        describe happen happened there thing anything something everything someone anyone somebody
        anybody person people customer client account company firm record
        latest last recent recently time kind currently today exactly possible whether regarding
        concerning information detail details what's who's when's where's how's many much often
        long which one ones actually really according answer question also else main mainly
        please ever now then here going come put take make back
        """
    )
)
# Where it was said is not what was said.
_WHERE_SAID: Final = re.compile(
    r"\b(?:on|in|during|from|at|by|over) (?:(?:the|a|an|our|his|her|their|your|my|that|last|recorded|"
    r"phone|sales|support) )*(?:calls?|meetings?|notes?|e-?mails?|chats?|phone|talks?|"
    r"conversations?|transcripts?|recordings?)\b|\b(?:according to|in) (?:the|our|my) \w+$",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\b(?:how (?:many|much)|which|what)(?: of (?:the|our|my))?(?: \w+(?:al|ed|en|ing|ive|ous|y))? (?P<noun>[\w-]+)",
    re.IGNORECASE,
)
# What a question asks of somebody's words, and how such words sound.
_ACTS: Final = tuple(
    (frozenset(concept(word) for word in words(asked)), re.compile(said, re.IGNORECASE))
    for asked, said in (
        ("promise commit undertake guarantee do", r"\b(?:I|we)(?:'ll| will| can | shall|'m going to|'re going to)\b|\byou(?:'ll| will) (?:have|get|hear|receive)\b|\blet me\b|\bpromise|\bguarantee"),
        ("want like prefer wish need expect ask request", r"\b(?:wants?|wanted|needs?|needed|would like|'d like|'d want|prefer|please|could (?:we|you|i)|can (?:we|you|i)|has to be|have to|must|looking for|hoping|rather|I'd|we'd)\b"),
        ("worry concern fear dislike object complain bother annoy grumble criticise trouble hesitate", r"\b(?:worr\w+|afraid|fear\w*|concern\w*|not happy|unhappy|fed up|annoy\w*|tired of|problem|too (?:much|dear|expensive|slow|late|long|big|small)|don't (?:want|like)|dislike\w*|hate\w*|trouble|puts? (?:me|us|them) off|scar\w+|burned|complain\w*|awful|terrible)\b"),
        ("budget spend money afford", r"\b(?:set aside|put aside|approved|capex|budget|to spend|thought|afford|up to|money|fund\w*|can pay|in the account|on the account)\b"),
        ("decide decision sign approve say", r"\b(?:sign\w*|approv\w+|decid\w+|decision|say yes|says? no|final (?:say|word)|has to (?:see|agree)|agrees?)\b"),
        ("praise like convince compliment", r"\b(?:great|good|excellent|love[sd]?|pleased|impressed|thank\w*|happy|perfect|well done|best|brilliant|quick)\b"),
    )
)  # fmt: skip
_REASON = re.compile(
    r"\b(?:because|since|so that|so (?:we|i|they|it)|otherwise|as (?:we|i|they|it|our|the)|due to|reason|too|can't|cannot|couldn't|won't|didn't|doesn't|need|want|prefer|for fear|that's why|instead|therefore)\b|;|: ",
    re.IGNORECASE,
)
_HALF = 0.5
_SOFT_FROM, _SOFT_SPAN, _SOFT_MOST = 0.5, 0.3, 0.85
_HEADED, _BEFORE, _AFTER = 0.8, 0.7, 0.3
_MOST_RANKED = 28  # the embedding of each costs some milliseconds of a core


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what is known of it.

    names: of the records that it names; every statement looked at is about one of them.
    people: those of persons among them.  asker: who asks, meant by "I" and "my".
    """

    text: str
    names: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    asker: str = ""

    @property
    def sought(self) -> Sought:
        return sought(self.text)

    @property
    def words(self) -> tuple[str, ...]:
        """What it asks about, without names and the words that any question has."""
        named = {word for name in (*self.names, self.asker) for word in plain_words(name)}
        named |= {f"{word}'s" for word in named}
        asked = _WHERE_SAID.sub(" ", self.text)
        left = [word for word in plain_words(asked) if word not in named | STOPWORDS]
        return tuple(word for word in dict.fromkeys(left) if stem(word) not in _FREE)

    @property
    def concepts(self) -> tuple[str, ...]:
        """What its words mean."""
        return tuple(dict.fromkeys(concept(word) for word in self.words))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A statement with how likely it answers; `signs` are what that was weighed from."""

    statement: Statement
    probability: float
    signs: tuple[float, ...]

    @property
    def says_all(self) -> bool:
        """Whether no word of the question is left unsaid by it and what surrounds it."""
        return self.signs[SIGNS.index("all")] > 0


SIGNS: Final = (
    "own", "covered", "missing", "asked", "heading", "soft", "holds", "typed", "alike",
    "spoken", "other_voice", "rank", "few", "short", "talk", "written", "card", "whether", "open",
    "who", "why", "reason", "own_holds", "all", "elsewhere", "about", "whether_own", "open_own", "named", "focus",
)  # fmt: skip


def ranked(
    question: Question, found: Sequence[Statement], alike: Alike | None = None
) -> list[Ranked]:
    """The statements that may answer, likeliest first; none that lacks the value that is sought.

    alike: likeness in meaning, where a model for it is to be had; words alone decide otherwise.
    """
    weigh = _Weighed(question, found, alike)
    model = _weights("meaning" if alike is not None else "words")
    likely = [
        Ranked(one, _probability(signs, model), signs)
        for one, signs in weigh.signs()
    ]  # fmt: skip
    return sorted(likely, key=lambda one: -one.probability)


def signs_of(
    question: Question, found: Sequence[Statement], alike: Alike | None = None
) -> list[tuple[Statement, tuple[float, ...]]]:
    """What each statement that may answer is weighed by, in the order of `SIGNS`."""
    return _Weighed(question, found, alike).signs()


def _probability(signs: Sequence[float], weights: Mapping[str, float]) -> float:
    total = weights["bias"] + sum(
        weights[name] * sign for name, sign in zip(SIGNS, signs, strict=True)
    )
    return 1.0 / (1.0 + math.exp(-total))


@lru_cache
def _weights(name: str) -> Mapping[str, float]:
    document = json.loads(files("retrieval").joinpath("answering.v1.json").read_text("utf-8"))
    return {sign: float(document["weights"][name].get(sign, 0.0)) for sign in ("bias", *SIGNS)}


class _Weighed:
    """The signs of each statement for one question."""

    def __init__(self, question: Question, found: Sequence[Statement], alike: Alike | None) -> None:
        self._question = question
        self._sought = question.sought
        self._concepts = question.concepts
        self._alike = alike
        counted = _COUNTED.search(question.text)
        noun = concept(fold(counted["noun"])) if counted else ""
        self._focus = noun if noun in self._concepts else None
        self._own = {id(one): frozenset(_concepts(one.text)) for one in found}
        self._weights = self._rarity(found)
        self._soft: dict[tuple[str, str], float] = {}
        self._found = [(place, one) for place, one in enumerate(found) if _says(one)]

    def signs(self) -> list[tuple[Statement, tuple[float, ...]]]:
        kept = [(rank, one) for rank, one in self._found if self._may_answer(one)]
        kept.sort(key=lambda pair: -self._worded(pair[1]))
        kept = kept[:_MOST_RANKED]
        if not kept:
            return []
        self._learn_soft([one for _, one in kept])
        likeness = self._likeness([one for _, one in kept])
        ranks = {id(one.passage): place for place, one in reversed(self._found)}
        order = {key: at for at, key in enumerate(sorted(ranks, key=lambda key: ranks[key]))}
        return [
            (one, self._of(one, likeness[at], order[id(one.passage)]))
            for at, (_, one) in enumerate(kept)
            if self._tells_of_focus(one)
        ]

    def _rarity(self, found: Sequence[Statement]) -> dict[str, float]:
        held = Counter(
            word for one in found for word in self._own[id(one)] if word in self._concepts
        )
        total = len(found)
        return {word: math.log(1 + (total + 1) / (1 + held[word])) for word in self._concepts}

    def _may_answer(self, one: Statement) -> bool:
        sought = self._sought
        if sought.form is not Form.WHETHER and not self._adds(one):
            return False
        return not sought.typed or any(
            self._held_by(text, one) for text in (one.text, one.before, one.after) if text
        )

    def _adds(self, one: Statement) -> bool:
        """Whether it says more than the question says itself."""
        asked = _concepts(self._question.text)
        said = self._own[id(one)] | _concepts(one.after)
        figures = {word for word in plain_words(one.text) if word[0].isdigit()}
        return bool(said - asked) or bool(figures - set(plain_words(self._question.text)))

    def _held_by(self, text: str, one: Statement) -> bool:
        return self._sought.held_by(text, one.speaker, names_in(one.passage))

    def _worded(self, one: Statement) -> float:
        """A first guess by words alone, for who is looked at closely."""
        return self._share(lambda word: self._said(word, one))

    def _share(self, held: Callable[[str], float]) -> float:
        total = sum(self._weights.values())
        if not total:
            return 0.0
        return sum(weight * held(word) for word, weight in self._weights.items()) / total

    def _said(self, word: str, one: Statement) -> float:
        """How far a word of the question is said by the statement or what surrounds it."""
        if self._owned(word, one):
            return 1.0
        if word in _concepts(one.asked) or word in _concepts(one.passage.context):
            return _HEADED
        if word in _concepts(one.before):
            return _BEFORE
        return _AFTER if word in _concepts(one.after) else 0.0

    def _owned(self, word: str, one: Statement) -> bool:
        if word in self._own[id(one)]:
            return True
        return any(word in asked and said.search(one.text) for asked, said in _ACTS)

    def _of(self, one: Statement, likeness: float, rank: int) -> tuple[float, ...]:
        sought, spoken = self._sought, self._spoken(one)
        own = self._share(lambda word: float(self._owned(word, one)))
        covered = self._share(lambda word: self._said(word, one))
        soft = self._share(lambda word: self._told(word, one))
        lacking = [
            weight for word, weight in self._weights.items()
            if self._told(word, one) < _HALF
        ]  # fmt: skip
        heaviest = max(self._weights.values(), default=1.0)
        holds = sought.typed and self._held_by(one.text, one)
        kind = one.passage.kind
        written = kind in {"article", "policy"}
        return (
            own,
            covered,
            max(lacking, default=0.0) / heaviest,
            self._share(lambda word: float(word in _concepts(one.asked))),
            self._share(lambda word: float(word in _concepts(one.passage.context))),
            soft,
            float(holds),
            float(sought.typed),
            likeness,
            float(spoken > 0),
            float(spoken < 0),
            math.log1p(rank),
            1.0 / max(1, len(self._concepts)),
            float(len(plain_words(one.text)) < 4),
            float(bool(one.speaker)),
            float(written),
            float(one.passage.field == "card"),
            float(sought.form is Form.WHETHER),
            float(sought.form is Form.OPEN),
            float(sought.form is Form.WHO),
            float(sought.form is Form.WHY),
            float(sought.form is Form.WHY and _REASON.search(one.text) is not None),
            own * float(holds),
            float(not lacking),
            self._share(lambda word: self._elsewhere(word, one)),
            float(self._is_about(one)),
            own * float(sought.form is Form.WHETHER),
            own * float(sought.form is Form.OPEN),
            float(bool(self._question.names)),
            float(self._focus is None or self._said(self._focus, one) > _AFTER),
        )  # fmt: skip

    def _elsewhere(self, word: str, one: Statement) -> float:
        """Whether another sentence of the passage says what this one does not."""
        if self._said(word, one) >= _BEFORE or self._softly(word, one) >= _HALF:
            return 0.0
        return float(
            any(
                word in self._own[id(other)]
                for _, other in self._found if other.passage is one.passage
            )
        )  # fmt: skip

    def _is_about(self, one: Statement) -> bool:
        """Whether somebody or something that the question names stands in it or over it."""
        near = f"{one.turn} {one.speaker} {one.asked} {one.passage.context}"
        held = set(plain_words(near))
        return any(held & set(plain_words(name)) - STOPWORDS for name in self._question.names)

    def _spoken(self, one: Statement) -> int:
        """Whether somebody named in the question says it (1), or somebody else does (-1)."""
        if not one.speaker:
            return 0
        voices, asker = [*self._question.people], self._question.asker
        said = set(plain_words(one.speaker))
        mine = bool(asker) and said <= set(plain_words(asker))
        if _ME.search(self._question.text):
            voices = [asker] if asker else []
        elif mine:
            return -1  # what somebody else wants or does is told by them
        heard = [set(plain_words(name)) for name in voices]
        if not heard:
            return 0
        return 1 if any(said <= name or name <= said for name in heard) else -1

    def _told(self, word: str, one: Statement) -> float:
        """How far a word of the question is said, in these words or in others of like meaning."""
        return max(self._said(word, one), self._softly(word, one))

    def _tells_of_focus(self, one: Statement) -> bool:
        """Whether what is asked for ("which wine", "how many seats") is spoken of at all."""
        if self._focus is None or self._sought.form not in {Form.OPEN, Form.NUMBER}:
            return True
        return self._told(self._focus, one) >= _HALF

    def _softly(self, word: str, one: Statement) -> float:
        return max(
            (self._soft.get((word, other), 0.0) for other in self._own[id(one)]), default=0.0
        )

    def _learn_soft(self, kept: Sequence[Statement]) -> None:
        """How near words of the statements come to words of the question in meaning."""
        if self._alike is None or not self._concepts:
            return
        spelt = _spelt(self._question.text)
        others = {word: text for one in kept for word, text in _spelt(one.text).items()}
        asked = [word for word in self._concepts if word in spelt and word.isalpha()]
        heard = [word for word in others if word.isalpha() and len(word) > 2]
        if not asked or not heard:
            return
        table = self._alike([spelt[word] for word in asked], [others[word] for word in heard])
        for word, row in zip(asked, table, strict=True):
            for other, value in zip(heard, row, strict=True):
                if value > _SOFT_FROM:
                    self._soft[word, other] = min(
                        _SOFT_MOST, (float(value) - _SOFT_FROM) / _SOFT_SPAN
                    )

    def _likeness(self, kept: Sequence[Statement]) -> list[float]:
        if self._alike is None:
            return [0.0] * len(kept)
        row = self._alike([self._question.text], [one.text for one in kept])[0]
        return [float(value) for value in row]


_ME = re.compile(r"\b(?:I|my|me|mine)\b", re.IGNORECASE)


def _says(one: Statement) -> bool:
    """Whether it says something: a question says nothing, a word or two answer only a question."""
    text = one.text.rstrip("\"'”’) ")
    return not text.endswith("?") and len(plain_words(text)) > (0 if one.asked else 2)


@lru_cache(maxsize=512)
def names_in(passage: Passage) -> frozenset[str]:
    """Words of the names of those whom the passage is about or who speak in it."""
    named = " ".join((*passage.names, passage.context))
    speakers = re.findall(r"(?:^|\n|[.!?] )([A-ZÀ-Þ][\w.'’ -]{0,40}):", passage.text)
    return frozenset(plain_words(" ".join((named, *speakers)))) - STOPWORDS


@lru_cache(maxsize=4096)
def _concepts(text: str) -> frozenset[str]:
    return frozenset(concept(word) for word in plain_words(text) if word not in STOPWORDS)


@lru_cache(maxsize=4096)
def _spelt(text: str) -> Mapping[str, str]:
    """Each concept of a text with the word that says it."""
    return {concept(word): fold(word) for word in plain_words(text) if word not in STOPWORDS}
