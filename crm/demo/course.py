"""What happens to an invented lead over time: stages, holds and how it ends, up to today."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from crm.demo.data import phrases
from crm.demo.world import Prospect
from crm.leads.plan import PastEvent
from models.lead import LossReason, PassedOnOutcome
from models.measure import Precision
from models.stage import StageCode, Status

# The share of those that will fail which fails at each stage, once it is reached.
_DROPS = (0.36, 0.38, 0.38, 0.36, 0.34, 0.28, 1.0)
_LEAST_DAYS = 30
_MEAN_DAYS = 95.0
_LEAST_WAIT = 60
_MEAN_WAIT = 175.0
_HELD_SHARE = 0.45
_PLACES = (
    *("Ohio", "Georgia", "Texas", "Tennessee", "Indiana", "Ontario's south-west", "Nuevo León"),
    *("Vietnam", "Thailand", "Hungary", "Poland", "Gujarat"),
)
_LOSSES = {
    LossReason.PLACE_WON: 0.27,
    LossReason.GONE_SILENT: 0.2,
    LossReason.STAYED_HOME: 0.14,
    LossReason.NO_DECISION: 0.13,
    LossReason.BUDGET_WITHDRAWN: 0.09,
    LossReason.COST: 0.06,
    LossReason.MERGED: 0.05,
    LossReason.CONDITIONS: 0.04,
    LossReason.NOT_A_FIT: 0.02,
}
PASSED_ON_TO = ("Port Aurelia Economic Office", "Ministry of Ventures, North Laurentia")


@dataclass(frozen=True, slots=True)
class Course:
    """The past of one lead as it is known today, and the columns that its end fills.

    `stages` gives the day each stage was entered; `active_until` the last day on which
    anybody is in touch, `is_quiet` whether they stop well before the end. What lies ahead
    (`coming_stages`, and `active_until` beyond today) makes the pace of the past depend on the
    lead alone, not on the day it is looked at.
    """

    events: tuple[PastEvent, ...]
    stages: dict[int, date]
    coming_stages: dict[int, date]
    stage: int
    status: Status
    active_until: date
    is_quiet: bool
    first_precision: Precision
    columns: dict[str, object] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Still worked on, or waiting to be."""
        return self.status.is_open and self.stage < StageCode.ANNOUNCED.position

    def reached_on(self, position: int) -> date:
        """The day a stage was entered, or the next one where it was skipped."""
        return min(day for stage, day in self.stages.items() if stage >= position)

    @property
    def announced_on(self) -> date | None:
        """The day of the announcement, if there was one by today."""
        return self.stages.get(StageCode.ANNOUNCED.position)


def run_course(prospect: Prospect, *, language: str, today: date, random: Random) -> Course:
    """Let a lead live from its first contact to its end, and cut off what lies ahead."""
    last = 8 if prospect.wins else _last_stage(random)
    pace = 2.0 ** (-0.2 * prospect.eagerness)
    day = _workday(prospect.began_on)
    precision = Precision.DAY
    if (today - day).days > 500 and random.random() < 0.08:
        # Old cards say a month at best.
        day, precision = day.replace(day=1), Precision.MONTH
    skipped = random.randint(3, 6) if last > 6 and random.random() < 0.15 else None
    held_at = (
        random.randint(2, min(last, 6)) if last > 1 and random.random() < _HELD_SHARE else None
    )

    stages: dict[int, date] = {}
    events: list[PastEvent] = []
    hold: tuple[date, date] | None = None
    for stage in range(1, last + 1):
        if stage != skipped:
            stages[stage] = day
            events.append(PastEvent(day, stage=StageCode.at(stage)))
        stay = _LEAST_DAYS + int(pace * random.expovariate(1.0 / _MEAN_DAYS))
        if stage == held_at and stage != skipped and stage < 8:
            begins = _workday(day + timedelta(days=20 + random.randint(0, 40)))
            ends = _workday(begins + timedelta(days=random.randint(60, 210)))
            hold = (begins, ends)
            stay = max(stay, (ends - day).days + 12)
            events.append(
                PastEvent(
                    begins, status=Status.ON_HOLD, reason=random.choice(phrases(language)["hold"])
                )
            )
            events.append(PastEvent(ends, status=Status.ACTIVE))
        last_entered, day = day, _workday(day + timedelta(days=stay))
    columns: dict[str, object] = {}
    quiet = False
    active_until = day
    if not prospect.wins:
        ended = last_entered + timedelta(
            days=_LEAST_WAIT + int(random.expovariate(1.0 / _MEAN_WAIT))
        )
        ended = _workday(max(ended, hold[1] + timedelta(days=10) if hold else ended))
        end, columns = _end(random, ended, language)
        quiet = columns.get("lost_reason") is LossReason.GONE_SILENT or random.random() < 0.3
        wait = (ended - last_entered).days
        active_until = last_entered + timedelta(
            days=int(wait * (random.uniform(0.05, 0.3) if quiet else random.uniform(0.5, 0.95)))
        )
        events.append(end)
        if columns["status"] is Status.LOST and random.random() < 0.04:
            back = _workday(ended + timedelta(days=random.randint(150, 400)))
            if back < today:
                # The eventual outcome stands; the second try is still under way.
                events.append(
                    PastEvent(back, status=Status.ACTIVE, reason=phrases(language)["return"])
                )
                active_until, quiet, columns = today, False, {}
    return _cut(
        events, stages, columns, today, active_until, is_quiet=quiet, hold=hold, precision=precision
    )


def _cut(
    events: list[PastEvent],
    stages: dict[int, date],
    columns: dict[str, object],
    today: date,
    active_until: date,
    *,
    is_quiet: bool,
    hold: tuple[date, date] | None,
    precision: Precision,
) -> Course:
    known = [event for event in events if event.on is not None and event.on <= today]
    entered = {stage: day for stage, day in stages.items() if day <= today}
    status = next((event.status for event in reversed(known) if event.status), Status.ACTIVE)
    if status is Status.ON_HOLD and hold is not None:
        columns = {"hold_until": hold[1]}
    elif status.is_open:
        columns = {}
    return Course(
        events=tuple(known),
        stages=entered,
        coming_stages={stage: day for stage, day in stages.items() if day > today},
        stage=max(entered),
        status=status,
        active_until=active_until,
        is_quiet=is_quiet,
        first_precision=precision,
        columns=columns,
    )


def _last_stage(random: Random) -> int:
    stage = 1
    while random.random() >= _DROPS[stage - 1]:
        stage += 1
    return stage


def _end(random: Random, day: date, language: str) -> tuple[PastEvent, dict[str, object]]:
    said = phrases(language)
    kind = random.random()
    if kind < 0.06:
        reason = random.choice(said["stop"])
        return PastEvent(day, status=Status.ABANDONED, reason=reason), {"status": Status.ABANDONED}
    if kind < 0.12:
        to = random.choice(PASSED_ON_TO)
        return PastEvent(day, status=Status.PASSED_ON, reason=to), {
            "status": Status.PASSED_ON,
            "passed_on_to": to,
            "passed_on_consent": said["passed_on_consent"],
            "passed_on_sent": said["passed_on_sent"],
            "passed_on_outcome": random.choice(tuple(PassedOnOutcome)[:3]),
        }
    code = random.choices(tuple(_LOSSES), tuple(_LOSSES.values()))[0]
    return (
        PastEvent(
            day,
            status=Status.LOST,
            reason=said["lost"][code],
            lost_to=random.choice(_PLACES) if code is LossReason.PLACE_WON else None,
            loss_reason=code,
        ),
        {"status": Status.LOST, "lost_reason": code},
    )


def _workday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
