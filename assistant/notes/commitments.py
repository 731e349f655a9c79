"""What was promised: by whom and until when, whether of one's own accord or when asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.notes import acts
from assistant.notes.dates import DateMention
from assistant.notes.dues import due_date, things_by_day
from assistant.notes.exchanges import Exchange, reply_to
from assistant.notes.promises import Promise, find_promises
from assistant.notes.requests import deed_asked, is_offer, is_request, ordered_of
from assistant.notes.settling import (
    calls_off,
    names_an_hour,
    once_each,
    only_a_day,
    points_back,
    reported_back,
    with_later_day,
    with_time_of_day,
    withdrawn,
)
from assistant.notes.sides import Cast
from assistant.notes.statements import Part, Statement
from assistant.notes.utterances import Utterance
from assistant.notes.words import content_words

_TO_LISTENER = re.compile(r"\b(?:you|your|both of you|everyone)\b")
_VOUCHES = re.compile(
    r"\b(?:that|this) (?:i|we) (?:can |do |will |could )?(?:promise|guarantee)\b"
    r"|\b(?:you have|that's) (?:my|our) (?:word|promise)\b|^(?:i|we)(?: can)? promise\b"
)
_WHEN_HAVE = re.compile(
    r"\b(?:when|how soon|(?:what|which) day) (?:would|will|can|could|do|should) (?:i|we) "
    r"(?P<verb>have|get|receive|see|expect)\b"
)
_HAS_OWN_DAY = re.compile(
    r"\b(?:by|before|until|no later than) (?:the |next |this |end of )?\w+|\b(?:today|tomorrow|"
    r"tonight)\b"
)
_THEN = re.compile(r"\W*(?:\w+, )?then\b")
_CASE = re.compile(r"\W*(?:(?:and|but|so|or|what|okay|well),? )*if\b")
_AT_ONCE = 6  # characters before a reply's promise that hold at most a "well,"
_PEOPLE = re.compile(r"(?:my|our|someone|somebody|he|she|they)\b")


_DELIVERED = re.compile(
    r"(?:it|that|this|they|those|these|both|everything)(?:'ll| will)(?: all| both| then)? be "
)


@dataclass(frozen=True, slots=True)
class _Call:
    utterances: Sequence[Utterance]
    cast: Cast
    on: date


def find_commitments(
    utterances: Sequence[Utterance], exchanges: Sequence[Exchange], cast: Cast, call_date: date
) -> tuple[Statement, ...]:
    """Every promise that was made or taken on, once each, in order."""
    call = _Call(utterances, cast, call_date)
    taken_on = list(_asked_and_taken_on(call))
    used = {part.utterance.index for each in taken_on for part in each.all_parts()}
    given = [
        statement
        for each in utterances
        if each.index not in used and not _idle(each)
        for statement in _given(each, call)
    ]
    found = [*taken_on, *given, *_vouched(call), *_awaited(exchanges, call), *_recalled(call)]
    found = reported_back(sorted(found, key=lambda each: each.parts[0].utterance.index))
    found = [with_later_day(each, exchanges, utterances, call_date) for each in found]
    told = {each.later.utterance.index for each in found if each.later}
    found = [each for each in found if each.owner or each.position not in told]
    found = [with_time_of_day(each, utterances, call_date) for each in once_each(found)]
    return tuple(withdrawn(each, utterances) for each in found)


def _vouched(call: _Call) -> Iterator[Statement]:
    """What is expressly promised: "We bridge it with gas trucks. That I can promise." """
    for each in call.utterances:
        before = call.utterances[each.index - 1] if each.index else None
        if before is None or before.speaker != each.speaker or not _VOUCHES.search(each.low):
            continue
        if not (before.question or _idle(before) or _first_promise(before)):
            yield Statement(
                section="commitments",
                weight=5.0,
                parts=(Part(before), Part(each)),
                owner=call.cast.name(each.speaker),
                due=due_date(before.text, call.on),
                deed=before.text,
            )


def _awaited(exchanges: Sequence[Exchange], call: _Call) -> Iterator[Statement]:
    """The day on which somebody is to have something: "When would I have it?" "By the 10th." """
    for exchange in exchanges:
        asked, reply = exchange.asked, exchange.answer[0]
        due = due_date(reply.text, call.on)
        wanted = _WHEN_HAVE.search(asked.low)
        if wanted and due and due.on and not exchange.refusal and not _first_promise(reply):
            yield Statement(
                section="commitments",
                weight=5.0,
                parts=(Part(reply),),
                asked=Part(asked),
                owner=call.cast.name(reply.speaker),
                due=due,
                deed=asked.text[wanted.start("verb") :],
            )


def _recalled(call: _Call) -> Iterator[Statement]:
    """Promises told as a list: "Quote by Friday, then, and the samples on Monday." """
    for each in call.utterances:
        if each.question or _idle(each) or call.cast.side(each.speaker) != "rep":
            continue
        for start, end in things_by_day(each.text):
            part = Part(each, start, end)
            due = due_date(part.text, call.on)
            if due is not None:
                yield Statement(
                    section="commitments",
                    weight=5.0,
                    parts=(Part(each),),
                    owner=call.cast.name(each.speaker),
                    due=due,
                    deed=part.text,
                )


def _idle(each: Utterance) -> bool:
    return each.listening or each.formal or acts.dictates(each.low)


def _asked_and_taken_on(call: _Call) -> Iterator[Statement]:
    """Requests, orders and offers that met a yes."""
    used: set[int] = set()
    for asked in call.utterances:
        if asked.index in used or _idle(asked):
            continue
        taken = _taken_on(asked, call)
        if taken:
            used |= {part.utterance.index for part in taken.all_parts()}
            yield taken


def _taken_on(asked: Utterance, call: _Call) -> Statement | None:
    ordered, requested = ordered_of(asked.low), is_request(asked.low)
    offered = is_offer(asked.low) and not requested
    if (ordered is None or _first_promise(asked)) and not offered and not requested:
        return None
    named = call.cast.known_as(ordered) if ordered else ""
    if ordered and not named:
        return None
    reply = reply_to(asked, call.utterances)
    if named and not any(call.cast.name(each.speaker) == named for each in reply):
        return _asked(asked, call, owner=named, flags=("assigned",))
    if not reply or acts.refuses(reply[0].low) or calls_off(reply[0].low):
        return None
    promised = next((each for each in reply if _answers_with_promise(each)), None)
    if not acts.agrees(reply[0].low) and promised is None:
        return None
    if ordered is not None and not requested and promised and _of_its_own(asked, promised):
        return None
    if offered and _takes_it_over(reply[0]):
        return None
    return _offer_taken_up(asked, reply[0], call) if offered else _met(asked, reply, promised, call)


def _takes_it_over(reply: Utterance) -> bool:
    """ "Shall I call him?" "I'll set up a call.": the deed is the other's then."""
    promise = _first_promise(reply)
    return promise is not None and promise.giver in ("speaker", "we") and promise.begins < _AT_ONCE


