"""My day as a page."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.interaction import Interaction, InteractionStanding
from models.lead import Lead, LeadSnooze
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.interaction import (
    make_conversation,
    make_enquiry,
    make_meeting,
    make_next_step,
    make_promise,
)
from tests.factories.lead import NOW, make_lead, reload_lead
from tests.factories.user import actor_for, make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
DAY = NOW.date()


def quiet_lead(database: Database, owner_id: int, **columns: Any) -> Lead:
    """A lead nobody spoke to for long."""
    lead = make_lead(database, owner_id=owner_id)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        found = session.get_one(Lead, lead.id)
        found.last_contact_on = DAY - timedelta(days=100)
        for name, value in columns.items():
            setattr(found, name, value)
    return found


def count_of(database: Database, cls: type) -> int:
    """How many rows there are."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(cls)) or 0


def test_an_empty_day_says_what_to_do(sign_in: SignIn) -> None:
    page = sign_in(Role.OFFICER).get("/").text
    for words in (
        "No meeting today",
        "Nothing due",
        "Log a conversation",
        "No lead has gone quiet",
    ):
        assert words in page
    assert "Without owner" not in page


def test_todays_meetings_stand_on_both_clocks(sign_in: SignIn, database: Database) -> None:
    user = make_user(database)
    lead = make_lead(database, owner_id=user.id)
    # Midnight in Toronto is five hours UTC: the evening there is tomorrow in Tokyo.
    for summary, starts_at in (
        ("This evening", datetime(2026, 11, 21, 0, 0, tzinfo=UTC)),
        ("Tomorrow", datetime(2026, 11, 21, 5, 0, tzinfo=UTC)),
        ("Last week", NOW - timedelta(days=6)),
    ):
        make_meeting(database, lead, summary=summary, starts_at=starts_at)
    page = sign_in(user).get("/").text
    block = page.split('id="meetings"')[1].split("</section>")[0]
    assert "Sat 21 Nov 09:00 Tokyo" in block
    assert "Fri 20 Nov 19:00 Toronto" in block
    assert "Tomorrow" not in block
    assert block.index("This evening") < block.index("Did these take place?")
    assert block.index("Did these take place?") < block.index("Last week")


def test_a_meeting_is_held_from_the_page(sign_in: SignIn, database: Database) -> None:
    user = make_user(database)
    lead = make_lead(database, owner_id=user.id)
    begun = make_meeting(database, lead, starts_at=NOW - timedelta(minutes=5))
    later = make_meeting(database, lead, starts_at=NOW + timedelta(minutes=5))
    client = sign_in(user)
    page = client.get("/").text
    assert f"/interactions/{begun.public_id}/hold" in page
    assert f"/interactions/{later.public_id}/hold" not in page
    answer = client.post(
        f"/interactions/{begun.public_id}/hold",
        data={"summary": "They came"},
        headers={"HX-Request": "true"},
    )
    assert answer.text.lstrip().startswith("<li")
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert session.get_one(Interaction, begun.id).standing is InteractionStanding.HELD


def test_the_blocks_stand_in_their_order(sign_in: SignIn, database: Database) -> None:
    make_lead(database, owner_id=None)
    page = sign_in(Role.MANAGER).get("/").text
    titles = ("Today&#39;s meetings", "What is due", "Leads to call", "Gone quiet", "Without owner")
    places = [page.replace("'", "&#39;").index(f"> {title}") for title in titles]
    places.append(page.index("What changed since you last looked"))
    assert places == sorted(places)


def test_one_tap_logs_a_call_and_sets_the_next_day(sign_in: SignIn, database: Database) -> None:
    user = make_user(database)
    lead = quiet_lead(database, user.id)
    client = sign_in(user)
    page = client.get("/").text
    assert 'value="2026-12-04"' in page  # two weeks on
    answer = client.post(f"/call/{lead.public_id}", data={"next_on": "2026-12-04"})
    assert (answer.status_code, answer.location) == (303, "/#call")
    found = reload_lead(database, lead.id)
    assert (found.last_contact_on, found.next_action_on) == (DAY, date(2026, 12, 4))
    assert found.next_action == "Call again"
    assert lead.public_id not in client.get("/").text.split('id="call"')[1].split("</section>")[0]


def test_a_step_that_stands_keeps_its_words(sign_in: SignIn, database: Database) -> None:
    user = make_user(database)
    lead = quiet_lead(database, user.id)
    make_next_step(database, lead, "Send the contract", due_on=DAY, actor=actor_for(database, user))
    answer = sign_in(user).post(
        f"/call/{lead.public_id}",
        data={"next_on": "2026-12-01", "summary": "They ask for time"},
        headers={"HX-Request": "true"},
    )
    assert "Send the contract" in answer.text
    assert reload_lead(database, lead.id).next_action_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("next_on", "told"), [("2026-11-01", "has passed already"), ("", "on which day"), ("x", "day")]
)
def test_a_day_that_cannot_be_is_said_at_the_lead(
    sign_in: SignIn, database: Database, next_on: str, told: str
) -> None:
    user = make_user(database)
    lead = quiet_lead(database, user.id)
    client = sign_in(user)
    page = client.post(f"/call/{lead.public_id}", data={"next_on": next_on})
    assert page.status_code == 422
    assert told in page.text.split(f'id="problem-{lead.public_id}"')[1].split("</li>")[0]
    part = client.post(
        f"/call/{lead.public_id}", data={"next_on": next_on}, headers={"HX-Request": "true"}
    )
    assert part.status_code == 422
    assert part.headers["HX-Retarget"] == f"#problem-{lead.public_id}"
    assert count_of(database, Interaction) == 0


