"""Questions asked of the service itself, each with the access of its person."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assistant.chat.service import Desk, Question, answer_whole
from assistant.db.tables import User
from assistant.errors import AssistantError
from assistant.evaluation.cases import Case
from assistant.evaluation.outside import asker_of
from assistant.governance.people import principal_of_user


@dataclass(frozen=True, slots=True)
class DirectAsker:
    """Asks the desk as the person of each case, as of one moment or the case's own."""

    desk: Desk
    now: datetime

    def ask(self, case: Case, conversation_id: str | None) -> Mapping[str, object]:
        """The whole reply; an error of ours is a reply with its name as the status."""
        question = Question(case.question, conversation_id)
        moment = case.asked_at or self.now
        try:
            with self.desk.sessions.reading() as session:
                user_id = session.scalar(select(User.id).where(User.email == asker_of(case)))
                principal = principal_of_user(session, user_id)
            return asyncio.run(answer_whole(self.desk, principal, question, now=moment))
        except AssistantError as error:
            return {"status": error.title, "message": error.detail}
