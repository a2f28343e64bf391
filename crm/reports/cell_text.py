"""The cells of a report's tables as text, in the locale in force."""

from datetime import date

from babel.numbers import format_decimal
from flask_babel import gettext as _

from crm.reports.tables import Absent, Cell, Column, Kind, Value
from crm.web.formatting import count, day, percent, reading_locale


def cell_text(cell: Cell, column: Column) -> str:
    """A cell as it is read; money without its currency where the column's heading has it."""
    text = value_text(cell.value, cell.kind or column.kind)
    if cell.currency and not isinstance(cell.value, Absent):
        return f"{text}\u00a0{cell.currency}"
    return text


def value_text(value: Value, kind: Kind) -> str:
    """A value as it is read."""
    if isinstance(value, Absent):
        return absent_text(value)
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return day(value)
    if kind is Kind.PERCENT:
        return percent(float(value))
    if kind is Kind.NUMBER:
        return str(format_decimal(round(float(value), 1), locale=reading_locale()))
    if kind is Kind.CHANGE:
        return _signed(round(value))
    # As in a change, a minus that is as wide as the digits.
    return count(round(value)).replace("-", "\u2212")


def _signed(value: int) -> str:
    if value == 0:
        return count(0)
    return f"+{count(value)}" if value > 0 else f"\u2212{count(-value)}"


def absent_text(absent: Absent) -> str:
    """Why a cell has no number, as short as a cell needs it."""
    return {
        Absent.NOTHING: "\u2013",
        Absent.UNKNOWN: _("not known"),
        Absent.FEW: _("fewer than three"),
        Absent.WITHHELD: _("not printed"),
        Absent.TOO_FEW: _("too few to say"),
        Absent.NOT_CHECKED: _("not checked"),
        Absent.NOT_YET: _("not yet"),
    }[absent]
