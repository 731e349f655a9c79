"""One question answered: planned, looked up, put into words, checked, kept; as a stream of events.

Nothing is held while the stream waits: database work runs in threads, each with a session of its
own, and a model is awaited.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial

from starlette.concurrency import run_in_threadpool

from assistant.chat import store
from assistant.chat.answers import Answered, Draft, Proposed, Sentence, Status
from assistant.chat.asking import Asking
from assistant.chat.evidence import Gatherer, options
from assistant.chat.gathered import Gathered, Step
from assistant.chat.memory import Memory, answered_back, recall
from assistant.chat.message import legible
from assistant.chat.planning import (
    Planned,
    PlannedStep,
    Planner,
    run_steps,
    shown_plan,
    worth_planning,
)
from assistant.chat.question.clock import Calendar, Clock
from assistant.chat.remembering import after
from assistant.chat.texts.answerable import answerable
from assistant.chat.texts.extract import Looked, extract, missing_names
from assistant.chat.texts.likeness import alike_by
from assistant.chat.texts.model import PROMPT, Composed, compose
from assistant.chat.texts.named import PERSONS, about_the_named, saying
from assistant.chat.turn_gate import gate_of
from assistant.chat.typed.phrases import join
from assistant.chat.verify import Checked
from assistant.chat.vocabulary import Vocabulary
from assistant.db import Sessions
from assistant.governance.access import Principal
from assistant.llm import Endpoint, ModelError, Wire, WireEntry
from assistant.search.index import SearchIndex
from assistant.search.service import search
from retrieval.passages import Passage

_PLANNED = (
    "I could not read the whole question by myself; a language model planned the look-up. Check "
    "that this is what you asked."
)
_NOTHING = "I found nothing about this in the records that you can see."


@dataclass(frozen=True, slots=True)
class Desk:
    """What answering needs: the records, the search, and a language model if there is one."""

    sessions: Sessions
    index: SearchIndex
    endpoint: Endpoint | None = None
    timezone: str = "UTC"
    fiscal_year_start_month: int = 1
    region: str = "US"
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    wire: Wire | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks: on a page (`account_id`), in a conversation, or after other questions
    that the caller keeps (`earlier`); not `kept` where only the answer is of interest."""

    message: str
    conversation_id: str | None = None
    account_id: str | None = None
    earlier: tuple[str, ...] = ()
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """A piece of the answer: plan, sentence, suggestion, done."""

    name: str
    data: Mapping[str, object]


@dataclass(slots=True)
class _Turn:
    """One question on its way to its answer."""

    question: Question
    text: str  # with the choice put in where the question before was asked back
    asking: Asking
    memory: Memory
    gathered: Gathered
    asker: str = ""
    no_page: bool = False
    checked: Checked = field(default_factory=Checked)
    composed: Composed | None = None
    wire: list[WireEntry] = field(default_factory=list)
    answered: int = 0
    missing: list[str] = field(default_factory=list)
    suggestions: list[Proposed] = field(default_factory=list)
    read: list[Passage] = field(default_factory=list)
    planner: Planned | None = None
    planned_steps: list[Step] = field(default_factory=list)


async def answer(
    desk: Desk, principal: Principal, question: Question, *, now: datetime
) -> AsyncGenerator[Event, None]:
    """The events of the answer: its plan, the sentences that hold, suggestions, one done.

    Where nothing holds, a language model may plan anew: then another plan comes, with both.

    Raises Invalid for a message that is empty or too long, NotFound for a conversation that is
    not the asker's, before the first event.
    """
    question = replace(question, message=legible(question.message))
    turn = await run_in_threadpool(_gather, desk, principal, question, now)
    yield Event("plan", _plan(turn))
    for step in turn.gathered.steps:
        async with aclosing(_sentences(desk, turn, step)) as sentences:
            async for sentence in sentences:
                yield Event("sentence", sentence.as_json())
        for proposed in step.suggestions:
            turn.suggestions.append(proposed)
            yield Event("suggestion", proposed.as_json())
    async with aclosing(_planned(desk, turn)) as events:
        async for event in events:
            yield event
    answered = _concluded(desk, turn)
    done = await run_in_threadpool(_keep, desk, principal, turn, answered, now)
    yield Event("done", done)


async def answer_whole(
    desk: Desk, principal: Principal, question: Question, *, now: datetime
) -> dict[str, object]:
    """The whole answer at once: what the events say, in one object."""
    plan: Mapping[str, object] = {}
    sentences: list[Mapping[str, object]] = []
    suggestions: list[Mapping[str, object]] = []
    done: Mapping[str, object] = {}
    async with aclosing(answer(desk, principal, question, now=now)) as events:
        async for event in events:
            if event.name == "plan":
                plan = event.data
            elif event.name == "sentence":
                sentences.append(event.data)
            elif event.name == "suggestion":
                suggestions.append(event.data)
            else:
                done = event.data
    return {"plan": plan, "sentences": sentences, "suggestions": suggestions, **done}


