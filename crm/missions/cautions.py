"""What to see to before an item takes place: clashes, odd hours, holidays, interpreters, links.

Pure: a mission's items in, cautions by item out; each is data that any language can say.
"""

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from babel import Locale

from crm.calendars.cautions import Caution, CautionCode, cautions_of
from crm.calendars.hours import HOME_LIMITS, MARKET_LIMITS, Hours
from crm.calendars.overlap import Side, Window
from crm.timezones import zone
from crm.web.formatting import language_of
from models.agenda import AgendaItem, AgendaKind, AgendaSide, InterpreterNeed
from models.errors import N_
from models.mission import Delivery

# An item without an end is taken to last this long.
USUAL_LENGTH = timedelta(hours=1)
# Evenings are what they are for.
_EVENING_KINDS = frozenset({AgendaKind.RECEPTION})
# Facilities of theirs that stand here: the market's clock is not their clock.
_HERE_KINDS = frozenset({AgendaKind.BRE_CALL})
_INTERPRETED = frozenset({InterpreterNeed.CONSECUTIVE, InterpreterNeed.SIMULTANEOUS})
_OURS = frozenset({"en", "fr"})
_THEIRS = frozenset({"ja", "ko", "zh"})
_COUNTRY_LANGUAGES = {"JP": "ja", "KR": "ko", "CN": "zh", "TW": "zh"}
# Whatever else the calendar says is for choosing a time, not for one that stands.
_CLOSED = frozenset(
    {
        CautionCode.MARKET_HOLIDAY,
        CautionCode.MARKET_BANK_HOLIDAY,
        CautionCode.MARKET_CUSTOMARY_HOLIDAY,
        CautionCode.MARKET_WEEKEND,
        CautionCode.MARKET_CLOSURE,
        CautionCode.MARKET_BRIDGE_DAY,
        CautionCode.HOME_HOLIDAY,
        CautionCode.HOME_BANK_HOLIDAY,
        CautionCode.HOME_WEEKEND,
        CautionCode.HOME_CLOSURE,
    }
)


class WarningCode(enum.StrEnum):
    """What kind of warning an item has."""

    CLASH = "clash"
    HOME_HOURS = "home_hours"
    MARKET_HOURS = "market_hours"
    CALENDAR = "calendar"
    NO_INTERPRETER = "no_interpreter"
    NO_PROVIDER = "no_provider"
    NOT_BRIEFED = "not_briefed"
    NO_LINK = "no_link"


_MESSAGES = {
    WarningCode.CLASH: N_("%(name)s is at “%(title)s” at the same time."),
    WarningCode.HOME_HOURS: N_("Outside the usual hours at home: %(hours)s in %(city)s."),
    WarningCode.MARKET_HOURS: N_("Outside the usual hours of the market: %(hours)s in %(city)s."),
    WarningCode.NO_INTERPRETER: N_("No interpreter is planned, and their language is not ours."),
    WarningCode.NO_PROVIDER: N_("Nobody is named who interprets."),
    WarningCode.NOT_BRIEFED: N_("The interpreter is not briefed yet."),
    WarningCode.NO_LINK: N_("There is no link for the call yet."),
}


@dataclass(frozen=True, slots=True)
class ItemWarning:
    """One warning: what fills its sentence, or the caution of the calendar that it passes on."""

    code: WarningCode
    params: Mapping[str, str] = field(default_factory=dict)
    caution: Caution | None = None

    def text(self, locale: Locale | str, translate: Callable[[str], str]) -> str:
        """The sentence in a locale; `translate` gives the words of the message in it."""
        if self.caution is not None:
            return self.caution.text(locale, translate=translate)
        return translate(_MESSAGES[self.code]) % self.params


@dataclass(frozen=True, slots=True)
class Setting:
    """How the mission takes place, and its two clocks."""

    delivery: Delivery | None
    home_zone: str
    market_zone: str

    def is_call(self, item: AgendaItem) -> bool:
        """Whether an item is held over a distance."""
        if self.delivery is Delivery.IN_PERSON:
            return item.video_link is not None
        if self.delivery is Delivery.VIRTUAL:
            return item.place is None
        return item.video_link is not None or (
            self.delivery is Delivery.HYBRID and item.place is None
        )


def warnings_of(
    items: Sequence[AgendaItem], setting: Setting, *, open_standings: Iterable[Any]
) -> dict[int, list[ItemWarning]]:
    """The warnings of a mission's items that are still to take place, by the item's key.

    Items need their attendees (with delegates and contacts) and organization loaded; what a
    viewer cannot see is not among them and warns of nothing.
    """
    waiting = [item for item in items if item.standing in set(open_standings)]
    clashes = _clashes(waiting)
    found: dict[int, list[ItemWarning]] = {}
    for item in waiting:
        own = [
            *clashes.get(item.id, ()),
            *_hours(item, setting),
            *_calendar(item, setting),
            *(_interpreting(item) if _has_day(item) else ()),
        ]
        if item.starts_at is not None and setting.is_call(item) and not item.video_link:
            own.append(ItemWarning(WarningCode.NO_LINK))
        if own:
            found[item.id] = own
    return found


