"""Officers' open work, against a recount from raw rows, on a demo of unknown seed."""

from collections import Counter
from datetime import date, timedelta

from crm.database import Database
from crm.interactions.follow_ups import finish
from crm.reports.shown.work import REPORT
from models.bre_call import BreCall, BreCase, BreStanding
from models.interaction import TWO_WAY_KINDS, Enquiry, FollowUp, Interaction, InteractionStanding
from models.stage import LeadType, StageCode
from models.user import Role, User
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.raw_records import end_of, read, rows_of
from tests.crm.reports.raw_rows import OPEN
from tests.factories.interaction import make_conversation, make_promise
from tests.factories.lead import make_lead
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter


def test_every_count_is_the_raw_rows(past_demo: PastDemo) -> None:
    database = past_demo.database
    keys = {row.public_id: row.id for row in rows_of(database, User)}
    for day in (NOW.date(), past_demo.days(1)[0]):
        end, monday = end_of(day), day - timedelta(days=day.weekday())
        leads = Counter(
            (state.owner_id, state.lead_type)
            for state in past_demo.raw.at(end)
            if state.status in OPEN and state.stage is not StageCode.ANNOUNCED
        )
        steps = [
            row
            for row in rows_of(database, FollowUp)
            if row.created_at < end and (row.done_at is None or row.done_at >= end)
        ]
        enquiries = Counter(
            row.owner_id
            for row in rows_of(database, Enquiry)
            if row.received_at < end and row.created_at < end
            if row.answered_at is None or row.answered_at >= end
        )
        talks = Counter(
            row.author_id
            for row in rows_of(database, Interaction)
            if row.standing is InteractionStanding.HELD and row.kind in TWO_WAY_KINDS
            if row.happened_on and monday <= row.happened_on <= day and row.known_at < end
        )
        visits = Counter(
            row.interviewer_id
            for row in rows_of(database, BreCall)
            if row.standing is BreStanding.DONE and row.created_at < end
            if row.visited_on and date(day.year, 1, 1) <= row.visited_on <= day
        )
        cases = Counter(
            row.owner_id
            for row in rows_of(database, BreCase)
            if row.opened_at < end and (row.closed_at is None or row.closed_at >= end)
        )
        for line in read(REPORT, database, now=NOW, as_of=day).now.lines:
            key = keys[line.person.code] if line.person.code else None
            assert [one.lead_count for one in line.leads] == [leads[key, kind] for kind in LeadType]
            mine = [row for row in steps if row.owner_id == key]
            overdue = [row for row in mine if row.due_on is not None and row.due_on < day]
            assert (line.step_count, line.overdue_count) == (len(mine), len(overdue))
            assert line.enquiry_count == enquiries[key]
            if key is not None:
                assert (line.talk_count, line.visit_count) == (talks[key], visits[key])
                assert line.case_count == cases[key]


def test_an_officer_reads_their_own_and_a_manager_everybody_s(database: Database) -> None:
    boss, olive = make_user(database, role=Role.MANAGER), make_user(database, name="Olive")
    make_lead(database, owner_id=boss.id)
    make_lead(database, owner_id=olive.id)
    make_lead(database)
    own = read(REPORT, database, now=NOW, actor=actor_for(database, olive)).now
    assert own.is_own
    [line] = own.lines
    assert (line.person.name, line.leads[0].lead_count) == ("Olive", 1)
    every = read(REPORT, database, now=NOW, actor=actor_for(database, boss)).now
    assert [line.leads[0].lead_count for line in every.lines] == [1, 1, 1]
    assert every.lines[-1].person.code is None
    # Nobody is told of cases outside a team of company visits.
    assert [line.case_count for line in every.lines] == [None, None, None]
    assert Role.VIEWER not in REPORT.roles


def test_a_manager_who_may_not_count_all_is_told_nothing_of_a_restricted_lead(
    database: Database, queries: QueryCounter
) -> None:
    plain = make_user(database, role=Role.MANAGER, may_count_all=False)
    actor, olive = actor_for(database, plain), make_user(database)
    with queries:
        before = read(REPORT, database, now=NOW, actor=actor)
    assert queries.count == 9
    team = make_team(database, olive)
    make_lead(database, owner_id=olive.id, team_id=team.id, confidentiality_reason="Asked for it")
    assert read(REPORT, database, now=NOW, actor=actor) == before
    counting = actor_for(database, make_user(database, role=Role.MANAGER))
    lines = read(REPORT, database, now=NOW, actor=counting).now.lines
    assert sum(line.leads[0].lead_count for line in lines) == 1


def test_what_was_done_or_logged_later_was_not_yet(database: Database) -> None:
    boss = make_user(database, role=Role.MANAGER)
    actor = actor_for(database, boss)
    lead = make_lead(database, owner_id=boss.id, now=NOW - timedelta(days=30))
    step = make_promise(database, lead, actor=actor, now=NOW - timedelta(days=9))
    with database.transaction(actor) as session:
        finish(session, session.get_one(FollowUp, step.id), lead=None, actor=actor, now=NOW)
    # On the Thursday the Wednesday's call was not on file yet; it was logged on the Friday.
    make_conversation(
        database, lead, actor=actor, happened_on=NOW.date() - timedelta(days=2), now=NOW
    )
    yesterday = NOW.date() - timedelta(days=1)
    report = read(REPORT, database, now=NOW, actor=actor, compare=yesterday)
    now, before = report.now.lines[0], report.before.lines[0]
    assert (now.step_count, before.step_count) == (0, 1)
    assert (now.talk_count, before.talk_count) == (1, 0)
