"""Chat over HTTP: a question in, an answer as events or at once; one's own conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.chat import store, talks
from assistant.chat.service import Desk, Event, Question, answer, answer_whole
from assistant.chat.sse import frame, stream
from assistant.db import Sessions
from assistant.governance.access import Principal
from assistant.governance.http import (
    AskingPrincipal,
    CurrentPrincipal,
    ListLimit,
    Now,
    ReadSession,
    WriteSession,
    sessions_of,
)

router = APIRouter(prefix="/api/v1", tags=["chat"])


class ScopeIn(BaseModel):
    """What the question is asked on."""

    account_id: Annotated[str, Field(max_length=60)]


class ChatIn(BaseModel):
    """A question, in a conversation or the first of a new one."""

    message: str
    conversation_id: Annotated[str | None, Field(max_length=60)] = None
    scope: ScopeIn | None = None


class TalkOut(BaseModel):
    """A conversation in the list."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime


class TalksOut(BaseModel):
    """The person's conversations, the latest first; `next` continues where this page ends."""

    items: list[TalkOut]
    next: str | None


class FeedbackIn(BaseModel):
    """What you say of an answer."""

    model_config = ConfigDict(extra="forbid")
    verdict: Literal["right", "wrong", "source_wrong"]
    words: Annotated[str, Field(max_length=2000)] = ""


class FeedbackOut(BaseModel):
    """What was said of an answer."""

    model_config = ConfigDict(from_attributes=True)
    verdict: str
    words: str
    given_at: datetime


class TurnOut(BaseModel):
    """A question with its answer as it was given."""

    position: int
    question: str
    asked_at: datetime
    answer: dict[str, object]
    feedback: FeedbackOut | None


class ConversationOut(BaseModel):
    """A conversation with all its turns."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: list[TurnOut]


@router.post(
    "/chat",
    response_model=None,
    responses={200: {"content": {"text/event-stream": {}, "application/json": {}}}},
)
async def ask(request: Request, body: ChatIn, principal: AskingPrincipal, now: Now) -> Response:
    """Ask; the answer streams as events plan, sentence, suggestion, done, error.

    With `Accept: application/json` the whole answer comes at once.
    """
    question = Question(
        body.message, body.conversation_id, body.scope.account_id if body.scope else None
    )
    accepted = request.headers.get("accept", "")
    if "application/json" in accepted and "text/event-stream" not in accepted:
        return JSONResponse(await answer_whole(desk(request), principal, question, now=now))
    return await stream(answer(desk(request), principal, question, now=now), _frame, _error)


def desk(request: Request) -> Desk:
    """What answering needs, as wired at the start."""
    found: Desk = request.app.state.parts.chat
    return found


def _frame(event: Event) -> str:
    return frame(event.name, event.data)


def _error(detail: str) -> str:
    return frame("error", {"title": "The answer broke off", "detail": detail})


@router.get("/conversations")
def conversations(
    session: ReadSession,
    principal: CurrentPrincipal,
    q: Annotated[str, Query(max_length=200, description="Words said in them.")] = "",
    cursor: str | None = None,
    limit: ListLimit = 50,
) -> TalksOut:
    """Your conversations, the latest first; with `q` those in which all its words were said."""
    page = talks.conversations(session, principal, q, cursor=cursor, limit=limit)
    return TalksOut(items=[_talk(one) for one in page.items], next=page.next)


@router.get("/conversations/{conversation_id}")
def conversation(
    conversation_id: str, session: ReadSession, principal: CurrentPrincipal
) -> ConversationOut:
    """One of your conversations, with every question and its answer as it was given."""
    talk, turns = store.turns(session, principal, conversation_id)
    return ConversationOut(
        **_talk(talk).model_dump(),
        turns=[
            TurnOut(
                position=turn.position, question=turn.question, asked_at=turn.asked_at,
                answer=dict(turn.answer),
                feedback=(
                    FeedbackOut.model_validate(turn.feedback) if turn.feedback else None
                ),
            )
            for turn in turns
        ],
    )  # fmt: skip


@router.delete("/conversations/{conversation_id}", status_code=204)
def delete_conversation(
    request: Request, conversation_id: str, principal: CurrentPrincipal
) -> None:
    """Erase one of your conversations, with its answers and what you said of them."""
    erase_conversation(sessions_of(request), principal, conversation_id)


def erase_conversation(sessions: Sessions, principal: Principal, conversation_id: str) -> None:
    """Erase it, also from the database's log."""
    with sessions.begin() as session:
        talks.delete_conversation(session, principal, conversation_id)
    sessions.forget_log()


@router.put("/conversations/{conversation_id}/turns/{position}/feedback")
def give_feedback(
    conversation_id: str,
    position: Annotated[int, Path(ge=0, le=1_000_000)],
    body: FeedbackIn,
    session: WriteSession,
    principal: CurrentPrincipal,
    now: Now,
) -> FeedbackOut:
    """Say whether an answer of yours was right; it is kept for evaluation."""
    given = talks.give_feedback(
        session, principal, conversation_id, position, talks.Said(body.verdict, body.words),
        now=now,
    )  # fmt: skip
    return FeedbackOut.model_validate(given)


@router.delete("/conversations/{conversation_id}/turns/{position}/feedback", status_code=204)
def take_back_feedback(
    conversation_id: str,
    position: Annotated[int, Path(ge=0, le=1_000_000)],
    session: WriteSession,
    principal: CurrentPrincipal,
) -> None:
    """Take back what you said of an answer."""
    talks.take_back_feedback(session, principal, conversation_id, position)


def _talk(talk: store.Talk) -> TalkOut:
    return TalkOut(
        id=talk.id, title=talk.title, created_at=talk.created_at, updated_at=talk.updated_at
    )
