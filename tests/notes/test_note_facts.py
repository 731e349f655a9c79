"""Drafts held against facts that people wrote: what counts as found, and what as wrong."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.evaluation.note_facts import carries, judge
from assistant.evaluation.note_quality import evidence_precision, invented_values
from assistant.evaluation.note_sets import Fact, FactsRow, NoteSetError, NotFact, read_calls
from assistant.evaluation.rouge import rouge
from assistant.notes.model import Draft, Line, LineEvidence, Section
from tests.benchmarks import notes
from tests.paths import ROOT
from transcription.model import Transcript, Turn

PROMISE = Line(
    id="commitments-1",
    text="Priya Nair: I'll send the quote for €40,000 by Friday, if legal agrees.",
    section="commitments",
    evidence=(LineEvidence(2, 2, None, None, "I'll send the quote"),),
    speaker="Priya Nair",
    owner="Priya Nair",
    due_on=date(2026, 6, 12),
    deed="send the quote",
    hedged=True,
)
FACT = Fact(
    kind="commitment", text="Priya sends the quote.", turns=[1, 2], value="forty thousand euros",
    owner="Priya", due="2026-06-12", condition="If legal agrees",
)  # fmt: skip


def draft(*lines: Line) -> Draft:
    return Draft("sales", "rules", tuple(Section(line.section, (line,)) for line in lines))


def said_by_dana(text: str) -> Line:
    evidence = LineEvidence(0, 0, None, None, text.partition(": ")[2])
    return Line("budget-1", text, "budget", (evidence,), speaker="Dana")


def told(*facts: Fact, not_facts: tuple[str, ...] = ()) -> FactsRow:
    return FactsRow(id="a", facts=list(facts), not_facts=[NotFact(text=text) for text in not_facts])


def test_a_fact_is_found_by_a_line_on_its_turn_with_all_that_it_tells() -> None:
    assert carries(PROMISE, FACT)


@pytest.mark.parametrize(
    "change",
    [
        {"turns": [0, 1]},
        {"value": "fifty thousand euros"},
        {"value": "forty thousand dollars"},
        {"owner": "Dana"},
        {"due": "2026-06-15"},
        {"condition": "once the board has met"},
        {"value": "Falk Ostermann"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_fact_is_not_found_where_one_thing_differs(change: dict[str, object]) -> None:
    assert not carries(PROMISE, FACT.model_copy(update=change))


@pytest.mark.parametrize("value", ["€40,000", "40000", "40k euros", "40,000"])
def test_a_value_is_the_same_however_it_is_written(value: str) -> None:
    assert carries(PROMISE, FACT.model_copy(update={"value": value}))


def test_another_owner_or_day_for_the_promise_of_a_fact_is_wrong() -> None:
    wrong = replace(PROMISE, owner="Dana Whitfield", due_on=date(2026, 6, 15))
    judged = judge(draft(wrong), told(FACT))
    assert (len(judged.wrong_owner), len(judged.wrong_due), judged.wrong_lines) == (1, 1, 1)
    assert judged.missed == [FACT]


def test_a_condition_that_a_line_leaves_out_is_counted() -> None:
    certain = replace(PROMISE, text="Priya Nair: I'll send the quote by Friday.", hedged=False)
    assert judge(draft(certain), told(FACT)).condition_lost
    assert not judge(draft(PROMISE), told(FACT)).condition_lost


def test_what_was_not_said_must_not_be_asserted_and_the_reported_dictation_asserts_nothing() -> (
    None
):
    said = replace(PROMISE, text="Dana: We agreed on half the price.", hedged=False, owner="")
    wrong = "They agreed on half the price."
    assert judge(draft(said), told(not_facts=(wrong,))).not_facts_asserted
    reported = replace(said, section="to_the_assistant")
    assert not judge(draft(reported), told(not_facts=(wrong,))).not_facts_asserted


def test_quotes_and_values_are_held_against_the_turns_cited() -> None:
    call = Transcript((Turn("Forty seats.", "Dana"), Turn("Good.", "Priya")))
    line = Line(
        "needs-1", "Dana: Forty seats.", "needs", (LineEvidence(0, 0, None, None, "Forty"),)
    )
    made_up = replace(line, text="Dana: Fifty seats for Acme.")
    assert evidence_precision(draft(line), call) == 1.0
    assert invented_values(draft(line), call) == []
    assert len(invented_values(draft(made_up), call)) == 2
    elsewhere = replace(line, evidence=(LineEvidence(1, 1, None, None, "Forty"),))
    assert evidence_precision(draft(elsewhere), call) == 0.0


def test_rouge_is_counted_as_in_the_paper() -> None:
    # "police killed the gunman" and "police kill the gunman" of Lin (2004): stems alike.
    same = rouge("police killed the gunman", "police kill the gunman")
    assert same == {"rouge1": 1.0, "rouge2": 1.0, "rougeL": 1.0}
    turned = rouge("the gunman kill police", "police kill the gunman")
    assert turned == {"rouge1": 1.0, "rouge2": 1 / 3, "rougeL": 0.5}
    assert rouge("", "police")["rouge1"] == 0.0


def test_what_a_further_sentence_denies_is_not_asserted() -> None:
    wrong = "Forty thousand euros have been released."
    planned = "Dana: I have planned forty thousand euros. They are not yet released."
    released = "Dana: I have planned forty thousand euros. They have been released."
    assert not judge(draft(said_by_dana(planned)), told(not_facts=(wrong,))).not_facts_asserted
    assert judge(draft(said_by_dana(released)), told(not_facts=(wrong,))).not_facts_asserted


def test_files_are_read_strictly(tmp_path: Path) -> None:
    calls, facts = tmp_path / "calls.jsonl", tmp_path / "facts.jsonl"
    calls.write_text(json.dumps({"id": "a", "turns": [{"speaker": "A", "text": "Hi."}]}) + "\n\n")
    row = {"kind": "need", "text": "x", "turns": [0], "value": 40}
    facts.write_text(json.dumps({"id": "a", "date": "2026-06-10T09:00:00Z", "facts": [row]}))
    (call,) = read_calls(calls, facts)
    assert call.on == date(2026, 6, 10)
    assert call.facts is not None
    assert call.facts.facts[0].value == "40"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "b"}, "no transcript has the id 'b'"),
        ({"id": "a", "facts": [{"kind": "mood", "text": "x", "turns": [0]}]}, "facts.0.kind"),
        ({"id": "a", "facts": [{"kind": "need", "text": "x", "turns": [1]}]}, "from 0 to 0"),
        ({"id": "a", "facts": [{"kind": "need", "text": "x", "turns": []}]}, "facts.0.turns"),
    ],
    ids=["unknown call", "unknown kind", "beyond the end", "no turn"],
)
def test_a_wrong_row_is_named_with_its_line(
    row: dict[str, object], said: str, tmp_path: Path
) -> None:
    calls, facts = tmp_path / "calls.jsonl", tmp_path / "facts.jsonl"
    calls.write_text(json.dumps({"id": "a", "turns": [{"speaker": "A", "text": "Hi."}]}))
    facts.write_text(json.dumps(row))
    with pytest.raises(NoteSetError, match=r"facts\.jsonl, line 1") as refused:
        read_calls(calls, facts)
    assert said in str(refused.value)


def test_the_files_that_the_documents_show_are_measured(tmp_path: Path) -> None:
    shown = (ROOT / "docs" / "notes.md").read_text(encoding="utf-8").split("```json\n")[1:]
    documents = [json.loads(each.partition("```")[0]) for each in shown]
    paths = [tmp_path / "calls.jsonl", tmp_path / "facts.jsonl"]
    for path, document in zip(paths, documents, strict=True):
        path.write_text(json.dumps(document))
    misses = tmp_path / "misses.jsonl"
    report = notes.run(Namespace(transcripts=paths[0], facts=paths[1], misses=misses))
    assert report.ours["evidence_precision"] == report.ours["recall"] == 1.0
    assert report.ours["wrong_owner"] == report.ours["not_facts_asserted"] == 0
    assert {"lead", "lexrank", "mmr"} == set(report.peers)
    assert "rouge1 of query" in report.peers["mmr"]
    assert misses.read_text() == ""
