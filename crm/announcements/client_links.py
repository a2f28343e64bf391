"""The client's word for who helped, by a signed link and without signing in.

The link carries a random token of 256 bits, of which only a hash is kept; it is good for one
answer within thirty days, and for nothing else.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.announcements.crediting import name_of
from models.announcement import Announcement
from models.commitment import Attribution, ConfirmedBy, CreditRole
from models.errors import DomainError, ForbiddenError, N_
from models.user import Actor, Office, OfficeKind, User

LINK_LANGUAGES = ("en", "fr", "ja", "ko")
_LINK_LIVES = timedelta(days=30)
_PURPOSE = "attribution:"


def ask_client(
    session: Session, attribution: Attribution, *, language: str, actor: Actor, now: datetime
) -> str:
    """Make the link under which the client answers, in their language; returns its token.

    It is shown once: nothing that is kept gives it back. A link made before is dead.

    Raises:
        DomainError: the client has confirmed it, or the link speaks no such language.
    """
    _must_write(actor)
    if attribution.confirmed_at is not None:
        raise DomainError(N_("This is confirmed already."))
    if language not in LINK_LANGUAGES:
        raise DomainError(N_("Choose the language of the client."), field="language")
    token = secrets.token_urlsafe(32)
    attribution.token_hash = hash_of(token)
    attribution.link_language = language
    attribution.link_expires_at = now + _LINK_LIVES
    attribution.asked_at = now
    attribution.declined_at = None
    attribution.client_words = None
    attribution.confirmed_name = None
    session.flush()
    return token


def take_link_back(session: Session, attribution: Attribution, *, actor: Actor) -> None:
    """Let the link that was sent lead nowhere."""
    _must_write(actor)
    attribution.token_hash = None
    attribution.link_expires_at = None
    session.flush()


def find_by_token(session: Session, token: str) -> Attribution | None:
    """What a link asks about, living or not; the door looks through an unscoped session."""
    return session.scalars(
        sa.select(Attribution)
        .where(Attribution.token_hash == hash_of(token))
        .options(
            joinedload(Attribution.organization),
            joinedload(Attribution.contact),
            joinedload(Attribution.office),
        )
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link shows of a credit: no more than the client's own part in it.

    `title` is the announcement's once it is public; before, it would tell of others.
    """

    role: CreditRole
    who: str
    office: str
    title: str | None


def load_asked(session: Session, attribution: Attribution, *, now: datetime) -> Asked:
    """What the page behind a link may say."""
    announcement = session.get_one(Announcement, attribution.announcement_id)
    owner_id = announcement.owner_id
    office = session.scalar(
        sa.select(Office.name)
        .outerjoin(User, User.office_id == Office.id)
        .order_by(
            # The office of whoever releases it; else the one at home.
            sa.case((User.id == owner_id, 0), (Office.kind == OfficeKind.HOME, 1), else_=2),
            Office.id,
        )
        .limit(1)
    )
    is_out = announcement.public_at is not None and announcement.public_at <= now
    return Asked(
        attribution.role,
        name_of(attribution),
        office or "",
        announcement.title if is_out else None,
    )


def is_open_link(attribution: Attribution, *, now: datetime) -> bool:
    """Whether the link still takes its one answer."""
    return attribution.link_expires_at is not None and now < attribution.link_expires_at


def answer_link(
    session: Session,
    attribution: Attribution,
    *,
    answer: str,
    name: str,
    words: str | None,
    now: datetime,
) -> None:
    """Keep the client's one answer: `confirm`, `correct` with their own words, or `decline`.

    Raises:
        DomainError: the link has been used or has run out, no name, or nothing corrected.
    """
    # Two answers that come together wait for each other: the second finds the link used.
    session.refresh(attribution, ["link_expires_at", "confirmed_at"], with_for_update=True)
    if not is_open_link(attribution, now=now):
        raise DomainError(N_("This link has been used, or has run out."))
    signed, said = name.strip(), (words or "").strip() or None
    if answer not in ("confirm", "correct", "decline"):
        raise DomainError(N_("Choose one of the answers."), field="answer")
    if not signed:
        raise DomainError(N_("Type your name."), field="name")
    if answer == "correct" and said is None:
        raise DomainError(N_("Say what is right."), field="words")
    attribution.confirmed_name = signed[:200]
    attribution.client_words = said
    if answer == "confirm":
        attribution.confirmed_at = now
        attribution.confirmed_by = ConfirmedBy.LINK
    elif answer == "decline":
        attribution.declined_at = now
    # One answer: the hash stays only for whoever opens the old link to be told so.
    attribution.link_expires_at = now
    session.flush()


def hash_of(token: str) -> str:
    """What is kept of a token; it opens this one door only."""
    return hashlib.sha256((_PURPOSE + token).encode()).hexdigest()


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
