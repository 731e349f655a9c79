"""A shelf of records, and an index that follows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from assistant.db import Sessions
from assistant.governance.access import Role
from assistant.governance.people import add_user, principal_of_user
from assistant.search import feeder
from tests.conftest import NOW
from tests.search.shelf import Shelf


class Desk:
    """Writes records as one rep, and brings the index up to date."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        with sessions.begin() as session:
            user = add_user(
                session, "dana@vendor.example", Role.REP, now=NOW, name="Dana Fox",
                teams=("north",),
            )  # fmt: skip
            self.rep = principal_of_user(session, user.id)

    def shelf(self) -> AbstractContextManager[Shelf]:
        """A shelf in a transaction of its own."""

        @contextmanager
        def opened() -> Iterator[Shelf]:
            with self.sessions.begin() as session:
                yield Shelf(session, self.rep)

        return opened()

    def follow(self) -> int:
        """Let the index follow all changes; how many there were."""
        done = 0
        while step := feeder.step(self.sessions, NOW):
            done += step
        return done


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    return Desk(sessions)
