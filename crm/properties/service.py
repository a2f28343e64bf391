"""Commands on properties: keeping one, saying better what is known of it, bringing in a list."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.currencies import codes
from crm.properties.plan import PropertyPlan, PropertyRow, plan_rows
from models.errors import DomainError, ForbiddenError, N_
from models.site_search import Property, PropertyKind
from models.user import Actor

LARGEST_PRICE = 10**13


@dataclass(frozen=True, slots=True)
class PropertyDetails:
    """What is said of a property: areas in square metres, power in kilowatts, None for unknown."""

    kind: PropertyKind
    name: str
    reference: str | None = None
    address: str | None = None
    city: str | None = None
    land_m2: float | None = None
    building_m2: float | None = None
    power_kw: int | None = None
    zoning: str | None = None
    price_amount: int | None = None
    currency: str | None = None
    available_from: date | None = None
    is_available: bool = True
    source: str | None = None
    as_of: date | None = None
    note: str | None = None
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a list: how many properties are new, changed, or as they were."""

    created_count: int
    changed_count: int
    unchanged_count: int


def keep_property(
    session: Session, details: PropertyDetails, *, actor: Actor, now: datetime
) -> Property:
    """Put a property on file.

    Raises:
        DomainError: no name, a number that cannot be, or a reference that another one has.
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    columns = _columns(details)
    _check_reference(session, columns["reference"], None)
    found = Property(**columns, is_demo=details.is_demo, created_at=now)
    session.add(found)
    session.flush()
    return found


def revise_property(
    session: Session, found: Property, details: PropertyDetails, *, actor: Actor
) -> None:
    """Say better what is known of a property.

    Raises:
        DomainError: as for `keep_property`.
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    columns = _columns(details)
    _check_reference(session, columns["reference"], found.id)
    for name, value in columns.items():
        setattr(found, name, value)
    session.flush()


def plan_import(session: Session, rows: Sequence[PropertyRow]) -> PropertyPlan:
    """What the rows of a list would do to the properties on file."""
    # In one query: a list is compared with all there is.
    return plan_rows(rows, session.scalars(sa.select(Property)).all())


def apply_import(session: Session, plan: PropertyPlan, *, actor: Actor, now: datetime) -> Imported:
    """Write a list whole.

    Raises:
        DomainError: a row has a mistake; nothing is written then.
        ForbiddenError: the actor may not write.
    """
    _must_write(actor)
    if plan.problems:
        raise DomainError(
            N_("Nothing was imported. Mistakes to be mended first: %(count)s."),
            count=len(plan.problems),
        )
    created = changed = 0
    for row in plan.rows:
        if row.on_file is None:
            session.add(Property(**row.values, created_at=now))
            created += 1
        elif row.changes:
            for name, value in row.changes.items():
                setattr(row.on_file, name, value)
            changed += 1
    session.flush()
    return Imported(created, changed, len(plan.rows) - created - changed)


def _columns(details: PropertyDetails) -> dict[str, Any]:
    columns = {
        field.name: getattr(details, field.name)
        for field in fields(details)
        if field.name != "is_demo"
    }
    for name in ("reference", "name", "address", "city", "zoning", "source", "note"):
        columns[name] = (columns[name] or "").strip() or None
    if columns["name"] is None:
        raise DomainError(N_("Give the property a name."), field="name")
    for name in ("land_m2", "building_m2", "power_kw"):
        if columns[name] is not None and columns[name] < 0:
            raise DomainError(N_("This cannot be below zero."), field=name)
    price = details.price_amount
    if price is not None and not 0 <= price <= LARGEST_PRICE:
        raise DomainError(N_("This is no price of a property."), field="price_amount")
    if details.currency is not None and details.currency not in codes():
        raise DomainError(N_("Choose the currency from the list."), field="currency")
    if price is None:
        columns["currency"] = None
    return columns


def _check_reference(session: Session, reference: str | None, own_id: int | None) -> None:
    if reference is None:
        return
    other = session.scalars(
        sa.select(Property.id).where(Property.reference == reference, Property.id != (own_id or 0))
    ).first()
    if other is not None:
        raise DomainError(
            N_("Another property has the reference %(reference)s."),
            field="reference",
            reference=reference,
        )


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
