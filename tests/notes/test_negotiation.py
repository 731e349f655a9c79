"""What two sides do with terms, and promises in few words: classes, each in several forms."""

from __future__ import annotations

from datetime import date

import pytest

from tests.notes.test_draft_by_rule import talk

REP, CUSTOMER = "Priya Nair", "Dana Whitfield"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("What about twenty-five fifty for eighty?", "No. I've no room for that."),
        ("Could you take four pallets instead of twelve?", "We haven't got room for four."),
        ("Shall we do the update tonight?", "Not this week. We've a trial starting Monday."),
    ],
)
def test_a_term_that_is_refused_is_an_objection_with_what_it_was_to(
    asked: str, answer: str
) -> None:
    lines = talk(f"{REP}: {asked}", f"{CUSTOMER}: {answer}").section("objections").lines
    assert any(asked[-20:-1] in line.text and answer[:8] in line.text for line in lines)


def test_a_plain_no_to_a_question_is_no_objection() -> None:
    draft = talk(f"{REP}: Do you have other sites?", f"{CUSTOMER}: No.")
    assert not draft.section("objections").lines


@pytest.mark.parametrize(
    "turns",
    [
        (f"{REP}: Eighty at twenty-six fifty, a tolerance of five.", f"{CUSTOMER}: That I can do."),
        (f"{CUSTOMER}: One gate, at the big dock. That I can accept for this year.",),
        (f"{REP}: Do you want insurance?", f"{CUSTOMER}: Insurance I do myself, leave it out."),
        (f"{REP}: Pick-up is extra.", f"{CUSTOMER}: We'll bring the boxes ourselves."),
    ],
)
def test_terms_that_are_taken_are_decided(turns: tuple[str, ...]) -> None:
    assert talk(*turns).section("decisions").lines


@pytest.mark.parametrize(
    "turns",
    [
        (f"{CUSTOMER}: Make it ten.", f"{REP}: Ten I don't have. Eight's my limit."),
        (f"{REP}: Is that settled?", f"{CUSTOMER}: It's nearly settled, I'd say in January."),
        (f"{CUSTOMER}: I get the dates wrong myself, so be warned.",),
    ],
)
def test_a_demand_that_was_refused_and_a_remark_decide_nothing(turns: tuple[str, ...]) -> None:
    assert not talk(*turns).section("decisions").lines


@pytest.mark.parametrize(
    "said",
    [
        "At the moment it's a hundred and ninety a box.",
        "Four pence each.",
        "After that it's two thousand two hundred a year.",
        "List is sixteen nine.",
        "It's monthly. You can go at any time.",
    ],
)
def test_prices_are_told_without_a_currency(said: str) -> None:
    lines = talk(f"{CUSTOMER}: And what would it cost?", f"{REP}: {said}").section("budget").lines
    assert said[:12] in lines[0].text


@pytest.mark.parametrize(
    "said",
    [
        "A lad walks round four times a day.",
        "Fifteen each, more or less, on all four sites.",
        "It warns you at fifteen per cent.",
    ],
)
def test_counts_and_shares_are_no_prices(said: str) -> None:
    assert not talk(f"{CUSTOMER}: {said}").section("budget").lines


def test_what_a_mishap_was_worth_is_no_budget() -> None:
    draft = talk(
        f"{REP}: What happened with the fish?",
        f"{CUSTOMER}: The door didn't shut. Four hundred kilos, about nine thousand pounds.",
    )
    assert not draft.section("budget").lines
    assert "budget" not in {each.field for each in draft.field_changes}


# Wednesday 12 March 2025.
@pytest.mark.parametrize(
    ("turns", "due"),
    [
        ((f"{REP}: Quote by Friday, then.",), date(2025, 3, 14)),
        ((f"{REP}: And the samples on Monday.",), date(2025, 3, 17)),
        ((f"{REP}: Let me check, and tell you by Thursday.",), date(2025, 3, 13)),
        ((f"{REP}: I have to put it to my director by Friday.",), date(2025, 3, 14)),
        ((f"{REP}: I'll have that confirmed by our chef.", f"{CUSTOMER}: Please do.",
          f"{REP}: By Friday."), date(2025, 3, 14)),
        ((f"{REP}: I can hold them until the 15th.", f"{CUSTOMER}: Please hold them."),
         date(2025, 3, 15)),
        ((f"{REP}: It'll be live by 9:30.",), date(2025, 3, 12)),
        ((f"{REP}: I'll send Dominic to look at it.", f"{CUSTOMER}: Before nine, please.",
          f"{REP}: He'll be there at eight on the 15th."), date(2025, 3, 15)),
    ],
)  # fmt: skip
def test_promises_in_few_words_have_an_owner_and_a_day(turns: tuple[str, ...], due: date) -> None:
    (line, *_) = talk(*turns).section("commitments").lines
    assert (line.owner, line.due_on) == (REP, due)


def test_who_takes_an_offered_deed_over_owns_it() -> None:
    draft = talk(f"{REP}: Should I call Rick?", f"{CUSTOMER}: I'll set up a call for Friday.")
    assert [line.owner for line in draft.section("commitments").lines] == [CUSTOMER]


def test_a_thing_with_its_day_is_no_order_to_the_other() -> None:
    draft = talk(f"{REP}: Draft by the 15th, with or without the ceiling.", f"{CUSTOMER}: Exactly.")
    assert {line.owner for line in draft.section("commitments").lines} == {REP}


def test_the_case_for_which_a_thing_is_promised_is_told_with_it() -> None:
    draft = talk(
        f"{CUSTOMER}: And if he says it's not him? He will.",
        f"{REP}: Then I'll send you a router by Friday.",
    )
    (line,) = draft.section("commitments").lines
    assert "if he says it's not him" in line.text


def test_a_firm_in_the_plural_is_a_competitor_and_a_person_is_none() -> None:
    draft = talk(f"{CUSTOMER}: I'll be honest, TempHawk have a stainless one.")
    assert draft.section("competitors").lines
    assert not talk(f"{CUSTOMER}: Well, Anna has a nice desk.").section("competitors").lines
