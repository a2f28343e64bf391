"""Commands on what stands on an agenda: an item, who attends it, what is prepared for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from crm.leads.service import must_not_betray
from crm.missions.item_parts import (
    AttendeeDetails,
    MaterialDetails,
    spread_team,
    write_attendees,
    write_materials,
)
from crm.missions.rules import check_version, must_write, text_or_none
from crm.organizations.web_addresses import web_address
from crm.teams import team_of
from crm.timezones import zone_names
from models.agenda import (
    AgendaItem,
    AgendaKind,
    AgendaStanding,
    InterpreterNeed,
)
from models.errors import DomainError, N_
from models.lead import Lead
from models.measure import UNKNOWN, Measure, Precision
from models.mission import Mission
from models.organization import Organization
from models.user import Actor


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """Everything that can be said of an agenda item. Unknown is None.

    An hour is a moment (`starts_at`) on the clock of `time_zone`; a day without one is
    `happens_on`, as exact as `happens_precision`, or only words. `count` is how many meetings a
    series has, `guests` how many people come. `interaction_id` ties an item that a text reports
    as held to the conversation that is on file already.
    """

    kind: AgendaKind
    title: str
    standing: AgendaStanding = AgendaStanding.ASKED
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str | None = None
    happens_on: date | None = None
    happens_precision: Precision = Precision.UNKNOWN
    happens_as_printed: str | None = None
    programme_id: int | None = None
    count: Measure = UNKNOWN
    guests: Measure = UNKNOWN
    place: str | None = None
    video_link: str | None = None
    interpreter_need: InterpreterNeed | None = None
    interpreter_languages: str | None = None
    interpreter_provider: str | None = None
    interpreter_cost_amount: int | None = None
    is_interpreter_briefed: bool = False
    protocol_notes: str | None = None
    talking_points: str | None = None
    purpose: str | None = None
    owner_id: int | None = None
    attendees: tuple[AttendeeDetails, ...] = ()
    materials: tuple[MaterialDetails, ...] = ()
    interaction_id: int | None = None
    document_id: int | None = None
    is_demo: bool = False


def add_item(
    session: Session,
    mission: Mission,
    details: ItemDetails,
    *,
    lead: Lead | None = None,
    organization: Organization | None = None,
    actor: Actor,
    now: datetime,
) -> AgendaItem:
    """Put an item on the agenda. One about a lead is about its company too, and shares its team.

    It is written as it stands; what is held from now on goes through `course.hold_item`, which
    writes the conversation.

    Raises:
        DomainError: no title, hours that cannot be, or a secret company on an open item.
    """
    must_write(actor)
    if mission.is_fair:
        raise DomainError(N_("A trade fair has no agenda."))
    item = AgendaItem(
        mission_id=mission.id,
        **_columns(details),
        **_subject(lead, organization),
        standing=details.standing,
        interaction_id=details.interaction_id,
        document_id=details.document_id,
        is_demo=details.is_demo,
        created_at=now,
    )
    session.add(item)
    session.flush()
    write_attendees(session, item, details.attendees)
    write_materials(session, item, details.materials)
    session.flush()
    return item


def revise_item(
    session: Session,
    item: AgendaItem,
    details: ItemDetails,
    *,
    lead: Lead | None = None,
    organization: Organization | None = None,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say an item better: when, where, who, what for. How it stands has its own commands.

    A time agreed before that is now another one makes the item a moved one.

    Raises:
        ConflictError: somebody else changed it since `version`.
        DomainError: as for `add_item`; what was held keeps its subject and its day.
    """
    must_write(actor)
    check_version(item, version)
    before = (item.starts_at, item.happens_on)
    columns, subject = _columns(details), _subject(lead, organization)
    team_before = item.team_id
    is_held = item.standing is AgendaStanding.HELD and item.interaction_id is not None
    if is_held and _changes(item, columns, subject):
        raise DomainError(
            N_("It was held: its day and whom it was with stay. Say first that it was not held.")
        )
    for name, value in {**columns, **subject}.items():
        setattr(item, name, value)
    if item.standing is AgendaStanding.CONFIRMED and (item.starts_at, item.happens_on) != before:
        item.standing = AgendaStanding.MOVED
    item.version += 1
    session.flush()
    if item.team_id != team_before:
        spread_team(session, item)
    write_attendees(session, item, details.attendees)
    write_materials(session, item, details.materials)
    session.flush()
    session.expire(item, ["attendees", "materials", "lead", "organization", "programme", "owner"])


