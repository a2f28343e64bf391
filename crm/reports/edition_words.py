"""What differs between an edition and today, in words: by part of the page, line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from crm.labels import label
from crm.reports.cell_text import value_text
from crm.reports.converted import UsedRate
from crm.reports.edition_figures import (
    Cause,
    Day,
    Difference,
    Figure,
    Loss,
    Part,
    Period,
    Stated,
)
from crm.reports.movement import Move
from crm.reports.periods import Quarter
from crm.reports.phrases import currency_name, listed, quarter_name, short_number
from crm.reports.shown.converted import rate_text
from crm.reports.tables import Kind
from crm.reports.takeaway.brief import Due
from crm.reports.takeaway.brief_lists import due_text, qualified
from crm.reports.takeaway.brief_tables import move_names, stages_name
from crm.web.formatting import count, country_name, day
from models.stage import StageCode

_SIGNED = (Figure.CHANGE_LEADS, Figure.CHANGE_STATED, Figure.CHANGE_JOBS)


@dataclass(frozen=True, slots=True)
class Line:
    """A figure that differs, as a row of a table."""

    place: str
    figure: str
    reported: str
    known: str
    why: str


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one part of the page that differ."""

    code: str
    title: str
    lines: tuple[Line, ...]


def sections_of(differences: Iterable[Difference]) -> list[Section]:
    """The differences in words, in the order of the page."""
    found: dict[Part, list[Line]] = {}
    for item in differences:
        found.setdefault(item.part, []).append(
            Line(
                _place(item),
                _figure(item),
                _value(item, item.reported),
                _value(item, item.known),
                listed(cause_text(cause) for cause in item.why),
            )
        )
    return [Section(part.value, _title(part), tuple(found[part])) for part in Part if part in found]


def cause_text(cause: Cause) -> str:
    """Why a figure reads otherwise."""
    return {
        Cause.IMPORT: _("an import told of the past"),
        Cause.ENTRY: _("a late entry"),
        Cause.CORRECTION: _("a correction"),
        Cause.UNDONE: _("an import was taken back"),
        Cause.SEALED: _("a lead was sealed or made open"),
        Cause.ANNOUNCEMENT: _("an announcement was entered late"),
        Cause.ANNOUNCEMENT_CHANGED: _("an announcement was corrected"),
        Cause.ON_FILE: _("what is on file has changed"),
        Cause.FORECAST: _("the forecast was computed anew"),
        Cause.RATE: _("another exchange rate"),
        Cause.OTHERWISE: _("what is counted has changed"),
    }[cause]


def _title(part: Part) -> str:
    return {
        Part.PIPELINE: _("The open pipeline by stage"),
        Part.MOVEMENT: _("What changed"),
        Part.LOSSES: _("Lost, and to where"),
        Part.ANNOUNCED: _("Announced in this period"),
        Part.QUARTERS: _("Announced by quarter"),
        Part.RATES: _("Exchange rates"),
        Part.NEAR: _("Closest to a decision"),
        Part.NEXT: _("Next"),
        Part.LANDING: _("What will land"),
    }[part]


def _place(item: Difference) -> str:
    place = item.place
    if place is None:
        if item.part is Part.PIPELINE:
            return _("Open pipeline")
        return _("a lead without a code name") if item.part is Part.NEAR else _("All of them")
    if isinstance(place, StageCode):
        return label(place)
    if isinstance(place, tuple):
        return stages_name(place)
    if isinstance(place, Move):
        return _move(place)
    if isinstance(place, Quarter):
        return quarter_name(place)
    if isinstance(place, Period):
        name = quarter_name(place.quarter)
        return _("%(quarter)s, shared with others", quarter=name) if place.is_shared else name
    if isinstance(place, Loss):
        return _loss(place)
    if isinstance(place, Day):
        return _day(place)
    if isinstance(place, date):
        return _("Open on %(day)s", day=day(place))
    return place


def _move(move: Move) -> str:
    names = dict(move_names())
    others = {
        Move.HELD: pgettext("change", "Put on hold"),
        Move.RESUMED: _("Taken off hold"),
        Move.RE_ESTIMATED: _("Estimated anew"),
    }
    return names.get(move) or others[move]


def _loss(loss: Loss) -> str:
    if loss.is_other:
        return _("Other")
    reason = label(loss.reason) if loss.reason else _("not known")
    return _("%(reason)s, to %(place)s", reason=reason, place=loss.place) if loss.place else reason


def _day(place: Day) -> str:
    when = day(place.day, place.precision)
    if place.due is Due.MISSION:
        places = listed(country_name(code) for code in place.markets)
        what = place.name or (
            _("Mission to %(places)s", places=places) if places else _("A mission")
        )
        return f"{when} · {what}"
    return f"{when} · {place.name or _('a lead without a code name')} · {due_text(place.due)}"


def _figure(item: Difference) -> str:
    currency = currency_name(item.currency)
    if item.figure in (Figure.STATED, Figure.CHANGE_STATED):
        return _("Stated, %(currency)s", currency=currency)
    if item.figure is Figure.CONVERTED:
        return _("Converted to %(currency)s", currency=currency)
    if item.figure is Figure.WEIGHTED:
        return _("Weighted, %(currency)s", currency=currency)
    return {
        Figure.LEADS: _("Leads"),
        Figure.CHANGE_LEADS: _("Leads"),
        Figure.ON_HOLD: _("Of these on hold"),
        Figure.UNKNOWN_AMOUNT: _("Investment not known"),
        Figure.JOBS: _("Jobs"),
        Figure.CHANGE_JOBS: _("Jobs"),
        Figure.WEIGHTED_JOBS: _("Jobs, weighted"),
        Figure.UNKNOWN_JOBS: _("Jobs not known"),
        Figure.EVENTS: _("How often"),
        Figure.COUNT: _("Announcements"),
        Figure.RATE: _("Exchange rate"),
        Figure.STANDS: _("On the page"),
        Figure.STAGE: _("Stage"),
        Figure.EXPECTED: _("Expected"),
        Figure.LIKELY_FROM: _("Likely range from"),
        Figure.LIKELY_TO: _("Likely range to"),
    }[item.figure]


def _value(item: Difference, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        # A word that was not said of one announcement, or a figure that was too small to print.
        return "\u2013" if item.part in (Part.ANNOUNCED, Part.NEAR) else _("not printed")
    if isinstance(value, Stated):
        return qualified(value.number, value.upper, value.qualifier, None)
    if isinstance(value, StageCode):
        return label(value)
    if isinstance(value, UsedRate):
        return f"{rate_text(value, str(item.place))} ({day(value.stated_on)})"
    if item.figure in _SIGNED:
        return value_text(value, Kind.CHANGE)
    if item.figure is Figure.EXPECTED:
        return short_number(value, digits=1)
    return count(value)
