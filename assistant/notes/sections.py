"""Statements for the sections that cues recognise: needs, budget, objections, problem, …"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.notes import acts
from assistant.notes.cues import ENOUGH, Cues
from assistant.notes.exchanges import (
    Exchange,
    leans_on_question,
    puts_a_statement,
    reply_to,
)
from assistant.notes.model import Side
from assistant.notes.phrases import any_of
from assistant.notes.prices import find_prices
from assistant.notes.sides import Cast
from assistant.notes.statements import Part, Statement
from assistant.notes.telling import SPENT, is_small_talk, kinds_in, telling_values, values_in
from assistant.notes.terms import refused_terms, settled_terms
from assistant.notes.utterances import Utterance
from assistant.notes.words import content_words, likeness

_FOLLOWS = 1.5  # weight that a question lends to the later sentences of its answer
# What takes two: the proposal and the yes are shown together.
_ARRANGED = frozenset({"decisions", "next_step"})
_STRANGERS = 0.5  # what more it takes where nobody's side is known
_ALIKE = 0.75
_PROPOSES = any_of(
    r"let's|we (?:could|should|can|might)|i (?:suggest|propose|recommend)|how about|"
    r"i'd (?:like|suggest|propose)|(?:then )?(?:forget|drop|skip|scrap) (?:the|that|it)|"
    r"make (?:it|that)"
)
_TENTATIVE = any_of(
    r"pencil\w*|(?:i|we)(?:'d| had)? better|(?:i|we)(?:'ll)? (?:have|need) to (?:check|ask|see)|"
    r"subject to|tbc|let me (?:check|confirm)"
)
_FIRM_HAS = re.compile(
    r"(?<!and )(?<!or )\b(?!We\b|They\b|You\b|I\b|These\b|Those\b|People\b|Some\b|All\b|Both\b)"
    r"(?P<name>[A-Z][A-Za-z]{2,}) have (?:a|an|one|got|the same|been in|been here|offered|quoted)\b"
)
_TAIL_WORDS = 12
_MONEY = frozenset({"amount", "percentage"})


@dataclass(frozen=True, slots=True)
class _Weighed:
    section: str
    statement: Statement


def find_statements(
    cues: Mapping[str, Cues],
    utterances: Sequence[Utterance],
    exchanges: Sequence[Exchange],
    cast: Cast,
    promised: frozenset[int],
) -> dict[str, list[Statement]]:
    """Statements by section, the surest ones, in the order of the call.

    promised: the utterances already used by commitments.
    """
    weighed = list(_from_exchanges(cues, exchanges, cast))
    answered = {
        (each.section, part.utterance.index)
        for each in weighed
        for part in each.statement.all_parts()
    }
    weighed += [
        each
        for each in _from_statements(cues, utterances, cast, promised)
        if (each.section, each.statement.position) not in answered
    ]
    acted = [*refused_terms(utterances, exchanges, cast), *settled_terms(utterances, cast)]
    acted += find_prices(utterances, exchanges)
    weighed += [_Weighed(each.section, each) for each in acted if each.section in cues]
    chosen = {}
    for name, cue in cues.items():
        of_section = [each.statement for each in weighed if each.section == name]
        chosen[name] = _surest(of_section, cue.most)
    return {
        name: [_with_assent(_with_condition(each, utterances), utterances) for each in statements]
        for name, statements in chosen.items()
    }


def _from_statements(
    cues: Mapping[str, Cues], utterances: Sequence[Utterance], cast: Cast, promised: frozenset[int]
) -> Iterator[_Weighed]:
    threshold = ENOUGH if any(cast.sides.values()) else ENOUGH + _STRANGERS
    for each in utterances:
        if (
            each.question
            or each.listening
            or each.words < 3
            or is_small_talk(each)
            or acts.dictates(each.low)
        ):
            continue
        if each.index in promised:
            continue
        values, side = telling_values(each.text), cast.side(each.speaker)
        weights = {name: cue.weight(each.low, values, side) for name, cue in cues.items()}
        if "competitors" in weights and _tells_of_a_firm(each.text, cast):
            weights["competitors"] = max(weights["competitors"], ENOUGH)
        if acts.tells_of_the_past(each.low):
            weights.pop("timeline", None)
        sure = [name for name in weights if weights[name] >= threshold]
        if not sure:
            fallback = _by_value(cues, each, weights, side)
            sure = [fallback] if fallback and side else []
        for name in sure:
            yield _Weighed(name, Statement(name, weights[name], (Part(each),)))


def _tells_of_a_firm(text: str, cast: Cast) -> bool:
    """ "TempHawk have a stainless one": a single name that takes a plural is a firm's."""
    return any(not cast.known_as(match["name"]) for match in _FIRM_HAS.finditer(text))


