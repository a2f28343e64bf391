"""How leads that entered a stage in the same quarter went on."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from crm.database import Database
from crm.reports.conversion import Conversion, ConversionReport, wilson
from crm.reports.course_queries import read_conversion
from crm.reports.params import ReportParams, Scope
from crm.reports.periods import Calendar
from models.stage import STAGES, LeadType, StageCode, Status
from models.user import Actor
from tests.crm.reports.conftest import PastDemo
from tests.crm.reports.pipelines import FIRST, at, lead_through, past_lead
from tests.crm.reports.raw_rows import OPEN, ZONE, Raw, end_of, first_entries
from tests.crm.reports.test_pipeline import ADMIN, OUTSIDER
from tests.factories.lead import NOW
from tests.factories.user import make_team, make_user

CALENDAR = Calendar(ZONE, 1)


def conversion_of(database: Database, *, actor: Actor = ADMIN, **params: Any) -> Conversion:
    with database.reader(actor) as session:
        report = read_conversion(session, ReportParams(**params), now=NOW)
        assert ConversionReport.from_plain(report.to_plain()) == report
        return report.now


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def outcome(states: list[Any], position: int, end: Any) -> str:
    """What became by then of a lead that had entered a stage."""
    if position + 1 in first_entries(states, end):
        return "moved"
    last = [state for state in states if state.valid_from < end][-1]
    if last.status in OPEN:
        return "open"
    return "passed_on" if last.status == Status.PASSED_ON else "ended"


def told_again(raw: Raw, day: date, lead_type: LeadType) -> Counter[Any]:
    """The leads by stage, quarter of entry and what became of them."""
    end = end_of(day)
    first_shown = CALENDAR.quarters_until(day, 12)[0].starts_on
    found: Counter[Any] = Counter()
    for state in raw.at(end):
        states = raw.states[state.lead_id]
        if state.lead_type != lead_type:
            continue
        for position, entered in first_entries(states, end).items():
            if position == len(STAGES):
                continue
            start = CALENDAR.quarter_of(entered.astimezone(end.tzinfo).date()).starts_on
            is_undated = any(
                s.is_day_unknown and s.status in OPEN for s in states if s.valid_from < end
            )
            key = "undated" if is_undated else start if start >= first_shown else None
            found[position, key, outcome(states, position, end)] += 1
    return found


def test_every_cohort_told_again_from_the_rows(past_demo: PastDemo) -> None:
    for day in past_demo.days(10):
        conversion = conversion_of(past_demo.database, as_of=day)
        told = told_again(past_demo.raw, day, LeadType.INVESTMENT)
        found = Counter(
            {
                (stage.stage.position, cohort.quarter and cohort.quarter.starts_on, name): count
                for stage in conversion.stages
                for cohort in stage.cohorts
                for name, count in (
                    ("moved", cohort.moved_count),
                    ("open", cohort.open_count),
                    ("ended", cohort.ended_count),
                    ("passed_on", cohort.passed_on_count),
                )
            }
        )
        dated = Counter({key: n for key, n in told.items() if key[1] != "undated"})
        assert +found == dated, (past_demo.seed, day)
        for stage in conversion.stages:
            assert stage.all.count + stage.all.passed_on_count == sum(
                count for key, count in told.items() if key[0] == stage.stage.position
            )


def test_leads_passed_on_are_not_in_n_and_the_undecided_are(any_database: Database) -> None:
    lead_through(any_database, FIRST, after(10))
    lead_through(any_database, FIRST, status=Status.LOST, until=after(20))
    lead_through(any_database, FIRST)
    lead_through(any_database, FIRST, status=Status.PASSED_ON, until=after(20))
    first = conversion_of(any_database).stages[0].all
    assert (first.count, first.moved_count, first.open_count, first.ended_count) == (3, 1, 1, 1)
    assert (first.passed_on_count, first.share) == (1, pytest.approx(1 / 3))
    # What had not happened yet did not count.
    early = conversion_of(any_database, as_of=after(15)).stages[0].all
    assert (early.count, early.moved_count, early.open_count) == (4, 1, 3)


def test_a_stage_that_was_skipped_was_entered(database: Database) -> None:
    past_lead(database, at(StageCode.FIRST_CONTACT, FIRST), at(StageCode.ACTIVE, after(100)))
    found = conversion_of(database).stages
    assert [stage.all.moved_count for stage in found] == [1, 1, 1, 0, 0, 0, 0]
    assert [stage.all.open_count for stage in found] == [0, 0, 0, 1, 0, 0, 0]
    [cohort] = [cohort for cohort in found[2].cohorts if cohort.count]
    assert cohort.quarter is not None
    assert cohort.quarter.starts_on <= after(100) <= cohort.quarter.ends_on


def test_a_move_of_unknown_day_is_in_no_quarter(database: Database) -> None:
    past_lead(
        database,
        at(StageCode.FIRST_CONTACT, FIRST),
        at(StageCode.ENGAGED, None),  # type: ignore[arg-type]
    )
    first = conversion_of(database).stages[0]
    assert (first.undated_count, first.all.moved_count) == (1, 1)
    assert sum(cohort.count for cohort in first.cohorts) == 0


def test_a_restricted_lead_is_in_no_cohort_of_an_outsider(database: Database) -> None:
    lead_through(database, FIRST, after(10))
    before = conversion_of(database, actor=OUTSIDER)
    team = make_team(database, make_user(database))
    lead_through(database, FIRST, after(10), team_id=team.id)
    assert conversion_of(database, actor=OUTSIDER) == before
    assert conversion_of(database).stages[0].all.count == 2
    public = conversion_of(database, scope=Scope.PUBLIC).stages[0].all
    assert (public.is_few, public.count, public.share) == (True, None, None)


def test_the_likely_range() -> None:
    # 81 of 263, as in Newcombe (1998), table I.
    low, high = wilson(81, 263) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson(0, 0) is None
    assert (wilson(0, 10) or (1,))[0] == 0.0
