"""A Whisper of random weights, small enough to make anew for each test run.

It has everything the engine looks for (CTranslate2 weights, a byte-level BPE with Whisper's
special and timestamp tokens, alignment heads, a feature extractor), so that plain faster-whisper
loads it and runs its real decoding, word timing and hotword code. What it says means nothing;
that it says the same for the same sound is what tests need.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ctranslate2.specs.common_spec import LayerNormSpec, LinearSpec
from ctranslate2.specs.model_spec import LayerSpec
from ctranslate2.specs.transformer_spec import FeedForwardSpec
from ctranslate2.specs.whisper_spec import WhisperSpec
from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer

MEL_BANDS = 80
AUDIO_POSITIONS = 1500  # 30 s of mel frames, halved by the second convolution
TEXT_POSITIONS = 448
SPACE = "\u0120"  # how a byte-level BPE writes the blank before a word
TIMESTAMPS = 1501  # 0.00 to 30.00 s in steps of 0.02 s

_SENTENCES = (
    "thank you for calling how can I help you today",
    "we would like to renew the contract before the end of the quarter",
    "the price is too high and the budget was cut in March",
    "could you send me the offer by Friday please",
    "our invoice shows twelve licences but we only use nine",
    "I will speak with my colleague and call you back tomorrow",
)
_SPECIALS = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|en|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)

FloatArray = npt.NDArray[np.float32]

# Against a random residual of about 4 and logits of about 8, so that position decides.
_LOUD, _SURE = 30.0, 12.0


@dataclass(frozen=True, slots=True)
class Size:
    """Dimensions of the network; the default makes about 1 MB."""

    width: int = 48
    heads: int = 2
    encoder_layers: int = 1
    decoder_layers: int = 2
    vocabulary: int = 420
    # In all, the vocabulary filled up with words that are never said; 0: no filling.
    tokens: int = 0
    # Each window is so many tokens and lasts to its very end; 0: as chance has it.
    pace: int = 0


# Whisper's base.en: Radford et al. 2022, table 1, and the published vocabulary. Half a minute of
# speech at 150 words a minute is 100 tokens; with a set pace the same sound takes the same work.
BASE = Size(width=512, heads=8, encoder_layers=6, decoder_layers=6, tokens=51_864, pace=100)


def make_tiny_whisper(folder: Path, *, seed: int = 7, size: Size | None = None) -> Path:
    """Write a model folder that faster-whisper loads; the same seed gives the same words."""
    size = size or Size()
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(size)
    tokenizer.save(str(folder / "tokenizer.json"))
    spec = WhisperSpec(size.encoder_layers, size.heads, size.decoder_layers, size.heads)
    _Weights(np.random.default_rng(seed), size, tokenizer).fill(spec)
    spec.register_vocabulary(_tokens_by_id(tokenizer))
    spec.config.alignment_heads = [[size.decoder_layers - 1, head] for head in range(size.heads)]
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [tokenizer.token_to_id("<|endoftext|>")]
    spec.config.lang_ids = [tokenizer.token_to_id("<|en|>")]
    spec.validate()
    spec.optimize(quantization="float32")
    spec.save(str(folder))
    (folder / "preprocessor_config.json").write_text(
        json.dumps(
            {
                "feature_size": MEL_BANDS,
                "sampling_rate": 16_000,
                "hop_length": 160,
                "chunk_length": 30,
                "n_fft": 400,
            }
        )
    )
    return folder


def _tokenizer(size: Size) -> Tokenizer:
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    tokenizer.train_from_iterator(
        [" " + sentence for sentence in _SENTENCES],
        BpeTrainer(
            vocab_size=size.vocabulary,
            initial_alphabet=ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    missing = size.tokens - tokenizer.get_vocab_size() - len(_SPECIALS) - TIMESTAMPS
    # Text comes before the special tokens, whose order the engine relies on.
    tokenizer.add_tokens([AddedToken(f"\u2581{number}") for number in range(max(missing, 0))])
    timestamps = (f"<|{step * 0.02:.2f}|>" for step in range(TIMESTAMPS))
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in _SPECIALS])
    tokenizer.add_tokens([AddedToken(token, special=False) for token in timestamps])
    return tokenizer


def _tokens_by_id(tokenizer: Tokenizer) -> list[str]:
    ids = tokenizer.get_vocab(with_added_tokens=True)
    return sorted(ids, key=lambda token: ids[token])


@dataclass(frozen=True, slots=True)
class _Weights:
    """Random numbers in the shapes that the network wants."""

    random: np.random.Generator
    size: Size
    tokenizer: Tokenizer

    def fill(self, spec: WhisperSpec) -> None:
        width = self.size.width
        encoder, decoder = spec.encoder, spec.decoder
        encoder.conv1.weight = self.normal(width, MEL_BANDS, 3)
        encoder.conv1.bias = np.zeros(width, np.float32)
        encoder.conv2.weight = self.normal(width, width, 3)
        encoder.conv2.bias = np.zeros(width, np.float32)
        encoder.position_encodings.encodings = _sinusoids(AUDIO_POSITIONS, width)
        tokens = len(_tokens_by_id(self.tokenizer))
        decoder.position_encodings.encodings = self.normal(TEXT_POSITIONS, width, scale=0.5)
        decoder.embeddings.weight = self.normal(tokens, width, scale=0.5)
        decoder.projection.weight = self.normal(tokens, width, scale=2.5 / width**0.5)
        decoder.projection.bias = self.word_bias()
        decoder.scale_embeddings = False
        if self.size.pace:
            self.keep_pace(spec)
        for layer in (*encoder.layer, *decoder.layer):
            self.attention(layer)
        for part in _parts(spec):
            if isinstance(part, LayerNormSpec):
                part.gamma = np.ones(width, np.float32)
                part.beta = np.zeros(width, np.float32)

    def attention(self, layer: LayerSpec) -> None:
        width = self.size.width
        self.linear(layer.self_attention.linear[0], 3 * width, width)
        self.linear(layer.self_attention.linear[1], width, width)
        if hasattr(layer, "attention"):
            self.linear(layer.attention.linear[0], width, width, scale=3)
            self.linear(layer.attention.linear[1], 2 * width, width, scale=3)
            self.linear(layer.attention.linear[2], width, width, scale=3)
        feed_forward: FeedForwardSpec = layer.ffn
        self.linear(feed_forward.linear_0, 4 * width, width)
        self.linear(feed_forward.linear_1, width, 4 * width)

    def linear(self, linear: LinearSpec, out: int, width: int, scale: float = 1) -> None:
        linear.weight = self.normal(out, width, scale=scale / width**0.5)
        linear.bias = np.zeros(out, np.float32)

    def normal(self, *shape: int, scale: float = 0.1) -> FloatArray:
        return (self.random.standard_normal(shape) * scale).astype(np.float32)

    def word_bias(self) -> FloatArray:
        """Prefer pieces that begin a word, and end a window after some tens of them."""
        bias = np.full(len(_tokens_by_id(self.tokenizer)), -8, np.float32)
        end_of_text = _tokens_by_id(self.tokenizer).index("<|endoftext|>")
        for token, index in self.tokenizer.get_vocab(with_added_tokens=False).items():
            if len(token) > 1:
                bias[index] = 0 if token.startswith(SPACE) else -3
        bias[end_of_text] = 3
        bias[end_of_text + 1 : end_of_text + len(_SPECIALS)] = -20
        bias[end_of_text + len(_SPECIALS) :] = -4
        return bias

    def keep_pace(self, spec: WhisperSpec) -> None:
        """Two dimensions tell the position alone: when to say the last time, and when to end."""
        decoder, pace = spec.decoder, self.size.pace
        positions: FloatArray = decoder.position_encodings.encodings
        projection: FloatArray = decoder.projection.weight
        decoder.embeddings.weight[:, :2] = 0
        positions[:, :2] = -_LOUD
        positions[pace, 0] = _LOUD
        positions[pace + 1 :, 1] = _LOUD
        projection[:, :2] = 0
        projection[-1, 0] = projection[self.tokenizer.token_to_id("<|endoftext|>"), 1] = _SURE
        decoder.projection.bias[-TIMESTAMPS:] = -12


def _parts(spec: LayerSpec) -> Iterator[LayerSpec]:
    for value in vars(spec).values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, LayerSpec):
                yield part
                yield from _parts(part)


def _sinusoids(length: int, width: int) -> FloatArray:
    """Fixed position vectors: sines and cosines over geometrically spaced wavelengths."""
    rates = np.exp(-np.log(10_000) * np.arange(width // 2) / (width // 2 - 1))
    angles = np.arange(length)[:, None] * rates[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)
