"""Tools that read: the shapes and rules are those of HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy.orm import Session

from assistant.actions.routes import SuggestionPage
from assistant.actions.service import open_suggestions
from assistant.chat.message import LONGEST_MESSAGE
from assistant.chat.service import Question, answer_whole
from assistant.chat.tools.model import Arguments, Bench, Tool, reading
from assistant.crm import accounts, customers, timeline
from assistant.crm.read_routes import AccountsOut, AccountViewOut, CustomerOut, TimelineOut
from assistant.learning import service as scores
from assistant.learning.routes import ScorePage
from assistant.search.project import PROJECTORS
from assistant.search.routes import HitsOut, hit_out
from assistant.search.service import search

MOST = 50
Id = Annotated[str, Field(max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Limit = Annotated[int, Field(ge=1, le=MOST)]
Cursor = Annotated[str | None, Field(max_length=400, description="`next` of the page before.")]
RecordKind = Literal[
    "account", "contact", "lead", "deal", "product", "order", "quote", "invoice", "payment",
    "ticket", "interaction", "task", "article", "policy", "call", "note",
]  # fmt: skip


class Ask(Arguments):
    question: Annotated[str, Field(min_length=1, max_length=LONGEST_MESSAGE)]
    account_id: Annotated[Id | None, Field(description="Ask on the page of this account.")] = None


class CitedOut(BaseModel):
    """Where a sentence comes from."""

    kind: str
    id: str
    version: int
    title: str
    quote: str
    field: str | None = None
    start: int | None = None
    end: int | None = None
    account_id: str | None = None


class SentenceOut(BaseModel):
    text: str
    verdict: str
    citations: list[CitedOut]


class OptionOut(BaseModel):
    kind: str
    id: str
    name: str
    hint: str


class FeedOut(BaseModel):
    source: str
    received_at: str | None
    stale: bool


class AnswerOut(BaseModel):
    """An answer whose every sentence was checked against what it cites."""

    status: Literal["answered", "partial", "abstained", "ambiguous", "refused"]
    sentences: list[SentenceOut]
    message: str
    options: list[OptionOut]
    freshness: list[FeedOut]
    dropped: int


class Find(Arguments):
    text: Words
    account_id: Annotated[Id | None, Field(description="Only what belongs to it.")] = None
    kinds: Annotated[list[RecordKind], Field(max_length=20)] = []
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    as_of: Annotated[
        AwareDatetime | None, Field(description="Records as they were known at this moment.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=20)] = 10


class LookUp(Arguments):
    given: Annotated[
        str,
        Field(min_length=1, max_length=320, description="Phone, e-mail, number, or name."),
    ]


class FoundCustomers(BaseModel):
    """Records that fit what was given."""

    items: list[CustomerOut]


class ListAccounts(Arguments):
    text: Annotated[str, Field(max_length=320, description="Part of a name or domain.")] = ""
    cursor: Cursor = None
    limit: Limit = 20


class OneAccount(Arguments):
    account_id: Id


class Happened(Arguments):
    account_id: Id
    kinds: Annotated[list[RecordKind], Field(max_length=20)] = []
    cursor: Cursor = None
    limit: Limit = 20


class OfAccount(Arguments):
    account_id: Annotated[Id | None, Field(description="Without it: of all that you see.")] = None
    cursor: Cursor = None
    limit: Limit = 20


async def _ask(bench: Bench, taken: Ask) -> BaseModel:
    question = Question(taken.question, account_id=taken.account_id)
    found = await answer_whole(bench.desk, bench.principal, question, now=bench.now)
    return AnswerOut.model_validate(found)


def _find(session: Session, bench: Bench, taken: Find) -> BaseModel:
    hits = search(
        bench.desk.index, session, bench.principal, taken.text, account_id=taken.account_id,
        kinds=taken.kinds, since=taken.since, until=taken.until,
        as_of=taken.as_of, limit=taken.limit,
    )  # fmt: skip
    return HitsOut(items=[hit_out(hit) for hit in hits])


def _look_up(session: Session, bench: Bench, taken: LookUp) -> BaseModel:
    found = customers.look_up(session, bench.principal, taken.given)
    return FoundCustomers(items=[CustomerOut.model_validate(one) for one in found])


def _list_accounts(session: Session, bench: Bench, taken: ListAccounts) -> BaseModel:
    found = accounts.find_accounts(
        session, bench.principal, taken.text, cursor=taken.cursor, limit=taken.limit
    )
    return AccountsOut.model_validate(found)


def _read_account(session: Session, bench: Bench, taken: OneAccount) -> BaseModel:
    found = accounts.get_account(session, bench.principal, taken.account_id)
    return AccountViewOut.model_validate(found)


def _timeline(session: Session, bench: Bench, taken: Happened) -> BaseModel:
    page = timeline.timeline(
        session, bench.principal, taken.account_id, cursor=taken.cursor, limit=taken.limit,
        kinds=taken.kinds or None,
    )  # fmt: skip
    return TimelineOut.model_validate(page)


def _scores(session: Session, bench: Bench, taken: OfAccount) -> BaseModel:
    page = scores.current_scores(
        session, bench.principal, taken.account_id, now=bench.now, cursor=taken.cursor,
        limit=taken.limit,
    )  # fmt: skip
    return ScorePage.model_validate(page, from_attributes=True)


def _suggestions(session: Session, bench: Bench, taken: OfAccount) -> BaseModel:
    page = open_suggestions(
        session, bench.principal, taken.account_id, cursor=taken.cursor, limit=taken.limit
    )
    return SuggestionPage.model_validate(page, from_attributes=True)


READING = (
    Tool(
        "ask", "Ask a question",
        "Answer a question about customers from the records, in sentences that code checked "
        "against what they cite. Counts, sums and dates are computed. Says so when the records "
        "hold no answer.",
        Ask, AnswerOut, _ask,
    ),
    Tool(
        "search", "Search records",
        "Passages of records, notes and transcripts for words, best first, with why each was "
        "found.",
        Find, HitsOut, reading(_find),
    ),
    Tool(
        "find_customer", "Find a customer",
        "Customers and their records by a phone number, e-mail address, order, invoice or ticket "
        "number, or name.",
        LookUp, FoundCustomers, reading(_look_up),
    ),
    Tool("list_accounts", "List accounts", "Accounts by name.",
         ListAccounts, AccountsOut, reading(_list_accounts)),
    Tool("read_account", "Read an account",
         "One account with its people, deals and open matters.",
         OneAccount, AccountViewOut, reading(_read_account)),
    Tool("read_timeline", "Read a timeline", "What happened with an account, newest first.",
         Happened, TimelineOut, reading(_timeline)),
    Tool("list_scores", "List scores",
         "Open leads with how likely each is to convert, and what that adds up from.",
         OfAccount, ScorePage, reading(_scores)),
    Tool("list_suggestions", "List suggested actions",
         "Open suggestions: what to do, why and when. People decide on them, tools do not.",
         OfAccount, SuggestionPage, reading(_suggestions)),
)  # fmt: skip
if set(PROJECTORS) != set(RecordKind.__args__):  # type: ignore[attr-defined]
    raise RuntimeError("tools name other kinds than there are")
