"""One row in a sentence: what it is, and the fields that were asked for or that matter."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.chat.answers import Citation, Draft
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.phrases import CHANNELS, column_words
from assistant.chat.typed.query import Row
from retrieval.evidence import Source

_NAMED = frozenset({"account", "contact", "lead", "product", "article", "policy"})
_QUOTED = frozenset({"interaction", "call", "task", "deal"})


def card(row: Row, fields: Sequence[str] = (), which: str = "") -> Draft:
    """ "Ticket T-300 of Acme: status open, opened 4 May 2026."; `which` is its place in an order,
    "oldest open ticket"."""
    values = dict(row.fields)
    asked = [name for name in fields if name in values]
    names = asked or [name for name in CATALOGUE[row.kind].shown if name in values]
    said = ", ".join(f"{column_words(name)} {values[name]}" for name in names)
    subject = subject_of(row)
    if which:
        told = row.account is not None and f"of {row.account}" in which
        subject = f"The {which} is {_title(row)}{'' if told else _of_account(row)}"
    else:
        subject = subject[0].upper() + subject[1:]
    text = f"{subject}: {said}." if said else f"{subject} is on record."
    cited = cite(row, asked)
    return Draft(text, (cited,), sources(row), of_row=True)


def subject_of(row: Row) -> str:
    """The row as a sentence names it: "ticket T-300 of Acme", "Dana Fox of Acme"."""
    noun = "" if row.kind in _NAMED else f"{_noun(row)} "
    return " ".join(f"{noun}{_title(row)}{_of_account(row)}".split())


def _noun(row: Row) -> str:
    channel = dict(row.fields).get("channel", "")
    if row.kind == "interaction" and channel in CHANNELS:
        return CHANNELS[channel][0]
    return CATALOGUE[row.kind].singular


def _title(row: Row) -> str:
    values = dict(row.fields)
    titles = dict.fromkeys(values.get(name, "") for name in CATALOGUE[row.kind].title)
    said = [title for title in titles if title]
    if not said:
        return row.title if row.kind in _NAMED else ""
    first, *rest = said
    shown = f"“{first}”" if row.kind in _QUOTED else first
    return " ".join([shown, *(f"({title})" for title in rest)])


def _of_account(row: Row) -> str:
    return f" of {row.account}" if row.account and row.kind != "account" else ""


def cite(row: Row, fields: Sequence[str] = ()) -> Citation:
    """The row at the version that was read, with the fields that matter as its quote."""
    values = dict(row.fields)
    kind = CATALOGUE[row.kind]
    names = [name for name in fields or (*kind.title, *kind.shown) if name in values]
    quote = "; ".join(f"{column_words(name)}: {values[name]}" for name in names)
    field = fields[0] if len(fields) == 1 else None
    return Citation(
        row.kind, row.id, row.version, quote, field=field, account_id=row.account_id,
        title=row.title,
    )  # fmt: skip


def sources(row: Row) -> tuple[Source, ...]:
    """The row's fields as evidence."""
    return tuple(
        Source(value, field=column_words(name), entities=_about(row)) for name, value in row.fields
    )


def _about(row: Row) -> tuple[str, ...]:
    values = dict(row.fields)
    kind = CATALOGUE[row.kind]
    about = [kind.singular, _noun(row), *(values[name] for name in kind.title if name in values)]
    return tuple(dict.fromkeys([*about, *([row.account] if row.account else [])]))
