"""Questions that other readers are for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.chat.asking import Asking
from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.head import Head
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.schema import Schema
from assistant.chat.names import Mention
from assistant.chat.question.cues import REFERS

_PRONOUNS = re.compile(
    r"\b(?:they|them|their|theirs|it|its|he|she|his|her|him|that one|this one)\b", re.IGNORECASE
)


_CUSTOMERS = re.compile(r"(?:customer|client)s?", re.IGNORECASE)
_PROSPECTS = re.compile(r"\bprospects?\b", re.IGNORECASE)


def leans(text: str, asking: Asking, mentions: Sequence[Mention]) -> bool:
    """Whether the question is about what the conversation is about: "that deal", "theirs"."""
    spoken_of = bool(asking.remembered) or asking.page is not None
    pronoun = spoken_of and not mentions and _PRONOUNS.search(text) is not None
    on_a_page = asking.page is not None and not mentions
    return pronoun or on_a_page or REFERS.search(text) is not None


def is_left_to_others(clause: Clause, schema: Schema, head: Head) -> bool:
    """What other readers are for: whether something is so, leads by their scores, prospects that
    are accounts, and groups that have none of the rows."""
    if head.kind == "interaction":
        return True  # by their channels, logged and recorded ones together
    if head.kind == "account" and any(_CUSTOMERS.fullmatch(item.text) for item in clause.items):
        # Where the records give accounts that status, the noun is a condition.
        return any(one.column == "status" for one in schema.index.find("customer"))
    first = clause.items[0] if clause.items else None
    if first is not None and first.has(Cat.IS) and not (head.unit or head.gap or head.outlier):
        return True
    if any(_PROSPECTS.fullmatch(item.text) for item in clause.items):
        return True
    unmeasured = head.measure is None and head.group is None and not head.unit
    if head.kind == "lead" and head.extreme and unmeasured:
        return True
    by = [clause.after(at, Cat.FREE) for at in clause.places(Cat.BY)]
    if head.group is None and any(at is not None and clause.items[at].has(Cat.COLUMN) for at in by):
        return True
    return any(_lacks(clause, at) for at in clause.places(Cat.NEGATION))


def _lacks(clause: Clause, at: int) -> bool:
    """Whether those by whom rows are put together are said to have none: "reps with no deals"."""
    before = clause.before(at, Cat.IS, Cat.FREE, Cat.WITH, Cat.RELATIVE)
    named = set(clause.items[before].of(Cat.KIND)) if before is not None else set()
    return bool(named & {"account", "contact", "product", "owner"})
