"""What the pages of announcements show, and who may read one before its hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.identity.normalizing import normalize
from crm.visibility import viewer_of
from crm.web.paging import Order, Page, fetch_page
from models.announcement import Announcement, AnnouncementKind, AnnouncementParty, PartySide
from models.document import Claim
from models.errors import NotFoundError
from models.lead import Lead
from models.measure import Precision, Qualifier
from models.mission import Mission
from models.organization import Organization, OrganizationName
from models.user import Actor

PAGE = 50


def past_embargo(actor: Actor, *, now: datetime) -> sa.ColumnElement[bool]:
    """What a reader may see of announcements whose hour has not come: nothing, unless they write.

    Who is in the lead's circle is settled before this, by the session: a restricted lead's
    announcement is its team's. Every statement that shows announcements carries this criterion.
    """
    if actor.may_write:
        return sa.true()
    return sa.or_(Announcement.embargo_until.is_(None), Announcement.embargo_until <= now)


@dataclass(frozen=True, slots=True)
class Party:
    """An organization that an announcement names."""

    organization_id: str
    name: str
    native_name: str | None
    native_language: str | None
    side: PartySide


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    """One announcement on a list."""

    public_id: str
    kind: AnnouncementKind
    title: str
    announced_on: date | None
    announced_precision: Precision
    announced_as_printed: str | None
    embargo_until: datetime | None
    capex_amount: int | None
    capex_upper: int | None
    capex_qualifier: Qualifier | None
    capex_currency: str | None
    jobs_count: int | None
    jobs_upper: int | None
    jobs_qualifier: Qualifier | None
    is_demo: bool
    document_id: int | None
    lead_id: str | None
    lead_title: str | None
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader chose to see."""

    text: str = ""
    kind: AnnouncementKind | None = None
    is_ours: bool | None = None


def read_filters(args: Mapping[str, str]) -> Filters:
    """The filters in an address. What is no filter of ours is left out, never an error."""
    kind = args.get("kind", "")
    return Filters(
        text=args.get("q", "").strip()[:200],
        kind=AnnouncementKind(kind) if kind in set(AnnouncementKind) else None,
        is_ours={"ours": True, "others": False}.get(args.get("whose", "")),
    )


def select_announcements(filters: Filters, *, actor: Actor, now: datetime) -> Any:
    """The announcements that fit, as far as their hour has come for the reader."""
    statement = _rows(past_embargo(actor, now=now))
    if filters.kind is not None:
        statement = statement.where(Announcement.kind == filters.kind)
    if filters.is_ours is not None:
        ours = Announcement.lead_id.is_not(None)
        statement = statement.where(ours if filters.is_ours else ~ours)
    if filters.text.strip():
        statement = statement.where(_matches(filters.text.strip()))
    return statement


def search_announcements(
    session: Session, filters: Filters, *, now: datetime, cursor: str | None
) -> Page[AnnouncementRow]:
    """A page of announcements, the latest first, those of unknown date last."""
    page = fetch_page(
        session,
        select_announcements(filters, actor=viewer_of(session), now=now),
        Order(
            Announcement.announced_on,
            Announcement.public_id,
            is_descending=True,
            may_be_unknown=True,
        ),
        size=PAGE,
        cursor=cursor,
        value_key="announced_on",
    )
    return Page(with_parties(session, page.rows), page.next_cursor, page.is_first)


def list_announcements(
    session: Session, *where: sa.ColumnElement[bool], now: datetime, limit: int = PAGE
) -> list[AnnouncementRow]:
    """The announcements of one organization or mission, the latest first."""
    statement = (
        _rows(past_embargo(viewer_of(session), now=now), *where)
        .order_by(Announcement.announced_on.desc().nulls_last(), Announcement.public_id)
        .limit(limit)
    )
    return with_parties(session, session.execute(statement).all())


def of_organization(organization_id: int) -> sa.ColumnElement[bool]:
    """Announcements that name an organization."""
    return Announcement.id.in_(
        sa.select(AnnouncementParty.announcement_id).where(
            AnnouncementParty.organization_id == organization_id
        )
    )


