"""Commands on missions: planning one, saying it better, calling it off, and its parts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.currencies import codes
from crm.missions.parts import (
    CostDetails,
    OrganizationPart,
    ProgrammeDetails,
    add_programme,
    put_part,
    visible_parts,
    write_costs,
)
from crm.missions.rules import check_version, must_write, text_or_none
from crm.timezones import zone_names
from models.errors import DomainError, N_
from models.measure import UNKNOWN, Measure, Precision, Qualifier
from models.mission import (
    Delivery,
    Mission,
    MissionMarket,
    MissionOffice,
    MissionProgramme,
    MissionSector,
    MissionStanding,
)
from models.user import Actor


@dataclass(frozen=True, slots=True)
class MissionDetails:
    """Everything that can be said of a mission. Unknown is None, and so is "leave as it is"
    for the parts (`organizations`, `programmes`, `costs`), which have commands of their own.

    `objectives` has one a line. `delegation` counts people; it has no upper end.
    """

    name: str
    delivery: Delivery | None = None
    markets: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    dates_precision: Precision = Precision.UNKNOWN
    dates_as_printed: str | None = None
    standing: MissionStanding | None = None
    home_zone: str | None = None
    market_zone: str | None = None
    led_by: str | None = None
    summary: str | None = None
    objectives: str | None = None
    is_fair: bool = False
    delegation: Measure = UNKNOWN
    currency: str | None = None
    sector_ids: tuple[int, ...] = ()
    office_ids: tuple[int, ...] = ()
    organizations: tuple[OrganizationPart, ...] | None = None
    programmes: tuple[ProgrammeDetails, ...] | None = None
    costs: tuple[CostDetails, ...] | None = None
    owner_id: int | None = None
    document_id: int | None = None
    is_demo: bool = False


def plan_mission(
    session: Session, details: MissionDetails, *, actor: Actor, now: datetime
) -> Mission:
    """Put a mission on file, with its markets, sectors, offices and whatever else is known.

    Raises:
        DomainError: no name, or dates, a zone or a currency that cannot be; `field` says which.
    """
    must_write(actor)
    mission = Mission(
        **_columns(details),
        document_id=details.document_id,
        is_demo=details.is_demo,
        created_at=now,
    )
    session.add(mission)
    session.flush()
    _write_links(session, mission, details)
    for part in details.organizations or ():
        put_part(session, mission, part)
    for programme in details.programmes or ():
        add_programme(session, mission, programme, actor=actor)
    if details.costs:
        write_costs(session, mission, details.costs, actor=actor)
    session.flush()
    return mission


def revise_mission(
    session: Session,
    mission: Mission,
    details: MissionDetails,
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say a mission better. Its parts stay unless the details name them; its document stays.

    Raises:
        ConflictError: somebody else changed it since `version`.
        DomainError: as for `plan_mission`.
    """
    must_write(actor)
    check_version(mission, version)
    for name, value in _columns(details).items():
        setattr(mission, name, value)
    mission.version += 1
    _write_links(session, mission, details)
    if details.organizations is not None:
        for known in visible_parts(session, mission):
            session.delete(known)
        session.flush()
        for part in details.organizations:
            put_part(session, mission, part)
    if details.programmes is not None:
        for programme in session.scalars(
            sa.select(MissionProgramme).where(MissionProgramme.mission_id == mission.id)
        ):
            session.delete(programme)
        for fresh in details.programmes:
            add_programme(session, mission, fresh, actor=actor)
    if details.costs is not None:
        write_costs(session, mission, details.costs, actor=actor)
    session.flush()


def cancel_mission(
    session: Session, mission: Mission, *, version: int | None = None, actor: Actor, now: datetime
) -> None:
    """Say that a mission will not take place. Its agenda stays to be read.

    Raises:
        DomainError: it is over.
    """
    must_write(actor)
    check_version(mission, version)
    if mission.standing is MissionStanding.COMPLETED:
        raise DomainError(N_("This mission has taken place: it cannot be cancelled any more."))
    mission.standing = MissionStanding.CANCELLED
    mission.version += 1
    session.flush()


