"""The office's own reference of an organization, as its files have it.

Revision ID: d4b5c6a7f8e9
Revises: c3d4a5b6e7f8
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op


revision = 'd4b5c6a7f8e9'
down_revision = 'c3d4a5b6e7f8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('organizations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reference', sa.String(length=120), nullable=True))
        batch_op.create_index(batch_op.f('ix_organizations_reference'), ['reference'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('organizations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organizations_reference'))
        batch_op.drop_column('reference')
