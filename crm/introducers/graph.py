"""A drawing of the way from an introducer over leads to outcomes: where boxes and lines stand.

Pure: the words beside the drawing say everything that it shows.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from crm.introducers.queries import Introducer
from crm.introducers.report import LeadLine, OutcomeLine
from models.commitment import Credit

WIDTH = 960
_ROW, _GAP, _HEIGHT = 40, 8, 32
_COLUMNS = ((0, 220), (300, 290), (670, 290))
_LETTER, _WIDE = 7.0, 13.0
_MOST_LEADS = 40


@dataclass(frozen=True, slots=True)
class Box:
    """One box with its words, and how it looks."""

    x: int
    y: int
    width: int
    height: int
    text: str
    look: str

    @property
    def text_x(self) -> int:
        """Where the words begin."""
        return self.x + 10

    @property
    def text_y(self) -> int:
        """The line on which the words stand."""
        return self.y + self.height // 2 + 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line between two boxes, as a path."""

    path: str
    look: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The boxes and lines; `left_out_count` leads there was no room for."""

    height: int
    boxes: Sequence[Box]
    lines: Sequence[Line]
    left_out_count: int


def draw(
    introducer: Introducer, leads: Sequence[LeadLine], others: Sequence[OutcomeLine]
) -> Drawing:
    """The introducer on the left, the leads in the middle, what was announced on the right."""
    boxes: list[Box] = []
    lines: list[Line] = []
    y = 0
    ways: list[tuple[Box, str]] = []
    for item in leads[:_MOST_LEADS]:
        rows = max(len(item.outcomes), 1)
        look = "ended"
        if item.outcomes:
            look = "announced"
        elif item.lead.status.is_open:
            look = "open"
        lead = _box(1, y + (rows - 1) * _ROW // 2, item.lead.title, look)
        boxes.append(lead)
        ways.append((lead, "known"))
        for number, outcome in enumerate(item.outcomes):
            box = _box(2, y + number * _ROW, outcome.outcome.title, "outcome")
            boxes.append(box)
            lines.append(_line(lead, box, _credit(outcome)))
        y += rows * _ROW
    for outcome in others:
        box = _box(2, y, outcome.outcome.title, "outcome" if outcome.outcome.is_ours else "others")
        boxes.append(box)
        ways.append((box, _credit(outcome)))
        y += _ROW
    height = max(y, _ROW)
    source = _box(0, (height - _ROW) // 2, introducer.name, "introducer")
    lines += [_line(source, box, look) for box, look in ways]
    return Drawing(height, [source, *boxes], lines, max(len(leads) - _MOST_LEADS, 0))


def _credit(line: OutcomeLine) -> str:
    if line.part is None:
        return "none"
    return "full" if line.part.credit is Credit.FULL else "shared"


def _box(column: int, y: int, text: str, look: str) -> Box:
    x, width = _COLUMNS[column]
    return Box(x, y + _GAP // 2, width, _HEIGHT, cut(text, width - 20), look)


def _line(one: Box, other: Box, look: str) -> Line:
    start, end = one.x + one.width, other.x
    here, there = one.y + one.height // 2, other.y + other.height // 2
    middle = (start + end) // 2
    return Line(f"M{start} {here} C{middle} {here} {middle} {there} {end} {there}", look)


def cut(text: str, width: float) -> str:
    """As much of a text as has room, letters of East Asian scripts being twice as wide."""
    used = 0.0
    for place, letter in enumerate(text):
        used += _WIDE if unicodedata.east_asian_width(letter) in "WF" else _LETTER
        if used > width:
            return text[: max(place - 1, 1)].rstrip() + "…"
    return text
