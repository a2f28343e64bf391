"""The organizations of a list, each with all its names and numbers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.cell_lists import join_list
from crm.exports.columns import Cell, Column, Table, import_label
from crm.exports.rules import Maker, Occasion
from crm.exports.values import country, text, word
from crm.imports.record_words import parse_roles
from crm.organizations.queries import read_filters, select_organizations
from models.errors import N_
from models.import_batch import BatchKind
from models.lead import Lead
from models.organization import (
    IdentifierScheme,
    NameKind,
    Organization,
    OrganizationIdentifier,
    OrganizationName,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
    RelationKind,
    Sector,
)
from models.stage import Status


def organizations_table(args: Mapping[str, str]) -> Maker:
    """What reads the organizations that fit the filters of an address, by name."""
    return partial(_table, args)


@dataclass(frozen=True, slots=True)
class _Row:
    """One organization with what stands in other tables."""

    own: Any
    names: Mapping[NameKind, Sequence[str]]
    numbers: Mapping[IdentifierScheme, list[str]]
    roles: list[OrganizationRole]
    parents: list[str]
    open_leads: int
    all_leads: int


def _table(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    filters = read_filters(args)
    # What is known only through a restricted lead leaves with its team only.
    may_leave = occasion.may_leave(Organization.team_id)
    fitting = select_organizations(filters, Organization.id).where(may_leave)
    found = session.execute(
        select_organizations(
            filters,
            Organization.id,
            Organization.reference,
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.country,
            Organization.city,
            Organization.website,
            Organization.description,
            Organization.fiscal_year_end_month,
            Organization.is_placeholder,
            Organization.team_id,
            Sector.name_en.label("sector"),
        )
        .where(may_leave)
        .order_by(Organization.name, Organization.public_id)
        .limit(occasion.limit)
    ).all()
    main = {row.id: (row.name, row.native_name) for row in found}
    names: dict[int, dict[NameKind, list[str]]] = defaultdict(lambda: defaultdict(list))
    numbers: dict[int, dict[IdentifierScheme, list[str]]] = defaultdict(lambda: defaultdict(list))
    roles: dict[int, list[OrganizationRole]] = defaultdict(list)
    parents: dict[int, list[str]] = defaultdict(list)
    for key, kind, name in session.execute(
        sa.select(OrganizationName.organization_id, OrganizationName.kind, OrganizationName.text)
        .where(OrganizationName.organization_id.in_(fitting))
        .order_by(OrganizationName.id)
    ):
        # The two main names have columns of their own.
        if name not in main.get(key, ()):
            names[key][kind].append(name)
    for key, scheme, value in session.execute(
        sa.select(
            OrganizationIdentifier.organization_id,
            OrganizationIdentifier.scheme,
            OrganizationIdentifier.value,
        )
        .where(OrganizationIdentifier.organization_id.in_(fitting))
        .order_by(OrganizationIdentifier.id)
    ):
        numbers[key][scheme].append(value)
    for key, role in session.execute(
        sa.select(OrganizationRoleLink.organization_id, OrganizationRoleLink.role)
        .where(OrganizationRoleLink.organization_id.in_(fitting))
        .order_by(OrganizationRoleLink.role)
    ):
        roles[key].append(role)
    restricted = {row.id for row in found if row.team_id is not None}
    for key, name, team_id in session.execute(_parents(fitting, occasion)):
        parents[key].append(name)
        if team_id is not None:
            restricted.add(key)
    leads = {key: (int(opened), count) for key, opened, count in session.execute(_leads(fitting))}
    rows = [
        _Row(
            row,
            names[row.id],
            numbers[row.id],
            roles[row.id],
            parents[row.id],
            *leads.get(row.id, (0, 0)),
        )
        for row in found
    ]
    used = {name: args[name] for name in ("q", "country", "role", "sector") if args.get(name)}
    count = sum(1 for row in found if row.id in restricted)
    return Table("organizations", COLUMNS, rows, BatchKind.ORGANIZATIONS, used, count)


def _parents(fitting: Any, occasion: Occasion) -> sa.Select[*tuple[Any, ...]]:
    """The parents of organizations, whichever side of the relation says so."""
    parent = sa.select(
        OrganizationRelation.other_id.label("child"),
        OrganizationRelation.organization_id.label("parent"),
    ).where(
        OrganizationRelation.kind == RelationKind.PARENT,
        OrganizationRelation.valid_to.is_(None),
        occasion.may_leave(OrganizationRelation.team_id),
        OrganizationRelation.other_id.in_(fitting),
    )
    child = sa.select(OrganizationRelation.organization_id, OrganizationRelation.other_id).where(
        OrganizationRelation.kind == RelationKind.SUBSIDIARY,
        OrganizationRelation.valid_to.is_(None),
        occasion.may_leave(OrganizationRelation.team_id),
        OrganizationRelation.organization_id.in_(fitting),
    )
    both = sa.union(parent, child).subquery()
    return (
        sa.select(both.c.child, Organization.name, Organization.team_id)
        .join(Organization, Organization.id == both.c.parent)
        .where(occasion.may_leave(Organization.team_id))
        .order_by(Organization.name)
    )


def _leads(fitting: Any) -> sa.Select[*tuple[Any, ...]]:
    is_open = sa.case((Lead.status.in_((Status.ACTIVE, Status.ON_HOLD)), 1), else_=0)
    # The count of an open organization does not tell that there is a lead which leaves by its code
    # name only; that of a restricted one goes where its leads may be known.
    is_told = sa.or_(
        sa.and_(Lead.team_id.is_(None), Lead.is_company_disclosed),
        Organization.team_id.is_not(None),
    )
    return (
        sa.select(Lead.organization_id, sa.func.sum(is_open), sa.func.count())
        .join(Organization, Organization.id == Lead.organization_id)
        .where(Lead.organization_id.in_(fitting), is_told)
        .group_by(Lead.organization_id)
    )


def _name(row: _Row) -> str:
    """The Latin name; where none is known, the native one stands in its own column only."""
    return "" if row.own.name == row.own.native_name else row.own.name


def _first(kind: NameKind) -> Any:
    """The first name of a kind; a column that holds one name cannot hold two."""
    return lambda row: next(iter(row.names.get(kind, ())), "")


def _former(row: _Row) -> str:
    return join_list(row.names.get(NameKind.FORMER, ()))


def _others(row: _Row) -> str:
    """The names that no column of their own holds."""
    found = [name for kind in _LISTED for name in row.names.get(kind, ())]
    return join_list([*found, *(name for kind in _SINGLE for name in row.names.get(kind, ())[1:])])


def _numbers(scheme: IdentifierScheme) -> Any:
    return lambda row: join_list(row.numbers.get(scheme, ()))


def _of(make: Any) -> Any:
    """A value of the organization's own columns."""
    return lambda row: make(row.own)


