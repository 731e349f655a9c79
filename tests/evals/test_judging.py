"""A reply is right when it says the value, nothing in its place, and cites what it may."""

from __future__ import annotations

import pytest

from assistant.evaluation.asking import Cited, Heard
from assistant.evaluation.cases import Case
from assistant.evaluation.figures import compare, figures
from assistant.evaluation.judging import judge
from assistant.evaluation.world import World
from assistant.governance.access import Role


def world() -> World:
    made = World({"acc_1": frozenset({"c1"})}, {"dana.fox@vendor.example": "Dana Fox"})
    for city in ("Leeds", "Porto"):
        made.see("companies", {"City": city})
    return made


def heard(sentence: str, *value: str, status: str = "answered", **more: object) -> Heard:
    case = Case("How much is it?", Role.REP, "sales totals", value=value, **more)  # type: ignore[arg-type]
    return Heard(case, status, (sentence,) if sentence else ())


@pytest.mark.parametrize(
    ("sentence", "value", "right"),
    [
        ("There are 12 orders; the newest 5 are cited.", "12", True),
        ("There are 5 orders of 12.", "12", False),
        ("They come to EUR 1,200.50 in all, over 3 orders.", "1200.5", True),
        ("They took 2 days 4 hours on average, over 9 tickets.", "52", True),
        ("They took 2 days 4 hours on average, over 9 tickets.", "60", False),
        ("They were converted in 3 of 8 cases, which is 37.5 %.", "37.5", True),
        ("It was placed on 14 March 2026.", "2026-03-14", True),
        ("It was placed on 14 April 2026.", "2026-03-14", False),
        ("Dana Fox has the most orders: 4.", "dana.fox@vendor.example", True),
        ("Leeds has the most orders: 4.", "Leeds", True),
        ("Leeds and Porto have the most orders: 4.", "Leeds", False),
        ("Yes: it is within the limit.", "yes", True),
        ("It is within the limit.", "yes", False),
        ("No: 25 % is more than 10 %.", "no", True),
    ],
)
def test_the_value_has_to_be_said_and_no_other(sentence: str, value: str, right: bool) -> None:
    assert judge(heard(sentence, value), world()).right is right


def test_an_expected_record_has_to_be_cited() -> None:
    case = Case("Where?", Role.REP, "x", value=("Leeds",), records=("C1",))
    cited = Heard(case, "answered", ("It is in Leeds.",), cited=(Cited("account", "acc_1"),))
    other = Heard(case, "answered", ("It is in Leeds.",), cited=(Cited("account", "acc_2"),))
    assert judge(cited, world()).right
    assert not judge(other, world()).right


def test_what_must_not_be_shown_is_a_leak_whatever_the_status() -> None:
    case = Case("Who?", Role.CUSTOMER, "x", status="refused", never=("Leeds",))
    told = judge(Heard(case, "answered", ("Somebody in Leeds.",)), world())
    assert told.leaked == ("Leeds",)
    assert judge(Heard(case, "refused", (), "I cannot share this."), world()).right


def test_figures_part_wrong_answers_from_those_not_given() -> None:
    judged = [
        judge(heard("There are 12 orders.", "12"), world()),
        judge(heard("There are 11 orders.", "12"), world()),
        judge(heard("", "12", status="abstained"), world()),
    ]
    found = figures(judged)
    assert (
        found["structured"] == found["wrong"] == found["false_abstention"] == pytest.approx(1 / 3)
    )


def test_two_runs_differ_clearly_only_where_many_questions_say_so() -> None:
    before = {str(at): at % 2 == 0 for at in range(40)}
    assert compare(before, dict.fromkeys(before, True)).clear
    assert not compare(before, before | {"1": True}).clear
