"""What is to be announced, quarter by quarter, as tables."""

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.reports.forecast import Expected, ExpectedQuarter, ForecastReport, Outlook
from crm.reports.forecast_behind import REFUSED, SCORED, UNSCORED
from crm.reports.phrases import currency_name, quarter_name
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Row, RowKind, Table, Value, row
from crm.web.formatting import count, percent
from models.score import Basis

Line = tuple[str, ExpectedQuarter, RowKind]


def range_columns(kind: Kind, currency: str | None = None) -> list[Column]:
    """What is expected, and its likely range."""
    return [
        Column(_("Expected"), kind, currency=currency, says_zero=True),
        Column(_("from"), kind, _("Likely range"), currency=currency, says_zero=True),
        Column(_("to"), kind, _("Likely range"), currency=currency, says_zero=True),
    ]


def range_cells(expected: Expected, *, digits: int | None = None) -> list[Value | Cell]:
    """The cells of `range_columns`."""
    mean = round(expected.mean, digits)
    if expected.low is None or expected.high is None:
        return [mean, Absent.TOO_FEW, Absent.TOO_FEW]
    return [mean, expected.low, expected.high]


def lines_of(outlook: Outlook) -> list[Line]:
    """The quarters to come with their names, and all of them together."""
    found = [
        (quarter_name(line.quarter), line, RowKind.BODY)
        for line in outlook.quarters
        if line.quarter is not None
    ]
    if outlook.whole is not None:
        found.append((_("All four quarters"), outlook.whole, RowKind.TOTAL))
    return found


def coming_tables(report: ForecastReport) -> list[Table]:
    """Leads, jobs and amounts to be announced, and the open leads that this is of."""
    outlook = report.outlook
    if outlook is None:
        return []
    found = [_leads_table(outlook, is_linked=not report.is_kept)]
    if not outlook.is_said:
        return found
    found.append(_jobs_table(outlook, is_public=report.is_public))
    found += [
        _money_table(outlook, place, is_public=report.is_public)
        for place in range(len(outlook.currencies))
    ]
    if not report.is_public and not report.is_kept:
        found.append(_counted_table(outlook))
    return found


def _leads_table(outlook: Outlook, *, is_linked: bool) -> Table:
    rows = [
        row(
            name,
            _announced(line, is_linked=is_linked),
            *range_cells(line.leads, digits=1),
            kind=kind,
        )
        for name, line, kind in lines_of(outlook)
        if outlook.is_said
    ]
    return Table(
        "leads",
        _("Leads to be announced"),
        (
            Column(_("Quarter")),
            Column(_("Announced already"), Kind.COUNT),
            *range_columns(Kind.NUMBER),
        ),
        tuple(rows),
        (
            _(
                "What was announced already stands beside what is expected from now on "
                "and is not part of it."
            ),
        ),
        empty=_("No open lead has a chance yet."),
    )


def _announced(line: ExpectedQuarter, *, is_linked: bool) -> Cell:
    number = line.announced_count
    if number is None:
        return Cell(Absent.FEW)
    return Cell(number, Link({"announced": "now"}) if number and is_linked else None)


def _jobs_table(outlook: Outlook, *, is_public: bool) -> Table:
    lines = lines_of(outlook) if outlook.has_jobs else []
    found = [(name, line.jobs, kind) for name, line, kind in lines]
    notes = _unknown(outlook.unknown_jobs_count, is_public=is_public)
    return _sums_table(
        "jobs",
        _("Jobs to be announced"),
        found,
        Kind.COUNT,
        notes=notes + _largest(outlook.largest_jobs_share),
        empty=_("Too few leads make up this sum, so it is not printed.")
        if outlook.has_jobs
        else _("No lead states its jobs."),
        is_public=is_public,
    )


def _money_table(outlook: Outlook, place: int, *, is_public: bool) -> Table:
    currency = outlook.currencies[place]
    found = [(name, line.capex[place], kind) for name, line, kind in lines_of(outlook)]
    notes = _largest(currency.largest_share)
    if not currency.is_few:
        notes = _unknown(currency.unknown_count, is_public=is_public) + notes
    return _sums_table(
        f"capex_{(currency.code or 'none').lower()}",
        _("Investment to be announced, %(currency)s", currency=currency_name(currency.code)),
        found if currency.has_amounts else [],
        Kind.MONEY,
        currency=currency.code,
        notes=notes,
        empty=_("Too few leads make up this sum, so it is not printed.")
        if currency.is_few
        else _("No lead states an amount here."),
        is_public=is_public,
    )


