"""Planning a mission, and saying it better."""

from datetime import date

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.missions.delegation import DelegateDetails, add_delegate, remove_delegate
from crm.missions.item_parts import AttendeeDetails
from crm.missions.parts import (
    CostDetails,
    OrganizationPart,
    ProgrammeDetails,
    add_organization,
    remove_organization,
    write_costs,
)
from crm.missions.service import MissionDetails, cancel_mission, plan_mission, revise_mission
from models.agenda import AgendaAttendee, AgendaSide
from models.errors import ConflictError, DomainError, ForbiddenError
from models.measure import Measure, Precision, Qualifier
from models.mission import (
    Delegate,
    Delivery,
    Mission,
    MissionCost,
    MissionMarket,
    MissionOffice,
    MissionOrganization,
    MissionPart,
    MissionProgramme,
    MissionSector,
    MissionStanding,
)
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.lead import make_sector
from tests.factories.mission import (
    NOW,
    make_delegate,
    make_item,
    make_planned_mission,
)
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_office, make_team, make_user

ADMIN = LOCAL_ADMINISTRATOR


def _all(database: Database, cls: type, **where: object) -> list:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(cls).filter_by(**where)))


def test_a_mission_is_planned_with_all_its_parts(database: Database) -> None:
    office, sector = make_office(database), make_sector(database)
    helper = make_organization(database)
    owner = make_user(database)
    details = MissionDetails(
        name=" Virtual mission to Japan ",
        delivery=Delivery.VIRTUAL,
        markets=("JP", "KR", "JP"),
        starts_on=date(2027, 1, 1),
        dates_precision=Precision.MONTH,
        dates_as_printed="in January",
        standing=MissionStanding.PLANNED,
        home_zone="America/Toronto",
        market_zone="Asia/Tokyo",
        led_by="Mayor Sample",
        objectives="- First contact\n\n• Call on investors \n",
        delegation=Measure(35, Qualifier.APPROXIMATE),
        currency="CAD",
        sector_ids=(sector.id,),
        office_ids=(office.id,),
        organizations=(OrganizationPart(helper.id, MissionPart.HOST, "roundtable"),),
        programmes=(ProgrammeDetails("Agri-food days", "Minister Sample", sector.id),),
        costs=(CostDetails("Interpreters", 4_000), CostDetails("Hall")),
        owner_id=owner.id,
    )
    with database.transaction(ADMIN) as session:
        mission = plan_mission(session, details, actor=ADMIN, now=NOW)
    assert mission.name == "Virtual mission to Japan"
    assert mission.objectives == "First contact\nCall on investors"
    assert (mission.starts_on, mission.ends_on) == (date(2027, 1, 1), None)
    assert mission.dates_precision is Precision.MONTH
    assert (mission.delegation_size, mission.delegation_qualifier) == (35, Qualifier.APPROXIMATE)
    assert mission.version == 1
    assert {one.country for one in _all(database, MissionMarket)} == {"JP", "KR"}
    assert [one.office_id for one in _all(database, MissionOffice)] == [office.id]
    assert [one.sector_id for one in _all(database, MissionSector)] == [sector.id]
    assert [(one.role, one.part) for one in _all(database, MissionOrganization)] == [
        (MissionPart.HOST, "roundtable")
    ]
    assert [one.name for one in _all(database, MissionProgramme)] == ["Agri-food days"]
    # A budget that nobody knows yet is no zero.
    assert [
        (one.label, one.budget_amount, one.cost_amount) for one in _all(database, MissionCost)
    ] == [
        ("Interpreters", 4_000, None),
        ("Hall", None, None),
    ]