def _of_money(budget: Cues, each: Utterance, side: Side) -> bool:
    """Whether a sum is a price of ours, or stands beside a word for paying."""
    return side == "rep" or budget.weak.search(each.low) is not None


def _by_value(
    cues: Mapping[str, Cues], each: Utterance, weights: Mapping[str, float], side: Side
) -> str:
    """Where a figure belongs that no phrase placed: money to the budget, days to the timeline.

    Money that was spent or lost is no budget, nor what a thing or a mishap of theirs was worth.
    """
    kinds = kinds_in(each.text)
    if SPENT.search(each.low) or ("budget" in cues and not _of_money(cues["budget"], each, side)):
        kinds -= _MONEY
    for kind, sections in (
        ("amount", ("budget", "resolution")),
        ("date", ("timeline", "follow_up")),
    ):
        for name in sections:
            if (
                kind in kinds
                and name in cues
                and (kind == "amount" or weights.get(name, 0.0) >= 1.0)
            ):
                return name
    return ""


def _from_exchanges(
    cues: Mapping[str, Cues], exchanges: Sequence[Exchange], cast: Cast
) -> Iterator[_Weighed]:
    for exchange in exchanges:
        if acts.dictates(exchange.asked.low) or any(
            acts.dictates(each.low) for each in exchange.answer
        ):
            continue
        for name, cue in cues.items():
            if not exchange.asked.question:
                yield from _recap(name, cue, exchange, cast)
            elif cue.opens(exchange.topic) or _put_to(cue, exchange, cast):
                yield from _answers(name, cue, exchange, cast)


def _put_to(cue: Cues, exchange: Exchange, cast: Cast) -> bool:
    """Whether a statement put for a yes ("so forty seats?") is of the section itself."""
    asked, side = exchange.asked, cast.side(exchange.answer[0].speaker)
    put = puts_a_statement(asked.low) and (exchange.assent or exchange.refusal)
    return put and cue.weight(asked.low, telling_values(asked.text), side) >= ENOUGH / 2


def _recap(name: str, cue: Cues, exchange: Exchange, cast: Cast) -> Iterator[_Weighed]:
    """A summing-up counts as the words of the one who confirmed it."""
    asked, reply = exchange.asked, exchange.answer[0]
    weight = cue.weight(asked.low, telling_values(asked.text), cast.side(reply.speaker))
    if exchange.confirmed and (weight >= ENOUGH or cue.opens(exchange.topic)):
        weight = max(weight, ENOUGH)
        yield _Weighed(name, Statement(name, weight, (Part(asked),), agreed=Part(reply)))


