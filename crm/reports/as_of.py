"""The states of leads as of any day: which revision held then, and over which leads a total runs.

A state holds from `valid_from` until `valid_to`; "as of a day" is its end, so that what an import
entered for the next day, at its first moment, is not part of it. A state that another replaced at
the same moment held for no time, and as of no day.
"""

from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import is_waiting
from crm.leads.filters import OPEN
from crm.leads.likely import likely
from crm.reports.params import Scope, Settled, agreement_condition, revision_conditions
from crm.visibility import over_all_leads
from models.announcement import Announcement
from models.lead import LeadRevision
from models.stage import StageCode

S = TypeVar("S", bound=sa.Select[Any])


def held_at(end: datetime) -> list[Any]:
    """The one state of each lead that held until a day's end was reached, as conditions."""
    return [
        # Of a recent day nearly all: SQLite would go from its index to each row one by one.
        likely(LeadRevision.valid_from < end),
        sa.or_(LeadRevision.valid_to.is_(None), LeadRevision.valid_to >= end),
    ]


def known_before(end: datetime) -> Any:
    """Every state that began before a day's end."""
    return LeadRevision.valid_from < end


def is_open() -> Any:
    """In the open pipeline: stages 1 to 7, active or on hold."""
    return sa.and_(LeadRevision.stage != StageCode.ANNOUNCED, LeadRevision.status.in_(OPEN))


def scope_conditions(settled: Settled) -> list[Any]:
    """What the scope leaves out of every total, judged now, as conditions on `LeadRevision`.

    In public: restricted leads, and those of which an announcement is still to come out. Whoever
    looks, the session's own criteria come on top.
    """
    if settled.params.scope is not Scope.PUBLIC:
        return []
    return [LeadRevision.team_id.is_(None), LeadRevision.lead_id.not_in(embargoed_leads(settled))]


def embargoed_leads(settled: Settled) -> sa.Select[Any]:
    """The keys of the leads of which an announcement is still to come out."""
    return sa.select(Announcement.lead_id).where(
        Announcement.lead_id.is_not(None), is_waiting(settled.now)
    )


def lead_conditions(settled: Settled) -> list[Any]:
    """The leads that a report is about, apart from the filters on their state."""
    return [*scope_conditions(settled), *agreement_condition(settled)]


def standing_conditions(settled: Settled, end: datetime) -> list[Any]:
    """The states at the end of a day that a report is about."""
    return [*held_at(end), *revision_conditions(settled), *lead_conditions(settled)]


def leads_behind(settled: Settled, end: datetime, *narrower: Any) -> sa.Select[Any]:
    """The keys of the leads behind a figure as of a day: rows, so never over leads out of sight."""
    return sa.select(LeadRevision.lead_id).where(*standing_conditions(settled, end), *narrower)


def total(settled: Settled, statement: S) -> S:
    """A statement of sums and counts, over every lead for who counts all.

    Not in public: there it makes no difference who looks.
    """
    return statement if settled.params.is_public else over_all_leads(statement)


def first_known_on(session: Session, settled: Settled) -> date | None:
    """The first day on which any lead of the scope was known."""
    statement = sa.select(sa.func.min(LeadRevision.valid_from)).where(*scope_conditions(settled))
    first = session.scalar(total(settled, statement))
    if first is None:
        return None
    found: datetime = first
    return found.astimezone(settled.calendar.start_of(settled.as_of).tzinfo).date()