def _roles(row: _Row) -> str:
    return join_list(word(role, _parse_role) for role in row.roles)


def _parse_role(text: str) -> OrganizationRole | None:
    return next(iter(parse_roles(text) or ()), None)


def _month(row: _Row) -> Cell:
    return row.own.fiscal_year_end_month


def _column(heading: str, field: str, value: Any, *, is_shown: bool = False) -> Column:
    return Column(import_label(BatchKind.ORGANIZATIONS, field, heading), value, field, is_shown)


_LISTED = (NameKind.LEGAL, NameKind.OFFICIAL_ENGLISH)
_SINGLE = (NameKind.KANA, NameKind.ROMAJI, NameKind.BRAND, NameKind.SHORT, NameKind.ACRONYM)

COLUMNS = (
    _column("Reference", "ref", _of(text("reference"))),
    _column("Public ID", "public_id", _of(text("public_id"))),
    _column("Name", "name", _name, is_shown=True),
    _column("Native name", "native_name", _of(text("native_name")), is_shown=True),
    _column("Kana reading", "kana_name", _first(NameKind.KANA)),
    _column("Romaji", "romaji_name", _first(NameKind.ROMAJI)),
    _column("Brand", "brand_name", _first(NameKind.BRAND)),
    _column("Short name", "short_name", _first(NameKind.SHORT)),
    _column("Acronym", "acronym", _first(NameKind.ACRONYM)),
    _column("Former names", "former_names", _former),
    _column("Other names", "other_names", _others),
    _column("Country", "country", _of(country("country")), is_shown=True),
    _column("City", "city", _of(text("city")), is_shown=True),
    _column("Sector", "sector", _of(text("sector")), is_shown=True),
    _column("Roles", "roles", _roles, is_shown=True),
    _column("Website", "website", _of(text("website"))),
    *(_column(scheme.value, scheme.value, _numbers(scheme)) for scheme in IdentifierScheme),
    _column("Parent", "parent", lambda row: join_list(row.parents)),
    _column("Fiscal year end", "fiscal_year_end", _month),
    _column("Description", "description", _of(text("description"))),
    Column(N_("Open leads"), lambda row: row.open_leads),
    Column(N_("All leads"), lambda row: row.all_leads),
)
