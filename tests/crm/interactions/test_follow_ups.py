"""Pages of promises and next steps."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.interaction import FollowUp
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.interaction import (
    make_conversation,
    make_next_step,
    make_organization,
    make_promise,
)
from tests.factories.lead import make_lead, reload_lead
from tests.factories.user import actor_for, make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def all_follow_ups(database: Database) -> list[FollowUp]:
    """Every one there is."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return list(session.scalars(sa.select(FollowUp).order_by(FollowUp.id)))


def test_the_next_step_is_said_and_said_anew(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    path = f"/interactions/leads/{lead.public_id}/next-step"
    for words in ("Call", "Visit"):
        data = {"next_step": words, "next_step_on": "2026-12-01"}
        assert client.post(path, data=data).status_code == 303
    assert [item.text for item in all_follow_ups(database)] == ["Visit"]
    assert reload_lead(database, lead.id).next_action == "Visit"
    assert "Visit" in client.get(path).text
    past = client.post(path, data={"next_step": "x", "next_step_on": "2026-11-01"})
    assert (past.status_code, "has passed already" in past.text) == (422, True)


def test_a_promise_is_due_at_an_hour_of_its_zone(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    said = make_conversation(database, lead)
    colleague = make_user(database, name="Dana")
    partner = make_office(database, name="Province")
    client = sign_in(Role.OFFICER)
    path = f"/interactions/leads/{lead.public_id}/promise?conversation={said.public_id}"
    assert "Dana" in client.get(path).text
    answer = client.post(
        path,
        data={
            "text": "Electricity price",
            "promised_to": "Tanaka",
            "due_on": "2026-11-24",
            "due_time": "10:00",
            "time_zone": "Asia/Tokyo",
            "owner": colleague.public_id,
            "office": partner.public_id,
        },
    )
    assert answer.status_code == 303
    [promised] = all_follow_ups(database)
    assert promised.due_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert promised.due_on == date(2026, 11, 24)
    assert (promised.owner_id, promised.office_id) == (colleague.id, partner.id)
    assert promised.interaction_id == said.id
    page = client.get(f"/interactions/{said.public_id}").text
    assert "Electricity price" in page
    assert "Tue 24 Nov 10:00 Tokyo" in page


def test_a_next_step_without_a_day_is_told_and_one_is_offered(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    path = f"/interactions/leads/{lead.public_id}/next-step"
    told = "No day is set for the next step"
    answer = client.post(path, data={"next_step": "Write"}, follow_redirects=True)
    assert told in answer.text
    assert f'href="{path}">Choose a day' in answer.text
    # Friday, 20 November: a week of work on.
    assert 'value="2026-11-27"' in client.get(path).text
    answer = client.post(
        path, data={"next_step": "Write", "next_step_on": "2026-11-27"}, follow_redirects=True
    )
    assert told not in answer.text
    assert "Choose a day" not in answer.text
    said = {"kind": "call", "summary": "x", "next_step": "Write again"}
    answer = client.post(f"/interactions/leads/{lead.public_id}", data=said, follow_redirects=True)
    assert told in answer.text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"text": ""}, "required"),
        ({"due_time": "10:00"}, "Say on which day"),
        ({"owner": "nobodynobody1234"}, "Not a valid choice"),
        (
            {"due_on": "2026-03-08", "due_time": "02:30", "time_zone": "America/Toronto"},
            "clocks skip",
        ),
    ],
)
def test_what_is_wrong_with_a_promise_is_said(
    sign_in: SignIn, database: Database, values: dict[str, str], told: str
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    data = {"text": "x", "owner": client.user.public_id, **values}  # type: ignore[attr-defined]
    answer = client.post(f"/interactions/leads/{lead.public_id}/promise", data=data)
    assert answer.status_code == 422
    assert told in answer.text
    assert all_follow_ups(database) == []


def test_a_promise_hangs_on_no_strangers_conversation(sign_in: SignIn, database: Database) -> None:
    lead, other = make_lead(database), make_lead(database)
    said = make_conversation(database, other)
    client = sign_in(Role.OFFICER)
    answer = client.post(
        f"/interactions/leads/{lead.public_id}/promise",
        data={
            "text": "x",
            "owner": client.user.public_id,  # type: ignore[attr-defined]
            "conversation": said.public_id,
        },
    )
    assert answer.status_code == 404
    assert all_follow_ups(database) == []


def test_a_promise_to_an_organization_alone(sign_in: SignIn, database: Database) -> None:
    firm = make_organization(database)
    client = sign_in(Role.OFFICER)
    answer = client.post(
        f"/interactions/organizations/{firm.public_id}/promise",
        data={"text": "Brochure", "owner": client.user.public_id},  # type: ignore[attr-defined]
    )
    assert answer.location == f"/organizations/{firm.public_id}"
    assert all_follow_ups(database)[0].organization_id == firm.id


def test_done_and_taken_back(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    step = make_next_step(database, lead, due_on=date(2026, 12, 1))
    client = sign_in(Role.OFFICER)
    fragment = client.post(
        f"/interactions/follow-ups/{step.public_id}/finish",
        data={"next": "/"},
        headers={"HX-Request": "true"},
    )
    assert fragment.text.lstrip().startswith("<li")
    assert reload_lead(database, lead.id).next_action is None
    back = client.post(f"/interactions/follow-ups/{step.public_id}/reopen", data={"next": "/"})
    assert (back.status_code, back.location) == (303, "/")
    assert reload_lead(database, lead.id).next_action == "Call again"
    plain = client.post(f"/interactions/follow-ups/{step.public_id}/finish")
    assert plain.location == "/interactions/follow-ups"


def test_another_day(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    step = make_next_step(database, lead, due_on=date(2026, 12, 1))
    gone = make_user(database, is_active=False, name="Gone Gary")
    promised = make_promise(database, lead, due_on=date(2026, 11, 1), owner_id=gone.id)
    client = sign_in(Role.OFFICER)
    step_path = f"/interactions/follow-ups/{step.public_id}/edit"
    assert 'value="2026-12-01"' in client.get(step_path).text
    data = {"text": "Call again", "due_on": "2026-12-08", "owner": ""}
    assert client.post(step_path, data=data).status_code == 303
    assert reload_lead(database, lead.id).next_action_on == date(2026, 12, 8)
    path = f"/interactions/follow-ups/{promised.public_id}/edit"
    # Whoever left stays the owner until somebody else is chosen.
    assert "Gone Gary" in client.get(path).text
    client.post(path, data={"text": "Changed", "due_on": "2026-12-09", "owner": ""})
    changed = all_follow_ups(database)[1]
    assert (changed.text, changed.owner_id) == ("Changed", gone.id)


def test_the_list_is_ordered_by_day_and_left_without_ended_leads(
    sign_in: SignIn, database: Database
) -> None:
    user = make_user(database)
    actor = actor_for(database, user)
    lead = make_lead(database)
    for text, day in (("Later", date(2026, 12, 5)), ("Sooner", date(2026, 11, 1)), ("Some", None)):
        make_promise(database, lead, actor=actor, text=text, due_on=day)
    make_promise(database, lead, text="Not mine")
    client = sign_in(user)
    page = client.get("/interactions/follow-ups").text
    assert page.index("Sooner") < page.index("Later") < page.index("Some")
    assert "Not mine" not in page
    assert "Not mine" in client.get("/interactions/follow-ups?whose=all").text
    client.post(f"/interactions/follow-ups/{all_follow_ups(database)[0].public_id}/finish")
    assert "Later" in client.get("/interactions/follow-ups?done=yes").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_readers_tick_nothing_off(sign_in: SignIn, database: Database, role: Role) -> None:
    promised = make_promise(database, make_lead(database))
    for verb in ("finish", "reopen", "edit"):
        path = f"/interactions/follow-ups/{promised.public_id}/{verb}"
        assert sign_in(role).post(path, data={"text": "x"}).status_code == 403
    assert all_follow_ups(database)[0].done_at is None


def test_an_outsider_gets_what_nobody_gets(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    lead = make_lead(database, actor=actor, team_id=team.id)
    promised = make_promise(database, lead, actor=actor, due_on=date(2026, 12, 1))
    outsider = sign_in(Role.MANAGER)
    for verb in ("finish", "reopen", "edit"):
        answer = outsider.post(f"/interactions/follow-ups/{promised.public_id}/{verb}")
        none = outsider.post(f"/interactions/follow-ups/{'a' * 16}/{verb}")
        assert (answer.status_code, answer.data) == (404, none.data)
    assert outsider.get(f"/interactions/follow-ups/{promised.public_id}.ics").status_code == 404
    assert promised.text not in outsider.get("/interactions/follow-ups?whose=all").text


def test_the_list_costs_the_same_however_long(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    lead = make_lead(database)
    counts = []
    for more in (10, 100):
        for _number in range(more):
            make_promise(database, lead, due_on=date(2026, 12, 1))
        with queries:
            assert client.get("/interactions/follow-ups?whose=all").status_code == 200
        counts.append(queries.count)
    # Past the first page the second part, those without a day, is not read at all.
    assert counts[1] <= counts[0]
