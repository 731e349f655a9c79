"""Whether a field of a record answers a question, or the question asks what only texts tell."""

from __future__ import annotations

import re

from assistant.chat.interpret import Understood
from assistant.chat.question import cues
from assistant.chat.question.fields import FIELDS, PEOPLE
from retrieval.answering import Question
from retrieval.sought import Form, sought
from retrieval.stems import WORD, fold

# What a card tells: that there is such a record, and what it is.
_OF_A_CARD = frozenset({Form.OPEN, Form.WHO})
_OF_ANY_FIELD = frozenset({"number", "numbers", "date", "name", "field", "value", "recorded"})
_HAVE = re.compile(r"\b(?:have|know|got)\b", re.IGNORECASE)
_WANTS = re.compile(
    r"\b(?:wants?|wanted|tell|told|says?|said|thinks?|promised?|to spend|prefers?|"
    r"worr(?:y|ies|ied))\b",
    re.IGNORECASE,
)
_YES_OR_NO = frozenset({"status", "paid_on", "renewal_on", "owner", "contact_role", "parent"})


def asks_beside(understood: Understood) -> tuple[str, ...]:
    """The words of the question that no field it was read as accounts for; () where none.

    A question that no card could answer ("When …?" without a field) is all of them.
    """
    plan = understood.plan
    form = sought(plan.text).form
    names = tuple(one.name for one in understood.entities)
    words = _common(Question(_without_fields(understood), names).words, plan.text)
    if not plan.fields:
        return (form.value, *words) if form not in _OF_A_CARD and not plan.identifiers else ()
    if form is Form.WHETHER and not _YES_OR_NO & set(plan.fields) and not _HAVE.search(plan.text):
        return (form.value, *words)
    return words


def outweighs(words: tuple[str, ...], understood: Understood) -> bool:
    """Whether so much is asked beside the fields that they would answer something else."""
    if words[:1] == (Form.WHETHER.value,):
        return True
    text = understood.plan.text
    names = tuple(one.name for one in understood.entities)
    read = set(Question(text, names).words) - set(words)
    return len(words) > len(read)


def _common(words: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Of these words those that are no names, and say more than that a field is asked for."""
    written = {fold(match[0]): match for match in WORD.finditer(text)}
    return tuple(
        word for word in words
        if word not in _OF_ANY_FIELD
        and not (word in written and written[word].start() and written[word][0][0].isupper())
    )  # fmt: skip


def told_of_somebody(understood: Understood) -> bool:
    """Whether what somebody said or wants was read as a figure of rows that it does not name."""
    return _WANTS.search(understood.plan.text) is not None and of_no_rows(understood)


def of_no_rows(understood: Understood) -> bool:
    """Whether a person or company is named, and no word says of which rows a figure is asked."""
    plan = understood.plan
    named = any(one.kind in {"account", "contact", "lead"} for one in understood.entities)
    kind = cues.KINDS.get(plan.kind or "")
    return named and (kind is None or kind.search(plan.text) is None)


def _without_fields(understood: Understood) -> str:
    plan, text = understood.plan, understood.plan.text
    for name in plan.fields:
        pattern = (
            PEOPLE[name[5:]][0] if name.startswith("role:")
            else FIELDS.get(plan.kind or "", {}).get(name)
        )  # fmt: skip
        if pattern is not None:
            text = pattern.sub(" ", text)
    for kind in {plan.kind, *(one.kind for one in understood.entities)}:
        if kind in cues.KINDS:
            text = cues.KINDS[kind].sub(" ", text)
    return text
