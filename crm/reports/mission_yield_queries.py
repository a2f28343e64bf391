"""The reads behind the missions' yield: a fixed number of statements, however many missions.

Meetings, conversations and leads are those that the viewer sees, as on a mission's own page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from crm.leads.filters import OPEN
from crm.missions.clocks import market_day, market_zone
from crm.missions.report import (
    WINDOWS,
    Course,
    Meetings,
    Promises,
    Span,
    cost_of,
    count_meetings,
    count_promises,
    firms_met,
    span_of,
)
from crm.reports.mission_record_queries import MissionRecords, list_missions, load_records
from crm.reports.mission_yield import Advance, LeadYield, MissionLine, Yield, YieldReport
from crm.reports.mission_yield_public import publish_yield
from crm.reports.params import ReportParams, Settled, settle
from crm.reports.public_session import as_public
from crm.timezones import end_of_day, start_of_day, today
from models.agenda import AgendaItem, AgendaStanding
from models.interaction import MEETING_KINDS, FollowUp, Interaction
from models.measure import Precision
from models.mission import Mission
from models.stage import LeadType, StageCode


@dataclass(frozen=True, slots=True)
class _Promise:
    """A promise as it stood when a day was over."""

    id: int
    due_on: date | None
    due_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Held:
    """The agenda, the conversations and the meetings of a mission by a day."""

    items: Sequence[AgendaItem]
    talks: Sequence[Interaction]
    meetings: Meetings


def read_yield(session: Session, params: ReportParams, *, now: datetime) -> YieldReport:
    """What missions brought as of a day, and as of the one that it is compared with; not so
    in public.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    if not params.is_public:
        return _read(session, settled)
    with as_public(session) as public:
        found = _read(public, settled)
    return YieldReport(publish_yield(found.now), None)


def _read(session: Session, settled: Settled) -> YieldReport:
    missions = list_missions(session, settled)
    records = load_records(session, settled, missions)
    day = None if settled.params.is_public else settled.compare
    before = _yield(settled, missions, records, day) if day else None
    return YieldReport(_yield(settled, missions, records, settled.as_of), before)


def _yield(
    settled: Settled, missions: Iterable[Mission], records: MissionRecords, day: date
) -> Yield:
    lines = [
        _line(settled, mission, records, day)
        for mission in missions
        if mission.created_at < settled.calendar.end_of(day)
    ]
    return Yield(day, tuple(line for line in lines if line.has_started))


def _line(settled: Settled, mission: Mission, records: MissionRecords, day: date) -> MissionLine:
    end = settled.calendar.end_of(day)
    at_home = settled.calendar.time_zone if settled.params.is_public else settled.actor.time_zone
    clock = market_zone(mission, otherwise=at_home)
    every = records.items.get(mission.id, ())
    days = {item.id: market_day(item, clock) for item in every}
    # Whether a meeting was held is told by the agenda as it is; one that came later was not yet.
    items = [item for item in every if (days[item.id] or day) <= day]
    talks = [
        talk
        for talk in records.talks.get(mission.id, ())
        if talk.known_at < end and (talk.happened_on or day) <= day
    ]
    meetings = count_meetings(items, days)
    span = span_of(mission, every, days)
    starts_on = span.first if span is not None else mission.starts_on
    leads: list[LeadYield] = []
    undated = 0
    if span is not None and span.first <= day:
        leads, undated = _met(settled, records, _Held(items, talks, meetings), span, day)
    promises = _promises(settled, records.promises.get(mission.id, ()), day)
    kept = promises.kept_on_time
    of_items = {item.interaction_id for item in every}
    cost = cost_of(records.costs.get(mission.id, ()), mission.currency)
    return MissionLine(
        mission.public_id,
        mission.name,
        starts_on,
        span.last if span is not None else mission.ends_on,
        mission.dates_precision if span is None else Precision.DAY,
        mission.dates_as_printed,
        meetings.held,
        meetings.without_day,
        len(meetings.by_day),
        meetings.is_about,
        meetings.uncounted,
        sum(talk.id not in of_items and talk.kind in MEETING_KINDS for talk in talks),
        len(firms_met(meetings, talks)),
        tuple(leads),
        undated,
        promises.total,
        kept.part,
        kept.whole,
        cost.amount,
        cost.currency,
        cost.unknown,
        has_started=starts_on is None or starts_on <= day,
        markets=tuple(sorted(market.country for market in mission.markets)),
    )


