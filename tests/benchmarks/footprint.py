"""Memory of `serve` idle and under the demo's load, import time, and the weight of each page."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.benchmarks.report import Report

MIB = 2**20
QUESTIONS = (
    "How many open tickets are there?",
    "What is the total of orders this year?",
    "Which deals close next month?",
    "What did customers say about budget?",
)
PAGES = ("/", "/accounts", "/calls", "/chat")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The demo's size, and how long to load it."""
    parser.add_argument("--scale", type=int, default=1, help="size of the demo organisation")
    parser.add_argument("--rounds", type=int, default=20, help="rounds of requests under load")


def run(arguments: argparse.Namespace) -> Report:
    """Make a demo organisation in a temporary home, serve it, and measure from outside."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        figures = {"import_s": _import_seconds()}
        started = time.perf_counter()
        _rapport(home, "demo", "--no-serve", "--scale", str(arguments.scale))
        figures["demo_s"] = time.perf_counter() - started
        known = json.loads((home / "demo" / "credentials.json").read_text())
        rep = next(person for person in known["users"] if person["role"] == "rep")
        with _serving(home) as (process, port):
            time.sleep(3)
            figures["idle_mib"] = _resident_mib(process)
            cookie = _sign_in(port, rep["email"], known["password"])
            figures |= _weights(port, cookie)
            figures |= _load(port, cookie, arguments.rounds)
            figures["loaded_mib"] = _resident_mib(process)
    return Report("footprint", f"demo organisation, scale {arguments.scale}", figures)


def _import_seconds() -> float:
    """Median of five fresh interpreters that import the application."""
    code = "import assistant.app"
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "RAPPORT_HOME": str(home)}


def _rapport(home: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "assistant", *words],
        check=True, env=_environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@contextmanager
def _serving(home: Path) -> Iterator[tuple[psutil.Process, int]]:
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", "0"],
        env=_environment(home), stderr=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        try:
            assert child.stderr is not None
            line = child.stderr.readline()
            port = int(line.split("http://127.0.0.1:")[1].split()[0])
            _wait_until_ready(port)
            yield psutil.Process(child.pid), port
        finally:
            child.terminate()


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if _get(port, "/livez", "")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not come up within 60 s")


def _resident_mib(process: psutil.Process) -> float:
    """Of the server and its children, pages they share counted once (PSS)."""
    family = [process, *process.children(recursive=True)]
    return sum(member.memory_full_info().pss for member in family) / MIB


def _request(
    port: int, method: str, path: str, body: object, headers: dict[str, str]
) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, headers)
        reply = connection.getresponse()
        return reply.status, reply.read(), dict(reply.getheaders())
    finally:
        connection.close()


def _get(port: int, path: str, cookie: str) -> tuple[int, bytes]:
    status, content, _ = _request(port, "GET", path, None, {"Cookie": cookie})
    return status, content


def _sign_in(port: int, email: str, password: str) -> str:
    status, _, headers = _request(
        port, "POST", "/api/v1/session", {"email": email, "password": password},
        {"Content-Type": "application/json"},
    )  # fmt: skip
    assert status == 204, f"signing in failed with status {status}"
    return headers["set-cookie"].partition(";")[0]


def _weights(port: int, cookie: str) -> dict[str, float]:
    """KiB of each page, and of all static files a browser loads with them."""
    static = Path(__file__).resolve().parents[2] / "assistant" / "pages" / "static"
    files = [path for path in static.rglob("*") if path.suffix in (".css", ".js", ".svg")]
    weights = {"static_kib": sum(path.stat().st_size for path in files) / 1024}
    for path in PAGES:
        status, content = _get(port, path, cookie)
        assert status == 200, f"{path} answered {status}"
        weights[f"page_{path.strip('/') or 'home'}_kib"] = len(content) / 1024
    return weights


def _load(port: int, cookie: str, rounds: int) -> dict[str, float]:
    """A rep's reading and asking, one after the other; milliseconds at the median."""
    pages, answers = [], []
    headers = {
        "Cookie": cookie,
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Origin": f"http://127.0.0.1:{port}",
    }
    for number in range(rounds):
        started = time.perf_counter()
        _get(port, PAGES[number % len(PAGES)], cookie)
        pages.append(time.perf_counter() - started)
        question = {"message": QUESTIONS[number % len(QUESTIONS)]}
        started = time.perf_counter()
        status, _, _ = _request(port, "POST", "/api/v1/chat", question, headers)
        assert status == 200, f"/api/v1/chat answered {status}"
        answers.append(time.perf_counter() - started)
    return {
        "page_p50_ms": statistics.median(pages) * 1000,
        "answer_p50_ms": statistics.median(answers) * 1000,
    }
