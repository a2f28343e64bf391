"""Referrals, against a recount from raw rows, on a demo of unknown seed."""

from datetime import date, timedelta

from crm.briefing.languages import in_language
from crm.database import Database
from crm.leads.passing_on import answer_passed_on
from crm.leads.standing import pass_on_lead
from crm.reports.referrals import InCounts, OutCounts
from crm.reports.report import Words
from crm.reports.shown.referrals import REPORT
from models.lead import Lead, LeadSource, PassedOnOutcome
from models.stage import LeadType, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.pipelines import FIRST, at, ended, past_lead
from tests.crm.reports.raw_records import end_of, read, rows_of
from tests.factories.lead import make_lead, make_source
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter


def test_every_count_is_the_raw_rows(past_demo: PastDemo) -> None:
    introduces = {row.id for row in rows_of(past_demo.database, LeadSource) if row.is_introducer}
    for day in (NOW.date(), *past_demo.days(5)):
        for kind in LeadType:
            out, came, helped = OutCounts(), InCounts(), InCounts()
            for state in past_demo.raw.at(end_of(day)):
                if state.lead_type is not kind:
                    continue
                if state.status is Status.PASSED_ON:
                    outcome = state.passed_on_outcome or PassedOnOutcome.WAITING
                    out += OutCounts(**{f"{outcome.value}_count": 1})
                name = state.status.value if not state.status.is_open else "open"
                if name == "open" and state.stage is StageCode.ANNOUNCED:
                    name = "announced"
                one = InCounts(**{f"{name}_count": 1})
                came += one if state.source_id in introduces else InCounts()
                helped += one if state.partner_office_id is not None else InCounts()
            found = read(REPORT, past_demo.database, now=NOW, as_of=day, lead_type=kind).now
            assert (found.passed_on, found.came, found.helped) == (out, came, helped), day
            assert sum((line.counts for line in found.offices), start=OutCounts()) == out
            assert sum((line.counts for line in found.sources), start=InCounts()) == came


def test_an_empty_office_has_no_referrals(database: Database, queries: QueryCounter) -> None:
    with queries:
        found = read(REPORT, database, now=NOW)
    assert REPORT.is_empty(found)
    assert queries.count == 8


def test_a_restricted_lead_makes_no_difference_outside(database: Database) -> None:
    source = make_source(database)
    with database.unscoped(actor_for(database, make_user(database)), purpose="test") as session:
        session.get_one(LeadSource, source.id).is_introducer = True
    past_lead(database, at(StageCode.FIRST_CONTACT, FIRST), source_id=source.id)
    outsider = actor_for(database, make_user(database))
    manager = actor_for(database, make_user(database, role=Role.MANAGER))
    before = read(REPORT, database, now=NOW, actor=outsider)
    team = make_team(database, make_user(database))
    past_lead(
        database,
        at(StageCode.FIRST_CONTACT, FIRST),
        ended(Status.PASSED_ON, FIRST),
        source_id=source.id,
        team_id=team.id,
        confidentiality_reason="Asked for it",
    )
    assert read(REPORT, database, now=NOW, actor=outsider) == before
    counted = read(REPORT, database, now=NOW, actor=manager).now
    assert (counted.came.count, counted.passed_on.waiting_count) == (2, 1)


def test_an_answer_of_today_leaves_yesterdays_report_alone(database: Database) -> None:
    lead = make_lead(database)
    passed, answered = (NOW + timedelta(days=number) for number in (1, 8))
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Lead, lead.id)
        pass_on_lead(
            session,
            found,
            to="Invest North",
            consent="Their director, by phone",
            sent=None,
            actor=LOCAL_ADMINISTRATOR,
            now=passed,
        )

    def outcomes(day: date) -> tuple[OutCounts, str]:
        figures = read(REPORT, database, now=answered, as_of=day, lead_type=lead.lead_type)
        with in_language("en"):
            return figures.now.passed_on, REPORT.sentence(figures, Words())

    then = answered.date() - timedelta(days=1)
    before = outcomes(then)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Lead, lead.id)
        answer_passed_on(
            session, found, PassedOnOutcome.TAKEN, actor=LOCAL_ADMINISTRATOR, now=answered
        )
    assert outcomes(then) == before
    assert before[0] == OutCounts(waiting_count=1)
    assert "of which 0 have a decision" in before[1]
    assert outcomes(answered.date())[0] == OutCounts(taken_count=1)
