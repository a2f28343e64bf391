"""What is due: every kind of thing, in the order in which it presses."""

from datetime import date, timedelta

import pytest

from crm.database import Database
from crm.home.due_queries import Due, DueKind, list_due
from crm.interactions.follow_ups import finish
from crm.leads.standing import close_leads, hold_lead
from models.interaction import FollowUp
from models.lead import Lead, LeadAnswer
from models.stage import AnswerState
from models.user import LOCAL_ADMINISTRATOR, Actor, OfficeKind, Role
from tests.factories.interaction import (
    make_conversation,
    make_enquiry,
    make_next_step,
    make_promise,
)
from tests.factories.lead import NOW, make_lead
from tests.factories.user import actor_for, make_office, make_team, make_user

DAY = NOW.date()


def officer(database: Database) -> Actor:
    """An officer of an office, in Toronto."""
    return actor_for(database, make_user(database, office=make_office(database)))


@pytest.fixture
def me(database: Database) -> Actor:
    """An officer on SQLite."""
    return officer(database)


def due(database: Database, actor: Actor, *, limit: int = 10) -> list[Due]:
    """What is due for somebody."""
    with database.reader(actor) as session:
        return list_due(session, actor, now=NOW, limit=limit)


def ask_by(database: Database, lead: Lead, field: str, day: date) -> None:
    """Something not known yet, to be asked by a day."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            LeadAnswer(
                lead_id=lead.id,
                field=field,
                state=AnswerState.ASK_BY,
                ask_by_on=day,
                answered_at=NOW,
                team_id=lead.team_id,
            )
        )


def test_everything_that_is_due_is_on_one_list(any_database: Database) -> None:
    me = officer(any_database)
    lead = make_lead(any_database, owner_id=me.id)
    make_promise(any_database, lead, actor=me, text="Promise", due_on=DAY - timedelta(days=1))
    make_promise(
        any_database,
        None,
        actor=me,
        text="Hour",
        due_at=NOW + timedelta(hours=2),
        time_zone="Asia/Tokyo",
    )
    make_next_step(any_database, lead, "Step", due_on=DAY + timedelta(days=3), actor=me)
    make_enquiry(any_database, owner_id=me.id, asked_for="Asked", due_at=NOW - timedelta(minutes=5))
    ask_by(any_database, lead, "drivers", DAY)
    waiting = make_lead(any_database, owner_id=me.id)
    with any_database.transaction(me) as session:
        hold_lead(
            session,
            session.get_one(Lead, waiting.id),
            until=DAY + timedelta(days=1),
            reason="Their budget",
            actor=me,
            now=NOW - timedelta(days=30),
        )
        session.get_one(Lead, waiting.id).hold_until = DAY
    found = due(any_database, me)
    assert [(item.kind, item.text, item.is_overdue) for item in found] == [
        (DueKind.ENQUIRY, "Asked", True),
        (DueKind.PROMISE, "Promise", True),
        (DueKind.GAP, "drivers", False),
        (DueKind.HOLD, "Their budget", False),
        (DueKind.PROMISE, "Hour", False),
        (DueKind.NEXT_STEP, "Step", False),
    ]
    assert [item.is_today for item in found] == [True, True, True, True, True, False]


def test_what_lies_further_ahead_or_is_done_is_not_due(database: Database, me: Actor) -> None:
    lead = make_lead(database, owner_id=me.id)
    make_promise(database, lead, actor=me, due_on=DAY + timedelta(days=8))
    make_promise(database, lead, actor=me)
    ask_by(database, lead, "drivers", DAY + timedelta(days=1))
    make_enquiry(database, owner_id=me.id, due_at=NOW + timedelta(days=9))
    done = make_promise(database, lead, actor=me, due_on=DAY)
    with database.transaction(me) as session:
        finish(session, session.get_one(FollowUp, done.id), lead=None, actor=me, now=NOW)
    assert due(database, me) == []


def test_the_next_step_of_an_ended_lead_is_no_more_due_but_a_promise_is(
    database: Database, me: Actor
) -> None:
    lead = make_lead(database, owner_id=me.id)
    make_next_step(database, lead, "Step", due_on=DAY, actor=me)
    make_promise(database, lead, actor=me, text="Promise", due_on=DAY)
    with database.transaction(me) as session:
        close_leads(session, [session.get_one(Lead, lead.id)], reason="No fit", actor=me, now=NOW)
    assert [item.text for item in due(database, me)] == ["Promise"]


def test_a_gap_that_was_filled_another_way_is_not_asked(any_database: Database) -> None:
    me = officer(any_database)
    lead = make_lead(any_database, owner_id=me.id, drivers="Wages", sector_id=None)
    for field in ("drivers", "decider_met", "sector"):
        ask_by(any_database, lead, field, DAY)
    assert {item.text for item in due(any_database, me)} == {"decider_met", "sector"}
    make_conversation(any_database, lead, actor=me)
    assert [item.text for item in due(any_database, me)] == ["sector"]


def test_others_things_are_theirs_and_nobodys_are_the_offices(
    database: Database, me: Actor
) -> None:
    other = actor_for(database, make_user(database, office=make_office(database)))
    make_promise(database, None, actor=other, text="Theirs", due_on=DAY)
    make_enquiry(database, owner_id=other.id, office_id=me.office_id, due_at=NOW)
    make_enquiry(database, office_id=me.office_id, asked_for="Ours", due_at=NOW)
    make_enquiry(database, office_id=other.office_id, asked_for="Elsewhere", due_at=NOW)
    assert [item.text for item in due(database, me)] == ["Ours"]


def test_old_neglect_leaves_room_for_what_can_still_be_done(database: Database, me: Actor) -> None:
    for number in range(30):
        make_promise(
            database,
            None,
            actor=me,
            text=f"Old {number}",
            due_on=DAY - timedelta(days=number + 1),
        )
    for number in range(5):
        make_promise(
            database, None, actor=me, text=f"New {number}", due_on=DAY + timedelta(days=number)
        )
    texts = [item.text for item in due(database, me)]
    # The freshest first: what slipped yesterday can be mended today.
    assert texts == [f"Old {n}" for n in range(6)] + [f"New {n}" for n in range(4)]


def test_a_day_is_judged_where_the_reader_sits(database: Database) -> None:
    tokyo = actor_for(database, make_user(database, time_zone="Asia/Tokyo"))
    # It is past midnight there: the 20th is over.
    make_promise(database, None, actor=tokyo, due_on=DAY)
    assert [item.is_overdue for item in due(database, tokyo)] == [True]


def test_a_partner_sees_what_names_their_office(database: Database) -> None:
    office = make_office(database, kind=OfficeKind.PARTNER)
    partner = actor_for(database, make_user(database, role=Role.PARTNER, office=office))
    make_promise(database, None, text="Names it", due_on=DAY, office_id=office.id)
    make_promise(database, None, text="Does not", due_on=DAY)
    make_enquiry(database, office_id=office.id, due_at=NOW)
    assert [item.text for item in due(database, partner)] == ["Names it"]


def test_what_is_restricted_is_due_for_its_team_only(database: Database, me: Actor) -> None:
    member = make_user(database)
    team = make_team(database, member)
    inside = actor_for(database, member)
    lead = make_lead(database, actor=inside, owner_id=me.id, team_id=team.id)
    make_promise(database, lead, actor=inside, text="Secret", due_on=DAY, owner_id=me.id)
    ask_by(database, lead, "drivers", DAY)
    assert due(database, me) == []
