"""The entries follow the records, in the same transaction, whoever writes and however."""

from typing import Any

import pytest
import sqlalchemy as sa

from config import Config
from crm.database import Database
from crm.demo.service import load_demo
from crm.leads.confidentiality import lift_restriction, restrict_lead
from crm.organizations.plan import OrganizationDetails
from crm.organizations.service import edit_organization
from crm.search.grams import tokens_of
from crm.search.upkeep import rebuild_all, rebuild_if_empty
from models.contact import Contact
from models.interaction import Interaction
from models.lead import Lead
from models.organization import Organization, OrganizationName
from models.search import SearchEntry
from models.user import LOCAL_ADMINISTRATOR
from tests.crm.imports.bringing import bring, take_back
from tests.crm.imports.test_service_undo import CHANGED, FIRST, LATER
from tests.factories.announcement import make_announcement
from tests.factories.contact import make_contact
from tests.factories.interaction import make_conversation
from tests.factories.lead import NOW, make_lead
from tests.factories.mission import make_mission
from tests.factories.organization import make_organization
from tests.factories.user import make_team, make_user

_COLUMNS = [column for column in SearchEntry.__table__.c if column.name != "id"]


def entries(database: Database) -> list[tuple[Any, ...]]:
    """Every entry but for its key, in an order of their own."""
    with database.engine.connect() as connection:
        rows = connection.execute(sa.select(*_COLUMNS)).all()
    return sorted((tuple(row) for row in rows), key=repr)


