"""Who holds which post: "Ann Lee, Operations Director", "CFO: Bo Chan", "Cy Dee (owner)"."""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.relations import Name, name_words, same_name
from retrieval.stems import plain_words, stem
from retrieval.words import words

_HEADS = words(
    "accountant administrator advisor adviser agent analyst architect assistant auditor buyer "
    "chairman chairwoman chair chief clerk consultant controller coordinator counsel dentist "
    "designer developer director doctor engineer executive foreman founder head host hygienist "
    "inspector lawyer lead manager nurse officer owner partner pharmacist planner president "
    "principal producer purchaser receptionist rep representative secretary shareholder "
    "specialist sponsor steward superintendent supervisor surveyor technician treasurer trustee "
    "veterinarian CEO CFO CIO COO CTO"
)
_SMALL = frozenset(words("the and of at for in on to with by from is was who"))
_PERSON = r"[A-ZÀ-Þ][\w'’-]+\.?(?: (?:de|van|von|der|da|[A-ZÀ-Þ][\w'’-]*\.?)){1,3}"
_HEAD = "|".join(_HEADS)
_POST = rf"(?:[A-Za-z&'’-]+ ){{0,3}}(?i:{_HEAD})"
_HELD = (
    re.compile(
        rf"(?P<who>{_PERSON}),? (?:the |our |their )?\(?(?P<post>{_POST})\b"
        r"(?=[,.;:)\n|]|$| of | at )"
    ),
    re.compile(rf"(?P<who>{_PERSON}), (?:the |our |their )?(?P<post>{_POST})\b"),
    re.compile(rf"(?P<who>{_PERSON}) \((?P<post>{_POST})\)"),
    re.compile(rf"(?:[Oo]ur|[Tt]he|[Mm]y|[Tt]heir) (?P<post>{_POST}),? (?P<who>{_PERSON})"),
    re.compile(rf"(?:^|[\n|;.] ?)(?P<post>{_POST}): (?P<who>{_PERSON})"),
)
# Any post, where the sentence sets it beside the name.
_ANY = r"(?:[a-z-]+ ){0,2}[a-z-]+"
_BESIDE = (
    re.compile(rf"\b(?:the|our|their|my|its) (?P<post>{_ANY}), (?P<who>{_PERSON})(?=[,.])"),
    re.compile(rf"(?P<who>{_PERSON}), (?:the|our|their|my|its) (?P<post>{_ANY})(?=[,.])"),
)
_IS_ANY = re.compile(
    rf"(?P<who>{_PERSON}|[A-ZÀ-Þ][\w'’-]+) (?:is|was) (?:the|our|their|its) (?P<post>{_ANY})\b"
)
_SAID = re.compile(
    rf"(?P<who>[A-ZÀ-Þ][\w'’.-]+(?: (?:de|van|von|der|da|[A-ZÀ-Þ][\w'’.-]*))*),? "
    rf"(?:is|was|as|who is)(?: also)? "
    rf"(?:the |an? |our |their |its |[\w ]{{1,30}}['’]s )?(?P<post>{_POST})\b"
)
_WHOSE = re.compile(
    rf"\b(?P<post>{_POST})(?: (?:of|at|for) [\w&.' -]{{2,40}}?)? is "
    rf"(?P<who>{_PERSON}|[A-ZÀ-Þ][\w'’-]+)"
)


@lru_cache(maxsize=1024)
def posts(text: str) -> tuple[tuple[Name, frozenset[str]], ...]:
    """The people of a text and the words of the posts that stand with their names."""
    found = {
        (name_words(match["who"]), _words(match["post"]))
        for pattern in (*_HELD, *_BESIDE)
        for match in pattern.finditer(text)
    }
    return tuple(sorted(found, key=str))


def held_by_another(claim: str, texts: tuple[str, ...]) -> str:
    """The post that the claim gives to one person and the texts to another; "" for none."""
    told = [post for text in texts for post in posts(text)]
    for pattern in (_SAID, _WHOSE, _IS_ANY):
        for match in pattern.finditer(claim):
            who, post = name_words(match["who"]), _words(match["post"])
            holders = [name for name, held in told if post <= held]
            if holders and not any(same_name(who, name) for name in holders):
                return match["post"]
    return ""


def _words(post: str) -> frozenset[str]:
    return frozenset(stem(word) for word in plain_words(post) if word not in _SMALL)
