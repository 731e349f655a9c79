"""The configured chat model as the drafter wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.llm import Endpoint, Message, ModelError, complete_text
from assistant.notes.draft_llm import ChatMessage, ModelFailed
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class EndpointModel:
    """An OpenAI-compatible endpoint; the form of its answers is checked by the drafter."""

    endpoint: Endpoint

    @property
    def name(self) -> str:
        return self.endpoint.model

    def complete(self, messages: Sequence[ChatMessage], json_schema: Mapping[str, object]) -> str:
        """The model's answer as it came; raises ModelFailed when there is none."""
        del json_schema  # the prompt states the form in words, which every server understands
        sent = [Message("user", each.content) for each in messages]
        try:
            return complete_text(self.endpoint, sent, purpose="note draft")
        except ModelError as error:
            raise ModelFailed(str(error)) from error


def model_of(settings: Settings) -> EndpointModel | None:
    """The model that the settings name, or None: then notes are drafted by rule."""
    if not settings.llm_base_url:
        return None
    key = settings.llm_api_key
    return EndpointModel(
        Endpoint(
            base_url=settings.llm_base_url,
            model=settings.llm_model,
            api_key=key if key.get_secret_value() else None,
            deadline_s=settings.llm_timeout_s,
            stall_timeout_s=min(30.0, settings.llm_timeout_s),
            max_output_tokens=settings.llm_max_output_tokens,
        )
    )
