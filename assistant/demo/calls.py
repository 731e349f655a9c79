"""The twelve written calls: scripts with planted facts, told against the calendar.

A script is a header, the turns ("@label Speaker: words"), and the facts in YAML; `{{+48 odm}}` in
a turn is the day 48 days after the call, as people say it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from assistant.demo.timing import Calendar, spoken
from assistant.demo.written import Row, read_yaml

_FOLDER = Path(__file__).parent / "content" / "scripts"
_DAY = re.compile(r"\{\{([+-]\d+) (\w+)\}\}")
_TURN = re.compile(r"(?:@(\w+) )?([^:]+): (.+)")
# Pace of a telephone call, in words a second, and the breath between two turns.
_WORDS_PER_S = 2.6
_BREATH_S = 0.4


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """What one person said, with seconds from the start of the call."""

    speaker: str
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Fact:
    """Something said that a note has to hold; `value` and `condition` stand in the cited turns."""

    kind: str
    text: str
    turns: tuple[int, ...]
    importance: int
    value: str = ""
    normal: str = ""
    owner: str = ""
    due: date | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class NotFact:
    """Something that was not said, or taken back, and must not be asserted."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was held; `account`, `contact`, `deal`, `ticket` are keys of its story."""

    slug: str
    title: str
    kind: str
    format: str
    account: str
    contact: str
    deal: str
    ticket: str
    colleague: str
    started_at: datetime
    consent: str
    turns: tuple[SpokenTurn, ...]
    facts: tuple[Fact, ...]
    not_facts: tuple[NotFact, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A call as it is written, before it has a date."""

    header: Row
    lines: tuple[tuple[str, str, str], ...]  # label, speaker, text with placeholders
    facts: Row

    @property
    def slug(self) -> str:
        """The short name of the script."""
        return self.header.text("slug")

    def held_on(self, calendar: Calendar) -> date:
        """The day of the call."""
        return calendar.day_in_week(self.header.number("weeks_ago"), self.header.number("weekday"))

    def told(self, calendar: Calendar) -> Call:
        """The call with its dates."""
        day = self.held_on(calendar)
        head = self.header
        return Call(
            slug=self.slug,
            title=head.text("title"),
            kind=head.text("kind"),
            format=head.text("format"),
            account=head.text("account"),
            contact=head.text("contact"),
            deal=head.text("deal"),
            ticket=head.text("ticket"),
            colleague=head.text("rep"),
            started_at=datetime.combine(day, time.fromisoformat(head.text("time")), UTC),
            consent=head.text("consent"),
            turns=_timed(self.lines, day),
            facts=tuple(self._fact(row, day) for row in self.facts.rows("facts")),
            not_facts=tuple(
                NotFact(row.text("text"), row.text("why")) for row in self.facts.rows("not_facts")
            ),
        )

    def _fact(self, row: Row, day: date) -> Fact:
        places = {label: index for index, (label, _, _) in enumerate(self.lines) if label}
        due = row.text("due")
        return Fact(
            kind=row.text("kind"),
            text=row.text("text"),
            turns=tuple(places[label] for label in row.texts("turns")),
            importance=row.number("importance"),
            value=row.text("value"),
            normal=row.text("normal"),
            owner=row.text("owner"),
            due=day + timedelta(days=int(due)) if due else None,
            condition=row.text("condition"),
        )


@cache
def scripts() -> tuple[Script, ...]:
    """All scripts in the order of their files."""
    return tuple(_parse(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.txt")))


def tell_calls(calendar: Calendar) -> tuple[Call, ...]:
    """All calls with their dates."""
    return tuple(script.told(calendar) for script in scripts())


def _parse(text: str) -> Script:
    head, turns, facts = text.split("\n---\n")
    lines = []
    for line in turns.strip().splitlines():
        match = _TURN.fullmatch(line)
        if match is None:
            raise ValueError(f"expected 'Speaker: words', got {line!r}")
        lines.append((match[1] or "", match[2], match[3]))
    return Script(read_yaml(head), tuple(lines), read_yaml(facts))


def _timed(lines: tuple[tuple[str, str, str], ...], day: date) -> tuple[SpokenTurn, ...]:
    clock, turns = 1.2, []
    for index, (_, speaker, written) in enumerate(lines):
        text = _DAY.sub(lambda m: spoken(day + timedelta(days=int(m[1])), m[2]), written)
        # A little unevenness, the same each time: nobody speaks to a metronome.
        pace = _WORDS_PER_S * (0.88 + 0.06 * (index % 5))
        end = round(clock + 0.5 + len(text.split()) / pace, 2)
        turns.append(SpokenTurn(speaker, text, round(clock, 2), end))
        clock = end + _BREATH_S * (1 + index % 3)
    return tuple(turns)
