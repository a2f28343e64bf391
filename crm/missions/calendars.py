"""Agendas as calendar files, which travel to calendars that others can read.

An item of a restricted lead appears there by its code name only, without any words of ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from crm.days import is_possible
from crm.missions.cautions import end_of
from crm.timezones import zone
from models.agenda import AgendaItem, AgendaStanding

_PRODUCT = "-//Investment Lead CRM//EN"
_DOMAIN = "investment-lead-crm"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the entries in the reader's language; `url` is the address of an item."""

    kind: Callable[[AgendaItem], str]
    confidential: str
    url: Callable[[AgendaItem], str]


def agenda_calendar(
    items: Sequence[AgendaItem], words: Wording, *, zone_name: str, now: datetime
) -> bytes | None:
    """Items with their hours or their days; None where not one has any.

    `zone_name` is the clock of an item that names none of its own.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    days = []
    for item in items:
        found = _event(item, words, zone_name=zone_name, now=now)
        if found is not None:
            event, day = found
            calendar.add_component(event)
            days.append(day)
    if not days:
        return None
    # The rules of the years around are all that these entries can need.
    calendar.add_missing_timezones(
        first_date=date(min(days).year - 1, 1, 1), last_date=date(max(days).year + 2, 1, 1)
    )
    return bytes(calendar.to_ical())


def _event(
    item: AgendaItem, words: Wording, *, zone_name: str, now: datetime
) -> tuple[Event, date] | None:
    event = Event()
    if item.starts_at is not None:
        place = zone(item.time_zone or zone_name)
        begins = item.starts_at.astimezone(place)
        ends = (end_of(item) or item.starts_at + timedelta(hours=1)).astimezone(place)
        event.add("dtstart", begins)
        event.add("dtend", ends)
        day = begins.date()
    elif item.happens_on is not None and item.happens_precision.value == "day":
        day = item.happens_on
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        # A month is no day to be busy on.
        return None
    if not is_possible(day):
        return None
    event.add("uid", f"agenda-{item.public_id}@{_DOMAIN}")
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    # Calendars keep the entry with the higher number.
    event.add("sequence", item.version)
    event.add("url", words.url(item))
    is_closed = item.team_id is not None
    event.add("summary", _title(item, words, is_closed=is_closed))
    if not is_closed:
        told = (item.purpose, item.video_link, words.url(item))
        event.add("description", "\n".join(filter(None, told)))
        if item.place or item.video_link:
            event.add("location", item.place or item.video_link)
    if item.standing is AgendaStanding.CANCELLED:
        event.add("status", "CANCELLED")
    elif item.standing in (AgendaStanding.ASKED, AgendaStanding.OFFERED):
        event.add("status", "TENTATIVE")
    return event, day


def _title(item: AgendaItem, words: Wording, *, is_closed: bool) -> str:
    if is_closed:
        name = (item.lead.code_name if item.lead is not None else None) or words.confidential
    else:
        name = item.title
    return f"{words.kind(item)} · {name}"
