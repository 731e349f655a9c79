"""What rows must have beside them, or must lack: "customers without an order since May".

The noun after "with", "without", "that have no", "not yet" is read here, so that it is never
taken for the kind that is asked for, and its negation never lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.chat.question import cues
from assistant.chat.question.fields import FIELDS
from assistant.chat.question.heads import channel_of, conditions_of, noun_before
from assistant.chat.question.periods import Period
from assistant.chat.question.plan import Blank, Related, Shape, TypedQuery, Words
from assistant.chat.question.stopwords import STOPWORDS

_WHO = r"(?:(?:that|who|which|whom|where|we|i|you|they|there|and)\s+)*"
_HAVING = (
    r"(?:have|has|had|having|got|is|are|was|were|placed?|makes?|made|raised?|opened|submitted|"
    r"sent|received?|bought|booked)"
)
_DONE = (
    r"(?:\s+(?:have|has|had|got|get|been|be|were|was|yet|ever|already|placed?|makes?|made|sent|send|"
    r"received?|raised?|opened?|issued?|given|booked|linked to|in))*"
)
_ABSENT = re.compile(
    rf"\b(?:without|lacking|missing|with\s+(?:no|zero)|{_WHO}{_HAVING}\s+(?:no|zero)|"
    rf"{_WHO}(?:(?:have|has|had|do|does|did|is|are|was|were)(?:\s+not|n['’]t)|not|never){_DONE})\b\s*",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    rf"\b(?:with|having|where|(?:that|who|which|whom|we){_DONE}|(?:have|has|had){_DONE})\b\s*",
    re.IGNORECASE,
)
_DETERMINERS = r"(?:(?:any|an?|the|their|its|some|at least one|one or more|single|recorded)\s+)*"
_ADJECTIVES = (
    r"(?P<adjectives>(?:(?!(?:most|fewest|more|less|least|at|over|under|than|largest|biggest|highest|lowest|"
    r"average|many|much|no|not|and|or|the|number|amount|total|of|by|in|to|for|from|with|is|are|was|"
    r"were|have|has|had|who|that|which|\d)\b)[\w'’-]+\s+){0,3}?)"
)
_AFTERWARDS = (
    r"(?:\s+(?:(?:was|were|is|are|has been|have been|had been|got)\s+)?"
    r"(?:sent|placed|made|raised|issued|recorded|logged|held|opened|received|written|attached|linked))?"
    r"(?:\s+(?:something|anything|from us|with us|to them|by us|at all|yet))*"
)
# "Without a phone" and "have no phone" speak of a field; "not about" does not.
_LACKS = re.compile(
    r"\b(?:without|lacking|missing|no|zero|have|has|had|having|got)\b", re.IGNORECASE
)
# A verb right after the head that says that such a record was made: "customers who bought".
_VERB = re.compile(
    r"(?<=\w)\s+(?=(?:bought|ordered|purchased|called|phoned|contacted|visited|met|e-?mailed)\b)",
    re.IGNORECASE,
)
_GROUPED = re.compile(
    r"\b(?:which|what|whose)\s+(?:of (?:our|the|my)\s+)?(?:[\w-]+\s+)?$", re.IGNORECASE
)
_GROUPING = frozenset({"account", "contact", "product"})
_ALSO_RECORDED = frozenset({None, "call"})  # a recorded call is such an interaction too
_UNOWNED = re.compile(
    r"\b(?:unassigned|unowned|(?:not|n['’]t) (?:yet )?assigned(?: to (?:anyone|anybody|someone))?|"
    r"(?:that )?(?:nobody|no one) (?:owns|handles|looks after))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Relations:
    """What was found, the words without it, and the periods that belong to it."""

    related: tuple[Related, ...]
    blanks: tuple[Blank, ...]
    words: str
    periods: tuple[Period, ...] = ()


def find_relations(words: str, periods: Sequence[Period]) -> Relations:
    """All that rows must have or lack, in the order in which it is said."""
    related: list[Related] = []
    blanks: list[Blank] = []
    taken: list[Period] = []
    if match := _UNOWNED.search(words):
        blanks.append(Blank("owner", present=False))
        words = _without(words, match.start(), match.end())
    for present, intro in ((False, _ABSENT), (True, _PRESENT), (True, _VERB)):
        for match in intro.finditer(words):
            named = noun_before(words, match.start())
            if named is None or not words[match.start() : match.end() + 1].strip():
                continue
            head, at, end = named
            if intro is _VERB and words[: match.start()].rstrip() != words[:end].rstrip():
                continue
            if not related and present and head in _GROUPING and _GROUPED.search(words[:at]):
                # "Which customers have open tickets" counts the tickets of each.
                continue
            lacks = present or _LACKS.search(match.group())
            blank = _blank(words, match.end(), head, present=present) if lacks else None
            if blank is not None:
                blanks.append(Blank(blank[0], present))
                words = _without(words, match.start(), blank[1])
                continue
            found = _related(words, match, head, present=present)
            if found is None:
                continue
            one, end = found
            mine = [period for period in periods if period.first >= match.start()]
            if mine and period_is_of(head, one, mine[0], end):
                taken.append(mine[0])
                queries = tuple(replace(query, period=mine[0]) for query in one.queries)
                one = replace(one, queries=queries)
            related.append(replace(one, first=match.start()))
            words = _without(words, match.start(), end)
    return Relations(tuple(related), tuple(blanks), words, tuple(taken))


def period_is_of(head: str, related: Related, period: Period, end: int) -> bool:
    """Whether a period after the noun tells when that was, not when the rows themselves were."""
    return period.first >= end - 1 and head != related.queries[0].kind


def _without(words: str, first: int, last: int) -> str:
    return words[:first] + " " * (last - first) + words[last:]


def _blank(words: str, at: int, head: str, *, present: bool) -> tuple[str, int] | None:
    """A field of the head's kind right after the introduction."""
    best: tuple[str, int] | None = None
    for name, pattern in FIELDS.get(head, {}).items():
        match = re.compile(rf"{_DETERMINERS}(?P<field>{pattern.pattern})", re.IGNORECASE).match(
            words, at
        )
        if match is None or name in _NEVER_BLANK or (present and name in _VALUED):
            continue
        if conditions_of(match["field"], head)[0]:
            continue
        if best is None or match.end() > best[1]:
            best = name, match.end()
    return best


