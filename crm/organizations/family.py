"""The family of an organization: who stands above, beside and below it, and who of them is here.

One recursive statement walks the relations that the viewer sees, through organizations that the
viewer sees: nobody is reached through one that is out of sight. It ends after a few steps, so a
ring of relations cannot hold it.
"""

import enum
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

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

# Up to the head of a large group and down again; beyond, and past so many, nothing is read.
_STEPS = 8
MOST = 300
_SHOWN = 12


class Standing(enum.StrEnum):
    """How a member of the family stands to the organization at hand."""

    ITSELF = "itself"
    ABOVE = "above"
    BESIDE = "beside"
    BELOW = "below"
    SAME_GROUP = "same_group"
    FURTHER = "further"


@dataclass(frozen=True, slots=True)
class Member:
    """One organization of the family. `steps` is how far it is: 1 for a parent or a child.

    `cities` are those of its facilities here, None where a facility has no city on file.
    """

    id: int
    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    standing: Standing
    steps: int
    is_head: bool
    share_percent: float | None
    cities: tuple[str | None, ...]
    is_investor: bool

    @property
    def is_here(self) -> bool:
        """Whether it has a facility here, or invested here."""
        return bool(self.cities) or self.is_investor


@dataclass(frozen=True, slots=True)
class Family:
    """The whole family that the viewer sees, the organization itself first."""

    members: tuple[Member, ...]

    def of(self, standing: Standing) -> Sequence[Member]:
        """Members that stand so: above from the head down, of the others who is here first."""
        found = [member for member in self.members if member.standing is standing]
        if standing is Standing.ABOVE:
            return sorted(found, key=lambda one: (-one.steps, one.name))[:_SHOWN]
        return sorted(found, key=lambda one: (one.steps, not one.is_here, one.name))[:_SHOWN]

    def count(self, standing: Standing) -> int:
        """How many stand so, shown or not."""
        return sum(member.standing is standing for member in self.members)

    @property
    def has_others(self) -> bool:
        """Whether there is anybody but the organization itself."""
        return len(self.members) > 1


@dataclass(slots=True)
class _Ties:
    """Who is above and below whom, and who is in one group."""

    above: dict[int, dict[int, float | None]] = field(default_factory=lambda: defaultdict(dict))
    below: dict[int, dict[int, float | None]] = field(default_factory=lambda: defaultdict(dict))
    group: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, kind: RelationKind, one: int, other: int, share: float | None) -> None:
        """Take in that `one` is the parent, unit, ... of `other`."""
        if kind is RelationKind.GROUP_MEMBER:
            self.group[one].add(other)
            self.group[other].add(one)
            return
        upper, lower = (one, other) if kind is RelationKind.PARENT else (other, one)
        self.above[lower][upper] = share
        self.below[upper][lower] = share


def load_family(session: Session, organization: Organization, *, today: date) -> Family:
    """The family that the viewer of the session sees: four queries, however large it is."""
    keys = _reached(organization.id, today)
    rows = {
        row.id: row
        for row in session.execute(
            sa.select(
                Organization.id,
                Organization.public_id,
                Organization.name,
                Organization.native_name,
                Organization.native_language,
                Organization.country,
            )
            .join(keys, keys.c.id == Organization.id)
            .order_by(keys.c.steps, Organization.id)
            .limit(MOST)
        )
    }
    if len(rows) < 2:  # Nobody else is there to be asked about.
        return Family(tuple(_alone(row) for row in rows.values()))
    ties = _Ties()
    for kind, one, other, share in session.execute(
        sa.select(
            OrganizationRelation.kind,
            OrganizationRelation.organization_id,
            OrganizationRelation.other_id,
            OrganizationRelation.share_percent,
        )
        .where(
            OrganizationRelation.organization_id.in_(rows),
            OrganizationRelation.other_id.in_(rows),
            _holds(OrganizationRelation, today),
        )
        .order_by(OrganizationRelation.id)
    ):
        ties.add(kind, one, other, share)
    places = _places(ties, organization.id)
    cities = _cities(session, rows)
    investors = set(
        session.scalars(
            sa.select(OrganizationRoleLink.organization_id).where(
                OrganizationRoleLink.organization_id.in_(rows),
                OrganizationRoleLink.role == OrganizationRole.INVESTOR,
            )
        )
    )
    return Family(
        tuple(
            Member(
                **row._mapping,
                standing=standing,
                steps=steps,
                is_head=not ties.above.get(key) and bool(ties.below.get(key)),
                share_percent=share,
                cities=tuple(cities.get(key, ())),
                is_investor=key in investors,
            )
            for key, (standing, steps, share) in places.items()
            if (row := rows.get(key)) is not None
        )
    )


