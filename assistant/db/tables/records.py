"""The spine: identities with access keys, raw source rows, decisions, history, change rows."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db.tables.base import Base, Id, IdKey, Json, Moment, Rising, Sequence64


class Record(Base):
    """One thing that can be seen, cited and changed, whatever its kind.

    The id is the stable identity that links (notes, tasks, citations) point at. `golden_id` is
    the id itself until a merge lets another record stand for it. Access is decided by the record
    that governs: the account of everything that belongs to one, otherwise the record itself.
    """

    __tablename__ = "records"
    __table_args__ = (
        Index("ix_records_account_kind", "account_id", "kind"),
        Index("ix_records_kind_updated", "kind", "updated_at"),
    )

    id: Mapped[IdKey]
    kind: Mapped[str] = mapped_column(String(20))
    golden_id: Mapped[Id] = mapped_column(index=True)
    governing_id: Mapped[Id] = mapped_column(index=True)
    account_id: Mapped[Id | None]
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"), index=True)
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"), index=True)
    territory: Mapped[str | None] = mapped_column(String(100))
    # open: any signed-in person; internal: staff; account: who may see the governing record;
    # restricted: its owner and managers; private: its owner alone.
    confidentiality: Mapped[str] = mapped_column(String(12), default="account")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    archived_at: Mapped[Moment | None]


class RecordVersion(Base):
    """What was known of a record from one moment to the next."""

    __tablename__ = "record_versions"

    record_id: Mapped[str] = mapped_column(
        ForeignKey("records.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[dict[str, object]] = mapped_column(Json)
    valid_from: Mapped[Moment]
    valid_to: Mapped[Moment | None]
    changed_by: Mapped[str] = mapped_column(String(60))


class Source(Base):
    """A system that records come from; the higher its trust, the more its values count."""

    __tablename__ = "sources"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    trust: Mapped[int] = mapped_column(default=50)
    created_at: Mapped[Moment]
    received_at: Mapped[Moment | None]  # when it last delivered anything: how fresh it is


class SourceRow(Base):
    """A row as a source sent it, never changed, beside its cleaned reading."""

    __tablename__ = "source_rows"
    __table_args__ = (
        UniqueConstraint("source_id", "kind", "external_id", "version"),
        Index("ix_source_rows_record", "record_id"),
        Index("ix_source_rows_import", "import_id", "row_number"),
    )

    id: Mapped[Rising]
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    kind: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(80))
    version_at: Mapped[Moment | None]
    payload: Mapped[dict[str, object]] = mapped_column(Json)
    cleaned: Mapped[dict[str, object]] = mapped_column(Json)
    issues: Mapped[dict[str, object]] = mapped_column(Json)  # field -> issue in words
    deleted: Mapped[bool] = mapped_column(default=False)
    current: Mapped[bool] = mapped_column(default=True)
    record_id: Mapped[str | None] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    import_id: Mapped[Id | None]
    row_number: Mapped[int | None]
    received_at: Mapped[Moment]


class SourceLink(Base):
    """Which identity a source's id stands for, and how that was decided."""

    __tablename__ = "source_links"

    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    method: Mapped[str] = mapped_column(String(60))
    weight: Mapped[float | None]
    linked_at: Mapped[Moment]


class SourceUser(Base):
    """Which of our users a source's user id stands for."""

    __tablename__ = "source_users"

    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)


class MatchKey(Base):
    """A normal form by which a record is found again: e-mail, phone, domain, name key."""

    __tablename__ = "match_keys"
    __table_args__ = (Index("ix_match_keys_lookup", "kind", "field", "value"),)

    record_id: Mapped[str] = mapped_column(
        ForeignKey("records.id", ondelete="CASCADE"), primary_key=True
    )
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(320), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))


