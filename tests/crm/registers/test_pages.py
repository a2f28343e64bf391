"""An organization comes on file from a public register, or is completed from it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import selectinload

from config import Config
from crm.cli import main
from crm.database import Database
from crm.organizations.parts import add_identifier
from crm.organizations.plan import NameDetails
from models.organization import (
    IdentifierScheme,
    NameKind,
    Organization,
    Sector,
)
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.registers.code_list import code_list
from tests.factories.lead import make_sector
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
NUMBER = "1180301018771"
TOYOTA = "/organizations/new?register=edinet&entry=E02144"
ATTRIBUTION = (
    "Source: EDINET code list, Financial Services Agency of Japan, as of 2026-10-05,"
    " Public Data License 1.0; edited"
)


def _all(database: Database) -> list[Organization]:
    with database.unscoped_reader(purpose="test") as session:
        return list(
            session.scalars(
                sa.select(Organization)
                .options(
                    selectinload(Organization.names),
                    selectinload(Organization.identifiers),
                    selectinload(Organization.roles),
                    selectinload(Organization.sector),
                )
                .order_by(Organization.id)
            )
        )


def _fields(page: str) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected[^>]*value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    found.pop("q", None)
    return found


def _numbered(database: Database, organization: Organization, value: str = NUMBER) -> None:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        add_identifier(
            session,
            session.get_one(Organization, organization.id),
            IdentifierScheme.JP_CORPORATE_NUMBER,
            value,
            source=None,
            actor=LOCAL_ADMINISTRATOR,
        )


def test_two_letters_show_companies_with_the_attribution(sign_in: SignIn) -> None:
    page = sign_in(Role.OFFICER).get("/registers/?q=日産").text
    assert "日産自動車株式会社" in page
    assert 'lang="ja"' in page
    assert "NISSAN MOTOR CO., LTD." in page
    assert ATTRIBUTION in page


def test_while_typing_only_the_list_is_sent(sign_in: SignIn) -> None:
    part = sign_in(Role.OFFICER).get("/registers/?q=ni", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'hx-swap-oob="true"' in part


def test_an_entry_fills_the_form_and_is_saved_with_its_source(
    sign_in: SignIn, database: Database
) -> None:
    make_sector(database, name="Batteries")
    make_sector(database, name="Automotive")
    client = sign_in(Role.OFFICER)
    page = client.get(TOYOTA).text
    assert ATTRIBUTION in page
    fields = _fields(page)
    assert fields["native_name"] == "トヨタ自動車株式会社"
    assert (fields["country"], fields["fiscal_year_end_month"]) == ("JP", "3")
    assert fields["sector"] == "automotive"
    answer = client.post(TOYOTA, data=fields | {"roles": "prospect"})
    assert answer.status_code == 303, answer.text
    [made] = _all(database)
    assert (made.name, made.native_name) == ("TOYOTA MOTOR CORPORATION", "トヨタ自動車株式会社")
    assert (made.country, made.city, made.fiscal_year_end_month) == ("JP", "Toyota", 3)
    assert made.sector is not None
    assert made.sector.code == "automotive"
    assert {(name.text, name.kind, name.language, name.source) for name in made.names} == {
        ("TOYOTA MOTOR CORPORATION", NameKind.OFFICIAL_ENGLISH, "en", ATTRIBUTION),
        ("トヨタ自動車株式会社", NameKind.LEGAL, "ja", ATTRIBUTION),
        ("トヨタジドウシャ", NameKind.KANA, "ja", ATTRIBUTION),
    }
    assert {(one.scheme, one.value, one.source) for one in made.identifiers} == {
        (IdentifierScheme.JP_CORPORATE_NUMBER, NUMBER, ATTRIBUTION),
        (IdentifierScheme.EDINET, "E02144", ATTRIBUTION),
    }


def test_another_name_typed_instead_has_not_the_register_for_its_source(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in(Role.OFFICER)
    fields = _fields(client.get(TOYOTA).text) | {"roles": "prospect", "name": "Toyota Motor"}
    assert client.post(TOYOTA, data=fields).status_code == 303
    [made] = _all(database)
    sources = {name.text: name.source for name in made.names}
    assert sources["Toyota Motor"] is None
    assert sources["トヨタ自動車株式会社"] == ATTRIBUTION
    assert "TOYOTA MOTOR CORPORATION" not in sources


def test_what_is_on_file_by_its_number_is_linked_and_asked_about(
    sign_in: SignIn, database: Database
) -> None:
    known = make_organization(database, name="Some Motor Maker", native_name=None)
    _numbered(database, known)
    client = sign_in(Role.OFFICER)
    page = client.get("/registers/?q=7203").text
    assert f"/organizations/{known.public_id}" in page
    assert "On file: Some Motor Maker" in page
    fields = _fields(client.get(TOYOTA).text) | {"roles": "prospect"}
    answer = client.post(TOYOTA, data=fields)
    assert answer.status_code == 422
    assert "Some Motor Maker" in answer.text
    assert len(_all(database)) == 1


def test_what_a_team_keeps_to_itself_is_not_told(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    before = client.get("/registers/?q=7203").text
    hidden = make_organization(database, name="Some Motor Maker", native_name=None)
    _numbered(database, hidden)
    restrict(database, hidden, make_team(database, make_user(database)).id)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for one in session.scalars(sa.select(Organization)).all():
            assert one.team_id is not None
        session.execute(sa.text("UPDATE organization_identifiers SET team_id = 1"))
    plain = re.compile(r'csrf_token" value="[^"]*"|X-CSRFToken": "[^"]*"')
    assert plain.sub("", client.get("/registers/?q=7203").text) == plain.sub("", before)
    fields = _fields(client.get(TOYOTA).text) | {"roles": "prospect"}
    assert client.post(TOYOTA, data=fields).status_code == 303


def test_an_organization_on_file_is_completed(sign_in: SignIn, database: Database) -> None:
    make_sector(database, name="Automotive")
    known = make_organization(
        database,
        name="Toyota",
        native_name="トヨタ自動車",
        city="Nagoya",
        other_names=(NameDetails("Toyota Motor Corporation"),),
    )
    client = sign_in(Role.OFFICER)
    page = client.get(f"/registers/?organization={known.public_id}").text
    link = f"/registers/edinet/E02144/{known.public_id}"
    assert link in page
    page = client.get(link).text
    advised = re.findall(r'name="take" value="([^"]+)" checked', page)
    offered = re.findall(r'name="take" value="([^"]+)"', page)
    # What is there in another spelling, or otherwise, is offered and not advised.
    assert set(offered) - set(advised) == {"name-legal", "name-official_english", "city"}
    assert "on file: Nagoya" in page
    answer = client.post(link, data={"take": advised})
    assert answer.status_code == 303
    [found] = _all(database)
    assert (found.name, found.native_name, found.city) == ("Toyota", "トヨタ自動車", "Nagoya")
    assert (found.country, found.fiscal_year_end_month) == ("JP", 3)
    assert found.sector is not None
    assert {one.value for one in found.identifiers} == {NUMBER, "E02144"}
    assert ("トヨタジドウシャ", ATTRIBUTION) in {(one.text, one.source) for one in found.names}
    page = client.get(link).text
    assert re.findall(r'name="take" value="([^"]+)" checked', page) == []
    # Taking the same again is no error.
    assert client.post(link, data={"take": advised}).status_code in {303, 422}


def test_everything_taken_leaves_nothing_to_offer(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    fields = _fields(client.get(TOYOTA).text) | {"roles": "prospect"}
    client.post(TOYOTA, data=fields)
    [made] = _all(database)
    page = client.get(f"/registers/edinet/E02144/{made.public_id}").text
    assert "Everything that the register says is on file." in page


@pytest.mark.parametrize(
    "path",
    [
        "/registers/?register=nowhere&q=ab",
        "/organizations/new?register=edinet&entry=E99999",
        "/organizations/new?register=nowhere&entry=E02144",
        "/registers/edinet/E02144/aaaaaaaaaaaaaaaa",
        "/registers/?organization=aaaaaaaaaaaaaaaa",
    ],
)
def test_what_is_not_there_answers_so(sign_in: SignIn, path: str) -> None:
    assert sign_in(Role.OFFICER).get(path).status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_who_only_reads_is_refused(sign_in: SignIn, database: Database, role: Role) -> None:
    known = make_organization(database)
    client = sign_in(role)
    assert client.get("/registers/?q=ab").status_code == 403
    path = f"/registers/edinet/E02144/{known.public_id}"
    assert client.post(path, data={"take": "country"}).status_code == 403


def test_more_finds_are_no_more_queries(sign_in: SignIn, queries: QueryCounter) -> None:
    client = sign_in(Role.OFFICER)
    client.get("/registers/?q=7203")
    with queries:
        client.get("/registers/?q=7203")
    few = queries.count
    with queries:
        client.get("/registers/?q=ni")
    assert queries.count == few


def test_a_sector_is_only_proposed(sign_in: SignIn, database: Database) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(Sector(code="predictive", name_en="Predictive analytics"))
    fields = _fields(sign_in(Role.OFFICER).get(TOYOTA.replace("E02144", "E02778")).text)
    assert fields["sector"] == ""


def test_the_commands_list_and_refresh(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(config.data), "--json"]
    assert main(["registers", "list", *data]) == 0
    [one] = json.loads(capsys.readouterr().out)
    assert (one["code"], one["source"], one["attribution"]) == ("edinet", "embedded", ATTRIBUTION)
    file = tmp_path / "list.csv"
    file.write_bytes(code_list(day="2026年11月01日現在"))
    assert main(["registers", "refresh", "edinet", str(file), *data]) == 0
    assert json.loads(capsys.readouterr().out)["companies"] == 2
    assert main(["registers", "list", *data]) == 0
    [one] = json.loads(capsys.readouterr().out)
    assert (one["source"], one["companies"], one["as_of"]) == ("refreshed", 2, "2026-11-01")
    file.write_bytes(code_list(day="2025年11月01日現在"))
    assert main(["registers", "refresh", "edinet", str(file), *data]) == 1
    assert "older" in json.loads(capsys.readouterr().out)["error"]
    file.write_bytes(b"nonsense")
    assert main(["registers", "refresh", "edinet", str(file), *data]) == 1
    assert "not the EDINET code list" in json.loads(capsys.readouterr().out)["error"]
    assert main(["registers", "list", *data]) == 0
    [one] = json.loads(capsys.readouterr().out)
    assert one["companies"] == 2
