"""A run as it is kept: a line for each question with its reply and verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.errors import Invalid
from assistant.evaluation.judging import Judged


def save_run(path: Path, judged: Sequence[Judged]) -> None:
    """Write a line for each question, for comparing runs and for reading."""
    lines = [
        {
            "name": name, "question": one.heard.case.question, "asker": one.heard.case.asker,
            "kind": one.heard.case.kind, "expected": list(one.heard.case.value),
            "expected_status": one.heard.case.status, "status": one.heard.status,
            "sentences": list(one.heard.sentences), "message": one.heard.message,
            "right": one.right, "reasons": list(one.reasons), "leaked": list(one.leaked),
            "plan": one.heard.plan,
        }
        for name, one in _named(judged).items()
    ]  # fmt: skip
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    path.write_text(text, encoding="utf-8")


def outcomes(judged: Sequence[Judged]) -> dict[str, bool]:
    """Which questions were answered rightly, by a name that is the same in every run."""
    return {name: one.right for name, one in _named(judged).items()}


def read_outcomes(path: Path) -> dict[str, bool]:
    """The outcomes of a run that was saved. Raises Invalid for another file."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {str(row["name"]): bool(row["right"]) for row in rows}
    except (ValueError, KeyError, TypeError):
        raise Invalid(
            f"Expected a run that was saved with --save, got {path.name}.", field="against"
        ) from None


def _named(judged: Sequence[Judged]) -> Mapping[str, Judged]:
    found: dict[str, Judged] = {}
    for one in judged:
        case = one.heard.case
        name = f"{case.asker}|{case.role.value}|{case.thread}|{case.question}"
        found.setdefault(name, one)
    return found
