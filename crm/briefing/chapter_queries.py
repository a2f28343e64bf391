"""The reads behind the chapters of a book: one statement a kind, for all companies at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.announcements.embargo import past_embargo
from crm.scores.states import Standing, standing_of_row, state_columns, with_scores
from crm.visibility import viewer_of
from models.agenda import AgendaItem
from models.agreement import Citation
from models.announcement import Announcement, AnnouncementParty
from models.bre_call import BreCall, BreStanding
from models.contact import Contact
from models.interaction import FollowUp, Interaction, InteractionStanding
from models.lead import Lead
from models.organization import Organization
from models.reference import PeerReference, ReferenceRequest, Willingness
from models.score import Score
from models.stage import StageCode, Status

_OPEN = (Status.ACTIVE, Status.ON_HOLD)
# So many conversations are read of each company and lead.
LATEST = 4


@dataclass(frozen=True, slots=True)
class Peer:
    """A firm already here that may be asked to vouch; how often it was, and when last."""

    reference: PeerReference
    asked_count: int
    last_asked_on: date | None


def load_organizations(session: Session, keys: Sequence[int]) -> dict[int, Organization]:
    """The companies with their names, roles and facilities."""
    rows = session.scalars(
        sa.select(Organization)
        .where(Organization.id.in_(keys))
        .options(
            joinedload(Organization.sector),
            selectinload(Organization.names),
            selectinload(Organization.roles),
            selectinload(Organization.sites),
        )
    )
    return {row.id: row for row in rows}


def list_leads(
    session: Session,
    organization_ids: Sequence[int],
    items: Sequence[AgendaItem],
    own_lead_ids: Sequence[int],
) -> Sequence[Lead]:
    """Leads on the agenda first, then what their companies have open."""
    on_agenda = {item.lead_id for item in items if item.lead_id} | set(own_lead_ids)
    return session.scalars(
        sa.select(Lead)
        .where(
            sa.or_(
                Lead.id.in_(on_agenda),
                sa.and_(
                    Lead.organization_id.in_(organization_ids),
                    # A coded lead is read whatever became of it: what hangs on it is left out.
                    sa.or_(
                        Lead.status.in_(_OPEN),
                        Lead.code_name.is_not(None),
                        Lead.is_company_disclosed.is_(False),
                    ),
                ),
            )
        )
        .options(joinedload(Lead.sector), joinedload(Lead.owner))
        .order_by(Lead.id.not_in(on_agenda), Lead.changed_at.desc(), Lead.id)
    ).all()


def load_standings(session: Session, lead_ids: Sequence[int]) -> dict[int, Standing]:
    """What the chance of each lead rests on."""
    if viewer_of(session).is_partner:
        return {}
    rows = session.execute(
        with_scores(sa.select(Lead.id, Lead.changed_at, *state_columns())).where(
            Lead.id.in_(lead_ids)
        )
    )
    return {row.id: standing_of_row(row) for row in rows}


def load_scores(session: Session, lead_ids: Sequence[int]) -> dict[int, Score]:
    """The current chance of each lead that is still open."""
    if viewer_of(session).is_partner:
        return {}
    rows = session.scalars(
        sa.select(Score)
        .join(Lead, Lead.id == Score.lead_id)
        .where(
            Score.lead_id.in_(lead_ids),
            Score.is_current,
            Lead.status.in_(_OPEN),
            Lead.stage != StageCode.ANNOUNCED,
        )
    )
    return {row.lead_id: row for row in rows}


def list_conversations(
    session: Session, organization_ids: Sequence[int], lead_ids: Sequence[int]
) -> Sequence[Interaction]:
    """The latest with each company and on each lead; more than are shown, as some are left out."""
    about = sa.or_(
        Interaction.organization_id.in_(organization_ids), Interaction.lead_id.in_(lead_ids)
    )
    held = Interaction.standing == InteractionStanding.HELD
    place = (
        sa.func.row_number()
        .over(
            partition_by=(Interaction.organization_id, Interaction.lead_id),
            order_by=(Interaction.happened_on.desc(), Interaction.id.desc()),
        )
        .label("place")
    )
    ranked = sa.select(Interaction.id, place).where(about, held).subquery()
    latest = sa.select(ranked.c.id).where(ranked.c.place <= LATEST)
    return session.scalars(
        sa.select(Interaction)
        .where(Interaction.id.in_(latest))
        .options(joinedload(Interaction.author))
        .order_by(Interaction.happened_on.desc(), Interaction.id.desc())
    ).all()


def list_announced(
    session: Session,
    organization_ids: Sequence[int],
    lead_ids: Sequence[int],
    *,
    now: datetime,
) -> list[tuple[int | None, Announcement]]:
    """Announcements that name one of the companies, or of one of the leads."""
    rows = session.execute(
        sa.select(AnnouncementParty.organization_id, Announcement)
        .select_from(Announcement)
        .outerjoin(
            AnnouncementParty,
            sa.and_(
                AnnouncementParty.announcement_id == Announcement.id,
                AnnouncementParty.organization_id.in_(organization_ids),
            ),
        )
        .where(
            past_embargo(viewer_of(session), now=now),
            sa.or_(
                AnnouncementParty.organization_id.is_not(None),
                Announcement.lead_id.in_(lead_ids),
            ),
        )
        .order_by(Announcement.announced_on.desc().nulls_last(), Announcement.id.desc())
    )
    return [(organization_id, one) for organization_id, one in rows]


def list_visits(session: Session, organization_ids: Sequence[int]) -> Sequence[BreCall]:
    """Company visits that took place, the latest first; what was said stays with their team."""
    return session.scalars(
        sa.select(BreCall)
        .where(BreCall.organization_id.in_(organization_ids), BreCall.standing == BreStanding.DONE)
        .order_by(BreCall.visited_on.desc().nulls_last(), BreCall.id.desc())
    ).all()


def list_promises(
    session: Session, organization_ids: Sequence[int], lead_ids: Sequence[int]
) -> Sequence[FollowUp]:
    """What is promised to the companies and on the leads, and not done."""
    return session.scalars(
        sa.select(FollowUp)
        .where(
            FollowUp.done_at.is_(None),
            sa.or_(FollowUp.organization_id.in_(organization_ids), FollowUp.lead_id.in_(lead_ids)),
        )
        .options(joinedload(FollowUp.owner))
        .order_by(FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.id)
    ).all()


def list_citations(session: Session, condition: sa.ColumnElement[bool]) -> Sequence[Citation]:
    """What cites agreements and figures, each with what it cites."""
    return session.scalars(
        sa.select(Citation)
        .where(condition)
        .options(joinedload(Citation.agreement), joinedload(Citation.statistic))
        .order_by(Citation.id)
    ).all()


def load_people(session: Session, organization_ids: Sequence[int]) -> dict[int, list[Contact]]:
    """Everybody on file at each company."""
    found: dict[int, list[Contact]] = defaultdict(list)
    for contact in session.scalars(
        sa.select(Contact)
        .where(Contact.organization_id.in_(organization_ids))
        .order_by(Contact.printed_name, Contact.id)
    ):
        if contact.organization_id is not None:
            found[contact.organization_id].append(contact)
    return found


def list_peers(
    session: Session, organizations: Iterable[Organization], leads: Iterable[Lead]
) -> list[Peer]:
    """Firms that are willing, those asked least often first."""
    asked = (
        sa.select(
            ReferenceRequest.reference_id,
            sa.func.count(ReferenceRequest.id).label("number"),
            sa.func.max(ReferenceRequest.asked_on).label("last_on"),
        )
        .group_by(ReferenceRequest.reference_id)
        .subquery()
    )
    number = sa.func.coalesce(asked.c.number, 0)
    rows = session.execute(
        sa.select(PeerReference, number, asked.c.last_on)
        .join(PeerReference.organization)
        .outerjoin(asked, asked.c.reference_id == PeerReference.id)
        .where(PeerReference.willingness.in_((Willingness.YES, Willingness.ASK_FIRST)))
        .options(joinedload(PeerReference.organization), joinedload(PeerReference.contact))
        .order_by(number, PeerReference.id)
        .limit(400)
    )
    return [Peer(reference, times, last_on) for reference, times, last_on in rows]
