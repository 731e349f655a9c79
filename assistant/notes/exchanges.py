"""Who answered what: questions with the answers they got, and recaps that were confirmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.notes import acts
from assistant.notes.phrases import any_of
from assistant.notes.statements import Part
from assistant.notes.telling import values_worth
from assistant.notes.utterances import Utterance
from assistant.notes.words import content_words

_MOST_ANSWERED = 4  # sentences of a reply that still answer the question
_FURTHEST_TURNS = 3
_ECHO_WORDS = 10

_RECAP = any_of(
    r"if i'm hearing you|if i(?:'ve| have)? (?:understood|understand|got|heard)|"
    r"so (?:just )?to (?:recap|summari[sz]e|confirm|be clear|make sure)",
    r"let me (?:make sure|recap|summari[sz]e|repeat|play that back)|in other words|"
    r"what i'm hearing|just to (?:confirm|recap|be clear|check)",
    r"sounds like|so (?:you|your|it's|that's|we|the)|you(?:'ve| have)? (?:mentioned|said|told)|"
    r"to recap|recapping|in summary",
)
_TAG = re.compile(
    r"(?:right|correct|fair|deal|settled|all good|yes|yeah|ok|okay|is that (?:right|correct|"
    r"fair|about right|accurate)|did i get that right|"
    r"does that sound right|am i right|isn't it|don't you|agreed|no)\s*\?$"
)
_SHORT_ANSWER = 6
_LEANS = re.compile(
    r"\W*(?:yes|yeah|yep|no|nope|both|it|it's|its|that|that's|this|about|around|roughly|"
    r"probably|maybe|just|only|somewhere|"
    r"correct|exactly|right|sure|absolutely|definitely|not|he|she|they|he's|she's|they're|well|"
    r"more|less|between|by|in|on|"
    r"until|mostly|mainly|primarily|depends|none|neither|either|at|ideally|within|after|before|"
    r"next|end|then)\b"
)
_WHEN = re.compile(r"\W*when\W*$")
_SMALL_TALK = any_of(
    r"(?:can|could|may|should|mind if|okay if|ok if) i (?:just |quickly )?(?:walk|show|ask|"
    r"tell|explain|share|talk|jump|start|go|push|play|add)\b|"
    r"how are you|how's it going|how are things|can you hear|can you see (?:my|the) screen|"
    r"are you there|"
    r"any (?:other )?questions|anything else|make sense|sound familiar|you know what i mean|"
    r"ready\?|good time|"
    r"(?:get|have|confirm|verify|take) your (?:name|number|account|phone|email|address|order|"
    r"date of birth|zip|postcode)|"
    r"spell|what's your name|who am i speaking|hold on"
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one speaker asked, or summed up, and how another replied."""

    asked: Utterance
    answer: tuple[Utterance, ...]
    confirmed: bool  # the asker put a statement, and the reply is a plain yes to it
    topic: str = ""  # the questions of that turn in lower case; the last one is `asked`
    after: Utterance | None = None  # what the asker said next in the same turn

    @property
    def assent(self) -> bool:
        return assents(self.asked, self.answer[0])

    @property
    def refusal(self) -> bool:
        return acts.refuses(self.answer[0].low)


def find_exchanges(utterances: Sequence[Utterance]) -> tuple[Exchange, ...]:
    """Every question with its answer, in order; small talk and checks of the line left out."""
    found = []
    for asked in utterances:
        tag = _tag_after(asked, utterances)
        recap = not asked.question and (tag is not None or _recaps(asked))
        too_short = asked.words < 2 and _WHEN.match(asked.low) is None
        idle = asked.formal or _SMALL_TALK.search(asked.low) is not None
        if not (asked.question or recap) or idle or too_short:
            continue
        answer = reply_to(tag or asked, utterances)
        if not answer:
            continue
        plain_yes = assents(asked, answer[0]) and answer[0].words <= 8
        if recap and not plain_yes:
            continue
        confirmed = plain_yes and (recap or puts_a_statement(asked.low))
        topic = _topic(asked, utterances) + (f" {tag.low}" if tag else "")
        found.append(Exchange(asked, answer, confirmed, topic, _said_on(asked, utterances)))
    return tuple(found)


def _said_on(asked: Utterance, utterances: Sequence[Utterance]) -> Utterance | None:
    following = utterances[asked.index + 1 : asked.index + 2]
    same = following and following[0].speaker == asked.speaker
    return following[0] if same and following[0].first_turn == asked.last_turn else None


def assents(asked: Utterance, reply: Utterance) -> bool:
    """Says yes, or says the very day or figure again that was put to them."""
    return acts.agrees(reply.low) or (
        reply.words <= _ECHO_WORDS
        and not reply.question
        and not acts.refuses(reply.low)
        and bool(ours := content_words(reply.low))
        and ours <= content_words(asked.low)
        and values_worth(reply.text)
    )


def _recaps(asked: Utterance) -> bool:
    return asked.words >= 5 and _RECAP.search(asked.low) is not None


def _tag_after(asked: Utterance, utterances: Sequence[Utterance]) -> Utterance | None:
    """The "Agreed?" or "Right?" by which a statement is put for a yes."""
    following = utterances[asked.index + 1 : asked.index + 2]
    if asked.question or not following or following[0].speaker != asked.speaker:
        return None
    short = following[0].words <= 4 and _TAG.search(following[0].low) is not None
    return following[0] if short else None


def puts_a_statement(low: str) -> bool:
    """A question that states what it wants confirmed: "so forty seats, right?"."""
    trimmed = low.rstrip("\"'”’)] ")
    if _TAG.search(trimmed):
        return True
    return trimmed.endswith("?") and not acts.asks_openly(trimmed)


def _topic(asked: Utterance, utterances: Sequence[Utterance]) -> str:
    """What the questions asked in one breath are about."""
    before = utterances[max(0, asked.index - 3) : asked.index]
    same = [each.low for each in before if each.question and each.last_turn == asked.first_turn]
    return " ".join([*same, asked.low])


def reply_to(asked: Utterance, utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """The reply of the first other speaker, up to a question of their own."""
    reply: list[Utterance] = []
    for each in utterances[asked.index + 1 :]:
        if each.first_turn - asked.last_turn > _FURTHEST_TURNS or len(reply) >= _MOST_ANSWERED:
            break
        if each.formal and not reply:
            continue
        if each.speaker == asked.speaker:
            if reply or (each.question and not _TAG.search(each.low)):
                break  # a further question takes the answer
            continue
        if reply and (each.speaker != reply[0].speaker or each.question):
            break
        if each.question:
            break
        reply.append(each)
    return tuple(reply)


def leans_on_question(parts: Sequence[Part]) -> bool:
    """Cannot be understood alone: too short, or opening with a word that points to the question."""
    words = sum(part.utterance.words for part in parts)
    return words < _SHORT_ANSWER or (
        _LEANS.match(parts[0].low) is not None and words < 2 * _SHORT_ANSWER
    )
