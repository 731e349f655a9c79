"""The network as plain faster-whisper loads it: CTranslate2 in 8 bits, tokenizer, settings."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from ctranslate2.specs.common_spec import LayerNormSpec, LinearSpec
from ctranslate2.specs.model_spec import LayerSpec
from ctranslate2.specs.whisper_spec import WhisperSpec
from tokenizers import Tokenizer
from torch import nn

from assistant.demo.hearing.network import ALL_POSITIONS, MEL_BANDS, Attention, Layer, Network, Size
from assistant.demo.hearing.samples import LIMIT
from assistant.demo.hearing.tokens import WINDOW_S, marks_of, pieces_of
from assistant.demo.hearing.windows import POSITIONS
from transcription.whisper import LABEL

FloatArray = npt.NDArray[np.float32]


def load_network(checkpoint: Path) -> tuple[Network, dict[str, float]]:
    """The averaged network of a training run, and how far it had come."""
    saved = torch.load(checkpoint, weights_only=True)
    network = Network(Size(**saved["size"]))
    network.load_state_dict(saved["average"])
    return network.eval(), {"steps": saved["step"], "trained_s": saved["trained_s"]}


def export(network: Network, tokenizer: Tokenizer, folder: Path) -> Path:
    """Write the model's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    size = network.size
    spec = WhisperSpec(size.encoder_layers, size.heads, size.decoder_layers, size.heads)
    _fill(spec, network)
    spec.register_vocabulary(pieces_of(tokenizer))
    spec.config.alignment_heads = [
        [size.decoder_layers - 1, head] for head in range(size.aligned_heads)
    ]
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [marks_of(tokenizer).end]
    spec.config.lang_ids = [tokenizer.token_to_id("<|en|>")]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    settings = {
        "feature_size": MEL_BANDS, "sampling_rate": 16_000, "hop_length": 160,
        "chunk_length": WINDOW_S, "n_fft": 400,
    }  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(settings) + "\n")
    (folder / LABEL).write_text(f"{LIMIT}\n")
    return folder


def _fill(spec: WhisperSpec, network: Network) -> None:
    encoder, decoder = spec.encoder, spec.decoder
    for conv, of in ((encoder.conv1, network.conv1), (encoder.conv2, network.conv2)):
        conv.weight, conv.bias = _numbers(of.weight), _numbers(of.bias)
    beyond = np.repeat(_numbers(network.beyond), ALL_POSITIONS - POSITIONS, axis=0)
    encoder.position_encodings.encodings = np.concatenate([_numbers(network.positions), beyond])
    _norm(encoder.layer_norm, network.encoder_norm)
    decoder.position_encodings.encodings = _numbers(network.text_positions)
    decoder.embeddings.weight = _numbers(network.embedding.weight)
    decoder.projection.weight = decoder.embeddings.weight
    _norm(decoder.layer_norm, network.decoder_norm)
    for part, of in zip(encoder.layer, network.encoder, strict=True):
        _layer(part, of)
    for part, of in zip(decoder.layer, network.decoder, strict=True):
        _layer(part, of)


def _layer(spec: LayerSpec, layer: Layer) -> None:
    own = layer.self_attention
    _norm(spec.self_attention.layer_norm, layer.self_norm)
    _linear(spec.self_attention.linear[0], own.query, own.key, own.value)
    _linear(spec.self_attention.linear[1], own.out)
    if isinstance(layer.cross_attention, Attention) and layer.cross_norm is not None:
        cross = layer.cross_attention
        _norm(spec.attention.layer_norm, layer.cross_norm)
        _linear(spec.attention.linear[0], cross.query)
        _linear(spec.attention.linear[1], cross.key, cross.value)
        _linear(spec.attention.linear[2], cross.out)
    _norm(spec.ffn.layer_norm, layer.forward_norm)
    _linear(spec.ffn.linear_0, layer.wide)
    _linear(spec.ffn.linear_1, layer.narrow)


def _linear(spec: LinearSpec, *parts: nn.Linear) -> None:
    spec.weight = np.concatenate([_numbers(part.weight) for part in parts])
    spec.bias = np.concatenate([_numbers(part.bias) for part in parts])


def _norm(spec: LayerNormSpec, norm: nn.LayerNorm) -> None:
    spec.gamma, spec.beta = _numbers(norm.weight), _numbers(norm.bias)


def _numbers(tensor: torch.Tensor) -> FloatArray:
    # A copy: CTranslate2 quantises in place, and these are the network's own numbers.
    return np.array(tensor.detach().numpy(), np.float32)
