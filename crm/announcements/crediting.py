"""Who introduced or helped, with how much of the credit, and the client's filed word for it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models.announcement import Announcement
from models.commitment import Attribution, ConfirmedBy, Credit, CreditRole
from models.contact import Contact
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.interaction import StoredFile
from models.organization import Organization
from models.user import Actor

_WHOLE = 100.0
# What a client confirms: who it was, and in which part.
_CONFIRMED = ("role", "organization_id", "contact_id", "office_id", "name")


@dataclass(frozen=True, slots=True)
class CreditDetails:
    """Who did what: an organization, a contact, an office, or a name that none of them is.

    Full credit is all of it; `share_percent` of a shared one is null where nobody stated it.
    """

    role: CreditRole
    credit: Credit | None = None
    share_percent: float | None = None
    organization_id: int | None = None
    contact_id: int | None = None
    office_id: int | None = None
    name: str | None = None
    text: str | None = None
    quote: str | None = None
    document_id: int | None = None


def credit(
    session: Session, announcement: Announcement, details: CreditDetails, *, actor: Actor
) -> Attribution:
    """Keep who introduced or helped.

    Raises:
        DomainError: nobody is named, or the shares of this announcement would pass a hundred.
    """
    _must_write(actor)
    columns = _columns(session, announcement, details, but=None)
    attribution = Attribution(
        announcement_id=announcement.id, team_id=announcement.team_id, **columns
    )
    session.add(attribution)
    session.flush()
    return attribution


def revise_credit(
    session: Session,
    announcement: Announcement,
    attribution: Attribution,
    details: CreditDetails,
    *,
    actor: Actor,
) -> None:
    """Say better how somebody helped; who it was and in which part, as long as no client said so.

    A link that asks about somebody else leads nowhere.

    Raises:
        DomainError: as for `credit`; or the client confirmed somebody else, or another part.
    """
    _must_write(actor)
    columns = _columns(session, announcement, details, but=attribution.id)
    if any(columns[name] != getattr(attribution, name) for name in _CONFIRMED):
        if attribution.confirmed_at is not None:
            raise DomainError(
                N_(
                    "The client confirmed this as it stands. Remove it, and write down who it was"
                    " instead."
                ),
                field="name",
            )
        attribution.token_hash = attribution.link_expires_at = None
    for name, value in columns.items():
        setattr(attribution, name, value)
    session.flush()


def remove_credit(session: Session, attribution: Attribution, *, actor: Actor) -> None:
    """Take away credit that is nobody's."""
    _must_write(actor)
    session.delete(attribution)
    session.flush()


def name_of(attribution: Attribution) -> str:
    """Who is credited, as far as whoever looks may see them; a company in both scripts."""
    found: list[str | None] = []
    if attribution.contact is not None:
        found += [attribution.contact.printed_name or attribution.contact.native_name]
    if attribution.organization is not None:
        one = attribution.organization
        native = one.native_name if one.native_name != one.name else None
        found += [f"{one.name} ({native})" if native else one.name]
    if attribution.office is not None:
        found += [attribution.office.name]
    found += [attribution.name]
    return ", ".join(text for text in found if text)


def file_confirmation(
    session: Session,
    attribution: Attribution,
    *,
    by: ConfirmedBy,
    name: str,
    at: datetime,
    file: StoredFile | None,
    words: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep that the client confirmed it by e-mail or letter; the file proves it.

    Raises:
        DomainError: nobody signed, no file, or a moment to come.
    """
    _must_write(actor)
    if by is ConfirmedBy.LINK:
        raise DomainError(N_("Only the client answers the link."), field="by")
    if not name.strip():
        raise DomainError(N_("Say who confirmed it."), field="name")
    if file is None and attribution.file_id is None:
        raise DomainError(N_("Add the e-mail or the letter as a file."), field="file")
    if at > now + timedelta(minutes=5):
        raise DomainError(N_("This moment lies in the future."), field="on")
    attribution.confirmed_at = at
    attribution.confirmed_by = by
    attribution.confirmed_name = name.strip()[:200]
    attribution.client_words = (words or "").strip() or None
    attribution.declined_at = None
    if file is not None:
        attribution.file_id = file.id
    if attribution.token_hash is not None:
        attribution.link_expires_at = min(now, attribution.link_expires_at or now)
    session.flush()


def list_credits(session: Session, announcement: Announcement) -> Sequence[Attribution]:
    """Who is credited, those who introduced first."""
    return session.scalars(
        sa.select(Attribution)
        .where(Attribution.announcement_id == announcement.id)
        .options(
            joinedload(Attribution.organization),
            joinedload(Attribution.contact),
            joinedload(Attribution.office),
            joinedload(Attribution.document),
            joinedload(Attribution.file),
        )
        .order_by(Attribution.role.desc(), Attribution.id)
    ).all()


def get_credit(session: Session, announcement: Announcement, public_id: str) -> Attribution:
    """One credit of this announcement.

    Raises:
        NotFoundError: it has none of this id.
    """
    for attribution in list_credits(session, announcement):
        if attribution.public_id == public_id:
            return attribution
    raise NotFoundError


def check_shares(shares: Sequence[tuple[Credit | None, float | None]]) -> None:
    """Refuse credit that is given away twice: full is a hundred, the shares add up to no more.

    Raises:
        DomainError: they pass a hundred, or somebody shares what another has in full.
    """
    full = sum(kind is Credit.FULL for kind, _share in shares)
    shared = sum(kind is Credit.SHARED for kind, _share in shares)
    if full > 1 or (full and shared):
        raise DomainError(
            N_("Somebody has full credit for this announcement: nothing is left to share."),
            field="credit",
        )
    total = sum(share for _kind, share in shares if share is not None)
    if total > _WHOLE + 1e-9:
        raise DomainError(
            N_(
                "The shares of one announcement never pass 100 percent: with this one they"
                " add up to %(total)s percent."
            ),
            field="share_percent",
            total=f"{total:g}",
        )


def _columns(
    session: Session, announcement: Announcement, details: CreditDetails, *, but: int | None
) -> dict[str, object]:
    columns = asdict(details)
    for name in ("name", "text", "quote"):
        columns[name] = (columns[name] or "").strip() or None
    named = ("organization_id", "contact_id", "office_id", "name")
    if all(columns[name] is None for name in named):
        raise DomainError(N_("Say who introduced or helped."), field="name")
    share = details.share_percent
    if share is not None:
        if details.credit is not Credit.SHARED:
            raise DomainError(N_("A share goes with shared credit."), field="share_percent")
        if not 0 < share <= _WHOLE:
            raise DomainError(N_("A share lies between 0 and 100 percent."), field="share_percent")
    _must_not_betray(session, announcement, details)
    others = session.execute(
        sa.select(Attribution.credit, Attribution.share_percent).where(
            Attribution.announcement_id == announcement.id,
            sa.true() if but is None else Attribution.id != but,
        )
    )
    check_shares([(details.credit, share), *((kind, one) for kind, one in others)])
    return columns


def _must_not_betray(session: Session, announcement: Announcement, details: CreditDetails) -> None:
    """Refuse to name a team's secret where others see it; and what the actor cannot see at all."""
    for cls, key in ((Organization, details.organization_id), (Contact, details.contact_id)):
        if key is None:
            continue
        team = session.execute(sa.select(cls.team_id).where(cls.id == key)).one_or_none()
        if team is None or team.team_id not in (None, announcement.team_id):
            raise DomainError(N_("Choose somebody from the list."), field="name")


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
