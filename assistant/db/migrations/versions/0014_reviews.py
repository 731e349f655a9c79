"""how notes are gone over before they are signed

Revision: reviews, after: columns_of_other_systems
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "reviews"
down_revision = "columns_of_other_systems"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.create_table(
        "note_reviews",
        sa.Column("note_id", sa.String(40), nullable=False),
        sa.Column("user_id", sa.String(40), nullable=False),
        sa.Column("transcript_version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_s", sa.Double(), nullable=False),
        sa.Column("seen", json, nullable=False),
        sa.Column("looked", json, nullable=False),
        sa.Column("played", json, nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Integer(), nullable=True),
        sa.Column("signed_unread", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name="fk_note_reviews_note_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("note_id", "user_id", name="pk_note_reviews"),
    )
    op.create_index("ix_note_reviews_user_id", "note_reviews", ["user_id"])


def downgrade() -> None:
    op.drop_table("note_reviews")
