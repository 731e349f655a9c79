"""Cleaning of single values against a file of trials: right, honestly flagged, or wrong."""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.benchmarks import hygiene_peers
from tests.benchmarks.hygiene_answers import ANSWERS, Answer
from tests.benchmarks.hygiene_likeness import same
from tests.benchmarks.report import Report

TRIALS = Path(__file__).parent / "trials" / "hygiene.jsonl"
Grade = Literal["right", "flagged", "wrong"]


@dataclass(frozen=True, slots=True)
class Trial:
    """A raw value of a kind, what may be made of it, and whether it must be marked."""

    name: str
    kind: str
    raw: str
    context: Mapping[str, str]
    expect: Any
    flagged: bool | None
    why: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which trials, and whether to list the misses."""
    parser.add_argument("--values", type=Path, default=TRIALS, help="JSON lines of trials")
    parser.add_argument("--misses", action="store_true", help="list what was not right, by kind")


def run(arguments: argparse.Namespace) -> Report:
    """Clean every value and grade the answer; peers clean the kinds that are theirs."""
    trials = load(arguments.values)
    grades = [(trial, *graded(trial, answer_of(trial))) for trial in trials]
    if arguments.misses:
        _print_misses(grades)
    ours = _shares((trial.kind, grade) for trial, grade, _ in grades)
    peers, ratios = {}, {}
    for name, (kinds, clean) in hygiene_peers.PEERS.items():
        theirs = [trial for trial in trials if trial.kind in kinds]
        if not theirs:
            continue
        peers[name] = _shares((trial.kind, _grade_of_peer(trial, clean)) for trial in theirs)
        own = _shares((trial.kind, _unmarked(trial, answer_of(trial).value)) for trial in theirs)
        if peers[name]["right"]:
            ratios[f"right, over {name}"] = own["right"] / peers[name]["right"]
    return Report("hygiene", f"{arguments.values.name}, {len(trials)} values", ours, peers, ratios)


def load(path: Path) -> list[Trial]:
    """The trials of a file, one JSON object a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_trial(number, json.loads(line)) for number, line in enumerate(lines, 1) if line]


def _trial(number: int, row: Mapping[str, Any]) -> Trial:
    return Trial(
        str(row.get("id", number)), row["kind"], row["raw"], row.get("context") or {},
        row["expect"], row.get("flagged"), row.get("why", ""),
    )  # fmt: skip


def answer_of(trial: Trial) -> Answer:
    """What the service makes of a trial's value; nothing for a kind that it does not know."""
    clean = ANSWERS.get(trial.kind)
    return clean(trial.raw, trial.context) if clean else Answer(None, "")


def graded(trial: Trial, answer: Answer) -> tuple[Grade, Answer]:
    """right: the expected value, marked where it must and not where it must not be.

    flagged: marked, with no value or one that holds; of several values in one field the first is
    taken as such. wrong: another value, however marked; a value lost without a word; no mark where
    one is due.
    """
    marked = bool(answer.trouble)
    if same(trial.kind, answer.value, trial.expect):
        if trial.flagged is None or trial.flagged == marked:
            return "right", answer
        return ("flagged" if marked else "wrong"), answer
    if marked and (answer.value is None or (trial.expect is None and answer.trouble == "several")):
        return "flagged", answer
    return "wrong", answer


def _grade_of_peer(trial: Trial, clean: hygiene_peers.Peer) -> Grade:
    return _unmarked(trial, clean(trial.raw, trial.context))


def _unmarked(trial: Trial, value: Any) -> Grade:
    """Peers have no marks: a refusal is as honest as one of ours, and marks are not asked for."""
    if same(trial.kind, value, trial.expect):
        return "right"
    return "flagged" if value is None else "wrong"


def _shares(graded_kinds: Iterable[tuple[str, Grade]]) -> dict[str, float]:
    """Shares of each grade in all, then by kind."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    whole: Counter[str] = Counter()
    for kind, grade in graded_kinds:
        counts[kind][grade] += 1
        whole[grade] += 1
    figures = _of(whole, "")
    figures["values"] = whole.total()
    figures["wrong_count"] = whole["wrong"]
    for kind, found in sorted(counts.items()):
        figures |= _of(found, f"{kind} ")
    return figures


def _of(found: Counter[str], prefix: str) -> dict[str, float]:
    grades: Sequence[Grade] = ("right", "flagged", "wrong")
    return {f"{prefix}{grade}": found[grade] / found.total() for grade in grades}


def _print_misses(grades: Iterable[tuple[Trial, Grade, Answer]]) -> None:
    order: Callable[[tuple[Trial, Grade, Answer]], tuple[bool, str]]
    order = lambda row: (row[1] == "flagged", row[0].kind)  # noqa: E731
    for trial, grade, answer in sorted(grades, key=order):
        if grade != "right":
            context = f" {json.dumps(trial.context, ensure_ascii=False)}" if trial.context else ""
            mark = f" marked {answer.trouble}" if answer.trouble else ""
            due = {True: " marked", False: " unmarked", None: ""}[trial.flagged]
            print(
                f"{grade:7} {trial.name} {trial.raw!r}{context}: expected {trial.expect!r}{due}, "
                f"got {answer.value!r}{mark}"
            )
