"""What is to be done, as a list of tasks has it: from the verb on, in its plain form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.notes.promises import DEEDS
from assistant.notes.wording import as_heading

_DEED = re.compile(DEEDS)
_BEING_DONE = re.compile(r"([A-Za-z]{2,})ing\b")
# "You'll have the quote by Friday": what the other is to have is ours to give.
_TO_HAVE = re.compile(
    r"(?:have|get|receive|hear) (?=(?:the|a|an|our|my|your|all|both)\b)", re.IGNORECASE
)


def as_task(deed: str) -> str:
    """The deed of a promise as the title of a task; words are left out, none is added."""
    return as_heading(
        _plain_verb(_TO_HAVE.sub("", deed, count=1) if _TO_HAVE.match(deed) else deed)
    )


def _plain_verb(deed: str) -> str:
    """ "Sending you the tip" as "Send you the tip", where that is a deed we know."""
    match = _BEING_DONE.match(deed)
    if match is None:
        return deed
    known = next((each for each in _stems(match[1]) if _DEED.fullmatch(each.lower())), "")
    return known + deed[match.end() :] if known else deed


def _stems(root: str) -> Iterator[str]:
    yield root
    yield f"{root}e"
    if len(root) > 2 and root[-1] == root[-2]:
        yield root[:-1]
