"""Questions with the answers they should get, read from a file of anybody's making."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.crm.hygiene import clean_moment, fold
from assistant.errors import Invalid
from assistant.evaluation.kinds import kind_name
from assistant.governance.access import Role

# The words for a role that questions may use, the most particular first.
_ROLES: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (Role.CUSTOMER, ("customer", "client", "prospect", "outsider", "external", "visitor",
                     "partner", "contact", "guest", "public")),
    (Role.MANAGER, ("manager", "head", "lead", "leader", "director", "vp", "chief", "executive",
                    "supervisor")),
    (Role.PRIVACY, ("privacy", "dpo")),
    (Role.OPS, ("ops", "operations", "admin", "administrator", "steward", "analyst")),
    (Role.SUPPORT, ("support", "agent", "service", "helpdesk", "care")),
    (Role.REP, ("rep", "sales", "seller", "representative", "account", "owner", "employee",
                "staff", "internal", "colleague", "user")),
)  # fmt: skip
_STATUSES = {
    "answered": "answered", "answer": "answered", "ok": "answered", "partial": "answered",
    "abstained": "abstained", "abstain": "abstained", "unanswerable": "abstained",
    "no answer": "abstained", "none": "abstained", "not found": "abstained",
    "unknown": "abstained", "refused": "refused", "refuse": "refused", "denied": "refused",
    "forbidden": "abstained", "ambiguous": "ambiguous", "clarify": "ambiguous",
    "ask back": "ambiguous", "asked back": "ambiguous", "clarification": "ambiguous",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A question, who asks it, and what the answer has to be.

    value: what the answer holds, each of several.  records: ids by which the files call the
    records that may be cited.  never: what it must not hold.  accept: other honest statuses.
    thread: questions of one thread are asked in one conversation, in their order.
    """

    question: str
    role: Role
    kind: str
    asker: str = ""
    status: str = "answered"
    value: tuple[str, ...] = ()
    unit: str = ""
    records: tuple[str, ...] = ()
    span: str = ""
    never: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    none: bool = False
    thread: str = ""
    asked_at: datetime | None = None

    @property
    def numeric(self) -> bool:
        """Whether the answer is a number."""
        return len(self.value) == 1 and number_in(self.value[0]) is not None


def number_in(text: str) -> float | None:
    """The number that a text is, or None."""
    try:
        return float(text)
    except ValueError:
        return None


def read_cases(path: Path) -> list[Case]:
    """The questions of a file: JSON lines, a JSON array, or CSV.

    Raises Invalid, naming the row, for one without a question or with an unknown status or role.
    """
    found = [_case(row, place) for place, row in enumerate(_rows(path), 1)]
    if not found:
        raise Invalid(f"Expected questions in {path.name}, found none.", field="questions")
    return found


def _rows(path: Path) -> Iterator[Mapping[str, object]]:
    text = path.read_text(encoding="utf-8-sig")
    if text.lstrip().startswith("["):
        yield from _objects(json.loads(text))
    elif text.lstrip().startswith("{"):
        try:
            whole = json.loads(text)
        except json.JSONDecodeError:
            yield from _objects([json.loads(line) for line in text.splitlines() if line.strip()])
        else:
            yield from _objects(whole.get("questions", [whole]))
    else:
        yield from csv.DictReader(text.splitlines())


def _objects(rows: object) -> Iterator[Mapping[str, object]]:
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            yield row


def _case(row: Mapping[str, object], place: int) -> Case:
    question = _text(row.get("question") or row.get("text"))
    if not question:
        raise Invalid(
            f"Expected a question in row {place}, got {str(row)[:120]}.", field="question"
        )
    expect = _expected(row)
    return Case(
        question=question,
        role=role_named(_text(row.get("asker_role") or row.get("role")), place),
        kind=kind_name(_text(row.get("kind") or row.get("name"))),
        asker=_text(row.get("asker")),
        status=_status(_text(expect.get("status")), place),
        value=_texts(expect.get("value", expect.get("values"))),
        unit=_text(expect.get("unit")),
        records=_texts(expect.get("records")),
        span=_text(expect.get("span")),
        never=_texts(expect.get("never")),
        accept=tuple(_status(one, place) for one in _texts(expect.get("accept"))),
        none=bool(expect.get("none")),
        thread=_text(row.get("thread") or row.get("conversation") or row.get("conversation_id")),
        asked_at=_moment(_text(row.get("asked_at") or row.get("as_of") or row.get("now"))),
    )


def _expected(row: Mapping[str, object]) -> Mapping[str, object]:
    """The `expect` object; of a CSV row its columns `expect.status` or `status` and so on."""
    stated = row.get("expect") or row.get("expected")
    if isinstance(stated, str) and stated.lstrip().startswith("{"):
        stated = json.loads(stated)
    if isinstance(stated, dict):
        return stated
    flat = {
        key.removeprefix("expect").lstrip("._ "): value
        for key, value in row.items() if key and key.startswith("expect")
    }  # fmt: skip
    return flat or row


def role_named(stated: str, place: int = 0) -> Role:
    """The role that a word such as "sales rep" or "support agent" names. Raises Invalid."""
    words = fold(stated).split()
    for role, names in _ROLES:
        if any(word in names or word.removesuffix("s") in names for word in words):
            return role
    raise Invalid(
        f"Expected a role such as {', '.join(Role)} in row {place}, got {stated!r}.",
        field="asker_role",
    )


def _status(stated: str, place: int) -> str:
    known = _STATUSES.get(" ".join(stated.replace("_", " ").split()).casefold() or "answered")
    if known is None:
        raise Invalid(
            f"Expected a status among answered, abstained, refused, ambiguous in row {place}, "
            f"got {stated!r}.",
            field="status",
        )
    return known


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _texts(value: object) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = json.loads(value)
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_text(one) for one in value if _text(one))
    return (_text(value),) if _text(value) else ()


def _moment(stated: str) -> datetime | None:
    if not stated:
        return None
    found = clean_moment(stated).value
    if found is None:
        raise Invalid(f"Expected a moment such as 2026-06-30T12:00Z, got {stated!r}.", field="now")
    return found.at.astimezone(UTC)
