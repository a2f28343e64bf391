"""The page on which an administrator names who answers for company visits."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.bre_call import BreSettings
from models.user import LOCAL_ADMINISTRATOR, Office, OfficeClosure, Role
from tests.factories.user import make_office, make_team, make_user
from tests.factories.visit import make_watch

SignIn = Callable[..., FlaskClient]
DAYS = {
    "red_reply_days": "1",
    "red_plan_days": "4",
    "red_close_days": "20",
    "yellow_reply_days": "5",
    "green_reply_days": "5",
}


def test_a_team_and_a_calendar_are_named(sign_in: SignIn, database: Database) -> None:
    office = make_office(database)
    owner = make_user(database)
    team = make_team(database, owner, name="Aftercare")
    client = sign_in(Role.ADMIN)
    path = f"/admin/offices/{office.public_id}/company-visits"
    assert path in client.get(f"/admin/offices/{office.public_id}").text
    form = {**DAYS, "team": team.public_id, "owner": owner.public_id, "calendar_place": "CA-ON"}
    assert client.post(path, data=form).status_code == 303
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        kept = session.scalars(sa.select(BreSettings)).one()
        found = session.get_one(Office, office.id)
    assert (kept.team_id, kept.owner_id, kept.backup_id) == (team.id, owner.id, None)
    assert (kept.red_reply_days, kept.red_close_days) == (1, 20)
    assert found.calendar_place == "CA-ON"
    page = client.get(path).text
    assert f'<option selected value="{team.public_id}">Aftercare</option>' in page
    assert '<option selected value="CA-ON">Canada: Ontario</option>' in page


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"red_reply_days": "0"}, "between 1 and 250"),
        ({"red_reply_days": "9"}, "A case is answered first, then planned, then closed."),
        ({"calendar_place": "XX"}, "Not a valid choice"),
        ({"team": "a" * 16}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said(
    sign_in: SignIn, database: Database, values: dict[str, str], told: str
) -> None:
    office = make_office(database)
    client = sign_in(Role.ADMIN)
    path = f"/admin/offices/{office.public_id}/company-visits"
    refused = client.post(path, data={**DAYS, **values})
    assert (refused.status_code, told in refused.text) == (422, True)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert session.scalars(sa.select(BreSettings)).all() == []


def test_who_answers_is_of_the_team(sign_in: SignIn, database: Database) -> None:
    watch = make_watch(database)
    stranger = make_user(database)
    client = sign_in(Role.ADMIN)
    path = f"/admin/offices/{watch.office.public_id}/company-visits"
    form = {**DAYS, "team": watch.team.public_id, "owner": stranger.public_id}
    refused = client.post(path, data=form)
    assert (refused.status_code, "not in the team" in refused.text) == (422, True)


def test_the_office_is_closed_on_a_day_and_works_after_all(
    sign_in: SignIn, database: Database
) -> None:
    office = make_office(database)
    client = sign_in(Role.ADMIN)
    path = f"/admin/offices/{office.public_id}/closures"
    day = {"closed_on": "2026-12-24", "name": "Half the city is away"}
    assert client.post(path, data=day).status_code == 303
    twice = client.post(path, data=day)
    assert (twice.status_code, "closed that day already" in twice.text) == (422, True)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert session.scalars(sa.select(OfficeClosure.closed_on)).all() == [date(2026, 12, 24)]
    shown = client.get(f"/admin/offices/{office.public_id}/company-visits").text
    assert "Half the city is away" in shown
    assert client.post(f"{path}/remove", data={"closed_on": "2026-12-24"}).status_code == 303
    assert client.post(f"{path}/remove", data={"closed_on": "2026-12-24"}).status_code == 404
    assert client.post(f"{path}/remove", data={"closed_on": "x"}).status_code == 404


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.VIEWER, Role.PARTNER])
def test_nobody_else_names_anybody(sign_in: SignIn, database: Database, role: Role) -> None:
    office = make_office(database)
    client = sign_in(role)
    for verb in ("company-visits", "closures", "closures/remove"):
        path = f"/admin/offices/{office.public_id}/{verb}"
        assert client.post(path, data=DAYS).status_code == 403
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert session.scalars(sa.select(BreSettings)).all() == []
