"""The configured chat model as the drafter wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.llm import (
    OPEN_GATE,
    Endpoint,
    Gate,
    Message,
    ModelError,
    Wire,
    complete_text,
    endpoint_of,
)
from assistant.notes.draft_llm import ChatMessage, ModelFailed
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class EndpointModel:
    """An OpenAI-compatible endpoint; the form of its answers is checked by the drafter."""

    endpoint: Endpoint
    gate: Gate = OPEN_GATE

    @property
    def name(self) -> str:
        return self.endpoint.model

    def complete(self, messages: Sequence[ChatMessage], json_schema: Mapping[str, object]) -> str:
        """The model's answer as it came; raises ModelFailed when there is none."""
        del json_schema  # the prompt states the form in words, which every server understands
        sent = [Message("user", each.content) for each in messages]
        try:
            return complete_text(self.endpoint, sent, purpose="note draft", gate=self.gate)
        except ModelError as error:
            raise ModelFailed(str(error)) from error


def model_of(settings: Settings, wire: Wire | None = None) -> EndpointModel | None:
    """The model that the settings name, or None: then notes are drafted by rule."""
    endpoint = endpoint_of(settings)
    if endpoint is None:
        return None
    return EndpointModel(endpoint, wire.gate(endpoint) if wire else OPEN_GATE)