def get_announcement(session: Session, public_id: str, *, now: datetime) -> Announcement:
    """One announcement with its document.

    Raises:
        NotFoundError: there is none, or the reader may not see it (yet).
    """
    found = session.scalars(
        sa.select(Announcement)
        .where(Announcement.public_id == public_id, past_embargo(viewer_of(session), now=now))
        .options(joinedload(Announcement.document))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_parties(session: Session, announcement: Announcement) -> list[Party]:
    """The organizations that an announcement names, as far as the reader may see them."""
    return _parties_of(session, [announcement.id]).get(announcement.id, [])


def party_keys(session: Session, announcement: Announcement) -> dict[tuple[str, PartySide], int]:
    """The keys of the parties on file, by the name and side that the form shows them with."""
    rows = session.execute(
        sa.select(Organization.name, AnnouncementParty.side, Organization.id)
        .join(AnnouncementParty, AnnouncementParty.organization_id == Organization.id)
        .where(AnnouncementParty.announcement_id == announcement.id)
    )
    return {(name, side): key for name, side, key in rows}


def find_lead(session: Session, announcement: Announcement) -> Lead | None:
    """The lead that an announcement makes a won one, if the reader may see it."""
    if announcement.lead_id is None:
        return None
    return session.scalars(sa.select(Lead).where(Lead.id == announcement.lead_id)).one_or_none()


def find_mission(session: Session, announcement: Announcement) -> Mission | None:
    """The mission on which it was announced, if the reader may see it."""
    if announcement.mission_id is None:
        return None
    return session.scalars(
        sa.select(Mission).where(Mission.id == announcement.mission_id)
    ).one_or_none()


def list_claims(session: Session, announcement: Announcement) -> Sequence[Claim]:
    """What public texts say of an announcement, each with its words and its text."""
    return session.scalars(
        sa.select(Claim)
        .where(Claim.announcement_id == announcement.id)
        .options(joinedload(Claim.document))
        .order_by(Claim.kind, Claim.id)
    ).all()


def get_lead(session: Session, public_id: str) -> Lead:
    """The lead that is to be announced, with its company.

    Raises:
        NotFoundError: there is none, or the actor may not see it.
    """
    found = session.scalars(
        sa.select(Lead).where(Lead.public_id == public_id).options(joinedload(Lead.organization))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _rows(*where: sa.ColumnElement[bool]) -> Any:
    return (
        sa.select(
            Announcement.id,
            Announcement.public_id,
            Announcement.kind,
            Announcement.title,
            Announcement.announced_on,
            Announcement.announced_precision,
            Announcement.announced_as_printed,
            Announcement.embargo_until,
            Announcement.capex_amount,
            Announcement.capex_upper,
            Announcement.capex_qualifier,
            Announcement.capex_currency,
            Announcement.jobs_count,
            Announcement.jobs_upper,
            Announcement.jobs_qualifier,
            Announcement.is_demo,
            Announcement.document_id,
            Lead.public_id.label("lead_id"),
            Lead.title.label("lead_title"),
        )
        .outerjoin(Lead, Lead.id == Announcement.lead_id)
        .where(*where)
    )


def _matches(text: str) -> sa.ColumnElement[bool]:
    found = [Announcement.title.icontains(text, autoescape=True)]
    key = normalize(text)
    if key:
        named = (
            sa.select(AnnouncementParty.announcement_id)
            .join(
                OrganizationName,
                OrganizationName.organization_id == AnnouncementParty.organization_id,
            )
            .where(OrganizationName.normalized.contains(key, autoescape=True))
        )
        found.append(Announcement.id.in_(named))
    return sa.or_(*found)


def with_parties(
    session: Session, rows: Sequence[sa.Row[Any]], ids: Any = None
) -> list[AnnouncementRow]:
    """The rows with their parties; `ids` selects the keys where they are too many to list."""
    parties = _parties_of(session, [row.id for row in rows] if ids is None else ids)
    return [
        AnnouncementRow(
            **{name: value for name, value in row._mapping.items() if name != "id"},
            parties=tuple(parties.get(row.id, ())),
        )
        for row in rows
    ]


def _parties_of(session: Session, announcement_ids: Any) -> dict[int, list[Party]]:
    found: dict[int, list[Party]] = {}
    rows = session.execute(
        sa.select(
            AnnouncementParty.announcement_id,
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
            AnnouncementParty.side,
        )
        .join(Organization, Organization.id == AnnouncementParty.organization_id)
        .where(AnnouncementParty.announcement_id.in_(announcement_ids))
        .order_by(AnnouncementParty.id)
    )
    for announcement_id, *columns in rows:
        party: Any = columns
        found.setdefault(announcement_id, []).append(Party(*party))
    return found