def _sums_table(
    code: str,
    title: str,
    lines: list[tuple[str, Expected | None, RowKind]],
    kind: Kind,
    *,
    notes: tuple[str, ...],
    empty: str,
    is_public: bool,
    currency: str | None = None,
) -> Table:
    said = [(name, expected, kind_of) for name, expected, kind_of in lines if expected is not None]
    rows: list[Row] = []
    for name, expected, kind_of in said:
        cells = range_cells(expected)
        rows.append(row(name, *(cells[:1] if is_public else cells), kind=kind_of))
    columns = range_columns(kind, currency)
    if said and is_public:
        notes += (_("Rounded, and without a likely range: its ends would tell of single leads."),)
    return Table(
        code,
        title,
        (Column(_("Quarter")), *(columns[:1] if is_public else columns)),
        tuple(rows),
        notes + above_notes([expected for _name, expected, _kind in said]),
        empty=empty,
        is_folded=True,
    )


def _unknown(number: int | None, *, is_public: bool) -> tuple[str, ...]:
    if number is None and is_public:
        return (_("Open leads whose number is not known add nothing here."),)
    if not number:
        return ()
    return (
        ngettext(
            "%(count)s open lead whose number is not known adds nothing here.",
            "%(count)s open leads whose number is not known add nothing here.",
            number,
            count=count(number),
        ),
    )


def _largest(share: float | None) -> tuple[str, ...]:
    if share is None:
        return ()
    return (_("The largest lead makes %(share)s of what is expected.", share=percent(share)),)


def above_notes(expected: list[Expected]) -> tuple[str, ...]:
    """Why a mark may lie above its range."""
    if not any(one.high is not None and one.mean > one.high for one in expected):
        return ()
    return (
        _(
            "What is expected can lie above the likely range: a large lead counts with its small "
            "chance, and most likely does not come."
        ),
    )


def _counted_table(outlook: Outlook) -> Table:
    """The open leads by what their chance rests on; each number leads to them."""
    parts: list[tuple[str, int | None, dict[str, str]]] = [
        (_("Learned from the office's own leads"), outlook.learned_count, _chance(Basis.MODEL)),
        (_("The office's own rate"), outlook.rate_count, _chance(Basis.BASE_RATE)),
        (_("Editable starting points"), outlook.starting_count, _chance(Basis.SCORECARD)),
        (
            _("No chance yet, left out"),
            (outlook.unscored_count or 0) - (outlook.refused_count or 0),
            {"chance": UNSCORED},
        ),
        (_("The stored model was refused, left out"), outlook.refused_count, {"chance": REFUSED}),
    ]
    rows = [row(name, Cell(number, Link(args))) for name, number, args in parts if number]
    total = Cell(outlook.lead_count, Link())
    rows.append(row(_("All open leads"), total, kind=RowKind.TOTAL))
    apart: list[tuple[str, int | None, dict[str, str]]] = [
        (
            _("with a chance, number of jobs not known"),
            outlook.unknown_jobs_count,
            {"chance": SCORED, "jobs": "unknown"},
        ),
        *(
            (
                _(
                    "with a chance, amount not known: %(currency)s",
                    currency=currency_name(one.code),
                ),
                one.unknown_count,
                {"chance": SCORED, "capex": "unknown", "currency": one.code or ""},
            )
            for one in outlook.currencies
        ),
    ]
    rows += [
        row(name, Cell(number, Link(args)), kind=RowKind.APART)
        for name, number, args in apart
        if number
    ]
    return Table(
        "counted",
        _("Open leads behind this forecast"),
        (Column(_("What their chance rests on")), Column(_("Leads"), Kind.COUNT)),
        tuple(rows),
    )


def _chance(basis: Basis) -> dict[str, str]:
    return {"chance": basis.value}
