"""From forms to what the commands take, and back."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.interactions.choice_queries import find_user_id, list_offices, list_owners
from crm.leads.measures import exact_words, read_jobs
from crm.missions import part_queries
from crm.missions.service import MissionDetails, delegation_of
from crm.organizations.choices import in_reading_language
from models.errors import DomainError, N_
from models.measure import Measure, Precision
from models.mission import Delivery, Mission, MissionStanding
from models.organization import Sector
from models.user import Office, User

_LONGEST_AMOUNT = 15


def offer(session: Session, form: Any, *, on_file: Mission | None = None) -> None:
    """Fill in what the form of a mission lets one choose from."""
    owners = list_owners(session)
    if on_file is not None:
        owner = part_queries.find_owner(session, on_file)
        if owner is not None and (owner.public_id, owner.name) not in owners:
            # Whoever left stays on file until somebody else is chosen.
            owners = [(owner.public_id, owner.name), *owners]
    form.owner.choices = [("", _("nobody yet")), *owners]
    form.sectors.choices = all_sectors(session)
    form.offices.choices = [(office.public_id, office.name) for office in list_offices(session)]


def all_sectors(session: Session) -> list[tuple[str, str]]:
    """The sectors on file, by code and name."""
    rows = session.execute(sa.select(Sector.code, Sector.name_en, Sector.name_fr)).all()
    named = [(row.code, in_reading_language(row.name_en, row.name_fr)) for row in rows]
    return sorted(named, key=lambda item: item[1].casefold())


def find_sector_id(session: Session, code: str | None) -> int | None:
    """The key of a sector; None for none."""
    return session.scalar(sa.select(Sector.id).where(Sector.code == code)) if code else None


def mission_details(session: Session, form: Any, *, on_file: Mission | None) -> MissionDetails:
    """What the form says of a mission.

    Raises:
        DomainError: a number or a person that cannot be; `field` says which.
    """
    owner_id: int | None
    owner = part_queries.find_owner(session, on_file) if on_file is not None else None
    if owner is not None and form.owner.data == owner.public_id:
        owner_id = owner.id
    else:
        owner_id = find_user_id(session, form.owner.data)
    return MissionDetails(
        name=form.name.data,
        delivery=Delivery(form.delivery.data) if form.delivery.data else None,
        markets=tuple(dict.fromkeys(filter(None, (entry.data for entry in form.markets)))),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        dates_precision=Precision(form.dates_precision.data)
        if form.starts_on.data
        else Precision.UNKNOWN,
        dates_as_printed=form.dates_as_printed.data,
        standing=MissionStanding(form.standing.data) if form.standing.data else None,
        home_zone=form.home_zone.data or None,
        market_zone=form.market_zone.data or None,
        led_by=form.led_by.data,
        summary=form.summary.data,
        objectives=form.objectives.data,
        is_fair=form.is_fair.data,
        delegation=read_count(form.delegation.data, field="delegation"),
        currency=form.currency.data or None,
        sector_ids=_keys(session, Sector, Sector.code, form.sectors.data),
        office_ids=_keys(session, Office, Office.public_id, form.offices.data),
        owner_id=owner_id,
    )


def filled(session: Session, mission: Mission) -> dict[str, Any]:
    """A mission as its form shows it; its markets and offices have to be loaded."""
    owner: User | None = part_queries.find_owner(session, mission)
    return {
        "version": mission.version,
        "name": mission.name,
        "is_fair": mission.is_fair,
        "delivery": mission.delivery.value if mission.delivery else "",
        "standing": mission.standing.value if mission.standing else "",
        "markets": [market.country for market in mission.markets],
        "starts_on": mission.starts_on,
        "ends_on": mission.ends_on,
        "dates_precision": mission.dates_precision.value
        if mission.dates_precision is not Precision.UNKNOWN
        else Precision.DAY.value,
        "dates_as_printed": mission.dates_as_printed,
        "home_zone": mission.home_zone or "",
        "market_zone": mission.market_zone or "",
        "led_by": mission.led_by,
        "delegation": count_words(delegation_of(mission)),
        "owner": owner.public_id if owner else "",
        "objectives": mission.objectives,
        "summary": mission.summary,
        "sectors": [sector.code for sector in part_queries.list_sectors(session, mission)],
        "offices": [link.office.public_id for link in mission.offices],
        "currency": mission.currency or "",
    }


def read_count(text: str | None, *, field: str) -> Measure:
    """A number of people or meetings, in words such as "about 35"; the words are kept.

    Raises:
        DomainError: it is no number.
    """
    words = (text or "").strip()
    try:
        return read_jobs(words)
    except DomainError as error:
        raise DomainError(
            N_("Write a number: 35, about 35, or more than 20."), field=field
        ) from error


def count_words(measure: Measure) -> str:
    """Words that `read_count` reads as this number."""
    return measure.as_printed if measure.as_printed else exact_words(measure)


def read_amount(text: str | None, *, field: str) -> int | None:
    """An amount in whole units: digits, with blanks, commas or apostrophes between thousands.

    Raises:
        DomainError: it is none.
    """
    digits = (text or "").strip()
    for mark in (" ", "\u00a0", "\u202f", ",", "'", "’"):
        digits = digits.replace(mark, "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _LONGEST_AMOUNT:
        raise DomainError(N_("Write an amount in whole units, without a sign."), field=field)
    return int(digits)


def read_version(text: str | None) -> int:
    """The version that a form was opened at; one that it does not say is none on file."""
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if text and is_number else 0


def _keys(session: Session, cls: Any, column: Any, wanted: list[str] | None) -> tuple[int, ...]:
    if not wanted:
        return ()
    return tuple(session.scalars(sa.select(cls.id).where(column.in_(wanted)).order_by(cls.id)))
