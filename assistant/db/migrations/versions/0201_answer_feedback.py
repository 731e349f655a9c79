"""what people say of the answers they got

Revision: answer_feedback, after: guard
"""

import sqlalchemy as sa
from alembic import op

revision = "answer_feedback"
down_revision = "guard"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_feedback",
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_answer_feedback_message_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name="pk_answer_feedback"),
    )


def downgrade() -> None:
    op.drop_table("answer_feedback")
