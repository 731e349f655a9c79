"""Where a model is, what a call to it may cost, and what is written down about each call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible chat endpoint and the bounds of every call to it.

    base_url ends in the version, as in "http://127.0.0.1:11434/v1".
    deadline_s bounds a whole call, retries and waiting included; stall_timeout_s bounds the wait
    for the first piece of the answer and between two pieces.
    max_output_chars holds where a server ignores max_output_tokens.
    """

    base_url: str
    model: str
    api_key: SecretStr | None = None
    connect_timeout_s: float = 5.0
    stall_timeout_s: float = 30.0
    deadline_s: float = 60.0
    max_output_tokens: int = 1024
    max_output_chars: int = 16_000
    max_retries: int = 2
    temperature: float = 0.0


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class WireEntry:
    """One HTTP request to a model, in ids, counts and seconds; never its text.

    outcome is "ok" or the name of the exception; tokens_estimated says that the server did not
    count and that four characters were taken for a token.
    """

    purpose: str
    model: str
    attempt: int
    outcome: str
    http_status: int | None
    prompt_tokens: int
    completion_tokens: int
    tokens_estimated: bool
    sent_chars: int
    received_chars: int
    first_piece_s: float | None
    total_s: float


@dataclass(frozen=True, slots=True)
class Gate:
    """The only way out: text is masked, tokens are budgeted, each request is written down.

    tokens_left returns None where there is no budget. `record` must not raise.
    """

    mask: Callable[[str], str]
    tokens_left: Callable[[], int | None]
    record: Callable[[WireEntry], None]


OPEN_GATE = Gate(mask=lambda text: text, tokens_left=lambda: None, record=lambda _: None)


def estimated_tokens(chars: int) -> int:
    """Tokens of so many characters, where nobody counts: about four of English text to one."""
    return -(-chars // 4)
