"""The JSON shapes of the protocol, as a server writes them."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from email import message_from_bytes

from tests.scripted_openai.asks import Json
from tests.scripted_openai.replies import CallTools

MODEL = "scripted-1"
_EMBEDDING_DIMENSIONS = 8


def chunk(delta: dict[str, Json], finish_reason: str | None = None) -> dict[str, Json]:
    choice: Json = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": MODEL,
        "choices": [choice],
    }


def completion(message: dict[str, Json], finish_reason: str, text: str) -> dict[str, Json]:
    choice: Json = {"index": 0, "message": message, "finish_reason": finish_reason}
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [choice],
        "usage": usage(text),
    }


def usage(text: str) -> dict[str, Json]:
    """A made-up prompt of 100 tokens, and one token a word of the answer."""
    completion = len(text.split())
    return {
        "prompt_tokens": 100,
        "completion_tokens": completion,
        "total_tokens": 100 + completion,
    }


def tool_calls(reply: CallTools) -> list[dict[str, Json]]:
    return [
        {
            "id": f"call_{at}",
            "type": "function",
            "function": {"name": call.name, "arguments": json.dumps(dict(call.arguments))},
        }
        for at, call in enumerate(reply.calls)
    ]


def parsed(content_type: str, raw: bytes) -> tuple[dict[str, Json], bytes]:
    """The fields of a request in JSON or as a form, and the form's file; a field given several
    times is a list."""
    if not content_type.startswith("multipart/form-data"):
        return json.loads(raw or b"{}"), b""
    form = message_from_bytes(f"content-type: {content_type}\r\n\r\n".encode() + raw)
    fields: dict[str, Json] = {}
    file = b""
    for part in form.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if part.get_filename():
            file = content
            continue
        text, known = content.decode(), fields.get(name)
        if known is None:
            fields[name] = text
        else:
            fields[name] = [*known, text] if isinstance(known, list) else [known, text]
    return fields, file


def embeddings(body: dict[str, Json]) -> dict[str, Json]:
    """A vector that depends on the words alone, as numbers or as base64 of float32."""
    given = body.get("input")
    texts = [str(text) for text in given] if isinstance(given, list) else [str(given)]
    rows: list[Json] = []
    for at, text in enumerate(texts):
        vector = [0.0] * _EMBEDDING_DIMENSIONS
        for word in text.casefold().split():
            vector[hashlib.sha256(word.encode()).digest()[0] % _EMBEDDING_DIMENSIONS] += 1.0
        packed = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
        shown: Json = packed if body.get("encoding_format") == "base64" else list(vector)
        rows.append({"object": "embedding", "index": at, "embedding": shown})
    tokens = sum(len(text.split()) for text in texts)
    return {
        "object": "list",
        "data": rows,
        "model": MODEL,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