def _of_its_own(asked: Utterance, promised: Utterance) -> bool:
    """Promises something else than was ordered: "Bring better weather." "I'll ask the depot." """
    return not _same_deed(asked, promised) and len(content_words(promised.low)) > 1


def _first_promise(utterance: Utterance) -> Promise | None:
    return next(find_promises(utterance.text, utterance.low), None)


def _answers_with_promise(each: Utterance) -> bool:
    promise = None if each.question else _first_promise(each)
    return promise is not None and promise.giver in ("speaker", "we")


def _asked(asked: Utterance, call: _Call, *, owner: str, flags: tuple[str, ...] = ()) -> Statement:
    return Statement(
        section="commitments",
        weight=4.0,
        parts=(Part(asked),),
        owner=owner,
        due=due_date(asked.text, call.on),
        deed=deed_asked(asked.text, asked.low),
        flags=flags,
    )


def _offer_taken_up(asked: Utterance, yes: Utterance, call: _Call) -> Statement:
    return Statement(
        section="commitments",
        weight=5.0,
        parts=(Part(asked),),
        agreed=Part(yes),
        owner=call.cast.name(asked.speaker),
        due=due_date(yes.text, call.on) or due_date(asked.text, call.on),
        deed=deed_asked(asked.text, asked.low),
    )


def _met(
    asked: Utterance, reply: Sequence[Utterance], promised: Utterance | None, call: _Call
) -> Statement:
    """A request with the reply that took it on; a day in the reply outweighs the one asked for."""
    said = [reply[0]]
    if promised and promised is not reply[0] and _same_deed(asked, promised):
        said.append(promised)
    return Statement(
        section="commitments",
        weight=5.0,
        parts=tuple(Part(each) for each in said),
        asked=Part(asked),
        owner=call.cast.name(reply[0].speaker),
        due=_last_day([asked, *said], call.on),
        deed=deed_asked(asked.text, asked.low) or _deed_promised(promised) or asked.text,
    )


def _deed_promised(promised: Utterance | None) -> str:
    promise = _first_promise(promised) if promised else None
    return promised.text[promise.verb_at : promise.end] if promised and promise else ""


def _last_day(said: Sequence[Utterance], on: date) -> DateMention | None:
    return next((due for each in reversed(said) if (due := due_date(each.text, on))), None)


def _same_deed(asked: Utterance, promised: Utterance) -> bool:
    shared = content_words(asked.low) & content_words(promised.low)
    return bool(shared) or points_back(promised.low)


