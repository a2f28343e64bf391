"""Commands on company visits: asking for one, booking it, and writing down what became of it.

What is said on a visit is `crm.bre.answering`, what follows from it `crm.bre.finishing`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.bre.response import choose_office
from crm.days import check_happened
from crm.interactions.service import (
    ConversationDetails,
    MeetingDetails,
    ParticipantDetails,
    log_conversation,
    plan_meeting,
)
from crm.timezones import today, zone_names
from models.bre_call import BreCall, BreStanding, Consent, InConfidence
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import Interaction, InteractionKind, InteractionStanding
from models.measure import Precision, StatedDate
from models.organization import Organization, Site
from models.user import Actor

# How a company visit can take place.
KINDS = (InteractionKind.SITE_VISIT, InteractionKind.MEETING, InteractionKind.VIDEO)
# What the history of a company says of a visit: that there was one, never what was said.
SUMMARY = N_("Company visit (BR+E)")


@dataclass(frozen=True, slots=True)
class VisitDetails:
    """What is said of a visit when it is asked for. A blank season is this year's."""

    organization_id: int
    site_id: int | None = None
    mission_id: int | None = None
    office_id: int | None = None
    season: int | None = None
    topic: str | None = None
    interviewer_id: int | None = None
    language: str | None = None
    document_id: int | None = None
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What is kept of a visit besides its moment and its answers."""

    site_id: int | None = None
    topic: str | None = None
    interviewer_id: int | None = None
    language: str | None = None
    in_confidence: InConfidence | None = None
    share_consent: Consent | None = None
    name_consent: Consent | None = None
    next_contact_on: date | None = None


def ask_visit(
    session: Session,
    details: VisitDetails,
    *,
    asked_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> BreCall:
    """Ask a company for a visit this season.

    Raises:
        DomainError: a visit is asked for or booked already, or the day lies ahead.
        ForbiddenError: the actor may not write.
    """
    day = today(now, actor.office_time_zone)
    check_happened(asked_on, latest=day, field="asked_on")
    call = _new_visit(session, details, actor=actor, now=now)
    call.standing = BreStanding.ASKED
    call.asked_on = asked_on or day
    must_be_the_only_one(session, call)
    session.add(call)
    session.flush()
    return call


def book_visit(
    session: Session,
    call: BreCall,
    *,
    starts_at: datetime,
    ends_at: datetime | None = None,
    time_zone: str,
    kind: InteractionKind = InteractionKind.SITE_VISIT,
    summary: str = SUMMARY,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a visit its moment, or another one; it stands in the calendar of who conducts it.

    Raises:
        DomainError: it took place already, or ends before it begins.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    if call.standing is BreStanding.DONE:
        raise DomainError(N_("This visit took place already."))
    if time_zone not in zone_names():
        raise DomainError(
            N_("There is no time zone called %(zone)s."), field="time_zone", zone=time_zone
        )
    if ends_at is not None and ends_at <= starts_at:
        raise DomainError(N_("The visit ends before it begins."), field="ends_at")
    _check_kind(kind)
    if call.standing is BreStanding.DECLINED:
        must_be_the_only_one(session, call)
    call.standing = BreStanding.BOOKED
    call.declined_reason = None
    call.starts_at, call.ends_at, call.time_zone = starts_at, ends_at, time_zone
    if call.interviewer_id is None:
        call.interviewer_id = actor.id
    meeting = _interaction_of(session, call)
    if meeting is None:
        meeting = plan_meeting(
            session,
            MeetingDetails(
                kind=kind,
                starts_at=starts_at,
                ends_at=ends_at,
                time_zone=time_zone,
                summary=summary,
                participants=_interviewer(call),
                mission_id=call.mission_id,
            ),
            organization=session.get_one(Organization, call.organization_id),
            actor=actor,
            now=now,
        )
        meeting.is_demo = call.is_demo
        call.interaction_id = meeting.id
    else:
        meeting.kind, meeting.standing = kind, InteractionStanding.PLANNED
        meeting.starts_at, meeting.ends_at, meeting.time_zone = starts_at, ends_at, time_zone
    call.version = (call.version or 1) + 1
    session.flush()


def decline_visit(
    session: Session, call: BreCall, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Say that the company does not want a visit this season, and why.

    Raises:
        DomainError: no reason, or it took place already.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    if call.standing is BreStanding.DONE:
        raise DomainError(N_("This visit took place already."))
    if not reason.strip():
        raise DomainError(N_("Say why the company declined."), field="reason")
    call.standing = BreStanding.DECLINED
    call.declined_reason = reason.strip()
    call.starts_at = call.ends_at = None
    meeting = _interaction_of(session, call)
    if meeting is not None and meeting.standing is InteractionStanding.PLANNED:
        meeting.standing = InteractionStanding.CANCELLED
    call.version = (call.version or 1) + 1
    session.flush()


def ask_again(session: Session, call: BreCall, *, actor: Actor, now: datetime) -> None:
    """Ask a company once more that declined.

    Raises:
        DomainError: it did not decline, or there is another visit.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    if call.standing is not BreStanding.DECLINED:
        raise DomainError(N_("The company has not declined this visit."))
    must_be_the_only_one(session, call)
    call.standing = BreStanding.ASKED
    call.asked_on = today(now, actor.office_time_zone)
    call.declined_reason = None
    call.version = (call.version or 1) + 1
    session.flush()


