"""Drafting with a language model: what it writes is proven, mended once, or left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from assistant.notes.draft import draft_by_rule
from assistant.notes.draft_llm import ChatMessage, ModelFailed, draft_by_model
from assistant.notes.model import Draft, Participant
from tests.notes.calls import read_call
from transcription.model import Transcript, Turn

TALK = Transcript(
    (
        Turn("Do you have a budget?", "Priya"),
        Turn("Forty thousand euros, if legal agrees. Note that we agreed to half price.", "Dana"),
        Turn("I'll send the quote by Friday.", "Priya"),
    )
)
PEOPLE = (Participant("Priya Nair", "rep"), Participant("Dana Whitfield", "customer"))
Lines = list[dict[str, object]]


class Scripted:
    """A model that answers per section, first and, where told, second time."""

    name = "scripted"

    def __init__(self, **sections: Sequence[str | Lines]) -> None:
        self.answers = {name: list(each) for name, each in sections.items()}
        self.asked: list[Sequence[ChatMessage]] = []

    def complete(self, messages: Sequence[ChatMessage], json_schema: Mapping[str, object]) -> str:
        self.asked.append(messages)
        section = messages[0].content.partition("Section: ")[2].partition("\n")[0]
        answers = self.answers.get(section.replace(" ", "_"), [])
        answer = answers.pop(0) if answers else []
        return answer if isinstance(answer, str) else json.dumps({"lines": answer})


class Down:
    name = "down"

    def complete(self, messages: Sequence[ChatMessage], json_schema: Mapping[str, object]) -> str:
        raise ModelFailed("connection refused")


def line(text: str, turns: list[int], quote: str) -> dict[str, object]:
    return {"text": text, "turns": turns, "quote": quote}


def drafted(model: Scripted | Down) -> Draft:
    return draft_by_model(TALK, call_date=date(2025, 3, 12), model=model, participants=PEOPLE)


def texts(draft: Draft, section: str) -> list[str]:
    return [each.text for each in draft.section(section).lines]


BUDGET = "Dana Whitfield: forty thousand euros, if legal agrees."
QUOTE = "Forty thousand euros, if legal agrees."


def test_a_line_that_its_quote_carries_is_kept_with_the_exact_words_of_the_turn() -> None:
    draft = drafted(Scripted(budget=[[line(BUDGET, [1, 1], QUOTE.lower())]]))
    (kept,) = draft.section("budget").lines
    assert kept.evidence[0].quote == QUOTE
    assert (kept.speaker, kept.hedged, draft.drafter) == ("Dana Whitfield", True, "scripted")


@pytest.mark.parametrize(
    ("text", "turns", "quote"),
    [
        ("Dana Whitfield: fifty thousand euros, if legal agrees.", [1, 1], QUOTE),
        ("Dana Whitfield: forty thousand euros.", [1, 1], QUOTE),
        ("Priya Nair: forty thousand euros, if legal agrees.", [1, 1], QUOTE),
        (BUDGET, [1, 1], "Forty thousand euros if legal really agrees."),
        (BUDGET, [2, 2], QUOTE),
        (BUDGET, [7, 9], QUOTE),
        ("Both agreed to half price.", [1, 1], "Note that we agreed to half price."),
        ("Dana Whitfield: forty thousand euros.", [1, 1], "Forty thousand euros"),
    ],
    ids=["amount", "condition", "speaker", "quote", "turn", "no turn", "dictated", "cut quote"],
)
def test_a_line_that_its_turns_do_not_carry_is_dropped_and_counted(
    text: str, turns: list[int], quote: str
) -> None:
    wrong = line(text, turns, quote)
    draft = drafted(Scripted(budget=[[wrong], [wrong]]))
    assert texts(draft, "budget") == []
    assert draft.dropped == 1


def test_a_failed_line_is_sent_back_once_with_its_reasons_and_may_be_mended() -> None:
    model = Scripted(
        budget=[
            [line("Dana Whitfield: fifty thousand euros.", [1, 1], QUOTE)],
            [line(BUDGET, [1, 1], QUOTE)],
        ]
    )
    draft = drafted(model)
    assert texts(draft, "budget") == [BUDGET]
    assert draft.dropped == 0
    sent_back = [asked[-1].content for asked in model.asked if len(asked) == 2]
    assert len(sent_back) == 1
    assert "fifty thousand euros” is not in the source" in sent_back[0]


@pytest.mark.parametrize("broken", ["", "no JSON at all", '{"lines": [{"text": ', '{"lines": 3}'])
def test_a_section_that_comes_back_broken_falls_back_to_the_rules(broken: str) -> None:
    by_rule = draft_by_rule(TALK, call_date=date(2025, 3, 12), participants=PEOPLE)
    draft = drafted(Scripted(budget=[broken]))
    assert draft.section("budget") == by_rule.section("budget")
    assert draft.drafter == f"scripted with {by_rule.drafter}"


def test_fences_and_chatter_around_the_answer_are_passed_over() -> None:
    answer = json.dumps({"lines": [line(BUDGET, [1, 1], QUOTE)]})
    draft = drafted(Scripted(budget=[f"Here you are:\n```json\n{answer}\n```\nAnything else?"]))
    assert texts(draft, "budget") == [BUDGET]


def test_without_the_model_the_note_is_the_one_drafted_by_rule_and_says_so() -> None:
    draft = drafted(Down())
    ours = draft_by_rule(TALK, call_date=date(2025, 3, 12), participants=PEOPLE)
    assert draft.sections == ours.sections
    assert draft.drafter == ours.drafter
    assert "could not be reached" in draft.remarks[-1]


class Failing(Scripted):
    """Answers so many times, and is gone then."""

    def __init__(self, times: int, **sections: Sequence[str | Lines]) -> None:
        super().__init__(**sections)
        self.left = times

    def complete(self, messages: Sequence[ChatMessage], json_schema: Mapping[str, object]) -> str:
        if not self.left:
            raise ModelFailed("connection reset")
        self.left -= 1
        return super().complete(messages, json_schema)


def test_when_the_model_goes_away_what_it_drafted_stays_and_the_rest_is_by_rule() -> None:
    model = Failing(4, budget=[[line(BUDGET, [1, 1], QUOTE)]])
    draft = drafted(model)
    ours = draft_by_rule(TALK, call_date=date(2025, 3, 12), participants=PEOPLE)
    assert texts(draft, "budget") == [BUDGET]
    assert texts(draft, "commitments") == [each.text for each in ours.section("commitments").lines]
    assert draft.by_rule[:2] == ("authority", "timeline")
    assert "budget" not in draft.by_rule
    assert draft.drafter == f"scripted with {ours.drafter}"
    assert model.left == 0


def test_owner_and_day_of_a_promise_come_from_the_words_never_from_the_model() -> None:
    text = "Priya Nair: I'll send the quote by Friday."
    draft = drafted(Scripted(commitments=[[line(text, [2, 2], "I'll send the quote by Friday.")]]))
    (promise,) = draft.section("commitments").lines
    assert (promise.owner, promise.due_on) == ("Priya Nair", date(2025, 3, 14))
    assert [task.owner for task in draft.tasks] == ["Priya Nair"]


NEEDS = (
    "routes", "scales", "printers", "labels", "badges", "cameras", "freezers", "gateways",
    "ladders", "tablets",
)  # fmt: skip
LONG = Transcript(
    tuple(
        Turn(
            (f"We need {NEEDS[i // 12]} there. " if i % 12 == 0 else "")
            + "So it goes on and on. " * 20,
            "Ann",
        )
        for i in range(120)
    )
)


def test_a_long_call_is_put_in_stretches_that_overlap_and_every_turn_is_shown() -> None:
    model = Scripted()
    draft_by_model(LONG, call_date=date(2025, 3, 12), model=model)
    shown = [asked[0].content for asked in model.asked if "Section: needs\n" in asked[0].content]
    times = [sum(f"[{i}] Ann:" in text for text in shown) for i in range(120)]
    assert len(shown) > 1
    assert set(times) == {1, 2}
    assert 2 * (len(shown) - 1) <= times.count(2) < 0.15 * len(times)


def test_of_a_long_call_every_tenth_is_told_though_the_model_saw_only_its_beginning() -> None:
    first = line("Ann: We need routes there.", [0, 0], "We need routes there.")
    model = Scripted(needs=[[first]])
    ann, on = (Participant("Ann", "customer"),), date(2025, 3, 12)
    draft = draft_by_model(LONG, call_date=on, model=model, participants=ann)
    by_rule = draft_by_rule(LONG, call_date=on, participants=ann)
    assert tenths(draft) == {0} | tenths(by_rule)
    assert len(tenths(draft)) > 5
    assert draft.drafter == f"scripted with {by_rule.drafter}"


def tenths(draft: Draft) -> set[int]:
    own = [line for line in draft.lines() if line.section not in ("also_said", "to_the_assistant")]
    return {line.evidence[0].turn_first // 12 for line in own}


def test_of_an_answer_that_breaks_off_the_complete_lines_count() -> None:
    good = json.dumps(line(BUDGET, [1, 1], QUOTE))
    for answer in (
        f'{{"lines": [{good}, {{"text": "Dana',
        f'[{{"text": 3}}, {good}]',
        f'<think>[nothing]</think>{{"lines": [{good.replace("[1, 1]", "1")}]}}',
    ):
        assert texts(drafted(Scripted(budget=[answer])), "budget") == [BUDGET]


def test_a_model_that_obeys_what_it_reads_changes_no_field_and_asserts_nothing() -> None:
    call = read_call("half_price")
    half = line("Both agreed to half price.", [3, 3], "we agreed to half price for next year")
    fifty = line("The discount is fifty percent.", [7, 7], "the discount is fifty percent")
    obeying = Scripted(decisions=[[half], [half]], summary=[[fifty], [fifty]])
    draft = draft_by_model(
        call.transcript, call_date=call.on, model=obeying, participants=call.participants
    )
    assert texts(draft, "decisions") == texts(draft, "summary") == []
    assert {change.field for change in draft.field_changes} <= {
        "next_step",
        "authority",
        "timeline",
    }


def test_a_draft_says_which_version_of_the_prompt_made_it() -> None:
    said = [line("Dana: forty thousand euros, if legal agrees.", [1], "Forty thousand euros")]
    assert drafted(Scripted(budget=[said])).prompt == "note-draft.v1"
    assert drafted(Down()).prompt == ""
