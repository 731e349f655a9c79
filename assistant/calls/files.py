"""Uploaded recordings and transcripts as files under home/calls."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from assistant.db import new_id
from transcription.containers import HEAD_BYTES, SUFFIXES, audio_type

FOLDER = "calls"
UNFINISHED = ".part"
# An upload that has not grown for so long was given up, or its process died.
GIVEN_UP_AFTER_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was received; path is relative to home, audio_type None for what is no sound."""

    path: str
    size: int
    sha256: str
    audio_type: str | None
    filename: str | None = None
    media_type: str | None = None

    @property
    def is_audio(self) -> bool:
        return self.audio_type is not None


@dataclass(slots=True)
class Incoming:
    """A file being received: write blocks, then `keep` or `drop` it."""

    home: Path
    id: str = field(default_factory=lambda: new_id("upl"))
    size: int = 0
    head: bytes = b""
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    _file: BinaryIO | None = None

    @property
    def part(self) -> Path:
        return self.home / FOLDER / f"{self.id}{UNFINISHED}"

    def write(self, block: bytes) -> None:
        """Append to the file and its hash. Raises OSError when the disk is full."""
        if self._file is None:
            self.part.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.part.open("xb")
        if len(self.head) < HEAD_BYTES:
            self.head += block[: HEAD_BYTES - len(self.head)]
        self._file.write(block)
        self._digest.update(block)
        self.size += len(block)

    def keep(self, *, filename: str | None, media_type: str | None) -> StoredFile:
        """Make the file last, under a name that fits what it is."""
        self.write(b"")
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        kind = audio_type(self.head)
        path = self.part.with_suffix(SUFFIXES[kind] if kind else ".transcript")
        self.part.rename(path)
        _sync_folder(path.parent)
        return StoredFile(
            path=path.relative_to(self.home).as_posix(),
            size=self.size,
            sha256=self._digest.hexdigest(),
            audio_type=kind,
            filename=filename,
            media_type=media_type,
        )

    def drop(self) -> None:
        """Forget the file, if any of it was received."""
        if self._file is not None:
            self._file.close()
        self.part.unlink(missing_ok=True)


def store_file(home: Path, source: Path) -> StoredFile:
    """A copy of a local file, as if it had been uploaded. Raises OSError."""
    incoming = Incoming(home)
    try:
        with source.open("rb") as file:
            while block := file.read(1 << 20):
                incoming.write(block)
        return incoming.keep(filename=source.name, media_type=None)
    except BaseException:
        incoming.drop()
        raise


def remove_files(home: Path, paths: Iterable[str]) -> int:
    """Remove these files where they still are; returns how many were there."""
    removed = 0
    for path in paths:
        file = home / path
        removed += file.is_file()
        file.unlink(missing_ok=True)
    return removed


def forget_strays(home: Path, known: Iterable[str], *, now_s: float | None = None) -> int:
    """Remove files of no call and unfinished uploads, once nobody can still be at them.

    known: paths that calls refer to, relative to home.  now_s: seconds of the file system's clock.
    """
    folder = home / FOLDER
    if not folder.is_dir():
        return 0
    now_s = time.time() if now_s is None else now_s
    kept = set(known)
    strays = [
        file
        for file in folder.iterdir()
        if file.relative_to(home).as_posix() not in kept
        and now_s - file.stat().st_mtime > GIVEN_UP_AFTER_S
    ]
    return remove_files(home, [stray.relative_to(home).as_posix() for stray in strays])


def _sync_folder(folder: Path) -> None:
    """Make a new name last too, not only the bytes behind it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