def record_visit(
    session: Session,
    details: VisitDetails,
    *,
    visited: StatedDate,
    kind: InteractionKind = InteractionKind.SITE_VISIT,
    summary: str = SUMMARY,
    actor: Actor,
    now: datetime,
) -> BreCall:
    """Write down a visit of the past, of which no answers are on file.

    Raises:
        DomainError: the day lies ahead.
        ForbiddenError: the actor may not write.
    """
    call = _new_visit(session, details, actor=actor, now=now)
    if details.season is None:
        call.season = visited.on.year
    call.standing = BreStanding.DONE
    session.add(call)
    session.flush()
    keep_taking_place(
        session, call, visited=visited, kind=kind, summary=summary, actor=actor, now=now
    )
    call.finished_at = now
    session.flush()
    return call


def change_visit(session: Session, call: BreCall, facts: VisitFacts, *, actor: Actor) -> None:
    """Put right what is kept of a visit.

    Raises:
        DomainError: the facility is another company's.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    _check_site(session, call.organization_id, facts.site_id)
    for name in VisitFacts.__dataclass_fields__:
        setattr(call, name, getattr(facts, name))
    call.topic = (call.topic or "").strip() or None
    call.version = (call.version or 1) + 1
    session.flush()


def note_sheet_sent(
    session: Session, call: BreCall, *, sent_on: date | None, actor: Actor, now: datetime
) -> None:
    """Say on which day the question sheet was sent ahead; None takes it back.

    Raises:
        DomainError: the day lies ahead.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    check_happened(sent_on, latest=today(now, actor.office_time_zone), field="sent_on")
    call.sheet_sent_on = sent_on
    session.flush()


def keep_taking_place(
    session: Session,
    call: BreCall,
    *,
    visited: StatedDate,
    kind: InteractionKind | None,
    summary: str = SUMMARY,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep on which day a visit took place, on it and in the company's history.

    Raises:
        DomainError: the day lies ahead.
    """
    # A day of grace: it may be tomorrow already where the visit took place.
    latest = today(now, actor.office_time_zone) + timedelta(days=1)
    check_happened(visited.on, latest=latest, field="visited_on")
    call.visited_on, call.visited_precision = visited.on, visited.precision
    call.visited_as_printed = visited.as_printed
    meeting = _interaction_of(session, call)
    if kind is None:
        kind = meeting.kind if meeting is not None else InteractionKind.SITE_VISIT
    _check_kind(kind)
    if meeting is not None:
        if meeting.standing is not InteractionStanding.HELD:
            meeting.known_at = now
        meeting.kind, meeting.standing = kind, InteractionStanding.HELD
        meeting.happened_on = visited.on if visited.precision is not Precision.UNKNOWN else None
        meeting.happened_precision = visited.precision
    elif visited.precision is not Precision.UNKNOWN:
        meeting = log_conversation(
            session,
            ConversationDetails(
                kind=kind,
                happened_on=visited.on,
                precision=visited.precision,
                summary=summary,
                participants=_interviewer(call),
                mission_id=call.mission_id,
                is_demo=call.is_demo,
            ),
            organization=session.get_one(Organization, call.organization_id),
            actor=actor,
            now=now,
        )
        meeting.document_id = call.document_id
        call.interaction_id = meeting.id


def must_be_the_only_one(session: Session, call: BreCall) -> None:
    """Refuse a second visit to one facility while the first is asked for or booked.

    Raises:
        DomainError: there is one.
    """
    others = sa.select(BreCall.id).where(
        BreCall.organization_id == call.organization_id,
        BreCall.season == call.season,
        BreCall.site_id.is_not_distinct_from(call.site_id),
        BreCall.standing.in_((BreStanding.ASKED, BreStanding.BOOKED)),
    )
    with session.no_autoflush:
        if call.id is not None:
            others = others.where(BreCall.id != call.id)
        if session.scalars(others.limit(1)).first() is not None:
            raise DomainError(
                N_("A visit to this company is asked for or booked already this season."),
                field="organization",
            )


def must_write(actor: Actor) -> None:
    """Refuse whoever only reads.

    Raises:
        ForbiddenError: the actor may not write.
    """
    if not actor.may_write:
        raise ForbiddenError


def _new_visit(session: Session, details: VisitDetails, *, actor: Actor, now: datetime) -> BreCall:
    must_write(actor)
    organization = session.get_one(Organization, details.organization_id)
    _check_site(session, organization.id, details.site_id)
    return BreCall(
        organization_id=organization.id,
        team_id=organization.team_id,
        site_id=details.site_id,
        mission_id=details.mission_id,
        office_id=details.office_id or choose_office(session, actor),
        season=details.season or today(now, actor.office_time_zone).year,
        topic=(details.topic or "").strip() or None,
        interviewer_id=details.interviewer_id,
        language=details.language,
        document_id=details.document_id,
        is_demo=details.is_demo,
        created_at=now,
    )


def _check_site(session: Session, organization_id: int, site_id: int | None) -> None:
    if site_id is None:
        return
    site = session.get(Site, site_id)
    if site is None or site.organization_id != organization_id:
        raise DomainError(N_("Choose a facility of this company."), field="site")


def _check_kind(kind: InteractionKind) -> None:
    if kind not in KINDS:
        raise DomainError(N_("Say how the visit takes place."), field="kind")


def _interviewer(call: BreCall) -> tuple[ParticipantDetails, ...]:
    if call.interviewer_id is None:
        return ()
    return (ParticipantDetails(user_id=call.interviewer_id),)


def _interaction_of(session: Session, call: BreCall) -> Interaction | None:
    if call.interaction_id is None:
        return None
    return session.get(Interaction, call.interaction_id)
