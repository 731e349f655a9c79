"""A question read as a computation; only where every word of it is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from assistant.chat.asking import Asking
from assistant.chat.meaning.assembling import Reading, parts_of, resolved_of
from assistant.chat.meaning.attach import said_of
from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.compose import head_of
from assistant.chat.meaning.fitting import is_left_to_others, leans
from assistant.chat.meaning.items import Text, items_of
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.one import fields_asked, means_one, one_meant, without_items
from assistant.chat.meaning.querying import query_of
from assistant.chat.meaning.schema import schema_of
from assistant.chat.meaning.stretches import said_apart
from assistant.chat.names import Mention
from assistant.chat.question.bounds import currency_named
from assistant.chat.question.periods import find_periods
from assistant.chat.question.plan import Shape
from assistant.chat.typed.catalogue import CATALOGUE

_MOST_WORDS = 60


_MOST_PARTS = 4


def read(
    session: Session, asking: Asking, text: str, mentions: Sequence[Mention]
) -> Reading | None:
    """The computation that the text asks for; None where it asks for none."""
    masked = _without_names(text, mentions)
    if len(text.split()) > _MOST_WORDS or leans(masked, asking, mentions):
        return None
    schema = asking.vocabulary.once(
        session, asking.principal, "schema", lambda: schema_of(session, asking)
    )
    periods = find_periods(masked, asking.now, asking.calendar)
    periods = said_apart(masked, periods, asking)
    items = items_of(Text(text, mentions, periods, schema.index, schema.headers()))
    clause = Clause(items)
    head = head_of(clause, schema)
    if head is None or is_left_to_others(clause, schema, head):
        return None
    said = said_of(clause, schema, head)
    if means_one(clause, head):
        return one_meant(session, asking, clause, head, said, masked)
    query = query_of(clause, schema, head, said)
    if query is None:
        return None
    if CATALOGUE[head.kind].amount and (head.kind, "currency") in schema.filled:
        query = replace(query, currency=currency_named(masked))
    left = tuple(item.text for item in clause.left())
    query = replace(query, period=said.periods[0] if said.periods else None)
    whole = resolved_of(asking, query, said)
    together = clause.any(Cat.SUM) and not head.gap
    parts = parts_of(whole, said, together=together)
    of_row = query.shape in {Shape.TOP, Shape.LATEST, Shape.FIRST}
    fields = fields_asked(without_items(masked, clause), head.kind) if of_row else ()
    return Reading(
        tuple(parts[:_MOST_PARTS]),
        tuple(said.entities),
        said.unclear,
        left,
        fields,
        periods=tuple(said.periods),
    )


def _without_names(text: str, mentions: Sequence[Mention]) -> str:
    for one in mentions:
        text = text[: one.first] + "■" * (one.last - one.first) + text[one.last :]
    return text
