"""Asks a model for a plan, at most twice; what it says is only ever names and words to look for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import date

import prompts
from assistant.chat.names import Known
from assistant.chat.planning.model import (
    MOST_CALLS,
    MOST_STEPS,
    PROMPT,
    Planned,
    PlannedStep,
    PlannedSteps,
    tools_as_lines,
)
from assistant.chat.texts.plain import plain
from assistant.llm import Endpoint, Gate, Message, ModelError, stream_items


@dataclass(slots=True)
class Planner:
    """One question's planning: the steps of each round are others than those before."""

    question: str
    entities: Sequence[Known]
    today: date
    endpoint: Endpoint
    gate: Gate
    planned: Planned = field(default_factory=Planned)
    _seen: set[str] = field(default_factory=set)
    _messages: list[Message] = field(default_factory=list)

    @property
    def labelled(self) -> dict[str, Known]:
        """What code recognised, by the labels that the model may name it by."""
        return {f"e{number}": known for number, known in enumerate(self.entities, 1)}

    @property
    def exhausted(self) -> bool:
        """Has the model been asked as often as it may be, or failed?"""
        return self.planned.asked >= MOST_CALLS or bool(self.planned.failure)

    async def steps(self, told: str = "") -> list[PlannedStep]:
        """The next steps, none that were there before; `told`: what became of those.

        Never raises a ModelError: without a plan there is only the plan of code.
        """
        if not self._messages:
            self._messages.append(self._first())
        elif told:
            self._messages.append(Message("user", told))
        self.planned.asked += 1
        found: list[PlannedStep] = []
        try:
            items = stream_items(
                replace(self.endpoint, max_retries=0), self._messages, PlannedSteps, PlannedStep,
                purpose=PROMPT, gate=self.gate,
            )  # fmt: skip
            async with aclosing(items):
                async for step in items:
                    if self._is_news(step):
                        found.append(step)
                    if len(found) >= MOST_STEPS:
                        break
        except ModelError as error:
            self.planned.failure = type(error).__name__
        return found

    def _is_news(self, step: PlannedStep) -> bool:
        asked = f"{step.tool} {step.arguments.model_dump_json(exclude_none=True)}"
        if asked in self._seen:
            self.planned.refused += 1
            return False
        self._seen.add(asked)
        return True

    def _first(self) -> Message:
        entities = "\n".join(
            json.dumps(
                {"label": label, "kind": known.kind, "name": plain(known.name)}, ensure_ascii=False
            )
            for label, known in self.labelled.items()
        )
        rendered = prompts.render(
            prompts.load(PROMPT),
            {
                "question": self.question, "today": self.today.isoformat(),
                "entities": entities, "tools": tools_as_lines(),
            },
        )  # fmt: skip
        self.planned.prompt_digest = rendered.digest
        return Message("user", rendered.text)
