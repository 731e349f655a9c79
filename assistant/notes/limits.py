"""Promises that go beyond what a policy lets people promise without asking.

The policy's own sentence is shown beside what was said; whether it was approved is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import Article, Record
from assistant.governance.access import Principal, visible
from assistant.notes.content import Content, NoteLine
from assistant.notes.layouts import PROMISES
from assistant.notes.phrases import any_of
from retrieval.values import extract_values

_CREDITS = any_of(
    r"credit(?:s|ed)?|refund(?:s|ed)?|goodwill|compensat\w+|reimburs\w+|money back|"
    r"give (?:you|them) .{1,40} back|back on your"
)
# What may be promised alone: "up to 250 without asking".
_ALONE = any_of(
    r"without (?:asking|approval|being asked|anybody)|on (?:their|your|his|her) own|alone|"
    r"(?:may|can) (?:promise|give|grant|offer|agree)"
)
_UP_TO = re.compile(
    r"\b(?:up to|at most|no more than|not more than|a maximum of|limit of|below|within) "
)
_FAR = 24  # characters between "up to" and its figure
_MOST_POLICIES = 200
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\n+")


@dataclass(frozen=True, slots=True)
class Limit:
    """The largest credit that somebody may promise alone, with the sentence that says so."""

    most: Decimal
    policy: str
    sentence: str


def limit_of(policies: Sequence[tuple[str, str]]) -> Limit | None:
    """The limit that policies set, given as titles and texts; of several the highest, since which
    of them holds may hang on more than was said."""
    found = [
        limit
        for title, body in policies
        for sentence in _SENTENCE.split(body)
        for limit in _limits_in(sentence.strip(), title)
    ]
    return max(found, key=lambda limit: limit.most, default=None)


def _limits_in(sentence: str, title: str) -> Iterator[Limit]:
    low = sentence.lower()
    if not _ALONE.search(low) or not _CREDITS.search(low):
        return
    for bound in _UP_TO.finditer(low):
        near = [most for _, most, start in _figures(sentence) if 0 <= start - bound.end() <= _FAR]
        if near:
            yield Limit(near[0], title, sentence)


def _figures(text: str) -> Iterator[tuple[str, Decimal, int]]:
    for value in extract_values(text):
        number = re.search(r"\d+(?:\.\d+)?", value.normal)
        if number and value.kind in ("amount", "number"):
            yield value.kind, Decimal(number[0]), value.start


def beyond(content: Content, limit: Limit) -> tuple[str, ...]:
    """A remark for each promise of ours that the limit does not cover."""
    return tuple(
        _remark(line, limit)
        for section in content.sections
        if section.name in PROMISES.values()
        for line in section.lines
        if line.owner
        and line.decision != "rejected"
        and "called off" not in line.flags
        and _over(line, limit)
    )


def _over(line: NoteLine, limit: Limit) -> bool:
    said = line.text.partition(": ")[2] or line.text
    sums = [most for kind, most, _ in _figures(said) if kind == "amount"]
    return _CREDITS.search(said.lower()) is not None and any(most > limit.most for most in sums)


def _remark(line: NoteLine, limit: Limit) -> str:
    said = line.text.partition(": ")[2] or line.text
    return (
        f"{line.owner} said “{said}”, which goes beyond the policy “{limit.policy}”: "
        f"“{limit.sentence}”"
    )


def remarks_on_limits(session: Session, principal: Principal, content: Content) -> tuple[str, ...]:
    """Such remarks by the policies that the person may see, those in force."""
    query = (
        select(Article.title, Article.body)
        .join(Record, Record.id == Article.id)
        .where(
            Record.kind == "policy",
            Record.archived_at.is_(None),
            Record.golden_id == Record.id,
            Article.body.is_not(None),
            visible(principal, Article.id),
        )
        .order_by(Article.id)
        .limit(_MOST_POLICIES)
    )
    rows = [(title, body or "") for title, body in session.execute(query)]
    limit = limit_of(rows)
    return beyond(content, limit) if limit else ()