def end_of(item: AgendaItem) -> datetime | None:
    """When an item ends, or would if it lasts as long as is usual."""
    if item.starts_at is None:
        return None
    return item.ends_at or item.starts_at + USUAL_LENGTH


def _clashes(items: Sequence[AgendaItem]) -> dict[int, list[ItemWarning]]:
    timed = sorted((item.starts_at, item.id, item) for item in items if item.starts_at is not None)
    found: dict[int, list[ItemWarning]] = {}
    for place, (_starts, _key, item) in enumerate(timed):
        ends = end_of(item)
        ours = _delegates(item)
        for starts_at, _other_key, other in timed[place + 1 :]:
            if ends is None or starts_at >= ends:
                break
            for key, name in _delegates(other).items():
                if key in ours:
                    for one, with_ in ((item, other), (other, item)):
                        found.setdefault(one.id, []).append(
                            ItemWarning(WarningCode.CLASH, {"name": name, "title": with_.title})
                        )
    return found


def _delegates(item: AgendaItem) -> dict[int, str]:
    return {
        one.delegate_id: one.delegate.name
        for one in item.attendees
        if one.delegate_id is not None and one.delegate is not None
    }


def _hours(item: AgendaItem, setting: Setting) -> Iterable[ItemWarning]:
    ends = end_of(item)
    if item.starts_at is None or ends is None:
        return
    is_here = item.kind in _HERE_KINDS
    is_call = setting.is_call(item) or is_here
    sides: list[tuple[WarningCode, Hours, str]] = []
    if is_call:
        sides.append((WarningCode.HOME_HOURS, HOME_LIMITS, setting.home_zone))
    if item.kind not in _EVENING_KINDS and not is_here:
        sides.append((WarningCode.MARKET_HOURS, MARKET_LIMITS, setting.market_zone))
    for code, limits, zone_name in sides:
        opens, closes = limits.on(item.starts_at.astimezone(zone(zone_name)).date(), zone_name)
        if item.starts_at < opens or ends > closes:
            place = zone(zone_name)
            hours = f"{item.starts_at.astimezone(place):%H:%M}–{ends.astimezone(place):%H:%M}"
            city = zone_name.rsplit("/", 1)[-1].replace("_", " ")
            yield ItemWarning(code, {"hours": hours, "city": city})


def _calendar(item: AgendaItem, setting: Setting) -> Iterable[ItemWarning]:
    if item.starts_at is None:
        return
    ends = end_of(item) or item.starts_at
    window = Window(item.starts_at, ends, setting.home_zone, setting.market_zone)
    home = Side.of(setting.home_zone, HOME_LIMITS)
    market = Side.of(setting.market_zone, MARKET_LIMITS)
    is_here = item.kind in _HERE_KINDS
    sides = {"home": setting.is_call(item) or is_here, "market": not is_here}
    for caution in cautions_of(window, home, market):
        if caution.code in _CLOSED and sides[caution.code.value.partition("_")[0]]:
            yield ItemWarning(WarningCode.CALENDAR, caution=caution)


def _interpreting(item: AgendaItem) -> Iterable[ItemWarning]:
    if item.interpreter_need in _INTERPRETED:
        if not item.interpreter_provider:
            yield ItemWarning(WarningCode.NO_PROVIDER)
        elif not item.is_interpreter_briefed:
            yield ItemWarning(WarningCode.NOT_BRIEFED)
        return
    spoken = {
        (one.contact.language or "").partition("-")[0]
        for one in item.attendees
        if one.side is AgendaSide.THEIRS and one.contact is not None and one.contact.language
    }
    if spoken:
        # Whoever speaks our language interprets for the others.
        is_foreign = not spoken & _OURS
    else:
        # Who said that none is needed knows more than a company's country does.
        is_foreign = item.interpreter_need is None and _language_of_company(item) in _THEIRS
    if is_foreign:
        yield ItemWarning(WarningCode.NO_INTERPRETER)


def _has_day(item: AgendaItem) -> bool:
    """Whether it is known when it will be: before that nobody books an interpreter."""
    return item.starts_at is not None or item.happens_on is not None


def _language_of_company(item: AgendaItem) -> str | None:
    company = item.organization
    if company is None or (item.lead is not None and not item.lead.is_company_disclosed):
        return None
    if company.native_language:
        return company.native_language.partition("-")[0]
    return _COUNTRY_LANGUAGES.get(company.country or "") or language_of(company.native_name or "")
