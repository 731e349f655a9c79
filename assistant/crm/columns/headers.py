"""The forms in which a column's name may be read: whole, in parts, parted, and in English."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from assistant.crm.columns import english_words, entity_names, every_name, folded_header

_TAILS = (
    (" id name", " name"), (" code name", ""), (" name formatted", ""), (" formatted value", ""),
    (" display value", ""), (" value formatted", ""), (" formatted", ""), (" label", ""),
    (" metadata", ""), (" utc", ""), (" ids", " id"), (" name", ""),
)  # fmt: skip
_PUBLISHERS = frozenset({"new", "cr", "msdyn", "metadata", "properties", "data", "attributes"})
# "user_fields.job_title", "custom_attributes.plan": what wraps the fields of one's own.
_WRAPPER = re.compile(r"^(?:(?:\w+_)?(?:fields|attributes|properties|metadata)|data)\.(?=\w)")
_OF = re.compile(r" (?:de la|de los|de|du|des|del|della|di|d|der|van) ")
_LONGEST_RUN = 40
_SHORTEST_PART = 3
_SHORT_PARTS = frozenset({"id", "no", "nr", "on", "at", "to", "by", "of", "is"})
_JOINTS = ("", "s", "es", "n", "en", "e")  # between the parts of a German compound


@lru_cache(maxsize=4096)
def header_forms(column: str) -> tuple[str, ...]:
    """A column's name folded, then the forms that say less surely what is meant.

    "organization_fields.address.town" is also "address town" and "town"; "estimatedclosedate" is
    "estimated close date"; "Email - Work" also "work email"; "Rechnungsdatum" is "invoice date".
    """
    column = _WRAPPER.sub("", column)
    forms = [folded_header(column)]
    parts = [part for part in re.split(r"\.|:|\s[-–/]\s|__", column) if folded_header(part)]
    forms += [folded_header(" ".join(parts[start:])) for start in range(1, len(parts))]
    if len(parts) > 1:
        forms.append(folded_header(" ".join(reversed(parts[-2:]))))
    forms += [parted for form in tuple(forms) if (parted := _parted(form)) != form]
    forms += [said for form in tuple(forms) if (said := in_english(form)) != form]
    for form in tuple(forms):
        for tail, instead in _TAILS:
            if form.endswith(tail) and form != tail:
                forms.append(form.removesuffix(tail) + instead)
                break
    return tuple(dict.fromkeys(form for form in forms if form))


@lru_cache(maxsize=4096)
def in_english(form: str) -> str:
    """The words of a folded heading, those of other languages translated as far as known."""
    words: list[str] = []
    for word in form.split():
        said = _translated(word)
        if said is None and word not in _vocabulary() and len(word) > 6:
            said = _compound(word)
        words += (said or word).split()
    if len(words) > 1 and words[0] in ("number", "no") and words != form.split():
        words = [*words[1:], "number"]  # "N° facture"
    said = _OF.sub(" of ", " ".join(words))
    what, of, whose = said.partition(" of ")
    if not of or not what or not whose or what in ("number", "no", "count"):
        return said  # "number of seats" is a count
    return f"{whose} {what}"


def _translated(word: str) -> str | None:
    known = english_words()
    for joint in _JOINTS:
        stem = word.removesuffix(joint) if joint else word
        if (len(stem) > 1 or not joint) and stem in known and (not joint or word.endswith(joint)):
            return known[stem]
    return None


def _compound(word: str) -> str | None:
    """ "rechnungsdatum" -> "invoice date"."""
    for cut in range(len(word) - 3, 3, -1):
        last = word[cut:]
        said = english_words().get(last) or (last if last in ("nr", "nummer", "status") else None)
        first = _translated(word[:cut])
        if said and first:
            return f"{first} {said}"
    return None


def _parted(form: str) -> str:
    words: list[str] = []
    for word in form.split():
        bare = re.sub(r"(?<=[a-z])\d$", "", word)
        words += [bare] if bare in _vocabulary() else (_segments(bare) or [word])
    while len(words) > 1 and words[-1] == "value":  # "_ownerid_value"
        words.pop()
    while len(words) > 1 and words[0] in _PUBLISHERS:
        words.pop(0)
    return " ".join(words)


@cache
def _vocabulary() -> frozenset[str]:
    """Every word of the names that are known."""
    found = {word for name in every_name() for word in name.split()}
    found |= {word for names in entity_names().values() for name in names for word in name.split()}
    simple = frozenset(
        {"code", "name", "time", "frame", "system", "worker", "per", "route", "estimated"}
        | {"actual", "end", "planned", "service", "need", "budget"}
    )
    found |= {f"{word}s" for word in found if len(word) > 3} | {"policies", "activities"}
    runs = {word for word in found if len(word) > 9 and _is_run(word, found)}
    return frozenset(word for word in found - runs if word.isalpha()) | simple


def _is_run(word: str, words: set[str]) -> bool:
    return any(
        word[:cut] in words and word[cut:] in words and min(cut, len(word) - cut) > 3
        for cut in range(4, len(word) - 3)
    )


def _segments(run: str) -> list[str]:
    """A run of letters as known words, the fewest possible; empty where it is none."""
    if len(run) > _LONGEST_RUN or not run.isalpha():
        return []
    best: list[list[str] | None] = [[]] + [None] * len(run)
    known = _vocabulary()
    for end in range(2, len(run) + 1):
        for start in range(end - 1):
            before, word = best[start], run[start:end]
            if before is None or word not in known:
                continue
            if len(word) < _SHORTEST_PART and word not in _SHORT_PARTS:
                continue
            held = best[end]
            if held is None or len(before) + 1 < len(held):
                best[end] = [*before, word]
    whole = best[len(run)]
    return whole if whole and len(whole) > 1 else []
