"""Making an announcement public, holding it back, and what both do to its lead.

`run` is the worker's part: the lead moves at the moment at which an announcement came out by
itself. Whoever reads announcements does not wait for it: they compare `public_at` with the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.delivery import plan_checks
from crm.announcements.embargo import State, is_public, state_of
from crm.announcements.letters import tell_owners
from crm.interactions.choice_queries import OPEN
from crm.leads.service import move_lead
from crm.timezones import today
from models.announcement import Announcement, Release, Whose
from models.commitment import AnnouncementSource, DeliveryCheck
from models.errors import DomainError, ForbiddenError, N_
from models.lead import Change, Lead, LeadRevision
from models.measure import Precision
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR, Actor

# Who moves a lead when nobody does: the name that its history shows.
_BY_ITSELF = replace(LOCAL_ADMINISTRATOR, name="automatic release")
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the lead: whether it moved, and what kept it where it stands if it did not."""

    has_moved: bool = False
    problem: DomainError | None = None


def release(
    session: Session, announcement: Announcement, *, actor: Actor, now: datetime
) -> Outcome:
    """Make it public now, its embargo being over or never set; its lead moves with it.

    Raises:
        DomainError: it is public already, its embargo still runs, or nothing says where it is
            printed.
    """
    _must_write(actor)
    state = state_of(announcement, now)
    if state is State.PUBLIC:
        raise DomainError(N_("It is public already."))
    if announcement.embargo_until is not None and announcement.embargo_until > now:
        raise DomainError(
            N_("Its embargo still runs. If it is out all the same, say that it was broken early.")
        )
    _must_be_printed(session, announcement)
    return _publish(session, announcement, actor=actor, now=now)


def break_early(
    session: Session,
    announcement: Announcement,
    *,
    actor: Actor,
    now: datetime,
    note: str | None = None,
) -> Outcome:
    """Open every channel at once: it came out before its hour. Its lead moves with it.

    Raises:
        DomainError: no embargo runs that could be broken.
    """
    _must_write(actor)
    if announcement.embargo_until is None or announcement.embargo_until <= now:
        raise DomainError(N_("No embargo runs that could be broken."))
    if state_of(announcement, now) is State.PUBLIC:
        raise DomainError(N_("It is public already."))
    announcement.is_broken_early = True
    _note(announcement, note)
    return _publish(session, announcement, actor=actor, now=now)


def hold(
    session: Session,
    announcement: Announcement,
    *,
    actor: Actor,
    now: datetime,
    note: str | None = None,
) -> Outcome:
    """Close every channel until somebody takes it off hold; nothing comes out by itself meanwhile.

    One that is public is withdrawn from our channels. Its lead goes back to where it stood if
    nobody has decided that it was out: it came out by itself, or its embargo still runs. Where a
    person released it at its hour the lead stays announced: what was said cannot be unsaid.

    Raises:
        DomainError: it is on hold already.
    """
    _must_write(actor)
    if announcement.is_held:
        raise DomainError(N_("It is on hold already."))
    goes_back = _entered(session, announcement, now=now)
    announcement.is_held = True
    announcement.is_broken_early = False
    announcement.public_at = None
    _note(announcement, note)
    session.flush()
    if goes_back is None or announcement.lead_id is None:
        return Outcome()
    lead = session.get_one(Lead, announcement.lead_id)
    try:
        move_lead(session, lead, goes_back, actor=actor, now=now)
    except DomainError as error:
        return Outcome(problem=error)
    return Outcome(has_moved=True)


def take_off_hold(
    session: Session, announcement: Announcement, *, actor: Actor, now: datetime
) -> None:
    """Let it stand as it would without the hold; this alone never publishes it.

    One that should have come out by itself meanwhile waits for its owner.

    Raises:
        DomainError: it is not on hold.
    """
    _must_write(actor)
    if not announcement.is_held:
        raise DomainError(N_("It is not on hold."))
    announcement.is_held = False
    until = announcement.embargo_until
    if announcement.release is Release.AUTOMATIC and until is not None and until > now:
        announcement.public_at = until
    session.flush()


def note_release(announcement: Announcement, note: str | None, *, actor: Actor) -> None:
    """Say afterwards why it was held, or how it came out early; an empty note takes it away."""
    _must_write(actor)
    announcement.release_note = (note or "").strip() or None


def run(session: Session, *, now: datetime) -> None:
    """Do for each announcement that came out by itself what its owner would, and tell owners."""
    for announcement in _came_out(session, now=now):
        _settle_day(announcement)
        plan_checks(session, announcement)
        _move(session, announcement, actor=_BY_ITSELF, now=now)
    tell_owners(session, now=now)


