"""Bulk inserts of the demo's rows: the one place of the demo that names tables past visibility."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.rows import insert_returning, insert_rows
from models.base import Base

Rows = Sequence[Mapping[str, Any]]


def write(session: Session, cls: type[Base], rows: Rows) -> None:
    """Insert rows of a table."""
    insert_rows(session, cast(sa.Table, cls.__table__), rows)


def write_returning(session: Session, cls: type[Base], rows: Rows) -> list[int]:
    """Insert rows of a table; their keys in the same order."""
    return insert_returning(session, cast(sa.Table, cls.__table__), rows)
