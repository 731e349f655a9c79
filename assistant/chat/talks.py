"""A person's own conversations: listed, searched, deleted, and what they say of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Text, and_, cast, delete, or_, select
from sqlalchemy.orm import Session

from assistant.chat.store import Feedback, Talk, require_conversation
from assistant.crm.cursors import Page, decode, encode
from assistant.db.tables import AnswerFeedback, Conversation, Message
from assistant.errors import Invalid, NotFound
from assistant.governance.access import Principal

VERDICTS = ("right", "wrong", "source_wrong")
_MOST_WORDS = 8
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict on an answer and, if the person likes, why."""

    verdict: str
    words: str = ""


def conversations(
    session: Session,
    principal: Principal,
    text: str = "",
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Talk]:
    """The person's conversations, the latest first; with `text`, those that hold all its words in
    their questions and answers. Raises Invalid for a cursor of another list."""
    query = select(Conversation).where(Conversation.user_id == principal.user_id)
    for word in text.split()[:_MOST_WORDS]:
        said = select(Message.id).where(
            Message.conversation_id == Conversation.id,
            Message.text.icontains(word, autoescape=True),
        )
        query = query.where(said.exists())
    if cursor is not None:
        query = query.where(_before(cursor))
    found = session.scalars(
        query.order_by(Conversation.updated_at.desc(), Conversation.id.desc()).limit(limit + 1)
    ).all()
    shown = tuple(Talk(one.id, one.title, one.created_at, one.updated_at) for one in found[:limit])
    more = len(found) > limit
    return Page(shown, encode([shown[-1].updated_at.isoformat(), shown[-1].id]) if more else None)


def _before(cursor: str) -> ColumnElement[bool]:
    moment, conversation_id = decode(cursor, 2)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Invalid("Expected a cursor as this list gave it.", field="cursor")
    return or_(
        Conversation.updated_at < at,
        and_(Conversation.updated_at == at, Conversation.id < conversation_id),
    )


def delete_conversation(session: Session, principal: Principal, conversation_id: str) -> None:
    """Erase a conversation of the person with all that was said of it. Raises NotFound."""
    conversation = require_conversation(session, principal, conversation_id, writing=True)
    _delete(session, [conversation.id])


def give_feedback(
    session: Session,
    principal: Principal,
    conversation_id: str,
    position: int,
    said: Said,
    *,
    now: datetime,
) -> Feedback:
    """Keep the person's verdict on an answer of theirs, in place of an earlier one.

    position: the question's, as the conversation lists it. Raises NotFound, Invalid.
    """
    if said.verdict not in VERDICTS:
        raise Invalid(f"Expected one of {', '.join(VERDICTS)}.", field="verdict")
    answer = _answer(session, principal, conversation_id, position)
    kept = session.get(AnswerFeedback, answer.id)
    if kept is None:
        kept = AnswerFeedback(message_id=answer.id)
        session.add(kept)
    kept.verdict, kept.words, kept.given_at = said.verdict, " ".join(said.words.split()), now
    session.flush()
    return Feedback(kept.verdict, kept.words, kept.given_at)


def take_back_feedback(
    session: Session, principal: Principal, conversation_id: str, position: int
) -> None:
    """Forget the person's verdict on an answer, if there is one. Raises NotFound."""
    answer = _answer(session, principal, conversation_id, position)
    session.execute(delete(AnswerFeedback).where(AnswerFeedback.message_id == answer.id))


def _answer(session: Session, principal: Principal, conversation_id: str, position: int) -> Message:
    conversation = require_conversation(session, principal, conversation_id)
    found = session.scalar(
        select(Message).where(
            Message.conversation_id == conversation.id, Message.position == position + 1,
            Message.role == "assistant",
        )
    )  # fmt: skip
    if found is None:
        raise NotFound(f"There is no question {position} in this conversation.")
    return found


def forget(session: Session, record_ids: Sequence[str]) -> int:
    """Delete every conversation that speaks of these records; how many there were.

    Names in neighbouring questions cannot be told apart from the rest, so the whole talk goes.
    """
    ids = _speaking_of_all(session, record_ids)
    _delete(session, ids)
    return len(ids)


def forget_feedback(session: Session, record_ids: Sequence[str]) -> int:
    """Delete what was said of answers in these conversations; how many verdicts that were."""
    ids = _speaking_of_all(session, record_ids)
    return sum(
        _delete_feedback(session, ids[at : at + _CHUNK]) for at in range(0, len(ids), _CHUNK)
    )


def _delete(session: Session, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        _delete_feedback(session, chunk)
        session.execute(delete(Message).where(Message.conversation_id.in_(chunk)))
        session.execute(delete(Conversation).where(Conversation.id.in_(chunk)))


def _delete_feedback(session: Session, conversation_ids: Sequence[str]) -> int:
    answers = select(Message.id).where(Message.conversation_id.in_(conversation_ids))
    gone = session.execute(
        delete(AnswerFeedback)
        .where(AnswerFeedback.message_id.in_(answers))
        .returning(AnswerFeedback.message_id)
    )
    return len(gone.all())


def _speaking_of_all(session: Session, record_ids: Sequence[str]) -> list[str]:
    ids: set[str] = set()
    for start in range(0, len(record_ids), _CHUNK):
        ids |= set(session.scalars(_speaking_of(record_ids[start : start + _CHUNK])))
    return sorted(ids)


def _speaking_of(record_ids: Sequence[str]) -> Select[str]:
    texts = (
        cast(Message.answer, Text), cast(Message.provenance, Text),
        cast(Conversation.memory, Text),
    )  # fmt: skip
    holds: list[ColumnElement[bool]] = [
        text.contains(record_id, autoescape=True) for record_id in record_ids for text in texts
    ]
    return (
        select(Conversation.id)
        .outerjoin(Message, Message.conversation_id == Conversation.id)
        .where(or_(*holds))
        .distinct()
    )
