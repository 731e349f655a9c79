"""keys under which records are compared

Revision: identity_keys, after: shocks
"""

import sqlalchemy as sa
from alembic import op

revision = "identity_keys"
down_revision = "shocks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_keys",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_identity_keys_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "key", name=op.f("pk_identity_keys")),
    )  # fmt: skip
    with op.batch_alter_table("identity_keys", schema=None) as batch_op:
        batch_op.create_index("ix_identity_keys_kind_key", ["kind", "key"], unique=False)


def downgrade() -> None:
    op.drop_table("identity_keys")
