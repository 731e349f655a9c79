"""all-MiniLM-L6-v2 as it is served: known numbers, any length, and no silent substitute."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import MINILM, MiniLM, ModelMissing
from tests.paths import MODELS_DIR

FOLDER = MODELS_DIR / MINILM if MODELS_DIR else None
needs_model = pytest.mark.skipif(
    FOLDER is None or not FOLDER.is_dir(), reason=f"RAPPORT_MODELS_DIR holds no {MINILM}"
)


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    assert FOLDER is not None
    return MiniLM(FOLDER, threads=1)


@needs_model
def test_a_known_sentence_has_its_published_vector(minilm: MiniLM) -> None:
    [vector] = minilm.embed(["This is an example sentence"])
    expected = [0.067657, 0.063496, 0.048714, 0.079305, 0.037448, 0.002653]
    np.testing.assert_allclose(vector[:6], expected, atol=2e-5)


@needs_model
def test_a_text_has_one_vector_whatever_it_is_batched_with(minilm: MiniLM) -> None:
    texts = ["short", "a much longer text about budgets " * 60, "", "Ünïcode 漢字"]
    together = minilm.embed(texts)
    apart = np.vstack([minilm.embed([text]) for text in texts])
    np.testing.assert_allclose(together, apart, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert minilm.embed([]).shape == (0, 384)


@needs_model
def test_what_means_alike_is_closer_than_what_does_not(minilm: MiniLM) -> None:
    asked, like, unlike = minilm.embed(
        ["How much may it cost?", "The budget is 40,000 euros.", "The printer is jammed."]
    )
    assert asked @ like > asked @ unlike + 0.2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"model\.onnx is not there"):
        MiniLM(tmp_path)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model.onnx").write_bytes(b"other weights")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelMissing, match="has SHA-256"):
        MiniLM(tmp_path)
    shutil.rmtree(tmp_path / "onnx")
