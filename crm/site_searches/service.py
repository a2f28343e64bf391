"""Commands on site searches: opening one, offering properties, parts, what was sent, its end."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.days import check_happened
from crm.leads.service import edit_lead
from crm.teams import team_of
from crm.timezones import today, zone_names
from models.errors import ConflictError, DomainError, ForbiddenError, N_
from models.lead import Lead
from models.site_search import (
    PartOwner,
    Property,
    SearchPart,
    SearchResult,
    SearchSending,
    SiteOffer,
    SiteSearch,
)
from models.user import Actor, Role, TeamMember, User

_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class SearchDetails:
    """What a project asks for: areas in square metres, power in kilowatts, None for unknown.

    `time_zone` is where the deadline was set.
    """

    requirements: str | None = None
    received_on: date | None = None
    land_m2: float | None = None
    building_m2: float | None = None
    power_kw: int | None = None
    due_at: datetime | None = None
    time_zone: str | None = None
    owner_id: int | None = None
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class PartDetails:
    """A part of the answer that somebody owes."""

    text: str
    owed_by: PartOwner
    person: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class SendingDetails:
    """What was sent on a day, and to whom; `is_answer` says that it is the proposal."""

    what: str
    sent_on: date
    sent_to: str | None = None
    is_answer: bool = False


def open_search(
    session: Session, lead: Lead, details: SearchDetails, *, actor: Actor, now: datetime
) -> SiteSearch:
    """Open a search of a lead.

    Raises:
        DomainError: nothing is asked, or a value that cannot be.
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    columns = _columns(details, actor=actor, now=now)
    if not lead.status.is_open:
        raise DomainError(N_("This lead is closed. Reopen it first."))
    _check_owner(session, lead.team_id, details.owner_id)
    search = SiteSearch(
        **columns,
        lead_id=lead.id,
        team_id=team_of(lead, None),
        is_demo=details.is_demo or lead.is_demo,
        created_at=now,
    )
    session.add(search)
    session.flush()
    return search


