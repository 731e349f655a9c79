"""The network computes what Whisper's does, and what faster-whisper loads is the same network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from ctranslate2 import StorageView
from ctranslate2.models import Whisper
from tokenizers import Tokenizer
from torch.nn import functional

from assistant.demo.hearing.export import export
from assistant.demo.hearing.muon import orthogonal
from assistant.demo.hearing.network import Attention, Network, Size, look_beside, sinusoids
from assistant.demo.hearing.windows import FRAMES, POSITIONS


def test_what_is_exported_encodes_as_the_network_does(tmp_path: Path, tokenizer: Tokenizer) -> None:
    torch.manual_seed(3)
    network = Network(Size(vocabulary=tokenizer.get_vocab_size(), width=64, feed_forward=96)).eval()
    with torch.no_grad():
        network.beyond += 0.5
    folder = export(network, tokenizer, tmp_path / "model")
    model = Whisper(str(folder), device="cpu", compute_type="float32")
    numbers = np.random.default_rng(1)
    features = np.zeros((3000, 80), np.float32)
    features[:800] = numbers.standard_normal((800, 80)).astype(np.float32) * 0.3
    with torch.no_grad():
        states, _ = network.encode(torch.from_numpy(features[None, :FRAMES]))
    whole = np.asarray(model.encode(StorageView.from_array(features.T[None].copy()), True))
    ours = states[0].numpy()
    # The weights are kept in 8 bits: near, not the same.
    assert np.abs(whole[0, :POSITIONS] - ours[:POSITIONS]).mean() < 0.01
    assert np.abs(whole[0, POSITIONS:] - ours[POSITIONS]).mean() < 0.01
    assert np.abs(whole[0, 0] - ours[100]).mean() > 0.5


def test_steps_of_matrices_have_like_singular_values() -> None:
    torch.manual_seed(1)
    values = torch.linalg.svdvals(orthogonal(torch.randn(2, 24, 60)))
    assert float(values.min()) > 0.6
    assert float(values.max()) < 1.3


def test_heads_begin_by_looking_beside_their_own_place() -> None:
    torch.manual_seed(2)
    attention = Attention(Size(vocabulary=1))
    look_beside(attention, (-9, -1, 1, 5))
    x = functional.layer_norm(sinusoids(100, 160), (160,))[None]
    with torch.no_grad():
        _, looked = attention.watched(x, x, torch.zeros(1))
    assert looked[0, :, 50].argmax(-1).tolist() == [41, 49, 51, 55]
    assert float(looked[0, :, 50].exp().max(-1).values.min()) > 0.3
