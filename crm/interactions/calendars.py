"""Meetings and follow-ups as calendar files, which travel to calendars that others can read.

A restricted lead appears there by its code name only, without any words of ours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from crm.days import is_possible
from crm.timezones import zone
from models.interaction import FollowUp, Interaction, InteractionStanding
from models.lead import Lead
from models.organization import Organization

_PRODUCT = "-//Investment Lead CRM//EN"
_DOMAIN = "investment-lead-crm"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of an entry in the reader's language, and the address of the record."""

    kind: str
    confidential: str
    url: str


def meeting_calendar(meeting: Interaction, words: Wording, *, now: datetime) -> bytes | None:
    """A planned or cancelled meeting, in its own zone; None for one without a possible hour."""
    if meeting.starts_at is None or not is_possible(meeting.starts_at.date()):
        return None
    ends_at = meeting.ends_at
    if ends_at is None or not is_possible(ends_at.date()):
        ends_at = meeting.starts_at + timedelta(hours=1)
    event = _event("meeting", meeting.public_id, words, now=now)
    place = zone(meeting.time_zone or "UTC")
    event.add("dtstart", meeting.starts_at.astimezone(place))
    event.add("dtend", ends_at.astimezone(place))
    is_closed = meeting.team_id is not None
    event.add("summary", _title(meeting.lead, meeting.organization, words, is_closed=is_closed))
    if not is_closed:
        event.add("description", "\n".join(filter(None, (meeting.summary, words.url))))
        if meeting.place:
            event.add("location", meeting.place)
    if meeting.standing is InteractionStanding.CANCELLED:
        event.add("status", "CANCELLED")
    return _calendar(event, around=meeting.starts_at.astimezone(place).date())


def follow_up_calendar(follow_up: FollowUp, words: Wording, *, now: datetime) -> bytes | None:
    """A follow-up on its day, or at its hour; None for one without a possible day."""
    stated = follow_up.due_at.date() if follow_up.due_at is not None else follow_up.due_on
    if stated is None or not is_possible(stated):
        return None
    event = _event("follow-up", follow_up.public_id, words, now=now)
    if follow_up.due_at is not None:
        moment = follow_up.due_at.astimezone(zone(follow_up.time_zone or "UTC"))
        event.add("dtstart", moment)
        event.add("dtend", moment + timedelta(minutes=15))
        day = moment.date()
    else:
        day = stated
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    # A reminder does not make anybody busy.
    event.add("transp", "TRANSPARENT")
    is_closed = follow_up.team_id is not None
    about = _title(follow_up.lead, follow_up.organization, words, is_closed=is_closed)
    event.add("summary", about if is_closed else f"{follow_up.text} · {about}".rstrip(" ·"))
    if not is_closed:
        event.add("description", words.url)
    return _calendar(event, around=day)


def _event(kind: str, public_id: str, words: Wording, *, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{kind}-{public_id}@{_DOMAIN}")
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("url", words.url)
    return event


def _title(
    lead: Lead | None, organization: Organization | None, words: Wording, *, is_closed: bool
) -> str:
    if is_closed:
        name = (lead.code_name if lead is not None else None) or words.confidential
    else:
        name = lead.title if lead is not None else organization.name if organization else ""
    return f"{words.kind} · {name}" if name else words.kind


def _calendar(event: Event, *, around: date) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    # The rules of the year before and after are all that this one entry can need.
    calendar.add_missing_timezones(
        first_date=date(around.year - 1, 1, 1), last_date=date(around.year + 2, 1, 1)
    )
    return bytes(calendar.to_ical())
