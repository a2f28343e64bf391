"""How past forecasts did: what was said for each quarter, and what came, as tables."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.reports.forecast import (
    JUDGED_NEEDED,
    Course,
    ForecastReport,
    PastQuarter,
    PastSum,
)
from crm.reports.phrases import currency_name, quarter_name
from crm.reports.shown.forecast_tables import above_notes, range_cells, range_columns
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Row, Table, Value, row
from crm.web.formatting import count, day

Judged = PastQuarter | PastSum
Sum = tuple[PastQuarter, PastSum]


def past_tables(report: ForecastReport) -> list[Table]:
    """Leads that came, then jobs and amounts by currency."""
    found = [_leads_table(report)]
    jobs = past_jobs(report)
    if jobs:
        found.append(_sums_table("past_jobs", _("Jobs: how past forecasts did"), jobs, Kind.COUNT))
    for currency, sums in past_amounts(report):
        found.append(
            _sums_table(
                f"past_capex_{(currency or 'none').lower()}",
                _(
                    "Investment, %(currency)s: how past forecasts did",
                    currency=currency_name(currency),
                ),
                sums,
                Kind.MONEY,
                currency=currency,
            )
        )
    return found


def past_jobs(report: ForecastReport) -> list[Sum]:
    """The past quarters with the jobs of each."""
    return [(one, one.jobs) for one in report.past if one.jobs is not None]


def past_amounts(report: ForecastReport) -> list[tuple[str | None, list[Sum]]]:
    """By currency, the past quarters with their amounts; those without a currency last."""
    codes = {item.currency for one in report.past for item in one.capex}
    return [
        (
            code,
            [(one, item) for one in report.past for item in one.capex if item.currency == code],
        )
        for code in sorted(codes, key=lambda code: (code is None, code or ""))
    ]


def came_link(one: PastQuarter, name: str = "came") -> Link:
    """To the leads that came of a past forecast, or that were announced besides."""
    return Link({name: one.day.isoformat()})


def _leads_table(report: ForecastReport) -> Table:
    is_public = report.is_public
    columns = [
        Column(_("Quarter")),
        *range_columns(Kind.NUMBER),
        Column(_("What came"), Kind.COUNT, says_zero=True),
        Column(_("In the likely range")),
        Column(_("Announced besides"), Kind.COUNT),
    ]
    are_mixed = any(one.is_own for one in report.past)
    rows: list[Row] = []
    for one in report.past:
        cells = [
            _name(one, are_mixed=are_mixed),
            *range_cells(one.leads, digits=1),
            _number(one, "came", one.came_count),
            _verdict(one),
            _number(one, "besides", one.later_count),
        ]
        rows.append(row(*(cells[:-1] if is_public else cells)))
    return Table(
        "past",
        _("How past forecasts did"),
        tuple(columns[:-1] if is_public else columns),
        tuple(rows),
        _leads_notes(report),
        empty=_empty(report),
    )


def _leads_notes(report: ForecastReport) -> tuple[str, ...]:
    """How often they were right, how far they are, and what they are of."""
    notes: list[str] = []
    course = report.course
    if report.past:
        notes += inside_text(report.past)
        notes += _course_notes(course)
    if not (course.is_enough or course.missing_count or report.is_held_back):
        notes.append(judged_text(course))
    if not report.past:
        return tuple(notes)
    what = _(
        "Each forecast is of the leads that were open on the day before the quarter and "
        "that the whole office may see; filters do not change it."
    )
    if not report.is_public:
        what = " ".join((what, _("Announced besides: leads that were not known or not open then.")))
    notes.append(what)
    if not any(one.is_own for one in report.past):
        notes.append(
            _("These forecasts were computed later, from what was known on the day of each.")
        )
    return tuple(notes)


def _course_notes(course: Course) -> list[str]:
    if not course.missing_count:
        return []
    if course.has_failed:
        return [_failed()]
    return [
        ngettext(
            "The forecast of %(count)s more past quarter is still being computed: "
            "open this page again in a few minutes.",
            "The forecasts of %(count)s more past quarters are still being computed: "
            "open this page again in a few minutes.",
            course.missing_count,
            count=count(course.missing_count),
        )
    ]


def _failed() -> str:
    return _(
        "The past forecasts could not be computed. They are tried again tomorrow; an administrator "
        "finds the reason among the jobs."
    )


def _empty(report: ForecastReport) -> str:
    if report.is_held_back:
        return _("Nothing is published yet.")
    if report.course.missing_count:
        return computing_text(report.course)
    if report.is_public:
        return _("Too few leads were open in past quarters to say.")
    return _("No past forecast yet: the first one is made at the end of the quarter.")


def computing_text(course: Course) -> str:
    """Why past forecasts are missing."""
    if course.has_failed:
        return _failed()
    return _(
        "Past forecasts are being computed, from what was known at the end of each quarter. "
        "Open this page again in a few minutes."
    )


def judged_text(course: Course) -> str:
    """How many of the past quarters that are needed have been judged, and which is next."""
    said = ngettext(
        "%(judged)s of the %(count)s past quarter that is needed has been judged.",
        "%(judged)s of the %(count)s past quarters that are needed have been judged.",
        JUDGED_NEEDED,
        judged=count(course.judged_count),
        count=count(JUDGED_NEEDED),
    )
    if course.next is None:
        return said
    following = _(
        "The next one is %(quarter)s, which ends on %(day)s.",
        quarter=quarter_name(course.next),
        day=day(course.next.ends_on),
    )
    return f"{said} {following}"


def sums_notes(report: ForecastReport) -> list[str]:
    """How jobs and amounts of past quarters are judged."""
    sums = [one.jobs for one in report.past if one.jobs is not None]
    sums += [item for one in report.past for item in one.capex]
    found = []
    if sums:
        found.append(
            _(
                "The jobs and amounts that came are those that the leads stated when the quarter "
                "was over, never converted."
            )
        )
    if any(item.unknown_count and item.is_over for item in sums):
        found.append(
            _(
                "Where leads came whose number is not known, what came may be more; "
                "it cannot be said then whether it lay in the range, unless it lay above."
            )
        )
    return found


def inside_text(of: Sequence[Judged]) -> list[str]:
    """How often what came lay in the likely range."""
    judged = [one for one in of if one.is_inside is not None]
    if not judged:
        return []
    inside = sum(bool(one.is_inside) for one in judged)
    return [
        ngettext(
            "What came lay in the likely range in %(inside)s of %(count)s past quarter.",
            "What came lay in the likely range in %(inside)s of %(count)s past quarters.",
            len(judged),
            inside=count(inside),
            count=count(len(judged)),
        )
    ]


def _name(one: PastQuarter, *, are_mixed: bool = False) -> Cell:
    return Cell(
        quarter_name(one.quarter),
        note=_("computed later, from what was known then")
        if are_mixed and not one.is_own
        else None,
    )


def _number(one: PastQuarter, name: str, number: int | None) -> Cell:
    if not one.is_over:
        return Cell(Absent.NOT_YET)
    if number is None:
        return Cell(Absent.FEW)
    return Cell(number, came_link(one, name) if number else None)


def _verdict(one: Judged, *, is_open: bool = False) -> Value:
    if one.is_inside is not None:
        return _("yes") if one.is_inside else _("no")
    if not one.is_over:
        return Absent.NOT_YET
    if is_open:
        return _("cannot be said")
    return Absent.TOO_FEW


def _sums_table(
    code: str, title: str, sums: Sequence[Sum], kind: Kind, *, currency: str | None = None
) -> Table:
    rows = [
        row(
            _name(one),
            *range_cells(item.said),
            Cell(item.came, came_link(one) if item.came else None)
            if item.is_over
            else Absent.NOT_YET,
            item.unknown_count if item.is_over else Absent.NOT_YET,
            _verdict(item, is_open=item.said.low is not None),
        )
        for one, item in sums
    ]
    return Table(
        code,
        title,
        (
            Column(_("Quarter")),
            *range_columns(kind, currency),
            Column(_("What came"), kind, currency=currency, says_zero=True),
            Column(_("Came, not known"), Kind.COUNT),
            Column(_("In the likely range")),
        ),
        tuple(rows),
        (
            *inside_text([item for _one, item in sums]),
            *above_notes([item.said for _one, item in sums]),
        ),
        is_folded=True,
    )
