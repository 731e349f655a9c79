"""A credit that was promised is held against what a policy lets people promise alone."""

from __future__ import annotations

from datetime import date

from assistant.notes.content import Known, content_of
from assistant.notes.draft import draft_by_rule
from assistant.notes.limits import beyond, limit_of
from assistant.notes.model import Participant
from transcription.model import Transcript, Turn

RULE = """A support agent may promise a credit of up to 250 without asking anyone.
Above 250 and up to 1,000 Noor Aziz approves before anything is promised."""
RULES = ("Refund rules", RULE)


def promised(said: str) -> tuple[str, ...]:
    turns = (Turn("And what about the money?", "Niamh"), Turn(said, "Samir"))
    people = (Participant("Samir", "rep"), Participant("Niamh", "customer"))
    draft = draft_by_rule(
        Transcript(turns), call_date=date(2026, 11, 24), participants=people, template="support"
    )
    limit = limit_of([RULES, ("Other rules", "Parcels go out by three.")])
    assert limit is not None
    assert str(limit.most) == "250"
    content = content_of(draft, Known(colleagues={}, fields=None, stages={}))
    return beyond(content, limit)


def test_a_promise_beyond_the_limit_is_remarked_with_the_policys_sentence() -> None:
    (remark,) = promised("I'll give you six hundred euros back by Friday.")
    assert "six hundred euros" in remark
    assert "up to 250" in remark


def test_a_promise_within_it_or_of_another_matter_is_not() -> None:
    assert promised("I'll give you two hundred euros back by Friday.") == ()
    assert promised("I'll send you the invoice of six hundred euros by Friday.") == ()


def test_without_a_policy_there_is_no_limit() -> None:
    assert limit_of([("Rules", "Parcels go out by three.")]) is None
