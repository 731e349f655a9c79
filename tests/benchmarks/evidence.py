"""Claims against evidence: how many unsupported ones are accepted, how many supported refused."""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.embedding import MINILM, MiniLM
from retrieval.evidence import Source, check_claim
from tests.benchmarks.report import Report
from tests.paths import MODELS_DIR

CONTAINED, ALIKE = 0.8, 0.7  # of a claim's words; cosine: as such checks are commonly set
ROUNDS = 1000
_WORD = re.compile(r"\w+")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The claims, and whether to list what was judged wrongly."""
    parser.add_argument(
        "--claims", type=Path, required=True,
        help="JSON lines of {claim, evidence, label: supported | unsupported, kind}",
    )  # fmt: skip
    parser.add_argument("--misses", type=Path, help="write wrongly judged claims to this file")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, the evidence it is to be judged by alone, and whether that supports it."""

    claim: str
    evidence: str
    supported: bool
    kind: str


def run(arguments: argparse.Namespace) -> Report:
    """Judge every claim by our check and by the peers'."""
    claims = read_claims(arguments.claims)
    started = time.perf_counter()
    verdicts = [check_claim(one.claim, [Source(one.evidence)]) for one in claims]
    seconds = time.perf_counter() - started
    scores = [1.0 if v.supported else 1 / (2 + len(v.reasons)) for v in verdicts]
    ours = _figures(claims, [verdict.supported for verdict in verdicts], scores)
    ours["ms_per_claim"] = 1000 * seconds / len(claims)
    if arguments.misses:
        _write_misses(arguments.misses, claims, [(v.supported, v.reasons) for v in verdicts])
    peers: dict[str, Mapping[str, float]] = {}
    contained = [_containment(one) for one in claims]
    peers["token containment"] = _figures(claims, [c >= CONTAINED for c in contained], contained)
    if (alike := _similarity(claims)) is not None:
        peers["MiniLM similarity"] = _figures(claims, [a >= ALIKE for a in alike], alike)
    ratios = {
        f"false accepts over those of {name}": ours["false_accept"] / max(of["false_accept"], 1e-9)
        for name, of in peers.items()
    }
    return Report("evidence", f"{arguments.claims.name}, {len(claims)} claims", ours, peers, ratios)


def read_claims(path: Path) -> list[Claim]:
    """The claims of a file; raises ValueError for a row without one of its fields."""
    claims = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        row = json.loads(line)
        if row.get("label") not in ("supported", "unsupported"):
            raise ValueError(
                f"{path.name}, line {number}: expected a label 'supported' or 'unsupported', "
                f"got {row.get('label')!r}"
            )
        supported = row["label"] == "supported"
        claims.append(Claim(row["claim"], row["evidence"], supported, str(row.get("kind", ""))))
    if not claims:
        raise ValueError(f"{path.name} holds no claims")
    return claims


def _figures(
    claims: Sequence[Claim], accepted: Sequence[bool], scores: Sequence[float]
) -> dict[str, float]:
    figures = _rates(claims, accepted)
    low, high = _auc_interval([c.supported for c in claims], scores)
    figures |= {"auc": _auc([c.supported for c in claims], scores), "auc_low": low,
                "auc_high": high}  # fmt: skip
    by_kind: dict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(claims):
        by_kind[one.kind].append(index)
    if len(by_kind) > 1:
        for kind, indexes in sorted(by_kind.items()):
            rates = _rates([claims[i] for i in indexes], [accepted[i] for i in indexes])
            figures |= {f"{name} of {kind}": rate for name, rate in rates.items()}
    return figures


def _rates(claims: Sequence[Claim], accepted: Sequence[bool]) -> dict[str, float]:
    """Share of unsupported claims accepted, and of supported ones refused, where there are any."""
    rates = {}
    for name, supported, wrong in (("false_accept", False, True), ("false_reject", True, False)):
        verdicts = [a for c, a in zip(claims, accepted, strict=True) if c.supported is supported]
        if verdicts:
            rates[name] = sum(verdict is wrong for verdict in verdicts) / len(verdicts)
    return rates


def _auc(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The chance that a supported claim scores above an unsupported one; ties count half."""
    ranked = sorted(zip(scores, labels, strict=True))
    positives = sum(labels)
    negatives = len(labels) - positives
    if not positives or not negatives:
        return float("nan")
    rank_sum, index = 0.0, 0
    while index < len(ranked):
        end = index
        while end < len(ranked) and ranked[end][0] == ranked[index][0]:
            end += 1
        middle = (index + 1 + end) / 2
        rank_sum += middle * sum(label for _, label in ranked[index:end])
        index = end
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def _auc_interval(labels: Sequence[bool], scores: Sequence[float]) -> tuple[float, float]:
    """95 % of the bootstrap over claims."""
    chance = random.Random(0)
    found = []
    for _ in range(ROUNDS // 5):
        picked = chance.choices(range(len(labels)), k=len(labels))
        value = _auc([labels[i] for i in picked], [scores[i] for i in picked])
        if value == value:  # not without one of the two labels
            found.append(value)
    found.sort()
    if not found:
        return float("nan"), float("nan")
    return found[int(0.025 * len(found))], found[int(0.975 * (len(found) - 1))]


def _containment(one: Claim) -> float:
    words = set(_WORD.findall(one.claim.casefold()))
    there = set(_WORD.findall(one.evidence.casefold()))
    return len(words & there) / len(words) if words else 0.0


def _similarity(claims: Sequence[Claim]) -> list[float] | None:
    """Likeness of each claim to the nearest sentence of its evidence; None without the model."""
    folder = MODELS_DIR / MINILM if MODELS_DIR else None
    if folder is None or not folder.is_dir():
        return None
    model = MiniLM(folder, threads=2)
    pieces = [_sentences(one.evidence) for one in claims]
    known: dict[str, int] = {}
    for text in [text for of_claim in pieces for text in of_claim] + [c.claim for c in claims]:
        known.setdefault(text, len(known))
    vectors = model.embed(list(known))
    return [
        max(float(vectors[known[one.claim]] @ vectors[known[text]]) for text in of_claim)
        for one, of_claim in zip(claims, pieces, strict=True)
    ]


def _sentences(text: str) -> list[str]:
    split: Callable[[str], list[str]] = re.compile(r"(?<=[.!?])\s+").split
    return [*dict.fromkeys(s.strip() for s in split(text) if s.strip()), text]


def _write_misses(
    path: Path, claims: Sequence[Claim], verdicts: Sequence[tuple[bool, Sequence[str]]]
) -> None:
    with path.open("w", encoding="utf-8") as file:
        for one, (accepted, reasons) in zip(claims, verdicts, strict=True):
            if accepted is not one.supported:
                row = {"claim": one.claim, "evidence": one.evidence, "kind": one.kind,
                       "accepted": accepted, "reasons": list(reasons)}  # fmt: skip
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