def _promises(settled: Settled, rows: Iterable[FollowUp], day: date) -> Promises:
    zone, end = settled.calendar.time_zone, settled.calendar.end_of(day)
    moment = min(end, settled.now)
    known: list[Any] = [
        _Promise(
            row.id,
            row.due_on,
            row.due_at,
            row.done_at if row.done_at is not None and row.done_at < end else None,
        )
        for row in rows
        if row.created_at < end
    ]
    done = {row.id: today(row.done_at, zone) for row in known if row.done_at is not None}
    return count_promises(known, now=moment, today=day, days_done=done)


def _met(
    settled: Settled, records: MissionRecords, at: _Held, span: Span, day: date
) -> tuple[list[LeadYield], int]:
    """The leads met, by type, by the rule of a mission's page; and how many have no known start."""
    zone, end = settled.calendar.time_zone, settled.calendar.end_of(day)
    held = [item for item in at.items if item.standing is AgendaStanding.HELD]
    rows: list[Any] = [*held, *at.talks]
    about = [(row.lead_id, row.organization_id) for row in rows]
    named = {lead_id for lead_id, _firm in about if lead_id is not None}
    alone = {firm for lead_id, firm in about if lead_id is None and firm is not None}
    firms = firms_met(at.meetings, at.talks)
    courses: dict[LeadType, list[Course]] = {}
    new: dict[LeadType, int] = {}
    qualified: dict[LeadType, int] = {}
    undated = 0
    for lead in records.leads.values():
        states = [state for state in lead.states if state.valid_from < end]
        first = lead.first_contact_on
        began = first is not None and span.first <= first <= span.last
        is_met = (
            lead.id in named
            or (lead.organization_id in alone and first is not None and first <= span.last)
            or (lead.organization_id in firms and began)
        )
        if not states or not is_met:
            continue
        course = None if began else _course(lead.id, states, span, zone)
        if lead.id not in named and not began and course is None:
            continue
        kind = states[-1].lead_type
        undated += first is None
        if course is not None:
            courses.setdefault(kind, []).append(course)
        new[kind] = new.get(kind, 0) + began
        qualified[kind] = qualified.get(kind, 0) + _is_newly_qualified(states, span, zone)
    found = [
        LeadYield(
            kind,
            len(courses.get(kind, ())),
            new[kind],
            qualified[kind],
            tuple(
                Advance(
                    days,
                    sum(one.has_advanced(place) for one in courses.get(kind, ())),
                    is_early=day <= span.last + timedelta(days=days),
                )
                for place, days in enumerate(WINDOWS)
            ),
        )
        for kind in LeadType
        if kind in new
    ]
    return found, undated


def _course(lead_id: int, states: Sequence[Any], span: Span, zone: str) -> Course | None:
    """Where a lead stood when the mission began, and how far it came; None if it was not open."""
    begins = start_of_day(span.first, zone)
    before = next((state for state in states if _held_at(state, begins)), None)
    if before is None or before.status not in OPEN or before.stage is StageCode.ANNOUNCED:
        return None
    reached = []
    for days in WINDOWS:
        until = end_of_day(span.last + timedelta(days=days), zone)
        stages = [s.stage.position for s in states if begins <= s.valid_from < until]
        reached.append(max(stages, default=None))
    return Course(lead_id, before.lead_type, before.market, before.stage, tuple(reached))


def _held_at(state: Any, moment: datetime) -> bool:
    return state.valid_from < moment and (state.valid_to is None or state.valid_to >= moment)


def _is_newly_qualified(states: Sequence[Any], span: Span, zone: str) -> bool:
    begins = start_of_day(span.first, zone)
    least = StageCode.QUALIFIED.position
    was = any(s.valid_from < begins and s.stage.position >= least for s in states)
    return not was and states[-1].stage.position >= least
