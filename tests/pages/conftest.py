"""People with a password, and the browser they sign in with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from assistant.db import new_id
from assistant.governance import people
from assistant.governance.access import Principal, Role
from tests.conftest import Office
from tests.pages.browsing import PASSWORD, Browser
from tests.pages.ground import Ground, lay
from tests.pages.talks import bring


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone signed in, and the browser they sit at."""

    principal: Principal
    email: str
    browser: Browser


SignIn = Callable[..., Guest]


@pytest.fixture
def browser(office: Office) -> Browser:
    """A browser that nobody has signed in with."""
    return Browser(office.make_client())


@pytest.fixture
def sign_in(office: Office) -> SignIn:
    """Makes a person of a role whose browser is signed in from the start."""

    def signed_in(role: str = "rep", *, team: str = "north", name: str = "") -> Guest:
        person = office.person(role, team=team, name=name)
        return Guest(person.principal, person.email, Browser(person.client))

    return signed_in


@pytest.fixture
def sign_in_by_form(office: Office) -> SignIn:
    """Makes a person with a password and signs them in by the form."""

    def signed_in(role: str = "rep", *, team: str = "north", name: str = "") -> Guest:
        email = f"{new_id(role)[-8:]}.{role}@vendor.example"
        with office.sessions.begin() as session:
            user = people.add_user(
                session, email, Role(role), now=office.clock.now, name=name, password=PASSWORD,
                teams=(team,) if team else (),
            )  # fmt: skip
            principal = people.principal_of_user(session, user.id)
        browser = Browser(office.make_client())
        browser.open("/sign-in")
        browser.send(browser.form("/sign-in"), email=email, password=PASSWORD)
        return Guest(principal, email, browser)

    return signed_in


@pytest.fixture
def rep(office: Office, sign_in: SignIn) -> Guest:
    """Who holds the calls."""
    return office.laid("who holds the calls", lambda _: sign_in(name="Priya Raman"))


@pytest.fixture
def ground(office: Office, rep: Guest) -> Ground:
    """The records that a call is about."""
    return lay(office, rep.principal)


@pytest.fixture
def call_id(office: Office, rep: Guest, ground: Ground) -> str:
    """A call with its note drafted."""
    return bring(office, rep.principal, account_id=ground.account, deal_id=ground.deal)
