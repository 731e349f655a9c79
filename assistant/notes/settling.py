"""How promises settle over a call: a day added or moved, the same said twice, one called off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.notes import acts
from assistant.notes.dates import DateMention, find_dates
from assistant.notes.dues import due_date
from assistant.notes.exchanges import Exchange
from assistant.notes.phrases import any_of
from assistant.notes.requests import is_request, moves_a_day
from assistant.notes.statements import Part, Statement
from assistant.notes.utterances import Utterance
from assistant.notes.words import content_words, likeness

_POINTS_BACK = re.compile(r"\b(?:it|that|this|those|them|these|one)\b")
_NOT_NEEDED = any_of(
    r"no need|don't (?:bother|worry|need|send|call|do)|not necessary|never mind|please don't",
    r"forget (?:it|that|about)|that won't be|hold off|skip (?:it|that|the)|leave it|not needed",
    r"scrap (?:it|that|the)|rather you didn't|you don't (?:have|need) to|cancel (?:that|the)",
)
_WHEN = any_of(
    r"by when|when (?:can|could|will|would|do|should|might|shall)(?:n't)? (?:i|we|you|it|that)",
    r"by what (?:day|date|time)|(?:what|which) (?:day|time)|how (?:soon|long|quickly)",
    r"(?:until|till) when|when would that|when\?$",
)
_ONLY_WHEN = re.compile(r"\W*(?:and |so |okay |ok )?when\W*$")
_CHANGES_DAY = any_of(
    r"actually|instead|rather|make (?:it|that)|could (?:we|you|it)|can (?:we|you|it)|how about",
    r"what about|better|sooner|earlier|later|not|no|sorry|won't work|doesn't work|is bad|by",
    r"too (?:late|soon)|push|move|off|away|closed|holiday",
)
_CORRECTS = any_of(
    r"actually|sorry|instead|correction|on second thought|wait|i meant|make (?:it|that)|scratch",
    r"rather|change of plan",
)
# An hour of the day, and no other number: "by 9:30", "at half nine", "before lunch".
_HOUR = re.compile(
    r"\b(?:at|by|before|until|till|around|after) (?:about )?(?:\d{1,2}:\d\d(?: ?[ap]\.?m\b)?|"
    r"\d{1,2} ?[ap]\.?m\b|\d{1,2} o'clock|(?:half|quarter) (?:past |to )?\w+|noon|midday|lunch"
    r"(?:time)?\b|\w+ o'clock)"
    r"|(?:^|[.,] )(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:fifteen|"
    r"thirty|forty-five|o'clock)\b"
)
_SENDS_SOMEBODY = re.compile(
    r"^(?:send|ask|get|have|bring) (?:you )?(?:[A-Z]|someone|somebody|an? )"
)
_THEY_COME = re.compile(
    r"(?:\w+, )?(?:he|she|they)(?:'ll| will| can) (?:be (?:there|here|with you)|come|visit|call|"
    r"ring|join|do it)\b"
)
_ONLY_A_DAY = re.compile(
    r"\W*(?:probably |hopefully |likely |maybe |say |let's say |definitely )*"
    r"(?:by|before|on|within|in|no later|end of|today|tonight|tomorrow|this|next|first thing|"
    r"monday|tuesday|wednesday|thursday|friday)\b"
)
_BOTH = re.compile(r"\b(?:both|all|each|everything|two|three)\b")
_GIVES_IT = re.compile(
    r"you(?:'ll| will| should) (?:have|get|receive)|(?:it|that|this)(?:'ll| will| should) be"
)
_DEEDS = frozenset(
    ("send", "email", "call", "share", "get", "forward", "book", "schedule", "draft", "prepare")
) | {"ship", "do", "have"}
# Share of the shorter promise's words that were said again: then it is the same promise.
_REMINDED = 0.6
# Telling what came of it is the end of a promise, not another one.
_TELLS = any_of(
    r"tell (?:you|him|her|them)|let you know|get back|come back|write|call|ring|mail|e-?mail|"
    r"report back|confirm|give you|(?:send|have|get) (?:it|that|this|them|those)"
)
_MOST_TOLD = 2  # words of matter in what only tells the outcome
_DAY_WORDS = 8
_NEAR = 4  # utterances within which a day is still the promise's own
_BEFORE = 3  # utterances before a promise whose day may be its own
_RECALLED = 8  # utterances within which "it" may mean what was promised before


def points_back(low: str) -> bool:
    """Has a word like "it", that stands for what was said before."""
    return _POINTS_BACK.search(low) is not None


def calls_off(low: str) -> bool:
    """Says that something need not be done."""
    return _NOT_NEEDED.search(low) is not None


def with_later_day(
    statement: Statement,
    exchanges: Sequence[Exchange],
    utterances: Sequence[Utterance],
    call_date: date,
) -> Statement:
    """A day that was settled just after: asked for, added, or moved with the promiser's consent."""
    last = _last_index(statement)
    for each in exchanges:
        near = last < each.asked.index <= last + _NEAR
        if not near or each.answer[0].speaker != statement.speaker:
            continue
        if is_request(each.asked.low) and not moves_a_day(each.asked.low):
            continue
        moved = _answered_day(statement, each, call_date)
        if moved:
            return moved
    own = statement.parts[-1].utterance.index
    sent = _sent_with_day(statement, utterances[last + 1 : last + 1 + 2 * _NEAR], call_date)
    added = sent or _added_day(statement, utterances[own + 1 : own + 3], call_date)
    return added if added.due else _day_after(added, utterances[last + 1 :], call_date)


