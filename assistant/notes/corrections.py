"""A call that contradicts itself: the later statement stands, and shows the earlier one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.notes.phrases import any_of
from assistant.notes.sides import Cast
from assistant.notes.statements import Statement
from assistant.notes.telling import values_in
from assistant.notes.words import content_words

_CORRECTS = any_of(
    r"actually|sorry|i misspoke|let me correct|correction|make (?:that|it)|scratch that|"
    r"change of plan|on second thought|instead|"
    r"rather than|no longer|turns out|just heard|(?:has|have|is|was|got|been) (?:changed|cut|"
    r"reduced|increased|raised|revised|updated|moved|pushed|brought)|"
    r"i was wrong|i said|earlier i|we said|not \w+ (?:but|any ?more)|no,|wait|"
    r"thinking about it|i meant|i take that back|that's wrong|now it's|more like"
)
# What two figures of one kind may differ by and still both be true.
_APART = any_of(
    r"per (?:\w+)|a (?:month|year|seat|user|quarter)|monthly|annual\w*|yearly|quarterly|"
    r"training|implementation|onboarding|set-?up|support|this year|next year|"
    r"first year|second year|year (?:one|two|three)|phase (?:one|two|1|2)|pilot|another|"
    r"additional|extra|more|plus|total|existing|current(?:ly)?|today|competitor|they|"
    r"last (?:year|quarter|month)|used to|"
    r"minimum|maximum|at least|up to|list|discount"
)
_COMPARED = {
    "budget": ("amount", "percentage"),
    "needs": ("number",),
    "timeline": ("date",),
    "decisions": ("amount", "percentage", "number", "date"),
    "next_step": ("date",),
    "authority": (),
}
_TAKES_BACK = re.compile(r"\b(?:sorry|no,|wait|i mean|scratch that|make (?:it|that)|rather)")
_LIKE_ENOUGH = 0.6
_LIKE_WHEN_CORRECTING = 0.25


def corrects_itself(text: str) -> bool:
    """Names a figure and at once another of its kind: "five pounds, sorry, no, five fifty"."""
    values = values_in(text)
    return any(
        first.kind == second.kind and _TAKES_BACK.search(text.lower(), first.end, second.start)
        for first, second in pairwise(values)
    )


def with_corrections(section: str, statements: Sequence[Statement], cast: Cast) -> list[Statement]:
    """The statements without those that a later one replaces; the later one carries the earlier."""
    kept: list[Statement] = []
    for later in statements:
        index = next(
            (i for i in reversed(range(len(kept))) if _replaces(section, later, kept[i], cast)),
            None,
        )
        if index is not None:
            later = replace(
                later,
                earlier=kept.pop(index).parts[0],
                flags=(*later.flags, "corrected in the call"),
            )
        kept.append(later)
    return kept


def _replaces(section: str, later: Statement, earlier: Statement, cast: Cast) -> bool:
    if later.speaker != earlier.speaker and (
        not cast.side(later.speaker) or cast.side(later.speaker) != cast.side(earlier.speaker)
    ):
        return False
    if earlier.parts[0].utterance.index == later.parts[0].utterance.index:
        return False
    corrects = _CORRECTS.search(later.low) is not None
    shared = _shared_words(later, earlier)
    for kind in _COMPARED.get(section, ()):
        ours, theirs = _of_kind(kind, later), _of_kind(kind, earlier)
        if not ours or not theirs or ours & theirs:
            continue
        if kind == "number" and not _same_unit(later, earlier):
            continue
        if corrects and (shared >= _LIKE_WHEN_CORRECTING or section == "budget"):
            return True
        named = section == "budget" and "budget" in later.low and "budget" in earlier.low
        if (named or shared >= _LIKE_ENOUGH) and _APART.findall(later.low) == _APART.findall(
            earlier.low
        ):
            return True
    return section == "decisions" and corrects and shared >= _LIKE_WHEN_CORRECTING


def _of_kind(kind: str, statement: Statement) -> frozenset[str]:
    return frozenset(
        value.normal
        for part in statement.parts
        for value in values_in(part.text)
        if value.kind == kind
    )


def _shared_words(later: Statement, earlier: Statement) -> float:
    ours, theirs = (_without_values(each) for each in (later, earlier))
    shorter = min(len(ours), len(theirs))
    return len(ours & theirs) / shorter if shorter else 0.0


def _without_values(statement: Statement) -> frozenset[str]:
    words = set(content_words(statement.low))
    for part in statement.parts:
        for value in values_in(part.text):
            if value.kind != "name":
                words -= content_words(value.text.lower())
    return frozenset(words)


def _same_unit(later: Statement, earlier: Statement) -> bool:
    return bool(_units(later) & _units(earlier))


def _units(statement: Statement) -> frozenset[str]:
    """The things counted: the word after each number."""
    found: set[str] = set()
    for part in statement.parts:
        for value in values_in(part.text):
            after = re.match(r"\W+([a-z][\w-]+)", part.text[value.end :].lower())
            if value.kind == "number" and after:
                found |= content_words(after[1])
    return frozenset(found)
