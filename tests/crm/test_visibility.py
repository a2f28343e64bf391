"""What one may not see makes no difference: tested table by table."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from crm.database import Database
from crm.interactions.follow_ups import set_next_step
from crm.interactions.service import (
    ConversationDetails,
    ParticipantDetails,
    log_conversation,
)
from crm.leads.answers import add_decision_steps
from crm.leads.confidentiality import lift_restriction, restrict_lead
from crm.visibility import NoViewerError, over_all_leads
from models.base import TeamScoped
from models.contact import Contact
from models.errors import DomainError, ForbiddenError
from models.interaction import Interaction, InteractionKind, InteractionParticipant
from models.lead import Lead, LeadRevision
from models.organization import Organization, OrganizationName
from models.tables import scoped_classes
from models.user import LOCAL_ADMINISTRATOR, OfficeKind, Role, Team
from tests.factories.lead import NOW, make_lead
from tests.factories.user import actor_for, make_office, make_team, make_user


@pytest.fixture
def restricted(any_database: Database) -> tuple[Lead, Team, Any]:
    """A restricted lead with children of many kinds, its team, and a member."""
    member = make_user(any_database)
    team = make_team(any_database, member)
    actor = actor_for(any_database, member)
    lead = make_lead(any_database, actor=actor)
    with any_database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        set_next_step(session, found, "Call", date(2027, 1, 4), actor=actor, now=NOW)
        add_decision_steps(session, found, "Tanaka, planning\nSuzuki", now=NOW)
        log_conversation(
            session,
            ConversationDetails(
                kind=InteractionKind.CALL,
                happened_on=date(2026, 11, 2),
                summary="They asked about power",
                participants=(ParticipantDetails(name="Tanaka"),),
            ),
            lead=found,
            actor=actor,
            now=NOW,
        )
        restrict_lead(
            session, found, team_id=team.id, reason="asked by the company", actor=actor, now=NOW
        )
    return lead, team, actor


def test_every_child_carries_the_team_of_its_lead(
    any_database: Database, restricted: tuple[Lead, Team, Any]
) -> None:
    lead, team, _actor = restricted
    checked = 0
    with any_database.unscoped_reader(purpose="test") as session:
        for cls in scoped_classes():
            for row in session.scalars(sa.select(cls)):
                if cls.__name__ != "AuditEntry" or getattr(row, "lead_id", None) == lead.id:
                    assert row.team_id == team.id, cls.__name__
                    checked += 1
    assert checked >= 9


def test_an_outsider_finds_no_row_of_it_in_any_table(
    any_database: Database, restricted: tuple[Lead, Team, Any]
) -> None:
    outsider = actor_for(any_database, make_user(any_database))
    manager = actor_for(any_database, make_user(any_database, role=Role.MANAGER))
    for actor in (outsider, manager):
        with any_database.reader(actor) as session:
            for cls in scoped_classes():
                if cls.__name__ == "AuditEntry":
                    continue
                assert session.scalars(sa.select(cls)).all() == [], cls.__name__


def test_every_shape_of_statement_is_filtered(
    any_database: Database, restricted: tuple[Lead, Team, Any]
) -> None:
    lead, _team, _actor = restricted
    outsider = actor_for(any_database, make_user(any_database))
    other = aliased(Lead)
    organization = aliased(Organization)
    with any_database.reader(outsider) as session:
        assert session.get(Lead, lead.id) is None
        assert session.scalar(sa.select(sa.func.count()).select_from(Lead)) == 0
        assert session.scalar(sa.select(sa.func.count(other.id))) == 0
        subquery = sa.select(Lead.id).subquery()
        assert session.scalar(sa.select(sa.func.count()).select_from(subquery)) == 0
        cte = sa.select(Lead.id).cte()
        assert session.scalar(sa.select(sa.func.count()).select_from(cte)) == 0
        assert session.scalar(sa.select(sa.exists().where(Lead.id == lead.id))) is False
        union = sa.union_all(sa.select(Lead.id), sa.select(LeadRevision.lead_id))
        assert session.execute(union).all() == []
        joined = sa.select(organization.name).join(OrganizationName)
        assert session.execute(joined).all() == []
        eager = sa.select(Interaction).options(selectinload(Interaction.participants))
        assert session.scalars(eager).all() == []
        assert session.scalars(sa.select(InteractionParticipant)).all() == []


def test_a_member_and_the_administrator_see_it(
    any_database: Database, restricted: tuple[Lead, Team, Any]
) -> None:
    lead, _team, actor = restricted
    for viewer in (actor, LOCAL_ADMINISTRATOR):
        with any_database.reader(viewer) as session:
            assert session.get(Lead, lead.id) is not None


def test_totals_of_who_counts_all_run_over_every_lead(
    any_database: Database, restricted: tuple[Lead, Team, Any]
) -> None:
    manager = actor_for(any_database, make_user(any_database, role=Role.MANAGER))
    officer = actor_for(any_database, make_user(any_database))
    total = over_all_leads(sa.select(sa.func.count()).select_from(Lead))
    with any_database.reader(manager) as session:
        assert session.scalar(total) == 1
    with any_database.reader(officer) as session:
        assert session.scalar(total) == 0


def test_lifting_opens_everything_again(
    any_database: Database, restricted: tuple[Lead, Team, Any]
) -> None:
    lead, _team, actor = restricted
    with any_database.transaction(actor) as session:
        lift_restriction(
            session, session.get_one(Lead, lead.id), reason="announced", actor=actor, now=NOW
        )
    with any_database.unscoped_reader(purpose="test") as session:
        for cls in scoped_classes():
            assert {row.team_id for row in session.scalars(sa.select(cls))} <= {None}, cls.__name__


def test_an_organization_of_two_leads_stays_open(any_database: Database) -> None:
    member = make_user(any_database)
    team = make_team(any_database, member)
    actor = actor_for(any_database, member)
    first = make_lead(any_database, actor=actor)
    make_lead(any_database, actor=actor, company=None, organization_id=first.organization_id)
    with any_database.transaction(actor) as session:
        restrict_lead(
            session,
            session.get_one(Lead, first.id),
            team_id=team.id,
            reason="x",
            actor=actor,
            now=NOW,
        )
    outsider = actor_for(any_database, make_user(any_database))
    with any_database.reader(outsider) as session:
        assert session.get(Organization, first.organization_id) is not None
        assert session.scalar(sa.select(sa.func.count()).select_from(Lead)) == 1


def test_a_company_is_hidden_once_every_lead_about_it_is(any_database: Database) -> None:
    member = make_user(any_database)
    team = make_team(any_database, member)
    actor = actor_for(any_database, member)
    first = make_lead(any_database, actor=actor)
    second = make_lead(
        any_database, actor=actor, company=None, organization_id=first.organization_id
    )
    outsider = actor_for(any_database, make_user(any_database))
    for lead, is_seen in ((first, True), (second, False)):
        with any_database.transaction(actor) as session:
            found = session.get_one(Lead, lead.id)
            restrict_lead(session, found, team_id=team.id, reason="x", actor=actor, now=NOW)
        with any_database.reader(outsider) as session:
            assert (session.get(Organization, first.organization_id) is not None) is is_seen


def test_one_team_never_opens_what_another_keeps(any_database: Database) -> None:
    member = make_user(any_database)
    teams = [make_team(any_database, member) for _ in range(2)]
    actor = actor_for(any_database, member)
    first = make_lead(any_database, actor=actor)
    second = make_lead(any_database, actor=actor, team_id=teams[1].id)
    with any_database.transaction(actor) as session:
        session.add(
            Contact(
                printed_name="Tanaka",
                organization_id=first.organization_id,
                first_lead_id=second.id,
                team_id=teams[1].id,
                created_at=NOW,
            )
        )
    for command, values in ((restrict_lead, {"team_id": teams[0].id}), (lift_restriction, {})):
        with any_database.transaction(actor) as session:
            found = session.get_one(Lead, first.id)
            command(session, found, reason="x", actor=actor, now=NOW, **values)
        with any_database.unscoped_reader(purpose="test") as session:
            assert session.scalars(sa.select(Contact.team_id)).one() == teams[1].id


def test_a_secret_company_is_not_named_on_an_open_lead(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    hidden = make_lead(database, actor=actor, team_id=team.id)
    with pytest.raises(DomainError, match="secret"):
        make_lead(database, actor=actor, company=None, organization_id=hidden.organization_id)


def test_only_its_owner_or_a_manager_restricts_a_lead(database: Database) -> None:
    owner, other = make_user(database), make_user(database)
    manager = make_user(database, role=Role.MANAGER)
    team = make_team(database, other, manager)
    lead = make_lead(database, owner_id=owner.id)
    for who, error in ((other, ForbiddenError), (manager, DomainError)):
        actor = actor_for(database, who)
        with database.reader(actor) as session:
            found = session.get_one(Lead, lead.id)
            with pytest.raises(error):
                restrict_lead(session, found, team_id=team.id, reason="x", actor=actor, now=NOW)


def test_a_partner_sees_only_what_names_the_office(any_database: Database) -> None:
    office = make_office(any_database, kind=OfficeKind.PARTNER)
    partner = actor_for(any_database, make_user(any_database, role=Role.PARTNER, office=office))
    named = make_lead(any_database, partner_office_id=office.id)
    make_lead(any_database)
    with any_database.reader(partner) as session:
        assert session.scalars(sa.select(Lead.id)).all() == [named.id]
        assert session.scalars(sa.select(Organization.id)).all() == [named.organization_id]
        for cls in scoped_classes():
            ids = {getattr(row, "lead_id", named.id) for row in session.scalars(sa.select(cls))}
            assert ids <= {named.id, None} or cls.__name__ == "Lead", cls.__name__


def test_a_partner_without_an_office_sees_nothing(database: Database) -> None:
    partner = actor_for(database, make_user(database, role=Role.PARTNER))
    make_lead(database)
    with database.reader(partner) as session:
        for cls in scoped_classes():
            assert session.scalars(sa.select(cls)).all() == [], cls.__name__


def test_a_session_without_a_viewer_refuses_to_read(database: Database) -> None:
    from sqlalchemy.orm import sessionmaker

    from crm import visibility

    factory = sessionmaker(database.engine)
    visibility.install(factory)
    with factory() as session, pytest.raises(NoViewerError):
        session.scalars(sa.select(Lead)).all()


def test_every_table_that_names_a_lead_is_scoped() -> None:
    from models.base import Base

    for mapper in Base.registry.mappers:
        if "lead_id" in mapper.columns:
            assert issubclass(mapper.class_, TeamScoped), mapper.class_.__name__
