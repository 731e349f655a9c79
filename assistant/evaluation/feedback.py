"""Answers that people judged: read, asked again, and written as questions for an evaluation."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from assistant.chat.service import Desk, Question, answer_whole
from assistant.db.tables import AnswerFeedback, Conversation, Message, SourceLink, User
from assistant.errors import AssistantError
from assistant.governance.people import principal_of_user

RIGHT = "right"
_EARLIER = 3  # as many questions before say what "they" means


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """A question, the questions before it, what was answered, and what its person says of that."""

    question: str
    earlier: tuple[str, ...]
    user_id: str
    email: str
    role: str
    asked_at: datetime
    verdict: str
    words: str
    status: str
    sentences: tuple[str, ...]
    cited: tuple[str, ...]  # ids of records


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A judged answer beside what is answered now."""

    judged: JudgedAnswer
    status: str
    sentences: tuple[str, ...]

    @property
    def told_the_same(self) -> bool:
        """Is the outcome the same, in the same sentences?"""
        return (self.status, self.sentences) == (self.judged.status, self.judged.sentences)


def judged_answers(session: Session) -> list[JudgedAnswer]:
    """All that people judged, in the order of their verdicts."""
    asked = aliased(Message)
    rows = session.execute(
        select(AnswerFeedback, Message, asked, User)
        .join(Message, Message.id == AnswerFeedback.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(User, User.id == Conversation.user_id)
        .join(
            asked,
            (asked.conversation_id == Message.conversation_id)
            & (asked.position == Message.position - 1),
        )
        .order_by(AnswerFeedback.given_at, AnswerFeedback.message_id)
    )
    return [
        JudgedAnswer(
            question.text, _before(session, question), person.id, person.email, person.role,
            question.created_at, given.verdict, given.words,
            str((answer.answer or {}).get("status", "")), _sentences(answer.answer or {}),
            _cited(answer.answer or {}),
        )
        for given, answer, question, person in rows
    ]  # fmt: skip


def ask_again(desk: Desk, *, now: datetime) -> list[AskedAgain]:
    """Every judged question once more, under its person's present access; nothing is kept."""
    with desk.sessions.reading() as session:
        known = judged_answers(session)
    return [_again(desk, one, now) for one in known]


def figures(found: Sequence[AskedAgain]) -> dict[str, int]:
    """By verdict: how many answers, and how many of them are told the same now."""
    counts = Counter(one.judged.verdict for one in found)
    same = Counter(one.judged.verdict for one in found if one.told_the_same)
    return {
        name: value
        for verdict in (RIGHT, "wrong", "source_wrong")
        for name, value in ((verdict, counts[verdict]), (f"{verdict}_the_same", same[verdict]))
    }


def save_cases(session: Session, judged: Sequence[JudgedAnswer], path: Path) -> None:
    """Write them as the questions file that evaluations read, one JSON object a line."""
    rows = session.execute(select(SourceLink.record_id, SourceLink.external_id))
    links: dict[str, str] = {record_id: external_id for record_id, external_id in rows}  # noqa: C416
    lines = [json.dumps(_as_case(one, links), ensure_ascii=False) for one in judged]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _as_case(one: JudgedAnswer, links: Mapping[str, str]) -> dict[str, object]:
    """Of a right answer its status and records are expected; a wrong one must not come again."""
    expect: dict[str, object] = {"status": "answered" if one.status == "partial" else one.status}
    if one.verdict == RIGHT:
        expect["records"] = [links.get(record_id, record_id) for record_id in one.cited]
    else:
        expect["never"] = list(one.sentences)
        expect["accept"] = ["answered", "abstained", "ambiguous"]
    return {
        "question": one.question, "asker_role": one.role, "asker": one.email,
        "kind": f"feedback: {one.verdict}", "asked_at": one.asked_at.isoformat(),
        "expect": expect, "words": one.words,
    }  # fmt: skip


def _again(desk: Desk, one: JudgedAnswer, now: datetime) -> AskedAgain:
    question = Question(one.question, earlier=one.earlier, kept=False)
    try:
        with desk.sessions.reading() as session:
            principal = principal_of_user(session, one.user_id)
        reply = asyncio.run(answer_whole(desk, principal, question, now=now))
    except AssistantError as error:
        return AskedAgain(one, error.title, ())
    return AskedAgain(one, str(reply.get("status", "")), _sentences(reply))


def _before(session: Session, question: Message) -> tuple[str, ...]:
    said = session.scalars(
        select(Message.text)
        .where(
            Message.conversation_id == question.conversation_id, Message.role == "user",
            Message.position < question.position,
        )
        .order_by(Message.position.desc())
        .limit(_EARLIER)
    )  # fmt: skip
    return tuple(reversed(said.all()))


def _sentences(reply: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(one.get("text", "")) for one in _listed(reply, "sentences"))


def _cited(reply: Mapping[str, object]) -> tuple[str, ...]:
    ids = [
        str(citation.get("id"))
        for sentence in _listed(reply, "sentences")
        for citation in _listed(sentence, "citations")
        if citation.get("kind") != "query"
    ]
    return tuple(dict.fromkeys(ids))


def _listed(document: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = document.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
