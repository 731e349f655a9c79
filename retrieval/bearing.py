"""Whether what a claim says of someone or something is said of them in its evidence."""

from __future__ import annotations

import re

from retrieval.clauses import Sentence
from retrieval.coverage import KINDS, telling_words
from retrieval.gathered import Evidence, Told
from retrieval.relations import Name, name_words, relations, same_name, subject
from retrieval.stance import closest_to
from retrieval.stems import plain_words
from retrieval.synonyms import concept
from retrieval.words import words

_OWN, _CONTACT = concept("owner"), concept("contact")
# What those do who are not ours.
_OF_CONTACTS = frozenset(
    concept(word)
    for word in words("contact ask open report request write call order buy sign champion")
)
_LONGEST_CHOICE = 6  # words of a field that says which one


def misplaced(sentence: Sentence, evidence: Evidence) -> list[str]:
    """Roles, fields and deeds that the evidence gives to another."""
    return [*_other_role(sentence, evidence), *_other_field(sentence, evidence),
            *_other_subject(sentence, evidence)]  # fmt: skip


def _other_role(sentence: Sentence, evidence: Evidence) -> list[str]:
    """ "Owned by Dana" where the evidence says that Lee owns it."""
    closest = {id(one) for one in closest_to(sentence, evidence)}
    reasons = []
    for what, who in relations(sentence):
        given = {
            name
            for one in evidence.told
            for role, name in one.relations
            if role == what and name and (one.field or id(one) in closest or _shares(sentence, one))
        }
        if not given and evidence.is_record and what not in _OF_CONTACTS:
            given = _owners_of_deeds(who, evidence)
        if not given and evidence.is_record and what.endswith((" to", " from")):
            way = what.rpartition(" ")[2]
            given = {name for one in evidence.told for role, name in one.relations if role == way}
        if given and not any(same_name(who, name) for name in given):
            other = " ".join(sorted(min(given, key=sorted)))
            reasons.append(f"the source says “{what}” of {other}, not of {' '.join(sorted(who))}")
    return reasons


def _owners_of_deeds(who: Name, evidence: Evidence) -> set[Name]:
    """Whom a record's deeds are told of, when it has this name for its contact alone."""
    roles: dict[str, set[Name]] = {}
    for one in evidence.told:
        for role, name in one.relations:
            roles.setdefault(role, set()).add(name)
    mine = {role for role, names in roles.items() if any(same_name(who, n) for n in names)}
    return roles.get(_OWN, set()) if mine and mine <= {_CONTACT} else set()


def _shares(sentence: Sentence, one: Told) -> bool:
    wanted = {word.stem for word in telling_words(sentence)}
    return len(wanted & one.held) * 2 >= len(wanted)


def _other_field(sentence: Sentence, evidence: Evidence) -> list[str]:
    """ "Its priority is high" where the field "priority" says "low"."""
    said = {word.stem for word in sentence.words}
    plain = {concept(word) for word in plain_words(sentence.text)}
    reasons = []
    for one in evidence.told:
        label = frozenset(part for part in one.field if part not in _LINKS)
        if not label or not label <= said or label <= KINDS or not _is_choice(one):
            continue
        value = {concept(word) for word in plain_words(one.value)}
        if not value & plain and not _elsewhere(label, one, evidence, plain):
            reasons.append(f"the source says “{one.value}” of this")
    return reasons


def _elsewhere(label: frozenset[str], one: Told, evidence: Evidence, plain: set[str]) -> bool:
    """Whether a field of the same name says what is claimed."""
    return any(
        other is not one
        and label <= other.field
        and plain & {concept(word) for word in plain_words(other.value)}
        for other in evidence.told
    )


_LINKS = frozenset(
    concept(word)
    for word in ["by", "to", "at", "on", "id", "name", "date", "no", "number", "the", "of", "is"]
)


def _is_choice(one: Told) -> bool:
    said = one.value.split()
    return 0 < len(said) <= _LONGEST_CHOICE and not any(
        value.kind != "name" for value in one.sentence.values
    )


def _other_subject(sentence: Sentence, evidence: Evidence) -> list[str]:
    """A sentence about Dana, from words that are not about Dana."""
    who = subject(sentence)
    if who is None or evidence.is_record:
        return []
    speakers = {one.speaker for one in evidence.told if one.speaker is not None}
    silent = [name for name in evidence.entities if not any(same_name(name, s) for s in speakers)]
    if any(same_name(who, name) for name in silent):
        return []
    closest = closest_to(sentence, evidence)
    if not closest or any(_is_about(who, one) for one in closest):
        return []
    return [f"the source does not say this of {' '.join(sorted(who))}"]


def _is_about(who: Name, one: Told) -> bool:
    if who & frozenset(plain_words(_ADDRESSED.sub("", one.sentence.text))):
        return True
    named = (v.text for v in one.sentence.values if v.kind == "name")
    if any(same_name(who, name_words(text)) for text in named):
        return True
    first = bool(_FIRST & frozenset(plain_words(one.sentence.text)))
    if one.speaker is not None and same_name(who, one.speaker):
        return True
    if first:
        return one.speaker is None
    third = bool(_THIRD & frozenset(plain_words(one.sentence.text)))
    return third and one.antecedent is not None and same_name(who, one.antecedent)


_ADDRESSED = re.compile(
    r"^(?:[^:\n]{1,40}:\s+)?(?:(?:hi|dear|hello|hey|good \w+)\s+)?"
    r"[A-ZÀ-Þ][\w'’-]+(?:\s[A-ZÀ-Þ][\w'’-]+)*,\s"
)
_FIRST = frozenset(
    [
        "i",
        "we",
        "my",
        "our",
        "us",
        "me",
        "i'm",
        "we're",
        "i've",
        "we've",
        "i'd",
        "we'd",
        "i'll",
        "we'll",
    ]
)
_THIRD = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "his",
        "her",
        "its",
        "their",
        "him",
        "them",
        "he's",
        "she's",
        "it's",
    ]
)
