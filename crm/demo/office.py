"""The invented office: where it sits, who works there, which sectors and sources it knows.

The City of Maple Falls and the Province of North Laurentia do not exist, nor does anybody here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.lead import LeadSource
from models.organization import Sector
from models.user import (
    Actor,
    Language,
    Office,
    OfficeKind,
    Role,
    Team,
    TeamMember,
    User,
    counts_all,
)

HOME_ZONE = "America/Toronto"


@dataclass(frozen=True, slots=True)
class Seat:
    """An office of the demo."""

    key: str
    name: str
    kind: OfficeKind
    country: str
    zone: str
    fiscal_month: int = 1


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff of the demo. `weight` is their share of new leads, by market."""

    username: str
    name: str
    role: Role
    seat: str
    language: Language
    weight_japan: float = 0.0
    weight_korea: float = 0.0
    has_left: bool = False

    def weight(self, market: str) -> float:
        """The share of a market's leads that this person owns."""
        return self.weight_japan if market == "JP" else self.weight_korea


SEATS = (
    Seat("home", "City of Maple Falls, Economic Development", OfficeKind.HOME, "CA", HOME_ZONE),
    Seat("tokyo", "Maple Falls Tokyo Office", OfficeKind.ABROAD, "JP", "Asia/Tokyo"),
    Seat("seoul", "Maple Falls Seoul Office", OfficeKind.ABROAD, "KR", "Asia/Seoul"),
    Seat(
        "ministry",
        "Ministry of Ventures, Province of North Laurentia",
        OfficeKind.PARTNER,
        "CA",
        HOME_ZONE,
        fiscal_month=4,
    ),
)
_EN, _FR = Language.EN, Language.FR
COLLEAGUES = (
    Colleague("ines", "Inès Bergerac-Roy", Role.ADMIN, "home", _FR),
    Colleague("claire", "Claire Whitlock", Role.MANAGER, "home", _EN, 0.04, 0.04),
    Colleague("dana", "Dana Okafor-Lind", Role.OFFICER, "home", _EN, 0.2, 0.14),
    Colleague("marc", "Marc-Antoine Thivel", Role.OFFICER, "home", _FR, 0.14, 0.2),
    Colleague("priya", "Priya Sandhar", Role.OFFICER, "home", _EN, 0.12, 0.12),
    Colleague("haruka", "Haruka Minase (水無瀬 遥)", Role.OFFICER, "tokyo", _EN, 0.5, 0.0),
    Colleague("seojun", "Seo-jun Maeng (맹서준)", Role.OFFICER, "seoul", _EN, 0.0, 0.5),
    Colleague("theo", "Théo Lachaud", Role.VIEWER, "home", _FR),
    Colleague("wendy", "Wendy Achterberg", Role.PARTNER, "ministry", _EN),
    Colleague("gordon", "Gordon Pell", Role.OFFICER, "home", _EN, has_left=True),
)
# Two teams share restricted leads, the manager sits in one of them; the third, company visits.
TEAMS = (
    ("Heron circle", ("claire", "dana", "haruka")),
    ("Basalt circle", ("marc", "seojun")),
    ("Retention circle", ("claire", "dana", "priya")),
)
# code -> (English, French)
SECTORS = {
    "automotive": ("Automotive", "Automobile"),
    "batteries": ("Batteries", "Batteries"),
    "clean_technology": ("Clean technology", "Technologies propres"),
    "ict": ("ICT", "TIC"),
    "artificial_intelligence": ("Artificial intelligence", "Intelligence artificielle"),
    "digital_media": ("Digital media", "Médias numériques"),
    "life_sciences": ("Life sciences", "Sciences de la vie"),
    "agri_food": ("Agri-food", "Agroalimentaire"),
    "logistics": ("Logistics", "Logistique"),
    "advanced_manufacturing": ("Advanced manufacturing", "Fabrication de pointe"),
}
SOURCE_NAMES = {
    "existing_investor": ("Existing investor", "Investisseur existant"),
    "jetro": ("JETRO", "JETRO"),
    "kotra": ("KOTRA", "KOTRA"),
    "tokyo_office": ("Tokyo office", "Bureau de Tokyo"),
    "seoul_office": ("Seoul office", "Bureau de Séoul"),
    "partner_ministry": ("Ministry", "Ministère"),
    "bank_or_trading_house": ("Bank or trading house", "Banque ou maison de commerce"),
    "inbound_enquiry": ("Inbound enquiry", "Demande reçue"),
    "trade_mission": ("Trade mission", "Mission commerciale"),
    "trade_fair": ("Trade fair", "Salon professionnel"),
    "cold_outreach": ("Cold outreach", "Démarchage"),
}
_INTRODUCERS = frozenset({"jetro", "kotra", "partner_ministry", "bank_or_trading_house"})


