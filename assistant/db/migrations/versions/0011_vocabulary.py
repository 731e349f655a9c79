"""names that calls expect, and what came of them

Revision: vocabulary, after: consent
"""

import sqlalchemy as sa
from alembic import op

revision = "vocabulary"
down_revision = "consent"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "vocabulary_terms",
        sa.Column("id", big, autoincrement=True, nullable=False),
        sa.Column("call_id", sa.String(40), nullable=False),
        sa.Column("record_id", sa.String(40), nullable=True),
        sa.Column("term", sa.String(80), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("expected", sa.Boolean(), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("put_in", sa.Integer(), nullable=False),
        sa.Column("taken_out", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=f"fk_vocabulary_terms_{column}", ondelete="CASCADE"
            )
            for column, table in (("call_id", "calls"), ("record_id", "records"))
        ),
        sa.PrimaryKeyConstraint("id", name="pk_vocabulary_terms"),
        sa.UniqueConstraint("call_id", "key", name="uq_vocabulary_terms_call_id_key"),
    )
    for column in ("record_id", "key"):
        op.create_index(f"ix_vocabulary_terms_{column}", "vocabulary_terms", [column])


def downgrade() -> None:
    op.drop_table("vocabulary_terms")
