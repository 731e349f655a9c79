"""A model learned once, and put into use in the offices of tests that need one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.db import Sessions, make_engine
from assistant.db.tables import Model
from assistant.learning.models import promote
from assistant.learning.training import train
from tests.conftest import NOW, Office, Person
from tests.learning.ground import Ground

Teach = Callable[[Office], None]


@pytest.fixture(scope="session")
def learned(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The champion of two years of leads."""
    path = tmp_path_factory.mktemp("learned") / "rapport.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    sessions = Sessions(engine)
    with sessions.begin() as session:
        Ground(session).past()
    assert train(sessions, NOW, "test").status == "champion"
    with sessions.reading() as session:
        model = session.scalars(select(Model)).one()
    engine.dispose()
    return model


@pytest.fixture
def rep(office: Office) -> Person:
    """The owner of the leads."""
    return office.person(name="Rosa Rep")


@pytest.fixture
def taught(office: Office, learned: Model) -> Office:
    """An office where the learned model is in use and one feed delivers."""
    office.laid("a model in use", lambda _: _teach(office, learned))
    return office


def _teach(office: Office, learned: Model) -> None:
    with office.sessions.begin() as session:
        Ground(session).source()
        session.add(
            Model(
                name=learned.name, version=learned.version, status="challenger",
                scorecard=learned.scorecard, metrics=learned.metrics, gates=learned.gates,
                trained_at=learned.trained_at, trained_by="test",
            )
        )  # fmt: skip
        session.flush()
        promote(session, learned.name, learned.version, by="test", now=NOW)
