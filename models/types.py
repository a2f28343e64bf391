"""Column types that SQLite and PostgreSQL share."""

import base64
import enum
import secrets
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment: aware in Python, `timestamptz` on PostgreSQL, naive UTC text on SQLite.

    A naive value is refused: nobody can say which zone it meant.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def coded(enumeration: type[enum.StrEnum], name: str | None = None) -> sa.Enum:
    """A text column that holds the codes of `enumeration`, guarded by a CHECK on both databases.

    `name` tells the CHECKs apart where a table holds two columns of one enumeration.
    """
    return sa.Enum(
        enumeration,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        name=name or _snake(enumeration.__name__),
        values_callable=_codes,
    )


def _codes(enumeration: Any) -> list[str]:
    return [str(member.value) for member in enumeration]


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def new_public_id() -> str:
    """Sixteen random characters (80 bits), safe in a URL and read aloud without confusion."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()
