"""Chat over HTTP: a question in, an answer as events or at once; one's own conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from assistant.chat import store
from assistant.chat.service import Desk, Event, Question, answer, answer_whole
from assistant.chat.sse import frame, stream
from assistant.governance.http import AskingPrincipal, CurrentPrincipal, Now, ReadSession

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
    """The person's conversations, the latest first."""

    items: list[TalkOut]


class TurnOut(BaseModel):
    """A question with its answer as it was given."""

    position: int
    question: str
    asked_at: datetime
    answer: dict[str, object]


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
def conversations(session: ReadSession, principal: CurrentPrincipal) -> TalksOut:
    """Your conversations, the latest first."""
    return TalksOut(items=[_talk(one) for one in store.conversations(session, principal)])


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
            )
            for turn in turns
        ],
    )  # fmt: skip


def _talk(talk: store.Talk) -> TalkOut:
    return TalkOut(
        id=talk.id, title=talk.title, created_at=talk.created_at, updated_at=talk.updated_at
    )
