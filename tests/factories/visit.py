"""Company visits, made by the same commands as in the product."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.bre.answering import save_answer
from crm.bre.finishing import Finished, finish_visit
from crm.bre.response import SettingsDetails, save_settings
from crm.bre.service import VisitDetails, ask_visit
from crm.database import Database
from crm.organizations.parts import SiteDetails, add_site
from models.bre_call import BreCall
from models.measure import UNKNOWN, Measure, Qualifier, StatedDate
from models.organization import Organization, OrganizationRole, SiteRole
from models.user import LOCAL_ADMINISTRATOR, Actor, Office, Role, Team, User
from tests.factories.organization import NOW, make_organization
from tests.factories.user import actor_for, make_office, make_team, make_user


@dataclass(frozen=True, slots=True)
class Watch:
    """An office that named a team for its company visits, and the people of the team."""

    office: Office
    team: Team
    owner: User
    backup: User
    manager: User
    actor: Actor


def make_watch(database: Database, *, place: str | None = "CA-ON") -> Watch:
    """An office in Toronto with a team of three; the owner is the one who acts."""
    office = make_office(database)
    owner = make_user(database, office=office, name="Olive Owner")
    backup = make_user(database, office=office, name="Bram Backup")
    manager = make_user(database, office=office, role=Role.MANAGER, name="Mona Manager")
    team = make_team(database, owner, backup, manager, name="Company visits")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Office, office.id)
        found.calendar_place = place
        for number, user in enumerate((owner, backup, manager)):
            session.get_one(User, user.id).email = f"person{number}@invented.example"
        save_settings(
            session,
            found,
            SettingsDetails(
                team_id=team.id, owner_id=owner.id, backup_id=backup.id, manager_id=manager.id
            ),
            actor=LOCAL_ADMINISTRATOR,
        )
    return Watch(office, team, owner, backup, manager, actor_for(database, owner))


def make_firm(database: Database, *, jobs: int | None = 120, **values: Any) -> Organization:
    """An investor with a plant here."""
    firm = make_organization(
        database, **{"country": "JP", "roles": (OrganizationRole.INVESTOR,), **values}
    )
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        add_site(
            session,
            session.get_one(Organization, firm.id),
            SiteDetails(
                city="Guelph",
                country="CA",
                role=SiteRole.PLANT,
                jobs=Measure(jobs, Qualifier.EXACT) if jobs is not None else UNKNOWN,
            ),
            actor=LOCAL_ADMINISTRATOR,
        )
    return firm


def make_visit(
    database: Database,
    organization: Organization,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> BreCall:
    """A visit that was asked for."""
    with database.transaction(actor) as session:
        details = VisitDetails(organization_id=organization.id, **values)
        return ask_visit(session, details, actor=actor, now=now)


def answer(
    database: Database,
    call: BreCall,
    answers: dict[str, Any],
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
) -> None:
    """What the company said, part by part."""
    with database.transaction(actor) as session:
        found = session.get_one(BreCall, call.id)
        for part, raw in answers.items():
            save_answer(session, found, part, raw, actor=actor, now=now)


def finish(
    database: Database,
    call: BreCall,
    *,
    visited: StatedDate | None = None,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
) -> Finished:
    """The visit took place, and its answers are judged."""
    with database.transaction(actor) as session:
        found = session.get_one(BreCall, call.id)
        return finish_visit(session, found, visited=visited, actor=actor, now=now)
