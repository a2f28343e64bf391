"""Pages of meetings: planned in their zone, held, cancelled, moved."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.interaction import Interaction, InteractionStanding
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.interaction import make_contact, make_meeting, make_organization
from tests.factories.lead import NOW, make_lead, reload_lead
from tests.factories.user import actor_for, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def the_meeting(database: Database) -> Interaction:
    """The only one there is."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalars(sa.select(Interaction)).one()


def plan(**values: str) -> dict[str, str]:
    """What the form sends."""
    return {
        "kind": "meeting",
        "summary": "First talk",
        "day": "2026-11-24",
        "time": "09:00",
        "time_zone": "Asia/Tokyo",
        "minutes": "90",
        **values,
    }


def test_a_meeting_is_planned_in_its_own_zone(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    contact = make_contact(database, lead.organization_id)
    client = sign_in(Role.OFFICER)
    path = f"/interactions/leads/{lead.public_id}/plan"
    assert contact.public_id in client.get(path).text
    answer = client.post(path, data={**plan(place="Marunouchi"), "contacts": contact.public_id})
    assert (answer.status_code, answer.location) == (303, f"/leads/{lead.public_id}")
    meeting = the_meeting(database)
    assert meeting.starts_at == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert meeting.ends_at == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    page = client.get(f"/interactions/{meeting.public_id}").text
    assert "Tue 24 Nov 09:00 Tokyo" in page
    assert "Mon 23 Nov 19:00 Toronto" in page
    # It is no contact yet.
    assert reload_lead(database, lead.id).last_contact_on != meeting.starts_at.date()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"day": "2026-03-08", "time": "02:30", "time_zone": "America/Toronto"}, "clocks skip"),
        ({"summary": ""}, "required"),
        ({"minutes": "0"}, "between 5"),
        ({"time_zone": "Mars/Olympus"}, "Not a valid choice"),
        ({"kind": "email"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said(
    sign_in: SignIn, database: Database, values: dict[str, str], told: str
) -> None:
    lead = make_lead(database)
    answer = sign_in(Role.OFFICER).post(
        f"/interactions/leads/{lead.public_id}/plan", data=plan(**values)
    )
    assert answer.status_code == 422
    assert told in answer.text


def test_a_meeting_with_an_organization_alone(sign_in: SignIn, database: Database) -> None:
    firm = make_organization(database)
    answer = sign_in(Role.OFFICER).post(
        f"/interactions/organizations/{firm.public_id}/plan", data=plan()
    )
    assert answer.location == f"/organizations/{firm.public_id}"
    assert the_meeting(database).organization_id == firm.id


def test_a_meeting_takes_place_once_it_has_begun(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    meeting = make_meeting(database, lead, starts_at=NOW + timedelta(minutes=1))
    client = sign_in(Role.OFFICER)
    path = f"/interactions/{meeting.public_id}/hold"
    early = client.post(path, data={"summary": "x"})
    assert (early.status_code, "has not begun yet" in early.text) == (422, True)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Interaction, meeting.id).starts_at = NOW - timedelta(minutes=1)
    answer = client.post(path, data={"summary": "They want rail", "next": "/"})
    assert (answer.status_code, answer.location) == (303, "/")
    held = the_meeting(database)
    assert (held.standing, held.summary) == (InteractionStanding.HELD, "They want rail")
    # It was the 21st in Tokyo already.
    assert str(reload_lead(database, lead.id).last_contact_on) == "2026-11-20"
    again = client.post(path, data={"summary": "x"}, headers={"HX-Request": "true"})
    assert (again.status_code, "not planned any more" in again.text) == (422, True)
    assert "<html" not in again.text


def test_a_meeting_is_moved_and_keeps_its_people(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    contact = make_contact(database, lead.organization_id)
    meeting = make_meeting(database, lead)
    client = sign_in(Role.OFFICER)
    path = f"/interactions/{meeting.public_id}/change"
    page = client.get(path).text
    assert 'value="2026-11-21"' in page  # 16:00 UTC is past midnight in Tokyo
    assert 'value="01:00"' in page
    data = {**plan(summary="Second talk"), "contacts": contact.public_id, "others": "Sato"}
    assert client.post(path, data=data).status_code == 303
    assert the_meeting(database).summary == "Second talk"
    page = client.get(path).text
    assert f'value="{contact.public_id}" checked' in page
    assert "Sato" in page


def test_what_is_cancelled_is_not_moved(sign_in: SignIn, database: Database) -> None:
    meeting = make_meeting(database, make_lead(database))
    client = sign_in(Role.OFFICER)
    assert client.post(f"/interactions/{meeting.public_id}/cancel").status_code == 303
    assert client.get(f"/interactions/{meeting.public_id}/change").status_code == 404
    assert client.post(f"/interactions/{meeting.public_id}/cancel").status_code == 422


@pytest.mark.parametrize("verb", ["hold", "cancel", "change"])
def test_a_viewer_changes_no_meeting(sign_in: SignIn, database: Database, verb: str) -> None:
    meeting = make_meeting(database, make_lead(database))
    answer = sign_in(Role.VIEWER).post(f"/interactions/{meeting.public_id}/{verb}", data=plan())
    assert answer.status_code == 403
    assert the_meeting(database).standing is InteractionStanding.PLANNED


def test_the_list_is_mine_my_offices_or_everybodys(sign_in: SignIn, database: Database) -> None:
    user = make_user(database)
    make_meeting(database, make_lead(database, owner_id=user.id), summary="On my lead")
    make_meeting(database, make_lead(database), actor=actor_for(database, user), summary="By me")
    make_meeting(database, make_lead(database), summary="Of others")
    client = sign_in(user)
    mine = client.get("/interactions/meetings").text
    assert "On my lead" in mine
    assert "By me" in mine
    assert "Of others" not in mine
    assert "Of others" in client.get("/interactions/meetings?whose=all").text
    assert "No meeting is planned" in sign_in(Role.VIEWER).get("/interactions/meetings").text


def test_the_list_costs_the_same_however_long(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    lead = make_lead(database)
    counts = []
    for more in (3, 30):
        for _number in range(more):
            make_meeting(database, lead)
        with queries:
            assert client.get("/interactions/meetings?whose=all").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]
