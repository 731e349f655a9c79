"""What exports call their columns, kept as text so that anyone can add to it."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from assistant.crm.hygiene import fold

_FOLDER = Path(__file__).parent
_CAMEL = re.compile(r"(?<=[a-zß-ÿ0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ELIDED = re.compile(r"(?i)(?<=\b[dl])['’](?=\w)")  # "Chiffre d'affaires"
_UNITS = frozenset(
    {"ms", "min", "mins", "minutes", "hours", "cents", "seconds", "milliseconds", "minuten"}
)
_UNIT = re.compile(r"[(\[]([^)\]]{1,12})[)\]]\s*$")


@lru_cache(maxsize=8192)
def folded_header(header: str) -> str:
    """A column name as words: "AccountId", "account_id" and "Account ID" are one."""
    header = _ELIDED.sub(" ", header)
    parted = _CAMEL.sub(" ", re.sub(r"IDs\b", "Ids", header)).replace("_", " ").replace(".", " ")
    # "Cust #" is a number; "(Do Not Modify) Account" says what it is after the brackets.
    parted = re.sub(r"^\s*\([^)]*\)", " ", _UNIT.sub("", parted))
    words = fold(re.sub(r"(?<=\w)\s*#\s*$", " no", parted)).split()
    # Custom fields of one large CRM end in __c, relations in __r; others repeat their own prefix.
    while words and words[-1] in {"c", "r"} and len(words) > 1:
        words.pop()
    while len(words) > 1 and words[0] in {"hs", "field", "fields", "custom", "cf", "sf"}:
        words.pop(0)
    return " ".join(words)


def unit_of(header: str) -> str | None:
    """The unit that a column name states in brackets or at its end, as written, or None."""
    if (bracketed := _UNIT.search(header)) is not None:
        return bracketed[1].strip().rstrip(".")
    last = folded_header(header).rpartition(" ")[2]
    return last if last in _UNITS else None


@cache
def field_names(kind: str) -> dict[str, tuple[str, ...]]:
    """Per field of the kind the folded names that exports give it, the usual one first."""
    sections = _sections()
    return sections["*"] | sections.get(kind, {})


@cache
def english_words() -> dict[str, str]:
    """What a word of a heading in another language, or in short, says in English words."""
    found: dict[str, str] = {}
    for line in _lines("words.txt"):
        word, _, said = line.partition(":")
        found.setdefault(fold(word), said.strip())
    return found


@cache
def every_name() -> frozenset[str]:
    """All the folded names that exports give to fields."""
    return frozenset(
        name for fields in _sections().values() for names in fields.values() for name in names
    )


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
    folded = [fold(name) for name in names.split("|")]
    timed = [more for one in folded for more in _in_time(one)]
    return field.strip(), tuple(dict.fromkeys(folded + timed))


def _in_time(name: str) -> list[str]:
    """ "closed at" is also "closed on", "closed date" and "date closed"."""
    verb = name.removesuffix(" at")
    if verb == name or " " in verb or not verb.endswith("ed"):
        return []
    return [f"{verb} on", f"{verb} date", f"{verb} time", f"date {verb}", f"{verb} date time"]


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
