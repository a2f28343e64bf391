"""How far stated dates are away, by calendar months and by days."""

import calendar
from datetime import date
from fractions import Fraction

from crm.imports.dates import last_day
from models.measure import Precision, StatedDate


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on; the month's last day where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_until(stated: StatedDate, today: date) -> Fraction | None:
    """Calendar months from today to a date; below zero once it has passed.

    A day counts exactly: 12 months from 22 November end on 22 November, a day later is more than
    12. Of a month, quarter or year nobody knows the day, so whole months to its last one count.
    """
    if stated.precision is Precision.UNKNOWN:
        return None
    last = last_day(stated)
    months = (last.year - today.year) * 12 + last.month - today.month
    if stated.precision is not Precision.DAY:
        return Fraction(months)
    if add_months(today, months) > last:
        months -= 1
    begun = add_months(today, months)
    if begun == last:
        return Fraction(months)
    return months + Fraction((last - begun).days, (add_months(today, months + 1) - begun).days)


def days_since(stated: StatedDate, today: date) -> Fraction | None:
    """Days from a date to today; of a month, quarter or year those that are certain."""
    if stated.precision is Precision.UNKNOWN:
        return None
    return Fraction((today - last_day(stated)).days)
