"""Policies and help articles as statements: numbered points, lines and their sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation
from assistant.chat.texts.orders import is_order
from assistant.db.tables import Article, Record
from assistant.governance.access import Principal, visible

_MOST_POLICIES = 300
# "6.1", "A4.", "(b)", "§ 3": what a point of a policy is called.
_LABEL = re.compile(
    r"(?:(?<=\n)|^|(?<=[.!?]\s))\s*[(\[]?(?P<label>[A-Z]{1,3}[-.]?\d{1,3}(?:\.\d+)*|\d{1,3}(?:\.\d{1,3})*"
    r"|§\s?\d+|[a-h](?=[.)]))(?P<end>[.):\]]+)?\s+(?=\S)"
)
_LINE = re.compile(r"[^\n]+")
# A full stop between digits ends neither a sentence nor what a semicolon parts it into.
SENTENCE = re.compile(r"[^.\n]+(?:\.(?=\d)[^.\n]*)*\.?")
STATEMENT = re.compile(r"[^.;\n]+(?:\.(?=\d)[^.;\n]*)*[.;]?")


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy or article that the asker may read."""

    id: str
    kind: str
    version: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a policy: what it is called there (`label`, if anything) and what it says."""

    policy: Policy
    label: str
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.policy.body[self.start : self.end]

    def cite(self, start: int | None = None, end: int | None = None) -> Citation:
        """The point, or the part of it at these offsets of the policy's body."""
        first = self.start if start is None else start
        last = self.end if end is None else end
        return Citation(
            self.policy.kind, self.policy.id, self.policy.version, self.policy.body[first:last],
            field="body", start=first, end=last, title=self.policy.title,
        )  # fmt: skip


def policies(session: Session, principal: Principal) -> list[Policy]:
    """The internal rules and help articles that the person may read, rules first."""
    query = (
        select(Article.id, Record.kind, Record.version, Article.title, Article.body)
        .join(Record, Record.id == Article.id)
        .where(visible(principal, Article.id), Article.body.is_not(None))
        .order_by(Record.kind.desc(), Article.id)
        .limit(_MOST_POLICIES)
    )
    return [
        Policy(row.id, row.kind, row.version, row.title, row.body or "")
        for row in session.execute(query)
    ]


def points(policy: Policy) -> list[Point]:
    """The points of a policy in their order; lines where nothing is numbered."""
    found = []
    for start, end in _lines(policy.body):
        labels = [one for one in _LABEL.finditer(policy.body, start, end) if _is_label(one)]
        edges = [one.start() for one in labels]
        if not edges or edges[0] > start:
            found.append(_point(policy, "", start, edges[0] if edges else end))
        for at, match in enumerate(labels):
            last = edges[at + 1] if at + 1 < len(edges) else end
            found.append(_point(policy, match["label"], match.end(), last))
    return [one for one in found if one.text.strip() and not is_order(one.text)]


def _is_label(match: re.Match[str]) -> bool:
    """A bare number is a label only where it is marked as one: "2. Refunds", not "30 days"."""
    label = match["label"]
    return bool(match["end"]) or not label.isdigit()


def _point(policy: Policy, label: str, start: int, end: int) -> Point:
    text = policy.body[start:end]
    return Point(
        policy, label.replace(" ", ""), start + len(text) - len(text.lstrip()),
        start + len(text.rstrip()),
    )  # fmt: skip


def _lines(body: str) -> Iterator[tuple[int, int]]:
    for match in _LINE.finditer(body):
        if match[0].strip():
            yield match.span()


def all_points(found: Sequence[Policy]) -> list[Point]:
    """Every point of these policies."""
    return [point for policy in found for point in points(policy)]
