"""The same answers for any OpenAI client, whole or streamed, with citations."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from assistant.chat.routes import desk
from assistant.chat.service import Desk, Event, Question, answer
from assistant.chat.sse import stream
from assistant.chat.texts.plain import plain
from assistant.errors import Invalid, NotFound
from assistant.governance.access import Principal
from assistant.governance.http import AskingPrincipal, CurrentPrincipal, Now
from assistant.governance.problems import openai_error
from assistant.llm.endpoint import estimated_tokens

router = APIRouter(prefix="/v1", tags=["openai"])

MODEL = "rapport"
# The last questions say what "they" means; older ones no longer do.
_EARLIER = 3
# Sources of one sentence that are marked each; a longer row of them is marked by its ends.
_MARKS = 6
_QUOTE_LENGTH = 160


class ModelNotFound(NotFound):
    """No model of this name answers here."""

    title = "Model not found"


class PartIn(BaseModel):
    """A part of a message; only text is read."""

    type: str
    text: str = ""


class MessageIn(BaseModel):
    """A message of the conversation that the client keeps."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[PartIn] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptionsIn(BaseModel):
    include_usage: bool = False


class CompletionIn(BaseModel):
    """The part of the request that matters here; sampling settings change nothing."""

    model: str = MODEL
    messages: Annotated[list[MessageIn], Field(min_length=1, max_length=400)]
    stream: bool = False
    stream_options: StreamOptionsIn | None = None


@router.get("/models")
def models(_: CurrentPrincipal) -> dict[str, object]:
    """The one model there is."""
    card = {"id": MODEL, "object": "model", "created": 0, "owned_by": "rapport"}
    return {"object": "list", "data": [card]}


@router.post("/chat/completions", response_model=None)
async def complete(
    request: Request, body: CompletionIn, principal: AskingPrincipal, now: Now
) -> Response:
    """Answers the last user message; `citations` lists what the marks [1] in the text stand for."""
    if body.model != MODEL:
        raise ModelNotFound(
            f"There is no model {body.model[:80]!r} here; the models are: {MODEL}.", field="model"
        )
    asked = [message.text for message in body.messages if message.role == "user"]
    if not asked:
        raise Invalid("Expected a message of the role 'user', got none.", field="messages")
    question = Question(asked[-1], earlier=tuple(asked[-1 - _EARLIER : -1]))
    reply = _Reply(int(now.timestamp()))
    if body.stream:
        chunks = _chunks(desk(request), principal, question, body, reply, now)
        return await stream(chunks, lambda chunk: chunk, _error)
    async with aclosing(answer(desk(request), principal, question, now=now)) as events:
        async for event in events:
            reply.take(event)
    return JSONResponse(reply.whole(question.message))


class _Reply:
    """An answer on its way to an OpenAI client."""

    def __init__(self, created: int) -> None:
        self.id = f"chatcmpl-{secrets.token_hex(12)}"
        self.created = created
        self.citations: list[Mapping[str, object]] = []
        self.text = ""

    def take(self, event: Event) -> str:
        """The text that this event adds."""
        added = ""
        if event.name == "sentence":
            added = self._sentence(event.data)
        elif event.name == "done":
            added = self._ending(event.data)
        if added and self.text:
            added = f"\n{added}" if event.name == "done" else f" {added}"
        self.text += added
        return added

    def _sentence(self, data: Mapping[str, object]) -> str:
        cited = data["citations"]
        numbers = [self._number(one) for one in cited] if isinstance(cited, list) else []
        return f"{data['text']} {_marks(numbers)}".rstrip()

    def _number(self, citation: Mapping[str, object]) -> int:
        if citation not in self.citations:
            self.citations.append(citation)
        return self.citations.index(citation) + 1

    def _ending(self, done: Mapping[str, object]) -> str:
        lines = [str(done["message"])] if done["message"] else []
        feeds = done["freshness"]
        lines += [
            f"Note: {feed['source']} has delivered nothing since {str(feed['received_at'])[:10]}."
            for feed in (feeds if isinstance(feeds, list) else [])
            if feed["stale"]
        ]
        lines += [f"[{number}] {_source(one)}" for number, one in enumerate(self.citations, 1)]
        return "\n".join(lines)

    def whole(self, asked: str) -> dict[str, object]:
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": self.text},
            "finish_reason": "stop",
            "logprobs": None,
        }
        return {
            "id": self.id, "object": "chat.completion", "created": self.created, "model": MODEL,
            "choices": [choice], "usage": self.usage(asked), "citations": self.citations,
        }  # fmt: skip

    def chunk(self, delta: Mapping[str, object], finish_reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return self.frame({"choices": [choice]})

    def frame(self, content: Mapping[str, object]) -> str:
        head = {
            "id": self.id, "object": "chat.completion.chunk", "created": self.created,
            "model": MODEL,
        }  # fmt: skip
        return f"data: {json.dumps({**head, **content}, ensure_ascii=False)}\n\n"

    def usage(self, asked: str) -> dict[str, int]:
        prompt, completion = estimated_tokens(len(asked)), estimated_tokens(len(self.text))
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }


def _marks(numbers: Sequence[int]) -> str:
    """Every source of a sentence, as the list below names them: [1] [2], or [1] [2]–[40]."""
    ordered = sorted(set(numbers))
    if len(ordered) > _MARKS and ordered[-1] - ordered[1] == len(ordered) - 2:
        return f"[{ordered[0]}] [{ordered[1]}]–[{ordered[-1]}]"
    return " ".join(f"[{number}]" for number in ordered)


def _source(citation: Mapping[str, object]) -> str:
    title, quote = plain(str(citation["title"])), plain(str(citation["quote"]))
    if len(quote) > _QUOTE_LENGTH:
        quote = f"{quote[:_QUOTE_LENGTH]}…"
    return f"{title or citation['kind']}: {quote}"


async def _chunks(
    desk: Desk,
    principal: Principal,
    question: Question,
    body: CompletionIn,
    reply: _Reply,
    now: Now,
) -> AsyncGenerator[str, None]:
    begun = False
    async with aclosing(answer(desk, principal, question, now=now)) as events:
        async for event in events:
            if not begun:
                begun = True
                yield reply.chunk({"role": "assistant", "content": ""})
            elif added := reply.take(event):
                yield reply.chunk({"content": added})
    last = {"index": 0, "delta": {}, "finish_reason": "stop", "logprobs": None}
    yield reply.frame({"choices": [last], "citations": reply.citations})
    if body.stream_options and body.stream_options.include_usage:
        yield reply.frame({"choices": [], "usage": reply.usage(question.message)})
    yield "data: [DONE]\n\n"


def _error(detail: str) -> str:
    return f"data: {json.dumps(openai_error(500, detail))}\n\n"
