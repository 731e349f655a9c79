"""Which Whisper model to use, found without the network, or in words why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

NEEDED = ("model.bin", "config.json", "tokenizer.json")
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
# The names under which the same size is commonly stored, most specific first.
_LAYOUTS = ("faster-whisper-{name}", "whisper-{name}", "{name}")
_HUB_CACHE = "models--Systran--faster-whisper-{name}"


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A folder that has all that the engine needs."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class MissingModel:
    """No model; reason says where was looked and what to do."""

    reason: str


def find_model(
    name: str = "small",
    *,
    path: Path | None = None,
    folders: Sequence[Path] = (),
    fetch: Callable[[str], Path] | None = None,
) -> FoundModel | MissingModel:
    """The model at path, else the first of its name in folders, else what fetch brings.

    path: a model's own folder; where given, nothing else is looked at.
    folders: each may hold a folder "faster-whisper-small", "whisper-small" or "small", or be a
    cache of the hub.  fetch: brings the model from the hub and returns its folder; None forbids.
    """
    if path is not None:
        fault = what_is_missing(path)
        return MissingModel(fault) if fault else FoundModel(path, _name_of(path))
    faults = []
    for candidate in _candidates(name, folders):
        fault = what_is_missing(candidate)
        if fault is None:
            return FoundModel(candidate, name)
        faults.append(fault)
    if fetch is not None:
        try:
            return FoundModel(fetch(name), name)
        except OSError as error:
            faults.append(f"it could not be fetched: {error}")
    return MissingModel(_reason(name, folders, faults))


def what_is_missing(folder: Path) -> str | None:
    """Why the folder cannot be loaded as a model, in words; None when nothing is missing."""
    if not folder.is_dir():
        return f"There is no folder {folder.name} to load a speech model from."
    missing = [name for name in NEEDED if not _has(folder / name)]
    if not any(_has(folder / name) for name in VOCABULARIES):
        missing.append("vocabulary.json")
    if not missing:
        return None
    advice = ""
    if any(_has(folder / name) for name in ("model.safetensors", "pytorch_model.bin")):
        advice = " It holds a model for PyTorch: convert it with ct2-transformers-converter."
    return f"The folder {folder.name} lacks {', '.join(missing)}.{advice}"


def _candidates(name: str, folders: Sequence[Path]) -> list[Path]:
    found = []
    for folder in folders:
        found += [
            folder / layout.format(name=name)
            for layout in _LAYOUTS
            if (folder / layout.format(name=name)).is_dir()
        ]
        snapshots = folder / _HUB_CACHE.format(name=name) / "snapshots"
        found += sorted(snapshots.iterdir()) if snapshots.is_dir() else []
    return found


def _reason(name: str, folders: Sequence[Path], faults: list[str]) -> str:
    if faults:
        return " ".join(faults)
    looked = "the models folder" if folders else "no folder (none is set)"
    return (
        f'No speech model "{name}" was found; looked in {looked}. Put a folder '
        f"faster-whisper-{name} there, or fetch it with: rapport models pull."
    )


def _name_of(path: Path) -> str:
    return re.sub(r"^(faster-)?whisper-", "", path.resolve().name) or path.name


def _has(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0
