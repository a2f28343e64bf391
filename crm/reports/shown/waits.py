"""How long something took, in the words of a table."""

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.reports.tables import Absent, Cell, Column, Kind, Value
from crm.reports.waits import Wait
from crm.web.formatting import count

_HOURS_OF_DAY = 24
# Up to so many hours are told in hours.
_MOST_HOURS = 72


def hours_text(hours: int) -> str:
    """A time in hours, or in days where it is long."""
    if hours < 1:
        return _("under an hour")
    if hours <= _MOST_HOURS:
        return ngettext("%(count)s hour", "%(count)s hours", hours, count=count(hours))
    days = round(hours / _HOURS_OF_DAY)
    return ngettext("%(count)s day", "%(count)s days", days, count=count(days))


def wait_columns(group: str) -> list[Column]:
    """The columns of a wait under one heading."""
    return [
        Column(_("Done so far"), Kind.COUNT, group),
        Column(_("Still waiting"), Kind.COUNT, group),
        Column(_("A quarter within"), Kind.TEXT, group),
        Column(_("Half within"), Kind.TEXT, group),
        Column(_("Three quarters within"), Kind.TEXT, group),
    ]


def wait_cells(wait: Wait) -> list[Value | Cell]:
    """The cells of a wait; fewer than five that are done say nothing of the next one."""
    times = (wait.quarter_hours, wait.median_hours, wait.three_quarters_hours)
    cells: list[Value | Cell] = [wait.done_count, wait.open_count]
    for hours in times:
        if hours is not None:
            cells.append(hours_text(hours))
        elif not wait.count:
            cells.append(Absent.NOTHING)
        else:
            cells.append(Absent.TOO_FEW if wait.is_few else _("not yet"))
    return cells
