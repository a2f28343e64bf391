"""The missions' yield says what each mission's own page says."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.database import Database
from crm.missions import agenda_queries, part_queries
from crm.missions import queries as mission_queries
from crm.missions.clocks import market_day, market_zone
from crm.missions.report import (
    cost_of,
    count_meetings,
    count_promises,
    firms_met,
    span_of,
    windows_after,
)
from crm.missions.report_queries import list_met_leads, list_promises, list_talks
from crm.reports.mission_yield import MissionLine
from crm.reports.shown.mission_yield import REPORT
from models.agenda import AgendaItem, AgendaStanding
from models.lead import Lead
from models.mission import Mission
from models.stage import STAGES, LeadType, StageCode
from models.user import LOCAL_ADMINISTRATOR
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.pipelines import at, past_lead
from tests.crm.reports.raw_records import local, read, rows_of
from tests.crm.reports.raw_rows import ZONE
from tests.factories.lead import make_lead
from tests.factories.mission import make_item, make_planned_mission
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter


def expect_as_on_its_page(session: Session, mission: Mission, line: MissionLine) -> None:
    day = NOW.date()
    items = agenda_queries.list_items(session, mission)
    clock = market_zone(mission, otherwise=ZONE)
    days = {item.id: market_day(item, clock) for item in items}
    meetings = count_meetings(items, days)
    talks = list_talks(session, mission)
    assert (line.meeting_count, line.day_count) == (meetings.held, len(meetings.by_day))
    firms = firms_met(meetings, talks)
    assert line.organization_count == len(firms)
    rows = list_promises(session, mission)
    done = {row.id: local(row.done_at) for row in rows if row.done_at}
    promises = count_promises(rows, now=NOW, today=day, days_done=done)
    assert (line.promise_count, line.kept_count) == (promises.total, promises.on_time)
    cost = cost_of(part_queries.list_costs(session, mission), mission.currency)
    assert (line.cost_amount, line.unknown_cost_count) == (cost.amount, cost.unknown)
    span = span_of(mission, items, days)
    if span is None:
        assert line.leads == ()
        return
    met = list_met_leads(session, items, talks, firms, span, zone_name=ZONE)
    for kind in LeadType:
        mine = [one for one in met if one.lead.lead_type is kind]
        courses = [one.course for one in mine if one.course is not None]
        found = next((one for one in line.leads if one.lead_type is kind), None)
        assert (found is None) == (not mine)
        if found is None:
            continue
        assert (found.met_count, found.new_count) == (len(courses), sum(o.is_new for o in mine))
        assert found.qualified_count == sum(
            not one.was_qualified and one.lead.stage.position >= StageCode.QUALIFIED.position
            for one in mine
        )
        windows = windows_after(span, courses, (), today=day)
        assert [(one.advanced_count, one.is_early) for one in found.advances] == [
            (window.met.part, window.is_early) for window in windows
        ]


def test_every_number_is_that_of_the_mission_s_own_page(past_demo: PastDemo) -> None:
    found = read(REPORT, past_demo.database, now=NOW).now
    assert len(found.missions) > 3
    with past_demo.database.reader(LOCAL_ADMINISTRATOR) as session:
        for line in found.missions:
            mission = mission_queries.get_brief(session, line.public_id)
            expect_as_on_its_page(session, mission, line)


def test_of_a_past_day_nothing_later_is_counted(past_demo: PastDemo) -> None:
    missions = {row.public_id: row for row in rows_of(past_demo.database, Mission)}
    items = rows_of(past_demo.database, AgendaItem)
    for day in past_demo.days(3):
        for line in read(REPORT, past_demo.database, now=NOW, as_of=day).now.missions:
            mission = missions[line.public_id]
            assert line.starts_on is None or line.starts_on <= day
            held = [
                item
                for item in items
                if item.mission_id == mission.id and item.standing is AgendaStanding.HELD
            ]
            assert line.meeting_count <= sum(item.count or 1 for item in held)


def held_meeting(database: Database, mission: Mission, lead: Lead, **values: Any) -> None:
    item = make_item(database, mission, lead=lead, **values)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(AgendaItem, item.id).standing = AgendaStanding.HELD


def test_a_restricted_lead_makes_no_difference_outside(database: Database) -> None:
    first = date(2026, 6, 1)
    mission = make_planned_mission(database, starts_on=first, ends_on=first + timedelta(days=3))
    held_meeting(database, mission, make_lead(database))
    outsider = actor_for(database, make_user(database))
    before = read(REPORT, database, now=NOW, actor=outsider)
    team = make_team(database, make_user(database))
    secret = make_lead(database, team_id=team.id, confidentiality_reason="Asked for it")
    held_meeting(database, mission, secret)
    assert read(REPORT, database, now=NOW, actor=outsider) == before
    assert read(REPORT, database, now=NOW).now.missions[0].meeting_count == 2


@pytest.mark.parametrize("count", [1, 4])
def test_a_fixed_number_of_statements(
    database: Database, queries: QueryCounter, count: int
) -> None:
    for _ in range(count):
        mission = make_planned_mission(database, starts_on=date(2026, 6, 1))
        held_meeting(database, mission, make_lead(database))
    with queries:
        found = read(REPORT, database, now=NOW)
    assert len(found.now.missions) == count
    assert queries.count == 11


def test_a_stage_reached_before_the_mission_is_no_gain(database: Database) -> None:
    days = [date(2026, 1, 5), date(2026, 2, 2), date(2026, 3, 2)]
    events = [
        *(at(stage, day) for stage, day in zip(STAGES, days, strict=False)),
        at(StageCode.FIRST_CONTACT, date(2026, 4, 6)),
        at(StageCode.ENGAGED, date(2026, 11, 9)),
    ]
    lead_id = past_lead(database, *events)
    first = date(2026, 6, 1)
    mission = make_planned_mission(database, starts_on=first, ends_on=first)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Mission, mission.id).created_at = NOW - timedelta(days=300)
        lead = session.get_one(Lead, lead_id)
    held_meeting(database, mission, lead)
    report = read(REPORT, database, now=NOW, compare=date(2026, 10, 1))
    for told, gained in ((report.now, [0, 1, 1]), (report.before, [0, 0, 0])):
        [found] = told.missions[0].leads
        assert (found.met_count, found.qualified_count) == (1, 0)
        assert [one.advanced_count for one in found.advances] == gained
