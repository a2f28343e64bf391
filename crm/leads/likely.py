"""A hint for SQLite's planner, which PostgreSQL does not need."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement


class likely(FunctionElement[bool]):  # noqa: N801 - stands in statements like SQL's own functions
    """Says that most rows meet a condition, so that no index is worth using for it.

    SQLite keeps no count of values unless it is asked to: of a page ordered by one index and
    filtered by another it would read every row of the filter and sort them.
    """

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, condition: ColumnElement[bool]) -> None:
        super().__init__(condition)


@compiles(likely)
def _plain(element: likely, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)})"


@compiles(likely, "sqlite")
def _hinted(element: likely, compiler: Any, **options: Any) -> str:
    return f"likely({compiler.process(element.clauses, **options)})"
