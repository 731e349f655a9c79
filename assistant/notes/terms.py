"""What two sides do with terms: put them, refuse them, take them; told with what they answer.

"What about twenty-five fifty?" "No. I've no room for that." is an objection, whoever makes it;
"Twenty-six fifty, a tolerance of five. That I can do." with "Then we've got that." is decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.notes import acts
from assistant.notes.cues import ENOUGH
from assistant.notes.exchanges import Exchange, reply_to
from assistant.notes.phrases import any_of
from assistant.notes.sides import Cast
from assistant.notes.statements import Part, Statement
from assistant.notes.telling import is_small_talk, kinds_in, telling_values
from assistant.notes.utterances import Utterance
from assistant.notes.words import content_words

_PUTS = any_of(
    r"(?:what|how) about|(?:can|could|would|will|won't|can't|couldn't) (?:you|we|i|it)|let's|"
    r"shall we|should we|why (?:not|don't (?:you|we))|(?:do|would) you (?:want|like|take|accept|"
    r"consider|mind)|instead|if (?:we|i|you) (?:took|take|went|go|did|do|made|make|gave|give|"
    r"said|say|order|ordered|sign|signed|paid|pay)|is (?:there|it possible)|(?:i|we)(?:'d| would) "
    r"(?:like|want|need|prefer)|(?:i|we) (?:want|need|expect)|make (?:it|that)"
)
_DECLINES = any_of(
    r"no|nope|(?:i|we)(?:'ve| have)? (?:no|don't have|haven't got|can't|cannot|couldn't|won't|"
    r"don't (?:do|want|need|go|like)|wouldn't|would rather not)|that (?:i|we) (?:can't|don't|"
    r"won't)|"
    r"not (?:this|that|now|before|until|possible|really|with|for|at|on|in|yet|going)|"
    r"(?:\w+ )?(?:i|we) don't have|(?:that's|it's|that is|this is) (?:too|not|out|impossible)|"
    r"impossible|out of the question|too \w+|my limit|the limit|i'd rather|we'd rather|"
    r"doesn't (?:work|help)|won't work"
)
# A term put without asking: "make it ten", "if you took four lots, I could", "I'd suggest Friday".
_DEMANDS = any_of(
    r"(?:make|call|say) (?:it|that)|let's|if (?:you|we|i) (?:took|take|went|did|made|gave|ordered|"
    r"signed|could|can)|(?:i|we)(?:'d| would) (?:suggest|propose|recommend|like (?:you )?to)|"
    r"(?:i|we) (?:suggest|propose|recommend|need|want)|(?:we|i|you) (?:could|should|can)"
)
_SMALL_WORDS = 3
# Taking a term: by the one to whom it was put, or by the one who puts it in the end.
_TAKES = any_of(
    r"that (?:i|we) can (?:do|accept|live with|agree to|sign|offer|give you)|"
    r"(?:i|we) can (?:accept|live with|agree to|work with) (?:that|it|this|an?|the|\w+)|"
    r"then we(?:'ve| have) (?:got )?(?:that|it|a deal(?![-\w]))|we(?:'ve| have) (?:got )?(?:that|"
    r"a deal) then|"
    r"(?:that|it)(?:'s| is) (?:fair|fine by me|good enough|acceptable|settled|a deal(?![-\w]))|"
    r"(?:i|we)(?:'ll| will) (?:accept|settle for|go for|live with) (?:that|it|this|\w+)|"
    r"you(?:'ve| have) got (?:it|a deal(?![-\w])|me)|fine by (?:me|us)|that (?:solves|settles|"
    r"does) (?:it|"
    r"that)|deal\b(?=\W*$)"
)
# What the customer chooses to do alone, or to leave out: settled by saying it.
_CHOOSES = any_of(
    r"(?:leave|keep|take) (?:it|that|this|them|those|the [\w-]+(?: [\w-]+)?) out|"
    r"(?:i|we)(?:'ll| will) (?:\w+ ){0,4}(?:myself|ourselves)|"
    r"\w+ (?:i|we) do (?:myself|ourselves)|we don't need (?:the|that|any)|"
    r"\w+ would be better(?=\W*$)|(?:i|we)(?:'d| would) (?:go with|take|choose|pick) (?:the|a|that|"
    r"this) "
)
# "Write one twenty-six for three years": a figure that the customer has put down.
_PUTS_DOWN = re.compile(
    r"^\W*(?:(?:so|then|okay|ok|right|well|and|please|just|good|fine|yes|no|all right)\W+)*"
    r"(?:write|put|book|call|make) (?:it |that |us down for |down )?(?:\d|one|two|three|four|five|"
    r"six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)\b"
)
_FIRST_PERSON_PAST = re.compile(r"\b(?:did|was|were|had|used to|have to|could|would have)\b")
_SETTLED_WORDS = 40


def refused_terms(
    utterances: Sequence[Utterance], exchanges: Sequence[Exchange], cast: Cast
) -> Iterator[Statement]:
    """A term that was put and refused, as an objection with what it was to."""
    for asked, answer in _put(utterances, exchanges):
        reply = answer[0]
        if not _puts_a_term(asked) or is_small_talk(reply):
            continue
        if not cast.side(reply.speaker) or cast.side(reply.speaker) == cast.side(asked.speaker):
            continue
        first = (
            reply.low if reply.words > _SMALL_WORDS else " ".join(each.low for each in answer[:2])
        )
        refused = acts.refuses(reply.low) or _opens_with(_DECLINES, first)
        if refused and not acts.agrees(reply.low):
            said = answer[: 2 if reply.words <= _SMALL_WORDS + 3 else 1]
            if len(content_words(" ".join(each.low for each in said))) < 1:
                continue  # a bare no is an answer, and no objection
            parts = tuple(Part(each) for each in said)
            yield Statement("objections", ENOUGH + 1, parts, asked=Part(asked))


def _put(
    utterances: Sequence[Utterance], exchanges: Sequence[Exchange]
) -> Iterator[tuple[Utterance, Sequence[Utterance]]]:
    """Questions with their answers, and demands ("Make it ten.") with what came at once."""
    for exchange in exchanges:
        if exchange.asked.question:
            yield exchange.asked, exchange.answer
    for each in utterances:
        if each.question or each.formal or not _DEMANDS.search(each.low):
            continue
        after = utterances[each.index + 1 : each.index + 2]
        reply = reply_to(each, utterances) if after and after[0].speaker != each.speaker else ()
        if reply:
            yield each, reply


def settled_terms(utterances: Sequence[Utterance], cast: Cast) -> Iterator[Statement]:
    """Terms that were taken, and what the customer settled alone, as decisions."""
    for each in utterances:
        if each.question or each.listening or acts.dictates(each.low) or is_small_talk(each):
            continue
        if _TAKES.search(each.low):
            yield from _taken(each, utterances)
        elif cast.side(each.speaker) != "rep" and _chosen(each, utterances):
            reply = reply_to(each, utterances)
            if not reply or not (
                acts.refuses(reply[0].low) or _opens_with(_DECLINES, reply[0].low)
            ):
                yield Statement("decisions", ENOUGH + 0.5, (Part(each),))


def _puts_a_term(asked: Utterance) -> bool:
    figures = kinds_in(asked.text) & {
        "amount",
        "percentage",
        "number",
        "duration",
        "date",
        "measure",
    }
    return _PUTS.search(asked.low) is not None or (
        bool(figures) and not acts.asks_openly(asked.low)
    )


def _opens_with(pattern: re.Pattern[str], low: str) -> bool:
    """Within the first clause, past a "well" or a name."""
    found = pattern.search(low)
    return found is not None and len(low[: found.start()].split()) <= _SMALL_WORDS


def _taken(each: Utterance, utterances: Sequence[Utterance]) -> Iterator[Statement]:
    """The acceptance with the terms just before it, its own or those of the other."""
    terms = _terms_before(each, utterances)
    own = [part for part in terms if part.speaker == each.speaker]
    if own:
        reply = reply_to(each, utterances)
        agreed = Part(reply[0]) if reply and _says_so(reply[0]) else None
        yield Statement("decisions", ENOUGH + 1, (*own, Part(each)), agreed=agreed)
    elif terms:
        yield Statement("decisions", ENOUGH + 1, tuple(terms), agreed=Part(each))
    elif telling_values(each.text) or each.words > _SMALL_WORDS * 3:
        yield Statement("decisions", ENOUGH, (Part(each),))


def _says_so(reply: Utterance) -> bool:
    return acts.agrees(reply.low) or _TAKES.search(reply.low) is not None


def _terms_before(each: Utterance, utterances: Sequence[Utterance]) -> list[Part]:
    """What stands right before: of the same turn, else the last statement of the other."""
    same = [
        other
        for other in utterances[max(0, each.index - 3) : each.index]
        if other.speaker == each.speaker and other.last_turn == each.first_turn
    ]
    spoken = [other for other in same if not other.listening and not other.question]
    if spoken:
        return [Part(other) for other in spoken if other.words <= _SETTLED_WORDS][-2:]
    for other in reversed(utterances[max(0, each.index - 4) : each.index]):
        if other.speaker != each.speaker and not other.listening:
            figures = telling_values(other.text) and not other.question
            return [Part(other)] if figures else []
    return []


def _chosen(each: Utterance, utterances: Sequence[Utterance]) -> bool:
    """A choice of one's own in the present, made on this call."""
    found = _CHOOSES.search(each.low) or _PUTS_DOWN.match(each.low)
    if found is None or _FIRST_PERSON_PAST.search(each.low) or acts.has_condition(each.low):
        return False
    before = utterances[each.index - 1] if each.index else None
    return before is not None and (before.speaker != each.speaker or each.words <= _SETTLED_WORDS)
