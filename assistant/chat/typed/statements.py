"""From a result to sentences, written by code; every number in them was computed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.chat.answers import Citation, Draft
from assistant.chat.question.plan import Measure, Shape, TypedQuery
from assistant.chat.typed.cards import card, cite, subject_of
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.phrases import (
    bound_in_words,
    column_words,
    counted,
    duration,
    field_noun,
    join,
    none_seen,
    percent,
    rows_in_words,
)
from assistant.chat.typed.query import Group, Resolved, Result, Row
from assistant.chat.typed.rows import money
from assistant.chat.typed.trends import Statement, cents, trend
from assistant.crm.hygiene.iso import country_name

_RUNNERS_UP = 2
_NAMED_GROUPS = frozenset(
    {"owner", "account", "product", "team", "region", "state", "country", "city", "industry"}
)


def statements(result: Result, fields: Sequence[str] = ()) -> list[Draft]:
    """The sentences that say the result; none where nothing matched what had to be found.

    `fields` are those asked for of a single row ("the status of the latest order").
    """
    shape = result.resolved.query.shape
    if shape in {Shape.LATEST, Shape.FIRST, Shape.TOP}:
        return _in_order(result, fields)
    if shape is Shape.LIST:
        counted_rows = _computed(result, [Statement(_count(result))])
        return counted_rows + [card(row) for row in result.rows] if result.rows else counted_rows
    said = {
        Shape.VALUE: _values,
        Shape.RANK: _ranking,
        Shape.TREND: trend,
    }[shape](result)
    return _computed(result, said)


def _in_order(result: Result, fields: Sequence[str]) -> list[Draft]:
    """One row by its place, with every condition it had to meet; several after what they are."""
    query = result.resolved.query
    if query.limit > 1:
        if not result.rows:
            return []
        words = rows_in_words(result.resolved, result.total)
        several = _several_currencies(result)
        place = _PLACES[_place(query)].format(number=query.limit if several else len(result.rows))
        verb = "is" if result.total == 1 else "are"
        rest = f"; {place} follow" if result.total > len(result.rows) or several else ""
        said = f"There {verb} {result.total} {words}{rest}."
        if several:
            said = said.replace(" follow.", " of each currency follow.")
        return _computed(result, [Statement(said)]) + [card(row, fields) for row in result.rows]
    words = rows_in_words(result.resolved, 1)
    several = _several_currencies(result)
    if (query.column or "").startswith("number:") or query.column == "duration":
        return _computed(result, [Statement(_foremost(result))]) if result.rows else []
    drafts = []
    for row in result.rows:
        currency = f" in {dict(row.fields).get('currency', 'no currency')}" if several else ""
        drafts.append(card(row, fields, f"{_place(query)} {words}{currency}"))
    return drafts


def _foremost(result: Result) -> str:
    """ "Harbour Mills has the most employees of accounts: 3,400."; equals are named together."""
    query = result.resolved.query
    names = join([subject_of(row) for row in result.rows])
    names = names[0].upper() + names[1:]
    words = rows_in_words(result.resolved)
    if query.column == "duration":
        least = "shortest" if query.least else "longest"
        from_to = _from_to(result.resolved)
        took = _took(result.rows[0])
        return f"{names} took the {least} {from_to} of {words}: {took}."
    name = (query.column or "").removeprefix("number:")
    shown = dict(result.rows[0].fields).get(name, "")
    have = "has" if len(result.rows) == 1 else "have"
    least = "lowest" if query.least else "highest"
    return f"{names} {have} the {least} {field_noun(name)} of {words}: {shown}."


def _took(row: Row) -> str:
    return duration(Decimal(str(row.seconds or 0)))


_PLACES = {
    "latest": "the newest {number}", "first": "the first {number}", "oldest": "the oldest {number}",
    "largest": "the {number} largest", "smallest": "the {number} smallest",
    "best scored": "the {number} with the highest scores",
    "worst scored": "the {number} with the lowest scores",
}  # fmt: skip


def _place(query: TypedQuery) -> str:
    if query.shape is Shape.LATEST or query.column == "date":
        return "latest"
    if query.shape is Shape.FIRST or query.column == "age":
        return "oldest" if query.column == "age" else "first"
    if query.column == "score":
        return "worst scored" if query.least else "best scored"
    return "smallest" if query.least else "largest"


def _several_currencies(result: Result) -> bool:
    """Whether rows that are put in order by amount are in several currencies."""
    ranked = result.resolved.query.shape is Shape.TOP and result.resolved.query.column == "amount"
    return ranked and len({dict(row.fields).get("currency") for row in result.rows}) > 1


def _computed(result: Result, said: Sequence[Statement]) -> list[Draft]:
    """Each statement with the query it comes from and the rows the query used."""
    query = query_citation(result)
    rows = tuple(cite(row) for row in result.rows)
    return [
        Draft(statement.text, (query, *rows) if statement.rows else (query,), computed=True)
        for statement in said
    ]


def query_citation(result: Result) -> Citation:
    """The computation itself, as something that can be cited and compared."""
    query = result.resolved.query
    words = rows_in_words(result.resolved)
    by = (
        f" by {column_words(query.group or query.unit)}"
        if query.shape in {Shape.RANK, Shape.TREND}
        else ""
    )
    quote = f"{query.measure.value} of {words}{by}: {counted(result.total, 'row', 'rows')}"
    digest = hashlib.sha256(repr(result.resolved).encode()).hexdigest()[:24]
    return Citation("query", f"qry_{digest}", 1, quote, title="Computed")


def _count(result: Result) -> str:
    words = rows_in_words(result.resolved, result.total)
    if not result.total:
        return f"There are {none_seen(words)}."
    verb = "is" if result.total == 1 else "are"
    shown = len(result.rows)
    follow = "follow" if result.resolved.query.shape is Shape.LIST else "are cited"
    more = f"; the newest {shown} {follow}" if 0 < shown < result.total else ""
    return f"There {verb} {result.total} {words}{more}."


def _values(result: Result) -> list[Statement]:
    query = result.resolved.query
    words = rows_in_words(result.resolved)
    subject = words[0].upper() + words[1:]
    if query.measure is Measure.COUNT:
        return [Statement(_count(result))]
    if query.measure is Measure.QUANTITY:
        pieces = int(sum(group.value for group in result.values))
        return [Statement(f"{subject} come to {counted(pieces, 'piece', 'pieces')}.")]
    if query.measure is Measure.HANDOVERS and query.amount is not None:
        often = bound_in_words(query.amount)
        bare = rows_in_words(replace(result.resolved, query=replace(query, amount=None)))
        be = "is" if result.total == 1 else "are"
        return [Statement(f"There {be} {result.total} {bare} handed over {often} times.")]
    if query.measure is Measure.HANDOVERS:
        times = (
            "once" if result.total == 1 else f"{result.total} times" if result.total else "never"
        )
        return [Statement(f"{subject} were handed over {times}.")]
    if not result.values:
        return [Statement(f"There are {none_seen(words)}.")] if not result.total else []
    said = []
    if query.measure is Measure.DURATION and [group.rows for group in result.values] == [1]:
        words = rows_in_words(result.resolved, 1)
        subject = words[0].upper() + words[1:]
    for group in result.values:
        text = f"{subject} {_verb(query.measure, group, result.resolved)}."
        said.append(Statement(text))
    for group in result.compared:
        whole = _verb(query.measure, group, result.resolved)
        said.append(Statement(f"Over all owners that you can see they {whole}.", rows=False))
    return said


def _verb(measure: Measure, group: Group, resolved: Resolved) -> str:
    kind = CATALOGUE[resolved.query.kind]
    over = counted(group.rows, kind.singular, kind.plural)
    if measure is Measure.SUM:
        net = " net" if resolved.query.net else ""
        return f"come to {money(group.value, group.currency)}{net} in all, over {over}"
    if measure is Measure.AVERAGE:
        return f"average {money(cents(group.value), group.currency)} each, over {over}"
    if measure is Measure.DURATION and group.rows == 1:
        return f"took {duration(group.value)} {_from_to(resolved)}"
    if measure is Measure.DURATION:
        return f"took {duration(group.value)} on average {_from_to(resolved)}, over {over}"
    part = int(group.value * group.rows + Decimal("0.5"))
    done = "were won" if kind.name == "deal" else "were converted"
    return f"{done} in {part} of {group.rows} cases, which is {percent(group.value)}"


def _from_to(resolved: Resolved) -> str:
    return {
        "ticket": "from opening to first response"
        if resolved.query.column == "response"
        else "from opening to closing",
        "deal": "from opening to signing",
        "lead": "from opening to conversion",
        "invoice": "from issue to payment",
    }[resolved.query.kind]


def _ranking(result: Result) -> list[Statement]:
    query = result.resolved.query
    words = rows_in_words(result.resolved)
    if query.measure is Measure.HANDOVERS and not result.total:
        return [Statement(f"There are no hand-overs of {words} recorded that you can see.")]
    if not result.groups and query.group_total is not None:
        bound = bound_in_words(query.group_total)
        having = f"{query.group} with {words} of {bound} in all"
        return [Statement(f"There is {none_seen(having)}.")]
    if not result.groups:
        return [
            Statement(
                f"There are {none_seen(f'{words} with a known {column_words(str(query.group))}')}."
            )
        ]
    said = []
    if query.group_size is not None and query.group in CATALOGUE:
        said.append(Statement(_how_many_groups(result, words), rows=False))
    for currency in dict.fromkeys(group.currency for group in result.groups):
        groups = [group for group in result.groups if group.currency == currency]
        first = [group for group in groups if group.value == groups[0].value]
        limit = max(query.limit, len(first))
        said.append(Statement(_first_place(result, first, words)))
        others = groups[len(first) : max(limit, len(first) + _RUNNERS_UP)]
        if others:
            listed = join(
                [f"{_label(result, group)} with {_amount(result, group)}" for group in others]
            )
            said.append(Statement(f"Next: {listed}.", rows=False))
    return said


def _how_many_groups(result: Result, words: str) -> str:
    """ "3 accounts have more than 2 orders"."""
    query = result.resolved.query
    kind = CATALOGUE[query.group or ""]
    number = len({group.key for group in result.groups})
    have = "has" if number == 1 else "have"
    size = bound_in_words(query.group_size) if query.group_size else "any"
    return f"{counted(number, kind.singular, kind.plural)} {have} {size} {words}."


def _first_place(result: Result, first: Sequence[Group], words: str) -> str:
    query = result.resolved.query
    names = join([_label(result, group) for group in first])
    names = names[0].upper() + names[1:]
    have = "has" if len(first) == 1 else "each have"
    size = (
        f", counting only those with {bound_in_words(query.group_size)}" if query.group_size else ""
    )
    if query.group_total:
        size += f", counting only those with {bound_in_words(query.group_total)} in all"
    return f"{names} {have} {_superlative(result)} {words}{size}: {_amount(result, first[0])}."


def _label(result: Result, group: Group) -> str:
    """A name as it is; a value with the word for what it is a value of."""
    by = result.resolved.query.group or ""
    if by == "country":
        return country_name(group.label) if len(group.label) == 2 else group.label
    return group.label if by in _NAMED_GROUPS else f"{column_words(by)} “{group.label}”"


def _superlative(result: Result) -> str:
    query = result.resolved.query
    if query.measure is Measure.COUNT:
        return "the fewest" if query.least else "the most"
    if query.measure is Measure.HANDOVERS:
        handed = "hand-overs received of" if query.receiver else "hand-overs of"
        return f"the fewest {handed}" if query.least else f"the most {handed}"
    if query.measure is Measure.DURATION:
        least = "shortest" if query.least else "longest"
        return f"the {least} average time {_from_to(result.resolved)} of"
    if query.measure is Measure.QUANTITY:
        return "the fewest pieces in" if query.least else "the most pieces in"
    what = {Measure.SUM: "total", Measure.AVERAGE: "average", Measure.SHARE: "share"}[query.measure]
    part = " won" if query.kind == "deal" else " converted"
    share = part if query.measure is Measure.SHARE else ""
    return f"the {'lowest' if query.least else 'highest'} {what}{share} of"


def _amount(result: Result, group: Group) -> str:
    query, kind = result.resolved.query, CATALOGUE[result.resolved.query.kind]
    rows = counted(group.rows, kind.singular, kind.plural)
    if query.measure is Measure.COUNT:
        return rows
    if query.measure is Measure.HANDOVERS:
        times = counted(int(group.value), "hand-over", "hand-overs")
        return f"{times} over {rows}"
    if query.measure is Measure.QUANTITY:
        return f"{counted(int(group.value), 'piece', 'pieces')} over {rows}"
    if query.measure is Measure.DURATION:
        return f"{duration(group.value)} over {rows}"
    if query.measure is Measure.SHARE:
        return f"{percent(group.value)} of {rows}"
    amount = cents(group.value) if query.measure is Measure.AVERAGE else group.value
    return f"{money(amount, group.currency)} over {rows}"
