"""The report of a mission: what it brought, what it cost, and what cannot be said yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template
from sqlalchemy.orm import Session

from crm.missions import agenda_queries, part_queries, queries
from crm.missions.clocks import market_day
from crm.missions.frame import Clocks, frame
from crm.missions.report import (
    MONTHS_TO_JOBS,
    Cost,
    Meetings,
    Promises,
    Span,
    Window,
    cost_of,
    count_meetings,
    count_promises,
    firms_met,
    months_after,
    span_of,
    windows_after,
)
from crm.missions.report_queries import (
    Line,
    MetLead,
    Trail,
    list_lines,
    list_met_leads,
    list_promises,
    list_talks,
    summarise_alike,
)
from crm.missions.views import blueprint
from crm.timezones import today
from crm.web.access import STAFF, allow
from crm.web.formatting import percent
from crm.web.request import actor, now, reader
from models.interaction import MEETING_KINDS
from models.mission import Mission
from models.stage import StageCode


@dataclass(frozen=True, slots=True)
class Report:
    """What stands on the page; `span` is None while nobody knows when the mission was."""

    span: Span | None
    meetings: Meetings
    talks_apart: int
    met: Sequence[MetLead]
    windows: Sequence[Window]
    promises: Promises
    lines: Sequence[Line]
    cost: Cost
    qualified: int
    jobs: int
    jobs_unknown: int
    jobs_from: date | None
    is_early_for_jobs: bool

    @property
    def new(self) -> list[MetLead]:
        """The leads that began on the mission."""
        return [one for one in self.met if one.is_new]

    @property
    def undated_count(self) -> int:
        """How many met leads have no first contact on file, so that nobody can call them new."""
        return sum(one.lead.first_contact_on is None for one in self.met)


@blueprint.get("/<mission_id>/report")
@allow(STAFF)
def report(mission_id: str) -> str:
    """What came of a mission, as far as it can be said by now."""
    session = reader()
    mission = queries.get_brief(session, mission_id)
    return render_template(
        "missions/report.html",
        **frame(mission, "missions.report"),
        report=_build(session, mission),
        percent=percent,
        counts_all=actor().counts_all,
        today=today(now(), actor().office_time_zone),
        months_to_jobs=MONTHS_TO_JOBS,
    )


def _build(session: Session, mission: Mission) -> Report:
    moment, zone_name = now(), actor().office_time_zone
    day = today(moment, zone_name)
    items = agenda_queries.list_items(session, mission)
    clock = Clocks.of(mission).market
    days = {item.id: market_day(item, clock) for item in items}
    meetings = count_meetings(items, days)
    talks = list_talks(session, mission)
    promises = list_promises(session, mission)
    span = span_of(mission, items, days)
    met: list[MetLead] = []
    windows: list[Window] = []
    if span is not None:
        met = list_met_leads(
            session, items, talks, firms_met(meetings, talks), span, zone_name=zone_name
        )
        alike = summarise_alike(session, mission, span, zone_name=zone_name)
        courses = [one.course for one in met if one.course is not None]
        windows = windows_after(span, courses, alike, today=day)
    lines = list_lines(session, mission, Trail(met, items, promises), span, now=moment)
    counted = [line.announcement for line in lines if line.is_counted]
    jobs_from = months_after(span.last, MONTHS_TO_JOBS) if span is not None else None
    of_items = {item.interaction_id for item in items}
    return Report(
        span=span,
        meetings=meetings,
        talks_apart=sum(talk.id not in of_items and talk.kind in MEETING_KINDS for talk in talks),
        met=met,
        windows=windows,
        promises=count_promises(
            promises,
            now=moment,
            today=day,
            days_done={
                one.id: today(one.done_at, zone_name) for one in promises if one.done_at is not None
            },
        ),
        lines=lines,
        cost=cost_of(part_queries.list_costs(session, mission), mission.currency),
        qualified=sum(
            not one.was_qualified and one.lead.stage.position >= StageCode.QUALIFIED.position
            for one in met
        ),
        jobs=sum(one.jobs_count for one in counted if one.jobs_count is not None),
        jobs_unknown=sum(one.jobs_count is None for one in counted),
        jobs_from=jobs_from,
        is_early_for_jobs=jobs_from is None or day < jobs_from,
    )
