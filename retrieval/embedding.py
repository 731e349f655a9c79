"""Texts to vectors with all-MiniLM-L6-v2 on onnxruntime; the one home of onnxruntime here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

MINILM = "all-MiniLM-L6-v2"
DIMENSION = 384
# Two exports of the same weights: the upstream repository's own, and one with the pooling outside
# and no custom operators. Their vectors agree to 1e-6.
ONNX_SHA256 = frozenset(
    {
        "6fd5d72fe4589f189f8ebc006442dbb529bb7ce38f8082112682524616046452",
        "97a2117d6032c77a3969c4d907937d35fd590faa5e75f378aece55893113e9c7",
    }
)
_MAX_TOKENS = 256  # the model's documented limit
_BATCH_TOKENS = 1024  # texts per batch times their longest: larger ones leave the caches


class Embedder(Protocol):
    """Turns texts into vectors of length 1, so that a dot product is their likeness."""

    @property
    def model(self) -> str:
        """Name under which its vectors are kept; other vectors, other name."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector for each text, shape (n_texts, dimension), each of length 1."""
        ...


class ModelMissing(Exception):
    """The files of the embedding model are not there, or are not the ones that were published."""


class MiniLM:
    """all-MiniLM-L6-v2: sentences of up to 256 word pieces to 384 numbers."""

    def __init__(self, folder: Path, *, threads: int = 1, verify: bool = True) -> None:
        """Load from a folder with `tokenizer.json` and `onnx/model.onnx`; takes about a second.

        threads: how many one call may use; one leaves the others to requests.  verify: compare
        the weights' SHA-256 with those published.  Raises ModelMissing where a file is absent or
        another.
        """
        weights, vocabulary = folder / "onnx" / "model.onnx", folder / "tokenizer.json"
        for path in (weights, vocabulary):
            if not path.is_file():
                raise ModelMissing(f"{path} is not there; fetch it with `rapport models pull`")
        if verify:
            _verify(weights)
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(vocabulary))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(weights), options, providers=["CPUExecutionProvider"]
        )

    @property
    def model(self) -> str:
        """The model's name."""
        return MINILM

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector for each text, shape (n_texts, 384), each of length 1."""
        vectors = np.zeros((len(texts), DIMENSION), np.float32)
        if not texts:
            return vectors
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        # Texts of one length together: padding to the longest then costs almost nothing.
        for batch in _batches(sorted(range(len(pieces)), key=lambda i: len(pieces[i])), pieces):
            vectors[batch] = self._embed_batch([pieces[i] for i in batch])
        return vectors

    def _embed_batch(self, pieces: Sequence[Sequence[int]]) -> Vectors:
        longest = max(len(ids) for ids in pieces)
        tokens = np.zeros((len(pieces), longest), np.int64)
        mask = np.zeros_like(tokens)
        for row, ids in enumerate(pieces):
            tokens[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": mask * 0}
        states: Vectors = self._session.run(["last_hidden_state"], feed)[0]
        pooled = (states * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
        return np.asarray(pooled / np.maximum(lengths, 1e-12), np.float32)


def _verify(weights: Path) -> None:
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest not in ONNX_SHA256:
        raise ModelMissing(
            f"{weights} has SHA-256 {digest}, which is not that of {MINILM}; fetch it again with "
            "`rapport models pull`"
        )


def _batches(order: Sequence[int], pieces: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) + 1) * len(pieces[index]) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
