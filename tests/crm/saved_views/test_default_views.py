"""The view that a list opens with: for whom, when, and what happens when it is no more."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.report import DefaultView
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.lead import make_lead, make_past_leads
from tests.factories.saved_view import make_view
from tests.factories.user import make_user

SignIn = Callable[..., FlaskClient]


def test_a_list_opens_with_the_chosen_view_and_says_so(sign_in: SignIn, database: Database) -> None:
    make_lead(database)
    officer = make_user(database)
    view = make_view(database, officer, "country=JP&column=stage", name="日本の案件")
    client = sign_in(officer)
    assert client.get("/leads/").status_code == 200
    path = f"/views/open/{view.public_id}/default"
    opened = f"/leads/?country=JP&column=stage&view={view.public_id}.1"
    assert client.post(path, data={"is_default": "yes"}).location == opened
    assert client.get("/leads/").location == opened
    page = client.get(opened).text
    assert '<strong><span lang="ja">日本の案件</span></strong>' in page
    assert 'href="/leads/?view=all"' in page
    # Its links and its form keep the view, and so the way back.
    assert f'name="view" value="{view.public_id}.1"' in page
    assert f"column=stage&amp;view={view.public_id}.1" in page
    # The plain list once, without losing the choice.
    plain = client.get("/leads/?view=all")
    assert plain.status_code == 200
    assert "view-line" not in plain.text
    assert client.get("/leads/").location == opened
    page = client.get("/views/leads").text
    assert "opens with the list" in page
    assert client.post(path, data={"next": "/views/leads"}).location == "/views/leads"
    assert client.get("/leads/").status_code == 200


def test_an_address_that_asks_for_something_is_left_alone(
    sign_in: SignIn, database: Database
) -> None:
    officer = make_user(database)
    make_view(database, officer, opens_for=officer)
    client = sign_in(officer)
    assert client.get("/leads/").status_code == 302
    for path in ("/leads/?country=KR", "/leads/?q=", "/leads/?after=x", "/organizations/"):
        assert client.get(path).status_code in (200, 404, 422)
    assert client.get("/leads/", headers={"HX-Request": "true"}).status_code == 200
    assert client.head("/leads/").status_code == 200
    # Clearing the filters does not bring them back.
    page = client.get("/leads/?country=KR").text
    assert 'href="/leads/?view=all"' in page
    answer = client.get("/leads/?q=&view=all", headers={"HX-Target": "leads-list"})
    assert answer.headers["HX-Push-Url"] == "/leads/?view=all"


def test_another_persons_list_stays_as_it_is(sign_in: SignIn, database: Database) -> None:
    officer = make_user(database)
    make_view(database, officer, opens_for=officer, is_shared=True)
    assert sign_in().get("/leads/").status_code == 200


@pytest.mark.parametrize("action", ["unshare", "delete"])
def test_a_view_that_is_no_more_lets_the_list_open_plainly(
    sign_in: SignIn, database: Database, action: str
) -> None:
    owner, officer = make_user(database), make_user(database)
    view = make_view(database, owner, name="Korea", is_shared=True, opens_for=officer)
    client = sign_in(officer)
    opened = client.get("/leads/").location
    assert f"of {owner.name}" in client.get(opened).text
    other = sign_in(owner)
    if action == "delete":
        other.post(f"/views/open/{view.public_id}/delete", data={"version": "1"})
    else:
        path = f"/views/open/{view.public_id}/change"
        other.post(path, data={"name": "Korea", "version": "1"})
    assert client.get("/leads/").status_code == 200
    page = client.get(opened).text
    assert "was deleted, or is no longer shared" in page
    assert "Korea" not in page
    # Shared again, it opens nobody's list by itself.
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(DefaultView)) == 0


def test_a_view_out_of_sight_opens_no_list(sign_in: SignIn, database: Database) -> None:
    owner, officer = make_user(database), make_user(database)
    private = make_view(database, owner, opens_for=officer)
    client = sign_in(officer)
    assert client.get("/leads/").status_code == 200
    path = f"/views/open/{private.public_id}/default"
    assert client.post(path, data={"is_default": "yes"}).status_code == 404
    partner = make_user(database, role=Role.PARTNER)
    make_view(database, owner, is_shared=True, opens_for=partner, place="contacts")
    assert sign_in(partner).get("/contacts/").status_code == 200


def test_one_list_opens_with_one_view(sign_in: SignIn, database: Database) -> None:
    officer = make_user(database)
    first, second = (make_view(database, officer, query) for query in ("country=JP", "country=KR"))
    make_view(database, officer, "country=JP", place="contacts", opens_for=officer)
    client = sign_in(officer)
    for view in (first, second):
        client.post(f"/views/open/{view.public_id}/default", data={"is_default": "yes"})
    assert client.get("/leads/").location.startswith("/leads/?country=KR&")
    assert client.get("/contacts/").location.startswith("/contacts/?country=JP&")


def test_a_view_with_changes_says_so_and_the_next_page_keeps_it(
    sign_in: SignIn, database: Database
) -> None:
    officer = make_user(database)
    make_past_leads(database, 51)
    view = make_view(database, officer, "country=JP&sort=title")
    client = sign_in(officer)
    word = f"view={view.public_id}.1"
    page = client.get(f"/leads/?sort=title&country=JP&q=&{word}").text
    assert "with changes that are not saved" not in page
    assert f"&amp;{word}" in page[page.index('rel="next"') :][:300]
    page = client.get(f"/leads/?country=JP&sort=title&dir=desc&{word}").text
    assert "with changes that are not saved" in page
    assert "Save the changes" in page
    other = make_user(database)
    shared = make_view(database, other, is_shared=True)
    page = client.get(f"/leads/?country=KR&view={shared.public_id}.1").text
    assert "with changes that are not saved" in page
    assert "Save the changes" not in page
