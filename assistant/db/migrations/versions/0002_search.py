"""the search index

Revision: 0002, after: 0001
"""

from alembic import op

from retrieval import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables.create_tables(op.get_bind())
    tables.create_search_structures(op.get_bind())


def downgrade() -> None:
    tables.drop_search_structures(op.get_bind())
    tables.drop_tables(op.get_bind())
