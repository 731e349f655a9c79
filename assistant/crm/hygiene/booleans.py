"""Yes and no, in the words and signs that exports use."""

from __future__ import annotations

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, refused, unknown
from assistant.crm.hygiene.text import means_nothing, one_line
from assistant.crm.hygiene.words import words_of


def clean_boolean(raw: str) -> Cleaned[bool]:
    """True or false from words, digits and ticks in about fifteen languages."""
    word = one_line(raw).casefold().strip(".!\"' ").replace("opted in", "opted-in")
    word = word.replace("opted out", "opted-out").replace("opt in", "opt-in")
    word = word.replace("opt out", "opt-out")
    if word in words_of("yes"):
        return Cleaned(True)
    if word in words_of("no"):
        return Cleaned(False)
    if means_nothing(word):
        return unknown()
    return refused(Trouble.MALFORMED, "Neither yes nor no.", "Write true or false.")
