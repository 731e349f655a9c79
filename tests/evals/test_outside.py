"""An organisation from outside is taken in as it is, and asked over HTTP."""

from __future__ import annotations

import argparse
import json

import pytest

from tests.benchmarks.answers import run
from tests.benchmarks.report import Report

FILES = {
    "companies.csv": (
        "Company ID,Company name,City,Owner\n"
        "C1,Harbour Mills,Leeds,dana.fox@vendor.example\n"
        "C2,Cedar Clinics,Porto,omar.reed@vendor.example\n"
    ),
    "opportunities.csv": (
        "Opportunity ID,Opportunity Name,Company ID,Stage,Amount,CreatedDate,Owner Email\n"
        "D-1,Silo sensors,C1,Proposal,12000,2026-03-02,dana.fox@vendor.example\n"
        "D-2,Mill upgrade,C1,Proposal,9000,2026-03-09,dana.fox@vendor.example\n"
        "D-3,Ward rollout,C2,Proposal,7000,2026-03-11,omar.reed@vendor.example\n"
    ),
    "mystery.csv": "alpha,beta\n1,2\n",
}
QUESTIONS = [
    ("How many open deals are there?", "manager", "", {"value": 3}),
    ("How many open deals do I have?", "rep", "dana.fox@vendor.example", {"value": 2}),
    ("What is the amount of the Ward rollout deal?", "rep", "omar.reed@vendor.example",
     {"value": 7000, "records": ["D-3"]}),
    ("What is the amount of the Ward rollout deal?", "rep", "dana.fox@vendor.example",
     {"status": "abstained", "never": ["7,000"]}),
    ("How far can your people go down on price?", "customer", "", {"status": "refused"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("outside")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    asked = folder.parent / "questions.jsonl"
    rows = [
        {"question": question, "asker_role": role, "asker": asker, "kind": 11, "expect": expect}
        for question, role, asker, expect in QUESTIONS
    ]
    asked.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return run(
        argparse.Namespace(
            records=folder, questions=asked, now="2026-06-15", save=None, llm=None, seed=1, scale=1
        )
    )


def test_every_question_gets_its_answer_as_its_person(report: Report) -> None:
    assert (report.ours["structured"], report.ours["leaks"]) == (1.0, 0)
    assert (report.ours["abstention"], report.ours["refusals"]) == (1.0, 1.0)


def test_a_file_that_is_not_understood_is_said_and_left_out(report: Report) -> None:
    assert any(note.startswith("mystery.csv was left out: Cannot tell") for note in report.notes)
