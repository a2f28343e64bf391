"""Saved views of lists: whose they are, what they keep, and what they cost."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.organization import Sector
from models.report import SavedView
from models.user import LOCAL_ADMINISTRATOR, Language, Role
from tests.factories.lead import make_lead, make_sector
from tests.factories.user import make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
QUERY = "country=JP&sort=title&column=stage&column=owner"


def saved(database: Database) -> list[SavedView]:
    """Every view."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return list(session.scalars(sa.select(SavedView).order_by(SavedView.id)))


def save(
    client: FlaskClient, name: str = "Japan", query: str = QUERY, place: str = "leads", **more: str
) -> SavedView:
    """Save a list; the view that was made."""
    answer = client.post(f"/views/{place}", data={"name": name, "query": query, **more})
    assert answer.status_code == 303
    with client.application.extensions["database"].reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalars(sa.select(SavedView).where(SavedView.name == name)).one()


def test_a_view_keeps_filters_order_and_columns(sign_in: SignIn, database: Database) -> None:
    make_lead(database)
    client = sign_in()
    view = save(client, query=f"q=&after=xyz&nonsense=1&{QUERY}")
    assert view.query == QUERY
    answer = client.get(f"/views/open/{view.public_id}")
    assert answer.location == f"/leads/?{QUERY}"
    page = client.get("/leads/?column=stage&column=owner").text
    assert "no-place no-amount no-jobs no-chance no-contact no-step" in page
    assert "no-stage" not in page
    ticked = re.findall(r'name="column" value="(\w+)" checked', page)
    assert ticked == ["stage", "owner"]


def test_all_columns_need_no_word_in_the_address(sign_in: SignIn, database: Database) -> None:
    make_lead(database)
    client = sign_in()
    every = re.findall(r'name="column" value="(\w+)"', client.get("/leads/").text)
    assert len(every) == 8
    query = "&".join(f"column={name}" for name in every)
    answer = client.get(f"/leads/?{query}", headers={"HX-Target": "leads-list"})
    assert answer.headers["HX-Push-Url"] == "/leads/"
    assert " no-" not in re.findall(r'class="list-table[^"]*"', answer.text)[0]
    # Clearing the filters leaves the columns as they are.
    page = client.get("/leads/?country=JP&column=stage").text
    assert 'href="/leads/?column=stage"' in page


def test_a_partner_cannot_choose_chances(sign_in: SignIn) -> None:
    page = sign_in(Role.PARTNER).get("/leads/").text
    assert 'name="column" value="jobs"' in page
    assert 'value="chance"' not in page


def test_the_same_name_takes_the_new_filters(sign_in: SignIn, database: Database) -> None:
    client = sign_in()
    save(client)
    save(client, query="country=KR")
    assert [view.query for view in saved(database)] == ["country=KR"]


@pytest.mark.parametrize("action", ["change", "delete"])
def test_a_private_view_is_nobody_elses(sign_in: SignIn, database: Database, action: str) -> None:
    view = save(sign_in())
    for role in (Role.OFFICER, Role.ADMIN, Role.PARTNER):
        other = sign_in(role)
        assert other.get(f"/views/open/{view.public_id}").status_code == 404
        assert "Japan" not in other.get("/views/leads").text
        path = f"/views/open/{view.public_id}/{action}"
        assert other.post(path, data={"name": "Mine"}).status_code == 404
    assert [one.name for one in saved(database)] == ["Japan"]


def test_a_shared_view_is_read_by_colleagues_and_changed_by_its_owner(
    sign_in: SignIn, database: Database
) -> None:
    owner = sign_in()
    view = save(owner, is_shared="on")
    other = sign_in(Role.VIEWER)
    assert other.get(f"/views/open/{view.public_id}").status_code == 302
    assert "Japan" in other.get("/views/leads").text
    for action in ("change", "delete"):
        path = f"/views/open/{view.public_id}/{action}"
        assert other.post(path, data={"name": "Taken"}).status_code == 403
    partner = sign_in(Role.PARTNER)
    assert partner.get(f"/views/open/{view.public_id}").status_code == 404
    assert "Japan" not in partner.get("/views/leads").text
    path = f"/views/open/{view.public_id}"
    assert owner.post(f"{path}/change", data={"name": "Japan 2"}).status_code == 303
    assert [(one.name, one.is_shared) for one in saved(database)] == [("Japan 2", False)]
    assert owner.post(f"{path}/delete").status_code == 303
    assert saved(database) == []


