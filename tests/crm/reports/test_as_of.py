"""Days: what "as of" means, an office's fiscal quarters, and what a report is asked for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.reports.as_of import first_known_on, held_at
from crm.reports.params import (
    Dimension,
    RelativeDay,
    ReportParams,
    Scope,
    Settled,
    read_params,
    settle,
)
from crm.reports.periods import Calendar, calendar_of, same_day_last_year
from models.errors import DomainError
from models.lead import LeadRevision
from models.stage import LeadType, StageCode
from models.user import Actor, Office, User
from tests.crm.reports.pipelines import FIRST, at, lead_through, past_lead
from tests.crm.reports.raw_rows import ZONE, end_of
from tests.crm.reports.test_pipeline import ADMIN, OUTSIDER, pipeline_of
from tests.factories.lead import NOW, make_lead
from tests.factories.user import make_office, make_team, make_user

APRIL = Calendar(ZONE, 4)


def settled(database: Database, actor: Actor = ADMIN, **args: str) -> Settled:
    with database.reader(actor) as session:
        return settle(session, read_params(args), now=NOW)


def refusal(database: Database, **args: str) -> tuple[str | None, str]:
    with pytest.raises(DomainError) as refused:
        settled(database, **args)
    return refused.value.field, str(refused.value)


@pytest.mark.parametrize("start_month", range(1, 13))
def test_four_quarters_of_three_months_fill_a_fiscal_year(start_month: int) -> None:
    calendar = Calendar(ZONE, start_month)
    day = date(2023, 11, 1)
    while day < date(2026, 3, 1):
        quarter, year = calendar.quarter_of(day), calendar.year_of(day)
        assert quarter.starts_on <= day <= quarter.ends_on
        assert year.starts_on <= quarter.starts_on <= quarter.ends_on <= year.ends_on
        assert (year.starts_on.month, year.year) == (start_month, quarter.year)
        assert quarter.number == 1 + (quarter.starts_on - year.starts_on).days // 85
        following = calendar.quarter_of(quarter.ends_on + timedelta(days=1))
        assert following.number == quarter.number % 4 + 1
        day += timedelta(days=13)


def test_a_fiscal_year_from_april() -> None:
    assert APRIL.quarter_of(date(2026, 2, 14)).number == 4
    assert APRIL.year_of(date(2026, 2, 14)).year == 2025
    assert APRIL.last_quarter_end(date(2026, 2, 14)) == date(2025, 12, 31)
    assert APRIL.last_year_end(date(2026, 2, 14)) == date(2025, 3, 31)
    assert [quarter.starts_on for quarter in APRIL.quarters_until(date(2026, 4, 1), 3)] == [
        date(2025, 10, 1),
        date(2026, 1, 1),
        date(2026, 4, 1),
    ]
    assert same_day_last_year(date(2024, 2, 29)) == date(2023, 2, 28)


def test_a_day_ends_in_the_zone_of_the_office(any_database: Database) -> None:
    # Half past eight in the evening of the 5th in Toronto, the 6th in Tokyo.
    make_lead(any_database, now=datetime(2026, 11, 6, 1, 30, tzinfo=UTC))
    in_tokyo = replace(ADMIN, office_time_zone="Asia/Tokyo")
    for actor, count in ((ADMIN, 1), (in_tokyo, 0)):
        found = pipeline_of(any_database, actor=actor, as_of=date(2026, 11, 5))
        assert found.total.lead_count == count
        known_on = date(2026, 11, 5 if count else 6)
        assert (found.first_known_on, found.is_before_first) == (known_on, not count)


def test_what_an_import_enters_for_the_next_day_is_not_in_it(database: Database) -> None:
    lead_through(database, FIRST, FIRST + timedelta(days=1))
    for day, stage in ((FIRST, 0), (FIRST + timedelta(days=1), 1)):
        found = pipeline_of(database, as_of=day).stages
        assert [line.sums.lead_count for line in found[:2]] == [1 - stage, stage]
    assert pipeline_of(database, as_of=FIRST - timedelta(days=1)).total.lead_count == 0


def test_a_state_that_held_for_no_time_stood_on_no_day(any_database: Database) -> None:
    past_lead(
        any_database,
        at(StageCode.FIRST_CONTACT, FIRST),
        at(StageCode.ENGAGED, FIRST),
        at(StageCode.QUALIFIED, FIRST),
    )
    for days in (0, 1, 100):
        end = end_of(FIRST + timedelta(days=days))
        with any_database.reader(ADMIN) as session:
            stages = session.scalars(sa.select(LeadRevision.stage).where(*held_at(end))).all()
        assert stages == [StageCode.QUALIFIED]


def test_the_days_of_a_report(database: Database) -> None:
    office = make_office(database)
    with database.unscoped(ADMIN, purpose="test") as session:
        session.get_one(Office, office.id).fiscal_year_start_month = 4
    found = settled(database)
    assert (found.as_of, found.compare, found.today) == (date(2026, 11, 20), None, found.as_of)
    for word, day in (
        ("last_quarter", date(2026, 9, 30)),
        ("last_year", date(2025, 11, 20)),
        ("year_start", date(2026, 3, 31)),
        ("last_month", date(2026, 10, 31)),
    ):
        assert settled(database, compare=word).compare == day
    # A comparison is seen from the report's own day.
    found = settled(database, as_of="last_quarter", compare="last_quarter")
    assert (found.as_of, found.compare) == (date(2026, 9, 30), date(2026, 6, 30))


def test_days_that_no_report_is_about(database: Database) -> None:
    assert refusal(database, as_of="2026-11-21") == ("as_of", "This day lies in the future.")
    assert refusal(database, as_of="yesterday")[0] == "as_of"
    assert refusal(database, as_of="1989-12-31")[0] == "as_of"
    assert refusal(database, compare="2026-11-20")[0] == "compare"
    assert refusal(database, as_of="2026-01-05", compare="2026-01-06")[0] == "compare"


def test_nothing_public_is_about_one_officer(database: Database) -> None:
    assert refusal(database, scope="public", by="owner")[0] == "by"
    assert refusal(database, scope="public", owner="mine")[0] == "owner"
    assert settled(database, scope="public", by="market").params.is_public


def test_the_calendar_of_the_office_that_is_asked_for(any_database: Database) -> None:
    home, tokyo = make_office(any_database), make_office(any_database, time_zone="Asia/Tokyo")
    with any_database.unscoped(ADMIN, purpose="test") as session:
        session.get_one(Office, tokyo.id).fiscal_year_start_month = 4
    mine = replace(OUTSIDER, office_id=home.id)
    with any_database.reader(mine) as session:
        assert calendar_of(session, mine) == Calendar(ZONE, 1)
        assert calendar_of(session, mine, office=tokyo.public_id) == Calendar("Asia/Tokyo", 4)
        assert calendar_of(session, mine, office="unknown") == Calendar(ZONE, 1)
        theirs = replace(OUTSIDER, office_id=tokyo.id)
        assert calendar_of(session, theirs) == Calendar(ZONE, 4)


def test_an_office_without_offices_has_the_calendar_year(database: Database) -> None:
    with database.reader(OUTSIDER) as session:
        assert calendar_of(session, OUTSIDER) == Calendar(ZONE, 1)


def test_parameters_there_and_back() -> None:
    params = ReportParams(
        as_of=date(2026, 3, 31),
        compare=RelativeDay.LAST_YEAR,
        lead_type=LeadType.TRADE,
        office="o" * 16,
        market="JP",
        sector="batteries",
        owner="mine",
        source="jetro",
        agreement="a" * 16,
        by=Dimension.SECTOR,
        scope=Scope.PUBLIC,
    )
    assert read_params(params.as_args()) == params
    assert ReportParams().as_args() == {}
    assert read_params({"type": "none of ours", "by": "mood", "scope": "all"}) == ReportParams()


@pytest.mark.parametrize(
    ("name", "value"), [("owner", "mine"), ("owner", "none"), ("market", "KR"), ("source", "?")]
)
def test_filters_are_as_of_then(database: Database, name: str, value: str) -> None:
    officer = make_user(database)
    lead_id = lead_through(database, FIRST, owner_id=officer.id, market="KR")
    with database.engine.begin() as connection:
        # Whatever the lead shows today.
        table: Any = sa.Table("leads", sa.MetaData(), autoload_with=connection)
        connection.execute(sa.update(table).values(owner_id=None, market="JP"))
    actor = replace(OUTSIDER, id=officer.id)
    found = pipeline_of(database, actor=actor, as_of=FIRST, **{name: value})
    assert lead_id
    assert found.total.lead_count == {"mine": 1, "none": 0, "KR": 1, "?": 0}[value]


def test_without_owner_is_also_whose_owner_had_left_by_then(database: Database) -> None:
    officer = make_user(database)
    lead_through(database, FIRST, owner_id=officer.id)
    with database.unscoped(ADMIN, purpose="test") as session:
        session.get_one(User, officer.id).deactivated_at = end_of(FIRST + timedelta(days=5))
    for days, count in ((5, 0), (6, 1)):
        found = pipeline_of(database, as_of=FIRST + timedelta(days=days), owner="none")
        assert found.total.lead_count == count


def test_the_first_known_day_of_an_outsider_is_of_what_they_see(database: Database) -> None:
    team = make_team(database, make_user(database))
    lead_through(database, FIRST, team_id=team.id)
    lead_through(database, FIRST + timedelta(days=9))
    for actor, days in ((ADMIN, 0), (OUTSIDER, 9)):
        with database.reader(actor) as session:
            found = first_known_on(session, settle(session, ReportParams(), now=NOW))
        assert found == FIRST + timedelta(days=days)
