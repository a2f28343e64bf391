"""What the pages of a book are made of, as data for the typesetter: no markup, only text.

A value is a text, a run (`t` the text, `l` its language, `b` bold, `q` quiet, `n` never broken,
`u` an address), or a list of values in one line.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from crm.web.formatting import language_of

Value = Any
Block = dict[str, Any]

# So many letters without a blank fit no column; beyond, a line may end anywhere.
_LONG = re.compile(r"[!-~\u00a1-\u024f]{28,}")
_EVERY = 14
# A name in its own script so short stays on one line.
_SHORT = 12


def run(
    text: str | None,
    language: str | None = None,
    *,
    is_bold: bool = False,
    is_quiet: bool = False,
    address: str | None = None,
) -> Value:
    """A text with the language whose glyphs it needs."""
    words = breakable(text or "")
    found: dict[str, Any] = {"t": words}
    tag = language or (language_of(text) if text else None)
    if tag:
        found["l"] = tag.partition("-")[0]
    if is_bold:
        found["b"] = True
    if is_quiet:
        found["q"] = True
    if tag and len(words) <= _SHORT:
        found["n"] = True
    if address:
        found["u"] = address
    return found if len(found) > 1 else words


def quiet(text: str) -> Value:
    """A text that steps back."""
    return run(text, is_quiet=True)


def both_names(
    name: str | None, native: str | None, language: str | None = None, *, is_bold: bool = False
) -> list[Value]:
    """A name in Latin letters and in its own script, where it has both."""
    found = [run(name, is_bold=is_bold)] if name else []
    if native and native != name:
        found += [" ", run(native, language)] if found else [run(native, language, is_bold=is_bold)]
    return found


def joined(values: Iterable[Value], separator: str = " · ") -> list[Value]:
    """Values in one line, between separators."""
    found: list[Value] = []
    for value in values:
        if value in (None, "", []):
            continue
        found += [separator, value] if found else [value]
    return found


def facts(rows: Iterable[tuple[str, Value]]) -> list[Block]:
    """Labels with what is known; a row without a value goes unsaid."""
    kept = [[label, value] for label, value in rows if value not in (None, "", [])]
    return [{"k": "facts", "rows": kept}] if kept else []


def bullets(items: Iterable[Value]) -> list[Block]:
    """A list."""
    kept = [item for item in items if item not in (None, "", [])]
    return [{"k": "list", "items": kept}] if kept else []


def paragraph(value: Value, *, is_quiet: bool = False) -> list[Block]:
    """A paragraph; `is_quiet` where it says that there is nothing."""
    return [{"k": "para", "value": value, "quiet": is_quiet}] if value else []


def table(head: Sequence[str], rows: Sequence[Sequence[Value]], widths: Sequence[int]) -> Block:
    """A table; `widths` are shares of the page."""
    return {
        "k": "table",
        "head": list(head),
        "rows": [list(row) for row in rows],
        "w": list(widths),
    }


def section(title: str, *blocks: Sequence[Block]) -> list[Block]:
    """A heading with what stands under it; nothing at all where that is nothing."""
    inner = [block for group in blocks for block in group]
    return [{"k": "section", "title": title, "blocks": inner}] if inner else []


def text_lines(text: str | None) -> list[Value]:
    """The lines of a text, each with the language of its letters."""
    lines = (line.strip().lstrip("-•*– ").strip() for line in (text or "").splitlines())
    return [run(line) for line in lines if line]


def breakable(text: str) -> str:
    """The text with places where a word that fits no column may end its line."""
    return _LONG.sub(
        lambda found: "\u200b".join(
            found[0][start : start + _EVERY] for start in range(0, len(found[0]), _EVERY)
        ),
        text,
    )
