"""The demo organisation taken in through the same doors as anybody's records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assistant.calls.files import Incoming
from assistant.calls.service import NewCall, read_upload, receive_call
from assistant.crm.imports import import_file
from assistant.db import Sessions
from assistant.demo import store
from assistant.demo.generation import generate
from assistant.demo.organisation import DemoCall, DemoOrganisation, DemoUser
from assistant.demo.state import (
    DemoState,
    credentials_path,
    folder_of,
    password_of,
    read_state,
    write_state,
)
from assistant.errors import Conflict
from assistant.governance import people
from assistant.governance.access import Role
from assistant.jobs import Jobs
from assistant.learning.training import train

# The CRM is kept by hand and by many; a sign-up form is filled in in a hurry.
TRUST: dict[str, int] = {"crm": 80, "billing": 60, "support": 50, "marketing": 30}
CREATED_BY = "demo"
# A block leaves some 5,000 changes, of which a slow machine may take few at a time.
ROUNDS_PER_BLOCK = 2000


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """What a home holds after loading; `kept` when it was all there before."""

    scale: int
    seed: int
    users: tuple[DemoUser, ...]
    password: str
    credentials: Path
    truth: Path
    kept: bool
    rows_taken: int
    rows_refused: int
    calls: int
    recordings: int
    score: str  # champion, or what kept the challenger from becoming it


def load_demo(
    sessions: Sessions,
    jobs: Jobs,
    home: Path,
    *,
    scale: int,
    seed: int,
    now: datetime,
    console: Console | None = None,
    recordings: bool = False,
) -> LoadedDemo:
    """Generate the demo under home and take it in: people, records, calls, index, scores, actions.

    recordings: bring the sample calls as sound too; whoever serves the home transcribes them.

    A second run with the same scale and seed keeps what is there; one that was interrupted goes
    on. Raises Conflict when home holds another demo, or records that are not the demo's.
    """
    state = read_state(home)
    _refuse_other_homes(sessions, home, state, scale, seed)
    made_for = datetime.combine(state.day, time(12), UTC) if state is not None else now
    organisation = generate(folder_of(home) / "files", scale=scale, seed=seed, now=made_for)
    password = password_of(home, organisation.users)
    if state is not None and state.complete:
        return _loaded(home, organisation, password, kept=True)
    begun = DemoState(scale, seed, organisation.today.isoformat(), complete=False)
    write_state(home, begun)
    with _progress(console) as progress:
        loading = _Loading(sessions, jobs, home, organisation, now, progress)
        loading.add_people(password)
        taken, refused = loading.import_files()
        loading.bring_calls()
        loading.settle()
        score = loading.train_score()
        if recordings:
            loading.bring_recordings()
    write_state(home, replace(begun, complete=True))
    loaded = _loaded(home, organisation, password, kept=False)
    brought = len(organisation.recordings) if recordings else 0
    return replace(loaded, rows_taken=taken, rows_refused=refused, recordings=brought, score=score)


def _refuse_other_homes(
    sessions: Sessions, home: Path, state: DemoState | None, scale: int, seed: int
) -> None:
    advice = f"Set RAPPORT_HOME to an empty folder, or remove {home} to begin anew."
    if state is None:
        with sessions.reading() as session:
            if store.anyone_works_here(session):
                raise Conflict(f"{home} already holds an organisation that is no demo. {advice}")
    elif (state.scale, state.seed) != (scale, seed):
        raise Conflict(
            f"{home} holds the demo of scale {state.scale} and seed {state.seed}; asked for was "
            f"scale {scale} and seed {seed}. {advice}"
        )


def _loaded(home: Path, organisation: DemoOrganisation, password: str, *, kept: bool) -> LoadedDemo:
    return LoadedDemo(
        scale=organisation.scale,
        seed=organisation.seed,
        users=organisation.users,
        password=password,
        credentials=credentials_path(home),
        truth=organisation.truth,
        kept=kept,
        rows_taken=0,
        rows_refused=0,
        calls=len(organisation.calls),
        recordings=0,
        score="",
    )


@dataclass(slots=True)
class _Loading:
    """The steps, each of which may be repeated."""

    sessions: Sessions
    jobs: Jobs
    home: Path
    organisation: DemoOrganisation
    now: datetime
    progress: Progress

    def add_people(self, password: str) -> None:
        with self._step("people", len(self.organisation.users)) as done:
            for user in self.organisation.users:
                self._add(user, password)
                done(1)

    def _add(self, user: DemoUser, password: str) -> None:
        with self.sessions.reading() as session:
            if store.user_id_of(session, user.email) is not None:
                return
        with self.sessions.begin() as session:
            people.add_user(
                session,
                user.email,
                Role(user.role),
                now=self.now,
                name=user.name,
                password=password,
                teams=(user.team,) if user.team else (),
                territory=user.territory or None,
                actor_id=CREATED_BY,
            )

    def import_files(self) -> tuple[int, int]:
        """Rows taken and refused; a file that was taken before adds nothing."""
        taken = refused = 0
        with self._step("files of four systems", len(self.organisation.files)) as done:
            for file in self.organisation.files:
                report = import_file(
                    self.sessions,
                    file.path,
                    source=file.source,
                    kind=file.kind,
                    trust=TRUST[file.source],
                    created_by=CREATED_BY,
                    now=self.now,
                )
                taken += report.counts.get("taken", 0)
                refused += report.counts.get("refused", 0)
                done(1)
        return taken, refused

    def bring_calls(self) -> None:
        with self._step("calls", len(self.organisation.calls)) as done:
            for call in self.organisation.calls:
                self._bring(call)
                done(1)

    def _bring(self, call: DemoCall) -> None:
        content = call.path.read_bytes()
        with self.sessions.reading() as session:
            if store.has_call(session, hashlib.sha256(content).hexdigest()):
                return
            user_id = store.user_id_of(session, call.user_email)
            principal = people.principal_of_user(session, user_id)
            new = NewCall(
                consent=call.consent,
                started_at=call.started_at,
                account_id=store.record_id_of(session, "crm", "account", call.account),
                contact_id=store.record_id_of(session, "crm", "contact", call.contact),
                deal_id=store.record_id_of(session, "crm", "deal", call.deal),
                title=call.title,
                channels=call.channels,
            )
        incoming = Incoming(self.home)
        incoming.write(content)
        file = incoming.keep(filename=call.path.name, media_type=None)
        transcript = read_upload(self.home, file)
        with self.sessions.begin() as session:
            receive_call(session, principal, new, file, transcript, now=self.now)

    def bring_recordings(self) -> None:
        """Last: nobody is to wait for their words before the first page."""
        with self._step("recordings", len(self.organisation.recordings)) as done:
            for recorded in self.organisation.recordings:
                self._bring(recorded)
                done(1)

    def settle(self) -> None:
        """Jobs and readers of changes: the search index, drafts of notes, suggestions."""
        with self._step("index, drafts, actions", 1) as done:
            self._run_pending()
            done(1)

    def train_score(self) -> str:
        """Train the lead score; what follows from it is settled too."""
        with self._step("lead score", 1) as done:
            report = train(self.sessions, self.now, CREATED_BY)
            self._run_pending()
            done(1)
        return "; ".join(report.reasons) or report.status

    def _run_pending(self) -> None:
        self.jobs.run_pending(self.now, rounds=ROUNDS_PER_BLOCK * self.organisation.scale)

    @contextmanager
    def _step(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        task = self.progress.add_task(name, total=total)
        yield lambda count: self.progress.advance(task, count)


def _progress(console: Console | None) -> Progress:
    return Progress(
        TextColumn("{task.description:24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console or Console(stderr=True),
    )
