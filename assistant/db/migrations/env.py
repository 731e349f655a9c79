"""Alembic's entry: the tables of the service, on the connection that `db.prepare` opened."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from assistant.db.tables import Base, Json, Money, UtcDateTime


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write column types into migrations as SQLAlchemy's own, so that ours may change later."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Money):
        return "sa.BigInteger()"
    if kind == "type" and item is Json:
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=plain_type,
    # retrieval/ keeps and checks its own tables.
    include_name=lambda name, kind, _parents: kind != "table" or name in Base.metadata.tables,
)
with context.begin_transaction():
    context.run_migrations()
