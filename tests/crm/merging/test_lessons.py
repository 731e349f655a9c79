"""Stewards' answers move later weights: not where few, boundedly, told, and never to a merge."""

from __future__ import annotations

import random

import pytest

from assistant.crm.identity import Match, Reason, Verdict, probability_of
from assistant.crm.merging import lessons
from assistant.crm.merging.lessons import Answer, Lesson, learn, lesson_from
from assistant.db import Sessions
from assistant.db.tables import Duplicate, Record
from tests.conftest import NOW


def answers(count: int, off_bits: float) -> list[Answer]:
    """As stewards answer where every pair weighs so many bits more than it was given."""
    chance = random.Random(5)
    weights = [chance.uniform(-2, 5.5) for _ in range(count)]
    return [Answer(w, chance.random() < probability_of(w + off_bits)) for w in weights]


@pytest.mark.parametrize("off_bits", [-2.0, 0.0, 1.5])
def test_how_far_the_weights_are_off_is_found(off_bits: float) -> None:
    assert learn(answers(500, off_bits)).bits == pytest.approx(off_bits, abs=0.5)


def test_few_answers_and_answers_all_alike_teach_nothing() -> None:
    both = [Answer(3.0, False), Answer(3.0, True)]
    assert learn(both * 9).bits == 0
    assert learn([Answer(3.0, False)] * 100).bits == 0
    assert learn([*both * 5, *[Answer(3.0, False)] * 20]).bits < -1


def test_no_number_of_answers_moves_a_pair_further_than_the_bound() -> None:
    known = [Answer(5.0, False)] * 400 + [Answer(5.0, True)] * 5
    assert learn(known).bits == -lessons.MOST_BITS


def match(weight: float, verdict: Verdict) -> Match:
    reasons = (Reason("name", "names alike", weight),)
    return Match("a", "b", weight, probability_of(weight), verdict, reasons)


def test_a_lesson_is_one_more_reason_of_the_sum_and_makes_no_merge() -> None:
    up = Lesson(2.5, 40, 30).applied(match(5.0, Verdict.UNSURE))
    assert (up.weight, up.verdict) == (7.5, Verdict.UNSURE)
    assert sum(one.weight for one in up.reasons) == up.weight
    assert up.reasons[-1] == Reason("stewards", "as stewards answered before", 2.5)
    assert Lesson(-2.5, 40, 9).applied(match(7.0, Verdict.SAME)).verdict is Verdict.UNSURE
    assert Lesson(-2.5, 40, 9).applied(match(0.0, Verdict.UNSURE)).verdict is Verdict.DIFFERENT


def test_what_a_lesson_added_is_not_learnt_again(sessions: Sessions) -> None:
    taught = [{"field": "name", "words": "", "weight": 4.0},
              {"field": lessons.FIELD, "words": "", "weight": -2.0}]  # fmt: skip
    with sessions.begin() as session:
        for number in range(31):
            session.add(Record(
                id=f"con_{number}", kind="contact", golden_id=f"con_{number}",
                governing_id=f"con_{number}", confidentiality="account", version=1,
                created_at=NOW, updated_at=NOW,
            ))  # fmt: skip
        session.flush()
        for number in range(30):
            session.add(Duplicate(
                id=f"dup_{number}", kind="contact", a="con_30", b=f"con_{number}", weight=2.0,
                probability=0.8, verdict="unsure", reasons=taught, found_at=NOW, decided_at=NOW,
                status="same" if number < 10 else "not_same", decided_by="usr_1",
            ))  # fmt: skip
        session.flush()
        known = [Answer(4.0, True)] * 10 + [Answer(4.0, False)] * 20
        assert lesson_from(session, "contact") == learn(known)
        assert lesson_from(session, "account") == Lesson()
