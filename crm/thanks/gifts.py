"""Commands on the register of gifts: entries are said better, never taken out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from crm.contacts.queries import find_namesakes
from crm.days import check_happened
from crm.timezones import today
from models.agenda import AgendaItem
from models.card import Gift, GiftDirection
from models.contact import Contact
from models.errors import DomainError, ForbiddenError, N_
from models.mission import Mission
from models.organization import Organization
from models.user import Actor

_LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class GiftDetails:
    """A gift. A value of None is not known; one without a currency is of an unknown currency."""

    direction: GiftDirection
    description: str
    person_name: str | None = None
    our_person: str | None = None
    value_amount: int | None = None
    currency: str | None = None
    given_on: date | None = None
    disposition: str | None = None
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What a gift is about: whose it is, on which mission, at which item of its agenda."""

    organization: Organization | None = None
    mission: Mission | None = None
    item: AgendaItem | None = None


def record_gift(
    session: Session,
    details: GiftDetails,
    *,
    about: About,
    actor: Actor,
    now: datetime,
) -> Gift:
    """Enter a gift in the register.

    Raises:
        DomainError: it is of nobody, of the future, or two teams' secrets would meet.
    """
    gift = Gift(recorded_by_id=actor.id, created_at=now, is_demo=details.is_demo)
    with session.no_autoflush:
        _write(session, gift, details, about, actor=actor, now=now)
    session.add(gift)
    session.flush()
    return gift


def revise_gift(
    session: Session,
    gift: Gift,
    details: GiftDetails,
    *,
    about: About,
    actor: Actor,
    now: datetime,
) -> None:
    """Say an entry better; the audit keeps what it said.

    Raises:
        DomainError: as for `record_gift`.
    """
    _write(session, gift, details, about, actor=actor, now=now)
    session.flush()


def _write(
    session: Session,
    gift: Gift,
    details: GiftDetails,
    about: About,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if not actor.may_write:
        raise ForbiddenError
    organization, mission, item = about.organization, about.mission, about.item
    if not details.description.strip():
        raise DomainError(N_("Say what was given."), field="description")
    person = (details.person_name or "").strip() or None
    if person is None and organization is None:
        raise DomainError(
            N_("Say who it is from or for: a person, a company or both."), field="person_name"
        )
    if details.value_amount is not None and not 0 <= details.value_amount < _LARGEST:
        raise DomainError(N_("Write an amount in whole units, without a sign."), field="value")
    if details.given_on is not None:
        # A day of grace: it may be tomorrow already where it was given.
        check_happened(
            details.given_on,
            latest=today(now, actor.office_time_zone) + timedelta(days=1),
            field="given_on",
        )
    contact = _contact(session, person, organization)
    gift.direction = details.direction
    gift.description = details.description.strip()
    gift.person_name = person
    gift.our_person = (details.our_person or "").strip() or None
    gift.value_amount = details.value_amount
    gift.currency = details.currency if details.value_amount is not None else None
    gift.given_on = details.given_on
    gift.disposition = (details.disposition or "").strip() or None
    gift.organization_id = organization.id if organization is not None else None
    gift.contact_id = contact.id if contact is not None else None
    gift.item_id = item.id if item is not None else None
    gift.mission_id = item.mission_id if item else (mission.id if mission else None)
    gift.team_id = _team(item, organization, contact)


def _contact(
    session: Session, person: str | None, organization: Organization | None
) -> Contact | None:
    """Who on file bears this name there, if it is only one."""
    found = find_namesakes(session, [person], organization) if person else []
    return found[0] if len(found) == 1 else None


def _team(
    item: AgendaItem | None, organization: Organization | None, contact: Contact | None
) -> int | None:
    teams = [one.team_id for one in (item, organization, contact) if one is not None]
    known = list(dict.fromkeys(team for team in teams if team is not None))
    if len(known) > 1:
        raise DomainError(N_("This company is another team's secret than what it was met about."))
    return known[0] if known else None
