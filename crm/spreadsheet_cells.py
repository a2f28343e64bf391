"""Cells that a spreadsheet shows as text and never runs as a formula; and back again.

A cell that begins like a formula gets an apostrophe in front, and so does one that begins with an
apostrophe already: taking one away always gives the text back.
"""

import unicodedata
from functools import lru_cache

# Whatever a sign may stand behind and still be the first that a spreadsheet sees: some skip
# spaces and control characters, and nobody sees a joiner or a mark of direction.
_SKIPPED = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
_SIGNS = frozenset("=+-@")
# These alone start something in one spreadsheet or another, whatever stands behind them.
_STARTS = frozenset("\t\r\n")
_MARK = "'"


def protect(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return _MARK + text if is_live(text) or text[:1] == _MARK else text


def restore(cell: str) -> str:
    """The text that `protect` was given."""
    if cell[:1] == _MARK and (cell[1:2] == _MARK or is_live(cell[1:])):
        return cell[1:]
    return cell


def is_live(text: str) -> bool:
    """Whether a spreadsheet could run the text instead of showing it.

    The full-width and small forms of the signs count: an East Asian keyboard types them, and some
    spreadsheets read them as the signs.
    """
    if text == "" or text[0].isalnum():
        # Nearly all: no sign is a letter or a digit.
        return False
    if text[0] in _STARTS:
        return True
    first = next((letter for letter in text if not _is_skipped(letter)), "")
    return first != "" and _folded(first) in _SIGNS


@lru_cache(maxsize=4096)
def _is_skipped(letter: str) -> bool:
    return unicodedata.category(letter) in _SKIPPED


@lru_cache(maxsize=4096)
def _folded(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter)[:1]
