"""how the search index stood against the records

Revision: index_checks, after: answer_feedback
"""

import sqlalchemy as sa
from alembic import op

revision = "index_checks"
down_revision = "answer_feedback"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_checks",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True,
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.Column("orphaned", sa.Integer(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_index_checks"),
    )


def downgrade() -> None:
    op.drop_table("index_checks")
