"""merges

Revision: merges, after: lookup_keys
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = "merges"
down_revision = "lookup_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('distinctions',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('a', sa.String(length=40), nullable=False),
    sa.Column('b', sa.String(length=40), nullable=False),
    sa.Column('decided_by', sa.String(length=60), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=60), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['a'], ['records.id'], name=op.f('fk_distinctions_a'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['b'], ['records.id'], name=op.f('fk_distinctions_b'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_distinctions'))
    )
    with op.batch_alter_table('distinctions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_distinctions_a'), ['a'], unique=False)
        batch_op.create_index(batch_op.f('ix_distinctions_b'), ['b'], unique=False)

    op.create_table('duplicates',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('a', sa.String(length=40), nullable=False),
    sa.Column('b', sa.String(length=40), nullable=False),
    sa.Column('weight', sa.Double(), nullable=False),
    sa.Column('probability', sa.Double(), nullable=False),
    sa.Column('verdict', sa.String(length=20), nullable=False),
    sa.Column('reasons', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=60), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['a'], ['records.id'], name=op.f('fk_duplicates_a'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['b'], ['records.id'], name=op.f('fk_duplicates_b'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duplicates')),
    sa.UniqueConstraint('a', 'b', name=op.f('uq_duplicates_a_b'))
    )
    with op.batch_alter_table('duplicates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duplicates_a'), ['a'], unique=False)
        batch_op.create_index(batch_op.f('ix_duplicates_b'), ['b'], unique=False)
        batch_op.create_index('ix_duplicates_status_weight', ['status', 'weight'], unique=False)

    op.create_table('link_origins',
    sa.Column('table_name', sa.String(length=40), nullable=False),
    sa.Column('column_name', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.String(length=40), nullable=False),
    sa.Column('origin', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['origin'], ['records.id'], name=op.f('fk_link_origins_origin'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('table_name', 'column_name', 'row_id', name=op.f('pk_link_origins'))
    )
    with op.batch_alter_table('link_origins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_origins_origin'), ['origin'], unique=False)

    op.create_table('merges',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('a', sa.String(length=40), nullable=False),
    sa.Column('b', sa.String(length=40), nullable=False),
    sa.Column('decided_by', sa.String(length=60), nullable=False),
    sa.Column('method', sa.String(length=60), nullable=False),
    sa.Column('weight', sa.Double(), nullable=True),
    sa.Column('reasons', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('premise', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_by', sa.String(length=60), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undo_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['a'], ['records.id'], name=op.f('fk_merges_a'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['b'], ['records.id'], name=op.f('fk_merges_b'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merges'))
    )
    with op.batch_alter_table('merges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merges_a'), ['a'], unique=False)
        batch_op.create_index(batch_op.f('ix_merges_b'), ['b'], unique=False)
        batch_op.create_index('ix_merges_kind_at', ['kind', 'decided_at'], unique=False)

    op.create_table('own_rows',
    sa.Column('record_id', sa.String(length=40), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('account_id', sa.String(length=40), nullable=True),
    sa.Column('owner_id', sa.String(length=40), nullable=True),
    sa.Column('team_id', sa.String(length=40), nullable=True),
    sa.Column('territory', sa.String(length=100), nullable=True),
    sa.Column('confidentiality', sa.String(length=12), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['record_id'], ['records.id'], name=op.f('fk_own_rows_record_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('record_id', name=op.f('pk_own_rows'))
    )


def downgrade() -> None:
    op.drop_table('own_rows')
    with op.batch_alter_table('merges', schema=None) as batch_op:
        batch_op.drop_index('ix_merges_kind_at')
        batch_op.drop_index(batch_op.f('ix_merges_b'))
        batch_op.drop_index(batch_op.f('ix_merges_a'))

    op.drop_table('merges')
    with op.batch_alter_table('link_origins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_origins_origin'))

    op.drop_table('link_origins')
    with op.batch_alter_table('duplicates', schema=None) as batch_op:
        batch_op.drop_index('ix_duplicates_status_weight')
        batch_op.drop_index(batch_op.f('ix_duplicates_b'))
        batch_op.drop_index(batch_op.f('ix_duplicates_a'))

    op.drop_table('duplicates')
    with op.batch_alter_table('distinctions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_distinctions_b'))
        batch_op.drop_index(batch_op.f('ix_distinctions_a'))

    op.drop_table('distinctions')