class LookupKey(Base):
    """What a person may give of a record when they look for it: a word of its name, its phone
    number from the end, the last figures of its number, the domain of its address."""

    __tablename__ = "lookup_keys"
    __table_args__ = (Index("ix_lookup_keys_form_value", "form", "value"),)

    record_id: Mapped[str] = mapped_column(
        ForeignKey("records.id", ondelete="CASCADE"), primary_key=True
    )
    form: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(320), primary_key=True)


class NameGram(Base):
    """Three letters in a row of a word that some name has: the way from a misspelt word to it."""

    __tablename__ = "name_grams"
    __table_args__ = (Index("ix_name_grams_word", "word"),)

    gram: Mapped[str] = mapped_column(String(3), primary_key=True)
    word: Mapped[str] = mapped_column(String(80), primary_key=True)


class PendingReference(Base):
    """A row names another that has not arrived: settled when it does.

    What waits is a record, or a row that is part of one (a line, a stage, an event) and has none.
    """

    __tablename__ = "pending_references"
    __table_args__ = (
        Index("ix_pending_references_target", "target_kind", "target"),
        Index("ix_pending_references_record", "record_id"),
        Index("ix_pending_references_row", "source_row_id"),
    )

    id: Mapped[Rising]
    record_id: Mapped[str | None] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    source_row_id: Mapped[int | None] = mapped_column(
        Sequence64, ForeignKey("source_rows.id", ondelete="CASCADE")
    )
    field: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[str] = mapped_column(String(60))
    target_kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(320))


class FieldDecision(Base):
    """A person's word on a field; it stands over every source until withdrawn."""

    __tablename__ = "field_decisions"
    __table_args__ = (Index("ix_field_decisions_record", "record_id", "field"),)

    id: Mapped[IdKey]
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(40))
    value: Mapped[object] = mapped_column(Json)
    decided_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[Moment]
    note_id: Mapped[Id | None]
    withdrawn_by: Mapped[Id | None]
    withdrawn_at: Mapped[Moment | None]


class Change(Base):
    """Something changed: the one stream that index, scores, drafts and outbound sync read."""

    __tablename__ = "changes"
    __table_args__ = {"sqlite_autoincrement": True}  # numbers never come back

    seq: Mapped[Rising]
    record_id: Mapped[Id] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    operation: Mapped[str] = mapped_column(String(20))  # created, updated, archived, erased, …
    fields: Mapped[list[str]] = mapped_column(Json)
    origin: Mapped[str] = mapped_column(String(60))
    hop: Mapped[int] = mapped_column(default=0)
    at: Mapped[Moment]
    # PostgreSQL's transaction id: readers stay behind the oldest running transaction, since a
    # lower seq may commit later. SQLite has one writer at a time and leaves it empty.
    transaction_id: Mapped[int | None] = mapped_column(BigInteger)


class Cursor(Base):
    """How far a reader of change rows has come."""

    __tablename__ = "cursors"

    reader: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_at: Mapped[Moment]


class Lease(Base):
    """Which process does a piece of standing work, until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    expires_at: Mapped[Moment]


class Import(Base):
    """A file taken in: where it stands and what came of its rows."""

    __tablename__ = "imports"

    id: Mapped[IdKey]
    source_id: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str | None] = mapped_column(String(20))
    filename: Mapped[str] = mapped_column(String(300))
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, object]] = mapped_column(Json)  # as asked, then as used
    status: Mapped[str] = mapped_column(String(20))  # queued, running, done, failed
    status_reason: Mapped[str | None] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)  # rows already committed
    counts: Mapped[dict[str, int]] = mapped_column(Json)
    created_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]


class RefusedRow(Base):
    """A row that was not taken, with the reason and what to do."""

    __tablename__ = "refused_rows"

    import_id: Mapped[str] = mapped_column(
        ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    row_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(Text)
    raw: Mapped[str] = mapped_column(Text)


class IdentityWeights(Base):
    """A table of weights for matching, as it was trained; the newest is used."""

    __tablename__ = "identity_weights"

    id: Mapped[Rising]
    content: Mapped[dict[str, object]] = mapped_column(Json)
    trained_at: Mapped[Moment]
