"""Every column that holds a record's id says what a merge does with it."""

from __future__ import annotations

from assistant.crm.merging.links import KEPT, MOVED
from assistant.db.tables import Base

# Ids of other things than records that can be merged: users, sources, jobs, and records of kinds
# that are never merged.
NO_RECORDS = {
    "user_id", "owner_id", "team_id", "source_id", "external_id", "import_id", "note_id", "deal_id",
    "call_id", "order_id", "invoice_id", "product_id", "ticket_id", "parent_id", "score_id",
    "task_id", "suggestion_id", "conversation_id", "source_row_id", "request_id", "transaction_id",
    "from_user_id", "to_user_id", "approver_id", "actor_id", "row_id", "line_id",
    "message_id",
}  # fmt: skip


def test_every_link_to_a_record_is_registered() -> None:
    unknown = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_id")
        and column.name not in NO_RECORDS
        and column.name not in MOVED.get(table.name, ())
        and column.name not in KEPT.get(table.name, ())
    ]
    assert unknown == [], "register these in assistant/crm/merging/links.py: moved, or kept and why"


def test_what_is_registered_is_there() -> None:
    tables = Base.metadata.tables
    for table, columns in [*MOVED.items(), *KEPT.items()]:
        assert set(columns) <= {column.name for column in tables[table].columns}, table
