"""budget, authority, need and timeline of a deal, as the customer said them

Revision: said_of_deals, after: note_templates
"""

import sqlalchemy as sa
from alembic import op

revision = "said_of_deals"
down_revision = "note_templates"
branch_labels = None
depends_on = None

_COLUMNS = ("budget", "authority", "need", "timeline")


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("deals", sa.Column(column, sa.Text(), nullable=True))


def downgrade() -> None:
    for column in reversed(_COLUMNS):
        op.drop_column("deals", column)
