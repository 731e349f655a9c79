"""Words to tokens the way Whisper writes: a byte-level BPE, then special tokens, then times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer

WINDOW_S = 8
TIME_STEP_S = 0.02
# Times of a window, both ends included.
TIMES = round(WINDOW_S / TIME_STEP_S) + 1
TEXT_TOKENS = 896
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


@dataclass(frozen=True, slots=True)
class Marks:
    """The ids that are not text; each id below `end` is text."""

    end: int
    start: int
    previous: int
    no_speech: int
    no_times: int
    first_time: int


def marks_of(tokenizer: Tokenizer) -> Marks:
    """The ids of the special tokens."""
    ids = tokenizer.get_vocab(with_added_tokens=True)
    return Marks(
        end=ids["<|endoftext|>"],
        start=ids["<|startoftranscript|>"],
        previous=ids["<|startofprev|>"],
        no_speech=ids["<|nospeech|>"],
        no_times=ids["<|notimestamps|>"],
        first_time=ids["<|notimestamps|>"] + 1,
    )


def pieces_of(tokenizer: Tokenizer) -> list[str]:
    """All tokens, each at its id."""
    ids = tokenizer.get_vocab(with_added_tokens=True)
    return sorted(ids, key=lambda token: ids[token])


def make_tokenizer(sentences: Iterable[str]) -> Tokenizer:
    """A tokenizer whose pieces are those of the sentences.

    The whole alphabet of bytes is in it: faster-whisper looks symbols up in order to suppress them.
    """
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    trainer = BpeTrainer(
        vocab_size=TEXT_TOKENS, initial_alphabet=ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator((" " + sentence for sentence in sentences), trainer)
    times = (f"<|{step * TIME_STEP_S:.2f}|>" for step in range(TIMES))
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in _SPECIALS])
    tokenizer.add_tokens([AddedToken(token, special=False) for token in times])
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer that was saved there."""
    return Tokenizer.from_file(str(path))
