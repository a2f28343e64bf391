"""Leaner indexes for long imports."""

from alembic import op
import sqlalchemy as sa

revision = "e5c6b7a8f9d0"
down_revision = "d4b5c6a7f8e9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
