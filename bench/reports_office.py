"""An office with a long past, ten states a lead, written straight into the tables, for timing."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.database import Database
from models.agreement import Agreement, AgreementKind, Citation
from models.announcement import Announcement
from models.lead import Lead, LeadRevision, LeadSource
from models.organization import Sector
from models.stage import STAGES
from models.types import new_public_id
from models.user import LOCAL_ADMINISTRATOR, Office, OfficeKind, Role, Team, TeamMember, User

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SECTORS = ("Batteries", "Automotive", "Robotics", "Life sciences", "ICT", "Agri-food", "Logistics")
SOURCES = ("JETRO", "KOTRA", "Tokyo office", "Trade fair", "Enquiry", "Mission", "Investor")
MARKETS = ("JP", "KR", "DE", "US", "TW", "IN", None)
CURRENCIES = ("CAD", "CAD", "CAD", "JPY", "USD", None)
_TYPES = ("investment", "expansion", "partnership", "trade")
_STATES = 10
_CHUNK = 2_000
_YEARS = 6

Row = dict[str, Any]


def fill(database: Database, leads: int, *, seed: int = 1) -> None:
    """Write so many leads with ten states each; one in twenty is a team's alone."""
    dice = random.Random(seed)
    keys = _add_people(database)
    for first in range(0, leads, _CHUNK):
        rows: dict[Any, list[Row]] = {Lead: [], LeadRevision: [], Announcement: [], Citation: []}
        for number in range(first, min(first + _CHUNK, leads)):
            _add_lead(number + 1, rows, keys, dice)
        with database.engine.begin() as connection:
            for cls, found in rows.items():
                _write(connection, cls.__table__, found)
    database.analyze()
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.execute(
                sa.text("SELECT setval('leads_id_seq', (SELECT max(id) FROM leads))")
            )
            # As a database that has been running for a while: what was written is marked as seen.
            connection.execute(sa.text("VACUUM ANALYZE"))


