"""Who says what in a text of a conversation: turns a line, several in one line, or no turns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.chat.rules.facts import Colleague
from retrieval.stems import fold

_TURN = re.compile(r"^(?P<who>[^:\n]{1,60}):\s+(?P<said>[^\n]+)$", re.MULTILINE)
# "Jude Farrant: We ordered grey. Petra Lang: Oh no.": turns that follow in one line.
_INLINE = re.compile(
    r"(?:^|(?<=[.!?…\"”)]\s))(?P<who>(?:Dr\.?\s|Mr\.?\s|Mrs\.?\s|Ms\.?\s)?[^\W\d_][\w'’-]*(?:\s[^\W\d_][\w'’.-]*){0,3}(?:\s\([^)]{1,30}\))?):\s+",
    re.MULTILINE,
)  # fmt: skip
_OURS = frozenset(["rep", "agent", "support", "sales", "assistant", "us", "advisor", "employee"])
_THEIRS = frozenset(["customer", "client", "visitor", "caller", "prospect", "user", "contact"])


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says in one go, and where it stands; `ours` where a colleague speaks.

    A text without speakers is one turn of nobody.
    """

    who: str
    ours: bool
    start: int
    end: int


def turns(body: str, people: Sequence[Colleague]) -> list[Turn]:
    """The turns of a conversation in their order; the whole text as one where nobody is named."""
    names = {fold(name) for one in people for name in one.called}
    found = []
    for speaker, first, last in parted(body):
        who = re.sub(r"\s*\([^)]*\)", "", speaker).strip()
        key = fold(who)
        ours = key not in _THEIRS and (
            key in names or key in _OURS or fold(who.split()[0]) in names
        )  # fmt: skip
        found.append(Turn(who, ours, first, last))
    if not any(one.ours for one in found):
        return [Turn("", False, 0, len(body))]
    told = body.rfind(found[0].who, 0, found[0].start)
    return [Turn("", False, 0, told), *found] if told > 0 and body[:told].strip() else found


def parted(body: str) -> list[tuple[str, int, int]]:
    """Who speaks, and where what is said begins and ends: a turn a line, or several in one."""
    lines = [(one["who"], one.start("said"), one.end("said")) for one in _TURN.finditer(body)]
    labels = list(_INLINE.finditer(body))
    if len(lines) > 1 or len(labels) <= len(lines):
        return lines
    ends = [one.start() for one in labels[1:]] + [len(body)]
    return [
        (one["who"], one.end(), one.end() + len(body[one.end() : end].rstrip()))
        for one, end in zip(labels, ends, strict=True)
    ]
