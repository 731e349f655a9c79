"""The weights by which a statement answers a question: fitted, and tried on those left out.

Every organisation in --orgs (folders with records/ and questions.jsonl) is taken in and asked; what
was looked at for each question is labelled by its known answer. See docs/evaluation.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from unittest.mock import patch

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.app import create_parts
from assistant.chat import service
from assistant.chat.answers import Draft
from assistant.chat.texts.extract import Looked, statements_of
from assistant.chat.texts.likeness import alike_by
from assistant.crm.hygiene import fold
from assistant.evaluation.amounts import numbers_in
from assistant.evaluation.asking import ask_all
from assistant.evaluation.cases import Case, number_in, read_cases
from assistant.evaluation.outside import take_in
from assistant.evaluation.world import World
from retrieval.answering import SIGNS, Alike, signs_of
from retrieval.passages import Passage
from retrieval.statements import Statement
from tests.benchmarks.answers import Askers, moment, settings_of
from tests.benchmarks.report import Report

_ROUNDS = 1_000_000
_GIVEN_FROM = 0.55  # as answers are: assistant/chat/texts/extract.py
_MOST_OF_A_QUESTION = 20  # statements that a question is learnt from
_WRONG_TO_RIGHT = 4.0  # the wrong ones of a question weigh as much as so many right ones
_LONG = 25  # characters from which a statement within the expected one is it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which organisations to learn from, and whether to keep what was learnt."""
    parser.add_argument("--orgs", type=Path, nargs="+", required=True, help="two or more folders")
    parser.add_argument("--now", help="the moment of asking, such as 2026-06-30; now by default")
    parser.add_argument("--write", action="store_true", help="keep the weights as the product's")


@dataclass(frozen=True, slots=True)
class _Example:
    """What was looked at for one question: signs and labels; None where a label is unsure."""

    org: str
    signs: tuple[tuple[float, ...], ...]
    labels: tuple[int | None, ...]


def run(arguments: argparse.Namespace) -> Report:
    """Fit by all; the figures are of each organisation by weights fitted to the others."""
    if len(arguments.orgs) < 2:
        raise SystemExit("Expected two organisations or more: each is tried by the others.")
    examples: dict[str, list[_Example]] = {"meaning": [], "words": []}
    for org in arguments.orgs:
        for name, found in _examples(org, arguments.now).items():
            examples[name] += found
    ours: dict[str, float] = {}
    left_out: dict[str, dict[str, int]] = {}
    weights: dict[str, dict[str, float]] = {}
    for name, found in examples.items():
        left_out[name] = _left_out(found)
        weights[name] = _weights(_fitted(found))
        ours |= {f"{name}_{figure}": float(value) for figure, value in left_out[name].items()}
    if arguments.write:
        _write(weights, left_out)
    data = f"{len(examples['words'])} questions of {len(arguments.orgs)} organisations"
    return Report("answering", data, ours)


def _examples(org: Path, now: str | None) -> dict[str, list[_Example]]:
    """Ask all questions of an organisation; what was looked at for each, by both models."""
    looked: list[tuple[Looked, Sequence[Passage]]] = []

    def note(_desk: object, one: Looked, passages: Sequence[Passage]) -> list[Draft]:
        looked.append((one, list(passages)))
        return []

    at = moment(now)
    found: dict[str, list[_Example]] = {"meaning": [], "words": []}
    with tempfile.TemporaryDirectory() as name, patch.object(service, "_extracted", note):
        settings = settings_of(Path(name), None)
        parts = create_parts(settings)
        try:
            cases = read_cases(org / "questions.jsonl")
            taken = take_in(
                parts.sessions, org / "records", cases,
                lambda: parts.jobs.run_pending(at, rounds=_ROUNDS), now=at,
            )  # fmt: skip
            office = Askers(settings, parts, at)
            embedder = parts.search.embedder()
            models: dict[str, Alike | None] = {"words": None}
            if embedder is not None:
                models["meaning"] = alike_by(embedder)

            def ask(case: Case, conversation_id: str | None) -> Mapping[str, object]:
                looked.clear()
                reply = office.ask(case, conversation_id)
                for model, alike in models.items():
                    found[model] += _learnt(org.name, case, looked, taken.world, alike)
                return reply

            list(ask_all(cases, ask))
        finally:
            parts.close()
    return found


