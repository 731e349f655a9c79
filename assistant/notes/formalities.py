"""What people say so that they can talk: greetings, names, the leave to record, the line.

None of it is business, whatever it sounds like: the yes to "this call is recorded, is that all
right?" answers that question and nothing else. Told by who asks whom and who answers, in pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.notes import acts
from assistant.notes.phrases import any_of
from assistant.notes.words import content_words
from retrieval.values import extract_values

if TYPE_CHECKING:  # utterances are marked by this module
    from assistant.notes.utterances import Utterance

_TAKES_DOWN = r"(?<!the )(?:record(?:ed|ing|s)?|tap(?:e|ed|ing)|transcrib(?:e|ed|ing))"
_THE_CALL = (
    r"(?:this|the|our|these|all) (?:calls?|conversations?|meetings?|sessions?|lines?|chats?)"
)
_RECORDS_THE_CALL = any_of(
    rf"{_THE_CALL}(?: is| are|'s|'re| will be| may be| might be| gets?)*(?: being)? {_TAKES_DOWN}",
    rf"{_TAKES_DOWN} (?:{_THE_CALL}|us)|you(?:'re| are) (?:being )?recorded",
    r"(?:the )?recording (?:is|'s) (?:on|running|started)|record away",
)
# "I record these, if that's okay": leave to record is asked before there is anything to record.
_ASKS_LEAVE = re.compile(
    r"\b(?:mind|okay|ok|all right|alright|fine|happy|object\w*|agree|can i|could i|may i|"
    rf"let me|i'd like to|i(?:'ll| will|'m| am)?|we(?:'ll| will|'re| are)?)\b"
    rf"[^.?!]{{0,30}}\b{_TAKES_DOWN}\b"
    rf"|\b{_TAKES_DOWN}\b[^.?!]{{0,40}}\b(?:mind|okay|ok|all right|alright|fine|agree|consent)\b"
)
_NOT_THE_CALL = any_of(
    r"temperatures?|readings?|data|audit|records|every|each|sales|orders?|invoices?|stock|hours"
)
_OPENING_TURNS = 10
_INTRODUCTION_TURNS = 6
_LEAVE_WORDS = 9  # of an answer that says yes to the recording and no more
_SAYS_YES = any_of(
    r"yes|yeah|yep|yup|sure|fine|okay|ok|of course|go ahead|go on|no problem|all right|alright|"
    r"agree\w*|no objections?|not at all|don't mind|please|by all means|understood|record"
)
_ONLY_FOLLOWS = re.compile(r"\W*(?:then|otherwise|so|it|that|this|for)\b")
_GREETS = any_of(
    r"hi|hiya|hello|hey|hej|hei|hallo|ciao|hola|bonjour|salut|servus|goedemorgen|guten (?:tag|"
    r"morgen)|god (?:morgen|dag)|bom dia|boa tarde|buenos d[ií]as|buongiorno|"
    r"(?:good )?(?:morning|afternoon|evening)|speaking|"
    r"(?:thanks|thank you) for (?:calling|taking|joining|having|making)"
)
_NAMES_ONESELF = re.compile(
    r"(?i:this is|it's|it is|my name(?:'s| is)|i'm|through to|(?:speaking|talking) (?:to|with)) "
    r"(?!I\b)[A-ZÀ-Þ]"
)
_GREETING_WORDS, _MATTER_WORDS = 12, 3
_CHECKS_LINE = any_of(
    r"(?:can|could|do) (?:you|i|everyone|everybody) (?:all )?(?:hear|see) (?:me|us|you|my)|"
    r"(?:hear|see) you (?:fine|well|all right|okay|now|loud)|you(?:'re| are) (?:on mute|"
    r"breaking up|muted|frozen|cutting out)|(?:is|am) (?:this|now|i) a good time|"
    r"is now (?:still )?(?:a )?good|loud and clear|how are you|how(?:'s| is) it going"
)
_CHECK_WORDS = 12


def formal(utterances: Sequence[Utterance]) -> frozenset[int]:
    """The utterances, by index, that are no business of the call."""
    found: set[int] = set()
    own = {word.lower() for each in utterances for word in each.speaker.split()}
    opened: set[str] = set()
    for each in utterances:
        if _asks_leave(each):
            found |= {each.index, *_leave_given(each, utterances)}
        elif (_early(each, utterances) and _introduces(each, own, opened)) or (
            each.words <= _CHECK_WORDS and _CHECKS_LINE.search(each.low)
        ):
            found.add(each.index)
        if each.words > _GREETING_WORDS:
            opened.add(each.speaker)
    return frozenset(found)


def _early(each: Utterance, utterances: Sequence[Utterance]) -> bool:
    """Near the start of the call, or when somebody first speaks."""
    first = next(other for other in utterances if other.speaker == each.speaker)
    return each.first_turn < _INTRODUCTION_TURNS or each.first_turn == first.first_turn


def _asks_leave(each: Utterance) -> bool:
    """Says that the call is recorded, or asks whether it may be."""
    if _RECORDS_THE_CALL.search(each.low):
        return True
    early = each.first_turn < _OPENING_TURNS and _NOT_THE_CALL.search(each.low) is None
    return early and _ASKS_LEAVE.search(each.low) is not None


def _leave_given(asked: Utterance, utterances: Sequence[Utterance]) -> Iterator[int]:
    """The tag behind the question, and each other speaker's yes to it; a no stays to be read."""
    turn, answering = -1, False
    for each in utterances[asked.index + 1 :]:
        if each.speaker == asked.speaker:
            if turn >= 0 and not each.listening:
                return
            if each.words > _LEAVE_WORDS or not (each.question or each.listening):
                continue
        elif each.first_turn != turn:
            turn, answering = each.first_turn, _gives_leave(each)
            if not answering:
                return
        elif answering:
            answering = _gives_leave(each) or _only_follows(each)
        if each.speaker == asked.speaker or answering:
            yield each.index


def _gives_leave(each: Utterance) -> bool:
    if acts.refuses(each.low) or each.question:
        return False
    about_it = _RECORDS_THE_CALL.search(each.low) is not None
    return about_it or (each.words <= _LEAVE_WORDS and _SAYS_YES.search(each.low) is not None)


def _only_follows(each: Utterance) -> bool:
    """A remark on the recording itself: "then you can't say I never told you"."""
    return _ONLY_FOLLOWS.match(each.low) is not None and len(content_words(each.low)) <= 5


def _introduces(each: Utterance, own: set[str], opened: set[str]) -> bool:
    """A greeting, with names and next to nothing else, before the speaker came to the point."""
    if each.speaker in opened or each.words > _GREETING_WORDS:
        return False
    if any(value.kind not in ("name", "date", "time") for value in extract_values(each.text)):
        return False
    names = {word.strip(".,!?").lower() for word in each.text.split() if word[:1].isupper()}
    plain = each.text.replace("’", "'")
    if not (names & own or _GREETS.search(each.low) or _NAMES_ONESELF.search(plain)):
        return False
    rest = " ".join(word for word in re.findall(r"[\w']+", each.low) if word not in names)
    return len(content_words(rest)) <= _MATTER_WORDS
