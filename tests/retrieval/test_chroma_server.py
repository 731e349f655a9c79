"""Several processes share one Chroma server: what one adds or removes, the others find or miss."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from retrieval.vectors import ChromaVectors
from tests.retrieval.test_vectors import digests, unit

_CHROMA = Path(sys.executable).with_name("chroma")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where a real Chroma server listens on loopback, on a folder of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    folder = tmp_path_factory.mktemp("chroma")
    command = [str(_CHROMA), "run", "--path", str(folder), "--host", "127.0.0.1",
               "--port", str(number)]  # fmt: skip
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for(number, server)
        yield number
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat", timeout=2).raise_for_status()
        except httpx.HTTPError:
            assert server.poll() is None, "the server ended at once"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.1)
        else:
            return


def test_what_one_worker_adds_another_finds_and_misses_once_it_is_removed(port: int) -> None:
    vectors, [asked] = unit(3, 50), unit(4, 1)
    one, other = (
        ChromaVectors.on_server("127.0.0.1", port),
        ChromaVectors.on_server("127.0.0.1", port),
    )
    assert other.nearest(asked, 5) == []
    one.add(digests(50), vectors)
    exact = np.argsort(-(vectors @ asked))[:5]
    assert [digest for digest, _ in other.nearest(asked, 5)] == [digests(50)[i] for i in exact]
    first = digests(50)[exact[0]]
    other.remove([first])
    assert first not in [digest for digest, _ in one.nearest(asked, 50)]
    assert one.count() == other.count() == 49


def test_another_process_shares_the_server(port: int) -> None:
    script = (
        "import sys; from retrieval.vectors import ChromaVectors\n"
        "print(ChromaVectors.on_server('127.0.0.1', int(sys.argv[1])).count())"
    )
    mine = ChromaVectors.on_server("127.0.0.1", port)
    done = subprocess.run(
        [sys.executable, "-c", script, str(port)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == mine.count()


def test_a_worker_goes_on_after_another_made_the_vectors_anew(port: int) -> None:
    vectors = unit(5, 20)
    one, other = (
        ChromaVectors.on_server("127.0.0.1", port),
        ChromaVectors.on_server("127.0.0.1", port),
    )
    one.replace_all([(digests(20), vectors)])
    assert other.count() == 20
    assert other.nearest(vectors[7], 1)[0][0] == digests(20)[7]
    other.add([f"{99:064x}"], unit(6, 1))
    assert one.count() == 21
