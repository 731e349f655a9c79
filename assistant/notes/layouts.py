"""Note templates as data: which sections a note has, called what, in which order.

What a template leaves out is not lost: it stands under "also said". A section of a team's own is
recognised by plain phrases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from assistant.notes.cues import Cues, asks_of, cues_of
from assistant.notes.model import SECTIONS, Draft, Line, Section, Template
from assistant.notes.phrases import TemplateError, compiled, read_document, whole_words

DEFAULT = "discovery"
_OLD_NAMES = {"sales": DEFAULT}  # as notes drafted before there were templates name theirs
PROMISES: dict[Template, str] = {"sales": "commitments", "support": "follow_up"}
_TITLES = {
    "follow_up": "Follow-up",
    "sentiment": "Sentiment, in their words",
    "to_the_assistant": "Said to the assistant",
}
REST, DICTATED = "also_said", "to_the_assistant"
_MOST_OWN = 6  # lines of a section of a team's own


@dataclass(frozen=True, slots=True)
class LayoutSection:
    """A section of a note. phrases: plain words by which, besides ours, a line belongs here."""

    name: str
    title: str
    asks_for: str = ""
    required: bool = False
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A note template of one version; version 1 is the one that comes with the product."""

    name: str
    title: str
    listens_for: Template
    sections: tuple[LayoutSection, ...]
    version: int = 1

    def names(self) -> tuple[str, ...]:
        return tuple(section.name for section in self.sections)


@cache
def default_layouts() -> Mapping[str, Layout]:
    """The templates that come with the product, by name."""
    return {name: _layout(name, told) for name, told in _documents().items()}


def layout_named(name: str) -> Layout | None:
    """The product's template of this name, or None."""
    return default_layouts().get(_OLD_NAMES.get(name, name))


def current_name(name: str) -> str:
    """What a template is called today."""
    return _OLD_NAMES.get(name, name)


@cache
def choosing_words() -> Mapping[str, re.Pattern[str]]:
    """By template, the words of a call that call for it."""
    return {
        name: compiled(f"layouts.{name}", [str(told["chosen_by"])])
        for name, told in _documents().items()
    }


def faults_of(layout: Layout) -> tuple[str, ...]:
    """What keeps a template from being used; nothing when all is well."""
    names, known = layout.names(), set(SECTIONS[layout.listens_for])
    faults = []
    if len(set(names)) < len(names):
        faults.append("A section may stand in a template once.")
    if PROMISES[layout.listens_for] not in names:
        faults.append(f"Promises need the section '{PROMISES[layout.listens_for]}'.")
    faults += [
        f"The section '{section.name}' is not one of {', '.join(sorted(known))}, so it needs "
        "phrases by which its lines are recognised."
        for section in layout.sections
        if section.name not in known and not section.phrases
    ]
    return tuple(faults)


def cues_for(layout: Layout) -> dict[str, Cues]:
    """The cues of the template's phrase book, with the phrases that a team put to them."""
    cues = dict(cues_of(layout.listens_for))
    for section in layout.sections:
        if section.phrases and section.name not in (REST, DICTATED, "summary"):
            own = whole_words("|".join(re.escape(each.lower()) for each in section.phrases))
            known = cues.get(section.name, Cues(most=_MOST_OWN))
            strong = re.compile(f"{known.strong.pattern}|{own.pattern}")
            cues[section.name] = replace(known, strong=strong)
    return cues


def asks_for(layout: Layout) -> dict[str, str]:
    """What each section is for, in words for a language model."""
    ours = asks_of(layout.listens_for)
    told = {section.name: section.asks_for for section in layout.sections if section.asks_for}
    untold = {
        section.name: f"What was said about {section.title}."
        for section in layout.sections
        if section.name not in (REST, DICTATED)
    }
    return {**untold, **ours, **told}


def arranged(draft: Draft, layout: Layout) -> Draft:
    """The draft in the sections of the template; what it has no section for under "also said"."""
    names = layout.names()
    held = {section.name: section.lines for section in draft.sections}
    heard = {section.name for section in draft.sections if section.heard}
    homeless = [
        replace(line, section=REST)
        for section in draft.sections
        if section.name not in (*names, REST, DICTATED, "summary")
        for line in section.lines
    ]
    rest = sorted([*held.get(REST, ()), *homeless], key=_position)
    held[REST] = tuple(replace(each, id=f"{REST}-{i}") for i, each in enumerate(rest, start=1))
    order = [*names, *(each for each in (REST, DICTATED) if each not in names)]
    return replace(
        draft,
        layout=layout.name,
        layout_version=layout.version,
        sections=tuple(Section(name, held.get(name, ()), name in heard) for name in order),
    )


def _position(line: Line) -> tuple[int, str]:
    return line.evidence[0].turn_first if line.evidence else 0, line.id


def _documents() -> Mapping[str, Mapping[str, object]]:
    layouts = read_document("layouts").get("layouts")
    if not isinstance(layouts, dict):
        raise TemplateError("layouts: expected layouts by name.")
    return layouts


def _layout(name: str, told: Mapping[str, object]) -> Layout:
    listens = told["listens_for"]
    family: Template = "support" if listens == "support" else "sales"
    asked, required = asks_of(family), _names(told["required"])
    made = Layout(
        name=name,
        title=str(told["title"]),
        listens_for=family,
        sections=tuple(
            LayoutSection(each, title_of(each), asked.get(each, ""), each in required)
            for each in _names(told["sections"])
        ),
    )
    if faults := faults_of(made):
        raise TemplateError(f"layouts.{name}: {faults[0]}")
    return made


def title_of(name: str) -> str:
    """A section's name as a heading."""
    words = _TITLES.get(name, name.replace("_", " "))
    return words[:1].upper() + words[1:]


def _names(told: object) -> Sequence[str]:
    return [str(each) for each in told] if isinstance(told, list) else []
