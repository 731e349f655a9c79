"""Fixtures that everything shares: a fresh database of each kind, the app on it, people."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine

from assistant.app import Parts, create_parts
from assistant.db import Sessions, make_engine, new_id, prepare
from assistant.governance import people
from assistant.governance.access import Principal, Role
from assistant.governance.http import utc_now
from assistant.settings import Settings
from tests import postgres
from tests.paths import MODELS_DIR
from tests.sharing import Apps, compiled_once
from tests.snapshots import Snapshots

T = TypeVar("T")
IN_CI = os.environ.get("CI") == "true"
NOW = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI everything that tests want is there: a skipped test is one that was lost."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may skip: {report.longrepr}"
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Tests that share what is dear to lay run in one process."""
    from tests.scheduling import TogetherScheduling

    return TogetherScheduling(config, log)


@pytest.fixture(autouse=True, scope="session")
def _no_settings_of_the_machine() -> Iterator[None]:
    """Tests say themselves what is set."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("RAPPORT_")}
    yield
    os.environ.update(kept)


@pytest.fixture(autouse=True, scope="session")
def _statements_are_compiled_once() -> Iterator[None]:
    """Whatever engine a test works on."""
    with compiled_once():
        yield


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_hashed_at_once() -> Iterator[None]:
    """By argon2 all the same; what guessing costs is for those who have something to guess."""
    with pytest.MonkeyPatch.context() as patch:
        quick = partial(Argon2Hasher, time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr("assistant.governance.people.Argon2Hasher", quick)
        yield


@pytest.fixture(scope="session")
def apps() -> Apps:
    """The applications of this process."""
    return Apps()


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Snapshots:
    """What the fixtures of this process have laid."""
    return Snapshots(tmp_path_factory.mktemp("snapshots"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "rapport.db"
    engine = make_engine(f"sqlite:///{path}")
    prepare(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server with a migrated template database, one per test process."""
    if named := os.environ.get("RAPPORT_TEST_POSTGRES"):
        yield named
        return
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL binaries here: install Debian's `postgresql` to run these too")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may have 107 bytes
    try:
        with postgres.server(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def fresh_postgres(postgres_server: str) -> postgres.Fresh:
    """Migrated, empty databases on the server, one at a time."""
    return postgres.Fresh(postgres_server, _migrate)


def _migrate(url: str) -> None:
    """Migrate the database at `url`."""
    engine = make_engine(url)
    prepare(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database; each test runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "rapport.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    fresh: postgres.Fresh = request.getfixturevalue("fresh_postgres")
    with fresh.database() as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh database."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """Sessions on a fresh database."""
    return Sessions(engine)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of an embedded service without a language model."""
    return Settings(
        home=tmp_path / "home",
        database_url=database_url,
        models_dir=MODELS_DIR,
        embedding_model="",
        sign_in_attempts_per_minute=5,
        sign_in_address_attempts_per_minute=12,
    )


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    """A service without HTTP; `parts.jobs.run_pending()` does its background work at once."""
    made = create_parts(settings)
    yield made
    made.close()


@dataclass(slots=True)
class Clock:
    """The time as the service sees it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Person:
    """Someone signed in: their client carries their token."""

    principal: Principal
    email: str
    client: TestClient


@dataclass(slots=True)
class Office:
    """The app, its clock, and people made on demand."""

    parts: Parts
    clock: Clock
    make_client: Callable[[], TestClient]
    snapshots: Snapshots

    @property
    def sessions(self) -> Sessions:
        """Sessions on the office's database."""
        return self.parts.sessions

    def person(self, role: str = "rep", *, team: str = "north", name: str = "") -> Person:
        """A new user of this role and team, with an API token."""
        email = f"{new_id(role)[-8:]}.{role}@vendor.example"
        with self.sessions.begin() as session:
            user = people.add_user(
                session, email, Role(role), now=self.clock.now, name=name,
                teams=(team,) if team else (),
            )  # fmt: skip
            token = people.create_token(
                session, email, now=self.clock.now, name="test",
                scopes=frozenset({"read", "write"}), days=30,
            )  # fmt: skip
            principal = people.principal_of_user(session, user.id)
        client = self.make_client()
        client.headers["Authorization"] = f"Bearer {token}"
        return Person(principal, email, client)

    def laid(self, name: str, lay: Callable[[Office], T]) -> T:
        """What `lay` makes in this office, which it does once for all tests of this process."""
        bound = {"office": self, "clock": self.clock, "make_client": self.make_client}
        engine = self.sessions.engine
        return self.snapshots.laid(name, self.parts.settings, engine, lambda: lay(self), bound)

    def settle(self) -> None:
        """Let all background work be done, at the office's time."""
        self.parts.jobs.run_pending(self.clock.now)


@pytest.fixture
def office(parts: Parts, settings: Settings, apps: Apps, snapshots: Snapshots) -> Iterator[Office]:
    """The HTTP application on a fresh database, with its background work done by `settle()`."""
    clock = Clock()
    app = apps.bound(settings, parts)
    app.dependency_overrides[utc_now] = clock
    clients: list[TestClient] = []

    def make_client() -> TestClient:
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        clients.append(client)
        return client

    yield Office(parts, clock, make_client, snapshots)
    for client in clients:
        client.close()