# "Not shipped" is a status and "not won" a condition, not a lack of one.
_NEVER_BLANK = frozenset({"status", "stage", "active"})
# "With status open" names a value; that a status is there at all is nobody's question.
_VALUED = frozenset(
    {"status", "stage", "priority", "category", "lead_source", "deal_type", "industry", "city",
     "country", "amount", "total", "family", "method", "opened_at", "closed_at", "ordered_at",
     "issued_on", "discount_percent", "title", "contact_role", "company", "account", "active",
     "probability", "annual_revenue", "employees"}
)  # fmt: skip


def _related(
    words: str, intro: re.Match[str], head: str, *, present: bool
) -> tuple[Related, int] | None:
    best: tuple[str, re.Match[str]] | None = None
    for kind, pattern in cues.KINDS.items():
        if kind == head or (present and kind == "account"):
            continue
        match = re.compile(
            rf"{_DETERMINERS}{_ADJECTIVES}(?P<noun>{pattern.pattern})", re.IGNORECASE
        ).match(words, intro.end())
        if match is None:
            continue
        # "Call notes" are notes: of nouns that begin alike the longest is meant.
        if best is None or (-match.start("noun"), match.end()) > (
            -best[1].start("noun"), best[1].end(),
        ):  # fmt: skip
            best = kind, match
    if best is None:
        return None
    kind, match = best
    if present and not _may_be_had(match):
        return None
    after = re.compile(_AFTERWARDS, re.IGNORECASE).match(words, match.end())
    end = after.end() if after else match.end()
    said = words[match.start() : end]
    conditions, left = conditions_of(said, kind)
    channel = channel_of(match["noun"]) if kind == "interaction" else None
    unread = _values(left, match)
    queries = [_query(kind, conditions, channel)]
    if kind == "interaction" and channel in _ALSO_RECORDED and not unread:
        queries.append(_query("call", (), None))
    return Related(present, tuple(queries), unread), end


def _may_be_had(match: re.Match[str]) -> bool:
    return not match["noun"].casefold().endswith("ing")


def _query(kind: str, conditions: tuple[str, ...], channel: str | None) -> TypedQuery:
    return TypedQuery(kind, shape=Shape.LIST, conditions=conditions, channel=channel)


def _values(left: str, match: re.Match[str]) -> tuple[Words, ...]:
    adjectives = match["adjectives"].strip()
    kept = [
        word for word in adjectives.split()
        if word.casefold() not in STOPWORDS and word in left
    ]  # fmt: skip
    if not kept:
        return ()
    first = match.start("adjectives")
    return (Words(" ".join(kept), first, first + len(adjectives)),)
