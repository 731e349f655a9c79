"""The hand-written questions of `content/questions.yaml`: texts, abstentions, refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from assistant.demo.ledger import Ledger
from assistant.demo.questions import Question, by
from assistant.demo.staff import BY_KEY
from assistant.demo.written import Row, read_yaml_file

_FILE = Path(__file__).parent / "content" / "questions.yaml"
_PHONE = re.compile(r"\{phone:([\w-]+)\}")


def written_questions(ledger: Ledger) -> Iterator[Question]:
    """Questions over texts, unanswerable ones, forbidden ones and refused ones."""
    written = read_yaml_file(_FILE)
    for section in ("written", "permitted"):
        for row in written.rows(section):
            yield _answered(ledger, row)
    for row in written.rows("abstain"):
        yield Question(
            row.number("kind"), row.text("text"), *_asker(ledger, row), status="abstained"
        )
    for status, section in (("abstained", "forbidden"), ("refused", "refused")):
        for row in written.rows(section):
            yield Question(
                row.number("kind"),
                row.text("text"),
                *_asker(ledger, row),
                status=status,
                never=tuple(_filled(ledger, text) for text in row.texts("never")),
            )


def _answered(ledger: Ledger, row: Row) -> Question:
    call = row.text("call")
    records = [f"call:{slug}" for slug in ([call] if call else row.texts("calls"))]
    records += [row.text(name) for name in ("article", "policy") if row.text(name)]
    if row.text("product"):
        records.append(f"P-{row.text('product')}")
    if row.text("contact"):
        records.append(ledger.keys[row.text("contact")])
    return Question(
        row.number("kind"),
        row.text("text"),
        *_asker(ledger, row),
        value=tuple(row.texts("value")),
        records=tuple(records),
        span=row.text("span"),
        none=row.flag("none"),
    )


def _asker(ledger: Ledger, row: Row) -> tuple[str, str]:
    """A colleague, or a customer by the key of their contact."""
    key = row.text("asker")
    if key in BY_KEY:
        return by(key)
    return ledger.contacts[ledger.keys[key]].email, "customer"


def _filled(ledger: Ledger, text: str) -> str:
    return _PHONE.sub(lambda match: ledger.contacts[ledger.keys[match[1]]].phone.e164, text)
