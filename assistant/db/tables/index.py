"""How the search index stood against the records, each night."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from assistant.db.tables.base import Base, Moment, Rising


class IndexCheck(Base):
    """One comparison of all passages with all records, and what of it had to be mended."""

    __tablename__ = "index_checks"

    id: Mapped[Rising]
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    records: Mapped[int]  # looked at so far
    missing: Mapped[int]  # of these, without passages they should have
    stale: Mapped[int]  # with others than they should have
    orphaned: Mapped[int]  # passages of records that are gone, and vectors of no passage
    position: Mapped[str]  # the last record looked at
