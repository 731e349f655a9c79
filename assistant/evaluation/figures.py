"""Figures of a run, and whether one run is better than another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from assistant.evaluation.judging import Judged
from assistant.evaluation.kinds import is_structured

_SEED = 20_231
RESAMPLES = 2000


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """The figures of a run; a figure without any question of its sort is left out.

    abstention: of questions without an answer, those left unanswered; false_abstention: of those
    with one, those left unanswered; leaks: replies that show what the asker must not see.
    """
    answered = [one for one in judged if one.heard.case.status == "answered"]
    rows = [one for one in answered if _structured(one)]
    texts = [one for one in answered if not _structured(one)]
    without = [one for one in judged if one.heard.case.status == "abstained"]
    refused = [one for one in judged if one.heard.case.status == "refused"]
    back = [one for one in judged if one.heard.case.status == "ambiguous"]
    gave_up = [one for one in judged if one.heard.status == "abstained"]
    found: dict[str, float] = {"questions": len(judged)}
    found |= _share("structured", rows, lambda one: one.right)
    found |= _share("text", texts, lambda one: one.right)
    found |= _share("abstention", without, lambda one: one.gave_up)
    found |= _share("false_abstention", answered, lambda one: one.gave_up)
    found |= _share("refusals", refused, lambda one: one.heard.status == "refused")
    found |= _share("asked_back", back, lambda one: one.right)
    found["leaks"] = sum(1 for one in judged if one.leaked)
    found |= _share("wrong", answered, lambda one: not one.right and not one.gave_up)
    found |= _share(
        "abstention_precision", gave_up,
        lambda one: one.heard.case.status in {"abstained", *one.heard.case.accept},
    )  # fmt: skip
    found |= _citations(answered)
    found["p50_ms"] = _middle([1000 * one.heard.seconds for one in judged])
    found["model_tokens"] = sum(one.heard.tokens for one in judged)
    return found


def _structured(one: Judged) -> bool:
    return is_structured(one.heard.case.kind, numeric=one.heard.case.numeric)


def _share(
    name: str, judged: Sequence[Judged], holds: Callable[[Judged], bool]
) -> dict[str, float]:
    return {name: sum(map(holds, judged)) / len(judged)} if judged else {}


def _citations(answered: Sequence[Judged]) -> dict[str, float]:
    """Of the records cited the share that was expected; the share of answers that cite such."""
    given = [one for one in answered if one.wanted and not one.gave_up]
    if not given:
        return {}
    cited = sum(one.cited for one in given)
    return {
        "citation_precision": sum(one.hit for one in given) / cited if cited else 0.0,
        "citation_recall": sum(one.hit > 0 for one in given) / len(given),
    }


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0


def by_kind(judged: Sequence[Judged]) -> dict[str, tuple[int, int]]:
    """Of each kind how many replies were right, of how many."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in judged:
        counts[one.heard.case.kind][0] += one.right
        counts[one.heard.case.kind][1] += 1
    return {kind: (right, total) for kind, (right, total) in sorted(counts.items())}


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much the second run is right more often, with the interval that holds 95 %."""

    questions: int
    mean: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether chance does not explain it."""
        return self.low > 0 or self.high < 0


def compare(before: Mapping[str, bool], after: Mapping[str, bool]) -> Difference:
    """A paired bootstrap over the questions that both runs were asked."""
    gaps = [int(after[name]) - int(before[name]) for name in sorted(before.keys() & after.keys())]
    if not gaps:
        return Difference(0, 0.0, 0.0, 0.0)
    random = Random(_SEED)
    means = sorted(sum(random.choices(gaps, k=len(gaps))) / len(gaps) for _ in range(RESAMPLES))
    return Difference(
        len(gaps), sum(gaps) / len(gaps), means[int(0.025 * RESAMPLES)],
        means[int(0.975 * RESAMPLES) - 1],
    )  # fmt: skip
