"""Tokens that an entry must have, and how they must meet; as each database writes them."""

from collections.abc import Iterable

# ("and", parts) or ("or", parts), parts being the same again.
Wanted = str | tuple[str, tuple["Wanted", ...]]


def every(parts: Iterable[Wanted]) -> Wanted | None:
    """All of these; None for none at all."""
    return _joined("and", parts)


def either(parts: Iterable[Wanted]) -> Wanted | None:
    """One of these; None for none at all."""
    return _joined("or", parts)


def _joined(word: str, parts: Iterable[Wanted]) -> Wanted | None:
    found = tuple(dict.fromkeys(parts))
    return (word, found) if len(found) > 1 else found[0] if found else None


def for_sqlite(wanted: Wanted) -> str:
    """The tokens as FTS5 asks for them."""
    return _written(wanted, " AND ", " OR ")


def for_postgresql(wanted: Wanted) -> str:
    """The tokens as a `tsquery`."""
    return _written(wanted, " & ", " | ")


def _written(wanted: Wanted, also: str, otherwise: str) -> str:
    if isinstance(wanted, str):
        return wanted
    word, parts = wanted
    joiner = also if word == "and" else otherwise
    return "(" + joiner.join([_written(part, also, otherwise) for part in parts]) + ")"
