"""Sentences of sales and support calls, and sentences whose words come in any order.

A network that hears only sentences people would say learns to guess them; one that hears words in
any order has to listen. Most sentences are therefore of the second kind, or pieces of several
sentences in a row: those teach what words stand beside each other, and no sentence by heart.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random
from string import ascii_letters

_FOLDER = Path(__file__).parents[1] / "content" / "hearing"
_SLOT = re.compile(r"\{(\w+)\}")
_ONES_IN_ORDER = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_ONES = _ONES_IN_ORDER.split()
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_DAYS_IN_ORDER = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth "
    "twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
    "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
_DAYS = _DAYS_IN_ORDER.split()
# Shares of the kinds of sentence.
_FREE, _SPLICED, _WRITTEN = 0.42, 0.22, 0.28
_OFTEN = 3  # times as often as there are sentences
_STARTERS = ("Okay", "Right", "Well", "Yes", "No", "So", "Good", "And", "But", "Listen", "Honestly")


@cache
def words() -> tuple[str, ...]:
    """All words that the model is to know, numbers apart."""
    return tuple((_FOLDER / "words.txt").read_text(encoding="utf-8").split())


@cache
def templates() -> tuple[str, ...]:
    """Sentences with slots."""
    return _lines("templates.txt")


@cache
def _parts() -> dict[str, tuple[str, ...]]:
    rows = (line.split(": ", 1) for line in _lines("parts.txt"))
    return {name: tuple(part.strip() for part in listed.split("|")) for name, listed in rows}


def _lines(name: str) -> tuple[str, ...]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def sentence(random: Random) -> str:
    """One sentence, as it is written down: capitals, marks, numbers in words."""
    kind = random.random()
    if kind < _FREE:
        return free_sentence(random)
    if kind < _FREE + _SPLICED:
        return spliced_sentence(random)
    if kind < _FREE + _SPLICED + _WRITTEN:
        return written_sentence(random)
    return number_sentence(random)


def free_sentence(random: Random) -> str:
    """Words in any order, now and then a number among them."""
    length = random.randint(2, 14)
    said = [_any_word(random) for _ in range(length)]
    for place in range(len(said) - 1):
        if random.random() < 0.07:
            said[place] += ","
    return _ended(" ".join(said), random)


def written_sentence(random: Random) -> str:
    """A template whose slots are filled."""
    text = _SLOT.sub(lambda match: _filled(match[1], random), random.choice(templates()))
    if random.random() < 0.12:
        text = (
            f"{random.choice(_STARTERS)}, {text[0].lower() if _plain(text) else text[0]}{text[1:]}"
        )
    return text[0].upper() + text[1:]


def spliced_sentence(random: Random) -> str:
    """Two or three pieces of written sentences, one after the other."""
    said: list[str] = []
    for _ in range(random.randint(2, 3)):
        text = written_sentence(random).rstrip(".?")
        parts = (f"{text[0].lower()}{text[1:]}" if _plain(text) else text).split(" ")
        first = random.randrange(len(parts))
        said.extend(parts[first : first + random.randint(2, 6)])
    return _ended(" ".join(said).rstrip(","), random)


def number_sentence(random: Random) -> str:
    """Numbers, amounts, dates and hours, with a word or two between them."""
    said = []
    for _ in range(random.randint(1, 3)):
        said.append(_filled(random.choice(sorted(_NUMBERS)), random))
        said.extend(random.choices(words(), k=random.randint(0, 2)))
    return _ended(" ".join(said), random)


def names() -> tuple[str, ...]:
    """Names that a call's vocabulary may be made of."""
    parts = _parts()
    return (*parts["person"], *parts["company"], *parts["product"], *parts["competitor"])


def texts_for_tokens(sentences: int = 20_000) -> list[str]:
    """What the tokenizer is made of: sentences, each word, and each letter as if it were a word.

    Letters come so often that their pieces are made first; so every word begins with a piece that
    holds the blank before it, and a bare blank, which faster-whisper suppresses, is never needed.
    """
    random = Random("1/tokens")
    letters = [" ".join(letter * _OFTEN * sentences) for letter in ascii_letters]
    said = [sentence(random) for _ in range(sentences)]
    return [*said, *words() * 3, *names() * 10, *letters]


def _any_word(random: Random) -> str:
    if random.random() < 0.06:
        return random.choice(_ONES + list(_TENS[2:]) + ["hundred", "thousand"])
    return random.choice(words())


def _ended(text: str, random: Random) -> str:
    return text[0].upper() + text[1:] + random.choice(("." * 4) + "?")


def _plain(text: str) -> bool:
    """Does the sentence begin with a word that is small elsewhere?"""
    first = re.split(r"[ ,']", text)[0]
    return first != "I" and first.lower() in words()


def _filled(slot: str, random: Random) -> str:
    if slot in _NUMBERS:
        return _NUMBERS[slot](random)
    return random.choice(_parts()[slot])


def spelled(number: int) -> str:
    """A number below a million as people say it."""
    if number >= 1000:
        rest = number % 1000
        return f"{spelled(number // 1000)} thousand" + (f" {spelled(rest)}" if rest else "")
    if number >= 100:
        rest = number % 100
        hundred = f"{_ONES[number // 100]} hundred"
        return hundred + (f" and {spelled(rest)}" if rest else "")
    if number >= len(_ONES):
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    return _ONES[number]


def _number(random: Random) -> str:
    return spelled(random.choice((random.randint(2, 12), random.randint(2, 99))))


def _money(random: Random) -> str:
    amount = random.choice(
        (
            random.randint(1, 99) * 1000,
            random.randint(1, 9) * 100,
            random.randint(11, 99) * 100,
            random.randint(100, 999) * 100,
            random.randint(20, 99),
        )
    )
    return f"{spelled(amount)} {random.choice(('euros', 'pounds', 'dollars'))}"


def _percent(random: Random) -> str:
    return f"{spelled(random.randint(2, 35))} {random.choice(('per cent', 'percent'))}"


def _months(random: Random) -> str:
    return random.choice(
        ("twelve months", "twenty-four months", "thirty-six months", "two years", "three years")
    )


def _weeks(random: Random) -> str:
    return f"{spelled(random.randint(2, 12))} {random.choice(('weeks', 'days', 'months'))}"


def _date(random: Random) -> str:
    month = random.choice(_parts()["month"][:12])
    day = random.choice(_DAYS)
    return random.choice((f"the {day} of {month}", f"{month} {day}"))


def _hour(random: Random) -> str:
    hour = spelled(random.randint(1, 12))
    return random.choice((f"{hour} o'clock", f"half past {hour}", f"ten past {hour}", hour))


def _digits(random: Random) -> str:
    return " ".join(random.choices(_ONES[:10], k=random.randint(4, 6)))


_NUMBERS = {
    "number": _number, "money": _money, "percent": _percent, "months": _months,
    "weeks": _weeks, "date": _date, "hour": _hour, "digits": _digits,
}  # fmt: skip
