"""Who asks, when, and what the conversation is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assistant.chat.names import Known
from assistant.chat.question.clock import Calendar
from assistant.chat.vocabulary import Vocabulary
from assistant.governance.access import Principal


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when, in which zone, and what the conversation or the page is about.

    `page` is the record whose page the question is asked on. `remembered` holds the records spoken
    of by kind, the latest first; `before` is the last question that was computed and what varied it
    since ("and in April?").
    """

    principal: Principal
    now: datetime
    calendar: Calendar
    region: str = "US"
    page: Known | None = None
    remembered: Mapping[str, Known] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
