"""What is to be done, as a list of tasks has it: from the verb on, one whole clause, no "you"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.notes.phrases import any_of
from assistant.notes.promises import DEEDS
from assistant.notes.wording import as_heading
from assistant.notes.words import content_words

THEM = "the customer"
_DEED = re.compile(DEEDS)
_BEING_DONE = re.compile(r"([A-Za-z]{2,})ing\b")
# "You'll have the quote by Friday": what the other is to have is ours to give.
_TO_HAVE = re.compile(
    r"(?:have|get|receive|hear) (?=(?:the|a|an|our|my|your|all|both)\b)", re.IGNORECASE
)
_NO_DEED = re.compile(
    r"(?:have|get|receive|hear) (?:it|that|this|them|those|mine)\b|be\b", re.IGNORECASE
)
_GIVES = re.compile(
    r"^(?P<verb>(?:re-?)?send|give|get|bring|show|mail|e-?mail|forward|post|ship|draft|write|"
    r"make|offer|book|quote|hand|pass|prepare|provide) (?:you|me|us|him|her|them)(?: guys| all|"
    r" both)? (?=(?:a|an|the|that|this|those|these|my|our|your|two|three|both|all|some|\d|"
    r"[a-z]+s\b)\b)",
    re.IGNORECASE,
)
# Where another sentence begins, or what is told besides: a reason, a purpose, an aside.
_NEXT_CLAUSE = re.compile(
    r"(?:,| –| —| -|;| and| but| so| then)+ (?=(?:then )?(?:i|we|you|he|she|it|that|they|there|"
    r"here)(?:'\w+)?\b(?! said))"
    r"|,? so(?: that)? (?=\w+ (?:can|could|see|know|have|get)\b)|,? because\b|, which\b|,? since "
    r"|,? (?:even )?though\b|, (?:what|whether) |[.?!:] | – | — |; ",
    re.IGNORECASE,
)
_LIMIT = re.compile(r",? (?=(?:if|unless|provided|once|as soon as|subject to)\b)", re.IGNORECASE)
_DAY_OF_THE_CALL = re.compile(
    r",? \b(?:later |right |straight )?(?:today|tomorrow|tonight|now|away|this (?:morning|"
    r"afternoon|evening)|(?:right )?after (?:this|the|our) call)\b(?: morning| afternoon|"
    r" evening)?",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:call|ring|phone|text|message|write to|talk to|speak to|speak with|talk with|meet|visit|"
    r"contact|let|tell|with|to|for|remind|e-?mail|mail) (?P<who>you(?: guys| all| both)?|"
    r"me|us)\b(?! (?:the|a|an)\b)",
    re.IGNORECASE,
)
_ANYBODY = re.compile(r"(?<!\bof )\b(?:you|me|us)\b", re.IGNORECASE)
# Words that name nothing to be done: without others a promise is no task.
_EMPTY = any_of(
    r"it|that|this|these|those|them|him|her|he|she|they|one|something|anything|everything|"
    r"again|either way|in any case|anyway|too|also|then|now|soon|back|once more|myself|ourselves|"
    r"there|here|what|how|if|whether|with|at|on|in|to|for|about|up|over|out"
)


def as_task(deed: str, other: str = "") -> str:
    """The deed of a promise as the title of a task, or "" where it names nothing to be done.

    other: who "you", or in a request "me", is; words are left out, none but that name is added.
    """
    if _NO_DEED.match(deed):
        return ""
    plain = _plain_verb(_TO_HAVE.sub("", deed, count=1) if _TO_HAVE.match(deed) else deed)
    clause = _one_clause(plain)
    clause = re.sub(r",? please\b", "", clause, flags=re.IGNORECASE)
    titled = as_heading(_addressed(_DAY_OF_THE_CALL.sub("", clause), other or THEM))
    return titled if names_something(titled) else ""


def names_something(title: str) -> bool:
    """Whether more than a verb and words that stand for others is left."""
    first, _, rest = title.partition(" ")
    left = content_words(_EMPTY.sub(" ", rest.lower()))
    return bool(left - content_words(first.lower()))


def _one_clause(deed: str) -> str:
    """Up to where another sentence begins; a condition on it stays."""
    found = _NEXT_CLAUSE.search(deed)
    if found is None:
        return deed
    clause, rest = deed[: found.start()], deed[found.end() :]
    limit = _LIMIT.search(rest)
    tied = limit is not None and not re.search(r"[.?!]", rest[: limit.start()])
    return (
        f"{clause}, {rest[limit.end() :].rstrip('.')}"
        if limit and tied and len(rest) < 80
        else clause
    )


def _addressed(deed: str, other: str) -> str:
    """ "Send you the list" as "Send the list", "call you" as "Call Niamh"."""
    given = _GIVES.sub(lambda match: f"{match['verb']} ", deed)
    named = _PEOPLE.sub(lambda match: match[0][: match.start("who") - match.start()] + other, given)
    return _ANYBODY.sub(other, named).replace(" your ", " their ")


def _plain_verb(deed: str) -> str:
    """ "Sending you the tip" as "Send you the tip", where that is a deed we know."""
    match = _BEING_DONE.match(deed)
    if match is None:
        return deed
    known = next((each for each in _stems(match[1]) if _DEED.fullmatch(each.lower())), "")
    return known + deed[match.end() :] if known else deed


def _stems(root: str) -> Iterator[str]:
    yield root
    yield f"{root}e"
    if len(root) > 2 and root[-1] == root[-2]:
        yield root[:-1]
