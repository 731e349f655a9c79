"""Names that speakers give themselves, proposed to a person who decides; never put in by code.

"This is Dana from Acme", "Dana speaking", "my name is Dana Reed": said of oneself in fixed forms,
and, as recognisers and typists write names, with a capital letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from transcription.model import Transcript, Turn

# People say who they are when they come in; later the same words are about someone else.
FIRST_TURNS_OF_A_SPEAKER = 6
# Where nobody knows who speaks, every turn may be another person's first.
FIRST_TURNS_OF_A_CALL = 12
_PARTICLES = r"(?:(?:van|von|de|da|di|der|den|la|le|bin|al)\s+){0,2}"
_NAME = rf"(?P<name>[^\W\d_a-z][\w'’-]+(?:\s+{_PARTICLES}[^\W\d_a-z][\w'’-]+){{0,2}})"
_ORGANISATION = (
    r"(?:\s+(?:here\s+)?(?:from|at|with|of)\s+"
    r"(?P<organisation>[^\W_a-z][\w&.'’-]*(?:\s+[^\W\d_a-z][\w&'’-]*){0,3}))?"
)
_OPENING = r"(?:^|(?<=[.!?,]\s)|(?<=[.!?,])|(?<=\bhi\s)|(?<=\bhello\s))"
_MYSELF = r"(?i:this\s+is|it's|it\s+is|my\s+name\s+is|my\s+name's|I'm|I\s+am)"
_FORMS = (
    re.compile(rf"{_OPENING}{_MYSELF}\s+{_NAME}{_ORGANISATION}"),
    re.compile(rf"{_OPENING}{_NAME}\s+(?i:speaking)\b"),
    re.compile(rf"{_OPENING}{_NAME}\s+(?i:here)\b{_ORGANISATION}"),
)
# Capitalised at the start of a sentence, or always, and nobody's name.
_NOT_NAMES = frozenset(
    """
    a absolutely actually afraid all also always an and any anybody anyone back be but calling
    come correct everybody everyone exactly excellent fine fortunately from glad going good great
    happy he her here hers him his how i if in interested is it its just let look monday my new
    no nobody not nothing now of ok okay on one only our over perfect please really right she so
    sorry still sure thank thanks that the their them there they this to today tomorrow tuesday
    unfortunately very wednesday thursday friday saturday sunday we welcome well what when where
    who why with yes yesterday you your january february march april june july august september
    october november december
    """.split()  # noqa: SIM905  a list of one word per line would push the code off the page
)


@dataclass(frozen=True, slots=True)
class NameProposal:
    """What a turn says its speaker is called.

    turn: its number from 0.  whole_speaker: whether all turns of this speaker are one person's,
    because the party is alone on a channel or was named; else only the turn is.  quote: the words
    that say so.
    """

    turn: int
    speaker: str
    channel: int | None
    name: str
    organisation: str | None
    quote: str
    whole_speaker: bool


def proposed_names(transcript: Transcript) -> list[NameProposal]:
    """Each name that a speaker gives, at the first turn that gives it, in order."""
    found: list[NameProposal] = []
    known: set[tuple[str, int | None, str]] = set()
    turns_of: dict[tuple[str, int | None], int] = {}
    for number, turn in enumerate(transcript.turns):
        who = (turn.speaker, turn.channel)
        alone = bool(turn.speaker) or turn.channel is not None
        said_before = turns_of.get(who, 0)
        turns_of[who] = said_before + 1
        if said_before >= (FIRST_TURNS_OF_A_SPEAKER if alone else FIRST_TURNS_OF_A_CALL):
            continue
        for name, organisation, quote in _given(turn):
            if (*who, name) not in known and name != turn.speaker:
                known.add((*who, name))
                found.append(
                    NameProposal(number, *who, name, organisation, quote, whole_speaker=alone)
                )
    return found


def _given(turn: Turn) -> Iterator[tuple[str, str | None, str]]:
    for form in _FORMS:
        for match in form.finditer(turn.text):
            name = " ".join(match["name"].split())
            if any(part.lower() in _NOT_NAMES for part in name.split()):
                continue
            organisation = match.groupdict().get("organisation")
            yield name, organisation.rstrip(".,") if organisation else None, match.group().strip()
