"""Bringing models from their hub into the models folder, each file checked against its pin."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.errors import Invalid, Unavailable
from assistant.ops.health import model_folders
from assistant.settings import Settings

MINILM_REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2"
MINILM_FILES = ("config.json", "tokenizer.json", "onnx/model.onnx")


def pull(names: Sequence[str], settings: Settings) -> Iterator[str]:
    """Fetch what is named (`speech`, `embedding`) unless it is here; yields a line for each.

    Raises Invalid for another name, Unavailable when the hub cannot be reached or a file is not
    the pinned one.
    """
    fetchers: dict[str, Callable[[Settings, Path], Path]] = {
        "speech": _speech,
        "embedding": _embedding,
    }
    if unknown := [name for name in names if name not in fetchers]:
        raise Invalid(f"Expected {' or '.join(fetchers)}, got '{unknown[0]}'.", field="name")
    folder = settings.models_dir or model_folders(settings)[-1]
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        try:
            yield f"{name}: {fetchers[name](settings, folder)}"
        except Exception as error:  # the hub's client has a dozen of its own
            raise Unavailable(
                f"The {name} model could not be fetched ({type(error).__name__}: {error}). Check "
                f"the network and try again, or put its folder into {folder}."
            ) from error


def _speech(settings: Settings, folder: Path) -> Path:
    from transcription.fetch import fetch_model

    return fetch_model(settings.speech_model, folder)


def _embedding(_settings: Settings, folder: Path) -> Path:
    from huggingface_hub import snapshot_download

    from retrieval.embedding import MINILM, MiniLM

    wanted = folder / MINILM
    if not wanted.is_dir():
        part = folder / f".fetching-{MINILM}"
        snapshot_download(MINILM_REPOSITORY, local_dir=part, allow_patterns=list(MINILM_FILES))
        MiniLM(part)  # refuses weights that are not the published ones
        shutil.rmtree(part / ".cache", ignore_errors=True)
        part.rename(wanted)
    MiniLM(wanted)
    return wanted
