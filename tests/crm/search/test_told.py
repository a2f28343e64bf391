"""What is told of records is found by search: agreements, figures, claims, items of an agenda."""

from typing import Any

import sqlalchemy as sa

from crm.agreements.service import AgreementDetails, revise_agreement
from crm.database import Database
from crm.leads.confidentiality import lift_restriction, restrict_lead
from crm.search.candidates import answering, find_organizations
from crm.search.queries import search
from models.agenda import AgendaItem
from models.agreement import Agreement, AgreementKind
from models.document import Claim, ClaimKind
from models.lead import Lead
from models.search import SearchEntry, SearchKind
from models.user import LOCAL_ADMINISTRATOR, Actor, OfficeKind, Role
from tests.crm.search.test_upkeep import assert_true
from tests.factories.agreement import make_agreement, make_statistic
from tests.factories.announcement import make_announcement
from tests.factories.lead import NOW, make_lead
from tests.factories.mission import make_document, make_item, make_mission
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_office, make_team, make_user


def found(database: Database, text: str, actor: Actor = LOCAL_ADMINISTRATOR) -> dict[str, str]:
    """The records that have these words, each with the name by which it was found."""
    with database.reader(actor) as session:
        answer = search(session, text, now=NOW)
    return {row.name: row.by for group in answer.groups for row in group.rows if not row.is_near}


