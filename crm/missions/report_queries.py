"""The reads behind a mission's report: a fixed number of statements, however long the mission.

Rows are what the viewer sees. Only the leads that were not met are counted over all of them, for
who counts all: they come back as sums, never as rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.announcements.embargo import State, past_embargo, state_of
from crm.missions.report import WINDOWS, Alike, Course, Span
from crm.timezones import end_of_day, start_of_day
from crm.visibility import over_all_leads, viewer_of
from models.agenda import AgendaItem, AgendaStanding
from models.announcement import Announcement, AnnouncementParty, Whose
from models.interaction import FollowUp, Interaction, InteractionStanding
from models.lead import Lead, LeadRevision
from models.mission import Mission
from models.stage import Stage, StageCode, Status

_OPEN = (Status.ACTIVE, Status.ON_HOLD)


@dataclass(frozen=True, slots=True)
class MetLead:
    """A lead that was met on a mission: where it stood when the mission began, and where now."""

    lead: Lead
    course: Course | None
    is_new: bool
    was_qualified: bool


@dataclass(frozen=True, slots=True)
class Trail:
    """What may lead from a mission to an announcement."""

    met: Sequence[MetLead]
    items: Sequence[AgendaItem]
    promises: Sequence[FollowUp]


@dataclass(frozen=True, slots=True)
class Line:
    """How a mission led to an announcement: each step where it is on file."""

    announcement: Announcement
    lead: Lead | None
    items: Sequence[AgendaItem]
    promises: Sequence[FollowUp]
    is_public: bool
    is_counted: bool


def list_promises(session: Session, mission: Mission) -> Sequence[FollowUp]:
    """What was promised on a mission, or in a conversation on it."""
    talks = sa.select(Interaction.id).where(Interaction.mission_id == mission.id)
    return session.scalars(
        sa.select(FollowUp)
        .where(sa.or_(FollowUp.mission_id == mission.id, FollowUp.interaction_id.in_(talks)))
        .options(joinedload(FollowUp.owner))
        .order_by(FollowUp.id)
    ).all()


def list_talks(session: Session, mission: Mission) -> Sequence[Interaction]:
    """The conversations on a mission."""
    return session.scalars(
        sa.select(Interaction).where(
            Interaction.mission_id == mission.id,
            Interaction.standing == InteractionStanding.HELD,
        )
    ).all()


def list_met_leads(
    session: Session,
    items: Sequence[AgendaItem],
    talks: Sequence[Interaction],
    organization_ids: frozenset[int],
    span: Span,
    *,
    zone_name: str,
) -> list[MetLead]:
    """The leads that were met, and those that began with their companies on the mission."""
    held = [item for item in items if item.standing is AgendaStanding.HELD]
    about = [(row.lead_id, row.organization_id) for row in held]
    about += [(row.lead_id, row.organization_id) for row in talks]
    named = {lead_id for lead_id, _firm in about if lead_id is not None}
    # A meeting with a company that names no lead was about whatever it had open.
    firms = {firm for lead_id, firm in about if lead_id is None and firm is not None}
    is_new = Lead.first_contact_on.between(span.first, span.last)
    leads = session.scalars(
        sa.select(Lead)
        .where(
            sa.or_(
                Lead.id.in_(named),
                sa.and_(
                    Lead.organization_id.in_(firms),
                    # One that began later was not there to be met.
                    Lead.first_contact_on <= span.last,
                ),
                sa.and_(Lead.organization_id.in_(organization_ids), is_new),
            )
        )
        .options(joinedload(Lead.organization))
        .order_by(Lead.title, Lead.id)
    ).all()
    courses = _courses(session, [lead.id for lead in leads], span, zone_name=zone_name)
    qualified = _qualified_before(session, [lead.id for lead in leads], span, zone_name=zone_name)
    found = []
    for lead in leads:
        new = lead.first_contact_on is not None and span.first <= lead.first_contact_on <= span.last
        course = None if new else courses.get(lead.id)
        if lead.id in named or new or course is not None:
            found.append(MetLead(lead, course, new, lead.id in qualified))
    return found


def _course_statement(span: Span, *, zone_name: str) -> Any:
    """Leads that were open when the mission began, and how far each came in each window."""
    begins = start_of_day(span.first, zone_name)
    before = (
        sa.select(
            LeadRevision.lead_id,
            LeadRevision.lead_type,
            LeadRevision.market,
            LeadRevision.stage,
            Stage.position,
        )
        .join(Stage, Stage.code == LeadRevision.stage)
        .where(
            LeadRevision.valid_from < begins,
            sa.or_(LeadRevision.valid_to.is_(None), LeadRevision.valid_to >= begins),
            LeadRevision.status.in_(_OPEN),
            LeadRevision.stage != StageCode.ANNOUNCED,
        )
        .cte("before_mission")
    )
    ends = [_end_of(span, days, zone_name) for days in WINDOWS]
    after = (
        sa.select(
            LeadRevision.lead_id,
            *(
                sa.func.max(sa.case((LeadRevision.valid_from < end, Stage.position))).label(
                    f"reached_{place}"
                )
                for place, end in enumerate(ends)
            ),
        )
        .join(Stage, Stage.code == LeadRevision.stage)
        .where(LeadRevision.valid_from >= begins, LeadRevision.valid_from < ends[-1])
        .group_by(LeadRevision.lead_id)
        .cte("after_mission")
    )
    return before, after


def _end_of(span: Span, days: int, zone_name: str) -> datetime:
    return end_of_day(date.fromordinal(span.last.toordinal() + days), zone_name)


def _courses(
    session: Session, lead_ids: Sequence[int], span: Span, *, zone_name: str
) -> dict[int, Course]:
    before, after = _course_statement(span, zone_name=zone_name)
    rows = session.execute(
        sa.select(
            before.c.lead_id,
            before.c.lead_type,
            before.c.market,
            before.c.stage,
            *(after.c[f"reached_{place}"] for place in range(len(WINDOWS))),
        )
        .outerjoin(after, after.c.lead_id == before.c.lead_id)
        .where(before.c.lead_id.in_(lead_ids))
    )
    return {
        row.lead_id: Course(row.lead_id, row.lead_type, row.market, row.stage, tuple(row[4:]))
        for row in rows
    }


def _qualified_before(
    session: Session, lead_ids: Sequence[int], span: Span, *, zone_name: str
) -> set[int]:
    """Which leads had been qualified, or further, before the mission began."""
    return set(
        session.scalars(
            sa.select(LeadRevision.lead_id)
            .join(Stage, Stage.code == LeadRevision.stage)
            .where(
                LeadRevision.lead_id.in_(lead_ids),
                LeadRevision.valid_from < start_of_day(span.first, zone_name),
                Stage.position >= StageCode.QUALIFIED.position,
            )
        )
    )


def summarise_alike(
    session: Session, mission: Mission, span: Span, *, zone_name: str
) -> list[Alike]:
    """Leads that were open then and not met on this mission, and how many advanced: sums only."""
    before, after = _course_statement(span, zone_name=zone_name)
    held = sa.and_(AgendaItem.mission_id == mission.id, AgendaItem.standing == AgendaStanding.HELD)
    talked = sa.and_(
        Interaction.mission_id == mission.id, Interaction.standing == InteractionStanding.HELD
    )
    met = (
        sa.select(AgendaItem.lead_id)
        .where(held, AgendaItem.lead_id.is_not(None))
        .union_all(sa.select(Interaction.lead_id).where(talked, Interaction.lead_id.is_not(None)))
    )
    firms = (
        sa.select(AgendaItem.organization_id)
        .where(held, AgendaItem.organization_id.is_not(None))
        .union_all(
            sa.select(Interaction.organization_id).where(
                talked, Interaction.organization_id.is_not(None)
            )
        )
    )
    statement = (
        sa.select(
            before.c.lead_type,
            before.c.market,
            before.c.stage,
            sa.func.count().label("leads"),
            *(
                sa.func.count(sa.case((after.c[f"reached_{place}"] > before.c.position, 1))).label(
                    f"advanced_{place}"
                )
                for place in range(len(WINDOWS))
            ),
        )
        .select_from(before)
        .join(Lead, Lead.id == before.c.lead_id)
        .outerjoin(after, after.c.lead_id == before.c.lead_id)
        .where(
            Lead.id.not_in(met),
            sa.or_(Lead.organization_id.is_(None), Lead.organization_id.not_in(firms)),
        )
        .group_by(before.c.lead_type, before.c.market, before.c.stage)
    )
    return [
        Alike((row.lead_type, row.market, row.stage), row.leads, tuple(row[4:]))
        for row in session.execute(over_all_leads(statement))
    ]


def list_lines(
    session: Session, mission: Mission, trail: Trail, span: Span | None, *, now: datetime
) -> list[Line]:
    """The announcements of a mission and of the leads that it met, each with how it came."""
    lead_ids = [one.lead.id for one in trail.met]
    since: Any = sa.true()
    if span is not None:
        since = sa.or_(Announcement.announced_on.is_(None), Announcement.announced_on >= span.first)
    rows = session.scalars(
        sa.select(Announcement)
        .where(
            past_embargo(viewer_of(session), now=now),
            sa.or_(
                Announcement.mission_id == mission.id,
                sa.and_(Announcement.lead_id.in_(lead_ids), since),
            ),
        )
        .order_by(Announcement.announced_on.is_(None), Announcement.announced_on, Announcement.id)
    ).all()
    leads = {
        lead.id: lead
        for lead in session.scalars(
            sa.select(Lead)
            .where(Lead.id.in_([row.lead_id for row in rows if row.lead_id is not None]))
            .options(joinedload(Lead.organization))
        )
    }
    parties: dict[int, set[int]] = {}
    for key, organization_id in session.execute(
        sa.select(AnnouncementParty.announcement_id, AnnouncementParty.organization_id).where(
            AnnouncementParty.announcement_id.in_([row.id for row in rows])
        )
    ):
        parties.setdefault(key, set()).add(organization_id)
    return [
        _line(row, leads.get(row.lead_id or 0), parties.get(row.id, set()), trail, now=now)
        for row in rows
    ]


def _line(
    row: Announcement, lead: Lead | None, party_ids: set[int], trail: Trail, *, now: datetime
) -> Line:
    held = [
        item
        for item in trail.items
        if item.standing is AgendaStanding.HELD
        and (
            (lead is not None and item.lead_id == lead.id)
            or (item.organization_id is not None and item.organization_id in party_ids)
            or (
                lead is not None
                and lead.organization_id is not None
                and item.organization_id == lead.organization_id
            )
        )
    ]
    talk_ids = {item.interaction_id for item in held} - {None}
    led_to = [
        one
        for one in trail.promises
        if (lead is not None and one.lead_id == lead.id) or one.interaction_id in talk_ids
    ]
    whose = row.whose or (Whose.OURS if row.lead_id is not None else Whose.OTHERS)
    is_public = state_of(row, now) is State.PUBLIC
    return Line(row, lead, held, led_to, is_public, is_public and whose is not Whose.OTHERS)
