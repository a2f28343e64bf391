"""What every page of a mission shows around its own: its tabs, its clocks, where else to go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.calendars.clocks import BothClocks, city_of, clock_in, day_text, in_both
from crm.errors import sentence
from crm.missions.cautions import Setting, end_of
from crm.missions.clocks import home_zone, market_zone
from crm.web.access import roles_of
from crm.web.formatting import country_name, reading_locale
from crm.web.request import actor
from models.agenda import AgendaItem
from models.errors import DomainError
from models.mission import Mission

# Pages of other rooms and of later parts; those that the application has are linked.
_ELSEWHERE: tuple[tuple[str, Any, str], ...] = (
    ("missions.tonight", _l("Tonight"), "clock"),
    ("briefing.mission", _l("Briefing book"), "file"),
    ("missions.debrief", _l("Debrief"), "notes"),
    ("missions.report", _l("Report"), "chart-bar"),
    ("cards.desk", _l("Cards"), "id"),
    ("thanks.mission", _l("Thanks"), "mail"),
    ("thanks.gifts", _l("Gifts"), "gift"),
)
_OF_AGENDA = ("missions.tonight", "missions.debrief")
_TABS: tuple[tuple[str, Any], ...] = (
    ("missions.show", _l("Overview")),
    ("missions.agenda", _l("Agenda")),
    ("missions.delegation", _l("Delegation")),
    ("missions.money", _l("Money")),
)


@dataclass(frozen=True, slots=True)
class Link:
    """One way to go on from a mission."""

    address: str
    label: Any
    icon: str
    is_here: bool = False


def frame(mission: Mission, endpoint: str) -> dict[str, Any]:
    """What the frame of a mission's page needs; its markets have to be loaded."""
    clocks = Clocks.of(mission)
    return {
        "mission": mission,
        "tabs": [
            Link(url_for(name, mission_id=mission.public_id), words, "", name == endpoint)
            for name, words in _TABS
            if is_open(name) and not (mission.is_fair and name == "missions.agenda")
        ],
        "elsewhere": list(_elsewhere(mission)),
        "clocks_of": clocks,
        "markets": markets_text,
        "may_write": actor().may_write,
    }


def is_open(endpoint: str) -> bool:
    """Whether the application has this page, and the reader's role opens it."""
    if endpoint not in current_app.view_functions:
        return False
    return actor().role in (roles_of(current_app, endpoint) or ())


def _elsewhere(mission: Mission) -> Iterable[Link]:
    for endpoint, words, icon in _ELSEWHERE:
        if not is_open(endpoint) or (mission.is_fair and endpoint in _OF_AGENDA):
            continue
        # A page of the whole office takes the mission as a filter.
        address = (
            url_for(endpoint, mission_id=mission.public_id)
            if _takes(endpoint, "mission_id")
            else url_for(endpoint, mission=mission.public_id)
        )
        yield Link(address, words, icon)


def _takes(endpoint: str, argument: str) -> bool:
    rules = current_app.url_map.iter_rules(endpoint)
    return any(argument in rule.arguments for rule in rules)


@dataclass(frozen=True, slots=True)
class Clocks:
    """A mission's two clocks, in the reader's words."""

    home: str
    market: str

    @classmethod
    def of(cls, mission: Mission) -> "Clocks":
        """Those of a mission; where it does not say, the reader's own and its market's."""
        mine = actor().time_zone
        return cls(home_zone(mission, otherwise=mine), market_zone(mission, otherwise=mine))

    def setting(self, mission: Mission) -> Setting:
        """What the warnings of its agenda need to know."""
        return Setting(mission.delivery, self.home, self.market)

    @property
    def home_city(self) -> str:
        """What the clock at home is called."""
        return city_of(self.home)

    @property
    def market_city(self) -> str:
        """What the market's clock is called."""
        return city_of(self.market)

    @property
    def is_one(self) -> bool:
        """Whether home and market are on one clock."""
        return self.home == self.market

    def both(self, moment: datetime) -> BothClocks:
        """A moment on both clocks."""
        return in_both(moment, self.home, self.market, locale=reading_locale())

    def day(self, on: date) -> str:
        """Weekday, day and month of a date."""
        return f"{day_text(on, reading_locale())} {on.year}"

    def line(self, moment: datetime) -> str:
        """Both clocks in one line."""
        if self.is_one:
            return clock_in(moment, self.home, locale=reading_locale()).text
        return self.both(moment).text

    def span(self, item: AgendaItem) -> tuple[str, str] | None:
        """From when to when an item lasts, on the clock at home and on the market's."""
        if item.starts_at is None:
            return None
        begins = self.both(item.starts_at)
        if item.ends_at is None:
            return begins.home.hour, begins.market.hour
        ends = self.both(item.ends_at)
        return (
            f"{begins.home.hour}–{ends.home.hour}",
            f"{begins.market.hour}–{ends.market.hour}",
        )

    def end(self, item: AgendaItem) -> datetime | None:
        """When an item ends, or would if it lasts as long as is usual."""
        return end_of(item)


def warning_text(warning: Any) -> str:
    """A warning of the agenda in the reader's language."""
    return str(warning.text(reading_locale(), _))


def markets_text(codes: Iterable[str]) -> str:
    """Countries by name."""
    return ", ".join(country_name(code) for code in codes)


def problem_of(error: DomainError) -> str:
    """An expected error in the reader's language; what no page can mend goes on.

    Raises:
        DomainError: there is nothing here, or it is not allowed.
    """
    if error.status in (403, 404):
        raise error
    return sentence(error)
