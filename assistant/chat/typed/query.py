"""A typed query as it is run: the parsed computation with every name resolved to ids and values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from assistant.chat.question.plan import TypedQuery


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows of this record only: an account, a contact, a product, a deal, a lead or an owner; or
    of any of several (`also`)."""

    kind: str
    record_id: str
    label: str
    also: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.record_id, *self.also)


@dataclass(frozen=True, slots=True)
class ValueFilter:
    """Rows whose column (or whose account's column) has one of these values, case ignored; or
    (`negated`) has none of them."""

    column: str
    values: tuple[str, ...]
    label: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """Rows beside which one of these other rows stands, or (not `present`) none of them."""

    present: bool
    rows: tuple[Resolved, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is computed, for whom rows count as "mine", and as of when."""

    query: TypedQuery
    now: datetime
    today: date  # in the asker's zone
    zone: str
    fiscal_year_start_month: int = 1
    scopes: tuple[Scope, ...] = ()
    filters: tuple[ValueFilter, ...] = ()
    topic: tuple[str, ...] = ()  # stems that a row's text must all hold
    topic_words: tuple[str, ...] = ()  # the same as they were written
    linked: tuple[Linked, ...] = ()
    only: tuple[str, ...] | None = None  # rows of these ids
    part: Resolved | None = None  # of a share: the rows that are counted among all


@dataclass(frozen=True, slots=True)
class Row:
    """A row that a result rests on, with the fields that an answer may show."""

    kind: str
    id: str
    version: int
    account_id: str | None
    title: str
    fields: tuple[tuple[str, str], ...]  # (name, shown value), empty ones left out
    account: str | None = None
    seconds: float | None = None  # from its beginning to its end, where it has come to one
    at: str = ""  # its first moment as an ISO text, by which rows of two kinds are put in order


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its measure: `value` is a count, an amount, seconds or a share."""

    key: str
    label: str
    value: Decimal
    rows: int
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A calendar unit of a trend."""

    first: date
    value: Decimal
    rows: int
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came out. `values` has one entry for each currency, or one in all; `total` counts the
    rows that match, `rows` holds some of them, the newest first."""

    resolved: Resolved
    total: int
    values: tuple[Group, ...] = ()
    groups: tuple[Group, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    compared: tuple[Group, ...] = ()
    rows: tuple[Row, ...] = ()
