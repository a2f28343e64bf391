"""Two organizations that are one, with a row of every kind on each."""

import io
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from config import Config
from crm.announcements.service import PartyDetails
from crm.database import Database
from crm.files.service import Home, keep_file
from crm.leads.involved import add_party
from crm.organizations.parts import RelationDetails, SiteDetails, add_identifier, add_site, relate
from crm.organizations.plan import NameDetails
from crm.organizations.service import add_name
from crm.search.reindex import rebuild
from models.announcement import PartySide
from models.document import ClaimKind
from models.duplicate import DistinctPair
from models.import_batch import BatchKind, BatchState, ImportBatch, ImportRow, RowAction
from models.interaction import (
    FollowUp,
    Interaction,
    InteractionKind,
    InteractionParticipant,
    InteractionStanding,
)
from models.lead import Lead, PartyRole
from models.organization import (
    IdentifierScheme,
    NameKind,
    Organization,
    OrganizationRole,
    RelationKind,
    SiteRole,
)
from models.tables import METADATA
from models.user import LOCAL_ADMINISTRATOR
from tests.crm.duplicates.filling import fill_relations
from tests.factories.announcement import make_announcement
from tests.factories.contact import make_contact
from tests.factories.interaction import (
    make_conversation,
    make_enquiry,
    make_next_step,
    make_promise,
)
from tests.factories.lead import NOW, make_lead
from tests.factories.mission import make_claim, make_document, make_mission
from tests.factories.organization import make_organization

NUMBER = "7000012050002"
# What a merge and its undoing leave behind, and what is made anew from the records.
_APART = {"audit_entries", "organization_merges", "search_entries", "user_sessions"}


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the traces of merging itself."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted(
                (
                    tuple(
                        value
                        for name, value in row.items()
                        if name not in {"changed_at", "version", "updated_at"}
                    )
                    for row in connection.execute(sa.select(table)).mappings()
                ),
                key=repr,
            )
            for table in METADATA.sorted_tables
            if table.name not in _APART
        }


def searchable(database: Database) -> list[tuple[Any, ...]]:
    """What search keeps, without its own keys."""
    entries = METADATA.tables["search_entries"]
    columns = [column for column in entries.c if column.name != "id"]
    with database.engine.connect() as connection:
        return sorted((tuple(row) for row in connection.execute(sa.select(*columns))), key=repr)


@dataclass
class Twins:
    """The one that stays, the one that goes, and a third that both are tied to."""

    database: Database
    stays: Organization
    goes: Organization
    third: Organization
    lead: Lead

    def get(self, session: Any) -> tuple[Organization, Organization]:
        """The two, in a session."""
        return (
            session.get_one(Organization, self.stays.id),
            session.get_one(Organization, self.goes.id),
        )


def make_twins(database: Database, config: Config) -> Twins:
    """Rows of every kind on both; some say the like of both."""
    stays = make_organization(database, name="Muro Corporation", native_name=None, country="JP")
    goes = make_organization(
        database,
        name="Muro Corp",
        native_name="株式会社ムロコーポレーション",
        city="Utsunomiya",
        website="https://muro.example",
        description="Stamped parts",
        roles=(OrganizationRole.PROSPECT, OrganizationRole.INVESTOR),
    )
    third = make_organization(database, name="Third Trading")
    lead = make_lead(database, company=None, organization_id=goes.id)
    other_lead = make_lead(database, company=None, organization_id=stays.id, code_name="Heron")
    elsewhere = make_lead(database)
    document = make_document(database)
    for one in (stays, goes):
        make_contact(database, one)
        make_enquiry(database, organization_id=one.id)
        make_mission(database, organizations=((one, "host"), (third, None)))
        make_claim(database, document, organization_id=one.id, kind=ClaimKind.FACT)
    make_conversation(database, lead)
    make_promise(database, lead)
    make_announcement(
        database,
        None,
        parties=tuple(PartyDetails(one.id, PartySide.FOREIGN) for one in (stays, goes)),
    )
    make_next_step(database, other_lead)
    actor = LOCAL_ADMINISTRATOR
    with database.unscoped(actor, purpose="test") as session:
        batch = ImportBatch(
            kind=BatchKind.ORGANIZATIONS,
            state=BatchState.APPLIED,
            file_name="firms.csv",
            sha256="0" * 64,
            row_count=1,
            created_count=1,
            updated_count=0,
            actor_name="test",
            created_at=NOW,
        )
        session.add(batch)
        session.flush()
        session.add(
            ImportRow(
                batch_id=batch.id, row_number=2, action=RowAction.CREATED, organization_id=goes.id
            )
        )
        for one in (stays, goes):
            talk = Interaction(
                organization_id=one.id,
                kind=InteractionKind.NOTE,
                standing=InteractionStanding.HELD,
                happened_on=NOW.date(),
                known_at=NOW,
                recorded_at=NOW,
                summary="Of the firm alone",
            )
            session.add(talk)
            session.flush()
            session.add(InteractionParticipant(interaction_id=talk.id, name="Somebody"))
            session.add(FollowUp(organization_id=one.id, text="Write", created_at=NOW))
    with database.transaction(actor) as session:
        both = [session.get_one(Organization, one.id) for one in (stays, goes)]
        distant = session.get_one(Organization, third.id)
        party_of = session.get_one(Lead, elsewhere.id)
        for one in both:
            add_name(session, one, NameDetails("Muro Global", NameKind.BRAND), actor=actor, now=NOW)
            add_identifier(
                session,
                one,
                IdentifierScheme.JP_CORPORATE_NUMBER,
                NUMBER,
                source=None,
                actor=actor,
            )
            add_site(session, one, SiteDetails(role=SiteRole.PLANT, city="London"), actor=actor)
            relate(session, one, distant, RelationDetails(RelationKind.PARENT), actor=actor)
            add_party(session, party_of, one, PartyRole.INTRODUCER, actor=actor, now=NOW)
            keep_file(
                session,
                io.BytesIO(b"words"),
                "muro.txt",
                Home(organization=one),
                config=config,
                actor=actor,
                now=NOW,
            )
            low, high = sorted((one.id, third.id))
            session.add(DistinctPair(organization_id=low, other_id=high, decided_at=NOW))
        relate(session, both[0], both[1], RelationDetails(RelationKind.GROUP_MEMBER), actor=actor)
        add_party(session, party_of, both[1], PartyRole.ADVISER, actor=actor, now=NOW)
    with database.unscoped(actor, purpose="test") as session:
        fill_relations(session, stays.id, goes.id)
        # These rows went past the hook that lets search know.
        rebuild(session.connection())
    return Twins(database, stays, goes, third, lead)


@pytest.fixture
def twins(database: Database, config: Config) -> Twins:
    return make_twins(database, config)
