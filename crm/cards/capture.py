"""Taking a card: photos or a name, once, however often the phone sends it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from config import Config
from crm.files.kinds import content_type_of
from crm.files.service import Home, keep_file
from models.agenda import AgendaItem
from models.card import Card, CardStanding, CardWish
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import StoredFile
from models.mission import Mission
from models.user import Actor

_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A phone whose clock runs ahead took the card now; one from before this was never set.
_OLDEST = timedelta(days=400)
LONGEST_NOTE = 500
LONGEST_NAME = 200
# Nobody takes more by hand; it bounds what a stolen phone can fill the store with.
CARDS_A_DAY = 300


@dataclass(frozen=True, slots=True)
class CaptureDetails:
    """A card as the phone sends it. `capture_key` is the phone's own, a UUID."""

    capture_key: str
    taken_at: datetime | None = None
    name: str | None = None
    note: str | None = None
    wish: CardWish | None = None
    front: BinaryIO | None = None
    back: BinaryIO | None = None
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A card that is kept; `is_new` is false for one that was sent before."""

    public_id: str | None
    is_new: bool


def take_card(
    session: Session,
    details: CaptureDetails,
    *,
    mission: Mission | None = None,
    item: AgendaItem | None = None,
    config: Config,
    actor: Actor,
    now: datetime,
) -> Taken:
    """Keep a card. One taken at an item that is a team's secret is as secret.

    Raises:
        DomainError: neither a photo nor a name, a photo that is none, or too many in a day.
    """
    if not actor.may_write:
        raise ForbiddenError
    if _KEY.fullmatch(details.capture_key) is None:
        raise DomainError(N_("This card cannot be told from others: take it again."))
    # Whose phone it was is part of it: nobody can take somebody else's place.
    key = f"{actor.id}-{details.capture_key}"
    known = session.scalar(sa.select(Card.public_id).where(Card.capture_key == key))
    if known is not None:
        return Taken(known, is_new=False)
    name = (details.name or "").strip()[:LONGEST_NAME] or None
    if name is None and details.front is None and details.back is None:
        raise DomainError(N_("Take a photo of the card, or write a name."), field="name")
    _check_rate(session, actor, now=now)
    card = Card(
        capture_key=key,
        mission_id=item.mission_id if item else (mission.id if mission else None),
        item_id=item.id if item else None,
        team_id=item.team_id if item else None,
        taken_by_id=actor.id,
        taken_at=_taken_at(details.taken_at, now=now),
        received_at=now,
        name=name,
        note=(details.note or "").strip()[:LONGEST_NOTE] or None,
        wish=details.wish,
        standing=CardStanding.TAKEN,
        is_demo=details.is_demo,
    )
    try:
        with session.begin_nested():
            session.add(card)
    except IntegrityError:
        # It came before, and has become a team's secret since: the phone may forget it.
        return Taken(None, is_new=False)
    for side, stream in (("front", details.front), ("back", details.back)):
        if stream is not None:
            photo = _keep_photo(session, card, side, stream, config=config, actor=actor, now=now)
            setattr(card, f"{side}_id", photo.id)
    session.flush()
    return Taken(card.public_id, is_new=True)


def _keep_photo(
    session: Session,
    card: Card,
    side: str,
    stream: BinaryIO,
    *,
    config: Config,
    actor: Actor,
    now: datetime,
) -> StoredFile:
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    ending = {b"\xff\xd8\xff": "jpg", b"\x89PN": "png"}.get(start[:3])
    if ending is None:
        raise DomainError(N_("A photo of a card is a JPEG or PNG picture."), field=side)
    content_type_of(stream, f"card.{ending}")
    return keep_file(
        session,
        stream,
        f"card-{side}.{ending}",
        Home(card=card),
        config=config,
        actor=actor,
        now=now,
    )


def _taken_at(told: datetime | None, *, now: datetime) -> datetime:
    if told is None or told > now or told < now - _OLDEST:
        return now
    return told


def _check_rate(session: Session, actor: Actor, *, now: datetime) -> None:
    count = session.scalar(
        sa.select(sa.func.count(Card.id)).where(
            Card.taken_by_id == actor.id, Card.received_at > now - timedelta(days=1)
        )
    )
    if (count or 0) >= CARDS_A_DAY:
        raise DomainError(
            N_("You have sent %(limit)s cards within a day. Try again tomorrow."), limit=CARDS_A_DAY
        )
