"""Questions with known answers, asked over HTTP of an organisation from outside or of the demo.

With --records DIR and --questions FILE the organisation is anybody's: one CSV or JSON-lines file
for each kind of record, columns named as their owners name them. See docs/evaluation.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from fastapi.testclient import TestClient
from rich.console import Console

from assistant.app import Parts, create_app, create_parts
from assistant.demo.asked import demo_cases, demo_world
from assistant.demo.load import load_demo
from assistant.errors import Invalid
from assistant.evaluation.asking import ask_all
from assistant.evaluation.cases import Case, read_cases
from assistant.evaluation.figures import by_kind, figures
from assistant.evaluation.judging import Judged, judge
from assistant.evaluation.outside import asker_of, take_in
from assistant.evaluation.runs import save_run
from assistant.governance import people
from assistant.governance.http import utc_now
from assistant.settings import Settings
from tests.benchmarks.report import Report
from tests.paths import MODELS_DIR

_ROUNDS = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose organisation, and as of when it is asked."""
    parser.add_argument("--records", type=Path, help="folder of the organisation's files")
    parser.add_argument("--questions", type=Path, help="questions with expected answers")
    parser.add_argument("--scale", type=int, default=1, help="size of the demo")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another demo")
    parser.add_argument("--now", help="the moment of asking, such as 2026-06-30; now by default")
    parser.add_argument("--save", type=Path, help="write every question with its reply here")
    parser.add_argument("--llm", help="an OpenAI-compatible endpoint that words the answers")


def run(arguments: argparse.Namespace) -> Report:
    """Take the organisation in, ask every question as its person, and score the replies."""
    if (arguments.records is None) != (arguments.questions is None):
        raise SystemExit("--records and --questions belong together.")
    now = moment(arguments.now)
    with tempfile.TemporaryDirectory() as home:
        settings = settings_of(Path(home), arguments.llm)
        parts = create_parts(settings)
        try:
            if arguments.records is None:
                return _demo(settings, parts, arguments, now)
            return _outside(settings, parts, arguments, now)
        finally:
            parts.close()


def moment(stated: str | None) -> datetime:
    """The moment that was stated, at noon where it is a day; now where none was."""
    if stated is None:
        return datetime.now(UTC)
    found = datetime.fromisoformat(stated)
    return found if found.tzinfo else found.replace(tzinfo=UTC, hour=found.hour or 12)


def settings_of(home: Path, llm: str | None) -> Settings:
    """Those of an installation in this folder, with the tests' models."""
    return Settings(home=home, models_dir=MODELS_DIR, llm_base_url=llm or "")


def _outside(
    settings: Settings, parts: Parts, arguments: argparse.Namespace, now: datetime
) -> Report:
    try:
        cases = read_cases(arguments.questions)
        taken = take_in(
            parts.sessions, arguments.records, cases,
            lambda: parts.jobs.run_pending(now, rounds=_ROUNDS), now=now,
        )  # fmt: skip
    except Invalid as error:
        raise SystemExit(error.detail) from None
    office = Askers(settings, parts, now)
    judged = [judge(heard, taken.world) for heard in ask_all(cases, office.ask)]
    if arguments.save:
        save_run(arguments.save, judged)
    rows = sum(report.counts.get("taken", 0) for report in taken.reports)
    data = f"{arguments.records.name}: {rows:,} rows of {len(taken.reports)} files"
    return Report("answers", data, figures(judged), notes=[*_notes(judged), *taken.notes])


def _demo(settings: Settings, parts: Parts, arguments: argparse.Namespace, now: datetime) -> Report:
    load_demo(
        parts.sessions, parts.jobs, settings.home, scale=arguments.scale, seed=arguments.seed,
        now=now, console=Console(quiet=True),
    )  # fmt: skip
    cases = demo_cases(settings.home)
    world = demo_world(parts.sessions, settings.home)
    office = Askers(settings, parts, now)
    judged = [judge(heard, world) for heard in ask_all(cases, office.ask)]
    if arguments.save:
        save_run(arguments.save, judged)
    data = f"demo of scale {arguments.scale}, seed {arguments.seed}"
    return Report("answers", data, figures(judged), notes=_notes(judged))


class Askers:
    """The people who ask, each with a token of their own, at a clock that the questions set."""

    def __init__(self, settings: Settings, parts: Parts, now: datetime) -> None:
        self.parts, self.now, self._asked_at = parts, now, now
        self._app = create_app(settings, parts=parts, background=False)
        self._app.dependency_overrides[utc_now] = lambda: self._asked_at
        self._clients: dict[str, TestClient] = {}

    def ask(self, case: Case, conversation_id: str | None) -> Mapping[str, object]:
        """The whole reply of POST /api/v1/chat to this person."""
        self._asked_at = case.asked_at or self.now
        body: dict[str, object] = {"message": case.question}
        if conversation_id:
            body["conversation_id"] = conversation_id
        reply = self._client(case).post(
            "/api/v1/chat", json=body, headers={"Accept": "application/json"}
        )
        if reply.status_code != 200:
            return {"status": f"HTTP {reply.status_code}", "message": reply.text[:300]}
        found: Mapping[str, object] = reply.json()
        return found

    def _client(self, case: Case) -> TestClient:
        address = asker_of(case)
        if address not in self._clients:
            with self.parts.sessions.begin() as session:
                token = people.create_token(
                    session, address, now=self.now, name="evaluation",
                    scopes=frozenset({"read"}), days=3650,
                )  # fmt: skip
            client = TestClient(self._app, base_url="http://127.0.0.1")
            client.headers["Authorization"] = f"Bearer {token}"
            self._clients[address] = client
        return self._clients[address]


def _notes(judged: Sequence[Judged]) -> list[str]:
    """Scores by kind, then what was missed: the question, what was expected, what was said."""
    notes = [f"{kind}: {right} of {total}" for kind, (right, total) in by_kind(judged).items()]
    for one in judged:
        if not one.right:
            case = one.heard.case
            expected = ", ".join(case.value) or case.status
            said = one.heard.text[:300] or one.heard.status
            notes.append(
                f"missed ({case.kind}) {case.question} [expected {expected}] "
                f"{'; '.join(one.reasons)}: {said}"
            )
    return notes
