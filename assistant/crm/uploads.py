"""Uploaded files on disk, written through before anybody is told that they arrived."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from assistant.crm.import_store import UPLOADS

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it lies under home."""

    path: str  # relative to home
    sha256: str
    size: int


def keep_upload(content: BinaryIO, home: Path) -> Kept:
    """Copy an upload under home while hashing it, and see it onto the disk."""
    folder = home / UPLOADS
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("wb") as file:
            while chunk := content.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    _sync_folder(folder)
    return Kept(f"{UPLOADS}/{path.name}", digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    """A file's name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
