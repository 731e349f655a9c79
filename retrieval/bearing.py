"""Whether what a claim says of someone or something is said of them in its evidence."""

from __future__ import annotations

import re

from retrieval.clauses import Sentence
from retrieval.coverage import KINDS, telling_words
from retrieval.gathered import Evidence, Told
from retrieval.kinship import kin
from retrieval.relations import Name, name_words, relations, same_name, subject
from retrieval.stance import closest_to
from retrieval.stems import plain_words
from retrieval.synonyms import concept
from retrieval.titles import held_by_another
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
            *_other_post(sentence, evidence), *_other_number(sentence, evidence),
            *_other_subject(sentence, evidence), *_other_thing(sentence, evidence)]  # fmt: skip


_SUBJECT = re.compile(
    r"(?:(?:the|an?|all|every|each|both|its|their|our|no)\s+)?(?P<what>[a-z]+)\s", re.IGNORECASE
)


def _other_thing(sentence: Sentence, evidence: Evidence) -> list[str]:
    """A sentence about filters, from words that are about pumps."""
    match = _SUBJECT.match(sentence.text)
    if match is None or evidence.is_record:
        return []
    at = sentence.start + match.start("what")
    named = any(v.kind == "name" and v.start <= at < v.end for v in sentence.values)
    if named and not evidence.has_lower(match["what"].lower()):
        return []
    what = next((w for w in telling_words(sentence) if w.text == match["what"]), None)
    closest = closest_to(sentence, evidence)
    if what is None or not closest or not any(kin(what.stem) & one.held for one in evidence.told):
        return []
    for at, one in enumerate(evidence.told):
        if any(one is other for other in closest):
            near = evidence.told[max(0, at - 1) : at + 2]
            if any(kin(what.stem) & other.held for other in (*near, evidence.told[0])):
                return []
    return [f"the source does not say this of {what.text}"]


def _other_post(sentence: Sentence, evidence: Evidence) -> list[str]:
    texts = tuple(one.sentence.text for one in evidence.told)
    post = held_by_another(sentence.text, texts)
    return [f"the source names another as {post}"] if post else []


def _other_role(sentence: Sentence, evidence: Evidence) -> list[str]:
    """ "Owned by Dana" where the evidence says that Lee owns it."""
    closest = {id(one) for one in closest_to(sentence, evidence)}
    reasons = []
    about = _headings(evidence)
    for what, who in relations(sentence):
        if any(same_name(who, name) for name in about):
            continue
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
        given |= _elsewhere_placed(sentence, who, evidence)
        if given and not any(same_name(who, name) for name in given):
            other = " ".join(sorted(min(given, key=sorted)))
            reasons.append(f"the source says “{what}” of {other}, not of {' '.join(sorted(who))}")
    return reasons


def _elsewhere_placed(sentence: Sentence, who: Name, evidence: Evidence) -> set[Name]:
    """Where one sentence puts two things that this one puts with somebody else or elsewhere."""
    wanted = {what for what, name in relations(sentence) if name == who and " " in what}
    if len(wanted) < 2:
        return set()
    for one in evidence.told:
        there = {what: name for what, name in one.relations if what in wanted}
        if len(there) > 1 and not any(same_name(who, name) for name in there.values()):
            return set(there.values())
    return set()


_ONCE = re.compile(
    r"\bonce(?=[.!?]?$|,| (?:a|per|in|so far)\b)|\b(?:only|just|a single) one\b|\ba single\b",
    re.IGNORECASE,
)


def _other_number(sentence: Sentence, evidence: Evidence) -> list[str]:
    """ "Reminded once" where the field "reminders sent" says 2."""
    if not evidence.is_record or not _ONCE.search(sentence.text):
        return []
    said = {word.stem for word in telling_words(sentence)}
    return [
        f"the source says {one.value} of this, not one"
        for one in evidence.told
        if one.value.strip().isdigit() and one.value.strip() != "1" and one.field & said
    ]


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
        if _is_subject(label, sentence) or (one.is_none and sentence.denies):
            continue
        value = {concept(word) for word in plain_words(one.value)}
        if not value & plain and not _elsewhere(label, one, evidence, plain):
            reasons.append(f"the source says “{one.value}” of this")
    return reasons


_DOES = re.compile(
    r"(?:the\s+|its\s+)?(?P<what>[a-z]+)\s+(?!is\b|was\b|of\b)[a-z]+s\b", re.IGNORECASE
)


def _is_subject(label: frozenset[str], sentence: Sentence) -> bool:
    """ "The room costs": the label says what is spoken of, and not which one it is."""
    match = _DOES.match(sentence.text)
    return match is not None and label == {concept(match["what"].lower())}


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
    if any(same_name(who, name) for name in (*silent, *_headings(evidence))):
        return []
    closest = closest_to(sentence, evidence)
    if not closest or any(_is_about(who, one) for one in closest):
        return []
    if len(who) == 1 and evidence.has_lower(min(who)):
        return []  # a word that only opens the sentence
    return [f"the source does not say this of {' '.join(sorted(who))}"]


_HEADING = re.compile(
    r"^(?:call|chat|meeting|visit|conversation|thread|(?:[\w-]+ ){0,2}note|ticket(?: \w+)?) *"
    r"(?:with|at|from|of|,|:)",
    re.IGNORECASE,
)
_AFFILIATION = re.compile(r"^(?:from:)?[^:(]{1,50}\((?P<who>[^)]{2,50})\)", re.IGNORECASE)


def _headings(evidence: Evidence) -> list[Name]:
    """Those that a heading names ("Call with Acme", "From: Ann Lee (Acme)"): all is about them."""
    found = []
    speakers = [one.speaker for one in evidence.told if one.speaker is not None]
    for one in evidence.told[:4]:
        text = one.sentence.text
        if _HEADING.match(text) and one.speaker is None:
            ends = one.sentence.start + (text.find(": ") if ": " in text else len(text))
            named = (v for v in one.sentence.values if v.kind == "name" and v.end <= ends)
            found += [name_words(v.text) for v in named]
        elif match := _AFFILIATION.match(text):
            found.append(name_words(match["who"]))
    return [n for n in found if n and not any(same_name(n, speaker) for speaker in speakers)]


def _is_about(who: Name, one: Told) -> bool:
    if who & frozenset(plain_words(_ADDRESSED.sub("", one.sentence.text))):
        return True
    addressed = _ADDRESSED.match(one.sentence.text)
    begins = one.sentence.start + (addressed.end() if addressed else 0)
    named = (v.text for v in one.sentence.values if v.kind == "name" and v.start >= begins)
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
