"""Making the forecasts that are kept, so that they can be judged by what comes.

At the end of each fiscal quarter one is made from what is known; for the two years before, what
would have been said is computed later, from what was known then. Only of leads that the whole
office may see; a second time for the public, without those under embargo. Training takes seconds
and memory, so a job does it in a process of its own.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm.announcements.embargo import is_waiting
from crm.database import Database, create_engine
from crm.jobs import service as jobs
from crm.reports.forecast import Outlook
from crm.reports.forecast_draws import Chance
from crm.reports.forecast_past_queries import JOB, JOB_KEY, PAST_SHOWN, office_calendar
from crm.reports.forecast_queries import Counts, ahead, outlook_of
from crm.reports.periods import Calendar, Quarter
from crm.reports.plain import to_plain
from crm.scores.backtests import first_day
from crm.scores.past_chances import PastChance, PastChances, known_by, past_chances
from crm.timezones import today
from models.announcement import Announcement
from models.errors import N_
from models.job import Job, JobState
from models.report import Forecast
from models.score import Basis
from models.stage import LeadType
from models.user import Actor

if TYPE_CHECKING:
    from crm.jobs.worker import Run

# A forecast is the office's own when it was made within these days after the quarter's end.
OWN_WITHIN = timedelta(days=7)
# Past ones are looked at again once a day: an import may have told more of what was known then.
_RESTS = timedelta(hours=20)
_DAY = timedelta(days=1)


def renew(database: Database, *, actor: Actor, now: datetime) -> int:
    """Make the forecasts that are missing, and those of which more is known; returns how many."""
    with database.unscoped_reader(purpose="forecast") as session:
        calendar = office_calendar(session, actor)
        embargoed = _embargoed(session, now)
        wanted = _wanted(session, calendar, embargoed, now=now)
    made = past_chances(database, list(wanted), zone=calendar.time_zone) if wanted else []
    with database.unscoped(actor, purpose="forecast") as session:
        for found in made:
            _keep(session, found, calendar, embargoed, is_own=wanted[found.day], now=now)
    return len(made)


def work(run: "Run") -> None:
    """The job: make what is missing, in a process of its own."""
    run.tell(step=N_("Looking back"))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        # Whoever asked: the days are those of the office.
        actor = replace(run.actor, office_time_zone=run.config.office_time_zone)
        pool.submit(renew_apart, run.config, actor, run.now()).result()


def renew_apart(config: Config, actor: Actor, now: datetime) -> int:
    """Make what is missing, with a connection of one's own."""
    database = Database(create_engine(config))
    try:
        return renew(database, actor=actor, now=now)
    finally:
        database.engine.dispose()


def run(session: Session, *, now: datetime) -> None:
    """The duty: ask for the forecasts once a day, and on a quarter's first day at once."""
    last = session.execute(
        sa.select(Job.state, Job.finished_at).where(Job.public_id == jobs.standing_id(JOB, JOB_KEY))
    ).one_or_none()
    if last is not None:
        if last.state in (JobState.WAITING, JobState.RUNNING):
            return
        if last.finished_at is not None and now - last.finished_at < _RESTS:
            return
    jobs.ask_again(session, JOB, JOB_KEY, {}, actor_id=None, now=now)


def _embargoed(session: Session, now: datetime) -> frozenset[int]:
    """The keys of leads of which an announcement is still to come out."""
    return frozenset(
        session.scalars(
            sa.select(Announcement.lead_id)
            .where(
                Announcement.lead_id.is_not(None),
                Announcement.team_id.is_(None),
                is_waiting(now),
            )
            .distinct()
        )
    )


def _known(known: list[list[int | None]], embargoed: frozenset[int]) -> list[list[int | None]]:
    """What a forecast was made from: it differs when that was changed since."""
    return [*known, [len(embargoed), sum(embargoed)]]


def _wanted(
    session: Session, calendar: Calendar, embargoed: frozenset[int], *, now: datetime
) -> dict[date, bool]:
    """The ends of quarters of which a forecast is missing or outdated; True: it is the own one."""
    zone = calendar.time_zone
    this_day, first = today(now, zone), first_day(session, zone)
    if first is None:
        return {}
    kept = {
        (row.day, row.is_own): row.figures.get("known")
        for row in session.scalars(sa.select(Forecast))
    }
    wanted: dict[date, bool] = {}
    for quarter in calendar.quarters_until(this_day, PAST_SHOWN + 1):
        day = quarter.starts_on - _DAY
        if day < first or (day, True) in kept:
            continue
        is_own = this_day - day <= OWN_WITHIN
        known = _known(known_by(session, day, zone), embargoed)
        if is_own or kept.get((day, False)) != known:
            wanted[day] = is_own
    return wanted


def _keep(
    session: Session,
    found: PastChances,
    calendar: Calendar,
    embargoed: frozenset[int],
    *,
    is_own: bool,
    now: datetime,
) -> None:
    quarters = ahead(calendar, found.day)
    public = [lead for lead in found.leads if lead.lead_id not in embargoed]
    values: dict[str, Any] = {
        "made_at": now,
        "basis": found.basis,
        "figures": {
            "quarter": to_plain(quarters[0]),
            "zone": calendar.time_zone,
            "known": _known(found.known, embargoed),
            "types": _outlooks(found, quarters, found.leads),
            "public": _outlooks(found, quarters, public),
        },
    }
    row = session.scalars(
        sa.select(Forecast).where(Forecast.day == found.day, Forecast.is_own == is_own)
    ).one_or_none()
    if row is None:
        session.add(Forecast(day=found.day, is_own=is_own, model_number=None, **values))
    elif not row.is_own:
        # What was said at the time stays as it was.
        for name, value in values.items():
            setattr(row, name, value)


def _outlooks(
    found: PastChances, quarters: tuple[Quarter, ...], leads: Sequence[PastChance]
) -> dict[str, Any]:
    return {
        lead_type.value: to_plain(
            _outlook(found, quarters, [lead for lead in leads if lead.lead_type is lead_type])
        )
        for lead_type in LeadType
    }


def _outlook(
    found: PastChances, quarters: tuple[Quarter, ...], mine: Sequence[PastChance]
) -> Outlook:
    chances = sorted(
        (
            Chance(
                lead.ever,
                lead.within_90,
                lead.within_180,
                lead.within_365,
                lead.low,
                lead.high,
                currency=lead.currency,
                amount=lead.amount,
                jobs=lead.jobs,
            )
            for lead in mine
        ),
        key=lambda one: (-one.ever, one.currency or "", one.amount or 0, one.jobs or 0),
    )
    counts = {
        Basis.MODEL: Counts(learned=len(mine)),
        Basis.BASE_RATE: Counts(rate=len(mine)),
        Basis.SCORECARD: Counts(starting=len(mine)),
    }
    return outlook_of(found.day, quarters, chances, counts[Basis(found.basis)])
