"""A book as data for the typesetter, worded in the language that is set."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from flask_babel import gettext as _

from crm.briefing.blocks import run
from crm.briefing.clocks import TwoClocks
from crm.briefing.company_pages import chapter_page
from crm.briefing.mission_pages import agenda, cover, delegation, left_out, promises
from crm.briefing.reading import Book
from crm.calendars.clocks import city_of
from crm.timezones import zone
from crm.web.formatting import reading_locale


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a book is made: their name and zone stand on every page."""

    name: str
    time_zone: str


def word_book(book: Book, reader: Reader, *, now: datetime) -> dict[str, Any]:
    """The book of a mission, or the page of a company, as the typesetter takes it."""
    clocks = TwoClocks.of(book.mission, reader_zone=reader.time_zone)
    chapters = [chapter_page(one, book, clocks) for one in book.chapters]
    mission = book.mission
    if mission is None:
        title = book.chapters[0].organization.name if book.chapters[0].organization else ""
        return {
            **_frame(title, reader, clocks, now=now),
            "over": "",
            "front": [],
            "chapters": chapters,
        }
    parts = [
        {"title": _("The mission in short"), "blocks": cover(book, mission, clocks)},
        {"title": _("Agenda"), "blocks": agenda(book, clocks)},
        {"title": _("Delegation"), "blocks": delegation(book)},
        {"title": _("Promised on this mission, still open"), "blocks": promises(book)},
    ]
    return {
        **_frame(mission.name, reader, clocks, now=now),
        "over": _("Briefing book"),
        "contents": _("Contents"),
        "companies": _("Whom we meet"),
        "front": [part for part in parts if part["blocks"]],
        "chapters": chapters,
        "after": left_out(book) if chapters else [],
        "none": "" if chapters else _("No organization is on file for this mission yet."),
    }


def _frame(title: str, reader: Reader, clocks: TwoClocks, *, now: datetime) -> dict[str, Any]:
    """What stands on every page: that it is confidential, for whom, and when it was made."""
    made = _moment(now, clocks.home)
    if not clocks.is_one:
        made = f"{made} = {_moment(now, clocks.market)}"
    return {
        "lang": reading_locale().language,
        "name": title,
        "title": run(title),
        "confidential": _("Confidential"),
        "for": run(_("For %(name)s", name=reader.name)),
        "mark": f"{_('Confidential')} · {reader.name}",
        "made": made,
        "page": _("page"),
        "of": _("of"),
        "stamp": int(now.timestamp()),
    }


def _moment(moment: datetime, zone_name: str) -> str:
    local = moment.astimezone(zone(zone_name))
    words = format_datetime(local, "EEE d MMM y HH:mm", locale=reading_locale())
    return f"{words} {city_of(zone_name)}"
