"""What was delivered, shown: every number as it was stated."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.labels import label
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.delivery import Delivery, DeliveryLine, DeliveryReport, Stated, Total
from crm.reports.delivery_queries import read_delivery
from crm.reports.params import ReportParams, Scope
from crm.reports.phrases import currency_name, short_money, told_text, value_or
from crm.reports.report import Report, Words
from crm.reports.shown.converted import converted_methods
from crm.reports.shown.delivery_converted import converted_tables
from crm.reports.tables import Absent, Cell, Column, Kind, Link, Row, Table, Value, row
from crm.web.formatting import count, day
from crm.wording import quantity
from models.announcement import Whose
from models.measure import Qualifier


def _read(session: Session, params: ReportParams, *, now: datetime) -> DeliveryReport:
    return read_delivery(session, params, now=now)


def _tables(report: DeliveryReport, words: Words) -> list[Table]:
    return [
        _money_table(report),
        *converted_tables(report),
        _jobs_table(report),
        _lines_table(report.now, words),
    ]


def _money_table(report: DeliveryReport) -> Table:
    now, before = report.now, report.before
    columns = [
        Column(_("Currency")),
        Column(_("Stated before"), Kind.MONEY),
        Column(_("Announced"), Kind.MONEY),
        Column(_("Announcements with an amount"), Kind.COUNT),
        Column(_("Delivered, with evidence"), Kind.MONEY),
        Column(_("Announced by those checked"), Kind.MONEY),
        Column(_("Amount not known of"), Kind.COUNT),
    ]
    then = {}
    if before is not None:
        columns.append(Column(day(before.as_of), Kind.MONEY, _("Announced as it stood on")))
        then = {one.currency: one.announced for one in before.money}
    rows = []
    for one in now.money:
        cells: list[Value | Cell] = [
            currency_name(one.currency),
            _sum(one.stated, one.currency),
            _sum(one.announced, one.currency),
            one.announced.count,
            _landed(one.landed, one.currency),
            _sum(one.checked, one.currency),
            value_or(one.announced.unknown_count, Absent.WITHHELD),
        ]
        if before is not None:
            cells.append(_sum(then.get(one.currency, Total()), one.currency))
        rows.append(row(*cells))
    return Table(
        "investment",
        _("Investment: stated, announced, delivered"),
        tuple(columns),
        tuple(rows),
        _told(
            [
                (
                    one.announced,
                    _("Investment, %(currency)s", currency=currency_name(one.currency)),
                )
                for one in now.money
            ]
        ),
        empty=_("Nothing of ours was public."),
    )


def _jobs_table(report: DeliveryReport) -> Table:
    jobs, before = report.now.jobs, report.before
    columns = [
        Column(_("Jobs")),
        Column(_("How many"), Kind.COUNT),
        Column(_("Announcements with a number"), Kind.COUNT),
        Column(_("Not known of"), Kind.COUNT),
    ]
    if before is not None:
        columns.append(Column(day(before.as_of), Kind.COUNT, _("As it stood on")))
    parts = [
        (_("Stated before"), jobs.stated, before.jobs.stated if before else None),
        (_("Announced as new"), jobs.new, before.jobs.new if before else None),
        (_("Announced as retained"), jobs.retained, before.jobs.retained if before else None),
        (
            _("Announced, new or retained not said"),
            jobs.other,
            before.jobs.other if before else None,
        ),
        (
            _("Delivered, with evidence; new or retained not told apart"),
            jobs.landed,
            before.jobs.landed if before else None,
        ),
    ]
    rows = [_jobs_row(*part, has_before=before is not None) for part in parts]
    return Table(
        "jobs",
        _("Jobs: stated, announced, delivered"),
        tuple(columns),
        tuple(rows) if report.now.count else (),
        _told(
            [
                (jobs.new, _("New jobs")),
                (jobs.retained, _("Retained jobs")),
                (jobs.other, _("Jobs")),
            ]
        ),
        empty=_("Nothing of ours was public."),
    )


def _jobs_row(name: str, now: Total, before: Total | None, *, has_before: bool) -> Row:
    counts: list[Value | Cell] = [now.count, value_or(now.unknown_count, Absent.WITHHELD)]
    if now.is_withheld:
        counts = [Absent.WITHHELD, Absent.WITHHELD]
    cells: list[Value | Cell] = [name, _sum(now, None), *counts]
    if has_before:
        cells.append(_sum(before or Total(), None))
    return row(*cells)


def _sum(total: Total, currency: str | None) -> Cell:
    if total.is_withheld:
        return Cell(Absent.WITHHELD)
    if not total.count:
        return Cell(Absent.NOTHING)
    note = None
    if total.upper > total.amount:
        note = _("at most %(number)s", number=count(total.upper))
    return Cell(total.amount, note=note, currency=currency)


def _landed(total: Total, currency: str | None) -> Cell:
    is_any = total.count or total.is_withheld
    return _sum(total, currency) if is_any else Cell(Absent.NOT_CHECKED)


def _told(sums: list[tuple[Total, str]]) -> tuple[str, ...]:
    return tuple(text for total, of in sums if (text := told_text(total.told, of)))


# What everybody may know of one announcement: its columns but those that the office alone fills.
_IN_PUBLIC = (0, 1, 3, 6, 7, 8)


def _lines_table(now: Delivery, words: Words) -> Table:
    columns: tuple[Column, ...] = (
        Column(_("Announcement")),
        Column(_("Public since"), Kind.DAY),
        Column(_("Stated before"), group=_("Investment")),
        Column(_("Announced"), group=_("Investment")),
        Column(_("Delivered"), group=_("Investment")),
        Column(_("Stated before"), group=_("Jobs")),
        Column(_("New"), group=_("Jobs")),
        Column(_("Retained"), group=_("Jobs")),
        Column(_("Not said which"), group=_("Jobs")),
        Column(_("Delivered"), group=_("Jobs")),
        Column(_("Checked")),
    )
    # The newest first.
    lines = now.lines[: words.most_lines]
    rows = [_line(line) for line in lines]
    if now.scope is Scope.PUBLIC:
        columns = tuple(columns[place] for place in _IN_PUBLIC)
        rows = [Row(tuple(line.cells[place] for place in _IN_PUBLIC)) for line in rows]
    return Table(
        "announcements",
        _("Announcement by announcement"),
        columns,
        tuple(rows),
        empty=_("No announcement that you can see was public."),
        more_count=len(now.lines) - len(lines),
    )


def _line(line: DeliveryLine) -> Row:
    link = Link({"announcement_id": line.public_id}, endpoint="announcements.show")
    shared = label(Whose.SHARED) if line.whose is Whose.SHARED else None
    delivered = Stated(line.landed_amount, None, Qualifier.EXACT, line.landed_currency)
    is_checked = line.checked_on is not None
    return row(
        Cell(line.title, link, note=shared),
        line.public_on,
        _money(line.lead_capex),
        _money(line.capex),
        _money(delivered) if is_checked else Absent.NOT_CHECKED,
        _jobs(line.lead_jobs),
        *_announced_jobs(line),
        _jobs(Stated(line.landed_jobs, None, Qualifier.EXACT))
        if is_checked
        else Absent.NOT_CHECKED,
        _checked(line),
    )


def _money(stated: Stated) -> Value:
    if stated.value is None and stated.qualifier is not Qualifier.NOT_DISCLOSED:
        return Absent.UNKNOWN
    unit = currency_name(stated.currency)
    return quantity(stated.value, stated.qualifier, stated.upper, unit)


def _jobs(stated: Stated) -> Value:
    if stated.value is None and stated.qualifier is not Qualifier.NOT_DISCLOSED:
        return Absent.UNKNOWN
    return quantity(stated.value, stated.qualifier, stated.upper, compact=False)


def _announced_jobs(line: DeliveryLine) -> list[Value]:
    """New, retained and neither: where some are stated one way, the other way there are none."""
    apart = [line.jobs_new, line.jobs_retained]
    if any(one.value is not None for one in apart):
        return [*(_jobs(one) for one in apart), Absent.NOTHING]
    return [Absent.NOTHING, Absent.NOTHING, _jobs(line.jobs_other)]


def _checked(line: DeliveryLine) -> Cell:
    note = _("a check is overdue") if line.is_overdue else None
    if line.checked_on is None:
        return Cell(Absent.NOT_CHECKED, note=note)
    return Cell(
        _("%(day)s, after %(months)s months", day=day(line.checked_on), months=line.months),
        note=note,
    )


def _charts(report: DeliveryReport, _words: Words) -> list[ChartSpec]:
    found = []
    for one in report.now.money:
        if one.currency is None or not one.announced.count:
            continue
        values = tuple(
            total.amount if total.count and not total.is_withheld else None
            for total in (one.stated, one.announced, one.landed)
        )
        names = (_("Stated before"), _("Announced"), _("Delivered, with evidence"))
        said = (
            _("%(name)s: %(number)s", name=name, number=short_money(value, one.currency))
            for name, value in zip(names, values, strict=True)
            if value is not None
        )
        found.append(
            ChartSpec(
                f"investment_{one.currency.lower()}",
                ChartKind.BARS,
                _("Investment: stated, announced, delivered, %(currency)s", currency=one.currency),
                ", ".join(said),
                "investment",
                names,
                (Series(_("Investment"), values),),
                kind=Kind.MONEY,
                currency=one.currency,
                headline=short_money(one.landed.amount, one.currency) if one.landed.count else None,
                headline_label=_("delivered, with evidence"),
            )
        )
    return found


def _sentence(report: DeliveryReport, _words: Words) -> str:
    now = report.now
    if not now.count:
        return _("Nothing of ours was public.")
    if now.unchecked_count is None:
        return ngettext(
            "%(count)s announcement of ours is public.",
            "%(count)s announcements of ours are public.",
            now.count,
            count=count(now.count),
        )
    return ngettext(
        "%(count)s announcement of ours is public; %(checked)s of it is checked with evidence.",
        "%(count)s announcements of ours are public; %(checked)s are checked with evidence.",
        now.count,
        count=count(now.count),
        checked=count(now.count - now.unchecked_count),
    )


def _methods(report: DeliveryReport, _words: Words) -> list[str]:
    in_public = [
        _(
            "In public an announcement stands here with what it announced. What its lead stated "
            "before, and what was delivered, is told in sums of three or more."
        )
    ]
    if report.before is not None:
        in_public.append(
            _(
                "Of the earlier day the public is told only what was announced: two sums of two "
                "days may tell of one lead."
            )
        )
    return [
        *(in_public if report.now.scope is Scope.PUBLIC else []),
        _(
            "Announcements of ours by the day they became public. “Stated before” is what the "
            "lead's record said just before that. An amount counts as delivered only with "
            "evidence: the latest check by the day."
        ),
        _(
            "“Up to” and “about” count with the number they go with, a range with its lower end. "
            "Currencies are never converted or added together. What an announcement promises, "
            "and what a check found, has no history: it is today's."
        )
        if report.now.rates is None
        else _(
            "“Up to” and “about” count with the number they go with, a range with its lower end. "
            "Currencies are added together only in what is converted. What an announcement "
            "promises, and what a check found, has no history: it is today's."
        ),
        *converted_methods(report.now.rates, report.before.rates if report.before else None),
    ]


def _left_out(report: DeliveryReport, _words: Words) -> list[str]:
    now = report.now
    found = []
    if now.shared_count:
        found.append(
            ngettext(
                "%(count)s announcement is shared with others: it is listed, and in no sum.",
                "%(count)s announcements are shared with others: they are listed, and in no sum.",
                now.shared_count,
                count=count(now.shared_count),
            )
        )
    if now.unplaced_count:
        found.append(
            ngettext(
                "%(count)s announcement belongs to no lead and is not here.",
                "%(count)s announcements belong to no lead and are not here.",
                now.unplaced_count,
                count=count(now.unplaced_count),
            )
        )
    if now.hidden_count:
        found.append(
            ngettext(
                "%(count)s announcement is in the sums, but you may not see which.",
                "%(count)s announcements are in the sums, but you may not see which.",
                now.hidden_count,
                count=count(now.hidden_count),
            )
        )
    if now.overdue_count:
        found.append(
            ngettext(
                "A check of %(count)s announcement is overdue.",
                "A check of %(count)s announcements is overdue.",
                now.overdue_count,
                count=count(now.overdue_count),
            )
        )
    return found


REPORT = Report(
    code="delivery",
    title=_l("Stated, announced, delivered"),
    question=_l("What was announced, and how much of it came, with evidence?"),
    read=_read,
    from_plain=DeliveryReport.from_plain,
    tables=_tables,
    charts=_charts,
    sentence=_sentence,
    methods=_methods,
    left_out=_left_out,
    is_empty=lambda report: not report.now.count and not report.now.lines,
    icon="circle-check",
    has_public=True,
    converts=True,
)