def _sent_with_day(
    statement: Statement, after: Sequence[Utterance], call_date: date
) -> Statement | None:
    """ "I'll send Dominic." and, once a day was found, "He'll be there at eight on the 15th." """
    if statement.due or not _SENDS_SOMEBODY.search(statement.deed):
        return None
    for each in after:
        day = due_date(each.text, call_date) if _THEY_COME.match(each.low) else None
        if day and each.speaker == statement.speaker:
            return replace(statement, due=day, later=Part(each))
    return None


def _day_after(statement: Statement, after: Sequence[Utterance], call_date: date) -> Statement:
    """ "By Wednesday." by whoever promised, once the other had a word in between."""
    between = 0
    for each in after[:_NEAR]:
        if each.speaker != statement.speaker:
            if each.question:
                break
            between += 1
            continue
        day = due_date(each.text, call_date) if between and only_a_day(each) else None
        return replace(statement, due=day, later=Part(each)) if day else statement
    return statement


def names_an_hour(low: str) -> bool:
    """Whether an hour of the day is told, such as "by 9:30"."""
    return _HOUR.search(low) is not None


def with_time_of_day(
    statement: Statement, utterances: Sequence[Utterance], call_date: date
) -> Statement:
    """A promise for an hour and no day ("by 9:30", "at lunch") is for the day of the call."""
    found = _HOUR.search(statement.low)
    around = utterances[max(0, statement.position - _BEFORE) : _last_index(statement) + 2]
    told = any(
        find_dates(each.text, call_date) for each in around if not acts.tells_of_the_past(each.low)
    )
    if statement.due or not found or told:
        return statement
    said = next((m[0] for part in statement.parts if (m := _HOUR.search(part.low))), found[0])
    return replace(statement, due=DateMention(0, 0, said, call_date))


def only_a_day(each: Utterance) -> bool:
    """ "By Friday." or "Next Tuesday at ten, in Leeds.": when, and nothing else."""
    return each.words <= _DAY_WORDS and _ONLY_A_DAY.match(each.low) is not None


def _last_index(statement: Statement) -> int:
    return max(part.utterance.index for part in statement.all_parts())


def _answered_day(statement: Statement, exchange: Exchange, call_date: date) -> Statement | None:
    asked, first = exchange.asked, exchange.answer[0]
    put = due_date(asked.text, call_date)
    answers = [(each, due_date(each.text, call_date)) for each in exchange.answer[:2]]
    reply, answered = next((found for found in answers if found[1]), (first, None))
    when = _WHEN.search(asked.low) or _ONLY_WHEN.match(asked.low)
    asks_when = when is not None and (statement.due is None or statement.due.on is None)
    about_it = content_words(asked.low) & content_words(statement.low) or asked.words <= 10
    moves = put and about_it and _CHANGES_DAY.search(asked.low)
    day = answered or (put if acts.agrees(first.low) else None)
    if day is None or not (asks_when or moves):
        return None
    said_by_asker = answered is None
    return replace(statement, due=day, later=Part(asked if said_by_asker else reply))


def _added_day(statement: Statement, following: Sequence[Utterance], call_date: date) -> Statement:
    """ "You'll have it by Thursday", said by the same person in the next breath."""
    for each in following:
        asks = each.question and not only_a_day(each)
        if statement.due or each.speaker != statement.speaker or asks:
            break
        due = due_date(each.text, call_date)
        points = points_back(each.low) or _BOTH.search(each.low)
        gives_it = points and _GIVES_IT.search(each.low) is not None
        if due and (gives_it or only_a_day(each)):
            return replace(statement, due=due, parts=(*statement.parts, Part(each)))
    return statement


def reported_back(found: Sequence[Statement]) -> list[Statement]:
    """ "I'll ask Jonas, and tell you by Friday": one promise, due when its answer is told."""
    kept: list[Statement] = []
    for each in found:
        last = kept[-1] if kept else None
        if last and _reports_on(last, each):
            parts = _in_one(last.parts, each.parts)
            kept[-1] = replace(last, parts=parts, due=each.due or last.due)
        else:
            kept.append(each)
    return kept


