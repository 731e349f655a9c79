"""roll-out of drafting by team, second looks, how well fields are filled

Revision: guard, after: said_of_deals
"""

import sqlalchemy as sa
from alembic import op

revision = "guard"
down_revision = "said_of_deals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "drafting_stages",
        sa.Column("team_id", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(12), nullable=False),
        sa.Column("share_percent", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(60), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("rolled_out_at", moment, nullable=True),
        sa.Column("fell_back_at", moment, nullable=True),
        sa.Column("fell_back_because", sa.Text(), nullable=True),
        sa.Column("counted_from", moment, nullable=True),
        sa.PrimaryKeyConstraint("team_id", name="pk_drafting_stages"),
    )
    op.create_table(
        "second_looks",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("note_id", sa.String(40), nullable=False),
        sa.Column("line_id", sa.String(80), nullable=False),
        sa.Column("team_id", sa.String(40), nullable=True),
        sa.Column("first_by", sa.String(40), nullable=False),
        sa.Column("first", sa.String(12), nullable=False),
        sa.Column("drawn_at", moment, nullable=False),
        sa.Column("looked_by", sa.String(40), nullable=True),
        sa.Column("looked_at", moment, nullable=True),
        sa.Column("holds", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name="fk_second_looks_note_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_second_looks"),
        sa.UniqueConstraint("note_id", "line_id", name="uq_second_looks_note_id_line_id"),
    )
    op.create_index(
        "ix_second_looks_team_id_looked_at", "second_looks", ["team_id", "looked_at"]
    )
    op.create_table(
        "field_fills",
        sa.Column("team_id", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.Column("valid", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "day", "field", name="pk_field_fills"),
    )


def downgrade() -> None:
    op.drop_table("field_fills")
    op.drop_table("second_looks")
    op.drop_table("drafting_stages")
