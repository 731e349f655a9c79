"""Whether a line's evidence carries it: its words in the quotes, its speaker, its verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.notes import acts
from assistant.notes.model import LineEvidence
from assistant.notes.sides import Cast
from assistant.notes.statements import Part, Statement
from assistant.notes.wording import tidy
from retrieval.evidence import Source, check_claim
from transcription.model import Transcript

_WORD = re.compile(r"[\w'’%$€£]+")


def check_statement(statement: Statement, cast: Cast) -> tuple[str, ...]:
    """What the evidence lacks; nothing when it carries the statement.

    A question or a bare yes claims nothing that could be weighed: for them it is enough that
    every word stands in the turn, in order. All else must pass the claim check as well.
    """
    reasons: list[str] = []
    if not any(re.search(r"\w", tidy(part.text)) for part in statement.parts):
        reasons.append("nothing was said in it")
    if not all(_in_order(tidy(part.text), part.text) for part in statement.all_parts()):
        reasons.append("words were added that nobody said")
    for part in statement.parts:
        if part.utterance.question or _bare(part):
            continue
        name = cast.name(part.speaker)
        source = Source(part.text, entities=(name,) if name else ())
        verdict = check_claim(tidy(part.text), [source, Source(part.text)])
        if not verdict.supported and not _idle(verdict.reasons):
            reasons += [each for each in verdict.reasons if not _names_what_stands(each, part.text)]
    return tuple(dict.fromkeys(reasons))


def check_quotes(evidence: Sequence[LineEvidence], transcript: Transcript) -> tuple[str, ...]:
    """Every quote must stand, letter for letter, in one of its turns."""
    for each in evidence:
        if not 0 <= each.turn_first <= each.turn_last < len(transcript.turns):
            return (f"there are no turns {each.turn_first} to {each.turn_last}",)
        turns = transcript.turns[each.turn_first : each.turn_last + 1]
        if not each.quote.strip() or not any(each.quote in turn.text for turn in turns):
            return ("the quote does not stand in its turns",)
    return () if evidence else ("there is no source",)


def _in_order(text: str, source: str) -> bool:
    """Whether the words of the text occur in the source in this order."""
    said = iter(_WORD.findall(source.replace("_", "").lower()))
    return all(word in said for word in _WORD.findall(text.lower()))


def _bare(part: Part) -> bool:
    return part.utterance.words <= 5 and (acts.agrees(part.low) or acts.refuses(part.low))


def _names_what_stands(reason: str, said: str) -> bool:
    """Misses a name that stands there letter for letter: a word of one letter, or all capitals."""
    name, found, _ = reason.partition(" is not named in the source")
    return bool(found) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) is not None


def _idle(reasons: Sequence[str]) -> bool:
    """The check found nothing to weigh, which says nothing against words quoted whole."""
    return all("nothing that can be checked" in reason for reason in reasons)
