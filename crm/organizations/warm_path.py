"""The warm path to an organization: through whom of its family one is closest to it already.

A contact of the firm itself who was met lately comes first, then its parent and what belongs to
it, then its siblings; among equals the freshest, then whoever stands highest.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.organizations.family import Family, Member
from models.contact import SENIORITY_RANKS, Contact, Seniority
from models.interaction import Interaction, InteractionParticipant, InteractionStanding
from models.lead import Lead, LeadParty, LeadSource, PartyRole
from models.organization import Organization
from models.user import User

# Whom nobody met for so long has to be won anew.
_LATELY = timedelta(days=730)
_READ = 200
_SHOWN = 3


class Way(enum.StrEnum):
    """What leads to the organization, the surest first."""

    MET = "met"
    TALKED = "talked"
    INTRODUCER = "introducer"
    SOURCE = "source"
    ON_FILE = "on_file"


_ORDER = {way: place for place, way in enumerate(Way)}


@dataclass(frozen=True, slots=True)
class Path:
    """One way in. `member` is whom of the family it leads through; `on` when it was last used.

    `name` is the person or the introducer, and `record` what its page is called in addresses.
    """

    way: Way
    member: Member
    on: date | None
    name: str
    native_name: str | None = None
    language: str | None = None
    title: str | None = None
    native_title: str | None = None
    seniority: Seniority | None = None
    by: str | None = None
    record: tuple[str, str] | None = None
    lead: tuple[str, str] | None = None


def list_paths(session: Session, family: Family, *, today: date) -> list[Path]:
    """The closest ways in that the viewer sees, at most three: five queries."""
    members = {member.id: member for member in family.members}
    own = family.members[0].id if family.members else 0
    found: dict[tuple[str, str], Path] = {}
    for read in (_met, _introducers, _sources, _talked, _on_file):
        if read is _on_file and len(found) >= _SHOWN:
            # Whom nobody met comes after everything else.
            break
        for path in read(session, members, own):
            key = path.record or ("", path.name)
            known = found.get(key)
            if known is None or _rank(path, today) < _rank(known, today):
                found[key] = path
    # A conversation says nothing more where the person it was with is named.
    met = {path.member.id for path in found.values() if path.way is Way.MET}
    told = [
        path for path in found.values() if path.way is not Way.TALKED or path.member.id not in met
    ]
    return sorted(told, key=lambda path: _rank(path, today))[:_SHOWN]


def _rank(path: Path, today: date) -> tuple[int, int, int, int, int, str]:
    is_late = path.on is None or today - path.on > _LATELY
    return (
        # Nobody who was met, however long ago, comes after somebody who never was.
        99 if path.way is Way.ON_FILE else path.member.steps + (3 if is_late else 0),
        _ORDER[path.way],
        path.member.steps,
        -(path.on or date.min).toordinal(),
        SENIORITY_RANKS.get(path.seniority, len(SENIORITY_RANKS) + 1) if path.seniority else 99,
        path.name,
    )


def _met(session: Session, members: dict[int, Member], own: int) -> Iterator[Path]:
    """People of the family who took part in something that was held."""
    rows = session.execute(
        sa.select(*_PERSON, Interaction.happened_on, User.name.label("author"))
        .join(InteractionParticipant, InteractionParticipant.contact_id == Contact.id)
        .join(Interaction, Interaction.id == InteractionParticipant.interaction_id)
        .outerjoin(User, User.id == Interaction.author_id)
        .where(
            Contact.organization_id.in_(members),
            Interaction.standing == InteractionStanding.HELD,
            Interaction.happened_on.is_not(None),
        )
        .order_by(*_own_first(Contact.organization_id, own), Interaction.happened_on.desc())
        .limit(_READ)
    )
    for row in rows:
        yield _person(Way.MET, members, row, row.happened_on, row.author)


def _on_file(session: Session, members: dict[int, Member], own: int) -> Iterator[Path]:
    """People of the family whom nobody is known to have met."""
    rows = session.execute(
        sa.select(*_PERSON)
        .where(Contact.organization_id.in_(members))
        .order_by(
            *_own_first(Contact.organization_id, own),
            sa.case(SENIORITY_RANKS, value=Contact.seniority, else_=len(SENIORITY_RANKS) + 1),
            Contact.id,
        )
        .limit(_READ)
    )
    for row in rows:
        yield _person(Way.ON_FILE, members, row, None, None)


def _talked(session: Session, members: dict[int, Member], own: int) -> Iterator[Path]:
    """Conversations with the family, whoever took part."""
    of = sa.func.coalesce(Interaction.organization_id, Lead.organization_id)
    rows = session.execute(
        sa.select(
            of.label("member"),
            Interaction.public_id,
            Interaction.summary,
            Interaction.happened_on,
            User.name.label("author"),
        )
        .outerjoin(Lead, Lead.id == Interaction.lead_id)
        .outerjoin(User, User.id == Interaction.author_id)
        .where(
            of.in_(members),
            Interaction.standing == InteractionStanding.HELD,
            Interaction.happened_on.is_not(None),
        )
        .order_by(*_own_first(of, own), Interaction.happened_on.desc(), Interaction.id.desc())
        .limit(_READ)
    )
    told = set()
    for row in rows:
        if row.member not in told:
            told.add(row.member)
            yield Path(
                Way.TALKED,
                members[row.member],
                row.happened_on,
                row.summary or "",
                by=row.author,
                record=("interaction", row.public_id),
            )


def _introducers(session: Session, members: dict[int, Member], own: int) -> Iterator[Path]:
    """Organizations that introduced a lead of the family."""
    rows = session.execute(
        sa.select(
            Lead.organization_id.label("member"),
            Lead.public_id.label("lead_id"),
            Lead.title.label("lead_title"),
            sa.func.coalesce(Lead.last_contact_on, Lead.first_contact_on).label("on"),
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
        )
        .join(LeadParty, LeadParty.lead_id == Lead.id)
        .join(Organization, Organization.id == LeadParty.organization_id)
        .where(Lead.organization_id.in_(members), LeadParty.role == PartyRole.INTRODUCER)
        .order_by(*_own_first(Lead.organization_id, own), Lead.changed_at.desc())
        .limit(_READ)
    )
    for row in rows:
        yield Path(
            Way.INTRODUCER,
            members[row.member],
            row.on,
            row.name,
            row.native_name,
            row.native_language,
            record=("organization", row.public_id),
            lead=(row.lead_id, row.lead_title),
        )


def _sources(session: Session, members: dict[int, Member], own: int) -> Iterator[Path]:
    """Leads of the family that came through somebody who introduces."""
    rows = session.execute(
        sa.select(
            Lead.organization_id.label("member"),
            Lead.public_id.label("lead_id"),
            Lead.title.label("lead_title"),
            sa.func.coalesce(Lead.last_contact_on, Lead.first_contact_on).label("on"),
            LeadSource.name_en,
        )
        .join(LeadSource, LeadSource.id == Lead.source_id)
        .where(Lead.organization_id.in_(members), LeadSource.is_introducer)
        .order_by(*_own_first(Lead.organization_id, own), Lead.changed_at.desc())
        .limit(_READ)
    )
    for row in rows:
        yield Path(
            Way.SOURCE,
            members[row.member],
            row.on,
            row.name_en,
            lead=(row.lead_id, row.lead_title),
        )


_PERSON: tuple[Any, ...] = (
    Contact.public_id,
    Contact.organization_id,
    Contact.printed_name,
    Contact.native_name,
    Contact.language,
    Contact.title,
    Contact.native_title,
    Contact.seniority,
)


def _person(
    way: Way, members: dict[int, Member], row: Any, on: date | None, by: str | None
) -> Path:
    return Path(
        way,
        members[row.organization_id],
        on,
        row.printed_name,
        row.native_name,
        row.language,
        row.title,
        row.native_title,
        row.seniority,
        by,
        ("contact", row.public_id),
    )


def _own_first(column: Any, own: int) -> tuple[Any, ...]:
    """The firm's own before all others, so that a large family cannot crowd it out."""
    return (sa.case((column == own, 0), else_=1),)
