"""note templates of a team's own, memos typed during calls, how a note was matched and redrafted

Revision: note_templates, after: reviews
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "note_templates"
down_revision = "reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment, document = sa.DateTime(timezone=True), sa.JSON().with_variant(JSONB(), "postgresql")
    op.add_column(
        "notes", sa.Column("template_version", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column(
        "notes", sa.Column("template_why", sa.String(200), nullable=False, server_default="")
    )
    op.add_column("notes", sa.Column("drafts", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("notes", sa.Column("matching", document, nullable=True))
    op.create_table(
        "note_templates",
        sa.Column("team_id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", document, nullable=False),
        sa.Column("changed_by", sa.String(60), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "name", "version", name="pk_note_templates"),
    )
    op.create_table(
        "call_memos",
        sa.Column("call_id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(60), nullable=False),
        sa.Column("written_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name="fk_call_memos_call_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", name="pk_call_memos"),
    )


def downgrade() -> None:
    op.drop_table("call_memos")
    op.drop_table("note_templates")
    for column in ("matching", "drafts", "template_why", "template_version"):
        op.drop_column("notes", column)