def test_what_nobody_knows_of_a_mission_stays_unknown(database: Database) -> None:
    with database.transaction(ADMIN) as session:
        mission = plan_mission(session, MissionDetails(name="Bare"), actor=ADMIN, now=NOW)
    for name in [
        "delivery",
        "starts_on",
        "ends_on",
        "standing",
        "home_zone",
        "market_zone",
        "delegation_size",
        "currency",
        "objectives",
        "led_by",
        "owner_id",
    ]:
        assert getattr(mission, name) is None, name
    assert mission.dates_precision is Precision.UNKNOWN


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"ends_on": date(2027, 1, 2)}, "starts_on"),
        ({"starts_on": date(2027, 1, 2), "ends_on": date(2027, 1, 1)}, "ends_on"),
        ({"home_zone": "Toronto"}, "home_zone"),
        ({"market_zone": "Asia/Nowhere"}, "market_zone"),
        ({"markets": ("Japan",)}, "markets"),
        ({"currency": "XXQ"}, "currency"),
        ({"delegation": Measure(2, Qualifier.BETWEEN, 5)}, "delegation"),
    ],
)
def test_a_mission_that_cannot_be_is_refused(
    database: Database, values: dict[str, object], field: str
) -> None:
    details = MissionDetails(**{"name": "Mission", **values})  # type: ignore[arg-type]
    with pytest.raises(DomainError) as refused, database.transaction(ADMIN) as session:
        plan_mission(session, details, actor=ADMIN, now=NOW)
    assert refused.value.field == field


def test_revising_replaces_what_was_said_and_leaves_the_parts(database: Database) -> None:
    helper = make_organization(database)
    mission = make_planned_mission(
        database,
        markets=("JP", "KR"),
        organizations=(OrganizationPart(helper.id, MissionPart.HOST),),
        costs=(CostDetails("Hall", 100),),
    )
    with database.transaction(ADMIN) as session:
        found = session.get_one(Mission, mission.id)
        details = MissionDetails(name="New name", markets=("KR", "TW"))
        revise_mission(session, found, details, version=1, actor=ADMIN, now=NOW)
        assert found.version == 2
        with pytest.raises(ConflictError):
            revise_mission(session, found, details, version=1, actor=ADMIN, now=NOW)
    assert {one.country for one in _all(database, MissionMarket)} == {"KR", "TW"}
    assert len(_all(database, MissionOrganization)) == len(_all(database, MissionCost)) == 1


def test_a_mission_that_took_place_cannot_be_cancelled(database: Database) -> None:
    over = make_planned_mission(database, standing=MissionStanding.COMPLETED)
    ahead = make_planned_mission(database, standing=MissionStanding.PLANNED)
    with database.transaction(ADMIN) as session:
        cancel_mission(session, session.get_one(Mission, ahead.id), actor=ADMIN, now=NOW)
        with pytest.raises(DomainError):
            cancel_mission(session, session.get_one(Mission, over.id), actor=ADMIN, now=NOW)
    standings = {one.id: one.standing for one in _all(database, Mission)}
    assert standings[ahead.id] is MissionStanding.CANCELLED
    assert standings[over.id] is MissionStanding.COMPLETED


def test_who_may_not_write_plans_nothing(database: Database) -> None:
    for role in (Role.VIEWER, Role.PARTNER):
        actor = actor_for(database, make_user(database, role=role))
        with pytest.raises(ForbiddenError), database.transaction(actor) as session:
            plan_mission(session, MissionDetails(name="Mine"), actor=actor, now=NOW)
    assert _all(database, Mission) == []


def test_an_organization_has_a_part_once_in_each_role(database: Database) -> None:
    helper = make_organization(database)
    mission = make_planned_mission(database)
    with database.transaction(ADMIN) as session:
        found = session.get_one(Mission, mission.id)
        for words in (None, "roundtable"):
            part = OrganizationPart(helper.id, MissionPart.HOST, words)
            add_organization(session, found, part, actor=ADMIN)
        add_organization(
            session, found, OrganizationPart(helper.id, MissionPart.SPEAKER), actor=ADMIN
        )
    links = {one.role: one.part for one in _all(database, MissionOrganization)}
    assert links == {MissionPart.HOST: "roundtable", MissionPart.SPEAKER: None}
    with database.transaction(ADMIN) as session:
        found = session.get_one(Mission, mission.id)
        gone = session.get_one(Organization, helper.id)
        remove_organization(session, found, gone, MissionPart.HOST, actor=ADMIN)
    assert [one.role for one in _all(database, MissionOrganization)] == [MissionPart.SPEAKER]


