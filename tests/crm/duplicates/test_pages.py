"""Comparing, merging and undoing by the forms, and where the absorbed one's address leads."""

import re
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from models.duplicate import OrganizationMerge
from models.lead import Lead
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.duplicates.conftest import Twins, dump
from tests.factories.contact import make_contact
from tests.factories.lead import NOW
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_team

SignIn = Callable[..., FlaskClient]


def _pair(twins: Twins) -> str:
    return f"/duplicates/pairs/{twins.stays.public_id}/{twins.goes.public_id}"


def _merge_id(database: Database) -> str:
    with database.unscoped_reader(purpose="test") as session:
        return session.scalars(sa.select(OrganizationMerge.public_id)).one()


def _plain(page: str) -> str:
    """A page without the tokens of its forms."""
    return re.sub(r'(csrf_token"[^>]*value=|X-CSRFToken": )"[^"]*"', "", page)


def test_two_side_by_side(sign_in: SignIn, twins: Twins) -> None:
    page = sign_in(Role.MANAGER).get(_pair(twins)).text
    for words in (
        "Muro Corporation",
        "株式会社ムロコーポレーション",
        "7000012050002",
        "Contacts: 1",
    ):
        assert words in page
    assert page.count('name="keep"') == 2


def test_merge_redirect_and_undo(sign_in: SignIn, twins: Twins) -> None:
    client = sign_in(Role.MANAGER)
    before = dump(twins.database)
    assert client.post(_pair(twins), data={}).status_code == 422
    assert dump(twins.database) == before
    answer = client.post(_pair(twins), data={"keep": twins.stays.public_id})
    stays = f"/organizations/{twins.stays.public_id}"
    assert (answer.status_code, answer.location) == (303, stays)
    assert "株式会社ムロコーポレーション" in client.get(stays).text
    gone = client.get(f"/organizations/{twins.goes.public_id}")
    assert (gone.status_code, gone.location) == (301, stays)
    assert "Muro Corp" in client.get("/duplicates/merges").text

    make_contact(twins.database, twins.stays, printed_name="NEWCOMER Since")
    undo = f"/duplicates/merges/{_merge_id(twins.database)}/undo"
    page = client.get(undo).text
    assert page.index("NEWCOMER Since") < page.index("What comes back")
    answer = client.post(undo)
    assert (answer.status_code, answer.location) == (
        303,
        f"/organizations/{twins.goes.public_id}",
    )
    assert "NEWCOMER Since" in client.get(stays).text
    assert client.post(undo).status_code == 422
    assert "Undone by" in client.get("/duplicates/merges").text


def test_every_page_is_as_it_was(sign_in: SignIn, twins: Twins) -> None:
    client = sign_in(Role.MANAGER)
    paths = [
        "/organizations/",
        "/contacts/",
        "/leads/?status=all",
        "/duplicates/",
        f"/leads/{twins.lead.public_id}",
        *(f"/organizations/{one.public_id}" for one in (twins.stays, twins.goes, twins.third)),
    ]
    before = {path: _plain(client.get(path).text) for path in paths}
    client.post(_pair(twins), data={"keep": twins.stays.public_id})
    client.post(f"/duplicates/merges/{_merge_id(twins.database)}/undo")
    client.get("/")
    after = {path: _plain(client.get(path).text) for path in paths}
    for path in paths:
        assert after[path] == before[path], path


def test_the_absorbed_one_s_address_tells_nothing_of_a_secret(
    sign_in: SignIn, database: Database, twins: Twins
) -> None:
    admin = sign_in(Role.ADMIN)
    assert admin.post(_pair(twins), data={"keep": twins.stays.public_id}).status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        stays = session.get_one(Organization, twins.stays.id)
    restrict(database, stays, make_team(database).id)
    outsider = sign_in(Role.MANAGER)
    gone = outsider.get(f"/organizations/{twins.goes.public_id}")
    none = outsider.get(f"/organizations/{'b' * 16}")
    assert (gone.status_code, gone.data) == (none.status_code, none.data) == (404, none.data)
    assert outsider.get(f"/duplicates/merges/{_merge_id(database)}/undo").status_code == 404
    assert "Muro Corp" not in outsider.get("/duplicates/merges").text


def test_a_hidden_one_is_not_there(sign_in: SignIn, database: Database) -> None:
    hidden = make_organization(database, name="Secret Works")
    restrict(database, hidden, make_team(database).id)
    seen = make_organization(database, name="Open Works")
    client = sign_in(Role.MANAGER)
    before = dump(database)
    for path in (
        f"/duplicates/pairs/{seen.public_id}/{hidden.public_id}",
        f"/duplicates/pairs/{seen.public_id}/{'b' * 16}",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"keep": seen.public_id}).status_code == 404
    for path in ("/duplicates/distinct", "/duplicates/subsidiary"):
        two = {"one": seen.public_id, "other": hidden.public_id}
        assert client.post(path, data=two).status_code == 404
    assert dump(database) == before


def test_an_administrator_s_look_at_a_secret_is_written_down(
    sign_in: SignIn, database: Database
) -> None:
    from models.audit import AuditEntry

    hidden = make_organization(database, name="Secret Works")
    restrict(database, hidden, make_team(database).id)
    seen = make_organization(database, name="Open Works")
    client = sign_in(Role.ADMIN)
    page = client.get(f"/duplicates/pairs/{seen.public_id}/{hidden.public_id}").text
    assert 'name="may_open"' in page
    with database.unscoped_reader(purpose="test") as session:
        looked = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "looked"))
        assert [entry.record_id for entry in looked] == [hidden.id]


def test_counts_of_a_merge_tell_nothing_of_hidden_rows(
    sign_in: SignIn, database: Database, twins: Twins
) -> None:
    """What a member moved and an outsider cannot see makes no difference to the pages."""
    admin, outsider = sign_in(Role.ADMIN), sign_in(Role.MANAGER)
    admin.post(_pair(twins), data={"keep": twins.stays.public_id})
    merge_id = _merge_id(database)
    undo = f"/duplicates/merges/{merge_id}/undo"
    shown = outsider.get(undo).text
    team = make_team(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        restrict_lead(
            session,
            session.get_one(Lead, twins.lead.id),
            team_id=team.id,
            reason="asked",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    hidden = outsider.get(undo).text
    counted = [int(re.search(r"(\d+) records", page)[1]) for page in (shown, hidden)]  # type: ignore[index]
    # The lead itself, and its row as a party's.
    assert 0 < counted[1] < counted[0]
    pair = f"/duplicates/pairs/{twins.stays.public_id}/{twins.third.public_id}"
    page = outsider.get(pair).text
    assert "cannot be merged by you" not in page
    refused = outsider.post(pair, data={"keep": twins.stays.public_id})
    assert refused.status_code == 422
    assert "cannot be merged by you; ask an administrator" in refused.text