def _given(each: Utterance, call: _Call) -> Iterator[Statement]:
    """Promises made without being asked; one alone is shown in its whole sentence."""
    promises = [] if each.question else list(find_promises(each.text, each.low))
    parts = [(one, Part(each, one.start, one.end)) for one in promises]
    bound = [(*pair, found) for pair in parts if (found := _binding(*pair, call))]
    if len(bound) == 1:
        promise, _, found = bound[0]
        bound = [(promise, Part(each), _binding(promise, Part(each), call) or found)]
    yield from (found for _, _, found in bound)


def _binding(promise: Promise, part: Part, call: _Call) -> Statement | None:
    """The promise as a statement, if it binds anyone."""
    promising = Part(part.utterance, promise.begins, part.end)
    due = due_date(promising.text, call.on) or due_date(part.text, call.on)
    dated = due is not None or _day_follows(part.utterance, call)
    if promise.must and not _HAS_OWN_DAY.search(promising.low.split(",")[0]):
        return None
    reply = reply_to(part.utterance, call.utterances)
    accepted = bool(reply) and acts.agrees(reply[0].low)
    refused = bool(reply) and acts.refuses(reply[0].low)
    if reply and (calls_off(reply[0].low) or (promise.offered and refused)):
        return None
    if not _binds(promise, promising, dated, accepted, call):
        return None
    shown = accepted and (promise.offered or promise.giver == "listener")
    return Statement(
        section="commitments",
        weight=4.0 + bool(due),
        parts=(part,),
        asked=_in_that_case(part, call),
        agreed=Part(reply[0]) if shown else None,
        owner=_owner(promise, part, reply, call.cast),
        due=due,
        deed=Part(part.utterance, promise.verb_at, part.end).text,
    )


def _in_that_case(part: Part, call: _Call) -> Part | None:
    """ "And if he refuses?" "Then I'll call you.": the case for which it is promised."""
    if not _THEN.match(part.low):
        return None
    at = part.utterance.index
    for each in reversed(call.utterances[max(0, at - 3) : at]):
        if each.speaker != part.speaker and each.question and _CASE.match(each.low):
            return Part(each)
    return None


def _day_follows(each: Utterance, call: _Call) -> bool:
    """The day is told in the next breath: "I'll come myself. Next Tuesday at ten." """
    after = call.utterances[each.index + 1 : each.index + 2]
    return bool(after) and (
        after[0].speaker == each.speaker
        and only_a_day(after[0])
        and due_date(after[0].text, call.on) is not None
    )


def _binds(promise: Promise, part: Part, dated: bool, accepted: bool, call: _Call) -> bool:
    to_listener = _TO_LISTENER.search(part.low) is not None
    match promise.giver:
        case "speaker":
            return (promise.sure or dated) and (not promise.offered or accepted or dated)
        case "we":
            firm = promise.sure and not promise.offered and call.cast.side(part.speaker) == "rep"
            meant = promise.sure and to_listener and not promise.offered
            return dated or firm or meant or (accepted and promise.sure)
        case "listener":
            return accepted and promise.sure
        case "named":
            return dated or (promise.sure and bool(_named(promise, part, call.cast)))
        case "passive":
            if _DELIVERED.match(part.low):
                dated = dated or names_an_hour(part.low)
                return dated and call.cast.side(part.speaker) == "rep"
            by_people = _PEOPLE.match(part.low) is not None
            return dated or (by_people and promise.sure and to_listener)


def _owner(promise: Promise, part: Part, reply: Sequence[Utterance], cast: Cast) -> str:
    """Whose promise it is, as far as the words say; nobody is guessed."""
    match promise.giver:
        case "speaker":
            return cast.name(part.speaker)
        case "we":
            # "We" is the speaker where nobody else of that side is on the call.
            return cast.name(part.speaker) if cast.fellows(part.speaker) == (part.speaker,) else ""
        case "listener":
            return cast.name(reply[0].speaker)
        case "named":
            return _named(promise, part, cast)
        case "passive":
            # "It'll be live by nine" is told by whose matter it is.
            ours = cast.side(part.speaker) == "rep" and _DELIVERED.match(
                part.low, max(0, promise.begins - part.start)
            )
            alone = cast.fellows(part.speaker) == (part.speaker,)
            return cast.name(part.speaker) if ours and alone else ""


def _named(promise: Promise, part: Part, cast: Cast) -> str:
    """A name that was said; a lone capital at the start may be any word, unless it is known."""
    known = cast.known_as(promise.name) or cast.known_as(promise.name.split()[0])
    at_start = part.text.lstrip().startswith(promise.name)
    return known or (promise.name if not at_start or " " in promise.name else "")
