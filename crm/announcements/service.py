"""Commands on announcements: the record that makes a lead a won one, and what is learnt later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.delivery import plan_checks
from crm.organizations.web_addresses import web_address
from crm.timezones import today, zone_names
from models.announcement import (
    Announcement,
    AnnouncementKind,
    AnnouncementParty,
    PartySide,
    Release,
    Whose,
)
from models.errors import ConflictError, DomainError, ForbiddenError, N_
from models.lead import Direction, Lead
from models.measure import UNKNOWN, Measure, Precision, StatedDate
from models.organization import Organization
from models.user import Actor


@dataclass(frozen=True, slots=True)
class PartyDetails:
    """An organization that the announcement names, the side it stands on, and what it does."""

    organization_id: int
    side: PartySide
    part: str | None = None


@dataclass(frozen=True, slots=True)
class AnnouncementDetails:
    """What is said of an announcement.

    `source` names where it is printed and `source_url` links to it: one of them is needed but for
    a draft. A print may tell a day that nobody can place ("on Wednesday"): then only
    `announced_as_printed` is known. Without `parties` the lead's own company is the one.

    Until `embargo_until`, a moment that was set in `embargo_zone`, only those who may write on
    the lead see it; at that moment its owner releases it, or it comes out by itself where
    `release` says so. A draft (`is_draft`) waits for its release without any moment. Everything
    else is public at once.

    `whose` is ours for a lead's announcement and of others without one, unless it is said.
    `our_share_percent` goes with a shared one alone; null is "not stated".
    """

    kind: AnnouncementKind
    title: str
    source: str | None = None
    source_url: str | None = None
    parties: tuple[PartyDetails, ...] = ()
    summary: str | None = None
    announced: StatedDate | None = None
    announced_as_printed: str | None = None
    embargo_until: datetime | None = None
    embargo_zone: str | None = None
    capex: Measure = UNKNOWN
    jobs: Measure = UNKNOWN
    mission_id: int | None = None
    document_id: int | None = None
    is_draft: bool = False
    release: Release = Release.BY_OWNER
    owner_id: int | None = None
    whose: Whose | None = None
    our_share_percent: float | None = None
    is_made_on_mission: bool | None = None


def announce(
    session: Session,
    lead: Lead | None,
    details: AnnouncementDetails,
    *,
    actor: Actor,
    now: datetime,
) -> Announcement:
    """Keep an announcement. The lead is not moved by it: `move_lead` reads the record.

    Without a lead it is one of others, which no total of ours counts, unless it is shared.

    Raises:
        DomainError: no title, party or source, or a date that cannot be; `field` says which.
    """
    _must_write(actor)
    parties = details.parties or _own_party(lead)
    is_known = details.embargo_until is None and not details.is_draft
    columns = _columns(details, lead, is_known=is_known, actor=actor, now=now)
    columns["public_at"] = now if is_known else _comes_out_by_itself(columns, now=now)
    organizations = _load_parties(session, parties)
    hidden = (one.team_id for one in organizations.values() if one.team_id is not None)
    team_id = lead.team_id if lead is not None else next(hidden, None)
    announcement = Announcement(
        **columns,
        lead_id=lead.id if lead is not None else None,
        team_id=team_id,
        is_demo=lead.is_demo if lead is not None else False,
        owner_id=_owner_id(details, lead, actor),
        mission_id=details.mission_id,
        document_id=details.document_id,
        created_at=now,
    )
    session.add(announcement)
    session.flush()
    _add_parties(session, announcement, parties, organizations)
    if is_known:
        plan_checks(session, announcement)
    return announcement


def revise(
    session: Session,
    announcement: Announcement,
    details: AnnouncementDetails,
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say better what an announcement says; its lead and document stay.

    Saying it better never publishes it: `crm.announcements.releasing` does. A new embargo on what
    is public closes it again. Parties that the actor may not see stay: nobody takes away what
    they cannot know of.

    `version` is the one that the actor had before them: an older form would put an older embargo
    back.

    Raises:
        ConflictError: somebody else changed it since.
        DomainError: as for `announce`.
    """
    _must_write(actor)
    if version is not None and version != announcement.version:
        raise ConflictError(
            N_("Somebody else changed this in the meantime. Look at it again before you save.")
        )
    was_public = announcement.public_at is not None and announcement.public_at <= now
    is_closed_again = (
        details.embargo_until is not None
        and details.embargo_until > now
        and details.embargo_until != announcement.embargo_until
    )
    stays_public = was_public and not is_closed_again
    columns = _columns(
        details,
        announcement.lead_id,
        is_known=stays_public,
        actor=actor,
        now=now,
    )
    if not stays_public:
        by_itself = _comes_out_by_itself(columns, now=now)
        columns["public_at"] = None if announcement.is_held else by_itself
        columns["is_broken_early"] = False
    columns["mission_id"] = details.mission_id
    if details.owner_id is not None:
        columns["owner_id"] = details.owner_id
    organizations = _load_parties(session, details.parties)
    for name, value in columns.items():
        setattr(announcement, name, value)
    announcement.version += 1
    visible = session.scalars(
        sa.select(AnnouncementParty)
        .join(Organization, Organization.id == AnnouncementParty.organization_id)
        .where(AnnouncementParty.announcement_id == announcement.id)
    ).all()
    said = {(party.organization_id, party.side): party for party in details.parties}
    kept = set()
    for party in visible:
        wanted = said.get((party.organization_id, party.side))
        if wanted is None:
            session.delete(party)
        else:
            kept.add(wanted)
            party.part = _part(wanted)
    session.flush()
    fresh = [party for party in details.parties if party not in kept]
    _add_parties(session, announcement, fresh, organizations)
    if stays_public:
        plan_checks(session, announcement)


