"""Running the service in this process: the server with its background work, or a worker alone."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.errors import Conflict, Invalid
from assistant.settings import Settings


def run_server(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Serve until told to stop; `announce` gets the address once connections are accepted.

    Raises Conflict when another process owns this home or this port, Invalid for workers that an
    embedded service cannot have.
    """
    import uvicorn

    from assistant.app import create_app, create_parts

    if settings.workers > 1 and settings.embedded:
        raise Invalid(
            f"RAPPORT_WORKERS={settings.workers} needs PostgreSQL and a Chroma server: set "
            "RAPPORT_DATABASE_URL and RAPPORT_CHROMA_URL, or leave RAPPORT_WORKERS at 1."
        )
    with owned(settings), _listening(settings) as listener:
        app = create_app(settings, parts=create_parts(settings))
        config = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=5,
            timeout_keep_alive=30, limit_concurrency=2000, server_header=False,
        )  # fmt: skip
        host, port = listener.getsockname()[:2]
        announce(f"http://{host}:{port}")
        uvicorn.Server(config).run(sockets=[listener])


def run_worker(settings: Settings, *, once: bool) -> None:
    """Do background work until told to stop, or what waits and no more.

    Raises Conflict when another process owns this home.
    """
    from assistant.app import create_parts

    with owned(settings):
        parts = create_parts(settings)
        try:
            if once:
                parts.jobs.run_pending()
                return
            parts.jobs.start()
            stop = threading.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            stop.wait()
        finally:
            parts.close()


def free_port(settings: Settings) -> int:
    """The port that was asked for, or 0 (any free one) when something listens there."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return 0
    return settings.port


@contextmanager
def owned(settings: Settings) -> Iterator[None]:
    """Hold the home's lock file: an embedded database and index have one owner process."""
    if not settings.embedded:
        yield
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "owner.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            raise Conflict(
                f"Another process (pid {owner}) serves {settings.home}. End it, or set "
                "RAPPORT_HOME to another folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise Conflict(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. Choose another "
            "port: --port 0 takes a free one."
        ) from None
    listener.listen(2048)
    try:
        yield listener
    finally:
        listener.close()
