"""Sentences that cannot be understood alone take along what they lean on, from the same turn.

"Two years. That worries me a bit." is one statement, and so is "Fifteen, with the grant. If it
comes." What a line takes along is quoted and cited like the rest of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from assistant.notes import acts
from assistant.notes.phrases import any_of
from assistant.notes.statements import Part, Statement
from assistant.notes.telling import is_small_talk
from assistant.notes.utterances import Utterance

_MOST_WORDS = 48  # of a line: two or three spoken sentences
_FRAGMENT_WORDS = 5
_SHORT = 9
_FURTHER = 3  # sentences looked at in either direction
_INTO = r"\W*(?:(?:and|but|so|well|see|then|or|because|actually|honestly|frankly|yes|yeah|no)\W+)*"
_POINTS_BACK = re.compile(
    rf"{_INTO}(?:it|that|this|these|those|they|them|he|she|his|her|their|which|neither|either|both)"
    r"(?:'\w+)?\b"
)
_POINTS = re.compile(r"\b(?:it|it's|that|this|those|they|them|these)\b")
_OF_THAT = re.compile(r"\b(?:it|that|this|them|those|these)\W*$")
_GOES_ON = re.compile(
    r"\W*(?:but|because|otherwise|if not|though|although|only|or|except|unless|and (?:if|that|it|"
    r"they|he|she|not|only|no)|not (?:just|only|that|before|until|yet)|for (?:now|these|that)|"
    r"that(?:'s| is)|then|after that|before that|until then|so)\b"
)
# No sentence of its own: "And a way out", "All except Polish", "With her, if she can".
_FRAGMENT = re.compile(
    r"\W*(?:(?:and|or|plus|but)\W+)?(?:(?:all |everything )?except|with|without|including|plus|"
    r"also|not|no|an?|for|from|by|to|in)\b"
)
# What follows such words is an opinion: "Here's what I think is happening."
_OPINION = re.compile(
    r"\b(?:here's|this is|that's) (?:what|how) i (?:think|believe|suspect|imagine)\b"
    r"|^\W*(?:i think|i suspect|i guess|my (?:guess|theory|hunch|feeling)(?: is)?)\W*$"
)
_FRAGMENT_REACH = 14
_WHOLE = re.compile(r"\W*(?:i|we|you|there|let's)\b")
_STANDS_WITH = any_of(r"(?:i|we)(?:'ll| will) do (?:it|that|this)|(?:i|we) (?:can't|won't) \w+ it")


def in_context(
    statement: Statement, utterances: Sequence[Utterance], told: Set[int] = frozenset()
) -> Statement:
    """The statement with the sentences around it that it needs, or that limit it.

    told: utterances that have a line of their own, and so are not put to another.
    """
    first, last = statement.parts[0], statement.parts[-1]
    words = sum(len(part.text.split()) for part in statement.parts)
    before: list[Part] = []
    if first.start == 0 and statement.asked is None:
        before = _leant_on(first.utterance, utterances, _MOST_WORDS - words)
        words += sum(part.utterance.words for part in before)
    after = (
        _following(last.utterance, utterances, _MOST_WORDS - words, told) if _whole(last) else []
    )
    parts = (*before, *statement.parts, *after)
    return replace(statement, parts=parts, main=first.utterance.index)


def merged(statements: Sequence[Statement]) -> list[Statement]:
    """Statements of a section, those that now share a sentence told as one."""
    kept: list[Statement] = []
    for each in statements:
        if kept and _told(kept[-1]) and _plain(each) and _shares(kept[-1], each):
            kept[-1] = _joined(kept[-1], each)
        else:
            kept.append(each)
    return kept


def with_details(
    found: dict[str, list[Statement]], details: Sequence[Statement]
) -> list[Statement]:
    """Details put to the line of their own turn, where one has room; those left over."""
    left: list[Statement] = []
    for detail in details:
        home = next(
            (
                (name, i)
                for name in found
                for i, line in enumerate(found[name])
                if _told(line) and _plain(detail) and _takes(line, detail)
            ),
            None,
        )
        if home is None:
            left.append(detail)
        else:
            name, i = home
            found[name][i] = _joined(found[name][i], detail)
    return left


def _takes(line: Statement, detail: Statement) -> bool:
    ours, theirs = line.parts[-1].utterance, detail.parts[0].utterance
    words = sum(part.utterance.words for part in (*line.parts, *detail.parts))
    gap = range(min(ours.index, theirs.index) + 1, max(ours.index, theirs.index))
    return (
        ours.speaker == theirs.speaker
        and len(gap) <= 1
        and words <= _MOST_WORDS
        and (ours.last_turn == theirs.first_turn)
    )


def _whole(part: Part) -> bool:
    return part.end < 0 or part.end >= len(part.utterance.text.rstrip())


def _leant_on(each: Utterance, utterances: Sequence[Utterance], room: int) -> list[Part]:
    taken: list[Part] = []
    while len(taken) < _FURTHER and each.index > 0:
        before = utterances[each.index - 1]
        if not (_leans(each) or _OPINION.search(before.low)):
            break
        if not _same_breath(before, each) or before.words > room or before.question:
            break
        taken.insert(0, Part(before))
        room -= before.words
        each = before
    return taken


def _leans(each: Utterance) -> bool:
    fragment = each.words <= _FRAGMENT_WORDS and not _WHOLE.match(each.low)
    at_end = each.words <= _SHORT and _OF_THAT.search(each.low) is not None
    return fragment or at_end or _POINTS_BACK.match(each.low) is not None


def _following(
    each: Utterance, utterances: Sequence[Utterance], room: int, told: Set[int]
) -> list[Part]:
    taken: list[Part] = []
    for after in utterances[each.index + 1 : each.index + 1 + _FURTHER]:
        tied = acts.opens_with_condition(after.low) or _STANDS_WITH.search(after.low)
        if not _same_breath(each, after) or after.question or after.words > room:
            break
        if after.index in told and not tied:
            break
        if not _belongs(after):
            break
        taken.append(Part(after))
        room -= after.words
        each = after
    return taken


def limits(condition: str) -> bool:
    """Whether a condition with a consequence of its own is still about what was said before."""
    return _POINTS.search(condition) is not None and (
        re.search(r"\b(?:i|we)(?:'ll| will)\b", condition) is None
    )


def _belongs(after: Utterance) -> bool:
    """Limits, corrects or completes what was said just before it."""
    if acts.opens_with_condition(after.low):
        return not acts.stands_alone(after.low) or limits(after.low)
    return (
        after.words <= _FRAGMENT_WORDS
        or _GOES_ON.match(after.low) is not None
        or _POINTS_BACK.match(after.low) is not None
        or _STANDS_WITH.search(after.low) is not None
        or (after.words <= _FRAGMENT_REACH and _FRAGMENT.match(after.low) is not None)
    )


def _same_breath(first: Utterance, second: Utterance) -> bool:
    """Said by one person in one turn, and neither mere politeness nor words for a machine."""
    return (
        first.speaker == second.speaker
        and first.last_turn == second.first_turn
        and not any(
            each.listening or is_small_talk(each) or acts.dictates(each.low)
            for each in (first, second)
        )
    )


def _told(statement: Statement) -> bool:
    """Words of one speaker, perhaps in answer: no assent, promise or correction in it."""
    around = (statement.agreed, statement.earlier, statement.later)
    return not any(around) and not statement.deed and not statement.also


def _plain(statement: Statement) -> bool:
    """Words of one speaker that answer nothing."""
    return _told(statement) and statement.asked is None


def _shares(first: Statement, second: Statement) -> bool:
    """Has a sentence in common, or goes on where the other ends in the same turn."""
    ours = {part.utterance.index for part in first.parts}
    theirs = {part.utterance.index for part in second.parts}
    if first.speaker != second.speaker:
        return False
    words = sum(part.utterance.words for part in (*first.parts, *second.parts))
    follows = min(theirs) - max(ours) == 1 and _same_breath(
        first.parts[-1].utterance, second.parts[0].utterance
    )
    return bool(ours & theirs) or (follows and words <= _MOST_WORDS)


def _joined(first: Statement, second: Statement) -> Statement:
    parts = {part.utterance.index: part for part in (*first.parts, *second.parts)}
    return replace(
        first,
        weight=max(first.weight, second.weight),
        parts=tuple(parts[index] for index in sorted(parts)),
        flags=tuple(dict.fromkeys((*first.flags, *second.flags))),
    )
