"""what search says of tasks, tickets, interactions, calls and notes is made anew

Their passages once named deals, which not everybody who reads them may know of. A change row for
each lets every reader of changes go over it again.

Revision: cards_anew, after: wire
"""

from alembic import op


revision = "cards_anew"
down_revision = "wire"
branch_labels = None
depends_on = None


def upgrade() -> None:
    mark = "NULL"
    now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
    if op.get_bind().dialect.name == "postgresql":
        mark, now = "pg_current_xact_id()::text::bigint", "now()"
    op.execute(
        "INSERT INTO changes "
        "(record_id, kind, version, operation, fields, origin, hop, at, transaction_id) "
        f"SELECT id, kind, version, 'updated', '[]', 'upgrade', 0, {now}, {mark} FROM records "
        "WHERE kind IN ('task', 'ticket', 'interaction', 'call', 'note') "
        "AND archived_at IS NULL ORDER BY id"
    )


def downgrade() -> None:
    """What readers have done again stays right."""
