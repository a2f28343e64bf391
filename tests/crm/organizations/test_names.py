"""Names of an organization: each with what it is and when it was borne; said better, taken away."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.organizations.plan import NameDetails
from models.audit import AuditEntry
from models.lead import Lead
from models.organization import NameKind, Organization, OrganizationName, Script
from models.user import Role
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_team, make_user

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def looms(database: Database) -> Organization:
    """A firm with a former name and a reading."""
    return make_organization(
        database,
        name="Mihon Looms",
        native_name="見本織機",
        country="JP",
        other_names=(
            NameDetails("Mihon Textiles", NameKind.FORMER, valid_to=date(2001, 3, 31)),
            NameDetails("ミホンショッキ", NameKind.KANA, source="Card of 2024"),
        ),
    )


def _names(database: Database, organization: Organization) -> dict[str, OrganizationName]:
    with database.unscoped_reader(purpose="test") as session:
        return {
            name.text: name
            for name in session.scalars(
                sa.select(OrganizationName).where(
                    OrganizationName.organization_id == organization.id
                )
            )
        }


def _edit(organization: Organization, name: str) -> str:
    return f"/organizations/{organization.public_id}/names/edit?name={name}"


def test_each_name_is_shown_with_its_language_kind_script_and_days(
    sign_in: SignIn, looms: Organization
) -> None:
    page = sign_in(Role.VIEWER).get(f"/organizations/{looms.public_id}").text
    assert '<span lang="ja">ミホンショッキ</span>' in page
    for words in ("Kana reading", "Kana, Japanese", "Card of 2024", "Former name", "until "):
        assert words in page
    assert "names/edit" not in page


def test_a_name_is_said_better(sign_in: SignIn, database: Database, looms: Organization) -> None:
    client = sign_in(Role.OFFICER)
    page = client.get(_edit(looms, "Mihon Textiles")).text
    assert 'value="Mihon Textiles"' in page
    assert 'value="2001-03-31"' in page
    answer = client.post(
        _edit(looms, "Mihon Textiles"),
        data={
            "text": "見本織物",
            "kind": "former",
            "language": "",
            "source": "Their web page",
            "valid_from": "1950-04-01",
            "valid_to": "2001-03-31",
        },
    )
    assert answer.status_code == 303
    names = _names(database, looms)
    assert "Mihon Textiles" not in names
    name = names["見本織物"]
    assert (name.kind, name.script, name.language) == (NameKind.FORMER, Script.HAN, "ja")
    assert (name.valid_from, name.valid_to) == (date(1950, 4, 1), date(2001, 3, 31))
    assert name.source == "Their web page"
    with database.unscoped_reader(purpose="test") as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.changes == {"names": [["Mihon Textiles (former)"], ["見本織物 (former, ja)"]]}


def test_the_main_name_is_changed_on_lists_and_leads(
    sign_in: SignIn, database: Database, looms: Organization
) -> None:
    lead = make_lead(database, organization_id=looms.id, company=None)
    form = {"text": "Mihon Looms Ltd.", "kind": "official_english", "language": "en"}
    assert sign_in(Role.OFFICER).post(_edit(looms, "Mihon Looms"), data=form).status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        assert session.get_one(Organization, looms.id).name == "Mihon Looms Ltd."
        assert session.get_one(Lead, lead.id).title == "Mihon Looms Ltd."


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text": ""}, "required"),
        ({"text": "。。"}, "not a name"),
        ({"text": "見本織機"}, "kept already"),
        ({"text": "X", "valid_from": "2002-01-01", "valid_to": "2001-01-01"}, "ends after"),
    ],
)
def test_what_cannot_be_is_refused(
    sign_in: SignIn, database: Database, looms: Organization, form: dict[str, str], words: str
) -> None:
    before = sorted(_names(database, looms))
    answer = sign_in(Role.OFFICER).post(_edit(looms, "Mihon Textiles"), data={"kind": ""} | form)
    assert answer.status_code == 422
    assert words in answer.text
    assert sorted(_names(database, looms)) == before


def test_a_name_of_another_organization_is_asked_about(
    sign_in: SignIn, database: Database, looms: Organization
) -> None:
    other = make_organization(database, name="Sample Kimchi", native_name=None)
    client = sign_in(Role.OFFICER)
    form = {"text": "Sample Kimchi", "kind": ""}
    answer = client.post(_edit(looms, "Mihon Textiles"), data=form)
    assert answer.status_code == 422
    assert other.public_id in answer.text
    answer = client.post(_edit(looms, "Mihon Textiles"), data=form | {"anyway": "1"})
    assert answer.status_code == 303


def test_a_name_is_taken_away_but_not_the_one_on_lists(
    sign_in: SignIn, database: Database, looms: Organization
) -> None:
    client = sign_in(Role.OFFICER)
    path = f"/organizations/{looms.public_id}/names/remove"
    assert client.post(path, data={"name": "Mihon Textiles"}).status_code == 303
    assert "Mihon Textiles" not in _names(database, looms)
    page = client.post(path, data={"name": "見本織機"}, follow_redirects=True).text
    assert "Write another main name first" in page
    assert "見本織機" in _names(database, looms)
    assert client.post(path, data={"name": "nobody"}).status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_who_only_reads_changes_no_name(sign_in: SignIn, looms: Organization, role: Role) -> None:
    client = sign_in(role)
    assert client.post(_edit(looms, "Mihon Looms"), data={"text": "X"}).status_code == 403
    path = f"/organizations/{looms.public_id}/names/remove"
    assert client.post(path, data={"name": "Mihon Textiles"}).status_code == 403


def test_a_hidden_organization_has_no_names_to_edit(
    sign_in: SignIn, database: Database, looms: Organization
) -> None:
    restrict(database, looms, make_team(database, make_user(database)).id)
    client = sign_in(Role.OFFICER)
    for name in ("Mihon Looms", "nobody"):
        assert client.get(_edit(looms, name)).status_code == 404


def test_the_form_keeps_the_fiscal_year_and_the_reference(
    sign_in: SignIn, database: Database, looms: Organization
) -> None:
    client = sign_in(Role.OFFICER)
    form = {
        "name": "Mihon Looms",
        "native_name": "見本織機",
        "roles": "prospect",
        "country": "JP",
        "sector": "",
        "fiscal_year_end_month": "3",
        "reference": "ORG-17",
    }
    path = f"/organizations/{looms.public_id}"
    assert client.post(f"{path}/edit", data=form).status_code == 303
    page = client.get(path).text
    assert "March" in page
    assert "ORG-17" in page
    assert 'selected value="3"' in client.get(f"{path}/edit").text
    answer = client.post(f"{path}/edit", data=form | {"fiscal_year_end_month": "13"})
    assert answer.status_code == 422
