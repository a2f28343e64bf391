"""Announcements of a list, with the parties that each names."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from crm.announcements.embargo import state_of
from crm.announcements.queries import FILTERS, read_filters, select_announcements, with_parties
from crm.announcements.wording import STATES
from crm.cell_lists import join_list
from crm.exports.columns import Cell, Column, Table
from crm.exports.rules import Maker, Occasion
from crm.exports.values import called, number, stated_day, text
from models.announcement import Announcement
from models.errors import N_
from models.measure import Measure


def announcements_table(args: Mapping[str, str]) -> Maker:
    """What reads the announcements that fit the filters of an address, the latest first."""
    return partial(_table, args)


def _table(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    fitting = select_announcements(
        read_filters(args),
        actor=occasion.actor,
        now=occasion.now,
        # What a restricted lead will announce does not leave the house before it does.
    ).where(Announcement.team_id.is_(None))
    rows = session.execute(
        fitting.order_by(
            Announcement.announced_on.is_(None),
            Announcement.announced_on.desc(),
            Announcement.public_id.desc(),
        ).limit(occasion.limit)
    ).all()
    ids = fitting.with_only_columns(Announcement.id)
    used = {name: args[name] for name in FILTERS if args.get(name)}
    columns = (
        *COLUMNS,
        # Whoever may export one that is not public yet has to see that it is not.
        Column(N_("How it stands"), lambda row: str(STATES[state_of(row, occasion.now)])),
    )
    found = with_parties(session, rows, ids)
    return Table("announcements", columns, found, filters=used, screen=SCREEN)


def _capex(row: Any) -> Cell:
    return number(
        Measure(row.capex_amount, row.capex_qualifier, row.capex_upper, row.capex_currency)
    )


def _jobs(row: Any) -> Cell:
    return number(Measure(row.jobs_count, row.jobs_qualifier, row.jobs_upper))


def _share(row: Any) -> Cell:
    return float(row.our_share_percent) if row.our_share_percent is not None else None


def _parties(name: str) -> Any:
    return lambda row: join_list(getattr(party, name) for party in row.parties)


COLUMNS = (
    Column(N_("Title"), text("title")),
    Column(N_("What is announced"), called("kind")),
    Column(N_("Whose"), called("whose")),
    Column(N_("Our share, in percent"), _share),
    Column(N_("Announced on"), stated_day("announced")),
    Column(N_("As printed"), text("announced_as_printed")),
    Column(N_("Parties"), _parties("name")),
    Column(N_("Parties (native names)"), _parties("native_name"), is_shown=False),
    Column(N_("Investment"), _capex),
    Column(N_("Currency"), text("capex_currency")),
    Column(N_("Jobs"), _jobs),
    Column(N_("Lead"), text("lead_title"), is_shown=False),
)
SCREEN = (
    "Title",
    "What is announced",
    "How it stands",
    "Announced on",
    "As printed",
    "Whose",
    "Our share, in percent",
    "Parties",
    "Investment",
    "Currency",
    "Jobs",
)
