"""columns that other systems keep: customer numbers, states, net totals, balances, kinds of task

Revision: columns_of_other_systems, after: cards_anew
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "columns_of_other_systems"
down_revision = "cards_anew"
branch_labels = None
depends_on = None

_AMOUNT = sa.BigInteger()
_COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[Any]], ...] = (
    ("accounts", "number", sa.String(80)),
    ("accounts", "state", sa.String(120)),
    ("orders", "net_total", _AMOUNT),
    ("invoices", "net_amount", _AMOUNT),
    ("invoices", "balance", _AMOUNT),
    ("deals", "lead_source", sa.String(120)),
    ("deals", "competitor", sa.String(120)),
    ("leads", "region", sa.String(120)),
    ("leads", "city", sa.String(120)),
    ("tasks", "task_type", sa.String(80)),
    ("tasks", "priority", sa.String(40)),
)


def upgrade() -> None:
    for table, column, form in _COLUMNS:
        op.add_column(table, sa.Column(column, form, nullable=True))
    op.create_index(op.f("ix_accounts_number"), "accounts", ["number"])


def downgrade() -> None:
    op.drop_index(op.f("ix_accounts_number"), "accounts")
    for table, column, _ in reversed(_COLUMNS):
        op.drop_column(table, column)
