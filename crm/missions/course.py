"""Commands on how an item stands: asked, times offered, confirmed, moved, held, and late."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.interactions.corrections import take_back
from crm.interactions.service import (
    ConversationDetails,
    ParticipantDetails,
    log_conversation,
)
from crm.missions.agenda import check_hours
from crm.missions.clocks import market_zone
from crm.missions.rules import check_version, must_write
from crm.timezones import today
from models.agenda import AgendaAttendee, AgendaItem, AgendaKind, AgendaStanding, OfferedTime
from models.errors import DomainError, N_
from models.interaction import Interaction, InteractionKind
from models.lead import Lead
from models.measure import Precision
from models.mission import Delegate, Delivery, Mission
from models.organization import Organization
from models.user import Actor

# What is on somebody's evening still; the rest is over or will not be.
OPEN = (
    AgendaStanding.ASKED,
    AgendaStanding.OFFERED,
    AgendaStanding.CONFIRMED,
    AgendaStanding.MOVED,
)
AGREED = (AgendaStanding.CONFIRMED, AgendaStanding.MOVED)
_OVER = (AgendaStanding.HELD, AgendaStanding.NO_SHOW)
OFFERS_AT_MOST = 12

_KINDS = {
    AgendaKind.BRIEFING: InteractionKind.BRIEFING,
    AgendaKind.ROUNDTABLE: InteractionKind.ROUNDTABLE,
    AgendaKind.RECEPTION: InteractionKind.RECEPTION,
    AgendaKind.SITE_VISIT: InteractionKind.SITE_VISIT,
}


def conversation_kind(item: AgendaItem, mission: Mission) -> InteractionKind:
    """How people were in touch at an item of this kind, held this way."""
    found = _KINDS.get(item.kind)
    if found is not None:
        return found
    is_call = mission.delivery is Delivery.VIRTUAL or (
        item.video_link is not None and item.place is None
    )
    return InteractionKind.VIDEO if is_call else InteractionKind.MEETING


def set_standing(
    session: Session,
    item: AgendaItem,
    standing: AgendaStanding,
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say how an item stands. Saying anything but "held" of one that was takes that back.

    Raises:
        ConflictError: somebody else changed it since `version`.
        DomainError: confirmed without a day, or over before it began.
    """
    must_write(actor)
    check_version(item, version)
    if standing is item.standing:
        return
    if standing is AgendaStanding.HELD:
        hold_item(session, item, actor=actor, now=now)
        return
    if standing is AgendaStanding.CONFIRMED and _has_no_day(item):
        raise DomainError(N_("Say on which day before it is confirmed."), field="standing")
    if standing is AgendaStanding.NO_SHOW:
        _check_begun(item, now=now)
    _take_back(session, item, actor=actor, now=now)
    item.standing = standing
    if standing in AGREED:
        _drop_offers(session, item)
    item.version += 1
    session.flush()


def offer_times(
    session: Session,
    item: AgendaItem,
    times: Sequence[tuple[datetime, datetime]],
    *,
    actor: Actor,
    now: datetime,
) -> list[OfferedTime]:
    """Keep times that are offered to the other side, beside those offered before.

    Raises:
        DomainError: the item is over, a time has passed or is no time, or there are too many.
    """
    must_write(actor)
    if item.standing in _OVER or item.standing is AgendaStanding.CANCELLED:
        raise DomainError(N_("This item is over: no time can be offered for it."))
    known = {
        (offered.starts_at, offered.ends_at)
        for offered in session.scalars(sa.select(OfferedTime).where(OfferedTime.item_id == item.id))
    }
    fresh = [time for time in dict.fromkeys(times) if time not in known]
    if len(known) + len(fresh) > OFFERS_AT_MOST:
        raise DomainError(
            N_("At most %(most)s times can be on offer for one item."),
            field="times",
            most=OFFERS_AT_MOST,
        )
    for starts_at, ends_at in fresh:
        check_hours(starts_at, ends_at)
        if starts_at < now:
            raise DomainError(N_("This time has passed."), field="times")
    made = [
        OfferedTime(item_id=item.id, team_id=item.team_id, starts_at=starts, ends_at=ends)
        for starts, ends in fresh
    ]
    session.add_all(made)
    if item.standing is AgendaStanding.ASKED and (known or made):
        item.standing = AgendaStanding.OFFERED
    item.version += 1
    session.flush()
    session.expire(item, ["offered_times"])
    return made


def withdraw_time(
    session: Session, item: AgendaItem, starts_at: datetime, *, actor: Actor, now: datetime
) -> None:
    """Take an offered time back; without any the item is merely asked again."""
    must_write(actor)
    left = 0
    for offered in session.scalars(sa.select(OfferedTime).where(OfferedTime.item_id == item.id)):
        if offered.starts_at == starts_at:
            session.delete(offered)
        else:
            left += 1
    if not left and item.standing is AgendaStanding.OFFERED:
        item.standing = AgendaStanding.ASKED
    item.version += 1
    session.flush()
    session.expire(item, ["offered_times"])


