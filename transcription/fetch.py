"""Bring a Whisper model from the hub, exactly the one that was looked at when this was written."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from transcription.errors import ModelUnusable


@dataclass(frozen=True, slots=True)
class Pin:
    """A repository of the hub at one commit, and the SHA-256 of each file in it that is needed."""

    repository: str
    revision: str
    sha256: Mapping[str, str]


PINS = {
    "small": Pin(
        "Systran/faster-whisper-small",
        "536b0662742c02347bc0e980a01041f333bce120",
        {
            "config.json": "b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828",
            "model.bin": "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
            "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        },
    ),
}


def fetch_model(name: str, into: Path) -> Path:
    """Download the model of this name into a folder of its own; returns that folder.

    The folder appears only when all files have their pinned SHA-256.
    Raises ModelUnusable for a name without a pin or a file that differs, OSError when the hub
    cannot be reached or the disk is full.
    """
    pin = PINS.get(name)
    if pin is None:
        raise ModelUnusable(
            f'Only these models are fetched: {", ".join(PINS)}. Put a folder of "{name}" into the '
            "models folder instead."
        )
    folder = into / f"faster-whisper-{name}"
    if folder.is_dir():
        return folder
    part = into / f".fetching-{name}"
    _download(pin, part)
    for file, expected in pin.sha256.items():
        if _sha256(part / file) != expected:
            (part / file).unlink()
            raise ModelUnusable(f"{file} of {pin.repository} is not the pinned one; try again.")
    shutil.rmtree(part / ".cache", ignore_errors=True)
    return part.rename(folder)


def _download(pin: Pin, into: Path) -> None:
    from huggingface_hub import snapshot_download

    snapshot_download(
        pin.repository,
        revision=pin.revision,
        local_dir=into,
        allow_patterns=list(pin.sha256),
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
