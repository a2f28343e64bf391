"""What a mission brought, from what is on file: counts, shares, costs. Pure.

A window that has not passed yet is "too early", an amount that nobody stated unknown; neither is
ever nought.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

from models.agenda import AgendaItem, AgendaKind, AgendaSide, AgendaStanding
from models.interaction import FollowUp, Interaction
from models.measure import Precision, Qualifier
from models.mission import Mission, MissionCost
from models.stage import LeadType, StageCode

WINDOWS = (90, 180, 365)
# Before so many months an announced job says nothing about the mission.
MONTHS_TO_JOBS = 24
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the range that a share of so few leaves open (Wilson, 95 %)."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of Wilson (1927); None of nothing."""
        if not self.whole:
            return None
        share, square = self.part / self.whole, _Z**2
        middle = (share + square / (2 * self.whole)) / (1 + square / self.whole)
        spread = (
            _Z
            * sqrt(share * (1 - share) / self.whole + square / (4 * self.whole**2))
            / (1 + square / self.whole)
        )
        return max(middle - spread, 0.0), min(middle + spread, 1.0)


@dataclass(frozen=True, slots=True)
class Course:
    """A lead that was open when a mission began, and the furthest stage in each window after it.

    `reached` has one position a window, in the order of `WINDOWS`; None where nothing changed.
    """

    lead_id: int
    lead_type: LeadType
    market: str | None
    stage: StageCode
    reached: tuple[int | None, ...]

    @property
    def stratum(self) -> tuple[LeadType, str | None, StageCode]:
        """What another lead has to share to be like this one."""
        return self.lead_type, self.market, self.stage

    def has_advanced(self, window: int) -> bool:
        """Whether it gained a stage within the window with this place."""
        reached = self.reached[window]
        return reached is not None and reached > self.stage.position


@dataclass(frozen=True, slots=True)
class Alike:
    """How many leads of one stratum were not met, and how many of them advanced, by window."""

    stratum: tuple[LeadType, str | None, StageCode]
    leads: int
    advanced: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Who advanced within so many days after a mission; too early before `known_on`."""

    days: int
    known_on: date
    is_early: bool
    met: Share
    others: Share


@dataclass(frozen=True, slots=True)
class Span:
    """The days a mission took."""

    first: date
    last: date


def windows_after(
    span: Span, courses: Sequence[Course], alike: Iterable[Alike], *, today: date
) -> list[Window]:
    """The share of those met that advanced, beside that of similar leads that were not."""
    strata = {course.stratum for course in courses}
    others = [row for row in alike if row.stratum in strata]
    return [
        Window(
            days,
            known_on=span.last + timedelta(days=days + 1),
            is_early=today <= span.last + timedelta(days=days),
            met=Share(sum(course.has_advanced(place) for course in courses), len(courses)),
            others=Share(
                sum(row.advanced[place] for row in others), sum(row.leads for row in others)
            ),
        )
        for place, days in enumerate(WINDOWS)
    ]


@dataclass(frozen=True, slots=True)
class Meetings:
    """The meetings that were held. A series counts as many as were stated.

    `is_about` says that a stated number was not exact, `uncounted` how many series state none.
    """

    held: int
    is_about: bool
    uncounted: int
    by_day: Mapping[date, int]
    without_day: int
    organization_ids: frozenset[int]
    not_held: int


def count_meetings(items: Sequence[AgendaItem], days: Mapping[int, date | None]) -> Meetings:
    """What the agenda says of meetings; `days` has the market day of each item."""
    held = [item for item in items if item.standing is AgendaStanding.HELD]
    by_day: dict[date, int] = {}
    total = uncounted = without_day = 0
    is_about = False
    for item in held:
        number: int | None = 1
        if item.kind is AgendaKind.SERIES or item.count is not None:
            number = item.count
            is_about = is_about or item.count_qualifier not in (None, Qualifier.EXACT)
        if number is None:
            uncounted += 1
            continue
        total += number
        day = days.get(item.id)
        if day is None:
            without_day += number
        else:
            by_day[day] = by_day.get(day, 0) + number
    return Meetings(
        held=total,
        is_about=is_about,
        uncounted=uncounted,
        by_day=dict(sorted(by_day.items())),
        without_day=without_day,
        organization_ids=frozenset(key for item in held for key in organizations_at(item)),
        not_held=sum(
            item.standing in (AgendaStanding.NO_SHOW, AgendaStanding.CANCELLED) for item in items
        ),
    )


def organizations_at(item: AgendaItem) -> set[int]:
    """The organizations of the other side at an item, as far as the viewer sees them."""
    found = set()
    if item.organization is not None:
        found.add(item.organization.id)
    elif item.lead is not None and item.lead.organization_id is not None:
        found.add(item.lead.organization_id)
    for one in item.attendees:
        if one.side is AgendaSide.THEIRS:
            if one.organization is not None:
                found.add(one.organization.id)
            elif one.contact is not None and one.contact.organization_id is not None:
                found.add(one.contact.organization_id)
    return found


def firms_met(meetings: Meetings, talks: Iterable[Interaction]) -> frozenset[int]:
    """The organizations of meetings and of other conversations on a mission."""
    found = {talk.organization_id for talk in talks if talk.organization_id is not None}
    return meetings.organization_ids | found


def span_of(
    mission: Mission, items: Iterable[AgendaItem], days: Mapping[int, date | None]
) -> Span | None:
    """The mission's days; where only a month or less is known of them, those of its meetings."""
    if mission.starts_on is not None and mission.dates_precision is Precision.DAY:
        return Span(mission.starts_on, mission.ends_on or mission.starts_on)
    held = [
        day
        for item in items
        if item.standing is AgendaStanding.HELD
        and (item.starts_at is not None or item.happens_precision is Precision.DAY)
        and (day := days[item.id]) is not None
    ]
    return Span(min(held), max(held)) if held else None


