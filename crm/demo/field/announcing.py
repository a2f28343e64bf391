"""Announcements in each state: under embargo, waiting for their owner, held, shared and public."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.agreements.citing import cite
from crm.announcements.commitments import CommitmentDetails, add_commitment
from crm.announcements.crediting import CreditDetails, credit
from crm.announcements.delivery import DeliveryDetails, check_delivery, plan_checks
from crm.announcements.drafts import ApprovalDetails, add_draft, record_approval
from crm.announcements.releasing import hold
from crm.announcements.service import AnnouncementDetails, PartyDetails, announce
from crm.demo.field.ground import TORONTO, Ground, at, unmoved, working_day
from crm.leads.answers import Given, apply_given
from crm.leads.facts import gaps_of
from crm.leads.involved import credit_introducer
from models.agreement import Agreement
from models.announcement import Announcement, AnnouncementKind, PartySide, Release, Whose
from models.commitment import (
    ApprovalParty,
    CommitmentKind,
    Credit,
    CreditRole,
)
from models.lead import Lead, LeadParty, PartyRole
from models.measure import Measure, Precision, Qualifier, StatedDate
from models.organization import Organization
from models.stage import RequirementKind, StageCode, blocking_gaps
from models.user import Actor

_CHECKED, _SHARED = 8, 9
_CITED = {"JP": "CPTPP", "KR": "CKFTA"}


@dataclass(frozen=True, slots=True)
class _Plan:
    """An announcement to come, of the lead that stands highest but so many."""

    release: Release
    until: datetime | None
    is_held: bool = False


def announce_some(ground: Ground) -> None:
    """Write them, with their promises, words, approvals and credits; and look what landed."""
    leads = [
        lead
        for market in ("JP", "KR")
        for lead, _ in ground.leads(market, before=ground.today, most=4)
    ]
    leads.sort(key=lambda lead: (-lead.stage.position, lead.id))
    nine = at(working_day(ground.today, 7), (9, 0), TORONTO)
    plans = (
        _Plan(Release.AUTOMATIC, nine),
        _Plan(Release.BY_OWNER, at(working_day(ground.today, -1), (10, 0), TORONTO)),
        _Plan(Release.BY_OWNER, nine + timedelta(days=6), is_held=True),
    )
    with unmoved(leads):
        for plan, lead in zip(plans, leads, strict=False):
            _to_come(ground, plan, lead)
    _shared(ground)
    _landed(ground)
    _shares(ground)
    _cite(ground, leads)


def _to_come(ground: Ground, plan: _Plan, lead: Lead) -> None:
    session, actor = ground.session, ground.who("claire")
    written_at = ground.now - timedelta(days=9)
    _ask_later(ground, lead, actor=actor, now=written_at)
    announcement = announce(
        session,
        lead,
        AnnouncementDetails(
            kind=AnnouncementKind.NEW_ESTABLISHMENT,
            title=f"{lead.title} chooses Maple Falls",
            source="News release of the City of Maple Falls (invented)",
            summary="A first line in a rented hall, a second one if the market holds.",
            embargo_until=plan.until,
            embargo_zone=TORONTO,
            capex=Measure(18_000_000, Qualifier.APPROXIMATE, currency="CAD"),
            jobs=Measure(65, Qualifier.AT_MOST),
            release=plan.release,
        ),
        actor=actor,
        now=written_at,
    )
    for promised in (
        CommitmentDetails(
            CommitmentKind.INVESTMENT,
            amount=18_000_000,
            qualifier=Qualifier.APPROXIMATE,
            currency="CAD",
        ),
        CommitmentDetails(
            CommitmentKind.JOBS_NEW,
            text="within three years",
            amount=65,
            qualifier=Qualifier.AT_MOST,
            unit="jobs",
        ),
        CommitmentDetails(CommitmentKind.TERM, text="Lease of ten years"),
    ):
        add_commitment(session, announcement, promised, actor=actor)
    draft = add_draft(
        session,
        announcement,
        "The company opens its first site in North America in Maple Falls.",
        language="en",
        actor=actor,
        now=written_at,
    )
    for approval in (
        ApprovalDetails(ApprovalParty.COMPANY, True, name="Head of public relations"),
        ApprovalDetails(ApprovalParty.MAYOR_OFFICE, True, name="Odile Farrington-Mbeki"),
        ApprovalDetails(ApprovalParty.PROVINCE, None if plan.is_held else True),
    ):
        record_approval(session, draft, approval, actor=actor, now=written_at)
    _credit(ground, announcement, lead.market)
    if plan.is_held:
        hold(
            session,
            announcement,
            actor=actor,
            now=ground.now - timedelta(days=1),
            note="Their board meets once more.",
        )


def _ask_later(ground: Ground, lead: Lead, *, actor: Actor, now: datetime) -> None:
    """What nobody asked the company so far waits for a day; it would stop the lead's last move."""
    gaps = gaps_of(ground.session, [lead], upto=StageCode.ANNOUNCED)[lead.id]
    ask_by = ground.today + timedelta(days=25)
    apply_given(
        ground.session,
        lead,
        {
            gap.requirement.field: Given(ask_by_on=ask_by)
            for gap in blocking_gaps(gaps, entering=StageCode.ANNOUNCED)
            if gap.requirement.kind is not RequirementKind.PROOF
        },
        actor=actor,
        now=now,
    )