def set_currency(session: Session, mission: Mission, currency: str | None, *, actor: Actor) -> None:
    """Say in which currency the budget of a mission is kept; None is not known."""
    must_write(actor)
    mission.currency = _currency(currency)
    mission.version += 1
    session.flush()


def _write_links(session: Session, mission: Mission, details: MissionDetails) -> None:
    """The markets, sectors and offices as given; what stays is not touched."""
    for table, column, wanted in (
        (MissionMarket, MissionMarket.country, details.markets),
        (MissionSector, MissionSector.sector_id, details.sector_ids),
        (MissionOffice, MissionOffice.office_id, details.office_ids),
    ):
        known: dict[Any, Any] = {
            getattr(link, column.key): link
            for link in session.scalars(
                sa.select(table).where(table.mission_id == mission.id)
            ).all()
        }
        for key, link in known.items():
            if key not in wanted:
                session.delete(link)
        session.add_all(
            table(mission_id=mission.id, **{column.key: key})
            for key in dict.fromkeys(wanted)
            if key not in known
        )
    session.flush()
    session.expire(mission, ["markets", "offices"])


def _columns(details: MissionDetails) -> dict[str, Any]:
    name = details.name.strip()
    if not name:
        raise DomainError(N_("Give the mission a name."), field="name")
    starts_on, ends_on, precision = _dates(details)
    for field, zone_name in (
        ("home_zone", details.home_zone),
        ("market_zone", details.market_zone),
    ):
        if zone_name is not None and zone_name not in zone_names():
            raise DomainError(
                N_("There is no time zone called %(zone)s."), field=field, zone=zone_name[:64]
            )
    for code in details.markets:
        if not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
            raise DomainError(N_("Choose a country from the list."), field="markets")
    people = details.delegation
    if people.upper is not None:
        raise DomainError(
            N_("Say about how many people: one number, not a range."), field="delegation"
        )
    return {
        "name": name,
        "delivery": details.delivery,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "dates_precision": precision,
        "dates_as_printed": text_or_none(details.dates_as_printed),
        "standing": details.standing,
        "home_zone": details.home_zone,
        "market_zone": details.market_zone,
        "led_by": text_or_none(details.led_by),
        "summary": text_or_none(details.summary),
        "objectives": _lines(details.objectives),
        "is_fair": details.is_fair,
        "delegation_size": people.value,
        "delegation_qualifier": people.qualifier,
        "delegation_as_printed": text_or_none(people.as_printed),
        "currency": _currency(details.currency),
        "owner_id": details.owner_id,
    }


def _dates(details: MissionDetails) -> tuple[date | None, date | None, Precision]:
    starts_on, ends_on, precision = details.starts_on, details.ends_on, details.dates_precision
    if starts_on is None and ends_on is not None:
        raise DomainError(N_("Say when it begins as well."), field="starts_on")
    if starts_on is None:
        return None, None, Precision.UNKNOWN
    if ends_on is not None and ends_on < starts_on:
        raise DomainError(N_("The mission ends before it begins."), field="ends_on")
    return starts_on, ends_on, Precision.DAY if precision is Precision.UNKNOWN else precision


def _currency(code: str | None) -> str | None:
    if code and code not in codes():
        raise DomainError(
            N_("There is no currency called %(code)s."), field="currency", code=code[:20]
        )
    return code or None


def _lines(text: str | None) -> str | None:
    lines = [line.strip().lstrip("•-–* ").strip() for line in (text or "").splitlines()]
    return "\n".join(filter(None, lines)) or None


def delegation_of(mission: Mission) -> Measure:
    """How many people went, as it was stated."""
    return Measure(
        mission.delegation_size,
        mission.delegation_qualifier
        if mission.delegation_qualifier is not Qualifier.BETWEEN
        else Qualifier.APPROXIMATE,
        as_printed=mission.delegation_as_printed,
    )
