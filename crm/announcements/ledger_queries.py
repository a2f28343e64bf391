"""The figures over the ledger of announcements, and what its filters offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import is_public, is_waiting, past_embargo
from crm.announcements.queries import Filters, conditions_of, whose_of
from crm.visibility import viewer_of
from models.announcement import Announcement, AnnouncementParty, PartySide, Whose
from models.lead import Lead
from models.mission import Mission
from models.organization import Organization


@dataclass(frozen=True, slots=True)
class Totals:
    """How many public announcements are ours and shared; `others` stands apart and is in no sum.

    `share` adds up what is stated of the shared ones, in announcements: two of which half is ours
    are one. `unstated` are those whose share nobody stated. `waiting` are still to come out.
    """

    ours: int = 0
    shared: int = 0
    share: float = 0.0
    unstated: int = 0
    others: int = 0
    waiting: int = 0

    @property
    def counted(self) -> int:
        """What reports count: ours and shared."""
        return self.ours + self.shared


def summarise_announcements(session: Session, filters: Filters, *, now: datetime) -> Totals:
    """The totals of a list, over what its reader may know of."""
    is_out, whose = is_public(now), whose_of()
    is_shared = sa.and_(is_out, whose == Whose.SHARED)

    def count(condition: Any) -> Any:
        return sa.func.count(sa.case((condition, Announcement.id)))

    ours, shared, stated, share, others, waiting = session.execute(
        sa.select(
            count(sa.and_(is_out, whose == Whose.OURS)),
            count(is_shared),
            count(sa.and_(is_shared, Announcement.our_share_percent.is_not(None))),
            sa.func.sum(sa.case((is_shared, Announcement.our_share_percent))),
            count(sa.and_(is_out, whose == Whose.OTHERS)),
            count(is_waiting(now)),
        )
        .select_from(Announcement)
        .outerjoin(Lead, Lead.id == Announcement.lead_id)
        .where(past_embargo(viewer_of(session), now=now), *conditions_of(filters, now=now))
    ).one()
    return Totals(ours, shared, (share or 0.0) / 100, shared - stated, others, waiting)


@dataclass(frozen=True, slots=True)
class Offered:
    """What the filters of the ledger offer: only what is there for this reader."""

    years: Sequence[int]
    missions: Sequence[tuple[str, str]]
    markets: Sequence[str]


def load_offered(session: Session, *, now: datetime) -> Offered:
    """The years, missions and markets of the announcements that the reader may know of."""
    known = past_embargo(viewer_of(session), now=now)
    first, last = session.execute(
        sa.select(
            sa.func.min(Announcement.announced_on), sa.func.max(Announcement.announced_on)
        ).where(known)
    ).one()
    missions = session.execute(
        sa.select(Mission.public_id, Mission.name)
        .where(Mission.id.in_(sa.select(Announcement.mission_id).where(known)))
        .order_by(Mission.name, Mission.public_id)
        .limit(200)
    )
    of_leads = sa.select(Lead.market).where(
        Lead.market.is_not(None), Lead.id.in_(sa.select(Announcement.lead_id).where(known))
    )
    of_parties = (
        sa.select(Organization.country)
        .join(AnnouncementParty, AnnouncementParty.organization_id == Organization.id)
        .where(
            AnnouncementParty.side != PartySide.LOCAL,
            Organization.country.is_not(None),
            AnnouncementParty.announcement_id.in_(sa.select(Announcement.id).where(known)),
        )
    )
    markets = {*session.scalars(of_leads.distinct()), *session.scalars(of_parties.distinct())}
    return Offered(
        years=list(range(last.year, first.year - 1, -1)) if first and last else [],
        missions=[(key, name) for key, name in missions],
        markets=sorted(code for code in markets if code),
    )