def _alone(row: Any) -> Member:
    return Member(
        **row._mapping,
        standing=Standing.ITSELF,
        steps=0,
        is_head=False,
        share_percent=None,
        cities=(),
        is_investor=False,
    )


def _holds(relation: Any, today: date) -> sa.ColumnElement[bool]:
    """Whether a relation is still so."""
    ended: sa.ColumnElement[bool] = sa.or_(relation.valid_to.is_(None), relation.valid_to >= today)
    return ended


def _reached(organization_id: int, today: date) -> sa.Subquery:
    """Whom relations lead to, with the fewest steps; the session adds what the viewer may see."""
    start = (
        sa.select(Organization.id.label("id"), sa.literal(0).label("steps"))
        .where(Organization.id == organization_id)
        .cte("family", recursive=True)
    )
    # No aliases: within a recursive statement the viewer's criteria reach the plain tables only.
    relation, next_one = OrganizationRelation, Organization
    is_first = relation.organization_id == start.c.id
    onward = (
        sa.select(next_one.id, start.c.steps + 1)
        .select_from(start)
        .join(relation, sa.or_(is_first, relation.other_id == start.c.id))
        .join(
            next_one,
            next_one.id == sa.case((is_first, relation.other_id), else_=relation.organization_id),
        )
        .where(start.c.steps < _STEPS, _holds(relation, today))
    )
    walk = start.union(onward)
    return (
        sa.select(walk.c.id, sa.func.min(walk.c.steps).label("steps"))
        .group_by(walk.c.id)
        .subquery()
    )


def _places(ties: _Ties, own: int) -> dict[int, tuple[Standing, int, float | None]]:
    """How each member stands to `own`: the closest standing where there are several."""
    found: dict[int, tuple[Standing, int, float | None]] = {own: (Standing.ITSELF, 0, None)}
    _climb(ties.above, own, Standing.ABOVE, found)
    _climb(ties.below, own, Standing.BELOW, found)
    for upper in ties.above.get(own, {}):
        for sibling, share in ties.below.get(upper, {}).items():
            found.setdefault(sibling, (Standing.BESIDE, 2, share))
    # Whoever is in one group with the head of the family is in it with everybody below.
    for member in (own, *(key for key, place in found.items() if place[0] is Standing.ABOVE)):
        for other in ties.group.get(member, ()):
            found.setdefault(other, (Standing.SAME_GROUP, found[member][1] + 2, None))
    _wander(ties, found)
    return found


def _climb(
    edges: dict[int, dict[int, float | None]],
    own: int,
    standing: Standing,
    found: dict[int, tuple[Standing, int, float | None]],
) -> None:
    level, steps = [own], 0
    while level:
        steps += 1
        reached: dict[int, float | None] = {}
        for key in level:
            for other, share in edges.get(key, {}).items():
                if other not in found:
                    reached.setdefault(other, share if key == own else None)
        for other, share in reached.items():
            found[other] = (standing, steps, share)
        level = list(reached)


def _wander(ties: _Ties, found: dict[int, tuple[Standing, int, float | None]]) -> None:
    """Whoever is left: cousins, and what belongs to others of the group."""
    level = list(found)
    while level:
        reached: dict[int, int] = {}
        for key in level:
            steps = found[key][1]
            others: Iterable[int] = (
                *ties.above.get(key, {}),
                *ties.below.get(key, {}),
                *ties.group.get(key, ()),
            )
            for other in others:
                if other not in found:
                    reached[other] = min(reached.get(other, steps + 1), steps + 1)
        for other, steps in reached.items():
            found[other] = (Standing.FURTHER, max(steps, 3), None)
        level = list(reached)


def _cities(session: Session, keys: Iterable[int]) -> dict[int, list[str | None]]:
    """The cities of each member's facilities here."""
    found: dict[int, dict[str | None, None]] = defaultdict(dict)
    for key, city in session.execute(
        sa.select(Site.organization_id, Site.city)
        .where(Site.organization_id.in_(keys))
        .order_by(Site.id)
    ):
        found[key][city] = None
    return {key: list(cities) for key, cities in found.items()}