def mark_briefed(session: Session, item: AgendaItem, *, is_briefed: bool, actor: Actor) -> None:
    """Say whether the interpreter knows what the item is about."""
    must_write(actor)
    item.is_interpreter_briefed = is_briefed
    item.version += 1
    session.flush()


def check_hours(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refuse hours that cannot be.

    Raises:
        DomainError: it ends before it begins.
    """
    if ends_at is not None and ends_at <= starts_at:
        raise DomainError(N_("It ends before it begins."), field="ends_at")


def _changes(item: AgendaItem, columns: dict[str, Any], subject: dict[str, Any]) -> bool:
    fixed = {name: columns[name] for name in ("starts_at", "happens_on")}
    fixed |= {name: subject[name] for name in ("lead_id", "organization_id")}
    return any(getattr(item, name) != value for name, value in fixed.items())


def _subject(lead: Lead | None, organization: Organization | None) -> dict[str, Any]:
    if organization is not None:
        must_not_betray(organization, lead.team_id if lead is not None else organization.team_id)
    return {
        "lead_id": lead.id if lead is not None else None,
        "organization_id": organization.id
        if organization is not None
        else (lead.organization_id if lead is not None else None),
        "team_id": team_of(lead, organization),
    }


def _columns(details: ItemDetails) -> dict[str, Any]:
    title = details.title.strip()
    if not title:
        raise DomainError(N_("Say what it is."), field="title")
    if details.time_zone is not None and details.time_zone not in zone_names():
        raise DomainError(
            N_("There is no time zone called %(zone)s."),
            field="time_zone",
            zone=details.time_zone[:64],
        )
    happens_on, precision = details.happens_on, details.happens_precision
    if details.starts_at is not None:
        check_hours(details.starts_at, details.ends_at)
        # The moment says the day: a second one could only contradict it.
        happens_on, precision = None, Precision.UNKNOWN
    elif details.ends_at is not None:
        raise DomainError(N_("Say when it begins as well."), field="starts_at")
    elif happens_on is None:
        precision = Precision.UNKNOWN
    elif precision is Precision.UNKNOWN:
        precision = Precision.DAY
    for name, measure in (("count", details.count), ("guests", details.guests)):
        if measure.upper is not None:
            raise DomainError(N_("Write one number, not a range."), field=name)
    cost = details.interpreter_cost_amount
    if cost is not None and not 0 <= cost < 10**15:
        raise DomainError(
            N_("Write an amount in whole units, without a sign."), field="interpreter_cost_amount"
        )
    return {
        "kind": details.kind,
        "title": title,
        "programme_id": details.programme_id,
        "starts_at": details.starts_at,
        "ends_at": details.ends_at,
        "time_zone": details.time_zone,
        "happens_on": happens_on,
        "happens_precision": precision,
        "happens_as_printed": text_or_none(details.happens_as_printed),
        "count": details.count.value,
        "count_qualifier": details.count.qualifier,
        "count_as_printed": text_or_none(details.count.as_printed),
        "guest_count": details.guests.value,
        "guest_qualifier": details.guests.qualifier,
        "guests_as_printed": text_or_none(details.guests.as_printed),
        "place": text_or_none(details.place),
        "video_link": web_address(details.video_link, field="video_link"),
        "interpreter_need": details.interpreter_need,
        "interpreter_languages": text_or_none(details.interpreter_languages),
        "interpreter_provider": text_or_none(details.interpreter_provider),
        "interpreter_cost_amount": cost,
        "is_interpreter_briefed": details.is_interpreter_briefed,
        "protocol_notes": text_or_none(details.protocol_notes),
        "talking_points": text_or_none(details.talking_points),
        "purpose": text_or_none(details.purpose),
        "owner_id": details.owner_id,
    }
