"""Notes drafted by rule: proof of each line, likeness to references, facts found and got wrong."""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.evaluation.note_facts import Judged, judge
from assistant.evaluation.note_quality import invented_values
from assistant.evaluation.note_run import (
    NO_DATE,
    Drafted,
    Scores,
    add_scores,
    by_rule,
    draft_calls,
    draft_figures,
    fact_figures,
    reference_scores,
    tell,
)
from assistant.evaluation.note_sets import read_calls
from tests.benchmarks._note_peers import PEERS, cut, sentences_of
from tests.benchmarks.report import Report

ROUNDS = 1000
MEASURES = ("rouge1", "rouge2", "rougeL")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The transcripts, what is known of them, and where to write what went wrong."""
    parser.add_argument(
        "--transcripts", type=Path, required=True,
        help="JSON lines of {id, kind, date?, participants?, turns, references}",
    )  # fmt: skip
    parser.add_argument(
        "--facts", type=Path, help="JSON lines of {id, facts, not_facts}: see docs/note-facts.md"
    )
    parser.add_argument("--misses", type=Path, help="write what was missed or wrong to this file")


def run(arguments: argparse.Namespace) -> Report:
    """Draft every call, and beside it the peers' extracts of the same length."""
    calls = read_calls(arguments.transcripts, arguments.facts)
    drafted = draft_calls(calls, by_rule)
    figures = draft_figures(drafted)
    compared = _compare(drafted)
    notes = []
    if compared:
        figures |= compared.ours
        notes += compared.notes
    judged = [(each, judge(each.draft, each.call.facts)) for each in drafted if each.call.facts]
    figures |= fact_figures([found for _, found in judged]) if judged else {}
    if any(call.on is None for call in calls):
        notes.append(f"Calls without a date were taken to be of {NO_DATE}.")
    if arguments.misses:
        _write_misses(arguments.misses, drafted, judged)
    data = f"{arguments.transcripts.name}, {len(calls)} calls"
    return Report(
        "notes", data, figures, compared.peers if compared else {},
        compared.ratios if compared else {}, notes,
    )  # fmt: skip


@dataclass
class _Compared:
    """Scores against references, ours and the peers', by figure; one value for each reference."""

    ours: dict[str, float]
    peers: dict[str, Mapping[str, float]]
    ratios: dict[str, float]
    notes: list[str] = field(default_factory=list)


def _compare(drafted: Sequence[Drafted]) -> _Compared | None:
    """Our summary and the peers' against every reference; answers with their query as focus."""
    told = tell(drafted, by_rule)
    scores: dict[str, dict[str, Scores]] = {
        of: {"ours": found, **{name: defaultdict(list) for name in PEERS}}
        for of, found in reference_scores(told).items()
    }
    sentences = {each.call.id: sentences_of(each.call.transcript) for each in told}
    for each in told:
        query = each.reference.query if each.reference.type == "answer" else ""
        for name, order in PEERS.items():
            spoken = sentences[each.call.id]
            text, turns = cut(spoken, order(spoken, query), len(each.text.split()))
            into = scores["query" if each.reference.type == "answer" else "summary"][name]
            add_scores(into, each.reference, text, [[turn] for turn in turns])
    return _compared(scores) if scores else None


def _compared(scores: Mapping[str, Mapping[str, Scores]]) -> _Compared:
    found = _Compared({}, {name: {} for name in PEERS}, {})
    for of, by in scores.items():
        for measure in (*MEASURES, "evidence_overlap"):
            if not by["ours"].get(measure):
                continue
            means = {name: statistics.fmean(values[measure]) for name, values in by.items()}
            found.ours[f"{measure} of {of}"] = means.pop("ours")
            for name, mean in means.items():
                found.peers[name] = {**found.peers[name], f"{measure} of {of}": mean}
            best = max(means, key=lambda name: means[name])
            pairs = list(zip(by["ours"][measure], by[best][measure], strict=True))
            middle, low, high = _difference(pairs)
            found.ratios[f"{measure} of {of} less {best}'s"] = middle
            found.ratios[f"{measure} of {of} less {best}'s, low"] = low
            found.ratios[f"{measure} of {of} less {best}'s, high"] = high
    if "query" in scores:
        found.notes.append("For queries, LexRank and MMR are given the query as we are.")
    if "summary" in scores and "query" in scores:
        for measure in MEASURES:
            both = [v for by in scores.values() for v in by["ours"][measure]]
            found.ours[measure] = statistics.fmean(both)
            for name in PEERS:
                both = [v for by in scores.values() for v in by[name][measure]]
                found.peers[name] = {**found.peers[name], measure: statistics.fmean(both)}
    return found


def _difference(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Mean of ours less theirs over the same references, with the paired bootstrap's 95 %."""
    gaps = [ours - theirs for ours, theirs in pairs]
    chance = random.Random(0)
    means = sorted(statistics.fmean(chance.choices(gaps, k=len(gaps))) for _ in range(ROUNDS))
    return statistics.fmean(gaps), means[int(0.025 * ROUNDS)], means[int(0.975 * ROUNDS) - 1]


def _write_misses(
    path: Path, drafted: Sequence[Drafted], judged: Sequence[tuple[Drafted, Judged]]
) -> None:
    rows: list[dict[str, object]] = [
        {"id": each.call.id, "invented": values}
        for each in drafted
        if (values := invented_values(each.draft, each.call.transcript))
    ]
    for each, found in judged:
        rows += [
            {"id": each.call.id, "missed": fact.model_dump(exclude_none=True)}
            for fact in found.missed
        ]
        for fault in (
            "wrong_owner", "wrong_due", "condition_lost", "not_facts_asserted", "unlisted_promises",
        ):  # fmt: skip
            rows += [{"id": each.call.id, fault: text} for text in getattr(found, fault)]
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
