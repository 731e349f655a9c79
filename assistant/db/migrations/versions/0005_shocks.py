"""what changed underfoot

Revision: shocks, after: merges
"""

import sqlalchemy as sa
from alembic import op

revision = "shocks"
down_revision = "merges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "shocks",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("record_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("origin_id", sa.String(40), nullable=False),
        sa.Column("evidence", sa.String(400), nullable=False),
        sa.Column("evidence_record_id", sa.String(40), nullable=True),
        sa.Column("evidence_field", sa.String(40), nullable=True),
        sa.Column("source_row_id", big, nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("found_at", moment, nullable=False),
        sa.Column("cleared_at", moment, nullable=True),
        sa.Column("cleared_by", sa.String(40), nullable=True),
        sa.Column("cleared_reason", sa.Text(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], ["records.id"], name=f"fk_shocks_{column}", ondelete="CASCADE"
            )
            for column in ("record_id", "origin_id", "evidence_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_row_id"], ["source_rows.id"], name="fk_shocks_source_row_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shocks"),
        sa.UniqueConstraint(
            "record_id", "kind", "evidence", name="uq_shocks_record_id_kind_evidence"
        ),
    )
    op.create_index("ix_shocks_cleared_at_at", "shocks", ["cleared_at", "at"])
    for column in ("origin_id", "evidence_record_id", "source_row_id"):
        op.create_index(f"ix_shocks_{column}", "shocks", [column])


def downgrade() -> None:
    op.drop_table("shocks")
