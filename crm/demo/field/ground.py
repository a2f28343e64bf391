"""What all field work of the demo stands on: the day it is loaded on, the leads, the firms here."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm import audit
from crm.demo.generator import Frame
from crm.demo.loading import OpenLead
from crm.timezones import zone
from models.lead import Lead
from models.organization import Organization, OrganizationRole, OrganizationRoleLink, Site
from models.user import Actor

TORONTO, TOKYO, SEOUL = "America/Toronto", "Asia/Tokyo", "Asia/Seoul"
MARKET_ZONES = {"JP": TOKYO, "KR": SEOUL}


@dataclass(frozen=True, slots=True)
class Ground:
    """One load: who works there, and on what. Its size does not follow that of the demo."""

    session: Session
    frame: Frame
    config: Config
    open_leads: Sequence[OpenLead]

    @property
    def now(self) -> datetime:
        """The moment of the load."""
        return self.frame.now

    @property
    def today(self) -> date:
        """The day of the load, at home."""
        return self.frame.today

    def who(self, key: str) -> Actor:
        """A colleague; what is written from now on is theirs in the audit."""
        actor = self.frame.staff.actors[key]
        audit.set_actor(self.session, actor)
        return actor

    def leads(self, market: str, *, before: date, most: int) -> list[tuple[Lead, OpenLead]]:
        """Open leads of a market that somebody here keeps, known since before a day."""
        found = []
        for one in self.open_leads:
            if one.market != market or one.is_on_hold or one.organization_id is None:
                continue
            lead = self.session.get_one(Lead, one.lead_id)
            began = lead.first_contact_on
            if (
                lead.team_id is None
                and lead.status.is_open
                and began is not None
                and began < before
            ):
                found.append((lead, one))
        found.sort(key=lambda pair: (-pair[0].stage.position, pair[0].id))
        return found[:most]

    def residents(self) -> list[tuple[Organization, Site]]:
        """Invented firms that have a facility in the city, each with it."""
        rows = self.session.execute(
            sa.select(Organization, Site)
            .join(OrganizationRoleLink, OrganizationRoleLink.organization_id == Organization.id)
            .join(Site, Site.organization_id == Organization.id)
            .where(
                Organization.is_demo,
                Organization.team_id.is_(None),
                OrganizationRoleLink.role == OrganizationRole.INVESTOR,
                Organization.country == "CA",
            )
            .order_by(Organization.id)
            .limit(14)
        )
        return [(row[0], row[1]) for row in rows]


@contextmanager
def unmoved(leads: Sequence[Lead]) -> Iterator[None]:
    """What is written down of months ago does not look like today's change of a lead."""
    before = {lead: lead.changed_at for lead in leads}
    yield
    for lead, moment in before.items():
        lead.changed_at = moment


def at(day: date, clock: tuple[int, int], zone_name: str) -> datetime:
    """The moment at which a clock of a zone says this on a day."""
    return datetime.combine(day, time(*clock), tzinfo=zone(zone_name))


def working_day(day: date, steps: int) -> date:
    """So many working days later, or earlier for a negative number."""
    step = timedelta(days=1 if steps >= 0 else -1)
    for _ in range(abs(steps)):
        day += step
        while day.weekday() > 4:
            day += step
    return day
