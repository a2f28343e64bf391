"""What the tables and the charts of a bridge share: its lines, their names, where they lead."""

from flask_babel import gettext as _
from flask_babel import pgettext

from crm.reports.movement import Move, MoveLine, Movement, Standing
from crm.reports.tables import Link
from crm.web.formatting import day


def move_name(move: Move) -> str:
    """What a line of the bridge is called."""
    return {
        Move.ENTERED: pgettext("of several leads", "Entered"),
        Move.REOPENED: _("Taken up again"),
        Move.WITHDRAWN: _("Announced before, back in the pipeline"),
        Move.RECLASSIFIED_IN: _("Came under these filters"),
        Move.ADVANCED: pgettext("of several leads", "Advanced"),
        Move.SLIPPED_BACK: pgettext("of several leads", "Slipped back"),
        Move.HELD: pgettext("of several leads", "Put on hold"),
        Move.RESUMED: pgettext("of several leads", "Resumed"),
        Move.RE_ESTIMATED: _("Estimated anew"),
        Move.ANNOUNCED: pgettext("of several leads", "Announced"),
        Move.LOST: pgettext("of several leads", "Lost"),
        Move.ABANDONED: pgettext("of several leads", "Closed by us"),
        Move.PASSED_ON: pgettext("of several leads", "Passed on"),
        Move.RECLASSIFIED_OUT: _("No longer under these filters"),
    }[move]


def shown_lines(found: Movement) -> list[MoveLine]:
    """The lines on which anything happened, and the few that a reader always looks for."""
    always = {Move.ENTERED, Move.ADVANCED, Move.SLIPPED_BACK, Move.LOST, Move.ANNOUNCED}
    return [line for line in found.lines if line.move in always or line.event_count != 0]


def end_name(standing: Standing) -> str:
    """What an end of the bridge is called."""
    return _("Open on %(day)s", day=day(standing.day))


def line_link(line: MoveLine) -> Link | None:
    """Where the events of a line are listed."""
    return Link({"move": line.move.value}) if line.event_count else None
