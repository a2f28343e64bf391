"""The reads behind the referrals: counts only, a fixed number of statements."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.reports.as_of import standing_conditions, total
from crm.reports.group_names import load_keys
from crm.reports.params import Dimension, ReportParams, Settled, settle
from crm.reports.referrals import (
    InCounts,
    InLine,
    OutCounts,
    OutLine,
    Referrals,
    ReferralsReport,
)
from models.interaction import Enquiry, EnquiryOutcome
from models.lead import Lead, LeadRevision, LeadSource, PassedOnOutcome
from models.stage import StageCode, Status
from models.user import Office

_ENDED = {
    Status.LOST: "lost_count",
    Status.ABANDONED: "abandoned_count",
    Status.PASSED_ON: "passed_on_count",
}


def read_referrals(session: Session, params: ReportParams, *, now: datetime) -> ReferralsReport:
    """Referrals as of a day, and as of the one that they are compared with.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    before = _referrals(session, settled, settled.compare) if settled.compare else None
    return ReferralsReport(_referrals(session, settled, settled.as_of), before)


def _referrals(session: Session, settled: Settled, day: date) -> Referrals:
    end = settled.calendar.end_of(day)
    offices = _offices(session, settled, end)
    introduces = sa.select(LeadSource.id).where(LeadSource.is_introducer)
    sources = _by(
        session,
        settled,
        end,
        Dimension.SOURCE,
        LeadRevision.source_id,
        LeadRevision.source_id.in_(introduces),
    )
    partners = _by(
        session,
        settled,
        end,
        Dimension.OFFICE,
        LeadRevision.partner_office_id,
        LeadRevision.partner_office_id.is_not(None),
    )
    return Referrals(
        as_of=day,
        lead_type=settled.params.lead_type,
        scope=settled.params.scope,
        passed_on=sum((line.counts for line in offices), start=OutCounts()),
        offices=offices,
        came=_added(sources),
        sources=sources,
        helped=_added(partners),
        partners=partners,
        enquiry_count=_referred_enquiries(session, settled, end),
    )


def _offices(session: Session, settled: Settled, end: datetime) -> tuple[OutLine, ...]:
    """To whom leads had been passed on by then, and what was known then of what came of it."""
    statement: Any = (
        sa.select(Lead.passed_on_to, LeadRevision.passed_on_outcome, sa.func.count().label("leads"))
        .select_from(LeadRevision)
        .join(Lead, Lead.id == LeadRevision.lead_id)
        .where(*standing_conditions(settled, end), LeadRevision.status == Status.PASSED_ON)
        .group_by(Lead.passed_on_to, LeadRevision.passed_on_outcome)
    )
    counts: dict[str, OutCounts] = {}
    spellings: dict[str, Counter[str]] = {}
    for to, outcome, leads in session.execute(total(settled, statement)):
        name = " ".join((to or "").split())
        key = name.casefold()
        spellings.setdefault(key, Counter())[name] += leads
        found = OutCounts(**{f"{outcome or PassedOnOutcome.WAITING}_count": leads})
        counts[key] = counts.get(key, OutCounts()) + found
    lines = [
        # One office however it was written; the spelling that most leads have.
        OutLine(min(spellings[key], key=lambda n: (-spellings[key][n], n)) or None, several)
        for key, several in counts.items()
    ]
    return tuple(
        sorted(lines, key=lambda line: (line.to is None, -line.counts.count, line.to or ""))
    )


def _by(
    session: Session, settled: Settled, end: datetime, by: Dimension, column: Any, *which: Any
) -> tuple[InLine, ...]:
    is_announced = (LeadRevision.stage == StageCode.ANNOUNCED).label("is_announced")
    statement = (
        sa.select(
            column.label("grouped"), LeadRevision.status, is_announced, sa.func.count().label("n")
        )
        .where(*standing_conditions(settled, end), *which)
        .group_by("grouped", LeadRevision.status, "is_announced")
    )
    found: dict[int, InCounts] = {}
    for row in session.execute(total(settled, statement)):
        name = _ENDED.get(row.status) or ("announced_count" if row.is_announced else "open_count")
        found[row.grouped] = found.get(row.grouped, InCounts()) + InCounts(**{name: row.n})
    keys = load_keys(session, by, found)
    lines = [InLine(keys[group], counts) for group, counts in found.items()]
    return tuple(sorted(lines, key=lambda line: (-line.counts.count, line.key.name or "")))


def _added(lines: Iterable[InLine]) -> InCounts:
    return sum((line.counts for line in lines), start=InCounts())


def _referred_enquiries(session: Session, settled: Settled, end: datetime) -> int:
    statement = sa.select(sa.func.count(Enquiry.id)).where(
        Enquiry.outcome == EnquiryOutcome.REFERRED, Enquiry.answered_at < end
    )
    if settled.params.is_public:
        statement = statement.where(Enquiry.team_id.is_(None))
    if settled.params.office:
        office = sa.select(Office.id).where(Office.public_id == settled.params.office)
        statement = statement.where(Enquiry.office_id == office.scalar_subquery())
    return session.scalar(total(settled, statement)) or 0
