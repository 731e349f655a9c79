"""The HTTP side: models, chat completions, embeddings and transcriptions on a loopback port."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.scripted_openai.asks import Ask, Condition, Json, always
from tests.scripted_openai.replies import (
    CallTools,
    DropAfter,
    Endless,
    Fail,
    KeepAliveForever,
    Reply,
    Say,
    Silence,
)
from tests.scripted_openai.wire import (
    MODEL,
    chunk,
    completion,
    embeddings,
    parsed,
    tool_calls,
    usage,
)

Then = Reply | Callable[[Ask], Reply]


@dataclass(slots=True)
class _Rule:
    when: Condition
    then: Then
    times_left: int | None


@dataclass(slots=True)
class ScriptedOpenAI:
    """Rules in, recorded requests out; later rules win over earlier ones."""

    api_key: str | None = None
    requests: list[Ask] = field(default_factory=list)
    embeds: Reply | None = None  # in place of vectors, for those who ask for some
    hang_ups: int = 0
    base_url: str = ""
    _rules: list[_Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def when(self, condition: Condition, then: Then, *, times: int | None = None) -> None:
        """Adds a rule; with `times` it serves so many requests and is then skipped."""
        with self._lock:
            self._rules.insert(0, _Rule(condition, then, times))

    def always(self, then: Then) -> None:
        self.when(always, then)

    @property
    def chats(self) -> list[Ask]:
        return [ask for ask in self.requests if ask.path.endswith("/chat/completions")]

    @property
    def embedded(self) -> list[Ask]:
        return [ask for ask in self.requests if ask.path.endswith("/embeddings")]

    @property
    def heard(self) -> list[Ask]:
        return [ask for ask in self.requests if ask.path.endswith("/audio/transcriptions")]

    def reset(self) -> None:
        with self._lock:
            self._rules.clear()
            self.requests.clear()
            self.hang_ups = 0
            self.embeds = None

    def receive(
        self, path: str, headers: dict[str, str], body: dict[str, Json], file: bytes = b""
    ) -> Ask:
        with self._lock:
            ask = Ask(path, headers, body, len(self.chats), file)
            self.requests.append(ask)
            return ask

    def decide(self, ask: Ask) -> Reply:
        with self._lock:
            for rule in self._rules:
                if rule.times_left == 0 or not rule.when(ask):
                    continue
                if rule.times_left is not None:
                    rule.times_left -= 1
                return rule.then if isinstance(rule.then, Reply) else rule.then(ask)
        return Fail(501, "no rule of the script matches this request")

    def hung_up(self) -> None:
        with self._lock:
            self.hang_ups += 1


@contextmanager
def serve(api_key: str | None = None) -> Iterator[ScriptedOpenAI]:
    """Runs the server on a free loopback port in a thread until the block ends."""
    script = ScriptedOpenAI(api_key=api_key)
    bound = type("BoundHandler", (_Handler,), {"script": script})
    with ThreadingHTTPServer(("127.0.0.1", 0), bound) as server:
        server.daemon_threads = True
        # Otherwise leaving the block waits for threads that sit in `Silence`.
        server.block_on_close = False
        script.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    script: ScriptedOpenAI
    protocol_version = "HTTP/1.1"
    # Headers and body leave in two writes; with Nagle's algorithm the second waits 40 ms.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name upstream)
        """Tests read `script.requests`; nothing is printed."""

    def do_GET(self) -> None:
        self.script.receive(self.path, self._lower_case_headers(), {})
        if self._refused():
            return
        if self.path == "/v1/models":
            card: Json = {"id": MODEL, "object": "model", "created": 0, "owned_by": "tests"}
            self._json(200, {"object": "list", "data": [card]})
        else:
            self._error(Fail(404, "no such path"))

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = self._lower_case_headers()
        body, file = parsed(headers.get("content-type", ""), raw)
        ask = self.script.receive(self.path, headers, body, file)
        if self._refused():
            return
        if self.path == "/v1/embeddings":
            self._embed(body)
        elif self.path == "/v1/chat/completions":
            self._chat(ask)
        elif self.path == "/v1/audio/transcriptions":
            self._transcribe(ask)
        else:
            self._error(Fail(404, "no such path"))

    def _lower_case_headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _refused(self) -> bool:
        wanted = self.script.api_key
        if wanted is None or self.headers.get("authorization") == f"Bearer {wanted}":
            return False
        self._error(Fail(401, "incorrect API key provided"))
        return True

    def _chat(self, ask: Ask) -> None:
        reply = self.script.decide(ask)
        try:
            if isinstance(reply, Fail):
                self._error(reply)
            elif isinstance(reply, Silence):
                time.sleep(reply.seconds)
                self.close_connection = True
            elif ask.stream:
                self._stream(ask, reply)
            else:
                self._whole(reply)
        except (BrokenPipeError, ConnectionResetError):
            self.script.hung_up()
            self.close_connection = True

    def _embed(self, body: dict[str, Json]) -> None:
        reply = self.script.embeds
        if reply is None:
            self._json(200, embeddings(body))
        elif isinstance(reply, Fail):
            self._error(reply)
        elif isinstance(reply, Say):
            self._body(200, reply.text.encode())
        else:
            time.sleep(reply.seconds if isinstance(reply, Silence) else 0)
            self.close_connection = True

    def _transcribe(self, ask: Ask) -> None:
        """What is said is the body itself, so that a script can break it at will."""
        reply = self.script.decide(ask)
        if isinstance(reply, Fail):
            self._error(reply)
        elif isinstance(reply, Say):
            self._body(200, reply.text.encode())
        elif isinstance(reply, DropAfter):
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(reply.text.encode())))
            self.end_headers()
            self.wfile.write(reply.text.encode()[: reply.chunks])
            self.close_connection = True
        else:
            time.sleep(reply.seconds if isinstance(reply, Silence) else 0)
            self.close_connection = True

    def _whole(self, reply: Say | CallTools | DropAfter | Endless | KeepAliveForever) -> None:
        if isinstance(reply, CallTools):
            message: dict[str, Json] = {
                "role": "assistant",
                "content": None,
                "tool_calls": list(tool_calls(reply)),
            }
            self._json(200, completion(message, "tool_calls", ""))
        elif isinstance(reply, Say):
            time.sleep(reply.pause_s * len(reply.pieces()))
            message = {"role": "assistant", "content": reply.text}
            self._json(200, completion(message, reply.finish_reason, reply.text))
        else:
            # The body never becomes complete: announce a length and send less, slowly or not.
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", "1000000")
            self.end_headers()
            while not isinstance(reply, DropAfter):
                self.wfile.write(b" ")
                time.sleep(reply.pause_s)
            self.close_connection = True

    def _stream(
        self, ask: Ask, reply: Say | CallTools | DropAfter | Endless | KeepAliveForever
    ) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        match reply:
            case CallTools():
                calls: list[Json] = [
                    {"index": at, **call} for at, call in enumerate(tool_calls(reply))
                ]
                self._event(chunk({"role": "assistant", "tool_calls": calls}))
                self._ending(ask, "tool_calls", "", counted=True)
            case Say():
                self._say(reply)
                self._ending(ask, reply.finish_reason, reply.text, counted=reply.usage)
            case DropAfter():
                for piece in Say(reply.text).pieces()[: reply.chunks]:
                    self._event(chunk({"content": piece}))
                self.close_connection = True
            case Endless():
                while True:
                    self._event(chunk({"content": reply.text}))
                    time.sleep(reply.pause_s)
            case KeepAliveForever():
                while True:
                    self._line(b": still thinking\n\n")
                    time.sleep(reply.pause_s)

    def _say(self, reply: Say) -> None:
        self._event(chunk({"role": "assistant", "content": ""}))
        for piece in reply.pieces():
            time.sleep(reply.pause_s)
            self._event(chunk({"content": piece}))

    def _ending(self, ask: Ask, finish_reason: str, text: str, *, counted: bool) -> None:
        self._event(chunk({}, finish_reason))
        if counted and ask.wants_usage:
            self._event({**chunk({}), "choices": [], "usage": usage(text)})
        self._line(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, value: dict[str, Json]) -> None:
        self._line(b"data: " + json.dumps(value).encode() + b"\n\n")

    def _line(self, line: bytes) -> None:
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.flush()

    def _error(self, failure: Fail) -> None:
        error: dict[str, Json] = {"message": failure.message, "type": "scripted", "code": None}
        self._json(failure.status, {"error": error}, list(failure.headers.items()))

    def _json(self, status: int, value: Json, headers: Sequence[tuple[str, str]] = ()) -> None:
        self._body(status, json.dumps(value).encode(), headers)

    def _body(self, status: int, body: bytes, headers: Sequence[tuple[str, str]] = ()) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)
