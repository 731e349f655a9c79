"""Conditions, verbs, values and names: what single words say of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.head import Head
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.linking import Candidate
from assistant.chat.meaning.said import Said
from assistant.chat.meaning.schema import Schema
from assistant.chat.names import Mention
from assistant.chat.question.plan import Measure
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.links import linked_by
from assistant.chat.typed.query import Scope, ValueFilter
from assistant.chat.typed.selection import REACHED, takes_scope
from assistant.crm.hygiene.iso import country_name


def take_condition(
    clause: Clause, schema: Schema, said: Said, at: int, *, negated: bool = False
) -> bool:
    """Let the word at `at` be a condition ("open"); False where the rows' kind has none such."""
    item = clause.items[at]
    known = set(schema.conditions(said.kind))
    names = [name for name in item.of(Cat.CONDITION) if name in known]
    # "Still open" with the status "Open" among others: what the records say counts.
    if not names:
        return False
    name = _opposite(said.kind, names[0]) if negated else names[0]
    if name not in said.conditions:
        said.conditions.append(name)
    clause.take(at)
    return True


_OPPOSITES = {
    ("ticket", "open"): "closed", ("ticket", "closed"): "open", ("deal", "open"): "closed",
    ("deal", "closed"): "open", ("invoice", "paid"): "unpaid", ("invoice", "unpaid"): "paid",
    ("order", "cancelled"): "standing", ("task", "done"): "open", ("task", "open"): "done",
}  # fmt: skip


def _opposite(kind: str, name: str) -> str:
    return _OPPOSITES.get((kind, name), f"not {name}")


# Without a stretch of time these say nothing of a row.
_TO_COME = frozenset({"due", "expected", "valid", "renewal"})


def take_event(clause: Clause, said: Said, at: int, *, negated: bool = False) -> bool:
    """A verb that is said of the rows: which of their moments, and what it makes of them."""
    for of in clause.items[at].of(Cat.EVENT):
        for one in of.split():
            what, _, condition = one.partition(":")
            kind, _, moment = what.partition(".")
            if kind != said.kind and kind != "handover":
                continue
            if moment in _TO_COME and not clause.any(Cat.PERIOD):
                continue
            if condition and condition not in said.conditions:
                said.conditions.append(_opposite(kind, condition) if negated else condition)
            if moment in CATALOGUE[said.kind].moments and not negated and said.moment is None:
                said.moment = moment
            clause.take(at)
            return True
    return False


def take_stage(clause: Clause, said: Said, at: int, head: Head | None) -> bool:
    """ "That reached the offer": deals that were ever in a stage; of a share, the second is the
    part that is counted."""
    after = clause.after(at, Cat.FREE)
    if said.kind != "deal" or after is None:
        return False
    stage = next((one for one in clause.items[after].values if one.column == "stage"), None)
    if stage is None:
        return False
    ever = ValueFilter(REACHED, stage.values, " or ".join(stage.values))
    counted = head is not None and head.measure is Measure.SHARE and bool(said.filters)
    (said.part if counted else said.filters).append(ever)
    clause.take(at, after)
    return True


def take_value(
    clause: Clause,
    schema: Schema,
    said: Said,
    at: int,
    *,
    negated: bool = False,
) -> bool:
    """Let the word at `at` be a value of a column of the rows; False where none has it."""
    item = clause.items[at]
    team = next((one for one in item.values if one.kind == "team"), None)
    grouped = any(name.endswith(("team", "group")) for name in _beside(clause, at))
    found = (
        None if team and grouped else _reached(schema, said.kind, item.values, _beside(clause, at))
    )
    if (
        found is None
        and team is not None
        and not negated
        and (grouped or all(one.kind == "team" for one in item.values))
    ):
        said.scopes.append(Scope("team", team.column, team.values[0]))
        clause.take(at)
        _take_column_noun(clause, at, "team")
        return True
    if found is not None:
        one, column = found
        said.filters.append(ValueFilter(column, one.values, _label(column, one.values), negated))
        clause.take(at)
        _take_column_noun(clause, at, column)
        return True
    product = [one for one in item.values if one.kind == "product" and "extra" not in one.column]
    if said.kind not in _ABOUT_PRODUCTS:
        product = [one for one in product if one.column != "name"]
    after = clause.items[at + 1] if at + 1 < len(clause.items) else None
    if after is not None and "owner" in after.of(Cat.KIND):
        product = []  # "service agent" is a colleague, whatever product line is called so
    if product and linked_by(
        said.kind, CATALOGUE["product"], frozenset(CATALOGUE[said.kind].links)
    ):
        other = Said("product")
        one = product[0]
        other.filters.append(ValueFilter(one.column, one.values, " or ".join(one.values)))
        said.related.append((not negated, other))
        clause.take(at)
        return True
    return False


# Whose products may be named by a word of their names alone.
_ABOUT_PRODUCTS = frozenset({"ticket", "order", "quote"})


def _label(column: str, values: Sequence[str]) -> str:
    """The values as they are told: countries by their names."""
    country = column.endswith("country")
    return " or ".join(country_name(one) if country and len(one) == 2 else one for one in values)


def _reached(
    schema: Schema, kind: str, values: Sequence[Candidate], nouns: Sequence[str]
) -> tuple[Candidate, str] | None:
    """The value that rows of the kind may have, one beside its column's noun before others."""
    reached = [
        (one, column) for one in values
        if (column := schema.column_for(kind, one.kind, one.column)) is not None
    ]  # fmt: skip
    if not reached:
        return None
    reached.sort(
        key=lambda pair: (
            not any(noun.endswith(pair[0].column) for noun in nouns),
            pair[0].kind != kind,
            pair[0].column.startswith("extra"),
        )
    )
    return reached[0]


def _beside(clause: Clause, at: int) -> list[str]:
    """The columns whose nouns stand right beside a value."""
    found: list[str] = []
    for place in (at - 1, at + 1, at - 2):
        if 0 <= place < len(clause.items):
            found += clause.items[place].of(Cat.COLUMN)
    return found


def _take_column_noun(clause: Clause, at: int, column: str) -> None:
    for place in (at - 1, at + 1, at - 2, at - 3, at + 2):
        if 0 <= place < len(clause.items) and any(
            name.rpartition(".")[2] == column.rpartition(".")[2]
            or name == column
            or (column == "team" and name == "team")
            for name in clause.items[place].of(Cat.COLUMN)
        ):
            clause.take(place)


def take_entity(clause: Clause, said: Said, at: int) -> None:
    """Let the record named at `at` narrow the rows, where they can be of such a record."""
    item = clause.items[at]
    options = item.options
    kind = CATALOGUE[said.kind]
    taker = clause.items[at - 1].text.casefold() == "to" if at else False
    if taker and said.kind == "ticket" and said.scopes and options[0].kind == "owner":
        said.scopes.append(Scope("receiver", options[0].id, options[0].name))
        clause.take(at)
        return
    fitting = tuple(one for one in options if takes_scope(kind, Scope(one.kind, one.id, one.name)))
    if not fitting:
        return
    if len(fitting) > 1:
        said.unclear = said.unclear or replace(item.entity or Mention(0, 0, ()), options=fitting)
    one = fitting[0]
    _take_column_noun(clause, at, "owner" if one.kind == "owner" else one.kind)
    said.entities.append(one)
    said.scopes.append(Scope(one.kind, one.id, one.name))
    clause.take(at)
