"""Who is related to the companies of a book, for all of them at once: two steps, five queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.organization import (
    Organization,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
    RelationKind,
    Site,
)

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Relative:
    """An organization of the family: directly (`kind`, read from which end), or one step on.

    `cities` are those of its facilities here, None where one has no city on file.
    """

    id: int
    name: str
    native_name: str | None
    native_language: str | None
    kind: RelationKind | None
    is_inverse: bool
    share_percent: float | None
    cities: tuple[str | None, ...]
    is_investor: bool

    @property
    def is_here(self) -> bool:
        """Whether it has a facility here, or invested here."""
        return bool(self.cities) or self.is_investor


@dataclass(frozen=True, slots=True)
class _Tie:
    other: int
    kind: RelationKind
    is_inverse: bool
    share_percent: float | None


def load_relatives(
    session: Session, organization_ids: Sequence[int], *, today: date
) -> dict[int, list[Relative]]:
    """The relatives of each company that the viewer sees: the direct ones, then who else is here.

    `is_inverse` is false where the relation reads "the relative is its parent".
    """
    ties = _ties(session, set(organization_ids), today=today)
    near = {tie.other for own in organization_ids for tie in ties.get(own, ())}
    further = _ties(session, near, today=today)
    keys = near | {tie.other for key in near for tie in further.get(key, ())}
    rows = {
        row.id: row
        for row in session.execute(
            sa.select(
                Organization.id,
                Organization.name,
                Organization.native_name,
                Organization.native_language,
            ).where(Organization.id.in_(keys))
        )
    }
    cities: dict[int, dict[str | None, None]] = defaultdict(dict)
    for key, city in session.execute(
        sa.select(Site.organization_id, Site.city)
        .where(Site.organization_id.in_(keys))
        .order_by(Site.id)
    ):
        cities[key][city] = None
    investors = set(
        session.scalars(
            sa.select(OrganizationRoleLink.organization_id).where(
                OrganizationRoleLink.organization_id.in_(keys),
                OrganizationRoleLink.role == OrganizationRole.INVESTOR,
            )
        )
    )

    def relative(key: int, tie: _Tie | None) -> Relative:
        return Relative(
            **rows[key]._mapping,
            kind=tie.kind if tie else None,
            is_inverse=tie.is_inverse if tie else False,
            share_percent=tie.share_percent if tie else None,
            cities=tuple(cities.get(key, ())),
            is_investor=key in investors,
        )

    found: dict[int, list[Relative]] = {}
    for own in organization_ids:
        direct = {
            tie.other: relative(tie.other, tie) for tie in ties.get(own, ()) if tie.other in rows
        }
        beyond = {
            tie.other: relative(tie.other, None)
            for key in direct
            for tie in further.get(key, ())
            if tie.other in rows and tie.other not in direct and tie.other != own
        }
        here = [one for one in beyond.values() if one.is_here]
        found[own] = [*direct.values(), *here][:_SHOWN]
    return found


def _ties(session: Session, keys: set[int], *, today: date) -> dict[int, list[_Tie]]:
    found: dict[int, list[_Tie]] = defaultdict(list)
    for row in session.scalars(
        sa.select(OrganizationRelation)
        .where(
            sa.or_(
                OrganizationRelation.organization_id.in_(keys),
                OrganizationRelation.other_id.in_(keys),
            ),
            sa.or_(OrganizationRelation.valid_to.is_(None), OrganizationRelation.valid_to >= today),
        )
        .order_by(OrganizationRelation.id)
    ):
        if row.organization_id in keys:
            tie = _Tie(row.other_id, row.kind, True, row.share_percent)
            found[row.organization_id].append(tie)
        if row.other_id in keys:
            tie = _Tie(row.organization_id, row.kind, False, row.share_percent)
            found[row.other_id].append(tie)
    return found
