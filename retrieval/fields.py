"""Records written as text: "owner: Dana Fox; stage: won", JSON, one field to a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval.words import words

_LABEL = r"[\"']?[A-Za-z][\w .#/&()-]{0,40}?[\"']?"
_PAIR = re.compile(
    rf"^\s*(?:[-*•]\s*)?(?P<label>{_LABEL})\s*(?::|=|\t|->|→)\s*(?P<value>.*)$", re.DOTALL
)
_HEAD = re.compile(r"^\s*(?:record|row|item|entry)?\s*#?\d*\s*[-–:.)]\s+(?=\w)", re.IGNORECASE)
_COMMA = re.compile(r",\s+")
_AFTER_STOP = re.compile(
    r"(?<=[\w)])(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)\.\s+(?=[A-ZÀ-Þ][\w #/&-]{0,40}:\s)"
)
_FEWEST_SENTENCES = 3
# What a field may be called where nothing but a blank divides it from its value.
_KNOWN = frozenset(
    words(
        """
        account amount assignee balance carrier category channel city client close closed company
        contact country created currency customer deal description direction discount due
        email employees expected family handler id industry invoice issued kind lead list name
        next number opened order owner paid payment phase phone placed priority price probability
        product quantity quote reason region renewal renews rep role sku source stage started
        state status subject team term ticket title total type unit updated valid value warranty
        """
    )
)
_HEADERS = frozenset(words("from to cc bcc sent date subject re"))
_LABEL_ENDS = frozenset(words("on at by date name until in to id number no"))
_NOTHING = frozenset({"", "-", "–", "—", "--", "none", "null", "n/a", "nil", "not yet", "no", "0"})
_LONGEST_LABEL = 5  # words


@dataclass(frozen=True, slots=True)
class Field:
    """A value and what it is called; without a label, the rest of a record."""

    label: str
    value: str


@lru_cache(maxsize=4096)
def records(text: str) -> tuple[tuple[Field, ...], ...]:
    """The records that a text writes out field by field; empty where it is prose or speech."""
    if (found := _from_json(text)) is not None:
        return found
    written = list(_segments(text))
    segments = [_field(segment) for segment in written]
    labelled = [field for field in segments if field.label]
    if all(field.label.lower() in _HEADERS for field in labelled):
        return ()  # of a letter
    if _is_row_of_facts(written) and labelled:
        return tuple(_divided(_without_common_prefix(segments)))
    if len(labelled) >= _FEWEST_SENTENCES and len(labelled) * 4 >= len(segments) * 3:
        # A long text among fields is told by itself.
        return tuple(_divided(_without_common_prefix([f for f in segments if not _is_long(f)])))
    prose = sum(len(field.value.split()) for field in segments if not field.label)
    told = sum(len(field.value.split()) + 1 for field in labelled)
    if len(labelled) < 2 or prose > told:
        return ()
    return tuple(_divided(_without_common_prefix(segments)))


def long_texts(text: str) -> list[str]:
    """The sentences that stand among the fields of a record."""
    return [field.value for field in map(_field, _segments(text)) if _is_long(field)]


_FEWEST_FACTS = 4
_LONGEST_FACT = 10  # words


def _is_row_of_facts(written: Sequence[str]) -> bool:
    """Whether it is one short thing after another: "Discount 17 % | sent | Term 12 months"."""
    return len(written) >= _FEWEST_FACTS and all(
        len(one.split()) <= _LONGEST_FACT and one.rstrip()[-1:] not in ".!?" for one in written
    )


def _is_long(field: Field) -> bool:
    return not field.label and len(field.value.split()) > _LONGEST_FACT


def _without_common_prefix(fields: list[Field]) -> list[Field]:
    """ "deal stage", "deal owner": what every label begins with tells nothing."""
    begins = {field.label.partition(" ")[0] for field in fields if field.label}
    if len(begins) != 1 or any(f.label and " " not in f.label for f in fields):
        return fields
    return [Field(field.label.partition(" ")[2], field.value) for field in fields]


def _from_json(text: str) -> tuple[tuple[Field, ...], ...] | None:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    rows = found if isinstance(found, list) else [found]
    if not rows or not all(isinstance(row, dict) for row in rows):
        return None
    return tuple(tuple(_flat(row)) for row in rows)


def _flat(row: dict[str, object], before: str = "") -> Iterator[Field]:
    """An amount and its currency stand in two fields and are one value."""
    currency = row.get("currency")
    for key, value in row.items():
        label = f"{before}{key}".replace("_", " ")
        if isinstance(value, dict):
            yield from _flat(value, f"{label} ")
        elif isinstance(value, list):
            for part in value:
                if isinstance(part, dict):
                    yield from _flat(part, f"{label} ")
                else:
                    yield Field(label, str(part))
        elif value in (None, "", False):
            yield Field(label, "none")
        else:
            amount = isinstance(value, float) and isinstance(currency, str)
            yield Field(label, f"{currency} {value:.2f}" if amount else str(value))


def _segments(text: str) -> Iterator[str]:
    for line in _lines(text):
        parts = _COMMA.split(line)
        if sum(_begins_field(part) for part in parts[1:]) * 2 >= len(parts) and len(parts) > 1:
            held = parts[0]
            for part in parts[1:]:
                if _begins_field(part):
                    yield held
                    held = part
                else:
                    held += f", {part}"
            yield held
        elif line.strip():
            yield line


def _lines(text: str) -> Iterator[str]:
    """Lines, and the sentences of a line that is one labelled sentence after another."""
    for line in re.split(r"\n|;\s|\s\|\s|;$", text):
        parts = _AFTER_STOP.split(line)
        labelled = sum(_begins_field(part) for part in parts)
        if len(parts) >= _FEWEST_SENTENCES and labelled >= _FEWEST_SENTENCES:
            yield from parts
        else:
            yield line


def _begins_field(part: str) -> bool:
    return bool(_field(part).label)


def _field(segment: str) -> Field:
    segment = segment.strip().rstrip(",;")
    pair = _PAIR.match(_HEAD.sub("", segment, count=1))
    if pair is None:
        return _unmarked(segment)
    label, value = pair["label"].strip("\"' "), pair["value"].strip()
    if value[:1] in "\"'" and value[-1:] == value[:1]:
        value = value[1:-1]
    if value.lower().strip(".") in _NOTHING:
        return Field(label.replace("_", " ").replace(".", " "), "none")
    if _is_said(label, value):
        return Field("", segment)
    return Field(label.replace("_", " ").replace(".", " "), value)


def _unmarked(segment: str) -> Field:
    """ "stage Evaluation": a word that names a field, then what is no verb."""
    first, _, rest = segment.strip().partition(" ")
    second = rest.partition(" ")[0]
    if first.lower() not in _KNOWN or not rest:
        return Field("", segment)
    if second in _KNOWN | _LABEL_ENDS and second.islower():
        first, rest = f"{first} {second}", rest.partition(" ")[2]
    if not rest or len(rest.split()) > 8 or rest[-1:] in ".!?":
        return Field("", segment)
    return Field(first, rest)


def _is_said(label: str, value: str) -> bool:
    """Whether it is a speaker and what they said rather than a field."""
    named = [word for word in label.split() if word.lower() not in _KNOWN]
    if len(label.split()) > _LONGEST_LABEL:
        return True
    if len(named) < len(label.split()) or not label[:1].isupper():
        return False
    sentence = value[-1:] in '.!?…"”' or len(value.split()) > 12
    return sentence and len(value.split()) > 2


def _divided(fields: Sequence[Field]) -> Iterator[tuple[Field, ...]]:
    """A new record begins where the first field's label comes again."""
    first = next(field.label for field in fields if field.label)
    held: list[Field] = []
    for field in fields:
        if field.label == first and any(f.label == first for f in held):
            yield tuple(held)
            held = []
        held.append(field)
    yield tuple(held)