def make_claim(database: Database, text: str, quote: str, **records: int) -> int:
    """A claim about records; its key."""
    document = make_document(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        claim = Claim(
            document_id=document.id, kind=ClaimKind.FACT, text=text, quote=quote, **records
        )
        session.add(claim)
        session.flush()
        return claim.id


def test_agreements_and_figures_are_found(any_database: Database) -> None:
    make_agreement(
        any_database, name="Trans-Pacific pact", short_name="CPTPP", scope="Tariffs on canola"
    )
    make_statistic(
        any_database, title="Cars of Korean makers", as_printed="12 of a hundred", country="KR"
    )
    assert found(any_database, "cptpp") == {"Trans-Pacific pact": "CPTPP"}
    assert found(any_database, "canola") == {"Trans-Pacific pact": "Tariffs on canola"}
    assert found(any_database, "korean makers") == {
        "Cars of Korean makers": "Cars of Korean makers"
    }
    assert found(any_database, "12 of a hundred") == {"Cars of Korean makers": "12 of a hundred"}
    assert_true(any_database)


def test_a_change_of_an_agreement_is_known_at_once(database: Database) -> None:
    made = make_agreement(database, name="Old pact")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        revise_agreement(
            session,
            session.get_one(Agreement, made.id),
            AgreementDetails(AgreementKind.MOU, "Fresh pact"),
            actor=LOCAL_ADMINISTRATOR,
        )
    assert found(database, "old pact") == {}
    assert set(found(database, "fresh pact")) == {"Fresh pact"}
    assert_true(database)


def test_each_claim_is_found_on_the_record_it_speaks_of(any_database: Database) -> None:
    firm = make_organization(any_database, name="Quadrant Works")
    mission = make_mission(any_database, name="Osaka week")
    announcement = make_announcement(any_database, make_lead(any_database), title="A plant")
    agreement = make_agreement(any_database, name="The pact")
    make_claim(any_database, "Its robots sort mail", "mail robots", organization_id=firm.id)
    make_claim(any_database, "Two dozen meetings", "more than 24", mission_id=mission.id)
    make_claim(
        any_database,
        "Five millions are invested",
        "five million",
        announcement_id=announcement.id,
        organization_id=firm.id,
    )
    key = make_claim(any_database, "A forum is set up", "forum", agreement_id=agreement.id)
    assert found(any_database, "sort mail") == {"Quadrant Works": "Its robots sort mail"}
    assert found(any_database, "more than 24") == {"Osaka week": "more than 24"}
    assert found(any_database, "five million") == {"A plant": "five million"}
    assert found(any_database, "forum is set") == {"The pact": "A forum is set up"}
    assert_true(any_database)
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        claim = session.get_one(Claim, key)
        claim.agreement_id, claim.organization_id = None, firm.id
    assert found(any_database, "forum is set") == {"Quadrant Works": "A forum is set up"}
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.delete(session.get_one(Claim, key))
    assert found(any_database, "forum is set") == {}
    assert_true(any_database)


def test_what_is_told_is_no_name(any_database: Database) -> None:
    named = make_organization(any_database, name="Costco Japan")
    firm = make_organization(any_database, name="Quadrant Works")
    make_claim(any_database, "Costco Japan", "Costco Japan", organization_id=firm.id)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        assert find_organizations(session, "Costco Japan") == [named.id]
        chosen: Any = answering(SearchKind.ORGANIZATION, "costco")
        assert session.scalars(chosen).all() == [named.id]
        [group] = search(session, "Costco Japan", now=NOW).groups
    # Whoever bears the name stands before whom it is told of, and that one before what is near.
    assert [row.name for row in group.rows] == ["Costco Japan", "Quadrant Works"]
    assert not group.rows[1].is_near


def test_a_claim_of_an_embargoed_announcement_waits(any_database: Database) -> None:
    announcement = make_announcement(
        any_database, make_lead(any_database), title="A plant", is_draft=True
    )
    firm = make_organization(any_database, name="Quadrant Works")
    make_claim(
        any_database,
        "Robots come to Sudbury",
        "robots",
        announcement_id=announcement.id,
        organization_id=firm.id,
    )
    viewer = actor_for(any_database, make_user(any_database, role=Role.VIEWER))
    officer = actor_for(any_database, make_user(any_database))
    assert found(any_database, "robots come", viewer) == {}
    assert set(found(any_database, "robots come", officer)) == {"A plant"}


def test_an_item_about_a_restricted_lead_is_its_teams(any_database: Database) -> None:
    mission, lead = make_mission(any_database, name="Osaka week"), make_lead(any_database)
    make_item(any_database, mission, lead=lead, title="Dinner with Falcon")
    make_item(any_database, mission, title="Briefing on ports")
    member = make_user(any_database)
    team = make_team(any_database, member)
    inside = actor_for(any_database, member)
    outside = actor_for(any_database, make_user(any_database))
    assert set(found(any_database, "falcon", outside)) == {"Osaka week"}
    with any_database.transaction(inside) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="asked",
            actor=inside,
            now=NOW,
        )
    assert_true(any_database)
    assert set(found(any_database, "falcon", inside)) == {"Osaka week"}
    assert found(any_database, "falcon", outside) == {}
    assert set(found(any_database, "ports", outside)) == {"Osaka week"}
    with any_database.transaction(inside) as session:
        lift_restriction(
            session, session.get_one(Lead, lead.id), reason="told", actor=inside, now=NOW
        )
    assert set(found(any_database, "falcon", outside)) == {"Osaka week"}
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        item = session.scalars(
            sa.select(AgendaItem).where(AgendaItem.title == "Dinner with Falcon")
        ).one()
        item.title = "Dinner with nobody"
    assert found(any_database, "falcon", outside) == {}
    assert_true(any_database)


def test_a_partner_finds_a_mission_by_its_name_alone(database: Database) -> None:
    office = make_office(database, name="Province", kind=OfficeKind.PARTNER)
    mission = make_mission(database, name="Osaka week", offices=(office,))
    make_item(database, mission, lead=make_lead(database), title="Dinner with Falcon")
    partner = actor_for(database, make_user(database, role=Role.PARTNER, office=office))
    assert set(found(database, "osaka", partner)) == {"Osaka week"}
    assert found(database, "falcon", partner) == {}


def test_a_deleted_agreement_leaves_nothing(database: Database) -> None:
    made = make_agreement(database, name="Old pact")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.delete(session.get_one(Agreement, made.id))
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(SearchEntry)).all() == []
    assert_true(database)
