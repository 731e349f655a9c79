"""Leads and what they did before they were decided, with a planted rule of conversion.

The log-odds are a sum: source + seniority + company size + recent engagement + replies +
pricing page. Which leads convert is drawn with exactly those odds, so a model can learn the rule
and cannot learn it perfectly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from assistant.demo import world
from assistant.demo.numbering import Numbering
from assistant.demo.people import (
    INDUSTRIES,
    TITLES,
    CompanyNames,
    PersonName,
    ascii_slug,
    person_name,
)
from assistant.demo.places import COUNTRIES, OTHER_WEIGHT, WEIGHTS, Country, phone_in
from assistant.demo.timing import HISTORY_DAYS, Calendar, working_moment

CONVERTED_SHARE = 0.3
HALF_LIFE_DAYS = 14.0
# Leads of the last weeks, so that there is always something to work on.
RECENT_SHARE = 0.1

SOURCE_EFFECT: dict[str, float] = {
    "Referral": 1.3,
    "Web form": 0.8,
    "Trade fair": 0.3,
    "Webinar": 0.0,
    "Content download": -0.5,
    "Cold outreach": -1.2,
    "Purchased list": -1.8,
}
SENIORITY_EFFECT: dict[str, float] = {
    "executive": 0.7,
    "director": 0.5,
    "manager": 0.1,
    "specialist": -0.5,
    "student": -1.2,
}
RECENT_EFFECT, REPLY_EFFECT, PRICING_EFFECT = 0.9, 0.8, 0.5
_SOURCE_WEIGHT = (9, 17, 15, 14, 17, 12, 6)

# Event types of the marketing tool with how likely each is, and an example of what it is about.
EVENT_TYPES: dict[str, tuple[float, tuple[str, ...]]] = {
    "email_opened": (34, ("Newsletter", "Guide: your first audit", "Customer letter")),
    "email_clicked": (14, ("Newsletter", "Guide: your first audit", "Customer letter")),
    "page_viewed": (25, ("/sensors", "/gateways", "/cloud", "/cases/dairy", "/support")),
    "pricing_viewed": (7, ("/pricing",)),
    "document_downloaded": (8, ("Guide: mapping a cold room", "Sample audit report")),
    "webinar_attended": (5, ("Audits without paper", "Reefers at night")),
    "form_submitted": (2, ("Contact form", "Call me back")),
    "email_replied": (5, ("Newsletter", "Follow-up")),
    "email_bounced": (1, ("Newsletter",)),
    "unsubscribed": (1, ("Newsletter",)),
}
_TYPES = tuple(EVENT_TYPES)
_TYPE_WEIGHTS = tuple(weight for weight, _ in EVENT_TYPES.values())
_WARM = frozenset({"email_clicked", "page_viewed", "pricing_viewed", "document_downloaded",
                   "webinar_attended", "form_submitted", "email_replied"})  # fmt: skip


def size_effect(employees: int) -> float:
    """What the size of a company adds: the middle ones buy most readily."""
    if employees <= 50:
        return -0.5
    if employees <= 200:
        return 0.0
    return 0.5 if employees <= 1000 else 0.1


def engagement_effect(events: Sequence[world.Event], as_of: datetime) -> float:
    """What was done before `as_of` adds: decayed warm events, replies (two count), pricing page."""
    before = [event for event in events if event.at < as_of]
    decayed = sum(
        0.5 ** ((as_of - event.at).total_seconds() / 86400 / HALF_LIFE_DAYS)
        for event in before
        if event.type in _WARM
    )
    replies = min(2, sum(event.type == "email_replied" for event in before))
    pricing = any(event.type == "pricing_viewed" for event in before)
    return RECENT_EFFECT * math.log1p(decayed) + REPLY_EFFECT * replies + PRICING_EFFECT * pricing


@dataclass(slots=True)
class Prospector:
    """Makes the leads of a block with their events."""

    block: world.Block
    numbering: Numbering
    calendar: Calendar
    random: Random
    companies: CompanyNames
    events_per_lead: int = 22

    def make_leads(self) -> None:
        """Fill the block with ninety leads; thirty in a hundred are marked as converted."""
        fresh = [self._lead() for _ in range(self.numbering.left("lead"))]
        events = {lead.id: self._events_of(lead) for lead in fresh}
        decided = [lead for lead in fresh if lead.decided is not None]
        odds = {
            lead.id: lead.log_odds + engagement_effect(events[lead.id], lead.decided)
            for lead in decided
            if lead.decided is not None
        }
        # The k leads with the highest odds plus a logistic draw: the same as drawing each with
        # its own probability, with the base rate chosen to give k.
        drawn = {lead_id: value + _logistic(self.random) for lead_id, value in odds.items()}
        wanted = round(CONVERTED_SHARE * (len(fresh) + len(self.block.leads)))
        converted = set(sorted(drawn, key=lambda lead_id: -drawn[lead_id])[:wanted])
        for lead in fresh:
            self.block.leads.append(self._settled(lead, lead.id in converted, odds))
            self.block.events.extend(events[lead.id])

    def _settled(self, lead: world.Lead, converted: bool, odds: dict[str, float]) -> world.Lead:
        if lead.decided is None:
            return lead
        status = "converted" if converted else self.random.choice(("disqualified", "nurturing"))
        return replace(lead, status=status, converted=converted, log_odds=odds[lead.id])

    def _lead(self) -> world.Lead:
        random = self.random
        country = random.choices(COUNTRIES, [WEIGHTS.get(c.iso2, OTHER_WEIGHT) for c in COUNTRIES])[
            0
        ]
        city = random.choice(country.cities)
        industry = random.choice(sorted(INDUSTRIES))
        company = self.companies.next(country.iso2, industry)
        title, seniority, _ = random.choices(TITLES, [weight for _, _, weight in TITLES])[0]
        employees = int(10 ** random.uniform(1.1, 3.6))
        source = random.choices(tuple(SOURCE_EFFECT), _SOURCE_WEIGHT)[0]
        opened = self._opened()
        decided = self._decided(opened)
        name = person_name(random, country.iso2)
        return world.Lead(
            id=self.numbering.next("lead"),
            name=name,
            company=f"{company} {random.choice(country.legal_forms)}",
            title=title,
            seniority=seniority,
            email=address_of(name, domain_of(company, country)),
            phone=phone_in(
                country, city, 500 + 97 * self.block.number + self.numbering.left("lead")
            ),
            country=country.iso2,
            industry=industry,
            employees=employees,
            source=source,
            owner=country.rep,
            status=random.choice(("new", "working")),
            opened=opened,
            decided=decided,
            converted=False,
            log_odds=SOURCE_EFFECT[source] + SENIORITY_EFFECT[seniority] + size_effect(employees),
        )

    def _opened(self) -> datetime:
        recent = self.random.random() < RECENT_SHARE
        days_ago = self.random.randint(4, 25 if recent else HISTORY_DAYS - 10)
        day = self.calendar.today - timedelta(days=days_ago)
        moment = working_moment(day, self.random.randint(7, 16), self.random.randrange(60))
        return min(moment, self.calendar.midnight - timedelta(hours=7))

    def _decided(self, opened: datetime) -> datetime | None:
        day = opened.date() + timedelta(days=int(self.random.triangular(12, 85, 35)))
        decided = working_moment(day, self.random.randint(8, 16), self.random.randrange(60))
        return decided if decided < self.calendar.midnight - timedelta(days=1) else None

    def _events_of(self, lead: world.Lead) -> list[world.Event]:
        # A lead's own interest sets the pace; what it does is all that anyone can see of it.
        pace = math.exp(self.random.gauss(0.0, 0.7))
        until = lead.decided or self.calendar.midnight
        days = max(2.0, (until - lead.opened).total_seconds() / 86400)
        count = min(70, max(1, round(pace * self.events_per_lead * days / 40)))
        moments = sorted(
            lead.opened + timedelta(days=self.random.uniform(0, days)) for _ in range(count)
        )
        return [self._event(lead.id, lead.email, moment) for moment in moments]

    def _event(self, person: str, email: str, moment: datetime) -> world.Event:
        kind = self.random.choices(_TYPES, _TYPE_WEIGHTS)[0]
        return make_event(self.numbering, self.random, person, email, kind, moment)

    def fill_with_contacts(self) -> None:
        """Give the events that are left to people at accounts, more of them to recent weeks."""
        people = [contact for contact in self.block.contacts if not contact.deleted]
        for _ in range(self.numbering.left("event")):
            person = self.random.choice(people)
            oldest = min(HISTORY_DAYS, (self.calendar.midnight - person.created).days)
            days_ago = self.random.uniform(0, 1) ** 1.3 * max(2, oldest) + 0.05
            moment = self.calendar.midnight - timedelta(days=days_ago)
            self.block.events.append(self._event(person.id, person.email, moment))


def make_event(
    numbering: Numbering, random: Random, person: str, email: str, kind: str, moment: datetime
) -> world.Event:
    """One event to the second, with something that it is about."""
    asset = random.choice(EVENT_TYPES[kind][1])
    return world.Event(
        numbering.next("event"), person, email, kind, moment.replace(microsecond=0), asset
    )


def domain_of(company: str, country: Country) -> str:
    """The domain a company would take; the country keeps namesakes apart."""
    return f"{ascii_slug(company)}-{country.iso2.lower()}.example"


def address_of(name: PersonName, domain: str) -> str:
    """given.family@domain in plain letters."""
    return f"{ascii_slug(name.given)}.{ascii_slug(name.family)}@{domain}"


def _logistic(random: Random) -> float:
    share = min(max(random.random(), 1e-12), 1 - 1e-12)
    return math.log(share / (1 - share))
