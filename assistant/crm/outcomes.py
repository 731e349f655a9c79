"""What a row says of a deal's end in the words of its stage."""

from __future__ import annotations

import re

from assistant.crm.hygiene import fold
from assistant.crm.values import Value

_WON = re.compile(r"\b(?:won|closedwon|signed|gewonnen|gagne|ganado|ganada|vinta)\b")
_LOST = re.compile(
    r"\b(?:lost|closedlost|verloren|perdu|perdido|perdida|persa|disqualified|abandoned)\b"
)


def add_outcome(kind: str, values: dict[str, Value]) -> None:
    """Read won or lost off a deal's stage, and the day it ended off its close date.

    Most CRMs keep no field for the outcome: a closed deal is one in a closing stage, and from then
    on its close date is the day on which it closed.
    """
    if kind != "deal":
        return
    stage = fold(str(values.get("stage") or ""))
    stated = _stated(values)
    if (
        stated is None and values.get("won") is not True
    ):  # an unticked "won" box says nothing of the deals that are still open
        won, lost = bool(_WON.search(stage)), bool(_LOST.search(stage))
        values["won"] = True if won and not lost else False if lost else _still_open(values, stage)
    if values.get("won") is not None and not values.get("closed_at") and values.get("close_on"):
        values["closed_at"] = f"{values['close_on']}T00:00:00+00:00"
    if values.get("won") is None:
        values.pop("won", None)


def _stated(values: dict[str, Value]) -> bool | None:
    """What columns of their own say of the end, where a file has them: how it ended, when lost."""
    outcome, lost_at = fold(str(values.pop("outcome", None) or "")), values.pop("lost_at", None)
    won, lost = bool(_WON.search(outcome)), bool(_LOST.search(outcome))
    stated = won if won != lost else False if lost_at and not values.get("closed_at") else None
    if stated is not None:
        values["won"] = stated
    if stated is False and lost_at:
        values["closed_at"] = lost_at
    return stated


def _still_open(values: dict[str, Value], stage: str) -> bool | None:
    """Not won and no stage known: only a closing moment or a reason tells that it was lost."""
    over = values.get("closed_at") or values.get("lost_reason")
    return False if values.get("won") is False and (over or not stage) else None
