"""Letters to whoever owns an announcement when its embargo ends. They name no company."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import State, state_of
from crm.mail.outbox import HOME, queue
from crm.mail.wording import say, say_moment
from models.announcement import Announcement, Release
from models.errors import N_
from models.lead import Lead
from models.mail import MailKind, OutgoingMail
from models.stage import StageCode
from models.user import User

# Nobody wants a letter about what ended long ago: a worker that stood still that long is silent.
_FRESH = timedelta(days=7)
_AT_ONCE = 100

_ASK = N_("An embargo is over: release the announcement")
_ASK_BODY = N_(
    "The embargo on an announcement of yours ended %(moment)s. It is not public, and its lead does"
    " not move, before you release it."
)
_OUT = N_("An announcement came out by itself")
_OUT_BODY = N_(
    "The embargo on an announcement of yours ended %(moment)s, and it came out by itself, as it"
    " was set. Hold closes every channel again."
)
_STANDS_BODY = N_("Its lead has not moved with it: it lacks answers. The page of the lead asks.")
_OPEN = N_("Open it: %(address)s")


def tell_owners(session: Session, *, now: datetime) -> None:
    """Write once to the owner of each announcement whose embargo has ended."""
    for announcement, owner, stage in _untold(session, now=now):
        state = state_of(announcement, now)
        is_out = state is State.PUBLIC and announcement.release is Release.AUTOMATIC
        if not is_out and state is not State.AWAITING:
            continue
        until, language = announcement.embargo_until, owner.language
        assert until is not None
        lines = [
            say(
                _OUT_BODY if is_out else _ASK_BODY,
                language,
                moment=say_moment(until, announcement.embargo_zone or "UTC", language),
            )
        ]
        if is_out and stage not in (None, StageCode.ANNOUNCED):
            lines.append(say(_STANDS_BODY, language))
        address = f"{HOME}/announcements/{announcement.public_id}"
        lines.append(say(_OPEN, language, address=address))
        queue(
            session,
            kind=MailKind.EMBARGO_OVER,
            user=owner,
            subject=say(_OUT if is_out else _ASK, language),
            body="\n\n".join(lines),
            now=now,
        )


def _untold(session: Session, *, now: datetime) -> Sequence[Any]:
    told = (
        sa.select(OutgoingMail.id)
        .where(
            OutgoingMail.kind == MailKind.EMBARGO_OVER,
            # A later embargo is told of again.
            OutgoingMail.created_at >= Announcement.embargo_until,
            OutgoingMail.body.contains(Announcement.public_id),
        )
        .correlate(Announcement)
        .exists()
    )
    return session.execute(
        sa.select(Announcement, User, Lead.stage)
        .outerjoin(Lead, Lead.id == Announcement.lead_id)
        .join(User, User.id == sa.func.coalesce(Announcement.owner_id, Lead.owner_id))
        .where(
            Announcement.embargo_until.between(now - _FRESH, now),
            Announcement.is_held.is_(False),
            Announcement.is_broken_early.is_(False),
            Announcement.is_demo.is_(False),
            User.is_active,
            ~told,
        )
        .order_by(Announcement.embargo_until, Announcement.id)
        .limit(_AT_ONCE)
    ).all()
