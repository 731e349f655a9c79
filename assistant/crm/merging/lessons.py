"""What stewards' answers teach: how far the weights of this house's pairs are off, in bits.

Comparison weighs fields by how records agree; whether that makes two of them one is what stewards
know. Their answers to the pairs they were asked about move all later sums of the kind up or down.
Few answers move nothing, many no further than MOST_BITS; and no pair is merged unasked that would
not have been without the lesson, for a wrong join costs more than a question.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.identity import Match, Reason, Verdict, probability_of, verdict_of
from assistant.db.tables import Duplicate

FIELD = "stewards"  # what the lesson is called among the reasons of a pair
WORDS = "as stewards answered before"
FEWEST, FEWEST_OF_EACH = 20, 5  # answers without which nothing is learnt
LATEST = 500  # answers that count: the house, and what it takes in, changes
MOST_BITS = 3.0
# How far the weights of a trained table are usually off; it holds back what few answers say.
_USUAL_BITS = 1.5
_STEPS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What a pair weighed before any lesson, and whether a steward found it to be one."""

    weight: float
    same: bool


@dataclass(frozen=True, slots=True)
class Lesson:
    """By how many bits the answers move a pair, and how many answers there are."""

    bits: float = 0.0
    answers: int = 0
    same: int = 0

    def applied(self, match: Match) -> Match:
        """The pair with the lesson as one more reason."""
        if not self.bits:
            return match
        weight = match.weight + self.bits
        verdict = verdict_of(probability_of(weight), match.conflicts)
        if verdict is Verdict.SAME and match.verdict is not Verdict.SAME:
            verdict = Verdict.UNSURE
        if verdict is Verdict.DIFFERENT and match.asked:
            verdict = Verdict.UNSURE
        return replace(
            match, weight=weight, probability=probability_of(weight), verdict=verdict,
            reasons=(*match.reasons, Reason(FIELD, WORDS, self.bits)),
        )  # fmt: skip


def lesson_from(session: Session, kind: str) -> Lesson:
    """What the latest answers of people to pairs of this kind teach."""
    query = (
        select(Duplicate.weight, Duplicate.reasons, Duplicate.status)
        .where(
            Duplicate.kind == kind,
            Duplicate.status.in_(("same", "not_same")),
            Duplicate.decided_by != "rule",
        )
        .order_by(Duplicate.decided_at.desc(), Duplicate.id)
        .limit(LATEST)
    )
    return learn(
        Answer(weight - _taught(reasons), status == "same")
        for weight, reasons, status in session.execute(query)
    )


def _taught(reasons: Iterable[dict[str, object]]) -> float:
    return sum(float(str(one["weight"])) for one in reasons if one["field"] == FIELD)


def learn(answers: Iterable[Answer]) -> Lesson:
    """The shift in log2 odds under which these answers are likeliest, held back towards none."""
    known = list(answers)
    same = sum(one.same for one in known)
    if len(known) < FEWEST or min(same, len(known) - same) < FEWEST_OF_EACH:
        return Lesson(answers=len(known), same=same)
    bits = _likeliest(known)
    return Lesson(round(max(-MOST_BITS, min(MOST_BITS, bits)), 2), len(known), same)


def _likeliest(answers: Sequence[Answer]) -> float:
    """Newton's method on one concave sum; in nats within, since that is what it derives by."""
    shift, spread = 0.0, (_USUAL_BITS * math.log(2)) ** 2
    for _ in range(_STEPS):
        slope, bend = -shift / spread, -1 / spread
        for one in answers:
            chance = probability_of(one.weight + shift / math.log(2))
            slope += one.same - chance
            bend -= chance * (1 - chance)
        shift -= max(-2.0, min(2.0, slope / bend))
    return shift / math.log(2)
