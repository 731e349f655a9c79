"""Builders of what the tests send, and a gate that keeps what it saw."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel, Field, SecretStr

from assistant.llm import Endpoint, Gate, Message, WireEntry
from tests.scripted_openai import ScriptedOpenAI

QUESTION = (Message("system", "Be brief."), Message("user", "What is the budget of Acme?"))


class Budget(BaseModel):
    amount: int = Field(ge=0)
    currency: str


def endpoint(
    script: ScriptedOpenAI,
    *,
    api_key: str | None = None,
    stall_timeout_s: float = 5.0,
    deadline_s: float = 20.0,
    max_output_chars: int = 16_000,
    max_retries: int = 2,
) -> Endpoint:
    return Endpoint(
        base_url=script.base_url,
        model="scripted-1",
        api_key=None if api_key is None else SecretStr(api_key),
        connect_timeout_s=2.0,
        stall_timeout_s=stall_timeout_s,
        deadline_s=deadline_s,
        max_output_chars=max_output_chars,
        max_retries=max_retries,
    )


@dataclass
class Ledger:
    entries: list[WireEntry] = field(default_factory=list)

    def gate(self, *, tokens_left: int | None = None) -> Gate:
        return Gate(
            mask=lambda text: text.replace("Acme", "[account]"),
            tokens_left=lambda: tokens_left,
            record=self.entries.append,
        )

    @property
    def outcomes(self) -> list[str]:
        return [entry.outcome for entry in self.entries]