def _learnt(
    org: str,
    case: Case,
    looked: Sequence[tuple[Looked, Sequence[Passage]]],
    world: World,
    alike: Alike | None,
) -> Iterator[_Example]:
    for one, passages in looked:
        said = statements_of(one, passages)
        if not said or not one.asked.concepts:
            continue
        rows = signs_of(one.asked, said, alike)
        if rows:
            yield _Example(
                org,
                tuple(signs for _, signs in rows),
                tuple(_label(case, statement, world) for statement, _ in rows),
            )


def _label(case: Case, said: Statement, world: World) -> int | None:
    """1 for a statement that holds the known answer, 0 for one that does not, None if unsure."""
    text = said.text
    if case.span:
        span = fold(case.span)
        if span in fold(text) or (len(text) > _LONG and fold(text) in span):
            return 1
        return None if any(_holds(text, value) for value in case.value) else 0
    if case.status != "answered":
        return 0
    values = [value for value in case.value if fold(value) not in ("yes", "no", "none")]
    if not values:
        return None
    of_it = bool({fold(one) for one in case.records} & set(world.names[said.passage.record_id])
                 ) if said.passage.record_id in world.names else False  # fmt: skip
    if any(_holds(f"{text} {said.speaker}", value) for value in values):
        return 1 if of_it or not case.records else None
    return None if of_it and any(_holds(said.turn, value) for value in values) else 0


def _holds(text: str, value: str) -> bool:
    if fold(value) and f" {fold(value)} " in f" {fold(text)} ":
        return True
    number = number_in(value.replace(",", ""))
    if number is not None:
        return any(found.means(number) for found in numbers_in(text))
    return len(fold(value)) > 3 and fold(value) in fold(text)


def _fitted(examples: Sequence[_Example]) -> LogisticRegression:
    rows: list[tuple[float, ...]] = []
    labels: list[int] = []
    weights: list[float] = []
    soft = SIGNS.index("soft")
    for one in examples:
        sure = [(signs, label) for signs, label in zip(one.signs, one.labels, strict=True)
                if label is not None]  # fmt: skip
        sure = sorted(sure, key=lambda pair: -pair[0][soft])[:_MOST_OF_A_QUESTION]
        wrong = sum(1 for _, label in sure if not label)
        for signs, label in sure:
            rows.append(signs)
            labels.append(label)
            weights.append(1.0 if label else min(1.0, _WRONG_TO_RIGHT / max(wrong, 1)))
    if len(set(labels)) < 2:
        raise SystemExit("Expected answers and other statements to learn from, found one sort.")
    model = LogisticRegression(max_iter=2000)
    return model.fit(np.array(rows), np.array(labels), sample_weight=np.array(weights))


def _left_out(examples: Sequence[_Example]) -> dict[str, int]:
    """How many questions get a right or a wrong answer by weights fitted to the others'."""
    right = wrong = 0
    for org in sorted({one.org for one in examples}):
        model = _fitted([one for one in examples if one.org != org])
        for one in examples:
            if one.org != org:
                continue
            likely = model.predict_proba(np.array(one.signs))[:, 1]
            best = int(np.argmax(likely))
            if likely[best] >= _GIVEN_FROM:
                right += one.labels[best] == 1
                wrong += one.labels[best] == 0
    return {
        "questions": len(examples),
        "answerable": sum(1 for one in examples if 1 in one.labels),
        "right": right,
        "wrong": wrong,
    }


def _weights(model: LogisticRegression) -> dict[str, float]:
    fitted = zip(SIGNS, model.coef_[0], strict=True)
    return {
        "bias": round(float(model.intercept_[0]), 3),
        **{sign: round(float(weight), 3) for sign, weight in fitted},
    }


def _write(
    weights: Mapping[str, Mapping[str, float]], left_out: Mapping[str, Mapping[str, int]]
) -> None:
    path = Path(str(files("retrieval").joinpath("answering.v1.json")))
    document = json.loads(path.read_text("utf-8"))
    about = document["left_out"]["about"]
    document |= {"weights": weights, "left_out": {"about": about, **left_out}}
    path.write_text(f"{json.dumps(document, indent=1)}\n", "utf-8")
