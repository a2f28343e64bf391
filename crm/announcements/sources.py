"""Where one event is printed: several outlets and languages, and what each of them says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.organizations.web_addresses import web_address
from models.announcement import Announcement
from models.commitment import AnnouncementSource
from models.document import Claim, ClaimKind, Document
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.measure import Precision
from models.user import Actor


@dataclass(frozen=True, slots=True)
class SourceDetails:
    """One print of the event. An outlet, a title, an address or a document names it."""

    outlet: str | None = None
    title: str | None = None
    url: str | None = None
    language: str | None = None
    published_on: date | None = None
    published_precision: Precision = Precision.UNKNOWN
    published_as_printed: str | None = None
    document_id: int | None = None
    is_preferred: bool = False


@dataclass(frozen=True, slots=True)
class ClaimDetails:
    """What one print says: in our words, as it is printed, and on which point (`topic`)."""

    text: str
    quote: str
    topic: str | None = None
    kind: ClaimKind = ClaimKind.FACT


def add_source(
    session: Session, announcement: Announcement, details: SourceDetails, *, actor: Actor
) -> AnnouncementSource:
    """Fold one more print of the event into its announcement.

    Raises:
        DomainError: nothing names it, its address is none, or it is there already.
    """
    _must_write(actor)
    url = web_address(details.url, field="url")
    outlet, title = _text(details.outlet), _text(details.title)
    if not (outlet or title or url) and details.document_id is None:
        raise DomainError(N_("Name the outlet or the title, or give its address."), field="outlet")
    on_file = list_sources(session, announcement)
    if any(
        (url is not None and one.url == url)
        or (details.document_id is not None and one.document_id == details.document_id)
        for one in on_file
    ):
        raise DomainError(N_("This source is there already."), field="url")
    source = AnnouncementSource(
        announcement_id=announcement.id,
        team_id=announcement.team_id,
        document_id=details.document_id,
        outlet=outlet,
        title=title,
        url=url,
        language=_text(details.language),
        published_on=details.published_on,
        published_precision=details.published_precision
        if details.published_on is not None
        else Precision.UNKNOWN,
        published_as_printed=_text(details.published_as_printed),
    )
    session.add(source)
    session.flush()
    if details.is_preferred:
        prefer_source(session, announcement, source, actor=actor)
    return source


def prefer_source(
    session: Session, announcement: Announcement, source: AnnouncementSource, *, actor: Actor
) -> None:
    """Make this the print that we go by, on every point on which it says something."""
    _must_write(actor)
    for one in list_sources(session, announcement):
        one.is_preferred = one.id == source.id
    if source.document_id is not None:
        claims = list_claims(session, announcement)
        told = {claim.topic for claim in claims if claim.document_id == source.document_id}
        for claim in claims:
            if claim.topic is not None and claim.topic in told:
                claim.is_preferred = claim.document_id == source.document_id
    session.flush()


def remove_source(session: Session, source: AnnouncementSource, *, actor: Actor) -> None:
    """Take away a print that is of something else; the text itself and its claims stay on file."""
    _must_write(actor)
    session.delete(source)
    session.flush()


def add_claim(
    session: Session,
    announcement: Announcement,
    source: AnnouncementSource,
    details: ClaimDetails,
    *,
    actor: Actor,
) -> Claim:
    """Keep what one print says. A source that was only an address becomes a document of its own.

    Raises:
        DomainError: no words of ours, or none as printed.
    """
    _must_write(actor)
    text, quote = _text(details.text), _text(details.quote)
    if text is None:
        raise DomainError(N_("Say it in our own words."), field="text")
    if quote is None:
        raise DomainError(N_("Keep the words as printed."), field="quote")
    if source.document_id is None:
        document = Document(
            title=source.title or source.outlet or source.url or "",
            publisher=source.outlet,
            url=source.url,
            language=source.language,
            published_on=source.published_on
            if source.published_precision is Precision.DAY
            else None,
            published_as_printed=source.published_as_printed,
            is_demo=announcement.is_demo,
        )
        session.add(document)
        session.flush()
        source.document_id = document.id
    claim = Claim(
        document_id=source.document_id,
        announcement_id=announcement.id,
        kind=details.kind,
        text=text,
        quote=quote,
        topic=(_text(details.topic) or "")[:60] or None,
    )
    session.add(claim)
    session.flush()
    return claim


def prefer_claim(
    session: Session, announcement: Announcement, topic: str, document_id: str, *, actor: Actor
) -> None:
    """On one point, go by what this document says.

    Raises:
        NotFoundError: it says nothing on this point of this announcement.
    """
    _must_write(actor)
    claims = [claim for claim in list_claims(session, announcement) if claim.topic == topic]
    if not any(claim.document.public_id == document_id for claim in claims):
        raise NotFoundError
    for claim in claims:
        claim.is_preferred = claim.document.public_id == document_id
    session.flush()


def list_sources(session: Session, announcement: Announcement) -> Sequence[AnnouncementSource]:
    """The prints of an announcement, the preferred one first."""
    return session.scalars(
        sa.select(AnnouncementSource)
        .where(AnnouncementSource.announcement_id == announcement.id)
        .options(joinedload(AnnouncementSource.document))
        .order_by(AnnouncementSource.is_preferred.desc(), AnnouncementSource.id)
    ).all()


def get_source(session: Session, announcement: Announcement, public_id: str) -> AnnouncementSource:
    """One print of this announcement.

    Raises:
        NotFoundError: it has none of this id.
    """
    for source in list_sources(session, announcement):
        if source.public_id == public_id:
            return source
    raise NotFoundError


def list_claims(session: Session, announcement: Announcement) -> Sequence[Claim]:
    """What public texts say of an announcement, each with its words and its text."""
    return session.scalars(
        sa.select(Claim)
        .where(Claim.announcement_id == announcement.id)
        .options(joinedload(Claim.document))
        .order_by(Claim.kind, Claim.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Point:
    """One point of an event, and what each document says of it, side by side."""

    topic: str
    claims: tuple[Claim, ...]

    @property
    def differs(self) -> bool:
        """Whether more than one document has a word on it."""
        return len({claim.document_id for claim in self.claims}) > 1


def points_of(claims: Sequence[Claim]) -> tuple[list[Point], list[Claim]]:
    """The claims of one topic together, those on which documents differ first; and all others."""
    by_topic: dict[str, list[Claim]] = {}
    others = []
    for claim in claims:
        if claim.topic is None:
            others.append(claim)
        else:
            by_topic.setdefault(claim.topic, []).append(claim)
    points = [
        Point(topic, tuple(sorted(found, key=lambda claim: not claim.is_preferred)))
        for topic, found in by_topic.items()
    ]
    points.sort(key=lambda point: not point.differs)
    return points, others


def _text(text: str | None) -> str | None:
    return (text or "").strip() or None


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
