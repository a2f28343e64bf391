"""What is on file of missions: the rows behind their yield, a fixed number of statements.

Meetings, conversations and leads are those that the viewer sees, as on a mission's own page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.missions.report import count_meetings, firms_met
from crm.reports.as_of import embargoed_leads, scope_conditions
from crm.reports.params import Settled
from models.agenda import AgendaAttendee, AgendaItem, AgendaStanding
from models.interaction import FollowUp, Interaction, InteractionStanding
from models.lead import Lead, LeadRevision
from models.mission import Mission, MissionCost, MissionOffice, MissionStanding
from models.user import Office


@dataclass(frozen=True, slots=True)
class MetLead:
    """A lead that may have been met, with its states in order."""

    id: int
    organization_id: int | None
    first_contact_on: date | None
    states: Sequence[Any]


@dataclass(frozen=True, slots=True)
class MissionRecords:
    """Everything on file of the missions that a report is about, by their keys."""

    items: Mapping[int, Sequence[AgendaItem]]
    talks: Mapping[int, Sequence[Interaction]]
    promises: Mapping[int, Sequence[FollowUp]]
    costs: Mapping[int, Sequence[MissionCost]]
    leads: Mapping[int, MetLead]


def list_missions(session: Session, settled: Settled) -> Sequence[Mission]:
    """The missions that were on file by the day, the latest first."""
    statement = (
        sa.select(Mission)
        .where(
            sa.or_(Mission.standing.is_(None), Mission.standing != MissionStanding.CANCELLED),
            Mission.created_at < settled.end,
        )
        .options(selectinload(Mission.markets))
        .order_by(Mission.starts_on.is_(None), Mission.starts_on.desc(), Mission.name, Mission.id)
    )
    if settled.params.office:
        office = sa.select(Office.id).where(Office.public_id == settled.params.office)
        statement = statement.where(
            Mission.id.in_(
                sa.select(MissionOffice.mission_id).where(
                    MissionOffice.office_id == office.scalar_subquery()
                )
            )
        )
    return session.scalars(statement).all()


def load_records(session: Session, settled: Settled, missions: Sequence[Mission]) -> MissionRecords:
    """Everything on file of several missions, whatever the day."""
    keys = [mission.id for mission in missions]
    attendees = selectinload(AgendaItem.attendees)
    items = session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.mission_id.in_(keys), *_not_embargoed(settled, AgendaItem))
        .options(
            joinedload(AgendaItem.lead),
            joinedload(AgendaItem.organization),
            attendees.joinedload(AgendaAttendee.contact),
            attendees.joinedload(AgendaAttendee.organization),
        )
        .order_by(AgendaItem.id)
    ).all()
    talks = session.scalars(
        sa.select(Interaction)
        .where(
            Interaction.mission_id.in_(keys),
            Interaction.standing == InteractionStanding.HELD,
            *_not_embargoed(settled, Interaction),
        )
        .order_by(Interaction.id)
    ).all()
    # A promise is of the mission that it names, and of that of its conversation.
    rows = session.execute(
        sa.select(FollowUp, Interaction.mission_id)
        .outerjoin(Interaction, Interaction.id == FollowUp.interaction_id)
        .where(
            sa.or_(FollowUp.mission_id.in_(keys), Interaction.mission_id.in_(keys)),
            *_not_embargoed(settled, FollowUp),
        )
        .order_by(FollowUp.id)
    ).all()
    promises: dict[int, list[FollowUp]] = {}
    for follow_up, mission_id in rows:
        for key in {follow_up.mission_id, mission_id}:
            if key is not None:
                promises.setdefault(key, []).append(follow_up)
    costs = session.scalars(sa.select(MissionCost).where(MissionCost.mission_id.in_(keys))).all()
    return MissionRecords(
        _by_mission(items),
        _by_mission(talks),
        promises,
        _by_mission(costs),
        _leads(session, settled, items, talks),
    )


def _not_embargoed(settled: Settled, cls: Any) -> list[Any]:
    """In public: nothing about a lead whose announcement is still to come out."""
    if not settled.params.is_public:
        return []
    return [sa.or_(cls.lead_id.is_(None), cls.lead_id.not_in(embargoed_leads(settled)))]


def _leads(
    session: Session,
    settled: Settled,
    items: Iterable[AgendaItem],
    talks: Iterable[Interaction],
) -> dict[int, MetLead]:
    """The leads that any mission may have met: those that are named, and those of its firms."""
    held = [item for item in items if item.standing is AgendaStanding.HELD]
    about: list[Any] = [*held, *talks]
    named = {one.lead_id for one in about if one.lead_id is not None}
    firms = firms_met(count_meetings(held, {}), talks)
    firms |= {item.organization_id for item in held if item.organization_id is not None}
    wanted = sa.or_(Lead.id.in_(named), Lead.organization_id.in_(firms))
    states: dict[int, list[Any]] = {}
    for state in session.execute(
        sa.select(
            LeadRevision.lead_id,
            LeadRevision.valid_from,
            LeadRevision.valid_to,
            LeadRevision.stage,
            LeadRevision.status,
            LeadRevision.lead_type,
            LeadRevision.market,
        )
        .where(
            LeadRevision.lead_id.in_(sa.select(Lead.id).where(wanted)),
            *scope_conditions(settled),
        )
        .order_by(LeadRevision.lead_id, LeadRevision.sequence)
    ):
        states.setdefault(state.lead_id, []).append(state)
    rows = session.execute(
        sa.select(Lead.id, Lead.organization_id, Lead.first_contact_on).where(wanted)
    )
    return {row.id: MetLead(*row, states.get(row.id, ())) for row in rows}


def _by_mission(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for one in rows:
        found.setdefault(one.mission_id, []).append(one)
    return found
