"""A make-believe office of any size, written by the product's own commands, for timing pages."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from config import Config, create_data_folder
from crm import schema
from crm.app import create_app
from crm.auth.service import actor_of, token_hash
from crm.database import Database, create_engine
from crm.leads.apply import insert_leads
from crm.leads.details import LeadDetails
from crm.leads.plan import NewLead, PastEvent, plan_history
from crm.organizations.plan import OrganizationDetails
from models.lead import Lead, LeadSource
from models.measure import Measure, Qualifier, StatedDate
from models.organization import Sector
from models.stage import STAGES, LeadType, Status
from models.user import LOCAL_ADMINISTRATOR, Office, OfficeKind, Role, User, UserSession

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SECTORS = ("Batteries", "Automotive", "Robotics", "Life sciences", "ICT", "Agri-food", "Logistics")
SOURCES = ("JETRO", "KOTRA", "Tokyo office", "Trade fair", "Enquiry", "Mission", "Investor")
_CHUNK = 5_000
_TOKEN = "bench"  # noqa: S105 - the cookie of a session in a make-believe office


@dataclass(frozen=True, slots=True)
class Keys:
    """What invented leads refer to."""

    sectors: list[int]
    sources: list[int]
    owners: list[int]
    offices: list[int]


def open_office(folder: Path, *, leads: int, seed: int = 1) -> Flask:
    """The application on a data folder with so many leads; a folder that exists is used again."""
    is_new = not (folder / "secret_key").exists()
    if is_new:
        create_data_folder(folder)
    config = Config.from_env(folder, {})
    engine = create_engine(config)
    schema.upgrade(engine)
    database = Database(engine)
    if is_new:
        _fill(database, leads, random.Random(seed))
    app = create_app(config)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def sign_in(app: Flask, role: Role = Role.OFFICER) -> FlaskClient:
    """A client in which somebody of this role is signed in."""
    database: Database = app.extensions["database"]
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="benchmark") as session:
        user = session.scalars(sa.select(User).where(User.role == role).limit(1)).one()
        session.execute(
            sa.delete(UserSession).where(UserSession.token_hash == token_hash(_TOKEN + role))
        )
        moment = datetime.now(UTC)
        session.add(
            UserSession(
                token_hash=token_hash(_TOKEN + role),
                user_id=user.id,
                created_at=moment,
                last_seen_at=moment,
            )
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = _TOKEN + role
        cookie["_fresh"] = True
    return client


def _fill(database: Database, leads: int, dice: random.Random) -> None:
    keys = _add_people(database)
    with database.unscoped_reader(purpose="benchmark") as session:
        actor = actor_of(
            session,
            session.scalars(sa.select(User).where(User.role == Role.OFFICER)).first(),  # type: ignore[arg-type]
            office_time_zone="America/Toronto",
        )
    for first in range(0, leads, _CHUNK):
        plans = list(_plans(first, min(_CHUNK, leads - first), keys, dice, actor))
        with database.transaction(actor) as session:
            insert_leads(session, plans, actor=actor, now=NOW)
    with database.engine.begin() as connection:
        table: Any = Lead.__table__
        numbers = connection.execute(
            sa.select(table.c.id).where(table.c.status.in_([Status.ACTIVE, Status.ON_HOLD]))
        ).scalars()
        chances = [{"key": number, "chance": dice.betavariate(1.2, 5)} for number in numbers]
        if chances:
            connection.execute(
                sa.update(table)
                .where(table.c.id == sa.bindparam("key"))
                .values(chance=sa.bindparam("chance")),
                chances,
            )


def _add_people(database: Database) -> Keys:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="benchmark") as session:
        offices = [
            Office(name="City hall", kind=OfficeKind.HOME, time_zone="America/Toronto"),
            Office(name="Tokyo", kind=OfficeKind.ABROAD, time_zone="Asia/Tokyo"),
            Office(name="Seoul", kind=OfficeKind.ABROAD, time_zone="Asia/Seoul"),
        ]
        sectors = [Sector(code=name.lower(), name_en=name) for name in SECTORS]
        sources = [LeadSource(code=name.lower(), name_en=name) for name in SOURCES]
        session.add_all([*offices, *sectors, *sources])
        session.flush()
        roles = [Role.OFFICER] * 12 + [Role.MANAGER, Role.VIEWER, Role.ADMIN]
        users = [
            User(
                username=f"user{number}",
                name=f"Invented Person {number}",
                role=role,
                office_id=offices[number % 3].id,
                time_zone="America/Toronto",
                created_at=NOW,
            )
            for number, role in enumerate(roles)
        ]
        session.add_all(users)
        session.flush()
        return Keys(
            [row.id for row in sectors],
            [row.id for row in sources],
            [row.id for row in users[:12]],
            [row.id for row in offices],
        )


def _plans(
    first: int, count: int, keys: Keys, dice: random.Random, actor: object
) -> Iterator[NewLead]:
    for number in range(first, first + count):
        began = date(2020, 1, 6) + timedelta(days=dice.randrange(2_400))
        amount = dice.choice((None, None, 2, 8, 20, 45, 150))
        details = LeadDetails(
            company=OrganizationDetails(
                name=f"Invented Works {number}",
                native_name=f"架空製作所{number}" if number % 3 else f"가상전자 주식회사 {number}",
                country="JP" if number % 3 else "KR",
            ),
            reference=f"L{number:06}",
            lead_type=dice.choices(list(LeadType), (7, 2, 1, 1))[0],
            market="JP" if number % 3 else "KR",
            sector_id=dice.choice(keys.sectors),
            source_id=dice.choice(keys.sources),
            owner_id=dice.choice(keys.owners),
            office_id=dice.choice(keys.offices),
            capex=Measure(
                amount * 1_000_000, Qualifier.APPROXIMATE, currency=dice.choice(("CAD", "USD"))
            )
            if amount
            else Measure(),
            jobs=Measure(dice.randrange(5, 300), Qualifier.EXACT) if amount else Measure(),
            first_contact=StatedDate(began),
        )
        yield plan_history(
            details,
            list(_course(began, dice)),
            actor=actor,  # type: ignore[arg-type]
            now=NOW,
            zone_name="America/Toronto",
        )


def _course(began: date, dice: random.Random) -> Iterator[PastEvent]:
    reached = dice.choices(range(1, 9), (30, 25, 18, 10, 6, 4, 3, 4))[0]
    day = began
    for stage in STAGES[:reached]:
        yield PastEvent(min(day, NOW.date()), stage=stage)
        day += timedelta(days=dice.randrange(20, 120))
    if reached < 8 and dice.random() < 0.6:
        yield PastEvent(min(day, NOW.date()), status=Status.LOST, reason="gone silent")