def _came_out(session: Session, *, now: datetime) -> Sequence[Announcement]:
    """Those that came out by themselves and whose lead has not moved, or without their checks."""
    waits = sa.select(Lead.id).where(Lead.stage != StageCode.ANNOUNCED, Lead.status.in_(OPEN))
    checked = sa.select(DeliveryCheck.announcement_id)
    unchecked = sa.and_(
        Announcement.whose.in_((Whose.OURS, Whose.SHARED)),
        Announcement.id.not_in(checked),
        # Where only words tell the day there is nothing to count from.
        sa.or_(Announcement.announced_on.is_not(None), Announcement.announced_as_printed.is_(None)),
    )
    return session.scalars(
        sa.select(Announcement)
        .where(
            is_public(now),
            Announcement.release == Release.AUTOMATIC,
            Announcement.embargo_until.is_not(None),
            sa.or_(Announcement.lead_id.in_(waits), unchecked),
        )
        # The latest first: a lead that lacks something for its move keeps nobody waiting.
        .order_by(Announcement.public_at.desc(), Announcement.id)
        .limit(_AT_ONCE)
    ).all()


def _publish(
    session: Session, announcement: Announcement, *, actor: Actor, now: datetime
) -> Outcome:
    announcement.public_at = now
    announcement.is_held = False
    _settle_day(announcement)
    session.flush()
    plan_checks(session, announcement)
    return _move(session, announcement, actor=actor, now=now)


def _settle_day(announcement: Announcement) -> None:
    """The day that it came out is known now, if nobody has told one that has passed."""
    if announcement.public_at is None:
        return
    day = today(announcement.public_at, announcement.embargo_zone or "UTC")
    told = announcement.announced_on
    if told is None and announcement.announced_as_printed:
        return
    if told is None or told > day:
        announcement.announced_on = day
        announcement.announced_precision = Precision.DAY


def _move(session: Session, announcement: Announcement, *, actor: Actor, now: datetime) -> Outcome:
    """Move the lead with effect from the moment at which the announcement became public."""
    if announcement.lead_id is None or announcement.public_at is None:
        return Outcome()
    lead = session.get_one(Lead, announcement.lead_id)
    if lead.stage is StageCode.ANNOUNCED or not lead.status.is_open:
        return Outcome()
    place = announcement.embargo_zone or actor.office_time_zone
    try:
        move_lead(
            session,
            lead,
            StageCode.ANNOUNCED,
            actor=replace(actor, office_time_zone=place),
            now=announcement.public_at,
        )
    except DomainError as error:
        return Outcome(problem=error)
    if announcement.public_at != now:
        # It holds from its moment on, and was written down later.
        revision = _open_revision(session, lead.id)
        revision.recorded_at = now
        lead.changed_at = now
        session.flush()
    return Outcome(has_moved=True)


def _entered(session: Session, announcement: Announcement, *, now: datetime) -> StageCode | None:
    """The stage to which the lead goes back if the announcement is withdrawn, or None."""
    is_out = announcement.public_at is not None and announcement.public_at <= now
    if not is_out or announcement.lead_id is None:
        return None
    lead = session.get_one(Lead, announcement.lead_id)
    if lead.stage is not StageCode.ANNOUNCED or not lead.status.is_open:
        return None
    revisions = session.scalars(
        sa.select(LeadRevision)
        .where(LeadRevision.lead_id == lead.id)
        .order_by(LeadRevision.sequence.desc())
    )
    entering = None
    for revision in revisions:
        if revision.stage is not StageCode.ANNOUNCED:
            return (
                revision.stage
                if entering and _nobody_decided(announcement, entering, now)
                else None
            )
        entering = revision
    return None


def _nobody_decided(announcement: Announcement, entering: LeadRevision, now: datetime) -> bool:
    """Whether the lead's move was this announcement's own, and nobody's word at its hour."""
    if entering.change is not Change.ANNOUNCED or announcement.public_at is None:
        return False
    if entering.valid_from < announcement.public_at:
        return False
    runs = announcement.embargo_until is not None and announcement.embargo_until > now
    is_automatic = announcement.release is Release.AUTOMATIC and entering.actor_id is None
    return runs or is_automatic


def _open_revision(session: Session, lead_id: int) -> LeadRevision:
    return session.scalars(
        sa.select(LeadRevision).where(
            LeadRevision.lead_id == lead_id, LeadRevision.valid_to.is_(None)
        )
    ).one()


def _must_be_printed(session: Session, announcement: Announcement) -> None:
    if announcement.source or announcement.source_url or announcement.document_id is not None:
        return
    found = session.scalar(
        sa.select(AnnouncementSource.id)
        .where(AnnouncementSource.announcement_id == announcement.id)
        .limit(1)
    )
    if found is None:
        raise DomainError(
            N_("Say where it is printed: name the source, or give its address."), field="source"
        )


def _note(announcement: Announcement, note: str | None) -> None:
    if (note or "").strip():
        announcement.release_note = (note or "").strip()


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
