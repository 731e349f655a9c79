"""What exports call their columns, kept as text so that anyone can add to it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from assistant.crm.hygiene import fold

_FOLDER = Path(__file__).parent
_CAMEL = re.compile(r"(?<=[a-zß-ÿ0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNIT = re.compile(r"[(\[]([^)\]]{1,12})[)\]]\s*$")


def folded_header(header: str) -> str:
    """A column name as words: "AccountId", "account_id" and "Account ID" are one."""
    parted = _CAMEL.sub(" ", header).replace("_", " ").replace(".", " ")
    words = fold(_UNIT.sub("", parted)).split()
    # Custom fields of one large CRM end in __c, relations in __r; others repeat their own prefix.
    while words and words[-1] in {"c", "r"} and len(words) > 1:
        words.pop()
    while len(words) > 1 and words[0] in {"hs", "field", "custom", "cf", "sf"}:
        words.pop(0)
    return " ".join(words)


def unit_of(header: str) -> str | None:
    """The unit that a column name states in brackets or at its end, as written, or None."""
    if (bracketed := _UNIT.search(header)) is not None:
        return bracketed[1].strip()
    last = folded_header(header).rpartition(" ")[2]
    return last if last in {"ms", "min", "mins", "minutes", "hours", "cents", "seconds"} else None


@cache
def field_names(kind: str) -> dict[str, tuple[str, ...]]:
    """Per field of the kind the folded names that exports give it, the usual one first."""
    sections = _sections()
    return sections["*"] | sections.get(kind, {})


@cache
def entity_names() -> dict[str, tuple[str, ...]]:
    """Per kind of thing (and role of a person) the folded words that exports use for it."""
    return dict(_entry(line) for line in _lines("entities.txt"))


@cache
def _sections() -> dict[str, dict[str, tuple[str, ...]]]:
    sections: dict[str, dict[str, tuple[str, ...]]] = {}
    current: dict[str, tuple[str, ...]] = {}
    for line in _lines("names.txt"):
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), {})
        else:
            field, names = _entry(line)
            current[field] = names
    return sections


def _entry(line: str) -> tuple[str, tuple[str, ...]]:
    field, _, names = line.partition(":")
    return field.strip(), tuple(dict.fromkeys(fold(name) for name in names.split("|")))


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
