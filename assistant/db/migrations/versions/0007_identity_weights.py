"""tables of weights for matching

Revision: identity_weights, after: identity_keys
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = "identity_weights"
down_revision = "identity_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('identity_weights',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('trained_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_weights'))
    )


def downgrade() -> None:
    op.drop_table('identity_weights')