def set_time(
    session: Session,
    item: AgendaItem,
    starts_at: datetime,
    ends_at: datetime | None,
    *,
    time_zone: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Agree on a time: confirmed; or moved, where another one had been agreed before.

    Raises:
        DomainError: the item was held, or it would end before it begins.
    """
    must_write(actor)
    if item.standing in _OVER:
        raise DomainError(N_("This item is over: its time stays."))
    check_hours(starts_at, ends_at)
    was_agreed = item.standing in AGREED and item.starts_at not in (None, starts_at)
    item.starts_at, item.ends_at = starts_at, ends_at
    item.happens_on, item.happens_precision = None, Precision.UNKNOWN
    item.time_zone = time_zone or item.time_zone
    item.standing = AgendaStanding.MOVED if was_agreed else AgendaStanding.CONFIRMED
    item.version += 1
    _drop_offers(session, item)
    session.flush()


def hold_item(
    session: Session,
    item: AgendaItem,
    *,
    summary: str | None = None,
    happened_on: date | None = None,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> Interaction | None:
    """Say that an item took place. One with a company or a lead becomes a conversation with them,
    which timelines, the last contact and what stages ask for read like any other.

    Raises:
        ConflictError: somebody else changed it since `version`.
        DomainError: it has not begun, or nobody says on which day it was.
    """
    must_write(actor)
    check_version(item, version)
    if item.standing is AgendaStanding.HELD:
        raise DomainError(N_("It is marked as held already."))
    _check_begun(item, now=now)
    mission = session.get_one(Mission, item.mission_id)
    lead = session.get(Lead, item.lead_id) if item.lead_id is not None else None
    organization = (
        session.get(Organization, item.organization_id)
        if item.organization_id is not None
        else None
    )
    item.standing = AgendaStanding.HELD
    item.version += 1
    _drop_offers(session, item)
    if lead is None and organization is None:
        session.flush()
        return None
    day, precision = _day(session, item, mission, happened_on, actor=actor)
    interaction = log_conversation(
        session,
        ConversationDetails(
            kind=conversation_kind(item, mission),
            happened_on=day,
            precision=precision,
            summary=(summary or "").strip() or item.purpose or item.title,
            starts_at=item.starts_at,
            time_zone=item.time_zone,
            place=item.place,
            participants=_participants(session, item),
            mission_id=item.mission_id,
            is_demo=item.is_demo,
        ),
        lead=lead,
        organization=organization,
        actor=actor,
        now=now,
    )
    interaction.ends_at = item.ends_at
    item.interaction_id = interaction.id
    session.flush()
    session.expire(item, ["interaction"])
    return interaction


def _day(
    session: Session,
    item: AgendaItem,
    mission: Mission,
    happened_on: date | None,
    *,
    actor: Actor,
) -> tuple[date, Precision]:
    if happened_on is not None:
        return happened_on, Precision.DAY
    if item.starts_at is not None:
        session.refresh(mission, ["markets"])
        clock = item.time_zone or market_zone(mission, otherwise=actor.office_time_zone)
        return today(item.starts_at, clock), Precision.DAY
    if item.happens_on is not None:
        return item.happens_on, item.happens_precision
    raise DomainError(N_("Say on which day it was held."), field="happened_on")


def _participants(session: Session, item: AgendaItem) -> tuple[ParticipantDetails, ...]:
    rows = session.execute(
        sa.select(
            AgendaAttendee.contact_id,
            AgendaAttendee.name,
            Delegate.user_id,
            Delegate.contact_id.label("delegate_contact_id"),
            Delegate.name.label("delegate_name"),
        )
        .outerjoin(Delegate, Delegate.id == AgendaAttendee.delegate_id)
        .where(AgendaAttendee.item_id == item.id)
        .order_by(AgendaAttendee.id)
    )
    people: list[ParticipantDetails] = []
    for row in rows:
        if row.user_id is not None:
            people.append(ParticipantDetails(user_id=row.user_id))
        elif row.contact_id is not None or row.delegate_contact_id is not None:
            people.append(ParticipantDetails(contact_id=row.contact_id or row.delegate_contact_id))
        elif row.delegate_name or row.name:
            people.append(ParticipantDetails(name=row.delegate_name or row.name))
    return tuple(dict.fromkeys(people))


def _take_back(session: Session, item: AgendaItem, *, actor: Actor, now: datetime) -> None:
    """Correct the conversation of an item that was not held after all."""
    if item.interaction_id is None:
        return
    interaction = session.get(Interaction, item.interaction_id)
    item.interaction_id = None
    item.outcome = item.outcome_note = None
    session.flush()
    if interaction is not None:
        lead = session.get(Lead, item.lead_id) if item.lead_id is not None else None
        take_back(session, interaction, lead=lead, now=now)
    session.expire(item, ["interaction"])


def _check_begun(item: AgendaItem, *, now: datetime) -> None:
    if item.starts_at is not None and item.starts_at > now:
        raise DomainError(N_("It has not begun yet."), field="standing")


def _has_no_day(item: AgendaItem) -> bool:
    return item.starts_at is None and item.happens_on is None and not item.happens_as_printed


def _drop_offers(session: Session, item: AgendaItem) -> None:
    for offered in session.scalars(sa.select(OfferedTime).where(OfferedTime.item_id == item.id)):
        session.delete(offered)
    session.flush()
    session.expire(item, ["offered_times"])
