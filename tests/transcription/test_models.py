"""A speech model is found without the network, or its absence is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from transcription.errors import ModelUnusable
from transcription.fetch import fetch_model
from transcription.models import FoundModel, MissingModel, find_model
from transcription.whisper import WhisperEngine


def make_folder(folder: Path, *without: str) -> Path:
    folder.mkdir(parents=True)
    for name in {"model.bin", "config.json", "tokenizer.json", "vocabulary.json"} - set(without):
        (folder / name).write_text("{}")
    return folder


@pytest.mark.parametrize(
    "layout",
    [
        "faster-whisper-small",
        "whisper-small",
        "small",
        "models--Systran--faster-whisper-small/snapshots/abc",
    ],
)
def test_a_model_is_found_under_its_usual_names(tmp_path: Path, layout: str) -> None:
    folder = make_folder(tmp_path / layout)
    assert find_model("small", folders=[tmp_path / "none", tmp_path]) == FoundModel(folder, "small")


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "faster-whisper-large-v3")
    assert find_model(path=folder, folders=[tmp_path]) == FoundModel(folder, "large-v3")


@pytest.mark.parametrize(
    ("without", "reason"),
    [
        (("model.bin",), "lacks model.bin"),
        (("tokenizer.json", "vocabulary.json"), "lacks tokenizer.json, vocabulary.json"),
    ],
)
def test_an_incomplete_folder_is_named_with_what_it_lacks(
    tmp_path: Path, without: tuple[str, ...], reason: str
) -> None:
    make_folder(tmp_path / "small", *without)
    missing = find_model("small", folders=[tmp_path])
    assert isinstance(missing, MissingModel)
    assert reason in missing.reason


def test_a_model_for_pytorch_is_told_to_be_converted(tmp_path: Path) -> None:
    (make_folder(tmp_path / "small", "model.bin") / "model.safetensors").write_text("weights")
    missing = find_model("small", folders=[tmp_path])
    assert isinstance(missing, MissingModel)
    assert "ct2-transformers-converter" in missing.reason


def test_without_any_model_the_reason_says_what_to_do(tmp_path: Path) -> None:
    missing = find_model("small", folders=[tmp_path])
    assert isinstance(missing, MissingModel)
    assert "Put a folder faster-whisper-small there" in missing.reason
    assert str(tmp_path) not in missing.reason


def test_the_hub_is_asked_only_when_nothing_is_found_and_it_is_allowed(tmp_path: Path) -> None:
    asked: list[str] = []

    def fetch(name: str) -> Path:
        asked.append(name)
        return make_folder(tmp_path / "fetched")

    def out_of_reach(name: str) -> Path:
        raise OSError("no route to host")

    found = find_model("small", folders=[tmp_path], fetch=fetch)
    assert found == FoundModel(tmp_path / "fetched", "small")
    make_folder(tmp_path / "small")
    assert find_model("small", folders=[tmp_path], fetch=fetch) == FoundModel(
        tmp_path / "small", "small"
    )
    assert asked == ["small"]
    missing = find_model("base", folders=[tmp_path], fetch=out_of_reach)
    assert isinstance(missing, MissingModel)
    assert "no route to host" in missing.reason


def test_only_pinned_models_are_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="Only these models are fetched: small"):
        fetch_model("enormous", tmp_path)


def test_a_folder_that_is_not_there_is_refused_before_the_engine_asks_a_hub(
    tmp_path: Path,
) -> None:
    with pytest.raises(ModelUnusable, match="There is no folder nowhere"):
        WhisperEngine(tmp_path / "nowhere")


def test_a_damaged_model_is_refused_with_its_name(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "whisper-broken")
    with pytest.raises(ModelUnusable, match="whisper-broken does not load"):
        WhisperEngine(folder)