def test_a_quiet_lead_rests(sign_in: SignIn, database: Database) -> None:
    user = make_user(database)
    # More than five are likelier to be called; this one is only quiet.
    leads = [quiet_lead(database, user.id, chance=0.9 - n / 10) for n in range(6)]
    client = sign_in(user)
    block = client.get("/").text.split('id="quiet"')[1].split("</section>")[0]
    assert leads[5].public_id in block
    assert leads[0].public_id not in block
    answer = client.post(f"/snooze/{leads[5].public_id}", data={"days": "7"})
    assert (answer.status_code, answer.location) == (303, "/#quiet")
    block = client.get("/").text.split('id="quiet"')[1].split("</section>")[0]
    assert leads[5].public_id not in block
    assert client.post(f"/snooze/{leads[4].public_id}", data={"days": "999"}).status_code == 422


def test_what_is_due_is_ticked_off(sign_in: SignIn, database: Database) -> None:
    user = make_user(database)
    actor = actor_for(database, user)
    lead = make_lead(database, owner_id=user.id)
    promised = make_promise(
        database,
        lead,
        actor=actor,
        text="List of sites",
        due_at=NOW + timedelta(hours=3),
        time_zone="Asia/Seoul",
    )
    asked = make_enquiry(database, owner_id=user.id, due_at=NOW - timedelta(minutes=1))
    client = sign_in(user)
    block = client.get("/").text.split('id="due"')[1].split("</section>")[0]
    assert "Sat 21 Nov 03:00 Seoul" in block
    assert "Fri 20 Nov 13:00 Toronto" in block
    assert block.index(f"/enquiries/{asked.public_id}") < block.index("List of sites")
    path = f"/interactions/follow-ups/{promised.public_id}/finish"
    assert client.post(path, data={"next": "/"}).location == "/"
    assert "List of sites" not in client.get("/").text.split('id="due"')[1].split("</section>")[0]


def test_a_manager_hands_over_from_the_page(sign_in: SignIn, database: Database) -> None:
    gone = make_user(database, is_active=False, name="Gone Gary")
    taker = make_user(database, name="Able", password_hash="x")
    lead = quiet_lead(database, gone.id)
    client = sign_in(Role.MANAGER)
    page = client.get("/").text
    assert "Gone Gary" in page
    data = {"leads": [lead.public_id], "to": ""}
    refused = client.post("/hand-over", data=data)
    assert (refused.status_code, "Choose a colleague" in refused.text) == (422, True)
    assert f'value="{lead.public_id}" checked' in refused.text
    done = client.post("/hand-over", data={"former": [gone.public_id], "to": taker.public_id})
    assert done.status_code == 303
    assert "Leads: 1," in client.get("/").text
    assert reload_lead(database, lead.id).owner_id == taker.id
    assert sign_in(Role.OFFICER).post("/hand-over", data=data).status_code == 403


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_readers_look_and_change_nothing(sign_in: SignIn, database: Database, role: Role) -> None:
    lead = make_lead(database)
    client = sign_in(role, office=make_office(database))
    page = client.get("/").text
    assert "Leads to call" not in page
    assert "Gone quiet" not in page
    assert "Log a conversation" not in page
    for path in (f"/call/{lead.public_id}", f"/snooze/{lead.public_id}", "/hand-over"):
        answer = client.post(path, data={"next_on": "2026-12-04", "days": "7"})
        assert answer.status_code == 403
    assert (count_of(database, Interaction), count_of(database, LeadSnooze)) == (0, 0)


def test_an_outsider_calls_nobody(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    lead = make_lead(database, actor=actor_for(database, member), team_id=team.id)
    client = sign_in(Role.MANAGER)
    for path in ("call", "snooze"):
        for data in ({"next_on": "2026-12-04", "days": "7"}, {}):
            assert client.post(f"/{path}/{lead.public_id}", data=data).status_code == 404


def test_the_page_costs_the_same_however_much_there_is(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    office = make_office(database)
    user = make_user(database, role=Role.MANAGER, office=office)
    actor = actor_for(database, user)
    other = actor_for(database, make_user(database, office=make_office(database)))
    gone = make_user(database, office=office, is_active=False)
    client = sign_in(user)

    def fill(count: int) -> None:
        for number in range(count):
            lead = quiet_lead(database, user.id if number % 2 else gone.id)
            make_meeting(database, lead, actor=actor)
            make_promise(database, lead, actor=actor, due_on=DAY)
            make_enquiry(database, owner_id=user.id)
            make_conversation(database, lead, actor=other)
            make_next_step(database, lead, due_on=DAY + timedelta(days=3), actor=actor)

    counts = []
    for count in (10, 50):
        fill(count)
        client.get("/")
        with queries:
            assert client.get("/").status_code == 200
        counts.append(queries.count - _begins(queries))
    assert counts[0] == counts[1] <= 26, counts


def _begins(queries: QueryCounter) -> int:
    return sum(statement.startswith("BEGIN") for statement in queries.statements)