@dataclass(frozen=True, slots=True)
class Staff:
    """The office as it stands in the database: keys by name, and who acts for each colleague."""

    offices: dict[str, int]
    actors: dict[str, Actor]
    languages: dict[str, str]
    seats: dict[str, str]
    teams: dict[str, int]
    sectors: dict[str, int]
    sources: dict[str, int]
    usernames: dict[str, str]

    def owner(self, key: str) -> Actor:
        """The actor of a colleague."""
        return self.actors[key]


def open_office(session: Session, *, password_hash: str, now: datetime) -> Staff:
    """Make the invented office; nobody else's offices and accounts are touched."""
    offices = {
        seat.key: Office(
            name=_free(session, Office.name, seat.name),
            kind=seat.kind,
            country=seat.country,
            time_zone=seat.zone,
            fiscal_year_start_month=seat.fiscal_month,
            is_demo=True,
        )
        for seat in SEATS
    }
    session.add_all(offices.values())
    session.flush()
    users = {}
    for colleague in COLLEAGUES:
        office = offices[colleague.seat]
        users[colleague.username] = User(
            username=_free(session, User.folded_name, colleague.username),
            name=colleague.name,
            email=f"{colleague.username}@maple-falls.example",
            password_hash=None if colleague.has_left else password_hash,
            role=colleague.role,
            office_id=office.id,
            language=colleague.language,
            time_zone=office.time_zone,
            is_active=not colleague.has_left,
            deactivated_at=now - timedelta(days=200) if colleague.has_left else None,
            looked_at=None if colleague.has_left else now - timedelta(days=2),
            created_at=now,
            is_demo=True,
        )
    session.add_all(users.values())
    session.flush()
    teams = {}
    members: dict[str, set[int]] = {key: set() for key in users}
    for name, keys in TEAMS:
        team = Team(name=_free(session, Team.name, name), created_at=now, is_demo=True)
        session.add(team)
        session.flush()
        teams[name] = team.id
        for key in keys:
            session.add(TeamMember(team_id=team.id, user_id=users[key].id))
            members[key].add(team.id)
    session.flush()
    return Staff(
        offices={key: office.id for key, office in offices.items()},
        actors={
            colleague.username: _actor(
                users[colleague.username], offices[colleague.seat], members[colleague.username]
            )
            for colleague in COLLEAGUES
        },
        languages={one.username: one.language.value for one in COLLEAGUES},
        seats={one.username: one.seat for one in COLLEAGUES},
        teams=teams,
        sectors=_sectors(session),
        sources=_sources(session),
        usernames={key: user.username for key, user in users.items()},
    )


def _actor(user: User, office: Office, team_ids: set[int]) -> Actor:
    return Actor(
        id=user.id,
        name=user.name,
        role=user.role,
        office_id=office.id,
        office_time_zone=office.time_zone,
        time_zone=user.time_zone,
        language=user.language,
        team_ids=frozenset(team_ids),
        counts_all=counts_all(user.role, user.may_count_all),
    )


def _free(session: Session, column: sa.orm.InstrumentedAttribute[str], wanted: str) -> str:
    """A name that nobody bears yet: an empty office may have its own people already."""
    name, number = wanted, 2
    while (
        session.scalar(sa.select(sa.literal(1)).where(sa.func.lower(column) == name.lower()))
        is not None
    ):
        name, number = f"{wanted} {number}" if " " in wanted else f"{wanted}{number}", number + 1
    return name


def _sectors(session: Session) -> dict[str, int]:
    known = {row.code: row.id for row in session.scalars(sa.select(Sector))}
    for code, (english, french) in SECTORS.items():
        if code not in known:
            row = Sector(code=code, name_en=english, name_fr=french)
            session.add(row)
            session.flush()
            known[code] = row.id
    return known


def _sources(session: Session) -> dict[str, int]:
    known = {row.code: row.id for row in session.scalars(sa.select(LeadSource))}
    for code, (english, french) in SOURCE_NAMES.items():
        if code not in known:
            row = LeadSource(
                code=code, name_en=english, name_fr=french, is_introducer=code in _INTRODUCERS
            )
            session.add(row)
            session.flush()
            known[code] = row.id
    return known
