"""Which words of a claim its evidence says, in this form or another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from retrieval.agreement import same_value
from retrieval.clauses import Sentence, Word
from retrieval.gathered import Evidence
from retrieval.stems import plain_words
from retrieval.synonyms import concept
from retrieval.values import Value
from retrieval.words import words

_LINKS = frozenset(words("of the and de van von der den la le du di da al"))
# What a value of this kind says by itself: "reached at ann@x.com" needs no word for reaching.
_SAID_BY_KIND = {
    "email": "reach contact email e mail address write available send",
    "phone": "reach contact phone call telephone number tel mobile available dial",
    "amount": "cost price amount total sum value worth money be",
    "date": "date day on dated take place month year",
    "id": "number id reference ref version",
    "percentage": "percent percentage rate share",
    "duration": "long last take time",
    "number": "number count total",
}
_SAID_STEMS = {
    kind: frozenset(concept(word) for word in words(text)) for kind, text in _SAID_BY_KIND.items()
}
# Words that carry no fact of their own: light verbs, and what people say between facts.
_EMPTY = frozenset(
    concept(word)
    for word in words(
        """
        be have do get give go make say tell state mention note show include currently accord
        record customer know think believe feel guess mean see look like call also even actual
        exact true truth though although however especially many much most lot lots part sure wow
        lol haha yea yep nope nah right correct agree fact fun well too kind sort thing way
        carry concern belong contain comprise feature stand regard relate involve remain amount
        locate base among amongst across along around near toward towards throughout case cases
        specific particular certain various mark list name run bear fall set put turn bring hold
        describe place person people side now currently stand come
        please thanks thank behind hi hello interesting cool great nice only just start one new use
        """
    )
)
# What a record is: said of "INV-2041" or "Acme" by what it is, unless it is called something else.
KINDS = frozenset(
    concept(word)
    for word in words(
        "account customer deal ticket invoice order quote contact lead task product payment note "
        "call company item article policy"
    )
)
_UNCOVERED_SHARE = 0.2
_CHUNK_END = re.compile(
    r"[,;:()]|\b(?:and|or|but|because|although|while|which|who|that|when|where|after|before|until"
    r"|since|for|to|with|without|by|at|in|on|from|per|during|despite|except|including|plus|into"
    r"|under|over|as|than|once|every)\b",
    re.IGNORECASE,
)


def missing_words(sentence: Sentence, evidence: Evidence) -> list[str]:
    """What the sentence says and the evidence does not, in words."""
    wanted = telling_words(sentence)
    told = [w for w in wanted if not _is_named(w, sentence)]
    covered = evidence.most_of(frozenset(word.stem for word in wanted))
    missing = [word for word in told if not _is_covered(word, covered, evidence)]
    allowed = int(_UNCOVERED_SHARE * len({word.stem for word in told}))
    added = [
        w for chunk in _chunks(sentence, told) if all(x in missing for x in chunk) for w in chunk
    ]
    counted = [word for word in sentence.words if not _is_counted_there(word, sentence, evidence)]
    if len({w.stem for w in missing}) <= allowed and not added and not counted:
        return []
    unsaid = dict.fromkeys(word.text for word in missing or counted)
    return [f"the source does not say “{' '.join(unsaid)}”"]


def missing_names(sentence: Sentence, evidence: Evidence) -> list[str]:
    """The names of the sentence that the evidence does not have."""
    return [
        f"{value.text} is not named in the source"
        for value in full_names(sentence)
        if not evidence.has_initials(value.text)
        and any(
            len(w) > 1 and not evidence.names_it(w)
            for w in plain_words(value.text)
            if w not in _LINKS
        )
    ]


def full_names(sentence: Sentence) -> list[Value]:
    """Its names; a single capital at its start may be any word, and counts among the words."""
    return [
        value
        for value in sentence.values
        if value.kind == "name" and (value.start != sentence.start or " " in value.text)
    ]


def telling_words(sentence: Sentence) -> list[Word]:
    """The words that carry a fact."""
    said_by_values = frozenset[str]().union(
        *(_SAID_STEMS.get(value.kind, frozenset()) for value in sentence.values)
    )
    return [w for w in sentence.words if w.stem not in said_by_values and w.stem not in _EMPTY]


def _is_named(word: Word, sentence: Sentence) -> bool:
    return any(value.start <= word.start < value.end for value in full_names(sentence))


def _is_covered(word: Word, covered: frozenset[str], evidence: Evidence) -> bool:
    if word.stem in covered or evidence.has_initials(word.text):
        return True
    return word.stem in KINDS and evidence.is_record and not (evidence.kinds & KINDS) - {word.stem}


def _chunks(sentence: Sentence, told: Sequence[Word]) -> Iterator[list[Word]]:
    """The words between one link and the next, where nothing but words is said."""
    cuts = [0, *(m.end() for m in _CHUNK_END.finditer(sentence.text)), len(sentence.text) + 1]
    filled = [v.start - sentence.start for v in sentence.values if v.kind != "name"]
    for start, end in itertools.pairwise(cuts):
        inside = [w for w in told if start <= w.start - sentence.start < end]
        if inside and not any(start <= at < end for at in filled):
            yield inside


def _is_counted_there(word: Word, sentence: Sentence, evidence: Evidence) -> bool:
    """Whether what a number counts ("54 sites") is said where the evidence has the number."""
    for value in sentence.values:
        between = sentence.text[value.end - sentence.start : word.start - sentence.start]
        if value.kind != "number" or value.end > word.start or between.strip():
            continue
        return any(
            word.stem in one.held
            for one in evidence.told
            if any(same_value(value, given) for given in one.sentence.values)
        )
    return True
