"""The warning while a name is typed, and when the form is sent."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.duplicate import DistinctPair
from models.lead import Lead
from models.organization import Organization
from models.user import Role
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_team
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
LEAD = {
    "lead_type": "investment",
    "direction": "into_canada",
    "first_contact": "2026-11-03",
    "first_contact_precision": "day",
}


def _count(database: Database, cls: Any) -> int:
    with database.unscoped_reader(purpose="test") as session:
        return session.scalar(sa.select(sa.func.count()).select_from(cls)) or 0


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "NISSAN"},
        {"name": "ニッサン"},
        {"native": "日産自動車"},
        {"company": "닛산자동차"},
        {"name": "Nissan Motor Company"},
    ],
)
def test_every_script_meets_the_one_on_file(
    sign_in: SignIn, database: Database, typed: dict[str, str]
) -> None:
    made = make_organization(
        database, name="Nissan Motor Co., Ltd.", native_name="日産自動車株式会社", country="JP"
    )
    page = sign_in(Role.OFFICER).get("/duplicates/warning", query_string=typed).text
    assert made.public_id in page
    assert '<span lang="ja">日産自動車株式会社</span>' in page
    assert page.count('name="shown"') == 1


def test_at_most_three_and_those_said_to_be_others_make_room(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in(Role.OFFICER)
    made = [make_organization(database, name="Muro", native_name=None) for _ in range(5)]
    page = client.get("/duplicates/warning?name=Muro").text
    assert page.count('name="shown"') == 3
    said = [one.public_id for one in made[:3]]
    page = client.get("/duplicates/warning", query_string={"name": "Muro", "not_same": said}).text
    assert page.count('name="shown"') == 2
    assert page.count('type="hidden" name="not_same"') == 3


def test_a_number_is_enough(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    made = make_organization(database, name="Muro", native_name=None)
    client.post(
        f"/organizations/{made.public_id}/identifiers",
        data={"scheme": "jp_corporate_number", "value": "7000012050002"},
    )
    page = client.get("/duplicates/warning?number=7000-0120-50002").text
    assert made.public_id in page
    assert "7000012050002" in page


def test_nothing_typed_nothing_said(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    make_organization(database, name="Muro")
    for query in ("", "?name=", "?name=M", "?name=%E3%88%B1", "?name=Completely+Else"):
        assert client.get(f"/duplicates/warning{query}").text.strip() == "", query


def test_a_secret_is_never_told(sign_in: SignIn, database: Database, queries: QueryCounter) -> None:
    client = sign_in(Role.MANAGER)
    nothing = client.get("/duplicates/warning?name=Muro+Corporation")
    hidden = make_organization(database, name="Muro Corporation")
    restrict(database, hidden, make_team(database).id)
    answer = client.get("/duplicates/warning?name=Muro+Corporation")
    assert answer.data == nothing.data
    said = client.get(f"/duplicates/warning?name=Muro&not_same={hidden.public_id}")
    assert "Muro Corporation" not in said.text
    page = client.post("/organizations/new", data={"name": "Muro Corp", "roles": "prospect"})
    assert page.status_code == 303


def test_sending_asks_once_and_remembers(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    made = make_organization(database, name="Yusen Logistics", native_name=None)
    form = {"name": "Yusen Logistics Canada", "roles": "prospect"}
    asked = client.post("/organizations/new", data=form)
    assert asked.status_code == 422
    assert "Use this one" in asked.text
    assert "Add anyway" in asked.text
    assert _count(database, Organization) == 1
    shown = {**form, "shown": made.public_id}
    assert client.post("/organizations/new", data=shown).status_code == 303
    assert _count(database, DistinctPair) == 0
    said = {**form, "name": "Yusen Logistics Ontario", "not_same": made.public_id, "anyway": "1"}
    assert client.post("/organizations/new", data=said).status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        [pair] = session.scalars(sa.select(DistinctPair))
        assert made.id in (pair.organization_id, pair.other_id)


def test_a_foreign_id_is_no_pair(sign_in: SignIn, database: Database) -> None:
    hidden = make_organization(database, name="Secret Works")
    restrict(database, hidden, make_team(database).id)
    form = {
        "name": "Open Works",
        "roles": "prospect",
        "not_same": [hidden.public_id, "b" * 16, "'"],
    }
    assert sign_in(Role.OFFICER).post("/organizations/new", data=form).status_code == 303
    assert _count(database, DistinctPair) == 0


def test_a_new_lead_uses_the_one_on_file(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    made = make_organization(database, name="Yusen Logistics", native_name=None)
    form = {**LEAD, "company": "Yusen Logistics Canada"}
    asked = client.post("/leads/new", data=form)
    assert asked.status_code == 422
    assert f'type="radio" name="organization" value="{made.public_id}"' in asked.text
    assert _count(database, Lead) == 0
    used = {**form, "organization": made.public_id}
    assert client.post("/leads/new", data=used).status_code == 303
    other = {**form, "company": "Yusen Logistics Ontario", "not_same": made.public_id}
    assert client.post("/leads/new", data=other).status_code in (303, 422)
    assert client.post("/leads/new", data={**other, "anyway": "1"}).status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        leads = session.scalars(sa.select(Lead).order_by(Lead.id)).all()
        assert leads[0].organization_id == made.id
        assert all(lead.organization_id != made.id for lead in leads[1:])
    assert _count(database, DistinctPair) >= 1
