"""Other records that must stand beside the rows, or must not."""

from __future__ import annotations

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.head import Head
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.narrowing import within
from assistant.chat.meaning.said import Said
from assistant.chat.meaning.schema import ASKED, Schema
from assistant.chat.meaning.telling import take_event
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.links import linked_by


def take_relations(clause: Clause, schema: Schema, head: Head, said: Said) -> None:
    """Other records that must stand beside the rows, or must not."""
    end = len(clause.items)
    for at in reversed(clause.places(Cat.NEGATION, Cat.WITH, Cat.RELATIVE, Cat.EVENT)):
        if at in clause.used or at >= end:
            continue
        region = range(at, end)
        if any(clause.items[one].has(Cat.COMMA) for one in region if one > at + 1):
            region = range(
                at, next(one for one in region if one > at + 1 and clause.items[one].has(Cat.COMMA))
            )
        kind = _other_kind(clause, head, region)
        if kind is None:
            continue
        other = Said(kind)
        negation = [
            one
            for one in (at, at - 1)
            if one >= 0 and clause.items[one].has(Cat.NEGATION) and one not in clause.used
        ]
        clause.take(at, *negation)
        _take_nouns(clause, kind, region)
        within(clause, schema, other, region)
        _mine_of(clause, other, region)
        said.related.append((not negation, other))
        end = at


def _mine_of(clause: Clause, other: Said, region: range) -> None:
    """Verbs such as "have" and "placed" around the noun are said by the relation itself."""
    for at in region:
        if (
            clause.items[at].has(Cat.EVENT)
            and at not in clause.used
            and take_event(clause, other, at)
        ):
            continue


def _take_nouns(clause: Clause, kind: str, region: range) -> None:
    for at in region:
        if kind in clause.items[at].of(Cat.KIND):
            clause.take(at)


# Those of whom verbs are said: "customers who bought", "products that were ordered".
_DOERS = frozenset({"account", "contact", "product"})


def _other_kind(clause: Clause, head: Head, region: range) -> str | None:
    first = clause.items[region.start]
    own = CATALOGUE[head.kind]
    named = [
        kind for at in region if at not in clause.used for kind in clause.items[at].of(Cat.KIND)
    ]  # fmt: skip
    if head.kind in named:
        return None
    by_event = [
        one.partition(".")[0] for of in first.of(Cat.EVENT) for one in of.split()
    ] if first.has(Cat.EVENT) else []  # fmt: skip
    if head.kind in by_event or (by_event and head.kind not in _DOERS):
        return None
    if "handover" in by_event:
        return None
    for kind in [*named, *by_event]:
        if kind in ASKED and kind not in {head.kind, head.group, "account"}:
            if first.has(Cat.EVENT) and kind not in by_event and by_event:
                continue
            if linked_by(own.name, CATALOGUE[kind], frozenset(own.links)):
                return kind
    return None
