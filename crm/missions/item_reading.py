"""An agenda item from its form, and back."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.interactions.choice_queries import find_user_id
from crm.interactions.moments import local_moment
from crm.leads.measures import exact_words
from crm.missions import part_queries
from crm.missions.agenda import ItemDetails
from crm.missions.item_parts import AttendeeDetails, MaterialDetails
from crm.missions.naming import resolve_lead
from crm.missions.reading import read_amount, read_count
from crm.organizations.matching import AmbiguousError, resolve_organization
from crm.timezones import zone
from models.agenda import AgendaItem, AgendaKind, AgendaSide, AgendaStanding, InterpreterNeed
from models.contact import Contact
from models.errors import DomainError, N_
from models.lead import Lead
from models.measure import Measure, Precision
from models.mission import Mission
from models.organization import Organization


@dataclass(frozen=True, slots=True)
class Read:
    """What a form says of an item, and whom it is about."""

    details: ItemDetails
    lead: Lead | None
    organization: Organization | None


def read_item(session: Session, form: Any, mission: Mission, *, on_file: AgendaItem | None) -> Read:
    """What the form says.

    Raises:
        DomainError: something that is not on file, or an hour that cannot be; `field` says which.
    """
    lead, organization = _subject(session, form, on_file)
    starts_at, ends_at = read_time(
        form.day.data, form.time.data, form.minutes.data, form.time_zone.data
    )
    owner = on_file.owner if on_file is not None else None
    details = ItemDetails(
        kind=AgendaKind(form.kind.data),
        title=(form.title.data or "").strip() or _usual_title(lead, organization),
        standing=AgendaStanding(form.standing.data) if on_file is None else on_file.standing,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=form.time_zone.data,
        happens_on=form.day.data if starts_at is None else None,
        happens_precision=Precision(form.precision.data),
        happens_as_printed=form.as_printed.data,
        programme_id=part_queries.get_programme(session, mission, form.programme.data).id
        if form.programme.data
        else None,
        count=read_count(form["count"].data, field="count"),
        guests=read_count(form.guests.data, field="guests"),
        place=form.place.data,
        video_link=form.video_link.data,
        interpreter_need=InterpreterNeed(form.interpreter_need.data)
        if form.interpreter_need.data
        else None,
        interpreter_languages=form.interpreter_languages.data,
        interpreter_provider=form.interpreter_provider.data,
        interpreter_cost_amount=read_amount(form.interpreter_cost.data, field="interpreter_cost"),
        is_interpreter_briefed=form.is_interpreter_briefed.data,
        protocol_notes=form.protocol_notes.data,
        talking_points=form.talking_points.data,
        purpose=form.purpose.data,
        owner_id=owner.id
        if owner is not None and owner.public_id == form.owner.data
        else find_user_id(session, form.owner.data),
        attendees=_attendees(session, form, mission, on_file),
        materials=tuple(
            MaterialDetails(
                row.form.title.data or "", row.form.language.data or None, row.form.is_ready.data
            )
            for row in form.materials
        ),
    )
    return Read(details, lead, organization)


def read_time(
    day: date | None, hour: time | None, minutes: int | None, zone_name: str
) -> tuple[datetime | None, datetime | None]:
    """When it begins and ends; without an hour neither is known, without minutes not the end.

    Raises:
        DomainError: the clocks skip this hour.
    """
    if day is None or hour is None:
        return None, None
    starts_at = local_moment(day, hour, zone_name, field="time").astimezone(zone("UTC"))
    return starts_at, starts_at + timedelta(minutes=minutes) if minutes else None


def filled_item(item: AgendaItem, zone_name: str) -> dict[str, Any]:
    """An item as its form shows it."""
    shown_zone = item.time_zone or zone_name
    local = item.starts_at.astimezone(zone(shown_zone)) if item.starts_at else None
    length = item.ends_at - item.starts_at if item.starts_at and item.ends_at else None
    people = item.attendees
    ours = [one for one in people if one.side is AgendaSide.OURS]
    theirs = [one for one in people if one.side is AgendaSide.THEIRS]
    return {
        "version": item.version,
        "kind": item.kind.value,
        "title": item.title,
        "standing": item.standing.value,
        "lead": item.lead.title if item.lead else "",
        # The company of a lead follows from it, unless it is another one.
        "organization": item.organization.name
        if item.organization
        and (item.lead is None or item.lead.organization_id != item.organization_id)
        else "",
        "programme": item.programme.public_id if item.programme else "",
        "day": local.date() if local else item.happens_on,
        "time": local.time() if local else None,
        "minutes": int(length.total_seconds() // 60) if length else None,
        "time_zone": shown_zone,
        "precision": item.happens_precision.value
        if item.happens_precision is not Precision.UNKNOWN
        else Precision.DAY.value,
        "as_printed": item.happens_as_printed,
        "place": item.place,
        "video_link": item.video_link,
        "purpose": item.purpose,
        "talking_points": item.talking_points,
        "protocol_notes": item.protocol_notes,
        "delegates": [one.delegate.public_id for one in ours if one.delegate],
        "ours": "\n".join(one.name for one in ours if one.name),
        "contacts": [one.contact.public_id for one in theirs if one.contact],
        "organizations": "\n".join(
            one.organization.name
            for one in theirs
            if one.organization and not one.contact and not one.name
        ),
        "theirs": "\n".join(one.name for one in theirs if one.name),
        "interpreter_need": item.interpreter_need.value if item.interpreter_need else "",
        "interpreter_languages": item.interpreter_languages,
        "interpreter_provider": item.interpreter_provider,
        "interpreter_cost": ""
        if item.interpreter_cost_amount is None
        else str(item.interpreter_cost_amount),
        "is_interpreter_briefed": item.is_interpreter_briefed,
        "count": _words(item.count, item.count_qualifier, item.count_as_printed),
        "guests": _words(item.guest_count, item.guest_qualifier, item.guests_as_printed),
        "materials": [
            {"title": one.title, "language": one.language or "", "is_ready": one.is_ready}
            for one in item.materials
        ],
        "owner": item.owner.public_id if item.owner else "",
    }


def _words(value: int | None, qualifier: Any, as_printed: str | None) -> str:
    return as_printed or exact_words(Measure(value, qualifier))


def _usual_title(lead: Lead | None, organization: Organization | None) -> str:
    if lead is not None:
        return lead.title
    return organization.name if organization is not None else ""


def _subject(
    session: Session, form: Any, on_file: AgendaItem | None
) -> tuple[Lead | None, Organization | None]:
    """Whom it is about. What the form shows of the item on file means that one, whoever else is
    called so."""
    lead_text = (form.lead.data or "").strip()
    company_text = (form.organization.data or "").strip()
    lead: Lead | None = None
    organization: Organization | None = None
    if lead_text:
        known = on_file.lead if on_file is not None else None
        lead = (
            known
            if known is not None and known.title.strip() == lead_text
            else resolve_lead(session, lead_text)
        )
    if company_text:
        own = on_file.organization if on_file is not None else None
        organization = (
            own
            if own is not None and own.name.strip() == company_text
            else resolve_organization(session, company_text, field="organization")
        )
    return lead, organization


def _attendees(
    session: Session, form: Any, mission: Mission, on_file: AgendaItem | None
) -> tuple[AttendeeDetails, ...]:
    known = list(on_file.attendees) if on_file is not None else []
    delegates = part_queries.list_delegates(session, mission)
    chosen = set(form.delegates.data or ())
    if chosen - {one.public_id for one in delegates}:
        raise DomainError(N_("Choose people from the list."), field="delegates")
    found = [
        AttendeeDetails(AgendaSide.OURS, delegate_id=one.id)
        for one in delegates
        if one.public_id in chosen
    ]
    found += [AttendeeDetails(AgendaSide.OURS, name=name) for name in lines(form.ours.data)]
    found += [
        AttendeeDetails(AgendaSide.THEIRS, contact_id=one.id)
        for one in _contacts(session, form.contacts.data or ())
    ]
    own = {one.organization.name: one.organization for one in known if one.organization}
    for name in lines(form.organizations.data):
        organization = own.get(name) or _organization(session, name)
        found.append(AttendeeDetails(AgendaSide.THEIRS, organization_id=organization.id))
    found += [AttendeeDetails(AgendaSide.THEIRS, name=name) for name in lines(form.theirs.data)]
    # What the form does not ask for stays: in what part somebody came, and of which company.
    kept = {
        (one.side, one.delegate_id, one.contact_id, one.name): one
        for one in known
        if not (one.organization_id is not None and one.name is None and one.contact_id is None)
    }
    of_company = {
        (one.side, one.organization_id): one.part
        for one in known
        if one.organization_id is not None and one.name is None and one.contact_id is None
    }
    full = []
    for one in found:
        if one.organization_id is not None:
            full.append(replace(one, part=of_company.get((one.side, one.organization_id))))
            continue
        before = kept.get((one.side, one.delegate_id, one.contact_id, one.name))
        full.append(
            one
            if before is None
            else replace(one, part=before.part, organization_id=before.organization_id)
        )
    full += [
        AttendeeDetails(one.side, None, one.contact_id, one.organization_id, one.name, one.part)
        for one in known
        if one.side is AgendaSide.OURS
        and one.delegate_id is None
        and (one.contact_id is not None or (one.organization_id is not None and one.name is None))
    ]
    return tuple(full)


def _contacts(session: Session, public_ids: Any) -> list[Contact]:
    if not public_ids:
        return []
    found = session.scalars(
        sa.select(Contact).where(Contact.public_id.in_(public_ids)).order_by(Contact.id)
    ).all()
    if len(found) != len(set(public_ids)):
        raise DomainError(N_("Choose people from the list."), field="contacts")
    return list(found)


def _organization(session: Session, name: str) -> Organization:
    try:
        return resolve_organization(session, name, field="organizations")
    except AmbiguousError as error:
        raise DomainError(
            N_("Several organizations are called %(name)s. Write the one by its own page's name."),
            field="organizations",
            name=name,
        ) from error
    except DomainError as error:
        raise DomainError(
            N_("No organization called %(name)s is on file: name it among the others instead."),
            field="organizations",
            name=name,
        ) from error


def lines(text: str | None) -> list[str]:
    """The lines of a text that say something, each once."""
    return list(dict.fromkeys(filter(None, (line.strip() for line in (text or "").splitlines()))))
