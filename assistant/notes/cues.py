"""Phrases by which a statement belongs to a section, read from `templates/NAME.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import get_args

from assistant.notes.model import SECTIONS, Side, Template
from assistant.notes.phrases import (
    NEVER,
    TemplateError,
    compiled,
    read_document,
)
from retrieval.values import Value

_PHRASES = ("strong", "valued", "weak", "unless", "asked")
# The weight of a strong phrase; two weak ones and a value, or three, come to the same.
ENOUGH = 3.0
_REACH = 30  # characters between a phrase and the value it needs


@dataclass(frozen=True, slots=True)
class Cues:
    """How a section is recognised. `side`: whose statements count in full; empty means anyone's."""

    strong: re.Pattern[str] = NEVER
    valued: re.Pattern[str] = NEVER
    weak: re.Pattern[str] = NEVER
    unless: re.Pattern[str] = NEVER
    asked: re.Pattern[str] = NEVER
    side: Side = ""
    values: frozenset[str] = frozenset()
    most: int = 8

    def weight(self, low: str, values: Sequence[Value], side: Side) -> float:
        """How surely a statement belongs to the section; ENOUGH is sure, 0 not at all."""
        if self.unless.search(low):
            return 0.0
        valued = [value for value in values if value.kind in self.values]
        strong = len({match[0] for match in self.strong.finditer(low)})
        strong = strong or int(self._beside(low, valued))
        weak = len({match[0] for match in self.weak.finditer(low)})
        if not strong and not weak:
            return 0.0
        weight = (
            ENOUGH * (strong > 0) + 0.5 * max(0, strong - 1) + min(weak, 3) * 0.5 + bool(valued)
        )
        if self.side and side and side != self.side:
            weight -= ENOUGH
        return max(0.0, weight)

    def _beside(self, low: str, valued: Sequence[Value]) -> bool:
        """Whether a phrase that needs a value has one next to it."""
        return any(
            0 <= match.start() - value.end <= _REACH // 3
            or 0 <= value.start - match.end() <= _REACH
            for match in (self.valued.finditer(low) if valued else ())
            for value in valued
        )

    def touched_by(self, low: str) -> bool:
        """Whether any phrase of the section is there, however weak."""
        phrases = (self.strong, self.valued, self.weak, self.asked)
        return any(each.search(low) for each in phrases)

    def opens(self, low: str) -> bool:
        """Whether the answer to this question belongs to the section."""
        return self.asked.search(low) is not None


@cache
def cues_of(template: Template) -> dict[str, Cues]:
    """The cues of a published template, by section in the order of the note."""
    return _read(read_document(template), template)


@cache
def asks_of(template: Template) -> dict[str, str]:
    """What each section is for, in words for a language model."""
    asked = read_document(template).get("asks_for")
    if not isinstance(asked, dict) or set(asked) - set(SECTIONS[template]):
        raise TemplateError(f"{template}: asks_for must describe sections of the template.")
    return {str(name): str(text) for name, text in asked.items()}


def _read(document: Mapping[str, object], template: Template) -> dict[str, Cues]:
    sections = document.get("sections")
    if not isinstance(sections, dict):
        raise TemplateError(f"{template}: expected sections.")
    if unknown := sorted(set(sections) - set(SECTIONS[template])):
        raise TemplateError(f"{template}: unknown sections {unknown}.")
    return {name: _cues(f"{template}.{name}", sections[name]) for name in sections}


def _cues(where: str, entry: Mapping[str, object]) -> Cues:
    if unknown := sorted(set(entry) - {*_PHRASES, "side", "values", "most"}):
        raise TemplateError(f"{where}: unknown keys {unknown}.")
    side, values, most = entry.get("side", ""), entry.get("values", []), entry.get("most", 8)
    if side not in get_args(Side) or not isinstance(values, list) or not isinstance(most, int):
        raise TemplateError(f"{where}: side, values or most is not what it should be.")
    found = {key: compiled(f"{where}.{key}", entry.get(key)) for key in _PHRASES}
    known: Side = "customer" if side == "customer" else "rep" if side == "rep" else ""
    return Cues(
        strong=found["strong"],
        valued=found["valued"],
        weak=found["weak"],
        unless=found["unless"],
        asked=found["asked"],
        side=known,
        values=frozenset(str(each) for each in values),
        most=most,
    )
