"""Everything that my day shows, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.home.due_queries import Due, list_due
from crm.home.lead_queries import (
    LeadRow,
    ToCall,
    WithoutOwner,
    list_quiet,
    list_to_call,
    load_without_owner,
)
from crm.home.news_queries import WhatChanged, load_what_changed
from crm.interactions.agenda_queries import MeetingRow, is_my_meeting, select_meetings
from crm.missions.agenda_queries import MyItem, list_my_items
from crm.timezones import end_of_day, start_of_day, today
from models.interaction import MEETING_KINDS, Interaction, InteractionStanding
from models.lead import Lead
from models.user import Actor

DUE_LIMIT = 10
_MEETINGS_READ = 30
_UNSAID_FOR = timedelta(days=14)
_AHEAD = timedelta(days=30)
# An item that runs late is still the next one.
_LATE_BY = timedelta(hours=3)
_ITEMS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Meetings:
    """Today's meetings, the past ones nobody said a word about, and the next one to come."""

    today: Sequence[MeetingRow]
    unsaid: Sequence[MeetingRow]
    following: MeetingRow | None


@dataclass(frozen=True, slots=True)
class MyDay:
    """The page, block by block; a block is None where the reader's role has none."""

    meetings: Meetings
    due: Sequence[Due]
    has_more_due: bool
    to_call: Sequence[ToCall]
    has_leads: bool
    quiet: Sequence[LeadRow]
    changed: WhatChanged
    without_owner: WithoutOwner | None
    agenda: Sequence[MyItem] = ()


def load_my_day(session: Session, actor: Actor, *, now: datetime, quiet_after_days: int) -> MyDay:
    """What the reader has to see today."""
    due = list_due(session, actor, now=now, limit=DUE_LIMIT + 1)
    to_call: list[ToCall] = []
    quiet: list[LeadRow] = []
    if actor.may_write:
        shown = {item.lead_id for item in due[:DUE_LIMIT] if item.lead_id is not None}
        to_call = list_to_call(session, actor, now=now, besides=shown)
        shown |= {item.lead.lead_id for item in to_call}
        quiet = list_quiet(
            session, actor, now=now, quiet_after_days=quiet_after_days, besides=shown
        )
    return MyDay(
        meetings=_load_meetings(session, actor, now=now),
        due=due[:DUE_LIMIT],
        has_more_due=len(due) > DUE_LIMIT,
        to_call=to_call,
        has_leads=bool(to_call) or session.scalars(sa.select(Lead.id).limit(1)).first() is not None,
        quiet=quiet,
        changed=load_what_changed(session, actor, now=now),
        without_owner=load_without_owner(session) if actor.may_direct else None,
        agenda=list_my_items(
            session, actor.id, since=now - _LATE_BY, until=now + _AHEAD, limit=_ITEMS_SHOWN
        ),
    )


def _load_meetings(session: Session, actor: Actor, *, now: datetime) -> Meetings:
    day = today(now, actor.time_zone)
    begins, ends = start_of_day(day, actor.time_zone), end_of_day(day, actor.time_zone)
    rows = [
        MeetingRow(*row)
        for row in session.execute(
            select_meetings()
            .where(
                Interaction.starts_at >= begins - _UNSAID_FOR,
                Interaction.starts_at < ends + _AHEAD,
                Interaction.standing == InteractionStanding.PLANNED,
                Interaction.kind.in_(MEETING_KINDS),
                is_my_meeting(actor),
            )
            .order_by(Interaction.starts_at, Interaction.id)
            .limit(_MEETINGS_READ)
        )
    ]
    later = [row for row in rows if row.starts_at >= ends]
    return Meetings(
        today=[row for row in rows if begins <= row.starts_at < ends],
        unsaid=[row for row in rows if row.starts_at < begins][-3:],
        following=later[0] if later else None,
    )
