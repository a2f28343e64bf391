"""What the invented office still has to do for a lead: next steps, promises, open questions.

And who decides at the company's head office, as far as the office knows.
"""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from crm.demo.conversations import Dialogue
from crm.demo.course import Course
from crm.demo.data import phrases
from crm.demo.particulars import Context
from crm.demo.world import Prospect
from crm.leads.details import LeadDetails
from crm.timezones import start_of_day, zone
from models.lead import StepStanding
from models.stage import AnswerState, LeadType, StageCode

_ZONES = {"JP": "Asia/Tokyo", "KR": "Asia/Seoul"}
_QUALIFIED, _ACTIVE = StageCode.QUALIFIED.position, StageCode.ACTIVE.position
# What a stage asks for that may be promised for later, and from which stage on.
_ASKED = {
    "need": _QUALIFIED,
    "drivers": _QUALIFIED,
    "timing": _QUALIFIED,
    "competing_places": _QUALIFIED,
    "requirements": _ACTIVE,
    "nda_decision": _ACTIVE,
    "terms_discussed": StageCode.NEGOTIATION.position,
    "embargo_decided": StageCode.COMMITTED.position,
}
_NOT_ASKED_OF_TRADE = frozenset({"drivers", "competing_places", "requirements", "nda_decision"})


def follow_ups_of(
    prospect: Prospect,
    course: Course,
    *,
    promised_to: str,
    context: Context,
    written_at: datetime,
    random: Random,
) -> list[dict[str, Any]]:
    """Rows of `follow_ups`: at most one next step, and what was promised."""
    said = phrases(context.language)
    owner_id = context.owner.id if context.owner else None
    base = {
        "owner_id": owner_id,
        "office_id": context.owner.office_id if context.owner else None,
        "is_demo": True,
        "created_at": written_at,
    }
    rows = []
    is_in_touch = context.today <= course.active_until
    if course.is_open and is_in_touch and random.random() < 0.85:
        rows.append(
            base
            | {
                "text": random.choice(said["next_step"]),
                "is_next_step": True,
                "due_on": context.today + timedelta(days=_due(random)),
            }
        )
    if course.is_open and random.random() < 0.25:
        due = context.today + timedelta(days=random.randint(-3, 12))
        asian = _ZONES[prospect.market]
        is_moment = random.random() < 0.5
        rows.append(
            base
            | {
                "text": random.choice(said["promise"]),
                "promised_to": promised_to,
                "due_on": due,
                "due_at": datetime(due.year, due.month, due.day, 17, tzinfo=zone(asian))
                if is_moment
                else None,
                "time_zone": asian if is_moment else None,
            }
        )
    return rows


def _due(random: Random) -> int:
    """Days from today: some steps are late, some for today or tomorrow, most lie ahead."""
    kind = random.random()
    if kind < 0.12:
        return -random.randint(1, 20)
    if kind < 0.2:
        return 0
    if kind < 0.28:
        return 1
    return random.randint(2, 45)


def answers_of(
    prospect: Prospect,
    course: Course,
    details: LeadDetails,
    *,
    context: Context,
    written_at: datetime,
    random: Random,
) -> list[dict[str, Any]]:
    """Rows of `lead_answers` for what is not known yet of an open lead, mostly with a day."""
    if not course.is_open:
        return []
    rows = []
    for name, from_stage in _ASKED.items():
        if course.stage < from_stage or getattr(details, name) is not None:
            continue
        if prospect.lead_type is LeadType.TRADE and name in _NOT_ASKED_OF_TRADE:
            continue
        if random.random() < 0.6:
            rows.append(
                {
                    "field": name,
                    "state": AnswerState.ASK_BY,
                    "ask_by_on": context.today + timedelta(days=random.randint(-4, 40)),
                    "answered_at": written_at,
                    "actor_id": context.owner.id if context.owner else None,
                }
            )
    return rows


def steps_of(
    prospect: Prospect, course: Course, dialogue: Dialogue, *, context: Context, random: Random
) -> list[tuple[int | None, dict[str, Any]]]:
    """Rows of `decision_steps`, each with the place of its contact among the people met.

    How somebody stands follows from how eager the company is, and is known from the day it was
    learned: never from how the lead ended.
    """
    if course.stage < _QUALIFIED or random.random() < 0.1:
        return []
    learned = course.reached_on(_QUALIFIED)
    words = phrases(context.language)["step"]
    rows: list[tuple[int | None, dict[str, Any]]] = []
    people = list(enumerate(dialogue.people))
    for position, (place, person) in enumerate(people, start=1):
        is_decider = place == len(people) - 1
        met = _met_on(dialogue, place)
        rows.append(
            (
                place,
                {
                    "position": position,
                    "name": person.name,
                    "department": person.department,
                    "is_decider": is_decider,
                    "standing": _standing(prospect, met, random),
                    "met_on": met,
                    "recorded_at": start_of_day(max(met or learned, learned), context.zone),
                },
            )
        )
    if random.random() < 0.7:
        rows.append(
            (
                None,
                {
                    "position": len(rows) + 1,
                    "name": random.choice(words),
                    "department": phrases(context.language)["board"],
                    "is_decider": True,
                    "standing": StepStanding.UNKNOWN,
                    "met_on": None,
                    "recorded_at": start_of_day(learned, context.zone),
                },
            )
        )
    return rows


def _met_on(dialogue: Dialogue, place: int) -> date | None:
    days = [talk.row["happened_on"] for talk in dialogue.talks if place in talk.people]
    return days[0] if days else None


def _standing(prospect: Prospect, met: date | None, random: Random) -> StepStanding:
    if met is None:
        return StepStanding.UNKNOWN
    mood = prospect.eagerness + random.gauss(0.0, 1.0)
    if mood > 1.6:
        return StepStanding.APPROVED
    if mood > 0.4:
        return StepStanding.SUPPORTIVE
    return StepStanding.NEUTRAL if mood > -1.4 else StepStanding.OPPOSED
