"""How long leads stay at a stage, those that still stand there counted in."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.database import Database
from crm.reports.course_queries import read_velocity
from crm.reports.params import ReportParams, Scope
from crm.reports.velocity import Step, Velocity, VelocityReport, times_of
from models.lead import LeadRevision, Origin
from models.stage import LeadType, StageCode, Status
from models.user import Actor
from tests.crm.reports.conftest import PastDemo
from tests.crm.reports.pipelines import FIRST, at, ended, lead_through, past_lead
from tests.crm.reports.raw_rows import OPEN, Raw, end_of, first_entries
from tests.crm.reports.test_pipeline import ADMIN, OUTSIDER
from tests.factories.lead import NOW
from tests.factories.user import make_team, make_user


def velocity_of(database: Database, *, actor: Actor = ADMIN, **params: Any) -> Velocity:
    with database.reader(actor) as session:
        report = read_velocity(session, ReportParams(**params), now=NOW)
        assert VelocityReport.from_plain(report.to_plain()) == report
        return report.now


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def followed(count: int, *stays: tuple[int, bool]) -> Any:
    return times_of([(days, went, 1) for days, went in stays] * count)


def test_half_within_by_hand() -> None:
    """Weeks until relapse of 21 children on 6-MP (Freireich 1963): half within 23 weeks."""
    went = (6, 6, 6, 7, 10, 13, 16, 22, 23)
    seen = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    times = times_of([(days, True, 1) for days in went] + [(days, False, 1) for days in seen])
    assert (times.count, times.event_count) == (21, 9)
    assert [(step.days, round(step.share, 4)) for step in times.curve] == [
        (6, 0.8571),
        (7, 0.8067),
        (10, 0.7529),
        (13, 0.6902),
        (16, 0.6275),
        (22, 0.5378),
        (23, 0.4482),
    ]
    assert (times.quarter_days, times.median_days, times.three_quarters_days) == (13, 23, None)


def test_fewer_than_five_say_nothing() -> None:
    few = followed(1, *((days, True) for days in (3, 5, 8, 9)), (20, False))
    assert (few.count, few.event_count, few.is_few, few.median_days) == (5, 4, True, None)
    enough = followed(1, *((days, True) for days in (3, 5, 8, 9, 9)))
    assert (enough.is_few, enough.median_days) == (False, 8)


def test_half_of_an_even_number_is_met_exactly() -> None:
    assert followed(3, (4, True), (9, True)).median_days == 4
    assert followed(1, *((day, True) for day in range(1, 7))).curve[0] == Step(1, 5 / 6)


def told_again(raw: Raw, day: date, lead_type: LeadType) -> dict[int, list[tuple[float, str]]]:
    """The stays at each stage as days and what became of them, by position."""
    end = end_of(day)
    found: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for last in raw.at(end):
        if last.lead_type != lead_type:
            continue
        states = [state for state in raw.states[last.lead_id] if state.valid_from < end]
        entries = first_entries(states, end)
        open_until = max(
            min(state.valid_to or end, end) for state in states if state.status in OPEN
        )
        for position in range(1, 8):
            entered, following = entries.get(position), entries.get(position + 1)
            if entered is None or following == entered or _is_hidden(states, position):
                continue
            days = ((following or open_until) - entered).total_seconds() / 86_400
            became = "left"
            if following is not None:
                became = "moved"
            elif last.status in OPEN:
                became = "open"
            found[position].append((days, became))
    return found


def _is_hidden(states: list[Any], position: int) -> bool:
    for state in states:
        if state.is_day_unknown and (state.status in OPEN or state.stage.position <= position):
            return True
    imported = [
        state.stage.position
        for state in states
        if state.origin == Origin.IMPORT and state.stage.position > 1
    ]
    return position == 1 and bool(imported) and min(imported) > 2


def _median(stays: list[tuple[float, bool]]) -> float | None:
    """The product of what stays, step by step, until half have gone."""
    still = 1.0
    for moment in sorted({days for days, has_gone in stays if has_gone}):
        at_risk = sum(days >= moment for days, _gone in stays)
        still *= 1 - sum(days == moment and gone for days, gone in stays) / at_risk
        if still <= 0.5 + 1e-12:
            return moment
    return None


def test_every_stay_told_again_from_the_rows(past_demo: PastDemo) -> None:
    for day in past_demo.days(10):
        velocity = velocity_of(past_demo.database, as_of=day)
        told = told_again(past_demo.raw, day, LeadType.INVESTMENT)
        for stage in velocity.stages:
            stays = told[stage.stage.position]
            where = (past_demo.seed, day, stage.stage)
            for times, gone in ((stage.moved, {"moved"}), (stage.left, {"moved", "left"})):
                expected = [(float(round(days)), became in gone) for days, became in stays]
                assert times.count == len(expected), where
                assert times.event_count == sum(has_gone for _days, has_gone in expected), where
                if not times.is_few:
                    assert times.median_days == _median(expected), where
            assert stage.open_count == sum(became == "open" for _days, became in stays), where


def test_open_leads_are_followed_until_the_day(database: Database) -> None:
    for days in (10, 20, 30, 40, 50):
        lead_through(database, FIRST, after(days))
    for _ in range(5):
        lead_through(database, FIRST)
    found = velocity_of(database, as_of=after(60)).stages[0]
    assert (found.moved.count, found.moved.event_count, found.open_count) == (10, 5, 5)
    assert found.moved.median_days == 50
    assert velocity_of(database, as_of=after(45)).stages[0].moved.event_count == 4


def test_an_end_is_a_way_of_leaving_but_not_of_going_on(database: Database) -> None:
    for days in (10, 20, 30, 40, 50):
        lead_through(database, FIRST, after(days))
        lead_through(database, FIRST, status=Status.LOST, until=after(days + 5))
    found = velocity_of(database).stages[0]
    assert (found.moved.event_count, found.left.event_count) == (5, 10)
    assert found.left.median_days == 30
    assert found.moved.median_days == 40


def test_from_the_first_contact_to_the_announcement(any_database: Database) -> None:
    for days in range(5):
        lead_through(any_database, *(after(10 * n) for n in range(7)), after(100 + days))
    lead_through(any_database, FIRST)
    found = velocity_of(any_database)
    assert (found.announced_only.count, found.announced_only.median_days) == (5, 102)
    assert (found.to_announced.count, found.to_announced.median_days) == (6, 102)
    with any_database.engine.begin() as connection:
        table: Any = LeadRevision.__table__
        # The office entered the leads a month after they had met.
        connection.execute(
            sa.update(table).where(table.c.sequence == 1).values(happened_on=after(-30))
        )
    assert velocity_of(any_database).announced_only.median_days == 132


def test_what_an_import_skips_says_nothing_of_the_first_stage(database: Database) -> None:
    past_lead(database, at(StageCode.FIRST_CONTACT, FIRST), at(StageCode.QUALIFIED, after(90)))
    first = velocity_of(database).stages[0]
    assert (first.moved.count, first.hidden_count) == (0, 1)


def test_a_stay_that_an_unknown_day_hides_is_counted_apart(any_database: Database) -> None:
    past_lead(
        any_database,
        at(StageCode.FIRST_CONTACT, FIRST),
        at(StageCode.ENGAGED, after(5)),
        ended(Status.LOST, None),
    )
    first, second = velocity_of(any_database).stages[:2]
    assert (first.moved.count, first.hidden_count) == (1, 0)
    assert (second.moved.count, second.hidden_count) == (0, 1)


def test_a_restricted_lead_is_in_no_median_of_an_outsider(database: Database) -> None:
    lead_through(database, FIRST, after(10))
    before = velocity_of(database, actor=OUTSIDER)
    team = make_team(database, make_user(database))
    lead_through(database, FIRST, after(90), team_id=team.id)
    assert velocity_of(database, actor=OUTSIDER) == before
    assert velocity_of(database).stages[0].moved.count == 2
    assert velocity_of(database, scope=Scope.PUBLIC).stages[0].moved.curve == ()
