"""Saved views of lists: whose they are, what they keep, and what they cost."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.report import SavedView
from models.user import LOCAL_ADMINISTRATOR, Language, Role
from tests.factories.lead import make_lead
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
    assert answer.location == f"/leads/?{QUERY}&view={view.public_id}.1"
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
    assert 'href="/leads/?column=stage&amp;view=all"' in page


def test_a_partner_cannot_choose_chances(sign_in: SignIn) -> None:
    page = sign_in(Role.PARTNER).get("/leads/").text
    assert 'name="column" value="jobs"' in page
    assert 'value="chance"' not in page


def test_a_view_is_replaced_only_knowingly(sign_in: SignIn, database: Database) -> None:
    client = sign_in()
    view = save(client)
    data = {"name": "Japan", "query": "country=KR"}
    answer = client.post("/views/leads", data=data)
    assert answer.status_code == 409
    assert "You have a view “Japan” already." in answer.text
    assert '<button class="btn" name="version" value="1">Replace it' in answer.text
    assert 'value="country=KR"' in answer.text
    assert f"/views/open/{view.public_id}" in answer.text
    assert [one.query for one in saved(database)] == [QUERY]
    assert client.post("/views/leads", data={**data, "version": "1"}).status_code == 303
    assert [(one.query, one.version) for one in saved(database)] == [("country=KR", 2)]


def test_what_another_window_saved_is_not_lost(sign_in: SignIn, database: Database) -> None:
    client = sign_in()
    view = save(client)
    page = client.get(f"/leads/?country=KR&view={view.public_id}.1").text
    form = re.search(r'<form method="post" action="/views/leads">(?:(?!</form>).)*', page)
    assert form is not None
    fields = dict(re.findall(r'name="(name|query|version)" value="([^"]*)"', form.group()))
    assert fields == {"name": "Japan", "query": "country=KR", "version": "1"}
    # The other window saves first.
    data = {"name": "Japan", "query": "country=CN", "version": "1"}
    assert client.post("/views/leads", data=data).status_code == 303
    answer = client.post("/views/leads", data=fields)
    assert answer.status_code == 409
    assert "was changed since you opened it, in another window" in answer.text
    assert 'value="country=KR"' in answer.text
    assert [one.query for one in saved(database)] == ["country=CN"]
    page = client.get(f"/leads/?country=KR&view={view.public_id}.1").text
    assert "This view was changed since you opened it." in page
    # Renamed meanwhile, it is neither replaced nor made twice.
    path = f"/views/open/{view.public_id}/change"
    assert client.post(path, data={"name": "Nippon", "version": "1"}).status_code == 409
    answer = client.post(path, data={"name": "Nippon", "version": "2"})
    assert answer.status_code == 303
    answer = client.post("/views/leads", data={**fields, "version": "2"})
    assert answer.status_code == 409
    assert "was renamed or deleted since you opened it" in answer.text
    path = f"/views/open/{view.public_id}/delete"
    assert client.post(path, data={"version": "1"}).status_code == 409
    assert [(one.name, one.query) for one in saved(database)] == [("Nippon", "country=CN")]


def test_a_refused_name_is_typed_only_once(sign_in: SignIn) -> None:
    client = sign_in()
    view = save(client)
    save(client, name="Korea")
    path = f"/views/open/{view.public_id}/change"
    data = {"name": "Korea", "is_shared": "on", "version": "1"}
    page = client.post(path, data=data).text
    row = page[page.index(f'id="name-{view.public_id}"') :]
    assert 'value="Korea"' in row[:200]
    assert 'name="is_shared" checked' in row[:900]


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
    assert queries.count <= 6
    assert "<html" not in part
    assert part.count("/views/open/") == 5
    assert 'value="country=JP"' in part


def test_there_are_no_other_places(sign_in: SignIn) -> None:
    assert sign_in().get("/views/kitchen").status_code == 404
    data = {"name": "x", "query": ""}
    assert sign_in(Role.PARTNER).post("/views/bre", data=data).status_code == 404


def test_the_views_speak_french(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER, language=Language.FR)
    save(client)
    assert client.get("/views/leads?country=JP").status_code == 200
