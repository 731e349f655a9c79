"""A language model plans what code could not read: through typed tools, bounded, and checked."""

from assistant.chat.planning.model import PROMPT, Planned, PlannedStep
from assistant.chat.planning.planner import Planner
from assistant.chat.planning.steps import run_steps, shown_plan, worth_planning

__all__ = [
    "PROMPT",
    "Planned",
    "PlannedStep",
    "Planner",
    "run_steps",
    "shown_plan",
    "worth_planning",
]