def _answers(name: str, cue: Cues, exchange: Exchange, cast: Cast) -> Iterator[_Weighed]:
    """The direct answer, and what follows it as far as it bears on the section."""
    first, *rest = exchange.answer
    side = cast.side(first.speaker)
    if cue.side and side and side != cue.side:
        return
    parts = [Part(first)]
    if (first.words <= 3 or first.listening) and rest and not is_small_talk(rest[0]):
        parts.append(Part(rest.pop(0)))
    if is_small_talk(first) and len(parts) == 1 and not exchange.confirmed:
        return
    text = " ".join(part.text for part in parts)
    own = cue.weight(acts.plain(text), telling_values(text), side)
    if exchange.confirmed:  # a yes says what was put
        put = exchange.asked
        own = max(own, cue.weight(put.low, telling_values(put.text), side))
    if name == "decisions" and cue.unless.search(acts.plain(text)):
        return
    declined = name == "next_step" and exchange.refusal and not kinds_in(text) & {"date", "time"}
    if declined or _says_nothing(parts, exchange):
        return
    if name in _ARRANGED and exchange.assent:
        tail = _tail_of(exchange)
        if tail is not None:
            whole_offer = (Part(exchange.asked), Part(tail))
            yield _Weighed(name, Statement(name, ENOUGH + 0.5 + own, whole_offer, agreed=parts[-1]))
            return
        doubts = [
            each for each in rest[:2] if acts.is_hedged(each.low) or _TENTATIVE.search(each.low)
        ]
        parts += [Part(each) for each in doubts]
        rest = [each for each in rest if each not in doubts]
    whole = own >= ENOUGH and not exchange.confirmed and not leans_on_question(parts)
    asked = None if whole and name not in _ARRANGED else Part(exchange.asked)
    yield _Weighed(name, Statement(name, ENOUGH + 0.5 + own, tuple(parts), asked=asked))
    for each in rest:
        weight = cue.weight(each.low, telling_values(each.text), side)
        if weight + _FOLLOWS >= ENOUGH and weight > 0 and not is_small_talk(each):
            yield _Weighed(name, Statement(name, weight + _FOLLOWS, (Part(each),)))


def _tail_of(exchange: Exchange) -> Utterance | None:
    """What the asker put to a proposal in the same breath: "With Anna, if she can." """
    after = exchange.after
    if after is None or after.words > _TAIL_WORDS or after.question:
        return None
    return after if acts.has_condition(after.low) or acts.is_hedged(after.low) else None


def _says_nothing(parts: Sequence[Part], exchange: Exchange) -> bool:
    """ "Sure." to an open question, or "let me check": no answer yet."""
    if len(parts) == 1 and parts[0].utterance.listening and not exchange.confirmed:
        return acts.asks_openly(exchange.asked.low) and not re.match(
            r"\W*(?:\w+ )*?(?:is|are|do|does|did|have|has|was|were|will|would|can)\b",
            exchange.asked.low,
        )
    return (
        re.match(
            r"\W*(?:let me (?:see|check|think|look)|good question|great question|hold on|"
            r"one (?:second|moment))",
            parts[0].low,
        )
        is not None
    )


def _surest(statements: list[Statement], most: int) -> list[Statement]:
    """The weightiest statements, none saying what another says, in the order of the call."""
    kept: list[Statement] = []
    for each in sorted(statements, key=lambda s: (-s.weight, s.position)):
        if len(kept) < most and not any(_repeats(each, other) for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda s: s.position)


def _repeats(each: Statement, other: Statement) -> bool:
    """Says the same again: alike in words, and no figure in it that the other lacks."""
    if each.position == other.position:
        return True
    new = _figures(each) - _figures(other)
    small = min(len(content_words(each.low)), len(content_words(other.low))) < 3
    return not new and not small and likeness(each.low, other.low) >= _ALIKE


def _figures(statement: Statement) -> frozenset[str]:
    return frozenset(
        value.normal
        for part in statement.all_parts()
        for value in values_in(part.text)
        if value.kind != "name"
    )


def _with_assent(statement: Statement, utterances: Sequence[Utterance]) -> Statement:
    """The yes to a proposal ("let's meet on the 26th") that was no question."""
    alone = statement.asked is None and statement.agreed is None
    if statement.section not in _ARRANGED or not alone or not _PROPOSES.search(statement.low):
        return statement
    reply = reply_to(statement.parts[-1].utterance, utterances)
    return (
        replace(statement, agreed=Part(reply[0]))
        if reply and acts.agrees(reply[0].low)
        else statement
    )


def _with_condition(statement: Statement, utterances: Sequence[Utterance]) -> Statement:
    """A condition set in the next sentence belongs to what it limits."""
    last = statement.parts[-1].utterance
    for each in utterances[last.index + 1 : last.index + 3]:
        if each.speaker != last.speaker:
            if each.listening:
                continue
            break
        if (
            acts.opens_with_condition(each.low)
            and not acts.stands_alone(each.low)
            and not each.question
            and each.words <= 25
        ):
            return replace(statement, parts=(*statement.parts, Part(each)))
        break
    return statement
