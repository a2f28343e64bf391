"""What the pages of duplicates show: groups, two side by side, merges, notices."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates.parties import load_parties
from crm.duplicates.scan import Group
from crm.identity.matching import compare
from crm.imports.chunks import in_chunks
from crm.organizations.queries import get_organization
from models.announcement import AnnouncementParty
from models.contact import Contact
from models.duplicate import DistinctPair, OrganizationMerge
from models.errors import DomainError, NotFoundError, N_
from models.interaction import Enquiry, FollowUp, Interaction, StoredFile
from models.lead import Lead, LeadParty
from models.mission import MissionOrganization
from models.organization import Organization, OrganizationRelation, Site

MERGES_PAGE = 50


@dataclass(frozen=True, slots=True)
class Brief:
    """One organization in a list of like ones."""

    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    city: str | None
    team_id: int | None
    is_demo: bool
    document_id: int | None
    created_at: datetime
    leads: int = 0
    contacts: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """One of two, with how much of each kind names it as far as the viewer sees."""

    organization: Organization
    counts: dict[str, int]
    leads: Sequence[Any] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """How much work is on it."""
        return sum(self.counts.values())


# What names an organization, by what the pages call it.
_COUNTED: dict[str, tuple[Any, ...]] = {
    "leads": (Lead.organization_id,),
    "parties": (LeadParty.organization_id,),
    "contacts": (Contact.organization_id,),
    "interactions": (Interaction.organization_id,),
    "follow_ups": (FollowUp.organization_id,),
    "enquiries": (Enquiry.organization_id,),
    "sites": (Site.organization_id,),
    "relations": (OrganizationRelation.organization_id, OrganizationRelation.other_id),
    "missions": (MissionOrganization.organization_id,),
    "announcements": (AnnouncementParty.organization_id,),
    "files": (StoredFile.organization_id,),
}


def load_briefs(session: Session, groups: Sequence[Group]) -> dict[int, Brief]:
    """The organizations of some groups, by key: three statements, however many there are."""
    keys = {key for group in groups for key in group.members}
    leads, contacts = (
        _count(session, (column,), keys)
        for column in (Lead.organization_id, Contact.organization_id)
    )
    rows = session.execute(
        sa.select(
            Organization.id,
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
            Organization.country,
            Organization.city,
            Organization.team_id,
            Organization.is_demo,
            Organization.document_id,
            Organization.created_at,
        ).where(Organization.id.in_(keys))
    )
    return {
        row.id: Brief(
            **{name: value for name, value in row._mapping.items() if name != "id"},
            leads=leads.get(row.id, 0),
            contacts=contacts.get(row.id, 0),
        )
        for row in rows
    }


def load_side(session: Session, public_id: str) -> Side:
    """An organization with its names, numbers, facilities, roles, and what names it.

    Raises:
        NotFoundError: there is none, or the viewer may not see it.
    """
    organization = get_organization(session, public_id)
    leads = session.execute(
        sa.select(Lead.public_id, Lead.title)
        .where(Lead.organization_id == organization.id)
        .order_by(Lead.changed_at.desc())
        .limit(5)
    ).all()
    counts = {
        word: _count(session, columns, [organization.id]).get(organization.id, 0)
        for word, columns in _COUNTED.items()
    }
    return Side(organization, counts, leads)


def compare_two(session: Session, one: Organization, other: Organization) -> Any:
    """What the matching says of the two; None where one stands for an unnamed firm."""
    parties = {party.key: party for party in load_parties(session, [one.id, other.id])}
    if len(parties) < 2:
        return None
    return compare(parties[one.id], parties[other.id])


def is_distinct(session: Session, one: Organization, other: Organization) -> bool:
    """Whether somebody said that the two are not the same."""
    low, high = sorted((one.id, other.id))
    return session.get(DistinctPair, (low, high)) is not None


def load_two(session: Session, one: str, other: str) -> tuple[Organization, Organization]:
    """Two organizations for a command.

    Raises:
        NotFoundError: one of them is not there, or not to be seen.
        DomainError: they are one.
    """
    rows = session.scalars(
        sa.select(Organization).where(Organization.public_id.in_((one, other)))
    ).all()
    found = {row.public_id: row for row in rows}
    if one not in found or other not in found:
        raise NotFoundError
    if one == other:
        raise DomainError(N_("Choose two organizations; this is one."))
    return found[one], found[other]


def list_merges(session: Session) -> Sequence[tuple[OrganizationMerge, Organization]]:
    """The latest merges into organizations that the viewer sees."""
    return [
        (merge, survivor)
        for merge, survivor in session.execute(
            sa.select(OrganizationMerge, Organization)
            .join(Organization, Organization.id == OrganizationMerge.organization_id)
            .order_by(OrganizationMerge.merged_at.desc(), OrganizationMerge.id.desc())
            .limit(MERGES_PAGE)
        )
    ]


def get_merge(session: Session, public_id: str) -> tuple[OrganizationMerge, Organization]:
    """One merge and the organization that was left.

    Raises:
        NotFoundError: there is none, or the viewer does not see what was left.
    """
    row = session.execute(
        sa.select(OrganizationMerge, Organization)
        .join(Organization, Organization.id == OrganizationMerge.organization_id)
        .where(OrganizationMerge.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row[0], row[1]


def find_survivor(session: Session, absorbed_public_id: str) -> str | None:
    """Where one went that was merged away: the public id, as far as the viewer sees it."""
    return session.scalar(
        sa.select(Organization.public_id)
        .join(OrganizationMerge, OrganizationMerge.organization_id == Organization.id)
        .where(
            OrganizationMerge.absorbed_public_id == absorbed_public_id,
            OrganizationMerge.undone_at.is_(None),
        )
        .order_by(OrganizationMerge.id.desc())
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Something that came since a merge, and stays with the organization that was left."""

    kind: str
    words: str
    public_id: str | None