def test_a_partner_keeps_views_and_shares_none(sign_in: SignIn, database: Database) -> None:
    partner = sign_in(Role.PARTNER)
    save(partner)
    data = {"name": "For all", "query": "", "is_shared": "on"}
    assert partner.post("/views/leads", data=data).status_code == 403
    assert [view.is_shared for view in saved(database)] == [False]


def test_a_name_is_needed_and_is_ones_own_once(sign_in: SignIn, database: Database) -> None:
    client = sign_in()
    answer = client.post("/views/leads", data={"name": "  ", "query": QUERY})
    assert answer.status_code == 422
    assert "Give it a name." in answer.text
    assert "country=JP" in answer.text
    save(client, name="One")
    two = save(client, name="Two")
    answer = client.post(f"/views/open/{two.public_id}/change", data={"name": " One "})
    assert answer.status_code == 422
    assert "You have a view of this name." in answer.text
    assert [view.name for view in saved(database)] == ["One", "Two"]


def test_what_is_no_more_is_left_out_and_said(sign_in: SignIn, database: Database) -> None:
    sector = make_sector(database)
    gone = make_user(database)
    client = sign_in()
    query = f"country=JP&sector={sector.code}&owner={gone.public_id}"
    view = save(client, query=query)
    assert client.get(f"/views/open/{view.public_id}").location == f"/leads/?{query}"
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.delete(session.get_one(Sector, sector.id))
        found = session.get_one(SavedView, view.id)
        found.query += "&colour=red"
    answer = client.get(f"/views/open/{view.public_id}")
    assert answer.location == f"/leads/?country=JP&owner={gone.public_id}"
    page = client.get(answer.location).text
    assert "asks for what is no more, left out here: colour, Sector." in page


def test_the_list_pays_nothing_for_its_views(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in()
    client.get("/leads/")
    with queries:
        client.get("/leads/")
    before = queries.count
    for number in range(5):
        save(client, name=f"View {number}", is_shared="on")
    client.get("/leads/")
    with queries:
        client.get("/leads/")
    assert queries.count == before
    with queries:
        part = client.get("/views/leads?country=JP", headers={"HX-Request": "true"}).text
    assert queries.count <= 5
    assert "<html" not in part
    assert part.count("/views/open/") == 5
    assert 'value="country=JP"' in part


@pytest.mark.parametrize(
    ("place", "path", "query"),
    [
        ("organizations", "/organizations/", "country=JP"),
        ("enquiries", "/enquiries/", "whose=mine"),
        ("announcements", "/announcements/", "year=2026"),
        ("bre", "/bre/", "season=2026"),
    ],
)
def test_other_lists_have_views(sign_in: SignIn, place: str, path: str, query: str) -> None:
    client = sign_in()
    page = client.get(f"{path}?{query}&after=").text
    assert f"/views/{place}?{query}" in page
    view = save(client, query=f"{query}&after=abc", place=place)
    assert client.get(f"/views/open/{view.public_id}").location == f"{path}?{query}"
    assert "/views/open/" not in client.get("/views/leads").text


def test_there_are_no_other_places(sign_in: SignIn) -> None:
    assert sign_in().get("/views/kitchen").status_code == 404
    data = {"name": "x", "query": ""}
    assert sign_in(Role.PARTNER).post("/views/bre", data=data).status_code == 404


def test_the_views_speak_french(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER, language=Language.FR)
    save(client)
    assert client.get("/views/leads?country=JP").status_code == 200
