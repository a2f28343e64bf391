"""Who may know of an announcement, from which moment on, and how it stands until then.

`Announcement.public_at` is the one moment that every channel reads. Whoever may not write reads
nothing of an announcement whose moment has not come, whatever has or has not run in between.
"""

import enum
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.timezones import zone
from models.announcement import Announcement
from models.user import Actor


def past_embargo(actor: Actor, *, now: datetime) -> sa.ColumnElement[bool]:
    """What a reader may see of announcements that are not public: nothing, unless they write.

    Who is in the lead's circle is settled before this, by the session: a restricted lead's
    announcement is its team's. Every statement that shows announcements, or counts them, or
    shows what hangs on them, carries this criterion.
    """
    return sa.true() if actor.may_write else is_public(now)


def is_public(now: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Whether everybody may know of an announcement at this moment."""
    return sa.and_(Announcement.public_at.is_not(None), Announcement.public_at <= now)


def is_waiting(now: datetime) -> sa.ColumnElement[bool]:
    """Whether an announcement is still to come out: the other half of `is_public`."""
    return sa.or_(Announcement.public_at.is_(None), Announcement.public_at > now)


class State(enum.StrEnum):
    """How an announcement stands on its way to the public."""

    DRAFT = "draft"
    EMBARGOED = "embargoed"
    AWAITING = "awaiting"
    HELD = "held"
    PUBLIC = "public"


def state_of(announcement: Any, now: datetime) -> State:
    """How an announcement, or a row with its columns, stands at this moment."""
    if announcement.public_at is not None and announcement.public_at <= now:
        return State.PUBLIC
    if announcement.is_held:
        return State.HELD
    if announcement.embargo_until is None:
        return State.DRAFT
    return State.EMBARGOED if announcement.embargo_until > now else State.AWAITING


def embargo_moment(stated: datetime, zone_name: str) -> datetime:
    """The moment, in UTC, that a wall clock of a zone means when it says this, never too early.

    An hour that the clocks skip that night is the first moment after the leap; one that they show
    twice is the later of the two.
    """
    place = zone(zone_name)
    early = stated.replace(tzinfo=place, fold=0).astimezone(UTC)
    late = stated.replace(tzinfo=place, fold=1).astimezone(UTC)
    if late.astimezone(place).replace(tzinfo=None, fold=0) == stated.replace(fold=0):
        return late
    # Skipped: the leap lies after `late`, which the clock of before reads, and not after `early`.
    low, high = late, early
    before = low.astimezone(place).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
