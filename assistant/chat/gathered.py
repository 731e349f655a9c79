"""What is gathered for a message: a step for each question in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from assistant.chat.answers import Draft, Proposed
from assistant.chat.interpret import Understood
from assistant.chat.names import Mention
from assistant.chat.question.plan import Plan
from assistant.chat.question.refusals import Refusal
from assistant.governance.access import Principal
from retrieval.passages import Passage
from retrieval.search import Hit


class Search(Protocol):
    """Finds the passages that a person may see, best first."""

    def __call__(
        self,
        session: Session,
        principal: Principal,
        text: str,
        /,
        *,
        account_id: str | None = None,
        contact_id: str | None = None,
        deal_id: str | None = None,
        kinds: Sequence[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 10,
    ) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One question with what was found for it: sentences already, or passages to read.

    otherwise: sentences that will do where the passages hold no answer.
    """

    understood: Understood
    drafts: tuple[Draft, ...] = ()
    passages: tuple[Passage, ...] = ()
    otherwise: tuple[Draft, ...] = ()
    suggestions: tuple[Proposed, ...] = ()
    missing: str = ""  # what to say when nothing of this holds
    unclear: Mention | None = None  # several records fit what was said of one
    planned: str = ""  # why a language model planned it; empty for code's own steps

    @property
    def plan(self) -> Plan:
        return self.understood.plan


@dataclass(frozen=True, slots=True)
class Gathered:
    """All steps of a message, or the one reason why there are none."""

    steps: tuple[Step, ...] = ()
    refusal: Refusal | None = None
    unclear: Mention | None = None
    unclear_in: str = ""
