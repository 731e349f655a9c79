"""Notes drafted by rule: proof of each line, likeness to references, facts found and got wrong."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assistant.evaluation.note_facts import Judged, judge
from assistant.evaluation.note_quality import evidence_precision, invented_values, turns_of
from assistant.evaluation.note_sets import ToldCall, read_calls
from assistant.evaluation.rouge import rouge
from assistant.notes.draft import draft_by_rule
from assistant.notes.model import Draft, Template
from tests.benchmarks._note_peers import PEERS, cut, sentences_of
from tests.benchmarks.report import Report

ROUNDS = 1000
MEASURES = ("rouge1", "rouge2", "rougeL")
NO_DATE = date(2026, 1, 5)
_Scores = dict[str, list[float]]


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
    drafted = [_draft(call) for call in calls]
    figures = _of_drafts(drafted)
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


@dataclass(frozen=True)
class Drafted:
    """A call with its draft, and how long it took."""

    call: ToldCall
    draft: Draft
    seconds: float


def _draft(call: ToldCall, focus: str | None = None) -> Drafted:
    started = time.perf_counter()
    template: Template = "support" if "support" in call.kind.lower() else "sales"
    draft = draft_by_rule(
        call.transcript,
        call_date=call.on or NO_DATE,
        participants=call.participants,
        template=template,
        focus=focus,
    )
    return Drafted(call, draft, time.perf_counter() - started)


def _of_drafts(drafted: Sequence[Drafted]) -> dict[str, float]:
    proven = [evidence_precision(each.draft, each.call.transcript) for each in drafted]
    seconds = [each.seconds for each in drafted]
    sections = [section for each in drafted for section in each.draft.sections]
    return {
        "evidence_precision": statistics.fmean(proven),
        "invented_values": sum(
            len(invented_values(each.draft, each.call.transcript)) for each in drafted
        ),
        "lines_per_call": statistics.fmean(len(each.draft.lines()) for each in drafted),
        "dropped": sum(each.draft.dropped for each in drafted),
        "empty_sections": sum(not each.discussed for each in sections) / len(sections),
        "seconds_per_call": statistics.fmean(seconds),
        "seconds_longest_call": max(seconds),
    }


@dataclass
class _Compared:
    """Scores against references, ours and the peers', by figure; one value for each reference."""

    ours: dict[str, float]
    peers: dict[str, Mapping[str, float]]
    ratios: dict[str, float]
    notes: list[str] = field(default_factory=list)


def _compare(drafted: Sequence[Drafted]) -> _Compared | None:
    """Our summary and the peers' against every reference; answers with their query as focus."""
    scores: dict[str, dict[str, _Scores]] = {
        of: defaultdict(lambda: defaultdict(list)) for of in ("summary", "query")
    }
    for each in drafted:
        sentences = sentences_of(each.call.transcript)
        for reference in each.call.references:
            focused = reference.type == "answer"
            draft = _draft(each.call, reference.query).draft if focused else each.draft
            lines = draft.section("summary").lines
            text = " ".join(line.text for line in lines)
            marked = {n for first, last in reference.turns for n in range(first, last + 1)}
            into = scores["query" if focused else "summary"]
            _add(into["ours"], text, reference.text, [sorted(turns_of(li)) for li in lines], marked)
            for name, order in PEERS.items():
                picked = order(sentences, reference.query if focused else "")
                extract, turns = cut(sentences, picked, len(text.split()))
                _add(into[name], extract, reference.text, [[turn] for turn in turns], marked)
    scores = {of: found for of, found in scores.items() if found}
    return _compared(scores) if scores else None


def _add(
    into: _Scores, text: str, reference: str, cited: Sequence[Sequence[int]], marked: set[int]
) -> None:
    for measure, value in rouge(text, reference).items():
        into[measure].append(value)
    if marked and cited:
        inside = sum(all(turn in marked for turn in turns) for turns in cited)
        into["evidence_overlap"].append(inside / len(cited))


def _compared(scores: Mapping[str, Mapping[str, _Scores]]) -> _Compared:
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


def fact_figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Precision, recall by kind, and counts of what must not happen."""
    found = [fact for each in judged for fact in each.found]
    missed = [fact for each in judged for fact in each.missed]
    right, wrong = _total(each.right for each in judged), sum(each.wrong_lines for each in judged)
    unlisted_promises = _total(each.unlisted_promises for each in judged)
    promises_right = sum(each.promises_right for each in judged)
    figures = {
        "precision": _share(right, wrong),
        "precision of commitments": _share(promises_right, unlisted_promises),
        "recall": _share(len(found), len(missed)),
    }
    for kind in sorted({fact.kind for fact in (*found, *missed)}):
        had = sum(fact.kind == kind for fact in found)
        figures[f"recall of {kind}"] = _share(had, sum(fact.kind == kind for fact in missed))
    return figures | {
        "wrong_owner": _total(each.wrong_owner for each in judged),
        "wrong_due": _total(each.wrong_due for each in judged),
        "condition_lost": _total(each.condition_lost for each in judged),
        "not_facts_asserted": _total(each.not_facts_asserted for each in judged),
        "facts": len(found) + len(missed),
        "unlisted_lines": _total(each.unlisted for each in judged),
    }


def _total(lists: Iterable[Sequence[object]]) -> int:
    return sum(len(each) for each in lists)


def _share(part: int, rest: int) -> float:
    return part / (part + rest) if part + rest else float("nan")


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
