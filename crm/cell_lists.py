"""Several texts in one cell, and back again.

They stand between semicolons. One that holds a separator of its own, or begins with a quotation
mark, stands in quotation marks, with those inside it doubled, as CSV does it: splitting what was
joined always gives the same texts.
"""

import re
from collections.abc import Iterable

_SEPARATORS = ";|；｜\n"
_AMBIGUOUS = re.compile(rf'[{_SEPARATORS}\r]|^"')
_PART = re.compile(
    # A text in quotation marks is one only where it fills its place from separator to separator.
    rf'[^\S\n]*"(?P<quoted>(?:[^"]|"")*)"[^\S\n]*(?=[{_SEPARATORS}]|\Z)'
    rf"|(?P<plain>[^{_SEPARATORS}]*)"
)


def join_list(parts: Iterable[str | None]) -> str:
    """The texts in one cell; what is empty is left out."""
    return "; ".join(_protected(part) for part in parts if part)


def split_list(text: str | None) -> tuple[str, ...]:
    """The texts of a cell, between semicolons, bars or line ends, each once."""
    found: dict[str, None] = {}
    rest, place = text or "", 0
    while place <= len(rest):
        match = _PART.match(rest, place)
        assert match is not None
        quoted = match["quoted"]
        part = match["plain"].strip() if quoted is None else quoted.replace('""', '"')
        if part:
            found[part] = None
        # Past the separator; at the end, past the text.
        place = match.end() + 1
    return tuple(found)


def _protected(part: str) -> str:
    if _AMBIGUOUS.search(part) is None:
        return part
    return '"' + part.replace('"', '""') + '"'