def _gather(desk: Desk, principal: Principal, question: Question, now: datetime) -> _Turn:
    with desk.sessions.reading() as session:
        memory = Memory()
        if question.conversation_id is not None:
            kept = store.require_conversation(session, principal, question.conversation_id)
            memory = Memory.of(kept.memory)
        zone = store.zone_of(session, principal) or desk.timezone
        asking = Asking(
            principal,
            now,
            Calendar(zone, desk.fiscal_year_start_month),
            region=desk.region,
            remembered=recall(session, principal, memory),
            before=memory.computed,
            vocabulary=desk.vocabulary,
        )
        gatherer = Gatherer(partial(search, desk.index), desk.index.embedder)
        for earlier in question.earlier:
            memory = after(memory, earlier, gatherer.gather(session, asking, earlier))
            asking = replace(
                asking, remembered=recall(session, principal, memory), before=memory.computed
            )
        text, chosen = answered_back(session, principal, memory, question.message)
        if chosen is not None:
            asking = replace(asking, page=chosen)
        if question.account_id is not None:
            page = store.account(session, principal, question.account_id)
            if page is None:
                return _Turn(question, text, asking, memory, Gathered(), no_page=True)
            asking = replace(asking, page=page)
        gathered = gatherer.gather(session, asking, text)
        return _Turn(question, text, asking, memory, gathered, store.name_of(session, principal))


def _plan(turn: _Turn) -> dict[str, object]:
    return shown_plan((*turn.gathered.steps, *turn.planned_steps), turn.asking.calendar)


async def _planned(desk: Desk, turn: _Turn) -> AsyncGenerator[Event, None]:
    """What a model's plan adds where that of code found nothing; the answer stays a partial one."""
    if desk.endpoint is None or not worth_planning(turn.asking, turn.gathered, turn.answered):
        return
    entities = {one.id: one for step in turn.gathered.steps for one in step.understood.entities}
    gate = await run_in_threadpool(
        gate_of, desk.wire, desk.endpoint, turn.wire, asyncio.get_running_loop()
    )
    today = Clock(turn.asking.now, turn.asking.calendar).today
    planner = Planner(turn.text, tuple(entities.values()), today, desk.endpoint, gate)
    turn.planner, told = planner.planned, ""
    missing, before = list(turn.missing), len(turn.checked.sentences)
    while not planner.exhausted and len(turn.checked.sentences) == before:
        steps = await planner.steps(told)
        found, told = await run_in_threadpool(_looked_up, desk, turn, planner, steps)
        if not steps:
            break
        turn.planned_steps += found
        yield Event("plan", _plan(turn))
        for step in found:
            async with aclosing(_sentences(desk, turn, step)) as sentences:
                async for sentence in sentences:
                    yield Event("sentence", sentence.as_json())
    found_some = len(turn.checked.sentences) > before
    turn.answered, turn.missing = 0, [_PLANNED] if found_some else missing


def _looked_up(
    desk: Desk, turn: _Turn, planner: Planner, steps: Sequence[PlannedStep]
) -> tuple[list[Step], str]:
    with desk.sessions.reading() as session:
        return run_steps(session, turn.asking, partial(search, desk.index), planner, steps)


async def _sentences(desk: Desk, turn: _Turn, step: Step) -> AsyncGenerator[Sentence, None]:
    before = len(turn.checked.sentences)
    if step.drafts:
        for sentence in turn.checked.take_all(step.drafts):
            yield sentence
    elif step.passages:
        async with aclosing(_from_texts(desk, turn, step)) as sentences:
            async for sentence in sentences:
                yield sentence
    if len(turn.checked.sentences) == before:
        for sentence in turn.checked.take_all(step.otherwise):
            yield sentence
    if len(turn.checked.sentences) > before:
        turn.answered += 1
    else:
        turn.missing.append(step.missing or _NOTHING)


async def _from_texts(desk: Desk, turn: _Turn, step: Step) -> AsyncGenerator[Sentence, None]:
    """By the model where there is one and it holds up; in the records' own words otherwise."""
    looked = Looked(
        step.plan.text, tuple(one.name for one in step.understood.entities),
        tuple(words.text for words in step.plan.unread),
        saying(step.plan.text, step.understood.entities, turn.asker),
        frozenset(one.id for one in step.understood.entities
                  if one.kind not in {"account", "owner", "product"}),
        tuple(one.name for one in step.understood.entities if one.kind in PERSONS),
        turn.asker,
    )  # fmt: skip
    if missing_names(looked, step.passages):
        return
    named = bool(step.understood.entities)
    passages = answerable(step.plan.text, step.passages, named=named)
    passages = about_the_named(step.plan.text, looked.names, passages)
    if looked.saying is not None:
        passages = [passage for passage in passages if looked.saying.holds(passage)]
    if not passages:
        return
    turn.read += passages
    before = len(turn.checked.sentences)
    if desk.endpoint is not None:
        turn.composed = turn.composed or Composed()
        composing = compose(
            looked, passages,
            today=Clock(turn.asking.now, turn.asking.calendar).today, endpoint=desk.endpoint,
            gate=await run_in_threadpool(
                gate_of, desk.wire, desk.endpoint, turn.wire, asyncio.get_running_loop()
            ),
            checked=turn.checked, composed=turn.composed,
        )  # fmt: skip
        async with aclosing(composing) as sentences:
            async for sentence in sentences:
                yield sentence
        if len(turn.checked.sentences) > before:
            return
    drafts = await run_in_threadpool(_extracted, desk, looked, passages)
    for sentence in turn.checked.take_all(drafts):
        yield sentence


