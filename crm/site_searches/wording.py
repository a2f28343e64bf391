"""How long there is until a deadline, and what a search asks for, in words."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.properties.wording import area_words, floor_area_words, power_words
from crm.web.request import now

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def time_left(due_at: datetime) -> str:
    """The time until a moment, or since: "3 days left", "2 hours overdue"."""
    seconds = int((due_at - now()).total_seconds())
    is_over, seconds = seconds < 0, abs(seconds)
    # Whole units only: 47 hours are one day, which is the cautious way to say it.
    if seconds >= _DAY:
        number = seconds // _DAY
        if is_over:
            return ngettext("%(num)d day overdue", "%(num)d days overdue", number)
        return ngettext("%(num)d day left", "%(num)d days left", number)
    if seconds >= _HOUR:
        number = seconds // _HOUR
        if is_over:
            return ngettext("%(num)d hour overdue", "%(num)d hours overdue", number)
        return ngettext("%(num)d hour left", "%(num)d hours left", number)
    number = seconds // _MINUTE
    if is_over:
        return ngettext("%(num)d minute overdue", "%(num)d minutes overdue", number)
    return ngettext("%(num)d minute left", "%(num)d minutes left", number)


def asked_words(search: Any) -> list[str]:
    """What is asked for in numbers, as far as it is said."""
    found = []
    if search.land_m2 is not None:
        found.append(_("land: %(area)s", area=area_words(search.land_m2)))
    if search.building_m2 is not None:
        found.append(_("building: %(area)s", area=floor_area_words(search.building_m2)))
    if search.power_kw is not None:
        found.append(_("power: %(power)s", power=power_words(search.power_kw)))
    return found


def measure_words(name: str, value: Any) -> str:
    """A measure of a property with its unit."""
    if name == "power_kw":
        return power_words(value)
    return area_words(value) if name == "land_m2" else floor_area_words(value)
