"""Voices told apart by pyannote.audio, an optional extra; one home of it.

Its models are given out under conditions that each user accepts with their publisher, so nothing
is fetched here: a folder that holds a pipeline (config.yaml and the models it names) is given.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from transcription.diarisation import Voiced
from transcription.errors import ModelUnusable

FloatArray = npt.NDArray[np.float32]

SAMPLE_RATE_HZ = 16_000
# Its own settings; by default it reports each use to its makers.
_SILENT = {"PYANNOTE_METRICS_ENABLED": "false", "HF_HUB_OFFLINE": "1"}


def why_unusable(folder: Path) -> str | None:
    """Why voices cannot be told apart with this folder, in words; None when nothing speaks
    against it. Nothing is loaded."""
    if find_spec("pyannote") is None or find_spec("pyannote.audio") is None:
        return (
            "Voices are not told apart: pyannote.audio is not installed. "
            "Install it with: pip install 'rapport[diarisation]'."
        )
    if not (folder / "config.yaml").is_file():
        return (
            f"Voices are not told apart: the folder {folder.name} holds no config.yaml. Put a "
            "diarisation pipeline there, such as pyannote/speaker-diarization-community-1."
        )
    return None


class PyannoteDiariser:
    """A loaded pipeline; fills transcription.diarisation.Diariser."""

    def __init__(self, folder: Path, *, device: str = "cpu") -> None:
        """Raises ModelUnusable when the library or the models are not there or do not load."""
        fault = why_unusable(folder)
        if fault:
            raise ModelUnusable(fault)
        os.environ.update(_SILENT)
        self._pipeline = _loaded(folder, device)
        self._name = f"pyannote.audio {_version()}, {folder.name}"

    @property
    def name(self) -> str:
        """Library, version and model."""
        return self._name

    def voices(self, sound: FloatArray) -> Sequence[Voiced]:
        """As transcription.diarisation.Diariser says; raises ModelUnusable when it fails."""
        import torch

        waveform = torch.from_numpy(np.ascontiguousarray(sound, np.float32)).unsqueeze(0)
        try:
            found = self._pipeline({"waveform": waveform, "sample_rate": SAMPLE_RATE_HZ})
        except Exception as error:
            raise ModelUnusable(f"Telling voices apart failed: {error}") from error
        return [Voiced(float(t.start), float(t.end), str(label)) for t, _, label in _tracks(found)]


def _tracks(found: Any) -> Iterable[tuple[Any, object, object]]:
    """Since version 4 an output holds several annotations; before, it was the annotation."""
    annotation = getattr(found, "speaker_diarization", found)
    tracks: Iterable[tuple[Any, object, object]] = annotation.itertracks(yield_label=True)
    return tracks


def _loaded(folder: Path, device: str) -> Any:
    import torch
    from pyannote.audio import Pipeline

    try:
        pipeline = Pipeline.from_pretrained(folder)
        if pipeline is None:
            raise ValueError("it is no pipeline")
        return pipeline.to(torch.device(device))
    except Exception as error:
        raise ModelUnusable(f"The pipeline in {folder.name} does not load: {error}") from error


def _version() -> str:
    try:
        return version("pyannote.audio")
    except PackageNotFoundError:
        return ""
