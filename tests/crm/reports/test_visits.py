"""Company visits, against a recount from raw rows, on a demo of unknown seed."""

from collections import defaultdict
from datetime import date, timedelta

from crm.bre.cases import answer_case
from crm.database import Database
from crm.reports.shown.visits import REPORT
from crm.reports.visits import Plan, Size, size_of
from models.bre_call import BreCall, BreCase, BreFlag, BreStanding, FlagStanding, Severity
from models.organization import Organization, OrganizationRole, OrganizationRoleLink, Site
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.raw_records import end_of, read, rows_of
from tests.factories.user import actor_for, make_team, make_user
from tests.factories.visit import make_firm, make_visit, make_watch
from tests.support.application import QueryCounter


def test_every_count_is_the_raw_rows(past_demo: PastDemo) -> None:
    database = past_demo.database
    jobs: dict[int, list[int | None]] = defaultdict(list)
    for site in rows_of(database, Site):
        jobs[site.organization_id].append(site.jobs_count)
    investors = {
        row.organization_id
        for row in rows_of(database, OrganizationRoleLink)
        if row.role is OrganizationRole.INVESTOR
    }
    for day in (NOW.date(), NOW.date() - timedelta(days=20), past_demo.days(1)[0]):
        end = end_of(day)
        calls = [row for row in rows_of(database, BreCall) if row.created_at < end]
        season = [row for row in calls if row.season == day.year]
        called = {row.organization_id for row in season}
        firms = [
            row.id
            for row in rows_of(database, Organization)
            if row.created_at < end
            and ((row.id in investors and row.id in jobs) or row.id in called)
        ]
        visited = {
            row.organization_id
            for row in season
            if row.standing is BreStanding.DONE and row.visited_on and row.visited_on <= day
        }
        found = read(REPORT, database, now=NOW, as_of=day).now
        assert found.total.firm_count == len(firms)
        assert found.total.visited_count == len(visited & set(firms))
        for line in found.sizes:
            alike = [
                firm
                for firm in firms
                if size_of(
                    sum(known) if (known := [n for n in jobs[firm] if n is not None]) else None
                )
                is line.size
            ]
            assert line.reach.firm_count == len(alike)
            assert line.reach.visited_count == len(visited & set(alike))
        assert sum(line.firm_count for line in found.plans) == len(firms)
        flags = [row for row in rows_of(database, BreFlag) if row.raised_at < end]
        assert found.flags is not None
        assert found.cases is not None
        for line in found.flags:
            mine = [row for row in flags if row.severity is line.severity]
            assert line.raised_count == sum(row.raised_at.year == day.year for row in mine)
            assert line.open_count == sum(
                row.standing in (FlagStanding.OPEN, FlagStanding.CONFIRMED) for row in mine
            )
        cases = [row for row in rows_of(database, BreCase) if row.opened_at < end]
        assert found.cases.opened_count == sum(row.opened_at.year == day.year for row in cases)
        assert found.cases.at_risk_jobs == sum(row.jobs_at_risk or 0 for row in cases)


def test_sizes_meet_without_a_gap() -> None:
    sizes = [size_of(jobs) for jobs in (None, 0, 19, 20, 99, 100, 499, 500)]
    assert sizes == [
        Size.UNKNOWN,
        *[Size.SMALLEST] * 2,
        *[Size.SMALL] * 2,
        *[Size.MEDIUM] * 2,
        Size.LARGE,
    ]


def test_what_firms_said_is_counted_for_their_team_alone(
    database: Database, queries: QueryCounter
) -> None:
    watch = make_watch(database)
    firm = make_firm(database)
    call = make_visit(database, firm, actor=watch.actor, season=2026)
    with database.unscoped(watch.actor, purpose="test") as session:
        case = BreCase(
            organization_id=firm.id,
            call_id=call.id,
            office_id=watch.office.id,
            team_id=watch.team.id,
            owner_id=watch.owner.id,
            opened_at=NOW - timedelta(hours=30),
            reply_due_at=NOW - timedelta(hours=5),
            plan_due_at=NOW,
            close_due_at=NOW,
            jobs_at_risk=40,
        )
        session.add(case)
        session.flush()
        session.add(
            BreFlag(
                call_id=call.id,
                organization_id=firm.id,
                team_id=watch.team.id,
                rule="R1",
                rule_version=1,
                severity=Severity.RED,
                axis="risk",
                evidence=[],
                standing=FlagStanding.OPEN,
                raised_at=NOW - timedelta(hours=30),
                case_id=case.id,
            )
        )
    found = read(REPORT, database, now=NOW, actor=watch.actor).now
    assert found.flags is not None
    assert found.cases is not None
    assert (found.flags[0].raised_count, found.flags[0].open_count) == (1, 1)
    assert (found.cases.at_risk_jobs, found.cases.replied_late_count) == (40, 1)
    assert found.plans[list(Plan).index(Plan.ASKED)].firm_count == 1
    stranger = make_user(database, role=Role.MANAGER, may_count_all=True)
    outside = read(REPORT, database, now=NOW, actor=actor_for(database, stranger)).now
    assert (outside.flags, outside.cases, outside.total) == (None, None, found.total)
    # Somebody of another team of company visits counts their own alone.
    make_team(database, stranger)
    with database.transaction(watch.actor) as session:
        answer_case(
            session, session.get_one(BreCase, case.id), note="Called", actor=watch.actor, now=NOW
        )
    with queries:
        later = read(REPORT, database, now=NOW, actor=watch.actor, as_of=date(2026, 11, 20)).now
    assert later.cases is not None
    assert later.cases.replied.done_count == 1
    assert queries.count == 8


def test_an_empty_office_has_nothing_to_visit(database: Database) -> None:
    found = read(REPORT, database, now=NOW)
    assert REPORT.is_empty(found)
    assert (found.now.total.share, found.now.flags) == (None, None)


def test_a_visit_that_was_held_later_was_only_booked(database: Database) -> None:
    firm = make_firm(database)
    call = make_visit(database, firm, season=2026, now=NOW - timedelta(days=60))
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Organization, firm.id).created_at = NOW - timedelta(days=90)
        found = session.get_one(BreCall, call.id)
        found.standing, found.visited_on = BreStanding.DONE, date(2026, 11, 10)
    report = read(REPORT, database, now=NOW, compare=date(2026, 11, 1))
    assert (report.now.total.visited_count, report.before.total.visited_count) == (1, 0)
    assert report.before.plans[list(Plan).index(Plan.BOOKED)].firm_count == 1
