"""consent as a history, recordings that are erased before their transcript, urgency

Revision: consent, after: identity_weights
"""

import sqlalchemy as sa
from alembic import op

revision = "consent"
down_revision = "identity_weights"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("calls", sa.Column("channels_from", sa.String(12), nullable=True))
    op.add_column("calls", sa.Column("audio_erased_at", moment, nullable=True))
    op.add_column("calls", sa.Column("urgency", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_calls_sha256", "calls", ["sha256"])
    op.create_table(
        "consent_entries",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("call_id", sa.String(40), nullable=False),
        sa.Column("statement", sa.String(12), nullable=False),
        sa.Column("party", sa.String(120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(60), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name="fk_consent_entries_call_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consent_entries"),
    )
    op.create_index("ix_consent_entries_call_id", "consent_entries", ["call_id"])
    op.execute(
        "INSERT INTO consent_entries (id, call_id, statement, party, words, recorded_by, at) "
        "SELECT 'cst' || substr(calls.id, 4), calls.id, 'given', '', calls.consent, "
        "calls.created_by, records.created_at FROM calls JOIN records ON records.id = calls.id "
        "WHERE calls.consent <> ''"
    )


def downgrade() -> None:
    op.drop_table("consent_entries")
    op.drop_index("ix_calls_sha256", "calls")
    op.drop_column("calls", "urgency")
    op.drop_column("calls", "audio_erased_at")
    op.drop_column("calls", "channels_from")
