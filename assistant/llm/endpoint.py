"""Where a model is, what a call to it may cost, and what is written down about each call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from assistant.settings import Settings

LONGEST_STALL_S = 30.0
SPEECH, EMBEDDING = "transcription", "embedding"  # purposes with budgets of their own


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
    stall_timeout_s: float = LONGEST_STALL_S
    deadline_s: float = 60.0
    max_output_tokens: int = 1024
    max_output_chars: int = 16_000
    max_retries: int = 2
    temperature: float = 0.0


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The endpoint that the settings name, or None: then the plain forms serve."""
    if not settings.llm_base_url:
        return None
    key = settings.llm_api_key
    return Endpoint(
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=key if key.get_secret_value() else None,
        deadline_s=settings.llm_timeout_s,
        stall_timeout_s=min(LONGEST_STALL_S, settings.llm_timeout_s),
        max_output_tokens=settings.llm_max_output_tokens,
    )


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class WireEntry:
    """One HTTP request to a model, in ids, counts and seconds; never its text.

    outcome is "ok" or the name of the exception; tokens_estimated says that the server did not
    count and that four characters were taken for a token. sent_bytes and sound_s are set where
    more than text is sent.
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
    sent_bytes: int = 0
    sound_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Gate:
    """The only way out: text is masked, tokens are budgeted, each request is written down.

    tokens_left and sound_s_left return None where there is no budget. `record` must not raise.
    """

    mask: Callable[[str], str]
    tokens_left: Callable[[], int | None]
    record: Callable[[WireEntry], None]
    sound_s_left: Callable[[], float | None] = lambda: None


OPEN_GATE = Gate(mask=lambda text: text, tokens_left=lambda: None, record=lambda _: None)


def estimated_tokens(chars: int) -> int:
    """Tokens of so many characters, where nobody counts: about four of English text to one."""
    return -(-chars // 4)
