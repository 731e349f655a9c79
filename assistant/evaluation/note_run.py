"""A drafter's scores over a file of calls: proof, likeness to references, facts."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.evaluation.note_facts import Judged, judge
from assistant.evaluation.note_quality import evidence_precision, invented_values, turns_of
from assistant.evaluation.note_sets import ReferenceRow, ToldCall
from assistant.evaluation.rouge import rouge
from assistant.notes.draft import draft_by_rule
from assistant.notes.draft_llm import ChatModel, draft_by_model
from assistant.notes.model import Draft, Template

Scores = dict[str, list[float]]
Drafter = Callable[[ToldCall, str | None], Draft]
NO_DATE = date(2026, 1, 5)  # of a call whose day is not told


@dataclass(frozen=True, slots=True)
class Drafted:
    """A call with its draft, and how long it took."""

    call: ToldCall
    draft: Draft
    seconds: float


@dataclass(frozen=True, slots=True)
class Told:
    """A reference with our summary for it: its text, and the turns that each line cites."""

    call: ToldCall
    reference: ReferenceRow
    text: str
    cited: tuple[tuple[int, ...], ...]


def by_rule(call: ToldCall, focus: str | None = None) -> Draft:
    """The rules' draft of a call."""
    return draft_by_rule(
        call.transcript,
        call_date=call.on or NO_DATE,
        participants=call.participants,
        template=template_of(call),
        focus=focus,
    )


def by_model(model: ChatModel) -> Drafter:
    """A drafter that asks this model."""

    def draft(call: ToldCall, focus: str | None = None) -> Draft:
        return draft_by_model(
            call.transcript,
            call_date=call.on or NO_DATE,
            model=model,
            participants=call.participants,
            template=template_of(call),
            focus=focus,
        )

    return draft


def template_of(call: ToldCall) -> Template:
    """Calls whose kind speaks of support take its template, all others a sales one."""
    return "support" if "support" in call.kind.lower() else "sales"


def draft_calls(calls: Sequence[ToldCall], drafter: Drafter) -> list[Drafted]:
    """Every call drafted, each timed."""
    drafted = []
    for call in calls:
        started = time.perf_counter()
        draft = drafter(call, None)
        drafted.append(Drafted(call, draft, time.perf_counter() - started))
    return drafted


def evaluate(calls: Sequence[ToldCall], drafter: Drafter) -> dict[str, float]:
    """All figures of one drafter."""
    drafted = draft_calls(calls, drafter)
    figures = draft_figures(drafted)
    for of, scores in reference_scores(tell(drafted, drafter)).items():
        figures |= {f"{name} of {of}": statistics.fmean(each) for name, each in scores.items()}
    judged = [judge(each.draft, each.call.facts) for each in drafted if each.call.facts]
    return figures | (fact_figures(judged) if judged else {})


def draft_figures(drafted: Sequence[Drafted]) -> dict[str, float]:
    """What can be said of drafts by themselves."""
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


def tell(drafted: Sequence[Drafted], drafter: Drafter) -> list[Told]:
    """Our summary for each reference; for an answer, drafted with its query as the focus."""
    told = []
    for each in drafted:
        for reference in each.call.references:
            focused = reference.type == "answer"
            draft = drafter(each.call, reference.query) if focused else each.draft
            lines = draft.section("summary").lines
            text = " ".join(line.text for line in lines)
            cited = tuple(tuple(sorted(turns_of(line))) for line in lines)
            told.append(Told(each.call, reference, text, cited))
    return told


def reference_scores(told: Iterable[Told]) -> dict[str, Scores]:
    """Scores by reference, for `summary` and `query` apart, where there are any."""
    scores: dict[str, Scores] = {}
    for each in told:
        of = "query" if each.reference.type == "answer" else "summary"
        add_scores(scores.setdefault(of, defaultdict(list)), each.reference, each.text, each.cited)
    return scores


def add_scores(
    scores: Scores, reference: ReferenceRow, text: str, cited: Sequence[Sequence[int]]
) -> None:
    """ROUGE against the reference and, where its turns are marked, the share of lines in them."""
    for measure, value in rouge(text, reference.text).items():
        scores[measure].append(value)
    marked = {n for first, last in reference.turns for n in range(first, last + 1)}
    if marked and cited:
        inside = sum(all(turn in marked for turn in turns) for turns in cited)
        scores["evidence_overlap"].append(inside / len(cited))


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
    return figures | _counts(judged) | {"facts": len(found) + len(missed)}


def _counts(judged: Sequence[Judged]) -> dict[str, float]:
    return {
        "wrong_owner": _total(each.wrong_owner for each in judged),
        "wrong_due": _total(each.wrong_due for each in judged),
        "condition_lost": _total(each.condition_lost for each in judged),
        "not_facts_asserted": _total(each.not_facts_asserted for each in judged),
        "unlisted_lines": _total(each.unlisted for each in judged),
    }


def _total(lists: Iterable[Sequence[object]]) -> int:
    return sum(len(each) for each in lists)


def _share(part: int, rest: int) -> float:
    return part / (part + rest) if part + rest else float("nan")
