"""What a reader should know of a draft as a whole: how little it had to go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.notes.sides import Cast
from assistant.notes.utterances import Utterance
from retrieval.words import words

_FEW_WORDS = 20
_ENOUGH_TO_TELL = 40  # words from which the language can be told
_ENGLISH = frozenset(
    words(
        "the a an and or but to of in on at for with is are was were be have has had do does did "
        "i you we they he she it that this not no yes what when who how if so then can will would"
    )
)
_LEAST_ENGLISH = 0.2  # share of such words; English speech has about half, other tongues few


def remarks_on(utterances: Sequence[Utterance], cast: Cast) -> tuple[str, ...]:
    """What limits a draft by rule, in sentences; nothing for an ordinary call."""
    return tuple(_remarks(utterances, cast))


def _remarks(utterances: Sequence[Utterance], cast: Cast) -> Iterator[str]:
    said = [word for each in utterances for word in words(each.low)]
    if len(said) < _FEW_WORDS:
        told = "one word was" if len(said) == 1 else f"{len(said)} words were"
        yield f"Only {told} said." if said else "Nothing was said."
        return
    if len(said) >= _ENOUGH_TO_TELL and _share(said) < _LEAST_ENGLISH:
        yield "This call is not in English; the rules find little in other languages."
    speakers = {each.speaker for each in utterances}
    if len(speakers) == 1:
        yield "Only one speaker is told apart, so nobody's answers or promises are told for sure."
    elif not any(cast.sides.values()):
        yield "Who speaks for the customer is not known."


def _share(said: Sequence[str]) -> float:
    return sum(word in _ENGLISH for word in said) / len(said)
