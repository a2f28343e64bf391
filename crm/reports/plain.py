"""Figures as plain data and back: what a frozen edition keeps is what a page was made of.

Dataclasses become objects of JSON, tuples lists, codes and days text, exact decimals text too.
"""

import enum
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """A figure as what JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def from_plain(kind: type[T], plain: Any) -> T:
    """The figure that `to_plain` was given; what it does not know of, as from a later version, is
    left out.
    """
    return cast(T, _read(kind, plain))


@lru_cache(maxsize=256)
def _fields_of(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {item.name: hints[item.name] for item in fields(kind)}


def _read(kind: Any, plain: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if plain is None:
            return None
        [kind] = [item for item in typing.get_args(kind) if item is not type(None)]
        return _read(kind, plain)
    if origin is tuple:
        inner = typing.get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_read(inner[0], item) for item in plain)
        return tuple(_read(item, value) for item, value in zip(inner, plain, strict=True))
    if is_dataclass(kind):
        known = _fields_of(cast(Any, kind))
        return cast(Any, kind)(
            **{name: _read(known[name], value) for name, value in plain.items() if name in known}
        )
    if isinstance(kind, type):
        if issubclass(kind, enum.Enum | Decimal):
            return kind(plain)
        if issubclass(kind, date | datetime):
            return kind.fromisoformat(plain)
    return plain
