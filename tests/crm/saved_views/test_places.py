"""Every list that is filtered has views, and none is silently wider than its view says."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from crm.database import Database
from crm.leads.filters import COLUMNS
from crm.saved_views.places import BY_ENDPOINT, LABELS, PLACES
from models.mission import Mission
from models.organization import Sector
from models.report import SavedView
from models.user import LOCAL_ADMINISTRATOR, Role, TeamMember, User
from tests.factories.lead import make_sector
from tests.factories.mission import make_mission
from tests.factories.saved_view import make_view
from tests.factories.user import make_office, make_user
from tests.factories.visit import make_watch

SignIn = Callable[..., FlaskClient]

# The list, its page, a filter that it knows, and one that it does not with what it is called.
LISTS = [
    ("leads", "/leads/", "country=JP", "chance=none", "Chance"),
    ("organizations", "/organizations/", "country=JP", "role=none", "Role"),
    ("contacts", "/contacts/", "country=JP", "seniority=none", "How high they stand"),
    ("enquiries", "/enquiries/", "whose=mine", "outcome=none", "What became of it"),
    ("follow-ups", "/interactions/follow-ups", "done=yes", "whose=none", "Whose"),
    ("meetings", "/interactions/meetings", "", "whose=none", "Whose"),
    ("missions", "/missions/", "market=JP", "standing=none", "Standing"),
    ("bre", "/bre/", "season=2026", "standing=none", "Standing"),
    ("flags", "/bre/flags", "severity=red", "axis=none", "About"),
    ("cases", "/bre/cases", "", "state=none", "How it stands"),
    ("announcements", "/announcements/", "year=2026", "kind=none", "Kind"),
    ("introducers", "/introducers/", "country=JP", "kind=none", "Kind"),
    ("ranking", "/scores/ranking", "within=90", "whose=none", "Whose"),
    ("searches", "/site_searches/", "state=ended", "whose=none", "Whose"),
    ("properties", "/properties/", "gone=yes", "kind=none", "Kind"),
    ("gifts", "/thanks/gifts", "year=2026", "direction=none", "Given or received"),
]


@pytest.fixture
def officer(database: Database) -> User:
    """An officer of an office and of the team that reads company visits."""
    person = make_user(database, office=make_office(database))
    watch = make_watch(database)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(TeamMember(team_id=watch.team.id, user_id=person.id))
    return person


def test_every_list_is_tried() -> None:
    assert [place for place, *_rest in LISTS] == list(PLACES)
    assert set(BY_ENDPOINT.values()) == set(PLACES)
    assert {name for place in PLACES.values() for name in place.names} <= set(LABELS)


def test_each_list_has_views_opens_with_one_and_says_what_it_leaves_out(
    sign_in: SignIn, database: Database, officer: User
) -> None:
    client = sign_in(officer)
    for place, path, known, unknown, called in LISTS:
        page = client.get(f"{path}?{known}&after=").text
        assert f'<a href="/views/{place}' in page, place
        query = "&".join(filter(None, (known, unknown)))
        view = make_view(database, officer, query, place=place, opens_for=officer)
        left = "&".join(filter(None, (known, f"view={view.public_id}.1")))
        assert client.get(f"/views/open/{view.public_id}").location == f"{path}?{left}"
        answer = client.get(path)
        assert (place, answer.location) == (place, f"{path}?{left}")
        page = client.get(answer.location).text
        assert f"<strong>{view.name}</strong>" in page, place
        assert f"asks for what is no more, left out here: {called}." in page, place
        assert "with changes that are not saved" not in page, place
        # Nor does an address that somebody wrote down.
        page = client.get(f"{path}?{query}").text
        assert f"does not know, left out here: {called}." in page, place
        assert client.get(f"{path}?view=all").status_code == 200
        assert f'/views/open/{view.public_id}"' in client.get(f"/views/{place}").text


def test_what_is_no_more_is_left_out_and_said(
    sign_in: SignIn, database: Database, officer: User
) -> None:
    sector, mission = make_sector(database), make_mission(database)
    gone = make_user(database)
    client = sign_in(officer)
    query = f"country=JP&sector={sector.code}&owner={gone.public_id}"
    view = make_view(database, officer, query)
    firms = make_view(database, officer, f"sector={sector.code}", place="organizations")
    gifts = make_view(database, officer, f"mission={mission.public_id}", place="gifts")
    address = f"/views/open/{view.public_id}"
    assert client.get(address).location == f"/leads/?{query}&view={view.public_id}.1"
    for kept in (firms, gifts):
        page = client.get(client.get(f"/views/open/{kept.public_id}").location).text
        assert "left out" not in page
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.delete(session.get_one(Sector, sector.id))
        session.delete(session.get_one(Mission, mission.id))
        session.get_one(User, gone.id).is_active = False
        session.get_one(SavedView, view.id).query += "&colour=red"
    answer = client.get(address)
    assert answer.location == f"/leads/?country=JP&view={view.public_id}.1"
    for _time in range(2):
        page = client.get(answer.location).text
        assert "asks for what is no more, left out here: colour, Sector, Owner." in page
    for kept, called in ((firms, "Sector"), (gifts, "Mission")):
        page = client.get(client.get(f"/views/open/{kept.public_id}").location).text
        assert f"left out here: {called}." in page


def test_what_goes_without_saying_is_not_lost(sign_in: SignIn, officer: User) -> None:
    client = sign_in(officer)
    every = "&".join(f"column={name}" for name in COLUMNS)
    for path in (
        f"/leads/?q=&status=open&sort=chance&dir=desc&{every}",
        "/leads/?q=%20",
        "/enquiries/?state=open&whose=all&channel=&outcome=",
        "/interactions/follow-ups?whose=mine",
        "/scores/ranking?whose=all&type=&within=ever&likelihood=1&value=0&staleness=0",
        "/bre/flags?severity=&state=open",
    ):
        assert "left out here" not in client.get(path).text, path


def test_who_is_of_no_office_has_no_list_of_an_office(sign_in: SignIn, database: Database) -> None:
    nowhere = make_user(database)
    client = sign_in(nowhere)
    view = make_view(database, nowhere, "whose=office", place="enquiries")
    page = client.get(client.get(f"/views/open/{view.public_id}").location).text
    assert "left out here: Whose." in page


def test_a_partner_is_told_that_chances_are_left_out(sign_in: SignIn) -> None:
    page = sign_in(Role.PARTNER).get("/leads/?chance=high&country=JP").text
    assert "left out here: Chance." in page


def test_views_of_flags_are_for_the_team_alone(
    sign_in: SignIn, database: Database, officer: User
) -> None:
    view = make_view(database, officer, "severity=red", place="flags", is_shared=True)
    assert "View" in sign_in(officer).get("/views/flags").text
    other = sign_in()
    for path in ("/views/flags", "/views/cases", f"/views/open/{view.public_id}"):
        assert other.get(path).status_code == 404
    assert other.post("/views/flags", data={"name": "x", "query": ""}).status_code == 404
