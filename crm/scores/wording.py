"""Reasons in plain words. They are stored as data and worded for each reader.

A reason says what is so and how leads of which it was so ended; never that one thing caused the
other. A value that is missing is said to be missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    reasons: Sequence[Mapping[str, Any]],
    *,
    limit_up: int = 3,
    limit_down: int = 2,
    with_weak: bool = True,
) -> list[ReasonText]:
    """The strongest reasons for and against, in the reader's language; the strongest first."""
    up: list[ReasonText] = []
    down: list[ReasonText] = []
    for reason in reasons:
        points = float(reason["points"])
        if abs(points) < _LEAST_POINTS or (reason["is_weak"] and not with_weak):
            continue
        side, limit = (up, limit_up) if points > 0 else (down, limit_down)
        if len(side) < limit:
            side.append(ReasonText(sentence(reason), points, bool(reason["is_weak"])))
    return up + down


def sentence(reason: Mapping[str, Any]) -> str:
    """What is so, and how leads of which it was so ended."""
    value = reason["value"]
    what = _unknown(reason) if value is None else _WHAT[reason["feature"]](reason, value)
    closed, announced = reason["closed_count"], reason["announced_count"]
    if closed is None or closed < _FEWEST_BEHIND:
        if reason["is_weak"]:
            return _("%(what)s (weak evidence)", what=what)
        return what
    counts = ngettext(
        "%(announced)s of %(closed)s such closed lead was announced",
        "%(announced)s of %(closed)s such closed leads were announced",
        closed,
        announced=count(announced),
        closed=count(closed),
    )
    office = _(
        "the office as a whole %(announced)s of %(closed)s",
        announced=count(reason["office_announced_count"]),
        closed=count(reason["office_closed_count"]),
    )
    if reason["is_weak"]:
        return _(
            "%(what)s: %(counts)s; %(office)s (weak evidence)",
            what=what,
            counts=counts,
            office=office,
        )
    return _("%(what)s: %(counts)s; %(office)s", what=what, counts=counts, office=office)


def _name(reason: Mapping[str, Any], value: Any) -> str:
    names = reason.get("names") or {}
    return str(names.get(reading_locale().language) or names.get("en") or value)


def _days(value: float) -> str:
    days = round(value)
    return ngettext("%(num)d day", "%(num)d days", days)


def _number(value: float) -> str:
    return count(round(value)) if value >= 10 else f"{value:.1f}".rstrip("0").rstrip(".")


def _yes(value: Any) -> bool:
    return str(value) == "yes"


def _seniority(_reason: Mapping[str, Any], value: Any) -> str:
    levels = list(Seniority)
    place = min(max(len(levels) - round(float(value)), 0), len(levels) - 1)
    return _("Highest rank met: %(rank)s", rank=label(levels[place]))


def _record(_reason: Mapping[str, Any], value: Any) -> str:
    if float(value) > 0:
        return _("Leads through this source were announced more often than the office's others")
    return _("Leads through this source were announced less often than the office's others")


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
    "recent_contacts": lambda _r, value: ngettext(
        "%(num)d contact in the last 90 days", "%(num)d contacts in the last 90 days", round(value)
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
    "source_record": _record,
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
    "organization_announced": lambda: _("The company is not known"),
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
