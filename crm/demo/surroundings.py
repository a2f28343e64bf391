"""The invented office's surroundings: local partners, intermediaries, and its two missions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from crm.demo.office import Staff
from crm.leads.apply import insert_organizations
from crm.organizations.plan import OrganizationDetails, plan_organization
from models.measure import Precision, Qualifier
from models.mission import Delivery, Mission, MissionMarket, MissionOffice, MissionOrganization
from models.organization import (
    OrganizationRelation,
    OrganizationRole,
    RelationKind,
    Site,
    SiteRole,
)

_LOCAL = (
    "Kestrel Ridge Robotics Inc.",
    "Maple Falls Polytechnic",
    "Tamarack Cell Laboratory Ltd.",
    "Loon Lake Software Inc.",
    "Ferme Belle-Rivière-aux-Loups inc.",
    "Saltwind Freight Ltd.",
    "Aurelia Hydrogen Corporation",
    "Northlight Animation Studio Inc.",
    "Pinegate Precision Ltd.",
    "Maple Falls Chamber of Newcomers",
)
_INSTITUTIONS = frozenset({"Maple Falls Polytechnic", "Maple Falls Chamber of Newcomers"})
_SITE_ROLES = (SiteRole.PLANT, SiteRole.SALES, SiteRole.LOGISTICS)
# In English, as written at home, and where.
_BETWEEN = (
    ("Kasumibune Bank, Ltd.", "株式会社霞舟銀行", "JP"),
    ("Nagisakagami Trading Co., Ltd.", "渚鏡商事株式会社", "JP"),
    ("Hagitomori Consulting Inc.", "萩灯コンサルティング株式会社", "JP"),
    ("Neulgil Bank", "주식회사 늘길은행", "KR"),
    ("Hanuinaru Trading Co., Ltd.", "하늬나루상사(주)", "KR"),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Keys of what was made: `partners` with their names, intermediaries by market, missions."""

    partners: dict[int, str]
    between: dict[str, list[int]]
    mission_id: int
    mission_begins: date
    mission_ends: date


def lay_out(session: Session, staff: Staff, *, today: date, now: datetime) -> Surroundings:
    """Make the local partners, the intermediaries and the missions, one past and one planned."""
    local = [
        plan_organization(
            OrganizationDetails(
                name=name,
                country="CA",
                city="Maple Falls",
                roles=(
                    OrganizationRole.INSTITUTION
                    if name in _INSTITUTIONS
                    else OrganizationRole.LOCAL_PARTNER,
                ),
                is_demo=True,
            ),
            now=now,
        )
        for name in _LOCAL
    ]
    between = [
        plan_organization(
            OrganizationDetails(
                name=name,
                native_name=native,
                country=country,
                roles=(OrganizationRole.INTERMEDIARY,),
                is_demo=True,
            ),
            now=now,
        )
        for name, native, country in _BETWEEN
    ]
    partner_ids = insert_organizations(session, local)
    between_ids = insert_organizations(session, between)
    past = _monday(today - timedelta(days=400))
    coming = _monday(today + timedelta(days=38))
    if (coming.month, coming.day) > (12, 12) or (coming.month, coming.day) < (1, 10):
        # Nobody receives a mission around New Year.
        coming = _monday(coming + timedelta(days=28))
    mission_id = _mission(
        session, staff, f"Maple Falls mission to Japan and Korea {past.year}", past, now=now
    )
    _mission(
        session, staff, f"Maple Falls mission to Japan and Korea {coming.year}", coming, now=now
    )
    return Surroundings(
        partners=dict(zip(partner_ids, _LOCAL, strict=True)),
        between={
            market: [
                key
                for key, (_, _, country) in zip(between_ids, _BETWEEN, strict=True)
                if country == market
            ]
            for market in ("JP", "KR")
        },
        mission_id=mission_id,
        mission_begins=past,
        mission_ends=past + timedelta(days=4),
    )


@dataclass(frozen=True, slots=True)
class Resident:
    """A company that invests here already: its stem of a name, key, sector, and since when."""

    stem: str
    organization_id: int
    sector_id: int
    since: date


def settle(session: Session, residents: Sequence[Resident], *, now: datetime) -> None:
    """Give residents their subsidiary here, with a facility in the city."""
    plans = [
        plan_organization(
            OrganizationDetails(
                name=f"{resident.stem} Canada Inc.",
                country="CA",
                city="Maple Falls",
                sector_id=resident.sector_id,
                roles=(OrganizationRole.INVESTOR,),
                is_demo=True,
            ),
            now=now,
        )
        for resident in residents
    ]
    for key, resident in zip(insert_organizations(session, plans), residents, strict=True):
        session.add(
            OrganizationRelation(
                organization_id=key,
                other_id=resident.organization_id,
                kind=RelationKind.SUBSIDIARY,
            )
        )
        session.add(
            Site(
                organization_id=key,
                role=_SITE_ROLES[key % len(_SITE_ROLES)],
                city="Maple Falls",
                country="CA",
                opened_on=resident.since,
                jobs_count=28 + key * 37 % 190,
                jobs_qualifier=Qualifier.EXACT,
            )
        )
    session.flush()


def note_met(session: Session, mission_id: int, organization_ids: Iterable[int]) -> None:
    """Say which companies were met on a mission."""
    session.add_all(
        MissionOrganization(mission_id=mission_id, organization_id=key, part="Meeting")
        for key in organization_ids
    )
    session.flush()


def _mission(session: Session, staff: Staff, name: str, begins: date, *, now: datetime) -> int:
    mission = Mission(
        name=name,
        delivery=Delivery.IN_PERSON,
        starts_on=begins,
        ends_on=begins + timedelta(days=4),
        dates_precision=Precision.DAY,
        led_by="Claire Whitlock",
        summary="Tokyo on Monday and Tuesday, Seoul from Wednesday on.",
        created_at=now,
        is_demo=True,
    )
    session.add(mission)
    session.flush()
    session.add_all(MissionMarket(mission_id=mission.id, country=code) for code in ("JP", "KR"))
    session.add_all(
        MissionOffice(mission_id=mission.id, office_id=key) for key in staff.offices.values()
    )
    session.flush()
    return mission.id


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
