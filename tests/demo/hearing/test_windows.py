"""A window is cut as faster-whisper cuts, and its labels say what is heard whole."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from assistant.demo.hearing.tokens import pieces_of
from assistant.demo.hearing.windows import NOTHING, POSITIONS, Coder, Shard, Window

_TIMES = re.compile(r"<\|(\d\.\d\d)\|>")
Spoken = list[tuple[str, float, float, int]]  # token, start, end, sentence


def lay(folder: Path, tokenizer: Tokenizer, spoken: Spoken, length_s: float) -> Shard:
    """A shard of one stream in which every frame is loud."""
    tokens = [tokenizer.encode(text, add_special_tokens=False).ids for text, *_ in spoken]
    assert all(len(one) == 1 for one in tokens)
    frames = round(length_s * 100)
    np.save(folder / "000.npy", np.ones((frames, 80), np.float16))
    np.savez(
        folder / "000.npz",
        sounds=np.ones(frames // 2, np.int8),
        tokens=np.array([one[0] for one in tokens], np.int16),
        start_s=np.array([row[1] for row in spoken], np.float32),
        end_s=np.array([row[2] for row in spoken], np.float32),
        sentence=np.array([row[3] for row in spoken], np.int32),
        feature_counts=[frames],
        sound_counts=[frames // 2],
        token_counts=[len(spoken)],
    )
    return Shard(folder / "000.npy", tokenizer)


def drawn(shard: Shard, coder: Coder, count: int = 300) -> list[Window]:
    numbers = np.random.default_rng(1)
    return [shard.window(numbers, coder, coder.hotwords(numbers, 0)) for _ in range(count)]


def said(window: Window, tokenizer: Tokenizer) -> str:
    pieces = pieces_of(tokenizer)
    labels = [pieces[int(one)] for one in window.labels if one != NOTHING]
    return "".join(labels).replace("\u0120", " ")


@pytest.fixture
def coder(tokenizer: Tokenizer) -> Coder:
    return Coder(tokenizer)


def test_two_sentences_have_times_of_their_own(
    tmp_path: Path, tokenizer: Tokenizer, coder: Coder
) -> None:
    shard = lay(
        tmp_path,
        tokenizer,
        [(" the", 0.4, 0.6, 0), (" hundred", 0.6, 1.2, 0), (" thousand", 2.0, 2.6, 1)],
        4.0,
    )
    windows = {said(window, tokenizer) for window in drawn(shard, coder)}
    whole = [text for text in windows if text.count("<|") == 5 and "the hundred" in text]
    assert whole
    for text in whole:
        first, second = text.split(" hundred")
        assert first.startswith("<|0.")
        assert first.endswith("|> the")
        assert second.endswith("<|endoftext|>")
        assert " thousand<|" in second


def test_a_cut_word_is_not_said_but_where_it_begins_is(
    tmp_path: Path, tokenizer: Tokenizer, coder: Coder
) -> None:
    shard = lay(
        tmp_path, tokenizer, [(" the", 0.0, 0.4, 0), (" hundred", 7.6, 8.4, 0)], 9.0
    )  # fmt: skip
    texts = {said(window, tokenizer) for window in drawn(shard, coder)}
    timed = [text for text in texts if text.startswith("<|0.00|> the")]
    assert not any("hundred" in text for text in timed)
    # A window may begin a little within the word: all its times are earlier then.
    cut = [_TIMES.findall(text) for text in timed if text.count("<|") == 4]
    assert cut
    assert all(float(begun) - float(end) == pytest.approx(7.2, abs=0.05) for _, end, begun in cut)


def test_windows_begin_anywhere_in_a_pause_and_those_of_a_pause_alone_say_nothing(
    tmp_path: Path, tokenizer: Tokenizer, coder: Coder
) -> None:
    shard = lay(tmp_path, tokenizer, [(" hundred", 11.0, 11.5, 0)], 12.0)
    windows = [(window, said(window, tokenizer)) for window in drawn(shard, coder)]
    silent = [window for window, text in windows if "hundred" not in text]
    assert 0.04 < len(silent) / len(windows) < 0.2
    assert all(window.features[:800].all() for window in silent)
    # Later than a second no first time is said: faster-whisper allows none.
    assert any(text.startswith("<|1.00|> hundred<|7.") for _, text in windows)


def test_each_label_points_at_its_sound_and_silence_says_nothing(
    tmp_path: Path, tokenizer: Tokenizer, coder: Coder
) -> None:
    shard = lay(tmp_path, tokenizer, [(" hundred", 0.0, 0.59, 0)], 1.0)
    window = drawn(shard, coder, 1)[0]
    place = list(window.labels).index(tokenizer.token_to_id("\u0120hundred"))
    first, last = window.spans[place]
    assert first == 0
    assert 26 <= last <= 30
    assert window.features[:100].all() or window.features[:60].all()
    assert not window.features[100:].any()
    assert set(window.heard[30:]) == {NOTHING}
    given, labels, _ = coder.written([], np.zeros(0, np.int64), None, np.zeros(0, np.int64), False)
    assert list(given) == [coder.marks.start, coder.marks.first_time]
    assert list(labels) == [coder.marks.no_speech, coder.marks.end]
    assert len(window.sounds) == POSITIONS


def test_a_vocabulary_is_read_but_never_said(coder: Coder, tokenizer: Tokenizer) -> None:
    numbers = np.random.default_rng(2)
    hotwords = coder.hotwords(numbers, 5)
    assert hotwords[0] == coder.marks.previous
    none = np.zeros(0, np.int64)
    given, labels, spans = coder.written([], none, None, hotwords, True)
    assert list(given[: len(hotwords)]) == list(hotwords)
    assert set(labels[: len(hotwords)]) == {NOTHING}
    assert len(given) == len(labels) == len(spans)
