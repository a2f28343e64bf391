"""The reference of an organization that was merged away still means the one that was left."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.duplicates.merge import merge_organizations
from crm.duplicates.undo import undo_merge
from crm.search.queries import search
from models.contact import Contact
from models.duplicate import OrganizationMerge
from models.import_batch import BatchKind
from models.organization import Organization
from models.search import SearchKind
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.crm.imports.bringing import bring, check, csv_bytes
from tests.factories.lead import NOW
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user

SignIn = Callable[..., FlaskClient]
Pair = tuple[Organization, Organization]


def make_pair(database: Database) -> Pair:
    return (
        make_organization(database, name="Muro", native_name=None, reference="KM-1"),
        make_organization(database, name="Muro Corp", native_name=None, reference="ZX-77"),
    )


def merge(database: Database, stays: Organization, goes: Organization) -> OrganizationMerge:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        pair = [session.get_one(Organization, one.id) for one in (stays, goes)]
        return merge_organizations(session, *pair, actor=LOCAL_ADMINISTRATOR, now=NOW)


def undo(database: Database, merged: OrganizationMerge) -> None:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(OrganizationMerge, merged.id)
        undo_merge(session, found, actor=LOCAL_ADMINISTRATOR, now=NOW)


def found_by(database: Database, text: str, actor: Actor = LOCAL_ADMINISTRATOR) -> list[str]:
    """The public ids of the organizations that a search finds."""
    with database.reader(actor) as session:
        answer = search(session, text, now=NOW, kinds=[SearchKind.ORGANIZATION])
        return [row.public_id for group in answer.groups for row in group.rows if not row.is_near]


@pytest.fixture
def pair(any_database: Database) -> Pair:
    return make_pair(any_database)


def test_search_finds_it_until_the_merge_is_undone(any_database: Database, pair: Pair) -> None:
    stays, goes = pair
    merged = merge(any_database, stays, goes)
    assert found_by(any_database, "ZX-77") == [stays.public_id]
    assert found_by(any_database, "KM-1") == [stays.public_id]
    undo(any_database, merged)
    assert found_by(any_database, "ZX-77") == [goes.public_id]
    assert found_by(any_database, "KM-1") == [stays.public_id]


def test_an_import_finds_it_and_leaves_the_reference(any_database: Database, pair: Pair) -> None:
    stays, goes = pair
    merge(any_database, stays, goes)
    bring(
        any_database,
        csv_bytes("Ref|Name|City", "zx-77|Muro Corp|Utsunomiya"),
        BatchKind.ORGANIZATIONS,
    )
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        [one] = session.scalars(sa.select(Organization))
        assert (one.id, one.reference, one.city) == (stays.id, "KM-1", "Utsunomiya")


def test_a_row_of_another_kind_finds_it_too(any_database: Database, pair: Pair) -> None:
    stays, goes = pair
    merge(any_database, stays, goes)
    bring(
        any_database,
        csv_bytes("Name as printed|Organization ref", "Sato Hanako|ZX-77"),
        BatchKind.CONTACTS,
    )
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        assert session.scalars(sa.select(Contact.organization_id)).all() == [stays.id]


def test_once_undone_it_means_nobody_by_the_merge(any_database: Database, pair: Pair) -> None:
    stays, goes = pair
    undo(any_database, merge(any_database, stays, goes))
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Organization, goes.id).reference = None
    row = csv_bytes("Name as printed|Organization ref", "Sato Hanako|ZX-77")
    assert check(any_database, row, BatchKind.CONTACTS).problems


def test_whoever_bears_the_reference_now_comes_first(any_database: Database, pair: Pair) -> None:
    stays, goes = pair
    merge(any_database, stays, goes)
    heir = make_organization(any_database, name="Heir", native_name=None, reference="ZX-77")
    bring(any_database, csv_bytes("Ref|Name|City", "ZX-77|Heir|Oyama"), BatchKind.ORGANIZATIONS)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        cities = dict(session.execute(sa.select(Organization.id, Organization.city)).all())  # type: ignore[arg-type]
        assert cities[heir.id] == "Oyama"
        assert cities[stays.id] is None
    # Also where nothing but the reference tells whom a row means.
    row = csv_bytes("Name as printed|Organization ref", "Sato Hanako|ZX-77")
    bring(any_database, row, BatchKind.CONTACTS)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        assert session.scalars(sa.select(Contact.organization_id)).all() == [heir.id]


def test_merged_on_it_means_who_was_left_in_the_end(database: Database) -> None:
    stays, goes = make_pair(database)
    last = make_organization(database, name="Muro Holdings", native_name=None)
    merge(database, stays, goes)
    onward = merge(database, last, stays)
    assert found_by(database, "ZX-77") == [last.public_id]
    undo(database, onward)
    assert found_by(database, "ZX-77") == [stays.public_id]


def test_nobody_finds_what_they_may_not_see_by_it(database: Database) -> None:
    stays, goes = make_pair(database)
    team = make_team(database, make_user(database))
    outsider = actor_for(database, make_user(database))
    for one in (stays, goes):
        restrict(database, one, team.id)
    merge(database, stays, goes)
    assert found_by(database, "ZX-77", outsider) == []
    content = csv_bytes("Name as printed|Organization ref", "Sato Hanako|ZX-77")
    plan = check(database, content, BatchKind.CONTACTS, actor=outsider)
    unknown = check(
        database, content.replace(b"ZX-77", b"ZX-78"), BatchKind.CONTACTS, actor=outsider
    )
    assert [one.message for one in plan.problems] == [one.message for one in unknown.problems]
    assert plan.problems


def test_its_page_names_it(sign_in: SignIn, database: Database) -> None:
    stays, goes = make_pair(database)
    client = sign_in(Role.OFFICER)
    merged = merge(database, stays, goes)
    path = f"/organizations/{stays.public_id}"
    assert "also ZX-77, of what was merged into it" in client.get(path).text
    undo(database, merged)
    assert "ZX-77" not in client.get(path).text