def _write(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """By the fastest door of either driver."""
    if not rows:
        return
    names = list(rows[0])
    if connection.dialect.name == "postgresql":
        raw: Any = connection.connection.driver_connection
        with (
            raw.cursor() as cursor,
            cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row([row[name] for name in names])
        return
    marks = ", ".join("?" * len(names))
    sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
    connection.exec_driver_sql(sql, [tuple(_plain(row[name]) for name in names) for row in rows])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _add_people(database: Database) -> dict[str, list[int]]:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="benchmark") as session:
        offices = [
            Office(
                name=name, kind=kind, time_zone=zone, fiscal_year_start_month=month, country=country
            )
            for name, kind, zone, month, country in (
                ("City hall", OfficeKind.HOME, "America/Toronto", 4, "CA"),
                ("Tokyo", OfficeKind.ABROAD, "Asia/Tokyo", 4, "JP"),
                ("Seoul", OfficeKind.ABROAD, "Asia/Seoul", 1, "KR"),
            )
        ]
        sectors = [Sector(code=name.lower(), name_en=name) for name in SECTORS]
        sources = [LeadSource(code=name.lower(), name_en=name) for name in SOURCES]
        agreements = [
            Agreement(kind=AgreementKind.TRADE_AGREEMENT, name=name, created_at=NOW)
            for name in ("CPTPP", "CKFTA")
        ]
        team = Team(name="Orchard", created_at=NOW)
        session.add_all([*offices, *sectors, *sources, *agreements, team])
        session.flush()
        users = [
            User(
                username=f"user{number}",
                name=f"Invented Person {number}",
                role=role,
                office_id=offices[number % 3].id,
                time_zone="America/Toronto",
                password_hash="none",  # noqa: S106 - nobody signs in
                created_at=NOW,
            )
            for number, role in enumerate([Role.OFFICER] * 12 + [Role.MANAGER, Role.VIEWER])
        ]
        session.add_all(users)
        session.flush()
        session.add(TeamMember(team_id=team.id, user_id=users[0].id))
        return {
            "office_id": [row.id for row in offices],
            "sector_id": [row.id for row in sectors],
            "source_id": [row.id for row in sources],
            "owner_id": [row.id for row in users[:12]],
            "agreement": [row.id for row in agreements],
            "team": [team.id],
        }


def _add_lead(
    number: int, rows: dict[Any, list[Row]], keys: dict[str, list[int]], dice: random.Random
) -> None:
    team_id = keys["team"][0] if number % 20 == 0 else None
    states = list(_course(number, keys, dice))
    for sequence, state in enumerate(states, start=1):
        following = states[sequence]["valid_from"] if sequence < len(states) else None
        rows[LeadRevision].append(
            {
                **state,
                "lead_id": number,
                "team_id": team_id,
                "sequence": sequence,
                "valid_to": following,
                "recorded_at": state["valid_from"],
                "origin": "live",
                "is_day_unknown": False,
                "is_override": False,
                "actor_name": "Invented Person",
            }
        )
    last = {
        name: value for name, value in states[-1].items() if name not in ("valid_from", "change")
    }
    rows[Lead].append(
        {
            **last,
            "id": number,
            "public_id": new_public_id(),
            "title": f"Invented Works {number}",
            "team_id": team_id,
            "opened_at": states[0]["valid_from"],
            "changed_at": states[-1]["valid_from"],
            "lost_reason": "gone_silent" if last["status"] == "lost" else None,
        }
    )
    if last["stage"] == "announced":
        rows[Announcement].append(
            {
                "public_id": new_public_id(),
                "lead_id": number,
                "kind": "new_establishment",
                "title": f"Invented Works {number}",
                "whose": "shared" if number % 5 == 0 else "ours",
                "public_at": states[-1]["valid_from"],
                "capex_amount": last["capex_amount"],
                "capex_qualifier": last["capex_qualifier"],
                "capex_currency": last["capex_currency"],
                "jobs_count": last["jobs_count"],
                "jobs_qualifier": last["jobs_qualifier"],
                "created_at": states[-1]["valid_from"],
                "team_id": team_id,
            }
        )
    if number % 7 == 0:
        rows[Citation].append(
            {
                "lead_id": number,
                "agreement_id": dice.choice(keys["agreement"]),
                "known_at": states[len(states) // 2]["valid_from"],
                "team_id": team_id,
            }
        )


def _course(number: int, keys: dict[str, list[int]], dice: random.Random) -> Iterator[Row]:
    """The states of a lead: it goes forward, is edited, held and mostly ends."""
    moment = NOW - timedelta(
        days=dice.randrange(_STATES, 365 * _YEARS), seconds=dice.randrange(86_400)
    )
    lifetime = (NOW - moment) / _STATES
    state: Row = {
        "lead_type": dice.choices(_TYPES, (7, 2, 1, 1))[0],
        "direction": "into_canada",
        "stage": "first_contact",
        "status": "active",
        "market": dice.choice(MARKETS),
        **{
            name: dice.choice(keys[name])
            for name in ("sector_id", "source_id", "owner_id", "office_id")
        },
        "capex_amount": None,
        "capex_qualifier": None,
        "capex_currency": None,
        "jobs_count": None,
        "jobs_qualifier": None,
    }
    position = 1
    for count in range(_STATES):
        change = "opened"
        if count:
            moment += lifetime * dice.uniform(0.2, 1.0)
            change = dice.choices(
                ("moved", "edited", "reassigned", "held", "lost"), (40, 35, 8, 5, 7)
            )[0]
        if state["status"] not in ("active", "on_hold"):
            change = "reopened" if dice.random() < 0.02 else "edited"
            if change == "reopened":
                state["status"] = "active"
        elif position == len(STAGES):
            change = "edited"
        if change == "moved":
            step = -1 if position > 1 and dice.random() < 0.1 else dice.choice((1, 1, 1, 2))
            position = max(1, min(position + step, len(STAGES)))
            state |= {"stage": STAGES[position - 1].value, "status": "active"}
            if position == len(STAGES):
                change = "announced"
        elif change == "held":
            state["status"] = "on_hold"
        elif change == "lost":
            state["status"] = "lost"
        elif change == "reassigned":
            state["owner_id"] = dice.choice(keys["owner_id"])
        elif change == "edited":
            state |= {
                "capex_amount": dice.randrange(1, 200) * 1_000_000,
                "capex_qualifier": dice.choice(("exact", "approximate", "at_most")),
                "capex_currency": dice.choice(CURRENCIES),
                "jobs_count": dice.randrange(5, 300),
                "jobs_qualifier": "approximate",
            }
        yield {**state, "valid_from": moment, "change": change}
