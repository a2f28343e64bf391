"""Commands on agreements: what governments set, since when, for whom and for which sectors."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.countries import country_codes
from crm.organizations.web_addresses import web_address
from models.agreement import Agreement, AgreementCountry, AgreementKind, AgreementSector
from models.errors import DomainError, ForbiddenError, N_
from models.measure import Precision, StatedDate
from models.organization import Sector
from models.user import Actor


@dataclass(frozen=True, slots=True)
class AgreementDetails:
    """What is said of an agreement. A date that nobody can place has its words alone.

    `url` and the document say where it is from; `announcement_id` is the announcement of it.
    """

    kind: AgreementKind
    name: str
    short_name: str | None = None
    scope: str | None = None
    effective: StatedDate | None = None
    effective_as_printed: str | None = None
    signed: StatedDate | None = None
    signed_as_printed: str | None = None
    ends_on: date | None = None
    countries: tuple[str, ...] = ()
    sector_ids: tuple[int, ...] = ()
    note: str | None = None
    url: str | None = None
    document_id: int | None = None
    announcement_id: int | None = None
    is_demo: bool = False


def keep_agreement(
    session: Session, details: AgreementDetails, *, actor: Actor, now: datetime
) -> Agreement:
    """Keep an agreement.

    Raises:
        DomainError: no name, an end before its beginning, no country or no web address.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    columns = _columns(details)
    agreement = Agreement(
        **columns,
        document_id=details.document_id,
        announcement_id=details.announcement_id,
        is_demo=details.is_demo,
        created_at=now,
    )
    session.add(agreement)
    session.flush()
    _set_countries(session, agreement, details.countries)
    _set_sectors(session, agreement, details.sector_ids)
    session.flush()
    return agreement


def revise_agreement(
    session: Session, agreement: Agreement, details: AgreementDetails, *, actor: Actor
) -> None:
    """Say better what is on file of an agreement; its document stays, and who cites it.

    Raises:
        DomainError: as for `keep_agreement`.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    for name, value in _columns(details).items():
        setattr(agreement, name, value)
    _set_countries(session, agreement, details.countries)
    _set_sectors(session, agreement, details.sector_ids)
    session.flush()


def first_of_period(stated: StatedDate | None) -> StatedDate | None:
    """A date with the first day of its period, which is what the tables keep."""
    if stated is None or stated.precision is Precision.UNKNOWN:
        return None
    on = stated.on
    if stated.precision is Precision.MONTH:
        on = on.replace(day=1)
    elif stated.precision is Precision.QUARTER:
        on = on.replace(month=on.month - (on.month - 1) % 3, day=1)
    elif stated.precision is Precision.YEAR:
        on = on.replace(month=1, day=1)
    return replace(stated, on=on)


def words(text: str | None) -> str | None:
    """A text without what stands around it; None for nothing."""
    return (text or "").strip() or None


def must_write(actor: Actor) -> None:
    """Refuse whoever may only read.

    Raises:
        ForbiddenError: the actor may not write.
    """
    if not actor.may_write:
        raise ForbiddenError


def _columns(details: AgreementDetails) -> dict[str, Any]:
    name = details.name.strip()
    if not name:
        raise DomainError(N_("Give the agreement its name."), field="name")
    effective, signed = first_of_period(details.effective), first_of_period(details.signed)
    begins = effective or signed
    if details.ends_on is not None and begins is not None and details.ends_on < begins.on:
        raise DomainError(N_("It ends before it begins."), field="ends_on")
    unknown = set(details.countries) - country_codes()
    if unknown:
        raise DomainError(
            N_("“%(code)s” is no country."), field="countries", code=", ".join(sorted(unknown))
        )
    return {
        "kind": details.kind,
        "name": name,
        "short_name": words(details.short_name),
        "scope": words(details.scope),
        **_dated("effective", effective, details.effective_as_printed),
        **_dated("signed", signed, details.signed_as_printed),
        "ends_on": details.ends_on,
        "note": words(details.note),
        "url": web_address(details.url, field="url"),
    }


def _dated(name: str, stated: StatedDate | None, as_printed: str | None) -> dict[str, Any]:
    return {
        f"{name}_on": stated.on if stated else None,
        f"{name}_precision": stated.precision if stated else Precision.UNKNOWN,
        f"{name}_as_printed": words(as_printed) or (stated.as_printed if stated else None),
    }


def _set_countries(session: Session, agreement: Agreement, countries: Collection[str]) -> None:
    rows = session.scalars(
        sa.select(AgreementCountry).where(AgreementCountry.agreement_id == agreement.id)
    ).all()
    for row in rows:
        if row.country not in countries:
            session.delete(row)
    on_file = {row.country for row in rows}
    session.add_all(
        AgreementCountry(agreement_id=agreement.id, country=country)
        for country in dict.fromkeys(countries)
        if country not in on_file
    )


def _set_sectors(session: Session, agreement: Agreement, sector_ids: Collection[int]) -> None:
    known = set(session.scalars(sa.select(Sector.id).where(Sector.id.in_(sector_ids))))
    if known != set(sector_ids):
        raise DomainError(N_("Choose the sectors from the list."), field="sectors")
    rows = session.scalars(
        sa.select(AgreementSector).where(AgreementSector.agreement_id == agreement.id)
    ).all()
    for row in rows:
        if row.sector_id not in known:
            session.delete(row)
    on_file = {row.sector_id for row in rows}
    session.add_all(
        AgreementSector(agreement_id=agreement.id, sector_id=key) for key in sorted(known - on_file)
    )