def _credit(ground: Ground, announcement: Announcement, market: str | None) -> None:
    """Who opened the door: an intermediary and our own office there, half and half."""
    staff, actor = ground.frame.staff, ground.who("claire")
    between = ground.frame.surroundings.between[market or "JP"]
    for details in (
        CreditDetails(
            CreditRole.INTRODUCED,
            credit=Credit.SHARED,
            share_percent=50,
            organization_id=between[0],
            text="Brought the first call about.",
        ),
        CreditDetails(
            CreditRole.INTRODUCED,
            credit=Credit.SHARED,
            share_percent=50,
            office_id=staff.offices["seoul" if market == "KR" else "tokyo"],
        ),
    ):
        credit(ground.session, announcement, details, actor=actor)


def _shared(ground: Ground) -> None:
    """One of fourteen months ago, won together with the province."""
    firms = ground.residents()
    if not firms:
        return
    session, actor = ground.session, ground.who("claire")
    on = ground.today - timedelta(days=430)
    written_at = at(on, (13, 0), TORONTO)
    announcement: Announcement = announce(
        session,
        None,
        AnnouncementDetails(
            kind=AnnouncementKind.EXPANSION,
            title=f"{firms[-1][0].name} and the Polytechnic train together",
            source="News release of the Province of North Laurentia (invented)",
            parties=(
                PartyDetails(firms[-1][0].id, PartySide.FOREIGN),
                PartyDetails(next(iter(ground.frame.surroundings.partners)), PartySide.LOCAL),
            ),
            announced=StatedDate(on, Precision.DAY),
            jobs=Measure(24, Qualifier.EXACT),
            whose=Whose.SHARED,
            our_share_percent=40,
            is_made_on_mission=False,
        ),
        actor=actor,
        now=written_at,
    )
    announcement.is_demo = True
    add_commitment(
        session,
        announcement,
        CommitmentDetails(
            CommitmentKind.JOBS_NEW, amount=24, qualifier=Qualifier.EXACT, unit="jobs"
        ),
        actor=actor,
    )


def _landed(ground: Ground) -> None:
    """Of the latest that are won: which checks are due, and what the first of them found."""
    session, actor = ground.session, ground.who("dana")
    latest = session.scalars(
        sa.select(Announcement)
        .where(
            Announcement.is_demo,
            Announcement.whose == Whose.OURS,
            Announcement.team_id.is_(None),
            Announcement.public_at <= ground.now,
            Announcement.announced_on.is_not(None),
            Announcement.announced_on <= ground.today - timedelta(days=380),
        )
        .order_by(Announcement.announced_on.desc(), Announcement.id)
        .limit(_CHECKED)
    ).all()
    for number, announcement in enumerate(latest):
        plan_checks(session, announcement)
        if number % 2 == 0:
            continue
        jobs = announcement.jobs_count
        check_delivery(
            session,
            announcement,
            12,
            DeliveryDetails(
                checked_on=ground.today - timedelta(days=4),
                landed_jobs=jobs * 7 // 10 if jobs is not None else None,
                evidence="Said by the plant manager at the visit.",
            ),
            actor=actor,
            now=ground.now,
        )


def _shares(ground: Ground) -> None:
    """Introducers whose share of the credit was stated, as the office asks for it."""
    session, actor = ground.session, ground.who("claire")
    rows = session.execute(
        sa.select(Lead, Organization)
        .join(LeadParty, LeadParty.lead_id == Lead.id)
        .join(Organization, Organization.id == LeadParty.organization_id)
        .where(
            LeadParty.role == PartyRole.INTRODUCER,
            Lead.is_demo,
            Lead.team_id.is_(None),
            Organization.team_id.is_(None),
        )
        .order_by(Lead.id.desc(), LeadParty.id)
        .limit(_SHARED)
    ).all()
    with unmoved([row[0] for row in rows]):
        for number, (lead, organization) in enumerate(rows):
            credit_introducer(
                session,
                lead,
                organization,
                contact=None,
                share_percent=(100, 50, 60)[number % 3],
                actor=actor,
                now=ground.now,
            )


def _cite(ground: Ground, leads: list[Lead]) -> None:
    """Leads that count on a trade agreement say so."""
    session, actor = ground.session, ground.who("dana")
    agreements = {
        one.short_name: one
        for one in session.scalars(
            sa.select(Agreement).where(Agreement.short_name.in_(_CITED.values()))
        )
    }
    for lead in leads[:4]:
        agreement = agreements.get(_CITED.get(lead.market or "", ""))
        if agreement is not None:
            cite(
                session,
                lead,
                agreement,
                note="No duty on what they bring in",
                actor=actor,
                now=ground.now,
            )
