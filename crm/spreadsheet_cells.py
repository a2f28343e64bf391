"""Cells that a spreadsheet shows as text and never runs as a formula; and back again.

A cell that begins like a formula gets an apostrophe in front, and so does one that begins with an
apostrophe already: taking one away always gives the text back.
"""

# Tab and carriage return are skipped by some spreadsheets, which then see the sign behind; the
# full-width forms are what an East Asian keyboard types, and some spreadsheets read them as signs.
_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
_MARK = "'"


def protect(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return _MARK + text if text[:1] in _SIGNS or text[:1] == _MARK else text


def restore(cell: str) -> str:
    """The text that `protect` was given."""
    if cell[:1] == _MARK and (cell[1:2] in _SIGNS or cell[1:2] == _MARK):
        return cell[1:]
    return cell