def _reports_on(first: Statement, second: Statement) -> bool:
    around = (second.asked, second.agreed, first.agreed)
    ours, theirs = first.parts[-1].utterance, second.parts[0].utterance
    if any(around) or first.owner != second.owner or first.speaker != second.speaker:
        return False
    same = ours.index == theirs.index
    follows = theirs.index - ours.index == 1 and ours.last_turn == theirs.first_turn
    if not same and not (follows and (first.due is None or second.due is None)):
        return False
    deed = plain_deed(second)
    return _TELLS.match(deed) is not None and len(content_words(deed)) <= _MOST_TOLD


def plain_deed(statement: Statement) -> str:
    """What is to be done, without the day, in lower case."""
    said = statement.due.said if statement.due else ""
    return acts.plain(statement.deed.replace(said, " ") if said else statement.deed)


def _in_one(first: Sequence[Part], second: Sequence[Part]) -> tuple[Part, ...]:
    """The parts of both; two clauses of one sentence as the whole of it."""
    if first[-1].utterance.index == second[0].utterance.index:
        return (*first[:-1], Part(first[-1].utterance), *second[1:])
    return (*first, *second)


def once_each(found: Sequence[Statement]) -> list[Statement]:
    """The same promise said again counts once, in its fullest form; a moved day shows the first."""
    kept: list[Statement] = []
    for statement in found:
        same = next((i for i, other in enumerate(kept) if _same(other, statement)), None)
        if same is None:
            kept.append(statement)
        else:
            kept[same] = _restated(kept[same], statement)
    return kept


def _same(first: Statement, second: Statement) -> bool:
    # Nobody inherits a promise: unless the owners agree, it takes the same speaker.
    strangers = first.speaker != second.speaker or (first.owner and second.owner)
    if first.owner != second.owner and strangers:
        return False
    ours, theirs = content_words(_subject(first)), content_words(_subject(second))
    same_verb = bool(_verbs(_subject(first)) & _verbs(_subject(second)))
    near = second.position - first.position <= _RECALLED
    if near and len(theirs) <= 1 and points_back(_subject(second)) and same_verb:
        return True
    enough = len(ours & theirs) >= (1 if same_verb else 2)
    return enough and likeness(_subject(first), _subject(second)) >= _REMINDED


def _restated(first: Statement, second: Statement) -> Statement:
    if _goes_on(first, second):
        return replace(
            first,
            parts=(*first.parts, *second.parts),
            due=second.due or first.due,
            owner=first.owner or second.owner,
        )
    if first.due and second.due and first.due.on != second.due.on:
        if _recaps(second):
            return replace(first, also=(*first.also, *second.all_parts()))
        return replace(
            second, earlier=first.parts[0], also=first.also, owner=second.owner or first.owner
        )
    fuller = len(content_words(_subject(second))) >= len(content_words(_subject(first)))
    later = fuller and (second.due or not first.due)
    chosen, other = (second, first) if later else (first, second)
    return replace(
        chosen,
        owner=chosen.owner or other.owner,
        due=chosen.due or other.due,
        also=(*chosen.also, *other.all_parts()),
    )


def _goes_on(first: Statement, second: Statement) -> bool:
    """Said on in the same breath: "I can write to them. I'll do it after the harvest." """
    plain = not (second.asked or second.agreed or second.earlier or second.later)
    follows = second.parts[0].utterance.index - first.parts[-1].utterance.index == 1
    return plain and follows and first.speaker == second.speaker


def _recaps(statement: Statement) -> bool:
    """Names several days, as a summing-up does: which one is meant for what is not told."""
    day = statement.due.on if statement.due and statement.due.on else date.min
    return len(find_dates(" ".join(part.text for part in statement.parts), day)) > 1


def withdrawn(statement: Statement, utterances: Sequence[Utterance]) -> Statement:
    """A promise that was called off later in the call stays, with the words that did it."""
    last, subject = _last_index(statement), _subject(statement)
    for each in utterances[last + 1 :]:
        if each.question or not calls_off(each.low):
            continue
        near = each.index <= last + 3 and each.speaker != statement.speaker
        shared = len(content_words(each.low) & content_words(subject))
        same_deed = bool(_verbs(each.low) & _verbs(subject)) and points_back(subject)
        enough = 1 if near or _CORRECTS.search(each.low) else 2
        if shared >= enough or (near and same_deed):
            return replace(statement, later=Part(each), flags=(*statement.flags, "called off"))
    return statement


def _verbs(low: str) -> frozenset[str]:
    return _DEEDS & set(re.findall(r"[a-z]+", low))


def _subject(statement: Statement) -> str:
    """What the promise is about: the request and its reply, without the day."""
    asked = f"{statement.asked.low} " if statement.asked else ""
    words = asked + statement.low
    return words.replace(statement.due.said.lower(), " ") if statement.due else words
