"""Whom a question names: evidence must name them too, and what they said must be their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.chat.names import Known, is_cue
from assistant.chat.question.stopwords import STOPWORDS
from retrieval.passages import Passage
from retrieval.stems import WORD, fold

# What people say stands in these; an article or a card of figures is nobody's word.
_SPOKEN = frozenset({"interaction", "call", "note", "ticket"})
PERSONS = frozenset({"contact", "lead", "owner"})
_LEAST_WORDS = 2
_NOT_IN_NAMES = frozenset(
    ["mr", "mrs", "ms", "dr", "prof", "describe", "explain", "summarise", "summarize", "compare"]
)
_LEGAL = frozenset(["ag", "bv", "gmbh", "inc", "kg", "limited", "llc", "ltd", "nv", "plc", "sa"])
_QUOTED = re.compile(r"[\"“„]([^\"“”„]{2,80})[\"”“]")
_SAID = re.compile(
    r"\bwhat\s+(?:else\s+)?(?:did|do|does|has|have|had|is|was|are|were)\s+(?P<who>[^?]{1,80}?)\s+"
    r"(?:\w+ly\s+)?(?:say|said|saying|tell|told|write|written|mention(?:ed)?|ask(?:ed)?"
    r"|complain(?:ed|ing)?|promised?|report(?:ed)?|answer(?:ed)?|repl(?:y|ied))\b",
    re.IGNORECASE,
)
_ANYBODY = re.compile(
    r"\b(?:customers?|clients?|they|people|users?|buyers?|prospects?|any(?:one|body)"
    r"|every(?:one|body)|he|she)\b",
    re.IGNORECASE,
)
_US = frozenset({"rep", "agent", "sales", "support", "us", "me"})
_SENT_TO = re.compile(r"^[\w-]+(?: mention)? to ")


@dataclass(frozen=True, slots=True)
class Saying:
    """Whose words are asked for: a person's, by name and id, or anybody's outside the house."""

    name: tuple[str, ...] = ()
    record_id: str | None = None
    ours: bool = False  # the asker's own

    def spoke(self, label: str, passage: Passage) -> bool:
        """Whether the label of a turn of this passage is theirs."""
        if not self.name:
            return True
        said = _words(label)
        if said and set(said) <= set(self.name):
            return True
        if self.ours:
            return fold(label) in _US
        return fold(label) in {"customer", "contact"} and self._takes_part(passage)

    def holds(self, passage: Passage) -> bool:
        """Whether the passage may hold their words at all."""
        if passage.kind not in _SPOKEN or passage.field == "card":
            return False
        if not self.name:
            return True
        if passage.kind == "call":
            return True  # judged turn by turn
        sent = _SENT_TO.match(passage.context) is not None
        return sent if self.ours else self._takes_part(passage) and not sent

    def _takes_part(self, passage: Passage) -> bool:
        if self.record_id is not None and passage.contact_id is not None:
            return passage.contact_id == self.record_id
        return _stands(self.name, passage.context)


def saying(question: str, entities: Sequence[Known], asker: str = "") -> Saying | None:
    """Whose words "What did X say" asks for; None for other questions and other X.

    asker: the name of who asks, meant by "I".
    """
    found = _SAID.search(question)
    if found is None:
        return None
    if asker and found["who"].strip() in {"I", "i"}:
        return Saying(_words(asker), ours=True)
    who = _words(found["who"])
    for one in entities:
        if set(_words(one.name)) & set(who):
            return Saying(_words(one.name), one.id) if one.kind in PERSONS else Saying()
    if full := next(_runs(found["who"], ()), None):
        return Saying(full)
    return Saying() if _ANYBODY.search(found["who"]) else None


def full_names(question: str, known: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What reads as a full name, of a person or firm, and is none of the `known` names.

    Two capitalised words side by side or quoted words; of a name that goes on after a known one
    what is left of it.
    """
    for quoted in _QUOTED.finditer(question):
        yield from _left([fold(word) for word in WORD.findall(quoted[1])], known)
    if all(word[0].isupper() for word in WORD.findall(question) if len(word) > 1):
        return  # a heading, or shouting: capitals say nothing
    yield from _runs(question, known)


def _runs(question: str, known: Sequence[str]) -> Iterator[tuple[str, ...]]:
    run: list[str] = []
    last = 0
    for match in [*WORD.finditer(question), None]:
        if match is not None and run and fold(match[0]) in _PARTICLES:
            run.append(fold(match[0]))
            last = match.end()
        elif match is not None and _may_be_named(match[0]):
            if run and question[last : match.start()] not in {" ", ". "}:
                yield from _left(run, known)
                run = []
            run.append(_bare(match[0]))
            last = match.end()
        else:
            yield from _left(run, known)
            run = []


def about_the_named(
    question: str, known: Sequence[str], passages: Sequence[Passage]
) -> list[Passage]:
    """The passages in which every full name of the question stands whole: one that shares a
    given name with it is about somebody else."""
    wanted = list(full_names(question, known))
    return [
        passage for passage in passages
        if all(
            any(_stands(name, text) for text in (passage.text, passage.context, *passage.names))
            for name in wanted
        )
    ]  # fmt: skip


# What stands small between the parts of a name: "Joost van Rijn".
_PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "la",
        "le",
        "ten",
        "ter",
        "al",
        "el",
        "bin",
        "ibn",
        "y",
        "zu",
        "zur",
        "af",
        "av",
    ]
)


def _may_be_named(word: str) -> bool:
    bare = _bare(word)
    return (
        word[0].isupper()
        and len(bare) > 1
        and bare not in STOPWORDS
        and bare not in _NOT_IN_NAMES
        and not is_cue(bare)
    )


def _left(run: Sequence[str], known: Sequence[str]) -> Iterator[tuple[str, ...]]:
    borne = {word for name in known for word in _words(name)}
    run = list(run)
    while run and run[-1] in _PARTICLES:
        run.pop()
    left = tuple(word for word in run if word not in borne and word not in _LEGAL)
    if len(left) >= _LEAST_WORDS:
        yield left


def _words(text: str) -> tuple[str, ...]:
    return tuple(_bare(word) for word in WORD.findall(text))


def _bare(word: str) -> str:
    return fold(re.sub(r"['’]s?$", "", word))


def _stands(name: Sequence[str], text: str) -> bool:
    held = _words(text)
    return any(held[at : at + len(name)] == tuple(name) for at in range(len(held)))
