"""The reads behind introducers' credit as of a day: those of `crm.introducers`, put back in time.

Leads and outcomes are what the viewer sees, as on the introducers' own page.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import is_public
from crm.announcements.queries import whose_of
from crm.introducers.filters import IntroducerFilters
from crm.introducers.queries import Facts, load_facts
from crm.introducers.report import Line, Sums, build_report, path_of
from crm.reports.as_of import held_at, standing_conditions
from crm.reports.credit import Amount, CreditFigures, CreditLine, CreditReport, CreditSums
from crm.reports.params import ReportParams, Settled, settle
from models.announcement import Announcement, Whose
from models.commitment import Attribution
from models.lead import Lead, LeadParty, LeadRevision, PartyRole
from models.organization import Organization


def read_credit(session: Session, params: ReportParams, *, now: datetime) -> CreditReport:
    """Introducers' credit as of a day, and as of the one that it is compared with.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    before = _credit(session, settled, settled.compare) if settled.compare else None
    return CreditReport(_credit(session, settled, settled.as_of), before)


def _credit(session: Session, settled: Settled, day: date) -> CreditFigures:
    end = settled.calendar.end_of(day)
    filters = IntroducerFilters()
    stood = sa.select(LeadRevision.lead_id).where(*standing_conditions(settled, end))
    facts = load_facts(
        session,
        filters,
        now=settled.now,
        of_leads=Lead.id.in_(stood),
        of_outcomes=sa.and_(Announcement.public_at < end, Announcement.lead_id.is_not(None)),
    )
    report = build_report(_as_of(session, facts, end), filters)
    unplaced = sa.select(sa.func.count(Announcement.id)).where(
        Announcement.lead_id.is_(None),
        Announcement.public_at < end,
        is_public(settled.now),
        whose_of().in_((Whose.OURS, Whose.SHARED)),
        Announcement.id.in_(sa.select(Attribution.announcement_id)),
    )
    return CreditFigures(
        day,
        settled.params.lead_type,
        tuple(_line(line) for line in report.lines),
        _line(report.total),
        session.scalar(unplaced) or 0,
    )


def _as_of(session: Session, facts: Facts, end: datetime) -> Facts:
    """The leads as they stood then, without the introductions that nobody knew of yet."""
    introduced = sa.select(LeadParty.lead_id).where(LeadParty.role == PartyRole.INTRODUCER)
    credited = (
        sa.select(Announcement.lead_id)
        .join(Attribution, Attribution.announcement_id == Announcement.id)
        .where(Announcement.lead_id.is_not(None))
    )
    states: dict[int, Any] = {
        row.lead_id: row
        for row in session.execute(
            sa.select(LeadRevision.lead_id, LeadRevision.stage, LeadRevision.status).where(
                *held_at(end),
                sa.or_(LeadRevision.lead_id.in_(introduced), LeadRevision.lead_id.in_(credited)),
            )
        )
    }
    late = {
        tuple(row)
        for row in session.execute(
            sa.select(LeadParty.lead_id, Organization.public_id)
            .join(Organization, Organization.id == LeadParty.organization_id)
            .where(LeadParty.role == PartyRole.INTRODUCER, LeadParty.known_at >= end)
        )
    }
    return replace(
        facts,
        leads={
            key: replace(lead, stage=states[key].stage, status=states[key].status)
            for key, lead in facts.leads.items()
            if key in states
        },
        introductions=[
            one
            for one in facts.introductions
            if (one.lead_id, one.introducer.public_id) not in late
        ],
    )


def _line(line: Line) -> CreditLine:
    who = line.introducer
    return CreditLine(
        who.kind if who else None,
        path_of(who) if who else "",
        who.public_id if who else "",
        who.name if who else "",
        who.native_name if who else None,
        line.lead_count,
        line.open_count,
        line.qualified_count,
        line.announced_count,
        line.passed_on_count,
        _sums(line.full),
        _sums(line.shared),
        _sums(line.undivided),
        len(line.outcome_ids),
        line.confirmed_count,
    )


def _sums(sums: Sums) -> CreditSums:
    return CreditSums(
        sums.outcome_count,
        tuple(Amount(currency, amount) for currency, amount in sorted(sums.amounts.items())),
        sums.unknown_amount_count,
        sums.no_currency_count,
        sums.jobs,
        sums.unknown_jobs_count,
    )
