"""What a question comes to: the steps that will look for its answer, decided by code."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from assistant.chat.question.periods import Period


class Intent(StrEnum):
    """Which road to the answer."""

    TYPED = "typed"  # computed from rows
    LOOKUP = "lookup"  # one field of one record
    SCORE = "score"
    ACTION = "action"
    SEARCH = "search"  # read in texts
    REFUSE = "refuse"
    DESCRIBED = "described"  # one record by what is said of it
    NOTHING = "nothing"  # no question at all


class Shape(StrEnum):
    """What a computed answer looks like."""

    VALUE = "value"
    RANK = "rank"  # groups in order of their measure
    TREND = "trend"  # one value for each week, month, quarter or year
    TOP = "top"  # rows in order of a column
    LATEST = "latest"
    FIRST = "first"
    LIST = "list"


class Measure(StrEnum):
    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    DURATION = "duration"
    SHARE = "share"
    HANDOVERS = "handovers"
    QUANTITY = "quantity"  # pieces on the lines of orders


@dataclass(frozen=True, slots=True)
class NumberFilter:
    """Rows whose column of numbers keeps a limit."""

    column: str
    operator: str  # > >= < <= =
    value: Decimal


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit on an amount, or on how many rows a group must have.

    currency: ISO 4217; amounts in others do not keep the limit. None where the question names none.
    """

    operator: str  # ">", ">=", "<", "<="
    value: Decimal
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of the question that code could not read by itself: a name, a value or a topic."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Blank:
    """Rows in which a field is empty, or (`present`) filled."""

    field: str
    present: bool


@dataclass(frozen=True, slots=True)
class Related:
    """Rows to which a record of another kind belongs, or (not `present`) none does.

    queries: what would do, each by itself ("not called": neither logged nor recorded calls).
    unread: words of it that may be values of those records.
    """

    present: bool
    queries: tuple[TypedQuery, ...]
    unread: tuple[Words, ...] = ()
    first: int = 0  # where it begins in the clause


@dataclass(frozen=True, slots=True)
class TypedQuery:
    """A computation over the rows of one kind, in allow-listed names only (catalogue.py)."""

    kind: str
    measure: Measure = Measure.COUNT
    shape: Shape = Shape.VALUE
    conditions: tuple[str, ...] = ()
    channel: str | None = None
    group: str | None = None
    unit: str = "month"
    least: bool = False  # the smallest first
    limit: int = 1
    group_size: Bound | None = None
    group_total: Bound | None = None  # on what is added up for each group
    amount: Bound | None = None
    period: Period | None = None
    moment: str | None = None  # which of the kind's moments the period is about
    column: str | None = None  # which of its durations; what rows are ordered by
    windows: tuple[tuple[str, Period], ...] = ()  # other moments and the periods they fall in
    mine: bool = False
    compare: bool = False  # beside the same for everybody
    currency: str | None = None  # rows in this one only
    related: tuple[Related, ...] = ()
    blanks: tuple[Blank, ...] = ()
    numbers: tuple[NumberFilter, ...] = ()
    net: bool = False  # amounts without tax, where they are recorded
    receiver: bool = False  # hand-overs by who took them
    focus: str = ""  # what of a trend is asked: its "extreme" or an "outlier"
    claim: str = ""  # of two results: "more", "less" to be confirmed, or the "gap" alone


@dataclass(frozen=True, slots=True)
class Identifier:
    """Something that names one record exactly: an e-mail address, a phone or a document number."""

    kind: str  # email, phone, id
    normal: str
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one clause of a question.

    `unread` is what is left after all known words were taken out; `unsure` are words among the
    common ones that may change what is asked ("except", "other") and were not accounted for.
    `follows` says that the clause leans on the conversation ("they", "that deal").
    """

    intent: Intent
    text: str
    query: TypedQuery | None = None
    fields: tuple[str, ...] = ()
    kind: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    unread: tuple[Words, ...] = ()
    unsure: tuple[Words, ...] = ()
    words: str = ""  # the clause without names and periods
    period: Period | None = None
    periods: tuple[Period, ...] = ()  # all of them, where several are to be compared
    follows: bool = False
    refers_to: str | None = None  # the kind that "that deal" names
    refusal: str | None = None
    topic: tuple[str, ...] = field(default=())
