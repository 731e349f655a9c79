"""What the demo's speech model is told: words, numbers as said, and what its calls may hold."""

from __future__ import annotations

import re
from random import Random

import pytest
from tokenizers import Tokenizer

from assistant.demo.hearing.language import sentence, spelled, templates, words
from assistant.demo.hearing.samples import samples
from assistant.demo.hearing.tokens import TIMES, marks_of


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "zero"),
        (14, "fourteen"),
        (42, "forty-two"),
        (300, "three hundred"),
        (745, "seven hundred and forty-five"),
        (24_000, "twenty-four thousand"),
        (36_210, "thirty-six thousand two hundred and ten"),
    ],
)
def test_numbers_are_written_as_they_are_said(number: int, said: str) -> None:
    assert spelled(number) == said


def test_the_same_seed_says_the_same_and_most_sentences_are_in_no_order() -> None:
    def said(seed: int) -> list[str]:
        random = Random(seed)
        return [sentence(random) for _ in range(600)]

    assert said(3) == said(3) != said(4)
    assert all(re.fullmatch(r"[A-Z][A-Za-z', -]*[.?]", one) for one in said(3))
    heads = {template.split("{")[0][:8] for template in templates()}
    written = [one for one in said(3) if any(head and one.startswith(head) for head in heads)]
    assert len(written) < 0.4 * len(said(3))


def test_sample_calls_use_words_that_are_taught() -> None:
    random = Random(1)
    taught = {one.lower() for one in words()}
    for _ in range(3000):
        taught.update(re.findall(r"[a-z']+", sentence(random).lower()))
    for sample in samples():
        assert set(re.findall(r"[a-z']+", sample.reference.lower())) <= taught
        assert len(sample.voices) == 2


def test_no_word_needs_a_bare_space_which_faster_whisper_suppresses(tokenizer: Tokenizer) -> None:
    bare = tokenizer.token_to_id("\u0120")
    for word in words():
        for written in (word, word[0].upper() + word[1:]):
            ids = tokenizer.encode(f" {written}", add_special_tokens=False).ids
            assert bare not in ids
            assert tokenizer.decode(ids) == f" {written}"


def test_times_come_last_and_every_byte_has_a_token(tokenizer: Tokenizer) -> None:
    marks = marks_of(tokenizer)
    assert tokenizer.get_vocab_size() == marks.first_time + TIMES
    assert tokenizer.id_to_token(marks.first_time) == "<|0.00|>"
    assert tokenizer.decode(tokenizer.encode("(naïve) ♪").ids) == "(naïve) ♪"
