"""Templates to replies: the environment, what every page knows, and the visitor it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from assistant.db.tables import User
from assistant.governance.access import Principal, Role
from assistant.governance.http import Now, authenticate, sessions_of
from assistant.pages import assets, words

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The signed-in person a page is made for, and their clock."""

    principal: Principal
    name: str
    email: str
    clock: words.Clock

    @property
    def role(self) -> Role:
        """What the person is here for."""
        return self.principal.role


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the main navigation."""

    path: str
    label: str
    icon: str


HOME = Place("/", "Home", "home")
ACCOUNTS = Place("/accounts", "Accounts", "accounts")
CALLS = Place("/calls", "Calls", "calls")
ASK = Place("/chat", "Ask", "ask")
CUSTOMERS = Place("/customers", "Customers", "customers")
HOUSE = Place("/operations", "Operations", "house")


def places(role: Role) -> tuple[Place, ...]:
    """Where this role goes, in the order of its day."""
    if role is Role.CUSTOMER:
        return (HOME, ASK)  # what they may read, they find by asking
    if role is Role.SUPPORT:
        return (HOME, CUSTOMERS, ASK, CALLS, ACCOUNTS)
    if role in (Role.OPS, Role.PRIVACY):
        return (HOME, ACCOUNTS, CALLS, ASK, CUSTOMERS)  # how the house stands is their home
    if role is Role.MANAGER:
        return (HOME, ACCOUNTS, CALLS, ASK, CUSTOMERS, HOUSE)
    return (HOME, ACCOUNTS, CALLS, ASK, CUSTOMERS)


def visitor_of(request: Request, now: datetime) -> Visitor:
    """Who looks at the page; raises NotAuthenticated when nobody is signed in."""
    with sessions_of(request).reading() as session:
        principal = authenticate(session, request, now)
        user = session.get_one(User, principal.user_id)
        zone = request.app.state.settings.timezone
        clock = words.clock_in(now, user.timezone, zone)
        return Visitor(principal, user.name, user.email, clock)


def _visitor(request: Request, now: Now) -> Visitor:
    visitor = visitor_of(request, now)
    visitor.principal.require("read" if request.method in ("GET", "HEAD") else "write")
    return visitor


CurrentVisitor = Annotated[Visitor, Depends(_visitor)]


def show(
    request: Request,
    visitor: Visitor | None,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HTMLResponse:
    """The page made from `template`; without a visitor it shows no navigation."""
    clock = visitor.clock if visitor else words.clock_in(datetime.fromtimestamp(0).astimezone())
    common = {
        "visitor": visitor,
        "clock": clock,
        "places": places(visitor.role) if visitor else (),
        "path": request.url.path,
    }
    html = environment().get_template(template).render({**common, **context})
    return HTMLResponse(html, status)


@cache
def environment() -> Environment:
    """Strict templates: everything is escaped, and a name that is not given is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update({"asset": assets.address, "role_names": words.ROLES})
    made.filters.update(
        {
            "day": _day, "moment": _moment, "when": _when, "since": _since, "due": _due,
            "iso": _iso, "money": words.money, "clock_time": words.clock_time,
            "percent": words.percent,
            "signed": words.signed, "kind_name": words.kind_name, "spoken": words.spoken,
            "channel_name": words.channel_name, "count": words.count, "initials": words.initials,
        }
    )  # fmt: skip
    return made


@pass_context
def _day(context: Context, when: date | datetime | None) -> str:
    return _clock(context).day(when)


@pass_context
def _moment(context: Context, when: datetime | None) -> str:
    return _clock(context).time(when)


@pass_context
def _when(context: Context, when: date | datetime | None) -> str:
    """A moment with its time, a day without one."""
    clock = _clock(context)
    return clock.time(when) if isinstance(when, datetime) else clock.day(when)


@pass_context
def _since(context: Context, when: datetime | None) -> str:
    return _clock(context).since(when)


@pass_context
def _due(context: Context, on: date | None) -> str:
    return _clock(context).due(on)


def _iso(when: date | datetime | None) -> str:
    return "" if when is None else when.isoformat()


def _clock(context: Context) -> words.Clock:
    clock = context["clock"]
    if not isinstance(clock, words.Clock):
        raise TypeError("a page is rendered with the visitor's clock")
    return clock
