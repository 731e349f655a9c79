"""What a conversation keeps so that "they", "that deal" and "and in April?" mean something.

Only kinds and ids are kept: names are read again each time, under the access of that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assistant.chat import directory
from assistant.chat.answers import Draft
from assistant.chat.names import Known, Mention
from assistant.governance.access import Principal
from retrieval.stems import plain_words

_MOST = 6
_MOST_VARIATIONS = 6
_MOST_OPTIONS = 12
_LONGEST_CHOICE_WORDS = 9
_PLACES = {
    "first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3,
    "fifth": 4, "last": -1, "latter": -1, "1": 0, "2": 1, "3": 2, "4": 3, "5": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Memory:
    """The records spoken of, the latest first; the last computed question with what varied it; a
    question asked back.

    `said` are the words of `asked_back` that could mean several records, `options` those records.
    """

    spoken: tuple[tuple[str, str], ...] = ()  # kind, id
    computed: tuple[str, ...] = ()
    asked_back: str = ""
    said: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> Memory:
        computed = kept.get("computed")
        return cls(
            _pairs(kept.get("spoken")),
            tuple(str(text) for text in computed) if isinstance(computed, list) else (),
            str(kept.get("asked_back") or ""),
            str(kept.get("said") or ""),
            _pairs(kept.get("options")),
        )

    def as_json(self) -> dict[str, object]:
        return {
            "spoken": [list(pair) for pair in self.spoken],
            "computed": list(self.computed),
            "asked_back": self.asked_back,
            "said": self.said,
            "options": [list(pair) for pair in self.options],
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
        options = tuple((one.kind, one.id) for one in mention.options[:_MOST_OPTIONS])
        return Memory(self.spoken, self.computed, question, said, options)


def _pairs(listed: object) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(pair[0]), str(pair[1]))
        for pair in (listed if isinstance(listed, list) else [])
        if isinstance(pair, list) and len(pair) == 2
    )


def recall(session: Session, principal: Principal, memory: Memory) -> dict[str, Known]:
    """The records spoken of that the person may still see, by kind, the latest first."""
    found: dict[str, Known] = {}
    for kind, record_id in memory.spoken:
        known = directory.by_id(session, principal, kind, record_id)
        if known is not None:
            found.setdefault(known.kind, known)
    return found


def answered_back(
    session: Session, principal: Principal, memory: Memory, message: str
) -> tuple[str, Known | None]:
    """The question that was asked back about with the choice in place of the unclear words, and
    the record chosen; the message as it is where it chooses none.

    A choice names one of the records by its name, by what tells it apart, or by its place.
    """
    if not memory.asked_back or not memory.said or len(message.split()) > _LONGEST_CHOICE_WORDS:
        return message, None
    known = [directory.by_id(session, principal, kind, one) for kind, one in memory.options]
    options = directory.told_apart(session, principal, [one for one in known if one is not None])
    chosen = _chosen(options, message, memory.said)
    if chosen is None:
        return message, None
    return memory.asked_back.replace(memory.said, chosen.name, 1), chosen


def _chosen(options: Sequence[Known], message: str, said: str) -> Known | None:
    words = set(plain_words(message))
    common = set(plain_words(said))
    held = [
        len((set(plain_words(one.name)) - common) & words) + len(set(plain_words(one.hint)) & words)
        for one in options
    ]
    best = max(held, default=0)
    if best and held.count(best) == 1:
        return options[held.index(best)]
    places = [place for word in plain_words(message) if (place := _PLACES.get(word)) is not None]
    if not best and len(places) == 1 and -1 <= places[0] < len(options):
        return options[places[0]]
    return None


_TOLD_KINDS = frozenset({"ticket", "order", "invoice", "quote", "deal", "lead"})


def only_record(drafts: Iterable[Draft]) -> list[Known]:
    """The one record that an answer tells of: "it" is that one from then on."""
    rows = {
        (one.kind, one.id): one
        for draft in drafts for one in draft.citations if one.kind in _TOLD_KINDS
    }  # fmt: skip
    if len(rows) != 1:
        return []
    one = next(iter(rows.values()))
    return [Known(one.kind, one.id, one.title or one.quote, one.account_id)]
