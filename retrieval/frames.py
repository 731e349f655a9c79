"""What a speaker does by saying something: "Ann wants", "Ann asked", "Ann promised"."""

from __future__ import annotations

import re

from retrieval.clauses import Sentence, Word
from retrieval.gathered import Evidence, Told
from retrieval.relations import relations, same_name, subject
from retrieval.synonyms import concept
from retrieval.words import words

_SAYS = frozenset(
    concept(word)
    for word in words(
        "say tell state note mention report write explain believe think reckon consider feel find "
        "regard view opinion accord answer reply message point remark argue call speak word e-mail"
    )
)
_WISHES = frozenset(
    concept(word)
    for word in words("want wish like ask request prefer need insist demand require expect hope")
)
_ASKS = frozenset(concept(word) for word in words("ask wonder question inquire enquire know want"))
_PROMISES = frozenset(
    concept(word) for word in words("promise commit commitment pledge assure undertake offer")
)
_WISHED = re.compile(
    r"\b(?:please|can you|could you|would you|will you|want|wants|wish|need|needs|must|have to"
    r"|has to|had to|would like|['’]d like|send me|send us|give me|give us|show me|tell me"
    r"|let me know|rather|hope|hoping|expect|looking for|love|won['’]t \w+ without|not without"
    r"|only if)\b",
    re.IGNORECASE,
)
_PROMISED = re.compile(
    r"(?:\b(?:I|we|you)(?:['’]ll| will)\b|\bI promise|\bgoing to\b|\blet me\b)", re.IGNORECASE
)


def is_framed(word: Word, sentence: Sentence, evidence: Evidence) -> bool:
    """Whether a word tells only what its subject does in saying what the evidence has of them."""
    acts = [act for act in ("says", "wishes", "asks", "promises") if word.stem in _WORDS[act]]
    if not acts:
        return False
    agents = {name for what, name in relations(sentence) if what == word.stem}
    if not agents and (who := subject(sentence)):
        agents = {who}
    own = {w.stem for w in sentence.words} - {word.stem}
    said = [
        one
        for one in evidence.told
        if one.speaker is not None
        and any(same_name(one.speaker, name) for name in agents)
        and own & one.held
    ]
    return any(_does(act, one) for act in acts for one in said)


_WORDS = {"says": _SAYS, "wishes": _WISHES, "asks": _ASKS, "promises": _PROMISES}


def _does(act: str, one: Told) -> bool:
    text = one.sentence.text
    if act == "asks":
        return "?" in one.sentence.hedges
    if act == "wishes":
        return bool(_WISHED.search(text))
    return act == "says" or bool(_PROMISED.search(text))
