"""What a conversation keeps so that "they", "that deal" and "and in April?" mean something.

Only kinds and ids are kept: names are read again each time, under the access of that moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assistant.chat import directory
from assistant.chat.names import Known, Mention
from assistant.governance.access import Principal

_MOST = 6
_MOST_VARIATIONS = 6


@dataclass(frozen=True, slots=True)
class Memory:
    """The records spoken of, the latest first; the last computed question with what varied it; a
    question asked back.

    `said` are the words of `asked_back` that could mean several records.
    """

    spoken: tuple[tuple[str, str], ...] = ()  # kind, id
    computed: tuple[str, ...] = ()
    asked_back: str = ""
    said: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> Memory:
        listed = kept.get("spoken")
        spoken = tuple(
            (str(pair[0]), str(pair[1]))
            for pair in (listed if isinstance(listed, list) else [])
            if isinstance(pair, list) and len(pair) == 2
        )
        computed = kept.get("computed")
        return cls(
            spoken,
            tuple(str(text) for text in computed) if isinstance(computed, list) else (),
            str(kept.get("asked_back") or ""),
            str(kept.get("said") or ""),
        )

    def as_json(self) -> dict[str, object]:
        return {
            "spoken": [list(pair) for pair in self.spoken],
            "computed": list(self.computed),
            "asked_back": self.asked_back,
            "said": self.said,
        }

    def after(self, entities: Sequence[Known], computed: tuple[str, ...]) -> Memory:
        """With what the last answer was about, one record of each kind."""
        latest = dict.fromkeys((one.kind, one.id) for one in reversed(entities))
        spoken: dict[str, str] = {}
        for kind, record_id in (*latest, *self.spoken):
            spoken.setdefault(kind, record_id)
        return Memory(tuple(spoken.items())[:_MOST], (computed or self.computed)[:_MOST_VARIATIONS])

    def asking_back(self, question: str, mention: Mention) -> Memory:
        said = question[mention.first : mention.last]
        return Memory(self.spoken, self.computed, question, said)


def recall(session: Session, principal: Principal, memory: Memory) -> dict[str, Known]:
    """The records spoken of that the person may still see, by kind, the latest first."""
    found: dict[str, Known] = {}
    for kind, record_id in memory.spoken:
        known = directory.by_id(session, principal, kind, record_id)
        if known is not None:
            found.setdefault(known.kind, known)
    return found


def answered_back(memory: Memory, message: str) -> str:
    """The question that was asked back about, with the choice in place of the unclear words."""
    if (
        not memory.asked_back
        or not memory.said
        or len(message.split()) > len(memory.said.split()) + 8
    ):
        return message
    choice = message.strip().rstrip(".!?")
    if memory.said.casefold() not in choice.casefold():
        return message
    return memory.asked_back.replace(memory.said, choice, 1)
