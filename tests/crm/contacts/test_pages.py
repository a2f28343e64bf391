"""Pages of contacts: what they show to whom, and that a refusal writes nothing."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.interactions.service import ParticipantDetails
from models.audit import AuditEntry
from models.contact import Contact, Seniority
from models.user import OfficeKind, Role
from tests.factories.contact import make_contact
from tests.factories.interaction import make_conversation
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def _path(contact: Contact, rest: str = "") -> str:
    return f"/contacts/{contact.public_id}{rest}"


def _contacts(database: Database) -> list[Contact]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(Contact)))


def test_the_list_finds_people_by_any_of_their_names(sign_in: SignIn, database: Database) -> None:
    company = make_organization(database, name="Mihon Looms", native_name="株式会社見本織機")
    make_contact(
        database, company, printed_name="TANAKA Ai", native_name="田中 愛", reading="タナカ アイ"
    )
    make_contact(database, printed_name="Somebody Else")
    client = sign_in(Role.VIEWER)
    for words in ("tanaka", "ai tanaka", "田中", "タナカ", "見本織機", "mihon tanaka"):
        page = client.get("/contacts/", query_string={"q": words}).text
        assert "TANAKA Ai" in page, words
        assert "Somebody Else" not in page, words
    assert "TANAKA Ai" not in client.get("/contacts/?q=tanaka+nobody").text
    assert "TANAKA Ai" not in client.get("/contacts/?seniority=executive").text
    part = client.get("/contacts/?q=tanaka", headers={"HX-Request": "true"}).text
    assert "TANAKA Ai" in part
    assert "<html" not in part


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_rows(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.VIEWER)
    company = make_organization(database)
    counts = []
    for rows in (10, 200):
        while len(_contacts(database)) < rows:
            for _ in range(10):
                make_contact(database, company)
        with queries:
            assert client.get("/contacts/").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1] <= 7


def test_the_page_shows_the_person_as_they_write_themselves(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    company = make_organization(database, name="Mihon Looms")
    made = make_contact(
        database,
        company,
        printed_name="TANAKA Ai",
        native_name="田中 愛",
        reading="タナカ アイ",
        honorific="様",
        native_title="経営企画部長",
        title="General Manager",
        language="en",
        email="ai@mihon.example",
    )
    lead = make_lead(database, organization_id=company.id)
    client = sign_in(Role.OFFICER)
    counts = []
    for times in (2, 20):
        for _ in range(times):
            make_conversation(
                database,
                lead,
                summary="Spoke of power lines",
                participants=(ParticipantDetails(contact_id=made.id),),
            )
        with queries:
            page = client.get(_path(made)).text
        counts.append(queries.count)
    assert counts[0] == counts[1] <= 10
    for words in (
        '<span lang="ja">田中 愛</span>',
        '<span lang="ja">様</span>',
        '<span lang="ja">経営企画部長</span>',
        "Head of department",
        "not told apart",
        "Mihon Looms",
        "Spoke of power lines",
        f"/leads/{lead.public_id}",
        "mailto:ai@mihon.example",
        "/interactions/new?",
    ):
        assert words in page, words
    assert 'lang="en">田中' not in page


def test_an_outsider_sees_nobody_of_a_restricted_organization(
    sign_in: SignIn, database: Database
) -> None:
    company = make_organization(database)
    team = make_team(database, make_user(database))
    restrict(database, company, team.id)
    hidden = make_contact(database, company, printed_name="Hidden Person")
    client = sign_in(Role.MANAGER)
    assert "Hidden Person" not in client.get("/contacts/").text
    missing = client.get("/contacts/aaaaaaaaaaaaaaaa")
    for answer in (client.get(_path(hidden)), client.post(_path(hidden, "/edit"), data={})):
        assert answer.status_code == missing.status_code == 404
        assert answer.data == missing.data


def test_a_partner_sees_the_people_of_their_leads_only(sign_in: SignIn, database: Database) -> None:
    office = make_office(database, kind=OfficeKind.PARTNER)
    lead = make_lead(database, partner_office_id=office.id)
    theirs = make_contact(database, printed_name="Theirs")
    make_conversation(database, lead, participants=(ParticipantDetails(contact_id=theirs.id),))
    other = make_contact(database, printed_name="Not theirs")
    partner = sign_in(Role.PARTNER, office=office)
    page = partner.get("/contacts/").text
    assert "Theirs" in page
    assert "Not theirs" not in page
    assert partner.get(_path(other)).status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_a_reader_writes_nothing(sign_in: SignIn, database: Database, role: Role) -> None:
    made = make_contact(database, printed_name="As it was")
    client = sign_in(role)
    assert client.post("/contacts/new", data={"printed_name": "X"}).status_code == 403
    assert client.post(_path(made, "/edit"), data={"printed_name": "X"}).status_code == 403
    assert [contact.printed_name for contact in _contacts(database)] == ["As it was"]


def test_adding_from_an_organization_s_page(sign_in: SignIn, database: Database) -> None:
    company = make_organization(database, name="Twin Ltd.", native_name=None)
    make_organization(database, name="Twin Ltd.", native_name=None)
    client = sign_in(Role.OFFICER)
    form = client.get(f"/contacts/new?organization={company.public_id}").text
    assert 'value="Twin Ltd."' in form
    data = {
        "printed_name": "KIM Na-ri",
        "native_title": "부장",
        "organization": "Twin Ltd.",
        "organization_was": company.public_id,
    }
    assert client.post("/contacts/new", data=data).status_code == 303
    [made] = _contacts(database)
    assert made.organization_id == company.id
    assert made.seniority is Seniority.DEPARTMENT_HEAD
    again = client.post("/contacts/new", data=data)
    assert again.status_code == 422
    assert _path(made) in again.text
    assert client.post("/contacts/new", data={**data, "anyway": "1"}).status_code == 303
    assert len(_contacts(database)) == 2


def test_an_ambiguous_organization_is_asked_about_and_nothing_typed_is_lost(
    sign_in: SignIn, database: Database
) -> None:
    make_organization(database, name="Twin Ltd.", native_name=None)
    second = make_organization(database, name="Twin Inc.", native_name=None)
    client = sign_in(Role.OFFICER)
    data = {"printed_name": "KIM Na-ri", "organization": "twin"}
    asked = client.post("/contacts/new", data=data)
    assert asked.status_code == 422
    assert f'<option value="{second.public_id}">' in asked.text
    assert 'value="KIM Na-ri"' in asked.text
    assert "No organization of this name" in client.post(
        "/contacts/new", data={**data, "organization": "nobody"}
    ).get_data(as_text=True)
    answer = client.post("/contacts/new", data={**data, "organization": second.public_id})
    assert answer.status_code == 303
    assert _contacts(database)[0].organization_id == second.id


def test_editing_is_audited(sign_in: SignIn, database: Database) -> None:
    company = make_organization(database, name="Mihon")
    made = make_contact(database, company, printed_name="TANAKA Ai", seniority=Seniority.STAFF)
    client = sign_in(Role.OFFICER)
    page = client.get(_path(made, "/edit")).text
    assert 'value="TANAKA Ai"' in page
    answer = client.post(
        _path(made, "/edit"),
        data={
            "printed_name": "TANAKA Ai",
            "organization": "Mihon",
            "title": "Manager",
            "seniority": "",
        },
    )
    assert answer.status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(
                AuditEntry.record_type == "contacts", AuditEntry.action == "changed"
            )
        ).one()
    assert entry.changes == {"title": [None, "Manager"], "seniority": ["staff", None]}


def test_every_form_of_a_name_is_kept_and_shown(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    form = {
        "printed_name": "田中 花子",
        "native_name": "田中花子",
        "reading": "たなか はなこ",
        "romanized_name": "Hanako Tanaka",
        "family_name": "田中",
        "given_name": "花子",
        "honorific": "様",
        "native_title": "部長",
        "title": "General Manager",
        "department": "Planning",
        "seniority": "",
        "language": "ja",
    }
    answer = client.post("/contacts/new", data=form)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    for words in ("Hanako Tanaka", "たなか はなこ", "様", "部長", "General Manager", "Planning"):
        assert words in page
    assert "Hanako Tanaka" in client.get("/contacts/?q=hanako").text
    assert 'value="Hanako Tanaka"' in client.get(f"{answer.location}/edit").text