_MOVED: tuple[Any, ...] = (
    Lead,
    LeadParty,
    Contact,
    Interaction,
    FollowUp,
    Enquiry,
    Site,
    MissionOrganization,
    AnnouncementParty,
    StoredFile,
)
# Kind, table, what it is called, its public id.
_NEWCOMERS: tuple[tuple[str, Any, Any, Any], ...] = (
    ("lead", Lead, Lead.title, Lead.public_id),
    ("contact", Contact, Contact.printed_name, Contact.public_id),
    (
        "interaction",
        Interaction,
        sa.func.coalesce(Interaction.summary, Interaction.kind),
        Interaction.public_id,
    ),
    ("follow_up", FollowUp, FollowUp.text, FollowUp.public_id),
    ("enquiry", Enquiry, Enquiry.asked_for, Enquiry.public_id),
    ("file", StoredFile, StoredFile.name, StoredFile.public_id),
    ("site", Site, sa.func.coalesce(Site.name, Site.city), Site.public_id),
)


def list_newcomers(session: Session, merge: OrganizationMerge) -> list[Newcomer]:
    """What came to the survivor since, as far as the viewer sees it."""
    found = []
    for kind, cls, words, public_id in _NEWCOMERS:
        known = {*merge.moved["kept"].get(cls.__tablename__, ())}
        for group in merge.moved["changed"].get(cls.__tablename__, ()):
            known.update(group["ids"])
        rows = session.execute(
            sa.select(cls.id, words, public_id)
            .where(cls.organization_id == merge.organization_id)
            .order_by(cls.id)
        )
        found += [
            Newcomer(kind, str(text or ""), public)
            for key, text, public in rows
            if key not in known
        ]
    return found


def count_moved(session: Session, merge: OrganizationMerge) -> int:
    """How many of the rows that a merge moved the viewer sees: others may be a team's by now."""
    found = 0
    for cls in _MOVED:
        ids = [
            key
            for group in merge.moved["changed"].get(cls.__tablename__, ())
            if "organization_id" in group["new"]
            for key in group["ids"]
        ]
        for chunk in in_chunks(ids):
            found += session.scalar(sa.select(sa.func.count(cls.id)).where(cls.id.in_(chunk))) or 0
    return found


def _count(session: Session, columns: tuple[Any, ...], keys: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for column in columns:
        rows = session.execute(
            sa.select(column, sa.func.count()).where(column.in_(keys)).group_by(column)
        )
        for key, count in rows:
            found[key] = found.get(key, 0) + count
    return found
