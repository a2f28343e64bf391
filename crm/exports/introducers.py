"""Introducers as the report lists them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.cell_lists import join_list
from crm.exports.columns import Cell, Column, Table
from crm.exports.rules import Maker, Occasion
from crm.introducers.filters import IntroducerFilters, read_filters
from crm.introducers.queries import load_facts
from crm.introducers.report import Line, Sums, build_report
from crm.introducers.wording import KINDS
from models.announcement import Announcement
from models.errors import N_
from models.lead import Lead


def introducers_table(args: Mapping[str, str]) -> Maker:
    """What reads the introducers that fit the filters of an address, the total last."""
    return partial(_table, args)


def _table(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    filters = read_filters(args)
    if filters.problems:
        filters = IntroducerFilters(kind=filters.kind, market=filters.market)
    facts = load_facts(
        session,
        filters,
        now=occasion.now,
        of_leads=occasion.may_leave(Lead.team_id),
        of_outcomes=occasion.may_leave(Announcement.team_id),
    )
    report = build_report(facts, filters)
    rows = report.lines[: occasion.limit]
    return Table(
        "introducers",
        COLUMNS,
        [*rows, report.total] if rows else [],
        filters=filters.as_args(),
        restricted_count=report.restricted_count,
    )


def _name(line: Line) -> Cell:
    return line.introducer.name if line.introducer else _("Total, each lead and outcome once")


def _of(read: Callable[[Any], Cell]) -> Callable[[Line], Cell]:
    return lambda line: read(line.introducer) if line.introducer else ""


def _rate(read: Callable[[Any], float | None]) -> Callable[[Line], Cell]:
    def value(line: Line) -> Cell:
        found = read(line.conversion) if line.conversion.count else None
        return round(found, 4) if found is not None else None

    return value


def _money(read: Callable[[Line], Sums]) -> Callable[[Line], Cell]:
    return lambda line: join_list(
        f"{amount} {currency}" for currency, amount in sorted(read(line).amounts.items())
    )


def _jobs(read: Callable[[Line], Sums]) -> Callable[[Line], Cell]:
    # No outcome whose jobs are known is "not known", and not none at all.
    return lambda line: read(line).jobs if read(line).jobs_known_count else None


COLUMNS = (
    Column(N_("Introducer"), _name),
    Column(N_("Native name"), _of(lambda who: who.native_name or ""), is_shown=False),
    Column(N_("What it is"), _of(lambda who: str(KINDS[who.kind]))),
    Column(N_("Leads introduced"), lambda line: line.lead_count),
    Column(N_("Open"), lambda line: line.open_count),
    Column(N_("Qualified or further"), lambda line: line.qualified_count),
    Column(N_("Announced"), lambda line: line.announced_count),
    Column(N_("Share announced"), _rate(lambda rate: rate.share)),
    Column(N_("Of so many leads"), lambda line: line.conversion.count),
    Column(N_("Likely at least"), _rate(lambda rate: rate.low), is_shown=False),
    Column(N_("Likely at most"), _rate(lambda rate: rate.high), is_shown=False),
    Column(N_("Investment, full credit"), _money(lambda line: line.full)),
    Column(N_("Investment, shared credit"), _money(lambda line: line.shared)),
    Column(N_("Investment, shared and not divided"), _money(lambda line: line.undivided)),
    Column(N_("Jobs, full credit"), _jobs(lambda line: line.full)),
    Column(N_("Jobs, shared credit"), _jobs(lambda line: line.shared)),
    Column(N_("Jobs, shared and not divided"), _jobs(lambda line: line.undivided)),
    Column(
        N_("Outcomes without a known amount"),
        lambda line: len(line.unadded_outcome_ids),
        is_shown=False,
    ),
    Column(N_("Outcomes credited"), lambda line: len(line.outcome_ids)),
    Column(N_("Confirmed by the client"), lambda line: line.confirmed_count),
)
