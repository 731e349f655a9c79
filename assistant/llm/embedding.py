"""An embedder: any OpenAI-compatible `/embeddings`, in place of the model that runs here.

What leaves is the text of passages and questions, through the gate's mask and within the day's
budget; each request is written down. Each is bounded in size, time and retries.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from assistant.llm import loop
from assistant.llm.calls import wait_or_raise
from assistant.llm.endpoint import (
    EMBEDDING,
    OPEN_GATE,
    Endpoint,
    Gate,
    WireEntry,
    estimated_tokens,
)
from assistant.llm.failures import ModelError, ModelOutputBroken, ModelSlow, failure_of
from assistant.llm.heard import noting
from assistant.llm.hearing import client_of
from assistant.llm.request import check_budget
from assistant.settings import Settings

Vectors = npt.NDArray[np.float32]

MOST_TEXTS, MOST_CHARS = 64, 48_000  # of one request
# The first words tell what a passage is about; servers refuse texts beyond their window.
LONGEST_TEXT = 6_000
# Somebody waits for a search; without its meaning it is still found by words.
PATIENCE_S = 6.0
_FAMILIAR = 256
_WIDEST = 8192


def embedding_endpoint(settings: Settings) -> Endpoint | None:
    """Where the settings say that texts are embedded; None where that is done here."""
    if not settings.embedding_base_url or not settings.embedding_model:
        return None
    key = settings.embedding_api_key
    return Endpoint(
        base_url=settings.embedding_base_url,
        model=settings.embedding_model,
        api_key=key if key.get_secret_value() else None,
        deadline_s=settings.llm_timeout_s,
        stall_timeout_s=settings.llm_timeout_s,
    )


class _Known:
    """The latest vectors by digest: a question is embedded once, however often it is searched."""

    def __init__(self) -> None:
        self._vectors: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: bytes) -> Vectors | None:
        with self._lock:
            return self._vectors.get(digest)

    def keep(self, digest: bytes, vector: Vectors) -> None:
        with self._lock:
            self._vectors[digest] = vector
            while len(self._vectors) > _FAMILIAR:
                self._vectors.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._vectors.clear()


@dataclass(frozen=True, slots=True)
class EndpointEmbedder:
    """Texts embedded by a server; fills retrieval.embedding.Embedder."""

    endpoint: Endpoint
    gate: Gate = OPEN_GATE
    _known: _Known = field(default_factory=_Known, repr=False, compare=False)

    @property
    def model(self) -> str:
        """The model and the host that serves it, fit for the name of a folder."""
        host = urlsplit(self.endpoint.base_url).netloc
        return re.sub(r"[^\w.-]+", "-", f"{self.endpoint.model}@{host}")[:80]

    def impatient(self) -> EndpointEmbedder:
        """The same for whoever waits for an answer: one attempt, a few seconds."""
        patience_s = min(PATIENCE_S, self.endpoint.deadline_s)
        endpoint = replace(
            self.endpoint, deadline_s=patience_s, stall_timeout_s=patience_s, max_retries=0
        )
        return EndpointEmbedder(endpoint, self.gate, self._known)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector for each text, of length 1. Blocks; raises a ModelError."""
        digests = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
        found = {digest: self._known.get(digest) for digest in digests}
        missing = {
            digest: text[:LONGEST_TEXT] or " "
            for digest, text in zip(digests, texts, strict=True)
            if found[digest] is None
        }
        for batch in _batches(missing):
            with noting(self.endpoint):
                vectors = loop.run(_persistent(self, [missing[digest] for digest in batch]))
            for digest, new in zip(batch, vectors, strict=True):
                found[digest] = new
                self._known.keep(digest, new)
        rows = [known for digest in digests if (known := found[digest]) is not None]
        if len({len(row) for row in rows}) > 1:
            self._known.forget()
            raise ModelOutputBroken("the embeddings endpoint gave vectors of several lengths")
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)


