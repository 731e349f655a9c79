"""The field audit as whoever runs the service reads it at the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.crm.field_audit import FieldFigures, audit_fields
from assistant.governance.access import Principal, Role
from assistant.settings import Settings

# Who may run commands on the machine of the service keeps the house.
OPERATOR = Principal("cli", Role.OPS)


def figures(
    session: Session, settings: Settings, *, now: datetime, source: str | None, kind: str | None
) -> list[FieldFigures]:
    """Figures over all rows; raises Invalid for an unknown kind."""
    return audit_fields(
        session, OPERATOR, now=now, source=source, kind=kind,
        stale_after_days=settings.stale_after_days,
    )  # fmt: skip


def as_json(found: Sequence[FieldFigures]) -> dict[str, object]:
    """All figures in JSON's types."""
    return {"fields": [asdict(each) for each in found]}


def lines(found: Sequence[FieldFigures]) -> Iterator[str]:
    """A table: one line for each field, under one for each source and kind."""
    if not found:
        yield "No source has sent any rows."
        return
    head = ("filled", "valid", "distinct", "stale", "conflicting")
    feed = None
    for each in found:
        if feed != (each.source, each.kind):
            feed = (each.source, each.kind)
            columns = "".join(f"{name:>12}" for name in head)
            yield f"{f'{each.source}, {each.kind}: {each.rows:,} rows':<36}{columns}"
        conflicting = "-" if each.conflicting is None else f"{each.conflicting:,}"
        counts = (
            f"{each.filled:,}", f"{each.valid_share:.0%}", f"{each.distinct:,}", f"{each.stale:,}",
            conflicting,
        )  # fmt: skip
        yield f"  {each.field:<34}" + "".join(f"{count:>12}" for count in counts)
