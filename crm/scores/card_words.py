"""The scorecard in words: what a rule is about, its values and bounds, as people say them."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.labels import choices, label
from crm.web.formatting import country_name, percent, reading_locale
from models.contact import Seniority
from models.lead import Direction
from models.stage import LeadType, Status

# How the bounds of a range are written and read.
DAYS, SHARE, RANK, RECORD, NUMBER = "days", "share", "rank", "record", "number"
# So many values are shown at once; the others unfold.
SHOWN_VALUES = 4

# In the order of the page: what the stage says first, then contact, people, origin, company, size.
NAMES: dict[str, Any] = {
    "stage": _l("Stage"),
    "status": _l("Status"),
    "stage_days": _l("Time at this stage"),
    "age_days": _l("Time since first contact"),
    "pace": _l("Stages gained a quarter"),
    "contact_days": _l("Time since the last contact"),
    "contact_direction": _l("Who sought the last contact"),
    "recent_contacts": _l("Contacts in the last 90 days"),
    "meetings_per_stage": _l("Meetings for each stage"),
    "seniority": _l("Highest rank met"),
    "decision_progress": _l("Share of those who decide in favour"),
    "mission_contact": _l("Met on a mission"),
    "source": _l("Source"),
    "source_record": _l("How other leads of the source ended"),
    "introducer": _l("Introduced by somebody"),
    "introducer_record": _l("How other leads of the introducer ended"),
    "organization_announced": _l("Has announced with us before"),
    "group_here": _l("Visits to their group here"),
    "peers_here": _l("Others of the sector and country here"),
    "peers_record": _l("How leads of the sector and country ended"),
    "agreement": _l("Relies on an agreement that was noted"),
    "sector": _l("Sector"),
    "market": _l("Country"),
    "lead_type": _l("Type"),
    "direction": _l("Direction"),
    "jobs": _l("Jobs expected"),
    "capex": _l("Place of the investment in its currency"),
    "capex_currency": _l("Currency of the investment"),
}
UNITS: dict[str, str] = {
    "stage_days": DAYS,
    "age_days": DAYS,
    "contact_days": DAYS,
    "pace": NUMBER,
    "recent_contacts": NUMBER,
    "meetings_per_stage": NUMBER,
    "seniority": RANK,
    "decision_progress": SHARE,
    "jobs": NUMBER,
    "capex": SHARE,
    "source_record": RECORD,
    "introducer_record": RECORD,
    "peers_record": RECORD,
}
# The stage has its own chance; how others ended is for the model to weigh, not for an opinion.
NOT_OFFERED = frozenset({"stage", "source_record", "introducer_record", "peers_record"})


def _yes_no() -> list[tuple[str, Any]]:
    return [("yes", _("yes")), ("no", _("no"))]


_CLOSED: dict[str, Callable[[], Sequence[tuple[str, Any]]]] = {
    "status": lambda: [(code.value, label(code)) for code in (Status.ACTIVE, Status.ON_HOLD)],
    "contact_direction": lambda: [
        ("in", _("they did")),
        ("out", _("we did")),
        ("both", _("both sides")),
    ],
    "mission_contact": _yes_no,
    "introducer": _yes_no,
    "organization_announced": _yes_no,
    "peers_here": _yes_no,
    "agreement": _yes_no,
    "group_here": lambda: [
        ("expansion", _("signs of an expansion")),
        ("risk", _("a red flag")),
        ("both", _("signs of an expansion and a red flag")),
        ("visited", _("visited")),
        ("none", _("no visit")),
    ],
    "lead_type": lambda: choices(LeadType),
    "direction": lambda: choices(Direction),
}


def feature_name(code: str) -> str:
    """What a feature is called."""
    return str(NAMES.get(code, code))


def offered_features() -> list[tuple[str, str]]:
    """The features that a new rule can be about, by name."""
    return [(code, str(name)) for code, name in NAMES.items() if code not in NOT_OFFERED]


def closed_values(code: str) -> Sequence[tuple[str, Any]] | None:
    """Code and word of each value of a feature that has only a few; None where it has others."""
    found = _CLOSED.get(code)
    return found() if found else None


def unit_of(code: str) -> str | None:
    """How a number is written; None for a feature that is no number."""
    return UNITS.get(code)


def condition(
    rule: Mapping[str, Any],
    names: Mapping[str, Mapping[str, str]],
    most: int | None = None,
) -> str:
    """What a rule asks of its feature: "on hold", "180 to 365 days", "not known".

    `names` are those of sectors and sources, by code; at most `most` values are named.
    """
    if rule.get("is_missing"):
        return _("not known")
    if rule.get("any_of"):
        values = [value_word(rule["feature"], one, names) for one in rule["any_of"]]
        return (
            _("%(one)s or %(other)s", one=", ".join(values[:-1]), other=values[-1])
            if (len(values) > 1 and (most is None or len(values) <= most))
            else ", ".join(values[:most])
        )
    low, high = rule.get("at_least"), rule.get("below")
    unit = UNITS.get(rule["feature"], NUMBER)
    if high is None and unit == RANK:
        return _("%(low)s or higher", low=bound_word(unit, low))
    if high is None:
        return _("%(low)s or more", low=bound_word(unit, low))
    if low is None:
        return _("below %(high)s", high=bound_word(unit, high))
    return _(
        "from %(low)s to below %(high)s", low=bound_word(unit, low), high=bound_word(unit, high)
    )


def line(
    rule: Mapping[str, Any],
    names: Mapping[str, Mapping[str, str]],
    most: int | None = None,
) -> str:
    """What a rule is about, whole."""
    return _(
        "%(feature)s: %(condition)s",
        feature=feature_name(rule["feature"]),
        condition=condition(rule, names, most),
    )


def reason_of(rule: Mapping[str, Any]) -> str:
    """A rule's reason: one that ships in the reader's language, the office's own as written."""
    reason: str = rule["reason"]
    return str(_(reason))


def value_word(feature: str, code: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """One value as people call it."""
    found = closed_values(feature)
    if found is not None:
        return str(dict(found).get(code, code))
    if feature == "market":
        return country_name(code)
    return names.get(feature, {}).get(code, code)


def bound_word(unit: str, value: Any) -> str:
    """One end of a range."""
    if unit == DAYS:
        return ngettext("%(num)d day", "%(num)d days", round(value))
    if unit == SHARE:
        return percent(value)
    if unit == RECORD:
        return _(
            "%(points)s points against the office's own rate", points=signed(round(value * 10))
        )
    if unit == RANK:
        levels = list(Seniority)
        place = min(max(len(levels) - math.ceil(value), 0), len(levels) - 1)
        return str(label(levels[place]))
    return str(format_decimal(value, locale=reading_locale()))


def plain_percent(share: float) -> str:
    """A chance in percent as it is typed: 15, 2.5."""
    return f"{round(share * 100, 4):g}"


def moved_chance(chance: float, points: float) -> float:
    """What a chance becomes with some points more: ten are one unit of log-odds."""
    odds = chance / (1 - chance) * math.exp(points / 10)
    return odds / (1 + odds)


def signed(points: int) -> str:
    """Points with their sign, as they stand on the card."""
    return f"{points:+d}".replace("-", "−") if points else "0"
