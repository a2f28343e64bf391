"""PostgreSQL counts the letter pairs of the search more finely.

Revision ID: e5c6b7a8f9d0
Revises: d4b5c6a7f8e9
Create Date: 2026-11-22
"""

from alembic import op

revision = "e5c6b7a8f9d0"
down_revision = "d4b5c6a7f8e9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Common tokens are found by walking from the newest entry: so it must be known which are.
    _count_tokens(500)


def downgrade() -> None:
    _count_tokens(-1)


def _count_tokens(target: int) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE search_grams ALTER COLUMN grams SET STATISTICS {target}")
