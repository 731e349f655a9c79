"""A message as it comes from outside: bounded, and without signs that nobody can write or see."""

from __future__ import annotations

import unicodedata

from assistant.errors import Invalid

LONGEST_MESSAGE = 8000
# They turn the direction of writing, so that a reader sees something else than what is asked.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Breaks of lines and pages as word processors write them.
_BREAKS = str.maketrans({"\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n"})


def legible(message: str) -> str:
    """The message to answer.

    Raises Invalid when it is empty, too long, or holds a control character or half of one.
    """
    length = len(message)
    if length > LONGEST_MESSAGE:
        raise Invalid(
            f"Expected a question of at most {LONGEST_MESSAGE} characters, got {length}. Ask in "
            "fewer words; long texts belong into a record.",
            field="message",
        )
    text = "".join(sign for sign in message.replace("\r\n", "\n").translate(_BREAKS)
                   if sign not in _BIDI)  # fmt: skip
    if not text.strip():
        raise Invalid("Expected a question, got nothing. Write what you want to know.",
                      field="message")  # fmt: skip
    for place, sign in enumerate(text, 1):
        if sign not in "\n\t" and unicodedata.category(sign) in {"Cc", "Cs"}:
            raise Invalid(
                f"Expected text, got the sign U+{ord(sign):04X} at place {place}, which no "
                "keyboard writes. Take it out and ask again.",
                field="message",
            )
    return text
