"""The pages from which a briefing book is made."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pypdf
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.audit import AuditEntry
from models.user import LOCAL_ADMINISTRATOR, Language, Role, UserSession
from tests.factories.lead import make_lead
from tests.factories.mission import NOW, make_item, make_planned_mission
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def _text(pages: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pages))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def test_a_book_is_made_from_its_page(sign_in: SignIn, database: Database) -> None:
    company = make_organization(database, name="Sample Weaving")
    mission = make_planned_mission(database, name="Mission of March")
    make_item(database, mission, organization=company)
    client = sign_in(Role.OFFICER, language=Language.FR)
    address = f"/briefing/missions/{mission.public_id}"
    page = client.get(address).text
    assert "Sample Weaving" in page
    assert f'href="/briefing/companies/{company.public_id}"' in page
    # The reader's own language stands chosen.
    assert re.search(r'value="fr" checked', page)
    answer = client.post(address, data={"language": "en"})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"briefing-{mission.public_id}-2026-11-20.pdf" in answer.headers["Content-Disposition"]
    words = _text(answer.data)
    assert "Mission of March" in words
    assert "Whom we meet" in words
    assert "Confidentiel" in _text(client.post(address, data={}).data)


def test_the_page_of_one_company(sign_in: SignIn, database: Database) -> None:
    company = make_organization(database, name="Sample Weaving", native_name="見本織物")
    mission = make_planned_mission(database)
    make_item(
        database,
        mission,
        organization=company,
        title="Signing at last",
        starts_at=NOW + timedelta(days=2),
        talking_points="The parcel by the river",
    )
    client = sign_in(Role.OFFICER)
    address = f"/briefing/companies/{company.public_id}"
    assert f'href="{address}"' in client.get(f"/organizations/{company.public_id}").text
    assert "Sample Weaving" in client.get(address).text
    words = _text(client.post(address, data={"language": "en"}).data)
    for expected in ("Sample Weaving", "見本織物", "Signing at last", "The parcel by the river"):
        assert expected in words, expected


def test_readers_and_partners_make_no_book(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    company = make_organization(database)
    for role in (Role.VIEWER, Role.PARTNER):
        client = sign_in(role)
        for address in (
            f"/briefing/missions/{mission.public_id}",
            f"/briefing/companies/{company.public_id}",
        ):
            assert client.get(address).status_code == 403
            assert client.post(address).status_code == 403
    with database.unscoped_reader(purpose="test") as session:
        found = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "exported")).all()
    assert found == []


def test_a_hidden_company_has_no_page(sign_in: SignIn, database: Database) -> None:
    company = make_organization(database, name="Hidden Looms")
    mission = make_planned_mission(database)
    make_item(database, mission, organization=company, title="Hidden talk")
    restrict(database, company, make_team(database, make_user(database)).id)
    client = sign_in(Role.OFFICER)
    address = f"/briefing/companies/{company.public_id}"
    missing = "/briefing/companies/aaaaaaaaaaaaaaaa"
    assert client.get(address).data == client.get(missing).data
    assert client.post(address).status_code == client.post(missing).status_code == 404
    assert "Hidden Looms" not in client.get(f"/briefing/missions/{mission.public_id}").text
    words = _text(client.post(f"/briefing/missions/{mission.public_id}").data)
    assert "Hidden Looms" not in words


def test_what_is_a_teams_asks_for_the_password(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    lead = make_lead(database, actor=actor_for(database, member), team_id=team.id)
    mission = make_planned_mission(database)
    make_item(database, mission, lead=lead, actor=actor_for(database, member))
    client = sign_in(member)
    address = f"/briefing/missions/{mission.public_id}"
    assert client.post(address).mimetype == "application/pdf"
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for one in session.scalars(sa.select(UserSession)):
            one.created_at = one.confirmed_at = NOW - timedelta(hours=1)
    answer = client.post(address)
    assert answer.status_code == 303
    assert "/auth/confirm" in answer.location


def test_the_page_takes_as_many_queries_however_many_companies(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    counts = []
    for number in (2, 5):
        mission = make_planned_mission(database)
        for _place in range(number):
            make_item(database, mission, organization=make_organization(database))
        client.get(f"/briefing/missions/{mission.public_id}")
        with queries:
            client.get(f"/briefing/missions/{mission.public_id}")
        counts.append(queries.count)
    assert counts[0] == counts[1]
