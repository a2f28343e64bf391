"""Long lists of values in pieces that either database takes in one statement."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

_SIZE = 5_000


def in_chunks(values: Collection[T], size: int = _SIZE) -> Iterator[list[T]]:
    """The values in lists of at most some thousands; no list at all for no values."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