def indexed(database: Database) -> list[tuple[Any, ...]]:
    """What the index keeps: tokens and the keys of the entries that have them."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.held"
                " USING fts5vocab(main, search_grams, instance)"
            )
            rows = connection.exec_driver_sql("SELECT term, doc FROM temp.held").all()
        else:
            rows = connection.exec_driver_sql(
                "SELECT unnest(tsvector_to_array(grams)), entry_id FROM search_grams"
            ).all()
    return sorted(tuple(row) for row in rows)


def due(database: Database) -> list[tuple[Any, ...]]:
    """What the index should keep."""
    with database.engine.connect() as connection:
        rows = connection.execute(sa.select(SearchEntry.__table__)).all()
    return sorted(
        (token, row.id) for row in rows for token in tokens_of(row.kind, row.folded, row.keys)
    )


def assert_true(database: Database) -> None:
    """What is kept step by step is what writing everything anew would give."""
    assert indexed(database) == due(database)
    kept = entries(database)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        rebuild_all(session)
    assert entries(database) == kept
    assert indexed(database) == due(database)


def texts(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(connection.execute(sa.select(SearchEntry.text)).scalars())


def test_each_kind_of_record_has_its_entries(any_database: Database) -> None:
    firm = make_organization(
        any_database,
        name="Muro Works",
        native_name="室製作所",
        website="https://www.muro.example/a",
    )
    make_contact(any_database, firm, printed_name="Tanaka Hana", email="hana@muro.example")
    lead = make_lead(any_database, reference="R-77", code_name="Project Heron")
    make_conversation(any_database, lead, summary="Spoke of land", text="They ask for rail.")
    make_announcement(any_database, lead, title="A plant in Sudbury")
    make_mission(any_database, name="Osaka week")
    found = texts(any_database)
    assert {"Muro Works", "室製作所", "muro.example"} <= found
    assert {"Tanaka Hana", "hana@muro.example"} <= found
    assert {"Project Heron", "R-77", "Spoke of land", "A plant in Sudbury", "Osaka week"} <= found
    assert_true(any_database)


def test_a_rename_is_known_at_once_and_the_old_name_forgotten(any_database: Database) -> None:
    lead = make_lead(any_database)
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        firm = session.get_one(Organization, lead.organization_id)
        before = firm.name
        edit_organization(
            session,
            firm,
            OrganizationDetails(name="Quillfeather Ltd"),
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    with any_database.engine.connect() as connection:
        told = sa.select(SearchEntry.text).where(SearchEntry.lead_id == lead.id)
        assert "Quillfeather Ltd" in connection.execute(told).scalars().all()
        told = sa.select(SearchEntry.text).where(SearchEntry.organization_id.is_not(None))
        assert before not in connection.execute(told).scalars().all()
    assert_true(any_database)


def test_what_a_transaction_takes_back_is_not_found(any_database: Database) -> None:
    firm = make_organization(any_database, name="Stays")
    before = (entries(any_database), indexed(any_database))

    def rename() -> None:
        with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
            session.get_one(Organization, firm.id).name = "Goes"
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        rename()
    assert (entries(any_database), indexed(any_database)) == before


def _restrict(database: Database, lead: Lead, team_id: int | None) -> None:
    actor: dict[str, Any] = {"actor": LOCAL_ADMINISTRATOR, "now": NOW}
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Lead, lead.id)
        if team_id is None:
            lift_restriction(session, found, reason="public now", **actor)
        else:
            restrict_lead(session, found, team_id=team_id, reason="asked", **actor)


def test_entries_are_as_restricted_as_their_records(any_database: Database) -> None:
    team = make_team(any_database, make_user(any_database))
    lead = make_lead(any_database)
    with any_database.unscoped_reader(purpose="test") as session:
        firm = session.get_one(Organization, lead.organization_id)
    make_contact(any_database, firm, printed_name="Hidden Person")
    make_conversation(any_database, lead, summary="Hidden talk")
    make_announcement(any_database, lead, title="Hidden news")
    make_organization(any_database)
    _restrict(any_database, lead, team.id)
    assert_true(any_database)
    with any_database.engine.connect() as connection:
        open_now = sa.select(SearchEntry.text).where(SearchEntry.team_id.is_(None))
        left = set(connection.execute(open_now).scalars())
    assert not left & {firm.name, "Hidden talk", "Hidden news"}
    _restrict(any_database, lead, None)
    assert_true(any_database)


@pytest.mark.parametrize("record", [Organization, Contact, Lead, Interaction])
def test_what_is_deleted_by_statement_leaves_nothing(
    any_database: Database, record: type[Any]
) -> None:
    lead = make_lead(any_database)
    with any_database.unscoped_reader(purpose="test") as session:
        firm = session.get_one(Organization, lead.organization_id)
    other = make_organization(any_database, name="Alone")
    for organization in (firm, other):
        make_contact(any_database, organization)
    make_conversation(any_database, lead)
    key = {Organization: other.id, Lead: lead.id}.get(record)
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        where = record.id == key if key else sa.true()
        session.execute(sa.delete(record).where(where))
    # The keys of what went are given again.
    make_organization(any_database, name="Afterwards")
    assert_true(any_database)


def test_a_name_that_moves_leaves_the_one_that_bore_it(any_database: Database) -> None:
    one = make_organization(any_database, name="Heron", native_name="鷺工業")
    other = make_organization(any_database, name="Crane")
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        name = session.scalars(
            sa.select(OrganizationName).where(OrganizationName.text == "鷺工業")
        ).one()
        assert name.organization_id == one.id
        name.organization_id = other.id
    assert_true(any_database)


def test_an_import_and_its_undo_are_followed(any_database: Database) -> None:
    bring(any_database, FIRST)
    assert_true(any_database)
    before = texts(any_database)
    batch = bring(any_database, CHANGED, now=LATER)
    assert texts(any_database) > before
    assert_true(any_database)
    take_back(any_database, batch)
    assert texts(any_database) == before
    assert_true(any_database)


@pytest.mark.slow
def test_the_demo_s_entries_are_true(database: Database, config: Config) -> None:
    load_demo(database, config, now=NOW, leads=40)
    assert len(entries(database)) > 100
    assert_true(database)


def test_an_office_older_than_search_is_let_known_once(database: Database) -> None:
    make_organization(database, name="Mihon Motor")
    before = entries(database)
    with database.engine.begin() as connection:
        connection.execute(sa.delete(SearchEntry))
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        assert rebuild_if_empty(session)
    assert entries(database) == before
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        assert not rebuild_if_empty(session)
