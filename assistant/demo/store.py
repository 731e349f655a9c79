"""The few things that loading the demo asks of the database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db.tables import Call, Record, SourceLink, User


def anyone_works_here(session: Session) -> bool:
    """Are there users?"""
    return session.scalar(select(User.id).limit(1)) is not None


def user_id_of(session: Session, email: str) -> str | None:
    """The user with this address."""
    return session.scalar(select(User.id).where(User.email == email))


def record_id_of(session: Session, source: str, kind: str, external_id: str) -> str | None:
    """The record that a source's id stands for, after merges."""
    return session.scalar(
        select(Record.golden_id)
        .join(SourceLink, SourceLink.record_id == Record.id)
        .where(
            SourceLink.source_id == source,
            SourceLink.kind == kind,
            SourceLink.external_id == external_id,
        )
    )


def has_call(session: Session, sha256: str) -> bool:
    """Has a file with this digest been uploaded?"""
    return session.scalar(select(Call.id).where(Call.sha256 == sha256).limit(1)) is not None


def calls(session: Session) -> list[tuple[str, str]]:
    """Id and digest of every call."""
    return [(one, digest) for one, digest in session.execute(select(Call.id, Call.sha256))]
