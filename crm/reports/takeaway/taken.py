"""A report as it is taken away: its parts, and the lines that say what it is about.

A sheet of paper has no address bar: as of when, by whom, over which leads and what is left out
goes with every file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from babel.dates import format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.labels import label
from crm.leads.filters import MINE, NOBODY
from crm.reports.catalogue import check_public
from crm.reports.charts import ChartSpec
from crm.reports.params import RelativeDay, ReportParams, Settled, settle
from crm.reports.phrases import dimension_name
from crm.reports.report import Report, Words
from crm.reports.tables import Link, Table
from crm.timezones import zone
from crm.web.formatting import country_name, day, reading_locale
from models.agreement import Agreement
from models.lead import LeadSource
from models.organization import Sector
from models.user import LOCAL_ADMINISTRATOR, Actor, Office, User

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """A report's parts in the locale in force. `about` says as of when, by whom, over what."""

    code: str
    title: str
    about: tuple[Line, ...]
    sentence: str
    charts: tuple[ChartSpec, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    made_at: datetime
    stem: str

    @property
    def lead_row_count(self) -> int:
        """How many rows are leads of their own, not sums over leads."""
        return sum(
            any(_is_of_lead(cell.link) for cell in row.cells)
            for table in self.tables
            for row in table.rows
        )


def _is_of_lead(link: Link | None) -> bool:
    return link is not None and link.endpoint == "leads.show"


def take(
    session: Session, report: Report, params: ReportParams, *, now: datetime, words: Words
) -> Taken:
    """A report as whoever looks through the session may take it away, in the locale in force.

    Raises:
        DomainError: a day that no report can be about, or a public copy of what has none.
    """
    check_public(report, params)
    usual = RelativeDay.LAST_QUARTER if report.needs_compare else None
    settled = settle(session, params, now=now, compares_with=usual)
    figures = report.figures(session, params, now=now)
    return taken_of(
        report, figures, about_lines(session, report, settled, words), settled=settled, words=words
    )


def taken_of(
    report: Report, figures: Any, about: Sequence[Line], *, settled: Settled, words: Words
) -> Taken:
    """The parts of figures that were read already."""
    notes = (*report.left_out(figures, words), *report.methods(figures, words))
    if settled.params.is_public:
        notes = (*notes, public_note())
    likelihoods = report.likelihoods(figures)
    about = (*about, (_("Likelihoods"), likelihoods)) if likelihoods else tuple(about)
    as_of = settled.as_of if report.has_day else settled.today
    return Taken(
        report.code,
        str(report.title),
        about,
        report.sentence(figures, words),
        tuple(spec for spec in report.charts(figures, words) if not spec.is_empty),
        tuple(report.tables(figures, words)),
        notes,
        settled.now,
        "-".join(
            filter(
                None,
                (report.code, as_of.isoformat(), "public" if settled.params.is_public else None),
            )
        ),
    )


def public_note() -> str:
    """What the public mode leaves out; as the page says it."""
    return _(
        "Public: confidential leads, and those whose announcement is still to come out, are in no number. What is fewer than three is put together with its neighbours, or not printed, nor is what it could be worked out from. That holds within one report: two of them, of other days or filters, may tell more side by side."  # noqa: E501
    )


def about_lines(session: Session, report: Report, settled: Settled, words: Words) -> list[Line]:
    """As of when, compared with, over which leads, by whom."""
    params = settled.params
    found: list[Line] = [(_("Report"), str(report.title))]
    if report.has_day:
        found.append((_("As it stood on"), day(settled.as_of)))
    else:
        found.append((_("As it stands on"), day(settled.today)))
    if report.has_comparison(params) and settled.compare:
        found.append((_("Compared with"), day(settled.compare)))
    if report.has_type:
        found.append((_("Type"), label(params.lead_type)))
    if len(report.dimensions) > 1:
        found.append((_("Divided by"), dimension_name(params.by)))
    found += _filter_lines(session, params, report.filters, words)
    if report.converts and params.convert:
        found.append((_("Converted to"), params.convert))
    found.append((_("Counted"), counted_over(settled.actor, params)))
    found.append((_("Made by"), name_of(settled.actor)))
    found.append((_("Made on"), moment_text(settled.now, settled.actor.time_zone)))
    return found


def counted_over(actor: Actor, params: ReportParams) -> str:
    """Over which leads the sums run."""
    if params.is_public:
        return _("Public: only what may be published")
    if actor.counts_all or actor.sees_all:
        return _("All leads of this office")
    return _("Only leads that the reader can see")


def name_of(actor: Actor) -> str:
    """Who made it."""
    return _("local administrator") if actor.name == LOCAL_ADMINISTRATOR.name else actor.name


def moment_text(moment: datetime, zone_name: str) -> str:
    """A moment on a clock, which is named: paper goes abroad."""
    local = moment.astimezone(zone(zone_name))
    text = format_datetime(local, "d MMM y HH:mm", locale=reading_locale())
    return f"{text} ({zone_name.rsplit('/', 1)[-1].replace('_', ' ')})"


def _filter_lines(
    session: Session, params: ReportParams, known: Sequence[str], words: Words
) -> list[Line]:
    """The filters by name, those that the report knows."""
    agreement = sa.func.coalesce(sa.func.nullif(Agreement.short_name, ""), Agreement.name)
    sector = sa.func.coalesce(Sector.name_fr, Sector.name_en) if words.is_french else Sector.name_en
    source = (
        sa.func.coalesce(LeadSource.name_fr, LeadSource.name_en)
        if words.is_french
        else LeadSource.name_en
    )
    fixed = {MINE: _("Mine"), NOBODY: _("Without owner")}
    every: dict[str, tuple[str, str | None, Any, Any]] = {
        "office": (_("Office"), params.office, Office.name, Office.public_id),
        "country": (_("Country"), params.market, None, None),
        "sector": (_("Sector"), params.sector, sector, Sector.code),
        "owner": (_("Owner"), params.owner, User.name, User.public_id),
        "source": (_("Source"), params.source, source, LeadSource.code),
        "agreement": (_("Agreement"), params.agreement, agreement, Agreement.public_id),
    }
    found = []
    for name in known:
        heading, chosen, shown, code = every[name]
        if chosen is None:
            continue
        if code is None:
            text: str | None = country_name(chosen)
        elif name == "owner" and chosen in fixed:
            text = fixed[chosen]
        else:
            text = session.scalar(sa.select(shown).where(code == chosen))
        found.append((heading, text or chosen))
    return found
