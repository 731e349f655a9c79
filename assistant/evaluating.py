"""One evaluation, beginning to end: a home of its own, an organisation, its questions, figures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console

from assistant.app import Parts, create_parts
from assistant.demo.asked import demo_cases, demo_world
from assistant.demo.load import load_demo
from assistant.errors import Invalid
from assistant.evaluation.asking import ask_all
from assistant.evaluation.cases import Case, read_cases
from assistant.evaluation.direct import DirectAsker
from assistant.evaluation.figures import Difference, by_kind, compare, figures
from assistant.evaluation.judging import Judged, judge
from assistant.evaluation.outside import take_in
from assistant.evaluation.runs import outcomes, read_outcomes, save_run
from assistant.evaluation.world import World
from assistant.settings import Settings

# A demo leaves hundreds of thousands of changes, of which a slow machine takes few at a time.
_ROUNDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a run, its scores by kind, what was not understood, and how an earlier run
    compares."""

    figures: dict[str, float]
    kinds: dict[str, tuple[int, int]]
    notes: tuple[str, ...]
    judged: Sequence[Judged]
    difference: Difference | None = None


def evaluate(
    settings: Settings,
    *,
    records: Path | None,
    questions: Path | None,
    scale: int,
    seed: int,
    save: Path | None,
    against: Path | None,
    now: datetime,
) -> Evaluation:
    """Ask every question of the demo, or of the organisation in `records`, and score the replies.

    Raises Invalid where one of records and questions is given without the other.
    """
    if (records is None) != (questions is None):
        raise Invalid("Expected records and questions together, got one of them.")
    with tempfile.TemporaryDirectory() as home:
        own = settings.model_copy(
            update={"home": Path(home), "database_url": "", "job_database_url": ""}
        )
        parts = create_parts(own)
        try:
            if records is None or questions is None:
                load_demo(
                    parts.sessions, parts.jobs, Path(home), scale=scale, seed=seed, now=now,
                    console=Console(quiet=True),
                )  # fmt: skip
                notes: list[str] = []
                cases = demo_cases(Path(home))
                world = demo_world(parts.sessions, Path(home))
            else:
                cases = read_cases(questions)
                world, notes = _outside(parts, records, cases, now)
            judged = [
                judge(heard, world) for heard in ask_all(cases, DirectAsker(parts.chat, now).ask)
            ]
        finally:
            parts.close()
    if save is not None:
        save_run(save, judged)
    difference = compare(read_outcomes(against), outcomes(judged)) if against else None
    return Evaluation(figures(judged), by_kind(judged), tuple(notes), judged, difference)


def _outside(
    parts: Parts, records: Path, cases: Sequence[Case], now: datetime
) -> tuple[World, list[str]]:
    def settle() -> None:
        parts.jobs.run_pending(now, rounds=_ROUNDS)

    taken = take_in(parts.sessions, records, cases, settle, now=now)
    return taken.world, taken.notes


def as_json(found: Evaluation) -> dict[str, object]:
    """The evaluation in JSON's types."""
    difference = found.difference
    return {
        "figures": found.figures,
        "kinds": {name: {"right": right, "of": of} for name, (right, of) in found.kinds.items()},
        "notes": list(found.notes),
        "against": None if difference is None else {
            "questions": difference.questions, "mean": difference.mean, "low": difference.low,
            "high": difference.high, "clear": difference.clear,
        },
    }  # fmt: skip


def lines(found: Evaluation) -> Iterator[str]:
    """The evaluation for a reader."""
    for name, value in found.figures.items():
        yield f"{name:<24}{value:>12,.3f}"
    for name, (right, of) in found.kinds.items():
        yield f"{name}: {right} of {of}"
    for one in found.judged:
        if not one.right:
            case = one.heard.case
            expected = ", ".join(case.value) or case.status
            yield f"missed ({case.kind}) {case.question} [{expected}] {'; '.join(one.reasons)}"
    if found.difference is not None:
        gap = found.difference
        word = "a clear difference" if gap.clear else "chance may explain it"
        yield (
            f"against the earlier run: {gap.mean:+.3f} right ({gap.low:+.3f} to {gap.high:+.3f}), "
            f"{gap.questions} questions; {word}"
        )
    yield from found.notes
