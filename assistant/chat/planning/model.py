"""The form of a model's plan: names from lists, days, and labels of what code recognised."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.chat.question import cues
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.search.project import PROJECTORS

PROMPT = "plan.v1"
MOST_STEPS, MOST_CALLS = 4, 2
_Labels = Annotated[list[Annotated[str, Field(max_length=10)]] | None, Field(max_length=6)]


class Arguments(BaseModel):
    """Every argument of every tool; each step gives those of its own."""

    model_config = ConfigDict(extra="forbid")

    about: _Labels = None
    kind: Annotated[str | None, Field(max_length=20)] = None
    kinds: Annotated[list[str] | None, Field(max_length=8)] = None
    text: Annotated[str | None, Field(max_length=300)] = None
    measure: Literal["count", "sum", "average"] | None = None
    shape: Literal["value", "rank", "trend", "latest", "first", "top", "list"] | None = None
    condition: Annotated[str | None, Field(max_length=30)] = None
    group: Annotated[str | None, Field(max_length=30)] = None
    unit: Literal["week", "month", "quarter", "year"] | None = None
    since: date | None = None
    until: date | None = None
    mine: bool | None = None
    limit: Annotated[int | None, Field(ge=1, le=10)] = None


class PlannedStep(BaseModel):
    """One look-up that a model proposes."""

    tool: Annotated[str, Field(max_length=40)]
    arguments: Arguments = Arguments()
    why: Annotated[str, Field(max_length=400)] = ""


class PlannedSteps(BaseModel):
    """A whole plan."""

    steps: list[PlannedStep]


@dataclass(slots=True)
class Planned:
    """How planning went: what was asked of the model, taken and refused."""

    prompt_digest: str = ""
    failure: str = ""  # the name of what went wrong with the model, if anything
    asked: int = 0
    refused: int = 0


def tools_as_lines() -> str:
    """The tools as the prompt shows them: all that may be named stands in them."""
    return "\n".join(json.dumps(tool, ensure_ascii=False) for tool in (_compute(), _search()))


def _compute() -> dict[str, object]:
    words = {
        kind.name: {
            "conditions": sorted(cues.CONDITIONS.get(kind.name, {})),
            "groups": ["owner", "account", *sorted(kind.groups)],
            "amount": kind.amount is not None,
        }
        for kind in CATALOGUE.values()
    }
    return {
        "name": "compute",
        "description": "Count records, add up or average their amounts, rank them by a group, show "
        "a trend, or list the newest, first or largest.",
        "arguments": {
            "kind": sorted(CATALOGUE), "measure": ["count", "sum", "average"],
            "shape": ["value", "rank", "trend", "latest", "first", "top", "list"],
            "condition": "one of its kind's conditions", "group": "one of its kind's groups",
            "unit": ["week", "month", "quarter", "year"], "since": "ISO day", "until": "ISO day",
            "about": "labels of entities", "mine": "true for the asker's own", "limit": "1 to 10",
        },
        "kinds": words,
    }  # fmt: skip


def _search() -> dict[str, object]:
    return {
        "name": "search",
        "description": "Find what was said, written or decided: texts that hold these words.",
        "arguments": {
            "text": "words that the record would contain", "kinds": sorted(PROJECTORS),
            "about": "labels of entities", "since": "ISO day", "until": "ISO day",
        },
    }  # fmt: skip
