"""Tickets with the hands they went through, agents with different paces, and one bad month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from assistant.demo import world
from assistant.demo.numbering import Numbering
from assistant.demo.timing import HISTORY_DAYS, Calendar, working_moment
from assistant.demo.written import Row, read_yaml_file

# First and second choice by category, as POL-202 says.
CHOICES: dict[str, tuple[str, str]] = {
    "Connectivity": ("samir", "jonas"),
    "Firmware": ("samir", "greta"),
    "Reports": ("greta", "samir"),
    "Access": ("greta", "jonas"),
    "Integrations": ("greta", "samir"),
    "Sensors": ("jonas", "samir"),
    "Calibration": ("jonas", "greta"),
    "Billing": ("jonas", "greta"),
}
OPEN_LIMIT = 10
# The calendar month, counted back, in which the bad firmware went out, and its extra tickets.
SPIKE_MONTH, SPIKE_TICKETS = 2, 20
OPEN_TICKETS = 26
_OPEN_STATUS, _CLOSED_STATUS = ("open", "open", "pending"), ("solved", "closed")
_HOURS = {"samir": 16.0, "greta": 30.0, "jonas": 44.0}
_PRIORITIES = (("urgent", 0.4), ("high", 0.7), ("normal", 1.0), ("low", 1.7))
_PRIORITY_WEIGHTS = (8, 22, 55, 15)
# Who passes tickets on: Jonas reads the category first, Greta often lets others have a go.
_PASSING = {"samir": 0.16, "greta": 0.24, "jonas": 0.09}
# Where tickets get solved faster than elsewhere, as customers there answer at once.
_PACE = {"NL": 0.6, "SE": 0.75, "US": 1.25, "FR": 1.35}


@dataclass(frozen=True, slots=True)
class Issue:
    """A kind of trouble with the words in which customers and agents write about it."""

    key: str
    category: str
    sku: str
    weight: int
    cases: tuple[tuple[str, str, str], ...]  # subject, body, resolution


@dataclass(frozen=True, slots=True)
class _Phrases:
    issues: tuple[Issue, ...]
    places: tuple[str, ...]
    handover_reasons: tuple[str, ...]


@cache
def _phrases() -> _Phrases:
    written = read_yaml_file(Path(__file__).parent / "content" / "texts" / "tickets.yaml")
    return _Phrases(
        tuple(_issue(row) for row in written.rows("issues")),
        tuple(written.texts("places")),
        tuple(written.texts("handover_reasons")),
    )


def _issue(row: Row) -> Issue:
    return Issue(
        key=row.text("key"),
        category=row.text("category"),
        sku=row.text("sku"),
        weight=row.number("weight"),
        cases=tuple((case[0], case[1], case[2]) for case in row.lists("cases")),
    )


@dataclass(slots=True)
class HelpDesk:
    """Takes the tickets of a block's customers."""

    block: world.Block
    numbering: Numbering
    calendar: Calendar
    random: Random

    def take_tickets(self) -> None:
        """Fill the block with tickets, oldest first."""
        accounts = {account.id: account for account in self.block.accounts}
        people = [
            contact
            for contact in self.block.contacts
            if accounts[contact.account].status == "customer" and not contact.deleted
        ]
        if not people:
            return
        count = self.numbering.left("ticket")
        spike = [self._in_bad_month() for _ in range(SPIKE_TICKETS)]
        usual = sorted(self._some_moment() for _ in range(count - SPIKE_TICKETS))
        still_open = set(usual[-OPEN_TICKETS:])
        for opened in sorted(usual + spike):
            contact = self.random.choice(people)
            issue = self._issue(bad_firmware=opened in spike)
            if opened < contact.created:
                contact = min(people, key=lambda person: person.created)
            account = accounts[contact.account]
            self._take(account, contact, issue, opened, still_open=opened in still_open)

    def _issue(self, *, bad_firmware: bool) -> Issue:
        issues = _phrases().issues
        if bad_firmware:
            return next(issue for issue in issues if issue.key == "firmware-430")
        usual = [issue for issue in issues if issue.key != "firmware-430"]
        return self.random.choices(usual, [issue.weight for issue in usual])[0]

    def _in_bad_month(self) -> datetime:
        first = self.calendar.month(SPIKE_MONTH)
        # Up to the 26th: a weekend may move a ticket by two days, never into the next month.
        day = first + timedelta(days=self.random.randrange(1, 25))
        return working_moment(day, self.random.randint(7, 16), self.random.randrange(60))

    def _some_moment(self) -> datetime:
        day = self.calendar.today - timedelta(days=3 + self.random.randrange(HISTORY_DAYS - 10))
        moment = working_moment(day, self.random.randint(7, 16), self.random.randrange(60))
        moment += timedelta(seconds=self.random.randrange(60))
        return min(
            moment, self.calendar.midnight - timedelta(hours=8, seconds=self.random.randrange(999))
        )

    def _take(
        self,
        account: world.Account,
        contact: world.Contact,
        issue: Issue,
        opened: datetime,
        *,
        still_open: bool,
    ) -> None:
        random = self.random
        agent = CHOICES[issue.category][0 if random.random() < 0.8 else 1]
        priority, pace = random.choices(_PRIORITIES, _PRIORITY_WEIGHTS)[0]
        hours = (
            _HOURS[agent] * pace * _PACE.get(account.country, 1.0) * random.lognormvariate(0, 0.45)
        )
        closed = self._closing(opened, hours)
        handovers = self._handovers(issue, agent, opened, closed)
        is_open = still_open or closed >= self.calendar.midnight
        subject, body, resolution = random.choice(issue.cases)
        words = {
            "place": random.choice(_phrases().places),
            "serial": f"G4-{random.randint(60000, 89999)}",
        }
        self.block.tickets.append(
            world.Ticket(
                id=self.numbering.next("ticket"),
                account=account.id,
                contact=contact.id,
                sku=issue.sku,
                category=issue.category,
                issue=issue.key,
                priority=priority,
                status=random.choice(_OPEN_STATUS if is_open else _CLOSED_STATUS),
                subject=subject.format(**words),
                body=body.format(**words),
                resolution="" if is_open else resolution,
                channel=random.choice(("email", "email", "web", "phone", "chat")),
                opened=opened,
                closed=None if is_open else closed,
                assignee=agent,
                handovers=handovers,
            )
        )

    def _closing(self, opened: datetime, hours: float) -> datetime:
        """Hours on the clock, weekends included, to the minute; never on the first minute."""
        return opened + timedelta(minutes=max(12, round(hours * 60)))

    def _handovers(
        self, issue: Issue, agent: str, opened: datetime, closed: datetime
    ) -> tuple[world.Handover, ...]:
        others = [key for key in _PASSING if key != agent]
        passed = [key for key in others if self.random.random() < _PASSING[key]]
        self.random.shuffle(passed)
        chain = [*passed, agent]
        latest = min(closed, self.calendar.midnight)
        step = (latest - opened) / (len(chain) + 1)
        return tuple(
            world.Handover(
                id=self.numbering.next("handover"),
                from_agent=chain[place],
                to_agent=chain[place + 1],
                at=(opened + step * (place + 1)).replace(microsecond=0),
                reason=self.random.choice(_phrases().handover_reasons).format(
                    category=issue.category.lower()
                ),
            )
            for place in range(len(chain) - 1)
        )
