"""Which words of a claim its evidence says, in this form or another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from retrieval.agreement import same_value
from retrieval.clauses import Sentence, Word
from retrieval.frames import is_framed
from retrieval.gathered import Evidence
from retrieval.kinship import kin
from retrieval.relations import name_words
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
    "duration": "long last take time period term span interval",
    "number": "number count total time figure",
    "measure": "weight weigh heavy length long size big capacity volume noise loud measure",
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
        lol haha yea yep nope nah right correct fact fun well too kind sort thing way carry concern
        belong contain comprise feature stand regard relate involve remain amount locate base among
        amongst across along around near toward towards throughout case cases specific particular
        certain various mark list name run bear fall set put turn bring hold describe place person
        people side now currently stand come since because far against ahead regarding concerning
        apply run sit keep go do way provided stay spend assuming condition possibly probably
        perhaps likely apparently presumably tentatively roughly approximately enough something
        anything whether thing matter lack rough please thanks thank behind hi hello interesting
        cool great nice only just start one new use
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
_COUNTED_AS = frozenset(concept(word) for word in words("time people person piece unit item"))
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
    covered = evidence.most_of({word.stem for word in wanted})
    missing = [
        word
        for word in told
        if not _is_covered(word, covered, evidence) and not is_framed(word, sentence, evidence)
    ]
    allowed = int(_UNCOVERED_SHARE * len({word.stem for word in told}))
    added = [
        w for chunk in _chunks(sentence, told) if all(x in missing for x in chunk) for w in chunk
    ]
    counted = [word for word in sentence.words if not _is_counted_there(word, sentence, evidence)]
    decisive = [word for word in missing if _is_decisive(word, sentence)]
    few = len({w.stem for w in missing}) <= allowed
    if few and not added and not counted and not decisive:
        return []
    unsaid = dict.fromkeys(word.text for word in missing or counted)
    return [f"the source does not say “{' '.join(unsaid)}”"]


_AUXILIARY = re.compile(
    r"\b(?:been|being|was|were|is|are|be|has|have|had|gets?|got)\s+(?:(?:also|now|already|just|still"
    r"|been|being|fully)\s+)*$",
    re.IGNORECASE,
)


def _is_decisive(word: Word, sentence: Sentence) -> bool:
    """Whether it is what the sentence says has happened, or what it denies."""
    if word.text[:1].isupper():
        return False
    before = sentence.text[: word.start - sentence.start]
    if word.text.endswith(("ed", "en", "wn", "ught")) and _AUXILIARY.search(before):
        return True
    return word.denied and word is next((w for w in sentence.words if w.denied), None)


def missing_names(sentence: Sentence, evidence: Evidence) -> list[str]:
    """The names of the sentence that the evidence does not have."""
    return [
        f"{value.text} is not named in the source"
        for value in full_names(sentence)
        if not evidence.has_initials(value.text)
        and not _is_host(value.text, evidence)
        and (_is_mixed(value, evidence) or any(
            len(w) > 1 and not evidence.names_it(w)
            for w in plain_words(value.text)
            if w not in _LINKS
        ))
    ]  # fmt: skip


_SHORTEST_HOST = 5


def _is_host(name: str, evidence: Evidence) -> bool:
    """Whether an address of the evidence begins with the name."""
    run = "".join(plain_words(name))
    return len(run) >= _SHORTEST_HOST and any(host.startswith(run) for host in evidence.hosts)


_CODE = re.compile(r"(?<![\w-])(?=[A-Z0-9-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)+(?![\w-])")


def _is_mixed(value: Value, evidence: Evidence) -> bool:
    """Whether it is put together from two names of the evidence, or a part of a longer code."""
    for code in _CODE.findall(value.text):
        if not evidence.has_run(code):
            return True
    own = name_words(value.text)
    if len(own) < 2 or evidence.has_run(value.text):
        return False
    parts = [name for name in evidence.names if name & own]
    if any(name <= own or own <= name for name in parts):
        return False
    return all(any(word in name and len(name) > 1 for name in parts) for word in own)


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
        if any(v.kind == "name" and v.end + 1 == value.start for v in sentence.values):
            continue  # "Model 5"
        if word.stem in _COUNTED_AS or (
            evidence.is_record and (word.stem in KINDS or word.stem in evidence.stems)
        ):
            continue
        return any(
            kin(word.stem) & one.held
            for one in evidence.told
            if any(same_value(value, given) for given in one.sentence.values)
        )
    return True
