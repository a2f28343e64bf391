"""Reasons in plain words. They are stored as data and worded for each reader.

A reason says what is so and how leads of which it was so ended; never that one thing caused the
other. A value that is missing is said to be missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.labels import label
from crm.web.formatting import count, country_name, percent, reading_locale
from models.contact import Seniority
from models.lead import Direction
from models.stage import LeadType, StageCode, Status

# Smaller parts of a chance than this say nothing that anybody could act on.
_LEAST_POINTS = 0.1
# Below this many closed leads a rate is an anecdote.
_FEWEST_BEHIND = 3
_LEAST_APART = 0.02
# A record nearer to the office's own than this is no different from it.
_LIKE_OTHERS = 0.05
# Beyond so many days nobody counts days.
_MONTHS_FROM = 60
_MONTH = 30.4


@dataclass(frozen=True, slots=True)
class ReasonText:
    """One reason, worded. `points` are log-odds: above zero they speak for the lead."""

    text: str
    points: float
    is_weak: bool

    @property
    def is_up(self) -> bool:
        """Whether it speaks for the lead."""
        return self.points > 0


def reason_texts(
    reasons: Sequence[Mapping[str, Any]], *, limit_up: int = 3, limit_down: int = 2
) -> list[ReasonText]:
    """The strongest reasons for and against, in the reader's language; those for come first.

    Weak evidence is said to be weak, and is used only where there is nothing better.
    """
    told = [reason for reason in reasons if abs(reason["points"]) >= _LEAST_POINTS]
    texts: list[ReasonText] = []
    for is_up, limit in ((True, limit_up), (False, limit_down)):
        side = [reason for reason in told if (reason["points"] > 0) is is_up]
        firm = [reason for reason in side if not reason["is_weak"]]
        texts += [
            ReasonText(sentence(reason), float(reason["points"]), bool(reason["is_weak"]))
            for reason in (firm or side[:1])[:limit]
        ]
    return texts


def sentence(reason: Mapping[str, Any]) -> str:
    """What is so, and how closed leads of which it was so ended."""
    what = fact(reason)
    if not _agrees(reason):
        # The counts look at one thing alone; the chance weighs it beside all the others.
        text = what
    else:
        text = _(
            "%(what)s – %(counts)s; the office as a whole %(announced)s of %(closed)s",
            what=what,
            counts=_counts(reason),
            announced=count(reason["office_announced_count"]),
            closed=count(reason["office_closed_count"]),
        )
    return _("%(reason)s (weak evidence)", reason=text) if reason["is_weak"] else text


def fact(reason: Mapping[str, Any]) -> str:
    """What is so, alone."""
    value = reason["value"]
    words = _WHAT.get(reason["feature"])
    # A stored reason may be older than the features of today.
    return _unknown(reason) if value is None or words is None else words(reason, value)


def _agrees(reason: Mapping[str, Any]) -> bool:
    """Whether there are counts to give, and they point the way the reason does."""
    closed, announced = reason["closed_count"], reason["announced_count"]
    office = reason["office_closed_count"]
    if not office or closed is None or closed < _FEWEST_BEHIND:
        return False
    rate, usual = announced / closed, reason["office_announced_count"] / office
    # Counts that differ by a hair show nothing.
    return abs(rate - usual) >= _LEAST_APART and (rate > usual) is (reason["points"] > 0)


def _counts(reason: Mapping[str, Any]) -> str:
    numbers = {
        "announced": count(reason["announced_count"]),
        "closed": count(reason["closed_count"]),
    }
    low, high = reason["low"], reason["high"]
    if (low is None and high is None) or (not reason["value"] and low is None and high <= 1):
        return ngettext(
            "%(announced)s of %(closed)s such closed lead was announced",
            "%(announced)s of %(closed)s such closed leads were announced",
            reason["closed_count"],
            **numbers,
        )
    feature = reason["feature"]
    if feature in _ALIKE:
        band = _ALIKE[feature]()
    elif low is None:
        band = _("of closed leads below %(high)s", high=_bound(feature, high))
    elif high is None:
        band = _("of closed leads at %(low)s or more", low=_bound(feature, low))
    else:
        band = _(
            "of closed leads from %(low)s to %(high)s",
            low=_bound(feature, low),
            high=_bound(feature, high),
        )
    return ngettext(
        "%(band)s, %(announced)s of %(closed)s was announced",
        "%(band)s, %(announced)s of %(closed)s were announced",
        reason["closed_count"],
        band=band,
        **numbers,
    )


def _name(reason: Mapping[str, Any], value: Any) -> str:
    names = reason.get("names") or {}
    return str(names.get(reading_locale().language) or names.get("en") or value)


def _days(value: float) -> str:
    days = round(value)
    if days > _MONTHS_FROM:
        return ngettext("%(num)d month", "%(num)d months", round(days / _MONTH))
    return ngettext("%(num)d day", "%(num)d days", days)


def _number(value: float) -> str:
    return str(format_decimal(round(value, 0 if value >= 10 else 1), locale=reading_locale()))


def _bound(feature: str, value: float) -> str:
    if feature.endswith("_days"):
        return _days(value)
    return percent(value) if feature == "decision_progress" else _number(value)


# Bands whose bounds are places on a scale of ours, or among amounts of one currency.
_ALIKE: dict[str, Callable[[], str]] = {
    "capex": lambda: _("of closed leads of about this size"),
    "seniority": lambda: _("of closed leads with about this rank"),
    "source_record": lambda: _("of closed leads through such sources"),
    "introducer_record": lambda: _("of closed leads with such introducers"),
    "peers_record": lambda: _("of closed leads with such peers"),
}


def _yes(value: Any) -> bool:
    return str(value) == "yes"


def _seniority(_reason: Mapping[str, Any], value: Any) -> str:
    levels = list(Seniority)
    place = min(max(len(levels) - round(float(value)), 0), len(levels) - 1)
    return _("Highest rank met: %(rank)s", rank=label(levels[place]))


def _source_record(_reason: Mapping[str, Any], value: Any) -> str:
    if abs(value) < _LIKE_OTHERS:
        return _("Leads through this source were announced about as often as the office's others")
    if value > 0:
        return _("Leads through this source were announced more often than the office's others")
    return _("Leads through this source were announced less often than the office's others")


def _introducer_record(_reason: Mapping[str, Any], value: Any) -> str:
    if abs(value) < _LIKE_OTHERS:
        return _("What they introduced was announced about as often as the office's other leads")
    if value > 0:
        return _("What they introduced was announced more often than the office's other leads")
    return _("What they introduced was announced less often than the office's other leads")


def _peers_record(_reason: Mapping[str, Any], value: Any) -> str:
    if abs(value) < _LIKE_OTHERS:
        return _(
            "Leads of this sector and country were announced about as often as the office's others"
        )
    if value > 0:
        return _(
            "Leads of this sector and country were announced more often than the office's others"
        )
    return _("Leads of this sector and country were announced less often than the office's others")


_GROUP_HERE = {
    "expansion": lambda: _("A visit to their group here showed signs of an expansion"),
    "risk": lambda: _("A visit to their group here raised a red flag"),
    "both": lambda: _("Visits to their group here showed signs of an expansion and a red flag"),
    "visited": lambda: _("Their group was visited here"),
    "none": lambda: _("No visit to their group here is on record"),
}


_SOUGHT = {
    "in": lambda: _("They sought the last contact"),
    "out": lambda: _("We sought the last contact"),
    "both": lambda: _("Both sides sought the last contact"),
}

_WHAT: dict[str, Callable[[Mapping[str, Any], Any], str]] = {
    "stage": lambda _r, value: _("Stage: %(stage)s", stage=label(StageCode(value))),
    "status": lambda _r, value: _("Status: %(status)s", status=label(Status(value))),
    "stage_days": lambda _r, value: _("%(days)s at this stage", days=_days(value)),
    "age_days": lambda _r, value: _("First contact %(days)s ago", days=_days(value)),
    "pace": lambda _r, value: _("%(number)s stages gained a quarter", number=_number(value)),
    "contact_days": lambda _r, value: _("Last contact %(days)s ago", days=_days(value)),
    "contact_direction": lambda _r, value: _SOUGHT[str(value)](),
    "recent_contacts": lambda _r, value: (
        ngettext(
            "%(num)d contact in the last 90 days",
            "%(num)d contacts in the last 90 days",
            round(value),
        )
        if round(value)
        else _("No contact in the last 90 days")
    ),
    "meetings_per_stage": lambda _r, value: _(
        "%(number)s meetings for each stage", number=_number(value)
    ),
    "seniority": _seniority,
    "decision_progress": lambda _r, value: _(
        "%(share)s of those who decide are in favour", share=percent(value)
    ),
    "mission_contact": lambda _r, value: (
        _("Met on a mission") if _yes(value) else _("Not met on a mission")
    ),
    "source": lambda reason, value: _("Came through %(source)s", source=_name(reason, value)),
    "source_record": _source_record,
    "introducer": lambda _r, value: (
        _("Somebody introduced them") if _yes(value) else _("Nobody is noted who introduced them")
    ),
    "introducer_record": _introducer_record,
    "group_here": lambda _r, value: _GROUP_HERE[str(value)](),
    "peers_here": lambda _r, value: (
        _("Another company of this sector and country is here or has announced")
        if _yes(value)
        else _("No other company of this sector and country is known to be here")
    ),
    "peers_record": _peers_record,
    "agreement": lambda _r, value: (
        _("They rely on an agreement that was noted")
        if _yes(value)
        else _("No agreement is noted that they rely on")
    ),
    "organization_announced": lambda _r, value: (
        _("The company has announced with us before")
        if _yes(value)
        else _("The company has not announced with us yet")
    ),
    "sector": lambda reason, value: _("Sector: %(sector)s", sector=_name(reason, value)),
    "market": lambda _r, value: _("Country: %(country)s", country=country_name(str(value))),
    "lead_type": lambda _r, value: _("Type: %(type)s", type=label(LeadType(value))),
    "direction": lambda _r, value: label(Direction(value)),
    "jobs": lambda _r, value: ngettext(
        "%(number)s job expected",
        "%(number)s jobs expected",
        round(value),
        number=count(round(value)),
    ),
    "capex": lambda _r, value: _(
        "Investment of %(amount)s in its currency", amount=count(round(value))
    ),
    "capex_currency": lambda _r, value: _("Investment stated in %(currency)s", currency=value),
}

_MISSING: dict[str, Callable[[], str]] = {
    "contact_days": lambda: _("No contact is recorded"),
    "contact_direction": lambda: _("Nobody noted who sought the last contact"),
    "recent_contacts": lambda: _("No contacts are recorded"),
    "meetings_per_stage": lambda: _("No meetings are recorded"),
    "seniority": lambda: _("The rank of the people met is not known"),
    "decision_progress": lambda: _("Who decides at head office is not known"),
    "mission_contact": lambda: _("Whether they were met on a mission is not known"),
    "source": lambda: _("The source is not known"),
    "source_record": lambda: _("Too few closed leads to judge the source"),
    "introducer": lambda: _("Whether somebody introduced them is not known"),
    "introducer_record": lambda: _("How leads of who introduced them ended is not known"),
    "organization_announced": lambda: _("The company is not known"),
    "group_here": lambda: _("Whether their group was visited here is not known"),
    "peers_here": lambda: _("Whether others of this sector and country are here is not known"),
    "peers_record": lambda: _("Too few closed leads to judge this sector and country"),
    "agreement": lambda: _("Whether they rely on an agreement is not known"),
    "sector": lambda: _("The sector is not known"),
    "market": lambda: _("The country is not known"),
    "jobs": lambda: _("The number of jobs is not known"),
    "capex": lambda: _("The investment is not known"),
    "capex_currency": lambda: _("The currency of the investment is not known"),
}


def _unknown(reason: Mapping[str, Any]) -> str:
    missing = _MISSING.get(reason["feature"])
    return missing() if missing else _("Not known: %(feature)s", feature=reason["feature"])


def worded_features() -> tuple[set[str], set[str]]:
    """The features that have words, and those that have words for a missing value."""
    return set(_WHAT), set(_MISSING)
