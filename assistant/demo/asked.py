"""The demo organisation's own questions, and what is needed to judge the answers to them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from assistant.crm.cells import as_text
from assistant.crm.files import read_file
from assistant.crm.hygiene import fold
from assistant.crm.rows import Row
from assistant.db import Sessions
from assistant.demo import store
from assistant.demo.staff import STAFF
from assistant.demo.state import folder_of
from assistant.evaluation import store as names
from assistant.evaluation.cases import Case, read_cases
from assistant.evaluation.world import World
from assistant.governance.access import Role

_FOLLOWED = 6


def demo_cases(home: Path) -> list[Case]:
    """The planted questions with their gold, and some that follow one another."""
    truth = folder_of(home) / "files" / "truth"
    return [*read_cases(truth / "questions.jsonl"), *_following(truth)]


def _following(truth: Path) -> Iterator[Case]:
    """Two questions in one conversation, of which the second says nobody's name."""
    lines = (truth / "people.jsonl").read_text(encoding="utf-8").splitlines()
    people = [json.loads(line) for line in lines]
    namesakes = Counter(fold(person["name"]) for person in people)
    manager = next(person.email for person in STAFF if person.role == "ops")
    told = [
        person for person in people
        if person["email"] and person["phone"] and not person["deleted"]
        and namesakes[fold(person["name"])] == 1
    ][:_FOLLOWED]  # fmt: skip
    for person in told:
        thread = f"about {person['id']}"
        asked = (
            (f"What is the e-mail address of {person['name']}?", person["email"]),
            ("And the phone number?", person["phone"]),
        )
        for question, value in asked:
            yield Case(
                question, Role.OPS, "which one is meant", manager, value=(value,), thread=thread
            )


def demo_world(sessions: Sessions, home: Path) -> World:
    """What the files hold, who works there, and what each record is called."""
    called: dict[str, set[str]] = defaultdict(set)
    files = folder_of(home) / "files"
    slugs = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path.stem
        for path in (files / "calls").iterdir()
    }
    with sessions.reading() as session:
        for record_id, name in names.names_of_records(session):
            called[record_id].add(fold(name))
        for record_id, digest in store.calls(session):
            if digest in slugs:
                called[record_id].add(fold(f"call:{slugs[digest]}"))
        staff = dict(names.staff(session))
    world = World({one: frozenset(found) for one, found in called.items()}, staff)
    for path in sorted(files.rglob("*")):
        if path.suffix in {".csv", ".jsonl"} and "truth" not in path.parts:
            for row in read_file(path).rows():
                if isinstance(row, Row):
                    world.see(path.name, {name: as_text(cell) for name, cell in row.cells.items()})
    return world