def _extracted(desk: Desk, looked: Looked, passages: Sequence[Passage]) -> list[Draft]:
    """In the records' own words; by meaning too where the embedding model is to be had."""
    embedder = desk.index.embedder()
    if embedder is None:
        return extract(looked, passages)
    try:
        return extract(looked, passages, alike_by(embedder))
    except ModelError as error:
        desk.index.rest(error)
        return extract(looked, passages)


def _concluded(desk: Desk, turn: _Turn) -> Answered:
    """The status and, where there is no answer, why."""
    gathered, checked = turn.gathered, turn.checked
    provenance = _provenance(desk, turn)
    if gathered.refusal is not None:
        return Answered(Status.REFUSED, message=gathered.refusal.value, provenance=provenance)
    if gathered.unclear is not None:
        found = options(gathered.unclear)
        named = [f"{one.name} ({one.hint})" if one.hint else one.name for one in found]
        return Answered(
            Status.AMBIGUOUS, message=f"Which one do you mean: {join(named, 'or')}?",
            options=found, provenance=provenance,
        )  # fmt: skip
    if turn.no_page:
        return Answered(
            Status.ABSTAINED, message="There is no such account that you can see.",
            provenance=provenance,
        )  # fmt: skip
    status = Status.ABSTAINED
    if checked.sentences:
        broken = turn.composed is not None and turn.composed.failure and checked.dropped
        whole = turn.answered == len(gathered.steps) and not broken
        status = Status.ANSWERED if whole else Status.PARTIAL
    message = " ".join(dict.fromkeys(turn.missing))
    return Answered(
        status, tuple(checked.sentences), message, suggestions=tuple(turn.suggestions),
        dropped=checked.dropped, provenance=provenance,
    )  # fmt: skip


def _provenance(desk: Desk, turn: _Turn) -> dict[str, object]:
    """What the answer took: plan, passages shown, prompt, model and tokens."""
    used = turn.composed is not None and turn.composed.asked > 0
    return {
        "plan": _plan(turn),
        "records": list(
            dict.fromkeys(
                one.id for step in turn.gathered.steps for one in step.understood.entities
            )
        ),
        "passages": [
            {"kind": one.kind, "id": one.record_id, "version": one.record_version,
             "field": one.field, "start": one.start, "end": one.end}
            for one in turn.read
        ],
        "prompt": PROMPT if used else None,
        "prompt_digest": turn.composed.prompt_digest if turn.composed else None,
        "model": desk.endpoint.model if used and desk.endpoint else None,
        "model_failure": turn.composed.failure if turn.composed else None,
        "planned": asdict(turn.planner) if turn.planner else None,
        "prompt_tokens": sum(entry.prompt_tokens for entry in turn.wire),
        "completion_tokens": sum(entry.completion_tokens for entry in turn.wire),
        "dropped": turn.checked.reasons[:20],
    }  # fmt: skip


def _keep(
    desk: Desk, principal: Principal, turn: _Turn, answered: Answered, now: datetime
) -> dict[str, object]:
    """Write the exchange down and say how it ended."""
    cited = [citation for one in answered.sentences for citation in one.citations]
    with desk.sessions.reading() as session:
        feeds = store.feeds_of(session, cited, now)
    done: dict[str, object] = {
        "status": answered.status.value,
        "message": answered.message,
        "options": [option.as_json() for option in answered.options],
        "freshness": [feed.as_json() for feed in feeds],
        "dropped": answered.dropped,
    }
    if not turn.question.kept:
        return done
    reply = {
        "plan": answered.provenance.get("plan", {}),
        "sentences": [sentence.as_json() for sentence in answered.sentences],
        "suggestions": [one.as_json() for one in answered.suggestions],
        **done,
    }
    memory = after(turn.memory, turn.text, turn.gathered)
    with desk.sessions.begin() as session:
        conversation_id, position = store.keep(
            session, principal, turn.question.message, answered, reply, memory.as_json(),
            now=now, conversation_id=turn.question.conversation_id,
        )  # fmt: skip
    return {**done, "conversation_id": conversation_id, "position": position}
