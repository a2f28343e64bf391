"""The quality of the records, against a recount from raw rows, on a demo of unknown seed."""

from datetime import date, timedelta
from typing import Any

import pytest

from crm.database import Database
from crm.reports.params import RelativeDay
from crm.reports.quality import Gaps
from crm.reports.shown.quality import REPORT
from models.interaction import FollowUp, Interaction, InteractionStanding
from models.lead import ImportedTotal, Lead
from models.measure import Precision, StatedDate
from models.stage import LeadType, StageCode
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.raw_records import end_of, read, rows_of
from tests.crm.reports.raw_rows import OPEN
from tests.factories.interaction import make_conversation, make_next_step
from tests.factories.lead import make_lead
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter


def period_end(day: date, precision: Precision | None) -> date:
    """The last day of the period that begins on a day."""
    months = {Precision.MONTH: 1, Precision.QUARTER: 3, Precision.YEAR: 12}.get(
        precision or Precision.DAY
    )
    if months is None:
        return day
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def recount(demo: PastDemo, day: date, kind: LeadType) -> Gaps:
    end, cut = end_of(day), end_of(day - timedelta(days=180))
    after = day - timedelta(days=180)
    steps: dict[int, list[Any]] = {}
    for step in rows_of(demo.database, FollowUp):
        is_open = step.created_at < end and (step.done_at is None or step.done_at >= end)
        if step.is_next_step and is_open:
            steps.setdefault(step.lead_id, []).append(step)
    touched = {
        row.lead_id
        for row in rows_of(demo.database, Interaction)
        if row.standing is InteractionStanding.HELD and row.known_at < end
        if row.happened_on is not None and after < row.happened_on <= day
    }
    touched |= {
        row.lead_id
        for row in rows_of(demo.database, ImportedTotal)
        if row.known_at < end and row.last_contact_on and after < row.last_contact_on <= day
    }
    touched |= {
        row.id
        for row in rows_of(demo.database, Lead)
        if row.first_contact_on and after < row.first_contact_on <= day
    }
    total = Gaps()
    for state in demo.raw.at(end):
        is_open = state.status in OPEN and state.stage is not StageCode.ANNOUNCED
        if state.lead_type is not kind or not is_open:
            continue
        past = [s for s in demo.raw.states[state.lead_id] if s.valid_to != s.valid_from]
        mine = steps.get(state.lead_id, [])
        target = state.target_on
        flags = [
            not mine,
            any(step.due_on is not None and step.due_on < day for step in mine),
            target is not None and period_end(target, state.target_precision) < day,
            state.lead_id not in touched,
            state.likelihood is not None
            and any(s.valid_from < cut for s in past)
            and all(
                s.likelihood == state.likelihood
                for s in past
                if s.valid_from < end and (s.valid_to is None or s.valid_to >= cut)
            ),
            state.capex_amount is None,
            state.jobs_count is None,
            state.sector_id is None,
        ]
        total += Gaps(1, *(int(flag) for flag in flags), int(not any(flags)))
    return total


def test_every_count_is_the_raw_rows(past_demo: PastDemo) -> None:
    for day in (NOW.date(), *past_demo.days(4)):
        for kind in (LeadType.INVESTMENT, LeadType.TRADE):
            found = read(REPORT, past_demo.database, now=NOW, as_of=day, lead_type=kind).now
            assert found.total == recount(past_demo, day, kind), (past_demo.seed, day)
            for lines in (found.offices, found.owners):
                assert sum((line.gaps for line in lines), start=Gaps()) == found.total


def test_a_day_of_a_next_step_that_has_passed(database: Database) -> None:
    late, fine = make_lead(database), make_lead(database)
    make_next_step(database, late, due_on=NOW.date())
    make_next_step(database, fine, due_on=NOW.date() + timedelta(days=9))
    make_lead(database)
    later = NOW + timedelta(days=2)
    found = read(REPORT, database, now=later, compare=NOW.date())
    assert (found.now.total.lead_count, found.now.total.no_step_count) == (3, 1)
    assert (found.now.total.overdue_count, found.before.total.overdue_count) == (1, 0)


def test_a_restricted_lead_makes_no_difference_outside(database: Database) -> None:
    make_lead(database)
    member, outsider = make_user(database), actor_for(database, make_user(database))
    manager = actor_for(database, make_user(database, role=Role.MANAGER))
    before = read(REPORT, database, now=NOW, actor=outsider, compare=RelativeDay.LAST_MONTH)
    team = make_team(database, member)
    make_lead(database, team_id=team.id, confidentiality_reason="Asked for it")
    assert before == read(REPORT, database, now=NOW, actor=outsider, compare=RelativeDay.LAST_MONTH)
    assert read(REPORT, database, now=NOW, actor=manager).now.total.lead_count == 2


@pytest.mark.parametrize("count", [1, 7])
def test_a_fixed_number_of_statements(
    database: Database, queries: QueryCounter, count: int
) -> None:
    for _ in range(count):
        make_lead(database, actor=LOCAL_ADMINISTRATOR)
    with queries:
        read(REPORT, database, now=NOW)
    assert queries.count == 6


def test_what_was_logged_later_was_not_known_then(database: Database) -> None:
    long_ago = StatedDate(date(2025, 1, 7))
    lead = make_lead(database, now=NOW - timedelta(days=300), first_contact=long_ago)
    talked_on = NOW.date() - timedelta(days=20)
    make_conversation(database, lead, happened_on=talked_on)
    report = read(REPORT, database, now=NOW, compare=NOW.date() - timedelta(days=5))
    assert (report.now.total.silent_count, report.before.total.silent_count) == (0, 1)


@pytest.mark.parametrize(
    ("precision", "first", "is_past"),
    [
        (Precision.DAY, date(2026, 11, 19), 1),
        (Precision.MONTH, date(2026, 11, 1), 0),
        (Precision.MONTH, date(2026, 10, 1), 1),
        (Precision.QUARTER, date(2026, 10, 1), 0),
        (Precision.QUARTER, date(2026, 7, 1), 1),
        (Precision.YEAR, date(2026, 1, 1), 0),
        (Precision.YEAR, date(2025, 1, 1), 1),
    ],
)
def test_a_period_has_passed_when_all_of_it_has(
    database: Database, precision: Precision, first: date, is_past: int
) -> None:
    make_lead(database, target=StatedDate(first, precision))
    assert read(REPORT, database, now=NOW).now.total.target_passed_count == is_past