def _batches(missing: dict[bytes, str]) -> list[list[bytes]]:
    batches: list[list[bytes]] = []
    chars = 0
    for digest, text in missing.items():
        if not batches or len(batches[-1]) >= MOST_TEXTS or chars + len(text) > MOST_CHARS:
            batches.append([])
            chars = 0
        batches[-1].append(digest)
        chars += len(text)
    return batches


async def _persistent(embedder: EndpointEmbedder, texts: Sequence[str]) -> list[Vectors]:
    endpoint = embedder.endpoint
    deadline_s = time.monotonic() + endpoint.deadline_s
    for attempt in range(endpoint.max_retries + 1):
        try:
            return await _once(embedder, texts, attempt, deadline_s)
        except ModelError as error:
            await wait_or_raise(error, attempt, endpoint, deadline_s)
    raise AssertionError("the last attempt returns or raises")


async def _once(
    embedder: EndpointEmbedder, texts: Sequence[str], attempt: int, deadline_s: float
) -> list[Vectors]:
    endpoint, gate = embedder.endpoint, embedder.gate
    masked = [gate.mask(text) for text in texts]
    sent_chars = sum(len(text) for text in masked)
    check_budget(gate, sent_chars)
    started_s, counted, failure = time.monotonic(), None, None
    try:
        vectors, counted = await _asked(endpoint, masked, deadline_s)
        return vectors
    except ModelError as error:
        failure = error
        raise
    finally:
        gate.record(
            WireEntry(
                purpose=EMBEDDING,
                model=endpoint.model,
                attempt=attempt,
                outcome="ok" if failure is None else type(failure).__name__,
                http_status=200 if failure is None else failure.http_status,
                prompt_tokens=counted or estimated_tokens(sent_chars),
                completion_tokens=0,
                tokens_estimated=counted is None,
                sent_chars=sent_chars,
                received_chars=0,
                first_piece_s=None,
                total_s=time.monotonic() - started_s,
            )
        )


async def _asked(
    endpoint: Endpoint, texts: Sequence[str], deadline_s: float
) -> tuple[list[Vectors], int | None]:
    """The vectors in the order of the texts, and the tokens that the server counted."""
    loading_s = time.monotonic()
    client = await client_of(endpoint)
    # The first call of a process imports the client, which is no fault of the endpoint.
    deadline_s += time.monotonic() - loading_s
    try:
        async with asyncio.timeout(deadline_s - time.monotonic()):
            # Raw, because the client takes what is no embedding for one.
            reply = await client.embeddings.with_raw_response.create(
                model=endpoint.model, input=list(texts), encoding_format="float"
            )
            document = reply.http_response.json()
    except TimeoutError:
        raise ModelSlow("the embeddings endpoint did not answer in time") from None
    except Exception as error:
        raise failure_of(error, time.time()) from error
    return _vectors(document, len(texts)), _tokens(document)


def _vectors(document: object, wanted: int) -> list[Vectors]:
    """Raises ModelOutputBroken unless there is a vector of finite numbers for each text."""
    listed = document.get("data") if isinstance(document, dict) else None
    rows = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    placed = {one.get("index", place): one.get("embedding") for place, one in enumerate(rows)}
    if len(rows) != wanted or set(placed) != set(range(wanted)):
        raise ModelOutputBroken(
            f"the embeddings endpoint gave {len(rows)} vectors for {wanted} texts"
        )
    return [_unit(placed[place]) for place in range(wanted)]


def _unit(numbers: object) -> Vectors:
    try:
        vector = np.asarray(numbers, np.float32)
    except (TypeError, ValueError):
        vector = np.zeros(0, np.float32)
    length = float(np.linalg.norm(vector)) if vector.ndim == 1 else 0.0
    if vector.ndim != 1 or not 0 < len(vector) <= _WIDEST or not 0 < length < np.inf:
        raise ModelOutputBroken("the embeddings endpoint gave something that is no vector")
    return np.asarray(vector / length, np.float32)


def _tokens(document: object) -> int | None:
    usage = document.get("usage") if isinstance(document, dict) else None
    counted = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return counted if isinstance(counted, int) and counted >= 0 else None
