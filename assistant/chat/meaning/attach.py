"""Everything that a question says of the rows it is about."""

from __future__ import annotations

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.denying import take_excepted
from assistant.chat.meaning.head import Head
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.limiting import take_limits
from assistant.chat.meaning.narrowing import within
from assistant.chat.meaning.relating import take_relations
from assistant.chat.meaning.said import Said
from assistant.chat.meaning.schema import Schema


def said_of(clause: Clause, schema: Schema, head: Head) -> Said:
    """Everything in the clause that narrows the rows of the head's kind."""
    said = Said(head.kind)
    take_relations(clause, schema, head, said)
    take_excepted(clause, schema, said)
    _mine(clause, said)
    within(clause, schema, said, range(len(clause.items)), head)
    take_limits(clause, schema, said, head)
    return said


def _mine(clause: Clause, said: Said) -> None:
    for at in clause.places(Cat.MINE):
        before = clause.items[at - 1].text.casefold() if at else ""
        said.mine = said.mine or before not in {"show", "tell", "give"}
        clause.take(at)