def revise_search(
    session: Session,
    search: SiteSearch,
    details: SearchDetails,
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Say better what is asked, and by when.

    Raises:
        ConflictError: somebody changed it since `expected_version`.
        DomainError: as for `open_search`.
    """
    _must_write(actor)
    if expected_version is not None and expected_version != search.version:
        raise ConflictError(
            N_(
                "Somebody changed this search since you opened the page. Nothing was saved: look"
                " at what stands there now."
            )
        )
    columns = _columns(details, actor=actor, now=now)
    if details.owner_id != search.owner_id:
        _check_owner(session, search.team_id, details.owner_id)
    for name, value in columns.items():
        setattr(search, name, value)
    search.version += 1
    session.flush()


def offer_property(
    session: Session, search: SiteSearch, offered: Property, *, actor: Actor
) -> SiteOffer:
    """Offer a property in a search.

    Raises:
        DomainError: it was offered already.
    """
    _must_write(actor)
    known = session.scalars(
        sa.select(SiteOffer.id).where(
            SiteOffer.search_id == search.id, SiteOffer.property_id == offered.id
        )
    ).first()
    if known is not None:
        raise DomainError(N_("This property was offered already."), field="property")
    offer = SiteOffer(search_id=search.id, property_id=offered.id, team_id=search.team_id)
    session.add(offer)
    session.flush()
    return offer


def judge_offer(
    session: Session,
    offer: SiteOffer,
    *,
    result: SearchResult | None,
    reason: str | None,
    actor: Actor,
) -> None:
    """Say what became of a property that was offered; None takes the word back.

    Raises:
        DomainError: it was eliminated and nobody says why.
    """
    _must_write(actor)
    reason = _words(reason)
    if result is SearchResult.ELIMINATED and reason is None:
        raise DomainError(N_("Say why it was eliminated."), field="reason")
    offer.result = result
    offer.reason = reason
    session.flush()


def withdraw_offer(session: Session, offer: SiteOffer, *, actor: Actor) -> None:
    """Take off a property that was not offered after all."""
    _must_write(actor)
    session.delete(offer)
    session.flush()


def owe_part(
    session: Session, search: SiteSearch, details: PartDetails, *, actor: Actor
) -> SearchPart:
    """Write down a part of the answer that somebody owes.

    Raises:
        DomainError: nothing is said.
    """
    _must_write(actor)
    part = SearchPart(search_id=search.id, team_id=search.team_id, **_part_columns(details))
    session.add(part)
    session.flush()
    return part


def revise_part(session: Session, part: SearchPart, details: PartDetails, *, actor: Actor) -> None:
    """Say better who owes what by when."""
    _must_write(actor)
    for name, value in _part_columns(details).items():
        setattr(part, name, value)
    session.flush()


def receive_part(
    session: Session, part: SearchPart, *, received_on: date | None, actor: Actor, now: datetime
) -> None:
    """Say on which day a part came in; None says that it did not after all.

    Raises:
        DomainError: the day lies in the future.
    """
    _must_write(actor)
    check_happened(received_on, latest=today(now, actor.time_zone), field="received_on")
    part.received_on = received_on
    session.flush()


def drop_part(session: Session, part: SearchPart, *, actor: Actor) -> None:
    """Take off a part that nobody owes."""
    _must_write(actor)
    session.delete(part)
    session.flush()


def note_sending(
    session: Session,
    search: SiteSearch,
    lead: Lead,
    details: SendingDetails,
    *,
    actor: Actor,
    now: datetime,
) -> SearchSending:
    """Write down what was sent. The answer is the lead's proof that a proposal went out.

    The lead keeps the first day on which one did: a later answer does not take that back.

    Raises:
        DomainError: nothing is said, or the day lies in the future or before the search came.
    """
    _must_write(actor)
    what = _words(details.what)
    if what is None:
        raise DomainError(N_("Say what was sent."), field="what")
    check_happened(details.sent_on, latest=today(now, actor.office_time_zone), field="sent_on")
    if search.received_on is not None and details.sent_on < search.received_on:
        raise DomainError(N_("It cannot be sent before the search came."), field="sent_on")
    sending = SearchSending(
        search_id=search.id,
        team_id=search.team_id,
        sent_on=details.sent_on,
        what=what,
        sent_to=_words(details.sent_to),
        is_answer=details.is_answer,
        sent_by_id=actor.id,
    )
    session.add(sending)
    session.flush()
    if details.is_answer and lead.proposal_sent_on is None:
        edit_lead(
            session, lead, {"proposal_sent_on": details.sent_on}, actor=actor, now=now, reason=what
        )
    return sending


def drop_sending(session: Session, sending: SearchSending, *, actor: Actor) -> None:
    """Take off what was not sent after all; what the lead says of its proposal stays."""
    _must_write(actor)
    session.delete(sending)
    session.flush()


def end_search(
    session: Session,
    search: SiteSearch,
    *,
    result: SearchResult | None,
    reason: str | None,
    result_on: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say what became of our answer; None opens the search again.

    Raises:
        DomainError: we were eliminated and nobody says why, or the day lies in the future.
    """
    _must_write(actor)
    reason = _words(reason)
    if result is SearchResult.ELIMINATED and reason is None:
        raise DomainError(N_("Say why we were eliminated."), field="reason")
    check_happened(result_on, latest=today(now, actor.time_zone), field="result_on")
    search.result = result
    search.result_reason = reason if result is not None else None
    search.result_on = result_on if result is not None else None
    search.version += 1
    session.flush()


def _columns(details: SearchDetails, *, actor: Actor, now: datetime) -> dict[str, Any]:
    columns = {
        field.name: getattr(details, field.name)
        for field in fields(details)
        if field.name != "is_demo"
    }
    columns["requirements"] = _words(details.requirements)
    if all(columns[name] is None for name in ("requirements", *_MEASURES)):
        raise DomainError(N_("Say what is asked for."), field="requirements")
    for name in _MEASURES:
        if columns[name] is not None and columns[name] <= 0:
            raise DomainError(N_("Leave it empty where nothing is asked."), field=name)
    check_happened(details.received_on, latest=today(now, actor.time_zone), field="received_on")
    if details.due_at is None:
        columns["time_zone"] = None
    elif details.time_zone not in zone_names():
        raise DomainError(N_("Choose the time zone from the list."), field="time_zone")
    elif details.received_on is not None and (
        today(details.due_at, str(details.time_zone)) < details.received_on
    ):
        raise DomainError(N_("It is due before it came."), field="due_on")
    return columns


_MEASURES = ("land_m2", "building_m2", "power_kw")


def _check_owner(session: Session, team_id: int | None, owner_id: int | None) -> None:
    """A restricted lead's search goes only to somebody who can see it."""
    if team_id is None or owner_id is None:
        return
    found = session.scalar(
        sa.select(User.id)
        .outerjoin(
            TeamMember, sa.and_(TeamMember.user_id == User.id, TeamMember.team_id == team_id)
        )
        .where(
            User.id == owner_id, sa.or_(TeamMember.user_id.is_not(None), User.role == Role.ADMIN)
        )
    )
    if found is None:
        raise DomainError(
            N_("This colleague is not in the team that may see the lead."), field="owner"
        )


def _part_columns(details: PartDetails) -> dict[str, Any]:
    text = _words(details.text)
    if text is None:
        raise DomainError(N_("Say what is owed."), field="text")
    return {
        "text": text,
        "owed_by": details.owed_by,
        "person": _words(details.person),
        "due_on": details.due_on,
    }


def _words(text: str | None) -> str | None:
    return (text or "").strip()[:_LONGEST] or None


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
