"""A real `rapport serve` in a process of its own, which tests may kill."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2
import psutil

from assistant.app import create_parts
from assistant.governance import people
from assistant.governance.access import Role
from assistant.settings import Settings
from tests.paths import ROOT


def make_token(settings: Settings) -> str:
    """A rep of the service at this home, by their token; before it is served."""
    parts = create_parts(settings)
    now = datetime.now(UTC)
    with parts.sessions.begin() as session:
        people.add_user(session, "rep@vendor.example", Role.REP, now=now, name="", teams=())
        token = people.create_token(
            session, "rep@vendor.example", now=now, name="test",
            scopes=frozenset({"read", "write"}), days=1,
        )  # fmt: skip
    parts.close()
    return token


class Served:
    """The service at a home, from start to kill."""

    def __init__(self, home: Path, models: Path, token: str) -> None:
        environment = {
            "RAPPORT_HOME": str(home),
            "RAPPORT_MODELS_DIR": str(models),
            "RAPPORT_EMBEDDING_MODEL": "",
            "RAPPORT_PORT": "0",
            "RAPPORT_JOB_SWEEP_S": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "serve"],
            cwd=ROOT,
            env={**os.environ, **environment, "COLUMNS": "200"},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: deque[str] = deque(maxlen=200)
        url = self._url()
        threading.Thread(target=self._listen, daemon=True).start()
        self.client = httpx2.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )

    def kill(self) -> None:
        """Without any warning, as a crash does; its children must notice by themselves."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        _, left = psutil.wait_procs(children, timeout=10)
        assert not left

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _url(self) -> str:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if found := re.search(r"http://[\d.]+:\d+", line):
                return found.group()
        raise AssertionError("the service did not start:\n" + "".join(self.said))

    def _listen(self) -> None:
        assert self.process.stderr is not None
        self.said.extend(self.process.stderr)
