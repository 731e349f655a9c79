"""Conversations and what was answered in them; each belongs to one person and nobody else sees it."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.chat.answers import Answered, Citation, Feed
from assistant.chat.names import Known
from assistant.db.tables import (
    Account,
    AnswerFeedback,
    Conversation,
    Interaction,
    Message,
    Source,
    SourceLink,
    User,
    new_id,
)
from assistant.errors import NotFound
from assistant.governance.access import Principal, visible
from retrieval.passages import Passage

# A feed that was silent for longer may hide what the question is about.
STALE_AFTER = timedelta(days=2)
_TITLE_LENGTH = 80
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the person says of an answer: right, wrong or source_wrong, and why if they like."""

    verdict: str
    words: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer as they are kept; `answer` has the shape of the reply."""

    position: int
    question: str
    answer: Mapping[str, object]
    asked_at: datetime
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in the list of its person."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime


def require_conversation(
    session: Session, principal: Principal, conversation_id: str, *, writing: bool = False
) -> Conversation:
    """The person's own conversation; NotFound in the same words for another's and for none."""
    query = select(Conversation).where(
        Conversation.id == conversation_id, Conversation.user_id == principal.user_id
    )
    found = None
    if conversation_id.isascii() and conversation_id.isprintable():
        found = session.scalar(query.with_for_update() if writing else query)
    if found is None:
        raise NotFound(f"There is no conversation '{conversation_id[:60]}' of yours.")
    return found


def name_of(session: Session, principal: Principal) -> str:
    """What the asker is called."""
    return session.scalar(select(User.name).where(User.id == principal.user_id)) or ""


def zone_of(session: Session, principal: Principal) -> str | None:
    """The time zone that the person set for themselves."""
    return session.scalar(select(User.timezone).where(User.id == principal.user_id))


def account(session: Session, principal: Principal, account_id: str) -> Known | None:
    """The account of a page, if the person may see it."""
    if not account_id.isascii() or not account_id.isprintable():
        return None
    name = session.scalar(
        select(Account.name).where(Account.id == account_id, visible(principal, Account.id))
    )
    return None if name is None else Known("account", account_id, name, account_id)


def turns(session: Session, principal: Principal, conversation_id: str) -> tuple[Talk, list[Turn]]:
    """A conversation of the person, oldest question first. Raises NotFound."""
    talk = require_conversation(session, principal, conversation_id)
    messages = session.scalars(
        select(Message).where(Message.conversation_id == conversation_id).order_by(Message.position)
    ).all()
    given = {
        one.message_id: Feedback(one.verdict, one.words, one.given_at)
        for one in session.scalars(
            select(AnswerFeedback)
            .join(Message, Message.id == AnswerFeedback.message_id)
            .where(Message.conversation_id == conversation_id)
        )
    }
    found = [
        Turn(
            question.position, question.text, answer.answer or {}, question.created_at,
            given.get(answer.id),
        )
        for question, answer in zip(messages[::2], messages[1::2], strict=False)
    ]  # fmt: skip
    return Talk(talk.id, talk.title, talk.created_at, talk.updated_at), found


def keep(
    session: Session,
    principal: Principal,
    question: str,
    answered: Answered,
    reply: Mapping[str, object],
    memory: Mapping[str, object],
    *,
    now: datetime,
    conversation_id: str | None,
) -> tuple[str, int]:
    """Write the question and its answer down; the id of their conversation, a new one if need be,
    and the question's position in it."""
    if conversation_id is None:
        conversation = Conversation(
            id=new_id("cnv"),
            user_id=principal.user_id,
            title=_title(question),
            memory={},
            created_at=now,
            updated_at=now,
        )
        session.add(conversation)
        session.flush()
    else:
        conversation = require_conversation(session, principal, conversation_id, writing=True)
    conversation.memory = dict(memory)
    conversation.updated_at = now
    last = session.scalar(
        select(func.max(Message.position)).where(Message.conversation_id == conversation.id)
    )
    position = 0 if last is None else last + 1
    said = " ".join(sentence.text for sentence in answered.sentences) or answered.message
    session.add_all(
        [
            Message(
                conversation_id=conversation.id, position=position, role="user", text=question,
                created_at=now,
            ),
            Message(
                conversation_id=conversation.id, position=position + 1, role="assistant",
                text=said,
                answer={**reply, "conversation_id": conversation.id, "position": position},
                provenance=dict(answered.provenance), created_at=now,
            ),
        ]
    )  # fmt: skip
    return conversation.id, position


def _title(question: str) -> str:
    words = " ".join(question.split())
    return words if len(words) <= _TITLE_LENGTH else f"{words[: _TITLE_LENGTH - 1]}…"


def of_conversations(
    session: Session, principal: Principal, passages: Sequence[Passage]
) -> tuple[dict[str, str], dict[str, str]]:
    """Of the records that passages are from: the channel by record, the account's name by its id."""
    records = list({passage.record_id for passage in passages})
    ids = list({passage.account_id for passage in passages if passage.account_id})
    channels: dict[str, str] = {}
    accounts: dict[str, str] = {}
    for at in range(0, len(records), _CHUNK):
        found = select(Interaction.id, Interaction.channel).where(
            Interaction.id.in_(records[at : at + _CHUNK])
        )
        channels |= {one: channel for one, channel in session.execute(found) if channel}
    for at in range(0, len(ids), _CHUNK):
        named = select(Account.id, Account.name).where(
            Account.id.in_(ids[at : at + _CHUNK]), visible(principal, Account.id)
        )
        accounts |= {one: name for one, name in session.execute(named)}  # noqa: C416
    return channels, accounts


def feeds_of(session: Session, citations: Sequence[Citation], now: datetime) -> tuple[Feed, ...]:
    """The sources that delivered the cited records, and when each was last heard of."""
    ids = list(dict.fromkeys(one.id for one in citations if one.kind != "query"))
    if not ids:
        return ()
    found = session.execute(
        select(Source.name, Source.received_at)
        .join(SourceLink, SourceLink.source_id == Source.id)
        .where(SourceLink.record_id.in_(ids))
        .distinct()
        .order_by(Source.name)
    )
    return tuple(
        Feed(
            name,
            received_at.isoformat() if received_at else None,
            received_at is None or now - received_at > STALE_AFTER,
        )
        for name, received_at in found
    )
