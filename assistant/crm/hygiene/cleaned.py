"""The answer of every cleaning function: a value, what is wrong with it, how sure we are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Trouble(StrEnum):
    """What can be wrong with a value; the word is stored and counted by the field audit."""

    MALFORMED = "malformed"  # cannot be read as this kind of value
    AMBIGUOUS = "ambiguous"  # several readings, none chosen
    ASSUMED = "assumed"  # read by a convention that the value itself does not state
    REPAIRED = "repaired"  # a slip was corrected
    PLACEHOLDER = "placeholder"  # filler typed to get past a required field
    IMPLAUSIBLE = "implausible"  # well formed, but hardly true
    SUSPICIOUS = "suspicious"  # built to deceive: mixed alphabets, spreadsheet formulas
    SEVERAL = "several"  # more than one value in one field; the first was taken
    SHARED = "shared"  # an address of a desk, not of a person
    DISPOSABLE = "disposable"  # an address made to be thrown away
    FICTITIOUS = "fictitious"  # set aside for films, books and examples


# What is true of a value rather than doubtful about it: told, and nothing to decide.
REMARKS = frozenset({Trouble.SHARED, Trouble.FICTITIOUS})


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with a value, in words for the person who can mend it."""

    trouble: Trouble
    message: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Cleaned(Generic[T_co]):
    """A value in its normal form.

    value: None means unknown. Without an issue the field was blank; with one it could not be read.
    issue: with a value, the value is usable but a person should look.
    confidence: within [0, 1]; 0 whenever the value is None.
    """

    value: T_co | None
    issue: Issue | None = None
    confidence: float = 1.0


def unknown() -> Cleaned[T]:
    """The field was blank, or said in words that nothing is known."""
    return Cleaned(None, None, 0.0)


def refused(trouble: Trouble, message: str, suggestion: str | None = None) -> Cleaned[T]:
    """The field holds something, but no value can be read from it without guessing."""
    return Cleaned(None, Issue(trouble, message, suggestion), 0.0)


def flagged(
    value: T, trouble: Trouble, message: str, confidence: float, suggestion: str | None = None
) -> Cleaned[T]:
    """The value can be used; the issue says why a person should look."""
    return Cleaned(value, Issue(trouble, message, suggestion), confidence)
