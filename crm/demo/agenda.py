"""What the day loaded on looks like: meetings in two clocks, enquiries that wait for an answer."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from crm.demo.data import phrases, read
from crm.demo.generator import Frame
from crm.demo.loading import OpenLead
from crm.demo.office import COLLEAGUES
from crm.interactions.service import MeetingDetails, ParticipantDetails, plan_meeting
from crm.timezones import today, zone
from models.interaction import Enquiry, EnquiryChannel, EnquiryOutcome, InteractionKind
from models.lead import Lead, LeadSnooze

_ASIAN = {"JP": "Asia/Tokyo", "KR": "Asia/Seoul"}
_LOCAL_OFFICER = {"JP": "haruka", "KR": "seojun"}
_MEETINGS_AHEAD = 3
_LENGTH = timedelta(minutes=45)
# Evening here is morning there: the only hours in which both sides are awake and at work.
_EVENING_HERE = (time(19, 30), time(20, 15), time(18, 45), time(20, 0))
_DAYTIME_THERE = (time(10, 0), time(14, 30), time(11, 15), time(16, 0))


def fill_agenda(session: Session, frame: Frame, at_hand: Sequence[OpenLead]) -> None:
    """Meetings for today and the days ahead, enquiries waiting and answered, a snoozed lead."""
    random = Random(f"{frame.seed}/agenda")
    for turn, colleague in enumerate(COLLEAGUES):
        mine = [
            lead
            for lead in reversed(at_hand)
            if lead.owner_key == colleague.username and lead.stage >= 2 and not lead.is_on_hold
        ]
        for place, lead in enumerate(mine[: 1 + _MEETINGS_AHEAD]):
            _meet(session, frame, lead, place=place, turn=turn, random=random)
    for row in read("enquiries"):
        _ask(session, frame, row)
    quiet = next((lead for lead in at_hand if lead.owner_key == "dana"), None)
    if quiet is not None:
        session.add(
            LeadSnooze(
                lead_id=quiet.lead_id,
                user_id=frame.staff.actors["dana"].id,
                until_on=frame.today + timedelta(days=9),
            )
        )
    session.flush()


def _meet(
    session: Session, frame: Frame, open_lead: OpenLead, *, place: int, turn: int, random: Random
) -> None:
    """The first meeting is today, the others on the next working days."""
    actor = frame.staff.actors[open_lead.owner_key]
    is_abroad = actor.office_time_zone == _ASIAN[open_lead.market]
    day = _working_day(today(frame.now, actor.office_time_zone), place)
    hours = _DAYTIME_THERE if is_abroad else _EVENING_HERE
    begins = datetime.combine(
        day, hours[(place + turn) % len(hours)], tzinfo=zone(actor.office_time_zone)
    )
    local = frame.staff.actors[_LOCAL_OFFICER[open_lead.market]]
    said = phrases(frame.staff.languages[open_lead.owner_key])
    plan_meeting(
        session,
        MeetingDetails(
            kind=InteractionKind.MEETING if is_abroad else InteractionKind.VIDEO,
            starts_at=begins,
            ends_at=begins + _LENGTH,
            time_zone=_ASIAN[open_lead.market],
            summary=random.choice(said["meeting"]).format(company=open_lead.company),
            participants=(
                *(ParticipantDetails(user_id=key) for key in dict.fromkeys((actor.id, local.id))),
                *(ParticipantDetails(contact_id=key) for key in open_lead.contact_ids[-1:]),
            ),
        ),
        lead=session.get_one(Lead, open_lead.lead_id),
        actor=actor,
        now=frame.now - timedelta(days=3),
    )


def _ask(session: Session, frame: Frame, row: dict[str, Any]) -> None:
    staff = frame.staff
    received = (frame.now - timedelta(hours=row["hours_ago"])).replace(
        minute=20, second=0, microsecond=0
    )
    due = (frame.now + timedelta(hours=row["hours_left"])).replace(
        minute=0, second=0, microsecond=0
    )
    waited = row.get("answered_after")
    session.add(
        Enquiry(
            received_at=received,
            channel=EnquiryChannel(row["channel"]),
            asker=row["asker"],
            through=row.get("through"),
            asked_for=row["asked_for"],
            due_at=due,
            time_zone=row["zone"],
            answered_at=received + timedelta(hours=waited) if waited else None,
            outcome=EnquiryOutcome(row.get("outcome", EnquiryOutcome.OPEN)),
            outcome_note=row.get("outcome_note"),
            owner_id=staff.actors[row["owner"]].id if row["owner"] else None,
            office_id=staff.offices[row["seat"]],
            created_at=received,
            is_demo=True,
        )
    )


def _working_day(day: date, steps: int) -> date:
    """The day itself for 0 steps, else so many working days later."""
    for _ in range(steps):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day