def _columns(
    details: AnnouncementDetails,
    lead: Lead | int | None,
    *,
    is_known: bool,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """What the details say, for one that is public (`is_known`) or will be."""
    title = details.title.strip()
    if not title:
        raise DomainError(N_("Give the announcement a title."), field="title")
    source = (details.source or "").strip() or None
    source_url = web_address(details.source_url, field="source_url")
    embargo_until, embargo_zone = _embargo(details)
    is_draft = not is_known and embargo_until is None
    if source is None and source_url is None and details.document_id is None and not is_draft:
        raise DomainError(
            N_("Say where it is printed: name the source, or give its address."), field="source"
        )
    announced = _announced(details.announced)
    if (
        announced is not None
        and announced.on > today(now, actor.office_time_zone)
        and not is_draft
        and (embargo_until is None or embargo_until <= now)
    ):
        raise DomainError(
            N_("This day lies in the future: set an embargo until then."), field="announced_on"
        )
    whose, share = _whose(details, has_lead=lead is not None)
    return {
        "kind": details.kind,
        "title": title,
        "summary": (details.summary or "").strip() or None,
        "announced_on": announced.on if announced else None,
        "announced_precision": announced.precision if announced else Precision.UNKNOWN,
        "announced_as_printed": announced.as_printed
        if announced and announced.as_printed
        else (details.announced_as_printed or "").strip() or None,
        "embargo_until": embargo_until,
        "embargo_zone": embargo_zone,
        "capex_amount": details.capex.value,
        "capex_upper": details.capex.upper,
        "capex_qualifier": details.capex.qualifier,
        "capex_currency": details.capex.currency,
        "capex_as_printed": details.capex.as_printed,
        "jobs_count": details.jobs.value,
        "jobs_upper": details.jobs.upper,
        "jobs_qualifier": details.jobs.qualifier,
        "jobs_as_printed": details.jobs.as_printed,
        "source": source,
        "source_url": source_url,
        "release": details.release,
        "whose": whose,
        "our_share_percent": share,
        "is_made_on_mission": details.is_made_on_mission,
    }


def _comes_out_by_itself(columns: dict[str, Any], *, now: datetime) -> datetime | None:
    """The moment from which it is public without anybody's doing; None waits for its owner.

    A moment that has passed already is nobody's word that it came out.
    """
    until: datetime | None = columns["embargo_until"]
    if columns["release"] is Release.AUTOMATIC and until is not None and until > now:
        return until
    return None


def _whose(details: AnnouncementDetails, *, has_lead: bool) -> tuple[Whose, float | None]:
    whose = details.whose or (Whose.OURS if has_lead else Whose.OTHERS)
    share = details.our_share_percent
    if has_lead and whose is Whose.OTHERS:
        raise DomainError(
            N_("The announcement of a lead of ours is ours, or shared."), field="whose"
        )
    if share is None:
        return whose, None
    if whose is not Whose.SHARED:
        raise DomainError(
            N_("Only a shared announcement has a share of ours."), field="our_share_percent"
        )
    if not 0 < share <= 100:
        raise DomainError(N_("A share lies between 0 and 100 percent."), field="our_share_percent")
    return whose, share


def _owner_id(details: AnnouncementDetails, lead: Lead | None, actor: Actor) -> int | None:
    """Who releases it: whoever is named, else the lead's owner, else who wrote it down."""
    if details.owner_id is not None:
        return details.owner_id
    if lead is not None and lead.owner_id is not None:
        return lead.owner_id
    return actor.id


def _announced(stated: StatedDate | None) -> StatedDate | None:
    """The date with its period's first day, which is what the tables keep."""
    if stated is None or stated.precision is Precision.UNKNOWN:
        return None
    first = stated.on
    if stated.precision is Precision.MONTH:
        first = first.replace(day=1)
    elif stated.precision is Precision.QUARTER:
        first = first.replace(month=first.month - (first.month - 1) % 3, day=1)
    elif stated.precision is Precision.YEAR:
        first = first.replace(month=1, day=1)
    return replace(stated, on=first)


def _embargo(details: AnnouncementDetails) -> tuple[datetime | None, str | None]:
    if details.embargo_until is None:
        return None, None
    if details.embargo_zone not in zone_names():
        raise DomainError(
            N_("Say in which time zone the embargo's hour is meant."), field="embargo_zone"
        )
    return details.embargo_until, details.embargo_zone


def _own_party(lead: Lead | None) -> tuple[PartyDetails, ...]:
    if lead is None or lead.organization_id is None:
        return ()
    inward = lead.direction is Direction.INTO_CANADA
    return (PartyDetails(lead.organization_id, PartySide.FOREIGN if inward else PartySide.LOCAL),)


def _load_parties(session: Session, parties: Sequence[PartyDetails]) -> dict[int, Organization]:
    """The named organizations, as far as the actor may see them."""
    if not parties:
        raise DomainError(N_("Name at least one party."), field="parties")
    wanted = {party.organization_id for party in parties}
    found = {
        organization.id: organization
        for organization in session.scalars(
            sa.select(Organization).where(Organization.id.in_(wanted))
        )
    }
    if found.keys() != wanted:
        raise DomainError(N_("One of the parties is not on file any more."), field="parties")
    return found


def _add_parties(
    session: Session,
    announcement: Announcement,
    parties: Sequence[PartyDetails],
    organizations: dict[int, Organization],
) -> None:
    session.add_all(
        AnnouncementParty(
            announcement_id=announcement.id,
            organization_id=organizations[party.organization_id].id,
            side=party.side,
            part=_part(party),
            team_id=announcement.team_id,
        )
        for party in {(one.organization_id, one.side): one for one in parties}.values()
    )
    session.flush()


def _part(party: PartyDetails) -> str | None:
    return (party.part or "").strip() or None


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
