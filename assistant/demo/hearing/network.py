"""Whisper's network, small, with what helps it to learn from little: see Network.

Positions behind the window see padding alone and share one learned vector, so that all 1500 of
Whisper's encoder are computed as POSITIONS and one more that counts for the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from assistant.demo.hearing.streams import SOUNDS
from assistant.demo.hearing.windows import POSITIONS

ALL_POSITIONS = 1500
TEXT_POSITIONS = 448
MEL_BANDS = 80
# Where the heads of each encoder layer look at first, in positions of 20 ms.
_SHIFTS = ((-3, -1, 1, 3), (-5, -2, 2, 5), (-9, -4, 4, 9))
_SHARP, _CONTENT = 1.6, 0.3
# The first of the sines that a head compares: fast ones for near places, slower ones for far.
_FAST, _SLOW = 0, 8
# How far behind the middle of a token that of the next one is.
_NEXT = 8


@dataclass(frozen=True, slots=True)
class Size:
    """Dimensions; `aligned_heads` of each decoder layer learn where the words are."""

    vocabulary: int
    width: int = 160
    heads: int = 4
    encoder_layers: int = 3
    decoder_layers: int = 2
    feed_forward: int = 512
    aligned_heads: int = 2


class Attention(nn.Module):
    """Multi-head attention; `bias` is added to the scores."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.heads = size.heads
        self.query = nn.Linear(size.width, size.width)
        self.key = nn.Linear(size.width, size.width)
        self.value = nn.Linear(size.width, size.width)
        self.out = nn.Linear(size.width, size.width)

    def forward(self, x: Tensor, source: Tensor, bias: Tensor) -> Tensor:
        """New x from what it finds in the source."""
        query, key, value = (
            self._split(self.query(x)),
            self._split(self.key(source)),
            self._split(self.value(source)),
        )
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        return self._joined(found)

    def watched(self, x: Tensor, source: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """The same, and the logarithm of where each head looked."""
        query, key, value = (
            self._split(self.query(x)),
            self._split(self.key(source)),
            self._split(self.value(source)),
        )
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1]) + bias
        looked = scores.log_softmax(-1)
        return self._joined(looked.exp() @ value), looked

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def _joined(self, x: Tensor) -> Tensor:
        return self.out(x.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    """A layer of the encoder, or with `crossing` of the decoder."""

    def __init__(self, size: Size, *, crossing: bool) -> None:
        super().__init__()
        self.self_norm, self.self_attention = nn.LayerNorm(size.width), Attention(size)
        self.cross_norm = nn.LayerNorm(size.width) if crossing else None
        self.cross_attention = Attention(size) if crossing else None
        self.forward_norm = nn.LayerNorm(size.width)
        self.wide = nn.Linear(size.width, size.feed_forward)
        self.narrow = nn.Linear(size.feed_forward, size.width)

    def forward(
        self,
        x: Tensor,
        bias: Tensor,
        source: Tensor | None = None,
        source_bias: Tensor | None = None,
    ) -> tuple[Tensor, Tensor | None]:
        """The layer's outcome and, in the decoder, where it looked."""
        normal = self.self_norm(x)
        x = x + self.self_attention(normal, normal, bias)
        looked = None
        if self.cross_attention is not None and self.cross_norm is not None:
            found, looked = self.cross_attention.watched(self.cross_norm(x), source, source_bias)
            x = x + found
        return x + self.narrow(functional.gelu(self.wide(self.forward_norm(x)))), looked


class Network(nn.Module):
    """Whisper, with two heads that training alone uses.

    The one names the sound (phoneme) at each position of the last encoder layer but one, the other
    the token at each position of the last, in the very vectors that the decoder speaks with.
    espeak-ng tells both, so the encoder need not find out by itself what lies where.
    """

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size, width = size, size.width
        self.conv1 = nn.Conv1d(MEL_BANDS, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(POSITIONS, width), persistent=False)
        self.beyond = nn.Parameter(torch.zeros(1, width))
        self.encoder = nn.ModuleList(
            Layer(size, crossing=False) for _ in range(size.encoder_layers)
        )
        for layer, shifts in zip(self.encoder, _SHIFTS, strict=False):
            look_beside(layer.self_attention, shifts)
        self.encoder_norm = nn.LayerNorm(width)
        self.embedding = nn.Embedding(size.vocabulary, width)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)
        self.text_positions = nn.Parameter(sinusoids(TEXT_POSITIONS, width) * 0.1)
        self.decoder = nn.ModuleList(Layer(size, crossing=True) for _ in range(size.decoder_layers))
        look_on(
            self.decoder[0].cross_attention, self.decoder[-1].cross_attention, size.aligned_heads
        )
        self.decoder_norm = nn.LayerNorm(width)
        self.sound_norm, self.sounds = nn.LayerNorm(width), nn.Linear(width, len(SOUNDS))
        self.heard = nn.Linear(width, width)
        folded = torch.zeros(1, 1, 1, POSITIONS + 1)
        folded[..., -1] = math.log(ALL_POSITIONS - POSITIONS)
        self.register_buffer("folded", folded, persistent=False)

    def encode(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Features (batch, frames, 80) to states of POSITIONS + 1 and scores of sounds."""
        x = functional.gelu(self.conv1(features.transpose(1, 2)))
        x = functional.gelu(self.conv2(x)).transpose(1, 2)
        # The next position but one sees nothing but padding, like all that follow.
        x = torch.cat([x[:, :POSITIONS], x[:, POSITIONS + 1 : POSITIONS + 2]], 1)
        x = x + torch.cat([self.positions, self.beyond])
        sounds = x
        for place, layer in enumerate(self.encoder):
            x, _ = layer(x, self.folded)
            if place == len(self.encoder) - 2:
                sounds = self.sounds(self.sound_norm(x[:, :POSITIONS]))
        return self.encoder_norm(x), sounds

    def decode(self, tokens: Tensor, states: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Scores of the next token at each place, and where each layer looked."""
        length = tokens.shape[1]
        x = self.embedding(tokens) + self.text_positions[:length]
        ahead = torch.full((length, length), -math.inf).triu(1)
        looks = []
        for layer in self.decoder:
            x, looked = layer(x, ahead, states, self.folded)
            looks.append(looked)
        return self.decoder_norm(x) @ self.embedding.weight.T, looks

    def named(self, states: Tensor, text_tokens: int) -> Tensor:
        """Scores of the text tokens for states of the encoder."""
        return self.heard(states) @ self.embedding.weight[:text_tokens].T


@torch.no_grad()
def look_beside(attention: Attention, shifts: tuple[int, ...]) -> None:
    """Let each head begin by looking so many positions beside its own.

    Sounds are told by their neighbours, and to find them by place a network of this kind would
    have to learn first. With sines and cosines of place in x, a turned copy of x at another place
    is what the head has to seek; the fast ones alone make a narrow look.
    """
    size = attention.query.weight.shape[0] // attention.heads
    attention.query.weight.mul_(_CONTENT)
    attention.key.weight.mul_(_CONTENT)
    for head, shift in enumerate(shifts):
        rows = slice(head * size, (head + 1) * size)
        attention.key.weight[rows] += _SHARP * _turned(attention, 0, _FAST)
        attention.query.weight[rows] += _SHARP * _turned(attention, shift, _FAST)


@torch.no_grad()
def look_on(first: Attention, last: Attention, heads: int) -> None:
    """Let the aligned heads of the last decoder layer begin behind where those of the first look.

    The first find the token that was read, and hand its place on; the next token comes after it.
    """
    size = first.query.weight.shape[0] // first.heads
    for head in range(heads):
        rows = slice(head * size, (head + 1) * size)
        first.value.weight[rows] = _turned(first, 0, _SLOW)
        first.out.weight[:, rows] = _turned(first, 0, _SLOW).T
        last.key.weight[rows] = _turned(last, 0, _SLOW)
        last.query.weight[rows] = _turned(last, _NEXT, _SLOW)


def _turned(attention: Attention, shift: int, fastest: int) -> Tensor:
    """What makes, of the sines and cosines of a place, those of the place `shift` further on."""
    width = attention.query.weight.shape[1]
    size = width // attention.heads
    pairs = torch.arange(size // 2)
    places = pairs + fastest
    rates = _rates(width)[places]
    turned = torch.zeros(size, width)
    turned[2 * pairs, places] = (shift * rates).cos()
    turned[2 * pairs, width // 2 + places] = (shift * rates).sin()
    turned[2 * pairs + 1, width // 2 + places] = (shift * rates).cos()
    turned[2 * pairs + 1, places] = -(shift * rates).sin()
    return turned


def _rates(width: int) -> Tensor:
    return torch.exp(-math.log(10_000) * torch.arange(width // 2) / (width // 2 - 1))


def sinusoids(length: int, width: int) -> Tensor:
    """Sines and cosines over geometrically spaced wavelengths."""
    angles = torch.arange(length)[:, None] * _rates(width)[None, :]
    return torch.cat([angles.sin(), angles.cos()], 1)