def test_nobody_takes_away_an_organization_that_they_cannot_see(database: Database) -> None:
    hidden, seen = make_organization(database), make_organization(database)
    parts = (OrganizationPart(hidden.id), OrganizationPart(seen.id))
    mission = make_planned_mission(database, organizations=parts)
    restrict(database, hidden, make_team(database, make_user(database)).id)
    actor = actor_for(database, make_user(database))
    with database.transaction(actor) as session:
        details = MissionDetails(name="Again", organizations=())
        found = session.get_one(Mission, mission.id)
        revise_mission(session, found, details, actor=actor, now=NOW)
    assert [one.organization_id for one in _all(database, MissionOrganization)] == [hidden.id]


def test_the_budget_is_kept_line_by_line(database: Database) -> None:
    mission = make_planned_mission(database, costs=(CostDetails("Hall", 100), CostDetails("Bus")))
    hall, bus = _all(database, MissionCost)
    with database.transaction(ADMIN) as session:
        lines = [
            CostDetails("The hall", 100, 120, hall.public_id),
            CostDetails("", public_id=bus.public_id),
            CostDetails("Gifts", None, 0),
        ]
        write_costs(session, session.get_one(Mission, mission.id), lines, actor=ADMIN)
    assert [
        (one.public_id == hall.public_id, one.label, one.budget_amount, one.cost_amount)
        for one in _all(database, MissionCost)
    ] == [(True, "The hall", 100, 120), (False, "Gifts", None, 0)]
    with database.transaction(ADMIN) as session:
        # A table opened before somebody added a line takes none away.
        write_costs(
            session,
            session.get_one(Mission, mission.id),
            [CostDetails("Hall", 1, None, hall.public_id)],
            actor=ADMIN,
        )
    assert [one.label for one in _all(database, MissionCost)] == ["Hall", "Gifts"]
    with pytest.raises(DomainError), database.transaction(ADMIN) as session:
        write_costs(
            session, session.get_one(Mission, mission.id), [CostDetails(" ", 3)], actor=ADMIN
        )


def test_a_delegate_is_a_colleague_a_contact_or_a_name(database: Database) -> None:
    colleague = make_user(database, name="Hana Sample")
    mission = make_planned_mission(database)
    made = make_delegate(database, mission, user_id=colleague.id)
    named = make_delegate(database, mission, name="Mayor Sample", title="Mayor")
    assert (made.name, made.user_id) == ("Hana Sample", colleague.id)
    assert (named.user_id, named.attendance) == (None, None)
    with database.transaction(ADMIN) as session:
        found = session.get_one(Mission, mission.id)
        for details, field in (
            (DelegateDetails(user_id=colleague.id), "user"),
            (DelegateDetails(name=" "), "name"),
        ):
            with pytest.raises(DomainError) as refused:
                add_delegate(session, found, details, actor=ADMIN, now=NOW)
            assert refused.value.field == field


def test_a_team_s_secret_does_not_travel_with_an_open_delegation(database: Database) -> None:
    hidden = make_organization(database)
    restrict(database, hidden, make_team(database, make_user(database)).id)
    mission = make_planned_mission(database)
    with pytest.raises(DomainError) as refused:
        make_delegate(database, mission, name="Somebody", organization_id=hidden.id)
    assert refused.value.field == "organization"


def test_who_leaves_the_delegation_leaves_the_agenda(database: Database) -> None:
    mission = make_planned_mission(database)
    delegate = make_delegate(database, mission)
    make_item(
        database,
        mission,
        attendees=(AttendeeDetails(AgendaSide.OURS, delegate_id=delegate.id),),
    )
    assert len(_all(database, AgendaAttendee)) == 1
    with database.transaction(ADMIN) as session:
        remove_delegate(session, session.get_one(Delegate, delegate.id), actor=ADMIN)
    assert _all(database, AgendaAttendee) == []
