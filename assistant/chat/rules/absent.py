"""Who takes nothing at present, as a policy says: on leave, away, off sick."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from datetime import datetime

from assistant.chat.question.clock import Calendar
from assistant.chat.question.periods import find_periods
from assistant.chat.rules.facts import Colleague
from assistant.chat.rules.reading import SENTENCE, Policy

_AWAY = re.compile(
    r"\b(?:on (?:\w+ )?(?:leave|holiday|vacation|sabbatical|sick leave)|away|absent|out of (?:the )?office|off (?:work|duty)|off sick"
    r"|gets? nothing new|not available|unavailable|takes? no (?:new )?(?:tickets|cases))\b",
    re.IGNORECASE,
)


def is_away(person: Colleague, policy: Policy, now: datetime) -> bool:
    """Whether the policy says that somebody is away at present."""
    for match in SENTENCE.finditer(policy.body):
        text = match[0]
        if person.name and person.name in text and _AWAY.search(text):
            periods = find_periods(text, now, Calendar())
            ends = [one for one in periods if one.start and one.end]
            if not ends or any(one.start <= now < one.end for one in ends if one.start and one.end):
                return True
    return False