_BULLET = re.compile(r"^\s*(?:\[[ xX]?\]|[-*•]|\d+[.)]?\s)\s*")
_BOX = re.compile(r"^\s*(?:[-*•]\s*)?\[(?P<mark>[ xX])\]\s*")
_BETWEEN = re.compile(r"\s[–—-]\s|\s\|\s|\t|\s{2,}")
_SPOKEN = re.compile(r"^\s*[A-ZÀ-Þ][\w .'’()-]{1,40}:\s")


def rows_of(text: str) -> tuple[str, ...]:
    """The rows of a list or table, each with the lines above it; empty where it is neither."""
    lines = [line for line in text.splitlines() if line.strip()]
    rows = [line for line in lines if _is_row(line)]
    if len(rows) < 2:
        return ()
    first = lines.index(rows[0])
    above = [_BETWEEN.sub(", ", line) for line in lines[:first]]
    other = [line for line in lines[first:] if not _is_row(line)]
    if len(above) > 2 or len(other) > 1:
        return ()
    return tuple("\n".join([*above, *other, _plain_row(row)]) for row in rows)


def _is_row(line: str) -> bool:
    if _SPOKEN.match(line):
        return False
    cuts = len(_BETWEEN.findall(_BULLET.sub("", line.strip())))
    return bool(_BULLET.match(line)) or cuts >= 2


def _plain_row(row: str) -> str:
    if box := _BOX.match(row):
        row = f"{row[box.end() :]}, {'open' if box['mark'].isspace() else 'done'}"
    return _BETWEEN.sub(", ", _BULLET.sub("", row.strip()))
