"""Merging: everything moves, nothing is lost, and undoing brings back every row."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from config import Config
from crm.database import Database
from crm.duplicates.merge import merge_organizations
from crm.duplicates.relations import RELATIONS, check_relations, columns_of_organizations
from crm.duplicates.undo import undo_merge
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead
from crm.organizations.plan import NameDetails
from crm.organizations.service import add_name
from models.audit import AuditEntry
from models.bre_call import BreCase, BreFlag
from models.contact import Contact
from models.duplicate import OrganizationMerge
from models.errors import DomainError, ForbiddenError
from models.lead import Lead
from models.organization import (
    Organization,
    OrganizationName,
    OrganizationRole,
    OrganizationRoleLink,
)
from models.tables import METADATA
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.crm.duplicates.conftest import Twins, dump, make_twins, searchable
from tests.factories.contact import make_contact
from tests.factories.lead import NOW, make_lead, reload_lead
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user
from tests.factories.visit import answer, finish, make_visit, make_watch


def merge(twins: Twins, *, actor: Actor = LOCAL_ADMINISTRATOR, **values: Any) -> OrganizationMerge:
    with twins.database.transaction(actor) as session:
        return merge_organizations(session, *twins.get(session), actor=actor, now=NOW, **values)


def undo(
    database: Database,
    merged: OrganizationMerge,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    days: int = 1,
) -> Organization:
    with database.transaction(actor) as session:
        found = session.get_one(OrganizationMerge, merged.id)
        return undo_merge(session, found, actor=actor, now=NOW + timedelta(days=days))


def test_the_list_names_every_column_that_names_an_organization() -> None:
    listed = [(relation.table, relation.column) for relation in RELATIONS]
    assert set(listed) == columns_of_organizations()
    assert len(listed) == len(set(listed))
    for relation in RELATIONS:
        assert set(relation.same) <= set(METADATA.tables[relation.table].c.keys())


def test_an_unknown_relation_refuses_the_merge(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DomainError, match=r"contacts\.organization_id"):
        check_relations(tuple(r for r in RELATIONS if r.table != "contacts"))
    before = dump(twins.database)
    monkeypatch.setattr(
        "crm.duplicates.relations.columns_of_organizations",
        lambda: columns_of_organizations() | {("wishes", "organization_id")},
    )
    with pytest.raises(DomainError, match=r"wishes\.organization_id"):
        merge(twins)
    assert dump(twins.database) == before


def test_a_merge_and_its_undoing_leave_every_row_as_it_was(
    any_database: Database, config: Config
) -> None:
    twins = make_twins(any_database, config)
    before, found_by = dump(any_database), searchable(any_database)
    merged = merge(twins)
    assert dump(any_database) != before
    undo(any_database, merged)
    after = dump(any_database)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
    assert searchable(any_database) == found_by


def test_the_other_way_round_too(any_database: Database, config: Config) -> None:
    twins = make_twins(any_database, config)
    twins = dataclasses.replace(twins, stays=twins.goes, goes=twins.stays)
    before = dump(any_database)
    undo(any_database, merge(twins))
    after = dump(any_database)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def test_every_row_names_the_survivor_and_repetitions_are_dropped(twins: Twins) -> None:
    merged = merge(twins)
    with twins.database.unscoped_reader(purpose="test") as session:
        for table, column in columns_of_organizations():
            gone = sa.select(sa.func.count()).where(
                METADATA.tables[table].c[column] == twins.goes.id
            )
            assert session.scalar(gone) == 0, (table, column)
        names = session.scalars(
            sa.select(OrganizationName.text)
            .where(OrganizationName.organization_id == twins.stays.id)
            .order_by(OrganizationName.text)
        ).all()
        assert names == [
            "Muro Corp",
            "Muro Corporation",
            "Muro Global",
            "株式会社ムロコーポレーション",
        ]
        survivor = session.get_one(Organization, twins.stays.id)
        assert (survivor.native_name, survivor.city) == (
            "株式会社ムロコーポレーション",
            "Utsunomiya",
        )
        assert (survivor.name, survivor.website) == ("Muro Corporation", "https://muro.example")
        assert session.get(Organization, twins.goes.id) is None
        assert session.get_one(Lead, twins.lead.id).title == "Muro Corporation"
        kept = session.scalars(
            sa.select(OrganizationRoleLink.role).where(
                OrganizationRoleLink.organization_id == twins.stays.id
            )
        )
        assert set(kept) == {OrganizationRole.PROSPECT, OrganizationRole.INVESTOR}
        [entry] = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "merged"))
        assert entry.record_id == twins.stays.id
        # What hung on the one that was dropped hangs on the one that stays.
        vouches = METADATA.tables["peer_references"].c
        asked = METADATA.tables["reference_requests"].c
        stays = sa.select(vouches.id).where(vouches.organization_id == twins.stays.id)
        assert list(session.scalars(sa.select(asked.reference_id))) == [session.scalar(stays)] * 2
        dropped = merged.moved["dropped"]
        assert {name: len(rows) for name, rows in dropped.items()} == {
            "organization_names": 1,
            "organization_identifiers": 1,
            "organization_roles": 2,
            "lead_parties": 1,
            "announcement_parties": 1,
            "peer_references": 1,
            "organization_relations": 2,
            "distinct_pairs": 1,
        }


def test_search_follows(twins: Twins) -> None:
    merge(twins)
    entries = searchable(twins.database)
    assert not any(twins.goes.id == row[1] for row in entries if row[0] == "organization")
    assert any("ムロコーポレーション" in str(row) for row in entries)


def test_what_came_since_stays_with_the_survivor(twins: Twins) -> None:
    database = twins.database
    merged = merge(twins)
    newcomer = make_contact(database, twins.stays)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        survivor = session.get_one(Organization, twins.stays.id)
        survivor.city = "Tochigi"
        add_name(session, survivor, NameDetails("MURO"), actor=LOCAL_ADMINISTRATOR, now=NOW)
        lead = session.get_one(Lead, twins.lead.id)
        edit_lead(session, lead, {"code_name": "Egret"}, actor=LOCAL_ADMINISTRATOR, now=NOW)
    undo(database, merged)
    with database.unscoped_reader(purpose="test") as session:
        assert session.get_one(Contact, newcomer.id).organization_id == twins.stays.id
        assert session.get_one(Organization, twins.stays.id).city == "Tochigi"
        assert session.get_one(Organization, twins.goes.id).city == "Utsunomiya"
        lead = session.get_one(Lead, twins.lead.id)
        assert (lead.organization_id, lead.title) == (twins.goes.id, "Egret")
        name = session.scalars(sa.select(OrganizationName).where(OrganizationName.text == "MURO"))
        assert name.one().organization_id == twins.stays.id


def test_names_that_somebody_took_away_since_come_back(twins: Twins) -> None:
    database = twins.database
    before = dump(database)
    merged = merge(twins)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        for name in session.scalars(
            sa.select(OrganizationName).where(OrganizationName.text == "Muro Corp")
        ):
            session.delete(name)
    undo(database, merged)
    assert dump(database)["organization_names"] == before["organization_names"]


def test_a_key_that_was_given_out_anew_is_left_alone(any_database: Database) -> None:
    """SQLite gives the highest key again once its row is gone."""
    database = any_database
    stays = make_organization(database, name="Muro Corporation")
    goes = make_organization(database, name="Muro Corp")
    contact = make_contact(database, goes)
    twins = Twins(database, stays, goes, stays, make_lead(database))
    merged = merge(twins)
    stranger = make_organization(database, name="Another Firm")
    back = undo(database, merged)
    assert back.public_id == goes.public_id
    with database.unscoped_reader(purpose="test") as session:
        found = session.scalars(
            sa.select(Organization).where(Organization.public_id == goes.public_id)
        ).one()
        assert found.name == "Muro Corp"
        assert session.get_one(Contact, contact.id).organization_id == found.id
        names = sa.select(OrganizationName.text).where(
            OrganizationName.organization_id == stranger.id
        )
        assert "Another Firm" in session.scalars(names).all()
        assert "Muro Corp" not in session.scalars(names).all()


def test_what_cannot_be_parted_says_so(twins: Twins) -> None:
    database = twins.database
    merged = merge(twins)
    before = dump(database)
    with pytest.raises(DomainError, match="thirty days"):
        undo(database, merged, days=31)
    on = Twins(database, twins.third, twins.stays, twins.third, twins.lead)
    again = merge(on)
    with pytest.raises(DomainError, match="merged since"):
        undo(database, merged)
    undo(database, again)
    assert dump(database) == before
    undo(database, merged)
    with pytest.raises(DomainError, match="undone already"):
        undo(database, merged)


def test_what_it_needs_must_be_there(twins: Twins) -> None:
    database = twins.database
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        from models.organization import Sector

        sector = Sector(code="parts", name_en="Parts")
        session.add(sector)
        session.flush()
        session.get_one(Organization, twins.goes.id).sector_id = sector.id
        session.get_one(Organization, twins.stays.id).sector_id = sector.id
    merged = merge(twins)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Organization, twins.stays.id).sector_id = None
        session.flush()
        session.delete(session.get_one(Sector, sector.id))
    before = dump(database)
    with pytest.raises(DomainError, match="deleted since"):
        undo(database, merged)
    assert dump(database) == before


def test_who_may_merge(twins: Twins) -> None:
    database = twins.database
    officer = make_user(database, role=Role.OFFICER)
    actor = actor_for(database, officer)
    colleague = make_user(database, role=Role.OFFICER)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, twins.lead.id).owner_id = colleague.id
    with pytest.raises(DomainError, match="cannot be merged by you"):
        merge(twins, actor=actor)
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        merge(twins, actor=viewer)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, twins.lead.id).owner_id = officer.id
    merged = merge(twins, actor=actor)
    with pytest.raises(DomainError, match="cannot be merged by you"):
        undo(database, merged, actor=actor_for(database, colleague))
    undo(database, merged, actor=actor)
    manager = actor_for(database, make_user(database, role=Role.MANAGER))
    merge(twins, actor=manager)


def test_what_the_actor_cannot_see_refuses_in_the_same_words(twins: Twins) -> None:
    database = twins.database
    team = make_team(database)
    hidden = make_lead(database, company=None, organization_id=twins.stays.id, code_name="Ibis")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        restrict_lead(
            session,
            session.get_one(Lead, hidden.id),
            team_id=team.id,
            reason="asked",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    manager = actor_for(database, make_user(database, role=Role.MANAGER))
    before = dump(database)
    with pytest.raises(DomainError, match="cannot be merged by you; ask an administrator"):
        merge(twins, actor=manager)
    assert dump(database) == before
    merge(twins)


def test_what_a_company_said_refuses_nobody_and_stays_its_team_s(twins: Twins) -> None:
    database = twins.database
    watch = make_watch(database)
    visit = make_visit(database, twins.goes)
    answer(database, visit, {"A5.ownership_change": "yes"})
    assert finish(database, visit).case is not None
    # A refusal would say that something was said, and the team is not the manager's.
    merged = merge(twins, actor=actor_for(database, make_user(database, role=Role.MANAGER)))

    def rows() -> set[tuple[int, int | None]]:
        with database.unscoped_reader(purpose="test") as session:
            said = [
                *session.scalars(sa.select(BreFlag).where(BreFlag.call_id == visit.id)),
                *session.scalars(sa.select(BreCase).where(BreCase.call_id == visit.id)),
            ]
            return {(one.organization_id, one.team_id) for one in said}

    assert rows() == {(twins.stays.id, watch.team.id)}
    undo(database, merged)
    assert rows() == {(twins.goes.id, watch.team.id)}


def _secret(database: Database, name: str, team_id: int) -> tuple[Organization, Lead]:
    from crm.organizations.plan import OrganizationDetails

    lead = make_lead(
        database,
        company=OrganizationDetails(name=name),
        team_id=team_id,
        confidentiality_reason="asked",
    )
    with database.unscoped_reader(purpose="test") as session:
        return session.get_one(Organization, lead.organization_id), lead


def test_a_secret_is_opened_only_when_told_so_and_closed_again(
    any_database: Database,
) -> None:
    database = any_database
    team = make_team(database)
    hidden, lead = _secret(database, "Muro Corp", team.id)
    make_contact(database, hidden)
    stays = make_organization(database, name="Muro Corporation")
    before = dump(database)
    twins = Twins(database, stays, hidden, stays, lead)
    with pytest.raises(DomainError, match="team's secret"):
        merge(twins)
    for one in (twins, dataclasses.replace(twins, stays=hidden, goes=stays)):
        merged = merge(one, may_open=True)
        with database.unscoped_reader(purpose="test") as session:
            assert session.get_one(Organization, one.stays.id).team_id is None
            assert session.get_one(Lead, lead.id).team_id == team.id
            names = session.scalars(
                sa.select(OrganizationName.team_id).where(
                    OrganizationName.organization_id == one.stays.id
                )
            )
            assert set(names) == {None}
        undo(database, merged)
        assert dump(database) == before


def test_secrets_of_two_teams_are_not_merged(database: Database) -> None:
    one, lead = _secret(database, "Muro Corp", make_team(database).id)
    other, _lead = _secret(database, "Muro Corporation", make_team(database).id)
    with pytest.raises(DomainError, match="another team's secret"):
        merge(Twins(database, one, other, one, lead), may_open=True)


def test_a_lead_restricted_since_hides_what_comes_back(twins: Twins) -> None:
    """Undoing may not bring an organization into the open whose only lead is a secret by now."""
    database = twins.database
    team = make_team(database)
    lead = make_lead(database)
    with database.unscoped_reader(purpose="test") as session:
        own = session.get_one(Organization, lead.organization_id)
    assert own.first_lead_id == lead.id
    merged = merge(Twins(database, twins.stays, own, twins.third, lead))
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="asked",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    undo(database, merged)
    assert reload_lead(database, lead.id).team_id == team.id
    with database.unscoped_reader(purpose="test") as session:
        assert session.get_one(Organization, own.id).team_id == team.id


def test_what_was_on_file_before_any_lead_can_never_become_a_secret(twins: Twins) -> None:
    database = twins.database
    lead = make_lead(database)
    with database.unscoped_reader(purpose="test") as session:
        stays = session.get_one(Organization, lead.organization_id)
    assert stays.first_lead_id == lead.id
    merge(dataclasses.replace(twins, stays=stays, goes=twins.third))
    with database.unscoped_reader(purpose="test") as session:
        assert session.get_one(Organization, stays.id).first_lead_id is None


def test_a_team_s_merge_stays_in_the_team(database: Database) -> None:
    user = make_user(database, role=Role.MANAGER)
    team = make_team(database, user)
    one, lead = _secret(database, "Muro Corp", team.id)
    other = make_organization(database, name="Muro Corporation")
    restrict(database, other, team.id)
    merged = merge(Twins(database, one, other, one, lead), actor=actor_for(database, user))
    assert merged.team_id == team.id
    outsider = actor_for(database, make_user(database, role=Role.MANAGER))
    with database.reader(outsider) as session:
        assert session.scalars(sa.select(OrganizationMerge)).all() == []
