"""What the day loaded on looks like: meetings in two clocks, enquiries that wait for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from crm.demo.generator import Frame
from crm.demo.loading import OpenLead
from crm.demo.office import COLLEAGUES
from crm.demo.particulars import phrases
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


@dataclass(frozen=True, slots=True)
class _Question:
    """An enquiry that nobody has answered yet, due some hours from now."""

    channel: EnquiryChannel
    asker: str
    through: str | None
    asked_for: str
    hours_ago: int
    hours_left: int
    seat: str
    owner: str | None
    zone: str


_QUESTIONS = (
    _Question(
        *(EnquiryChannel.EMAIL, "Akiko Minato", "JETRO"),
        "Three sites of 2 to 5 hectares with rail, wages of technicians, power price.",
        *(20, 22, "tokyo", "haruka", "Asia/Tokyo"),
    ),
    _Question(
        *(EnquiryChannel.WEB, "A site selector", None),
        "Blind search: 150 jobs, clean room, a decision within the year. Company not named.",
        *(30, 10, "home", "dana", "America/Toronto"),
    ),
    _Question(
        *(EnquiryChannel.INTERMEDIARY, "Joon-ho Byun", "KOTRA"),
        "Which firms here buy battery separators, and whom may we write to?",
        *(44, 5, "seoul", "seojun", "Asia/Seoul"),
    ),
    _Question(
        *(EnquiryChannel.PHONE, "Sophie Marchetterre", None),
        "Un fabricant de pièces cherche un bâtiment de 4 000 mètres carrés dès l'automne.",
        *(6, 42, "home", "marc", "America/Toronto"),
    ),
    _Question(
        *(EnquiryChannel.EMAIL, "Kenta Orihashi", None),
        "School places and medical care in English for four families.",
        *(70, -6, "home", "priya", "Asia/Tokyo"),
    ),
    _Question(
        *(EnquiryChannel.LETTER, "Embassy trade section", None),
        "List of food processors who look for a partner in Korea.",
        *(90, 100, "home", None, "America/Toronto"),
    ),
)


def fill_agenda(session: Session, frame: Frame, at_hand: Sequence[OpenLead]) -> None:
    """Meetings for today and the days ahead, waiting enquiries, a snoozed lead."""
    random = Random(f"{frame.seed}/agenda")
    for turn, colleague in enumerate(COLLEAGUES):
        mine = [
            lead
            for lead in reversed(at_hand)
            if lead.owner_key == colleague.username and lead.stage >= 2 and not lead.is_on_hold
        ]
        for place, lead in enumerate(mine[: 1 + _MEETINGS_AHEAD]):
            _meet(session, frame, lead, place=place, turn=turn, random=random)
    for question in _QUESTIONS:
        _ask(session, frame, question)
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
    staff = {actor.id, local.id}
    language = frame.staff.languages[open_lead.owner_key]
    said = phrases()[language]["meeting"]
    plan_meeting(
        session,
        MeetingDetails(
            kind=InteractionKind.MEETING if is_abroad else InteractionKind.VIDEO,
            starts_at=begins,
            ends_at=begins + _LENGTH,
            time_zone=_ASIAN[open_lead.market],
            summary=random.choice(said).format(company=open_lead.company),
            participants=(
                *(ParticipantDetails(user_id=key) for key in sorted(filter(None, staff))),
                *(ParticipantDetails(contact_id=key) for key in open_lead.contact_ids[-1:]),
            ),
        ),
        lead=session.get_one(Lead, open_lead.lead_id),
        actor=actor,
        now=frame.now - timedelta(days=3),
    )


def _ask(session: Session, frame: Frame, question: _Question) -> None:
    staff = frame.staff
    received = (frame.now - timedelta(hours=question.hours_ago)).replace(
        minute=20, second=0, microsecond=0
    )
    due = (frame.now + timedelta(hours=question.hours_left)).replace(
        minute=0, second=0, microsecond=0
    )
    session.add(
        Enquiry(
            received_at=received,
            channel=question.channel,
            asker=question.asker,
            through=question.through,
            asked_for=question.asked_for,
            due_at=due,
            time_zone=question.zone,
            outcome=EnquiryOutcome.OPEN,
            owner_id=staff.actors[question.owner].id if question.owner else None,
            office_id=staff.offices[question.seat],
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