@dataclass(frozen=True, slots=True)
class Promises:
    """What was promised on a mission, by how it was kept."""

    on_time: int = 0
    late: int = 0
    overdue: int = 0
    open: int = 0
    done_without_day: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.on_time + self.late + self.overdue + self.open + self.done_without_day

    @property
    def kept_on_time(self) -> Share:
        """Of those whose day has come, or that were done before it, how many were kept by it."""
        return Share(self.on_time, self.on_time + self.late + self.overdue)


def count_promises(
    rows: Iterable[FollowUp], *, now: datetime, today: date, days_done: Mapping[int, date]
) -> Promises:
    """How promises were kept; `days_done` has the day each was done, in the office's zone."""
    found = {"on_time": 0, "late": 0, "overdue": 0, "open": 0, "done_without_day": 0}
    for row in rows:
        found[_kept(row, now=now, today=today, done_on=days_done.get(row.id))] += 1
    return Promises(**found)


def _kept(row: FollowUp, *, now: datetime, today: date, done_on: date | None) -> str:
    if row.due_at is not None:
        if row.done_at is None:
            return "overdue" if row.due_at < now else "open"
        return "on_time" if row.done_at <= row.due_at else "late"
    if row.due_on is None:
        return "open" if row.done_at is None else "done_without_day"
    if done_on is None:
        return "overdue" if row.due_on < today else "open"
    return "on_time" if done_on <= row.due_on else "late"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a mission cost: the sum over the lines that state it, and how many state nothing."""

    amount: int | None
    currency: str | None
    unknown: int

    def per(self, count: int) -> float | None:
        """What one of so many cost; None where there is none, or the cost is not known."""
        return self.amount / count if self.amount is not None and count else None


def cost_of(lines: Sequence[MissionCost], currency: str | None) -> Cost:
    """The cost of a mission; without a line that states one it is not known."""
    known = [line.cost_amount for line in lines if line.cost_amount is not None]
    return Cost(sum(known) if known else None, currency, len(lines) - len(known))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
