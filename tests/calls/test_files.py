"""Uploaded files: kept as they came, and not longer than something refers to them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from assistant.calls.files import (
    GIVEN_UP_AFTER_S,
    Incoming,
    forget_strays,
    remove_files,
    store_file,
)

NOW_S = 1_800_000_000.0


def test_a_file_is_hashed_and_named_by_what_it_is(tmp_path: Path) -> None:
    source = tmp_path / "call.bin"
    source.write_bytes(b"fLaC" + bytes(3 << 20))
    stored = store_file(tmp_path / "home", source)
    assert (tmp_path / "home" / stored.path).read_bytes() == source.read_bytes()
    assert stored.path.endswith(".flac")
    assert (stored.audio_type, stored.filename) == ("audio/flac", "call.bin")
    assert stored.size == source.stat().st_size
    assert stored.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()


def test_a_dropped_upload_leaves_nothing(tmp_path: Path) -> None:
    incoming = Incoming(tmp_path)
    incoming.write(b"some")
    assert incoming.part.is_file()
    incoming.drop()
    assert not list((tmp_path / "calls").iterdir())


def test_a_missing_source_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store_file(tmp_path / "home", tmp_path / "nowhere")
    assert not (tmp_path / "home").exists()


def test_only_old_files_that_no_call_refers_to_are_strays(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    for name, age_s in {
        "known.wav": 2 * GIVEN_UP_AFTER_S,
        "orphan.wav": 2 * GIVEN_UP_AFTER_S,
        "given-up.part": 2 * GIVEN_UP_AFTER_S,
        "coming.part": 60,
        "just-kept.wav": 60,
    }.items():
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (NOW_S - age_s, NOW_S - age_s))
    assert forget_strays(tmp_path, ["calls/known.wav"], now_s=NOW_S) == 2
    assert {path.name for path in folder.iterdir()} == {"known.wav", "coming.part", "just-kept.wav"}


def test_removing_a_file_twice_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    assert remove_files(tmp_path, ["a"]) == 1
    assert remove_files(tmp_path, ["a"]) == 0
