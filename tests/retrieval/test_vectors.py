"""Chroma as a cache: as near as exact search, owned by one process, forgotten by rebuilding."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from retrieval.index import missing_vectors, store_vectors
from retrieval.search import Query, search
from retrieval.vectors import ChromaFolder, IndexInUse, Vector, remove_folder
from tests.retrieval.passages import everything, passage, put
from tests.retrieval.test_search import Topics, only


def unit(seed: int, count: int, dimension: int = 16) -> Vector:
    matrix = np.random.default_rng(seed).normal(size=(count, dimension))
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), np.float32)


def digests(count: int) -> list[str]:
    return [f"{i:064x}" for i in range(count)]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[ChromaFolder]:
    opened = ChromaFolder(tmp_path / "vectors")
    yield opened
    opened.close()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=5
)
@given(seed=st.integers(0, 2**31))
def test_the_nearest_are_those_of_exact_comparison(folder: ChromaFolder, seed: int) -> None:
    vectors, [asked] = unit(seed, 300), unit(seed + 1, 1)
    folder.replace_all([(digests(300), vectors)])
    exact = np.argsort(-(vectors @ asked))[:10]
    found = folder.nearest(asked, 10)
    assert [digest for digest, _ in found] == [digests(300)[i] for i in exact]
    np.testing.assert_allclose([s for _, s in found], (vectors @ asked)[exact], atol=1e-5)


def test_an_empty_index_finds_nothing(folder: ChromaFolder) -> None:
    assert folder.nearest(unit(1, 1)[0], 5) == []


def test_what_is_added_is_found_and_what_is_removed_is_not(folder: ChromaFolder) -> None:
    vectors = unit(3, 4)
    folder.add(digests(4), vectors)
    folder.add(digests(4), vectors)
    assert folder.count() == 4
    assert folder.nearest(vectors[2], 1)[0][0] == digests(4)[2]
    folder.remove([digests(4)[2]])
    assert digests(4)[2] not in [digest for digest, _ in folder.nearest(vectors[2], 4)]


def test_a_folder_is_reopened_with_what_it_held(tmp_path: Path) -> None:
    first = ChromaFolder(tmp_path)
    first.add(digests(3), unit(5, 3))
    first.close()
    second = ChromaFolder(tmp_path)
    assert second.count() == 3
    second.close()


def test_a_second_owner_is_refused_even_from_another_process(tmp_path: Path) -> None:
    owner = ChromaFolder(tmp_path)
    with pytest.raises(IndexInUse, match="in use by process"):
        ChromaFolder(tmp_path)
    script = (
        "import sys; from pathlib import Path; from retrieval.vectors import *\n"
        "try: ChromaFolder(Path(sys.argv[1]))\n"
        "except IndexInUse: print('refused')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "refused"
    owner.close()
    ChromaFolder(tmp_path).close()


def test_after_a_rebuild_no_byte_of_what_was_left_out_stays(tmp_path: Path) -> None:
    owner = ChromaFolder(tmp_path)
    vectors = unit(7, 200, 64)
    names = digests(200)
    owner.add(names, vectors)
    assert names[10].encode() in _bytes(tmp_path)
    owner.replace_all([(names[:10], vectors[:10])])
    held = _bytes(tmp_path)
    assert names[5].encode() in held
    assert names[10].encode() not in held
    assert vectors[10].tobytes() not in held
    assert owner.count() == 10
    assert owner.nearest(vectors[3], 1)[0][0] == names[3]
    owner.close()


def test_a_folder_in_use_is_not_removed(tmp_path: Path) -> None:
    owner = ChromaFolder(tmp_path / "vectors")
    with pytest.raises(IndexInUse):
        remove_folder(tmp_path / "vectors")
    owner.close()
    remove_folder(tmp_path / "vectors")
    assert not (tmp_path / "vectors").exists()


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_search_over_the_index_finds_what_exact_comparison_finds(
    connection: Connection, folder: ChromaFolder
) -> None:
    words = ["money", "budget", "crash", "hotel", "price error", "travel money"]
    put(
        connection,
        *[passage(f"{words[i % 6]} {i}", record_id=f"int_{i}") for i in range(60)],
    )
    topics = Topics()
    waiting = missing_vectors(connection, topics.model, limit=100)
    vectors = topics.embed([text for _, text in waiting])
    names = [digest for digest, _ in waiting]
    store_vectors(connection, topics.model, zip(names, vectors, strict=True))
    folder.add(names, vectors)
    for allowed in (everything, only("int_3", "int_9", "int_10")):
        exact = search(connection, Query("price"), allowed, embedder=topics)
        served = search(connection, Query("price"), allowed, embedder=topics, vectors=folder)
        assert [hit.passage for hit in served] == [hit.passage for hit in exact]
