"""The page of the search and the list below its box."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from models.lead import Lead
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.announcement import make_announcement
from tests.factories.contact import make_contact
from tests.factories.interaction import make_conversation
from tests.factories.lead import NOW, make_lead
from tests.factories.mission import make_mission
from tests.factories.organization import make_organization
from tests.factories.user import make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
TYPING = {"HX-Request": "true"}


def fill(database: Database, *, word: str = "Heron") -> Lead:
    """One record of each kind that has a word."""
    firm = make_organization(database, name=f"{word} Works", native_name=None)
    lead = make_lead(database, code_name=f"Project {word}")
    make_contact(database, firm, printed_name=f"{word} Hana", title="Planner")
    make_conversation(database, lead, summary="Land", text=f"They like {word} bay a lot.")
    make_announcement(database, lead, title=f"{word} comes to Sudbury")
    make_mission(database, name=f"{word} week")
    return lead


def test_the_page_shows_every_kind_in_groups(sign_in: SignIn, database: Database) -> None:
    fill(database)
    answer = sign_in(Role.OFFICER).get("/search/?q=heron")
    assert answer.status_code == 200
    for heading in ("Organizations", "Contacts", "Leads", "Missions", "Announcements"):
        assert f">{heading}</h2>" in answer.text
    assert "They like <mark>Heron</mark> bay" in answer.text
    assert '<span class="name"><span><mark>Heron</mark> Works</span></span>' in answer.text


def test_the_box_shows_the_best_of_each_kind_and_a_way_to_all(
    sign_in: SignIn, database: Database
) -> None:
    fill(database)
    for number in range(14):
        make_organization(database, name=f"Heron {number}", native_name=None)
    answer = sign_in(Role.OFFICER).get("/search/?q=heron", headers=TYPING)
    assert "<html" not in answer.text
    assert answer.text.count('<li class="found">') == 10
    for name in ("Project", "Hana", "Sudbury", "week", "bay"):
        assert name in answer.text
    assert 'href="/search/?q=heron"' in answer.text


def test_the_matching_name_is_shown_beside_the_main_one(
    sign_in: SignIn, database: Database
) -> None:
    names = {"name": "Hakucho Kikai", "native_name": "白鳥機械"}
    make_organization(database, **names, website="swan.example")
    client = sign_in(Role.OFFICER)
    page = client.get("/search/?q=白鳥").text
    assert '<span lang="ja"><mark>白鳥</mark>機械</span>' in page
    assert "found-matched" not in page
    assert "<mark>swan</mark>.example" in client.get("/search/?q=swan").text


@pytest.mark.parametrize("headers", [{}, TYPING])
def test_what_is_too_short_or_nowhere_is_said_kindly(
    sign_in: SignIn, database: Database, headers: dict[str, str]
) -> None:
    client = sign_in(Role.OFFICER)
    for query in ("", "?q=", "?q=x", "?q=zzqzzq", "?q=%25", "?q=heron&kind=nonsense"):
        answer = client.get(f"/search/{query}", headers=headers)
        assert answer.status_code == 200
        assert '<li class="found">' not in answer.text


def test_what_was_typed_is_never_markup(sign_in: SignIn, database: Database) -> None:
    make_organization(database, name="<b>Bold</b> & Sons", native_name=None)
    page = sign_in(Role.OFFICER).get("/search/", query_string={"q": '"><script>bold'}).text
    assert "<script>bold" not in page
    page = sign_in(Role.OFFICER).get("/search/?q=bold").text
    assert "&lt;b&gt;<mark>Bold</mark>&lt;/b&gt;" in page


def test_more_of_one_kind_and_no_more_than_enough(sign_in: SignIn, database: Database) -> None:
    for number in range(14):
        make_organization(database, name=f"Heron {number}", native_name=None)
    client = sign_in(Role.OFFICER)
    page = client.get("/search/?q=heron").text
    assert page.count('<li class="found">') == 10
    assert "/search/?q=heron&amp;kind=organization" in page
    page = client.get("/search/?q=heron&kind=organization").text
    assert page.count('<li class="found">') == 14


def test_the_same_questions_for_any_number_of_records(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    counts = []
    for _ in range(2):
        for _ in range(3):
            fill(database)
        with queries:
            assert client.get("/search/?q=heron", headers=TYPING).status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]


def test_an_outsider_finds_nothing_of_a_restricted_lead(
    sign_in: SignIn, database: Database
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    lead = make_lead(database, code_name="Project Kingfisher", reference="KF-1")
    with database.unscoped_reader(purpose="test") as session:
        firm = session.get_one(Organization, lead.organization_id)
    make_conversation(database, lead, summary="Kingfisher talk")
    make_announcement(database, lead, title="Kingfisher news")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="asked",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    outsider, insider = sign_in(Role.OFFICER), sign_in(member)
    for query in ("kingfisher", "kingfishr", "KF-1", firm.name, "kingfisher&kind=lead"):
        for headers in ({}, TYPING):
            page = outsider.get(f"/search/?q={query}", headers=headers).text
            assert '<li class="found">' not in page, query
            page = insider.get(f"/search/?q={query}", headers=headers).text
            assert '<li class="found">' in page, query


def test_an_announcement_is_not_told_before_its_hour(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    make_announcement(
        database,
        lead,
        title="Kestrel news",
        embargo_until=NOW.replace(year=2027),
        embargo_zone="Asia/Tokyo",
    )
    assert '<li class="found">' in sign_in(Role.OFFICER).get("/search/?q=kestrel").text
    assert '<li class="found">' not in sign_in(Role.VIEWER).get("/search/?q=kestrel").text


def test_a_partner_finds_what_names_their_office(sign_in: SignIn, database: Database) -> None:
    office = make_office(database)
    make_lead(database, code_name="Project Osprey", partner_office_id=office.id)
    make_lead(database, code_name="Project Ospreyland")
    partner = sign_in(Role.PARTNER, office=office)
    page = partner.get("/search/?q=osprey").text
    assert "Osprey</mark></span>" in page
    assert "land</span>" not in page


def test_every_page_has_the_box(sign_in: SignIn) -> None:
    page = sign_in(Role.OFFICER).get("/leads/").text
    assert 'action="/search/"' in page
    assert 'name="q"' in page
