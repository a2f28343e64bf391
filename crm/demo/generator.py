"""Invented leads, one after the other, each with everything that belongs to it.

The same seed and day give the same leads. Nothing is written here: `crm.demo.loading` takes the
drafts in batches, so that a hundred thousand need no more memory than a few.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from crm.demo.announcing import NewAnnouncement, announce
from crm.demo.conversations import Dialogue, Setting, converse
from crm.demo.course import Course, run_course
from crm.demo.names import CompanyName, CompanyNames
from crm.demo.office import Staff
from crm.demo.owners import keeper, opened_by
from crm.demo.particulars import Context, details_of, reference_of, undisclosed
from crm.demo.promises import answers_of, follow_ups_of, steps_of
from crm.demo.surroundings import Surroundings
from crm.demo.world import Prospect, World
from crm.leads.plan import NewLead, plan_history
from crm.timezones import start_of_day
from models.interaction import EnquiryChannel, EnquiryOutcome
from models.lead import Change, Origin, PartyRole, PassedOnOutcome
from models.stage import LeadType, StageCode

_BLIND_SHARE = 0.4
_RICH, _LARGE = 2_000, 20_000
_ANSWER_TAKES = timedelta(days=40, hours=6)


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of one lead only because it is invented; never stored in the database."""

    reference: str
    chance: float
    wins: bool
    first_contact_on: date
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """One lead, planned, with its children as rows that wait for their keys."""

    prospect: Prospect
    course: Course
    name: CompanyName
    plan: NewLead
    dialogue: Dialogue
    owner_key: str
    is_blind: bool
    truth: Truth
    follow_ups: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    steps: list[tuple[int | None, dict[str, Any]]] = field(default_factory=list)
    announcement: NewAnnouncement | None = None
    enquiry: dict[str, Any] | None = None

    @property
    def is_resident(self) -> bool:
        """Whether the company invests here already."""
        return self.prospect.source == "existing_investor"

    @property
    def is_on_mission(self) -> bool:
        """Whether the company was met on the past mission."""
        return any(talk.row["mission_id"] is not None for talk in self.dialogue.talks)


@dataclass(frozen=True, slots=True)
class Frame:
    """What all leads of one load share."""

    seed: int
    count: int
    staff: Staff
    surroundings: Surroundings
    zone: str
    today: date
    now: datetime

    @property
    def setting(self) -> Setting:
        """What their conversations share."""
        return Setting(
            staff=self.staff,
            zone=self.zone,
            richness=min(1.0, max(0.0, (_LARGE - self.count) / (_LARGE - _RICH))),
            today=self.today,
            mission_id=self.surroundings.mission_id,
            mission_begins=self.surroundings.mission_begins,
            mission_ends=self.surroundings.mission_ends,
        )


class Companies:
    """The companies met so far: their names, and their keys once they are written."""

    def __init__(self, seed: int) -> None:
        self._drawn = CompanyNames(Random(f"{seed}/names"))
        self._names: dict[int, CompanyName] = {}
        self.keys: dict[int, int] = {}

    def name_of(self, prospect: Prospect) -> CompanyName:
        """The name of the prospect's company, drawn when it is first met."""
        key = prospect.company.key
        if key not in self._names:
            self._names[key] = self._drawn.draw(prospect.company.market, prospect.company.sector)
        return self._names[key]


def drafts(frame: Frame, companies: Companies) -> Iterator[Draft]:
    """The leads of a load, oldest first. `companies.keys` is filled by whoever writes them."""
    setting = frame.setting
    for prospect in World(frame.seed).prospects(frame.count, frame.today):
        yield _draft(prospect, frame, setting, companies)


def _draft(prospect: Prospect, frame: Frame, setting: Setting, companies: Companies) -> Draft:
    random = Random(f"{frame.seed}/story/{prospect.number}")
    owner_key = opened_by(prospect, frame.today, random)
    staff = frame.staff
    actor = staff.actors[owner_key]
    language = staff.languages[owner_key]
    course = run_course(prospect, language=language, today=frame.today, random=random)
    context = Context(
        staff, keeper(owner_key, course, staff, random), language, frame.today, frame.zone
    )
    name = companies.name_of(prospect)
    known_key = companies.keys.get(prospect.company.key)
    is_blind = _is_blind(prospect, course, random)
    if is_blind:
        name = replace(name, english="the company", native="相手企業", slug="site-selectors")
    details = details_of(
        prospect,
        course,
        name=name,
        organization_id=known_key,
        parties=_parties(prospect, course, frame.surroundings, random),
        context=context,
        random=random,
    )
    if is_blind:
        details = undisclosed(details)
    plan = plan_history(
        details,
        course.events,
        actor=actor,
        now=frame.now,
        zone_name=frame.zone,
        organization_name=None if is_blind else name.english,
    )
    dialogue = converse(
        prospect,
        course,
        name=name,
        owner_key=owner_key,
        details=details,
        setting=setting,
        random=random,
    )
    written_at = start_of_day(dialogue.last_on, frame.zone)
    follow_ups = follow_ups_of(
        prospect,
        course,
        promised_to=dialogue.people[-1].name,
        context=context,
        written_at=written_at,
        random=random,
    )
    announced_on = course.announced_on
    return Draft(
        prospect=prospect,
        course=course,
        name=name,
        plan=_finished(plan, course, dialogue, follow_ups, frame),
        dialogue=dialogue,
        owner_key=owner_key,
        is_blind=is_blind,
        truth=Truth(
            reference=reference_of(prospect),
            chance=prospect.chance,
            wins=prospect.wins,
            first_contact_on=course.stages[1],
            is_closed=not course.is_open,
        ),
        follow_ups=follow_ups,
        answers=answers_of(
            prospect, course, details, context=context, written_at=written_at, random=random
        ),
        steps=steps_of(prospect, course, dialogue, context=context, random=random),
        announcement=announce(
            details,
            announced_on,
            name=name,
            partners=frame.surroundings.partners,
            language=language,
            written_at=start_of_day(announced_on, frame.zone),
            random=random,
        )
        if announced_on
        else None,
        enquiry=_enquiry(prospect, plan, dialogue, frame)
        if prospect.source == "inbound_enquiry"
        else None,
    )


def _is_blind(prospect: Prospect, course: Course, random: Random) -> bool:
    """Whether an adviser asks for a client who is not named yet."""
    return (
        prospect.source == "inbound_enquiry"
        and prospect.is_new_company
        and course.is_open
        and course.stage == StageCode.FIRST_CONTACT.position
        and random.random() < _BLIND_SHARE
    )


def _enquiry(prospect: Prospect, plan: NewLead, dialogue: Dialogue, frame: Frame) -> dict[str, Any]:
    """The enquiry that a lead began with, answered within some days."""
    first = dialogue.talks[0].row
    received = start_of_day(first["happened_on"], frame.zone) + timedelta(hours=9)
    waited = timedelta(hours=6 + 7 * (prospect.number % 11))
    return {
        "received_at": received,
        "channel": EnquiryChannel.EMAIL if prospect.number % 3 else EnquiryChannel.WEB,
        "asker": dialogue.people[0].name,
        "asked_for": first["summary"],
        "due_at": received + timedelta(hours=48),
        "time_zone": frame.zone,
        "answered_at": min(received + waited, frame.now),
        "outcome": EnquiryOutcome.LEAD,
        "owner_id": plan.lead["owner_id"],
        "office_id": plan.lead["office_id"],
        "created_at": received,
        "is_demo": True,
    }


def _parties(
    prospect: Prospect, course: Course, surroundings: Surroundings, random: Random
) -> tuple[tuple[int, PartyRole], ...]:
    parties = []
    if prospect.source == "bank_or_trading_house" and prospect.has_introducer:
        parties.append((random.choice(surroundings.between[prospect.market]), PartyRole.INTRODUCER))
    share = 0.8 if prospect.lead_type in (LeadType.PARTNERSHIP, LeadType.TRADE) else 0.12
    if course.stage >= StageCode.QUALIFIED.position and random.random() < share:
        parties.append((random.choice(list(surroundings.partners)), PartyRole.LOCAL_PARTNER))
    return tuple(parties)


def _finished(
    plan: NewLead,
    course: Course,
    dialogue: Dialogue,
    follow_ups: list[dict[str, Any]],
    frame: Frame,
) -> NewLead:
    """The plan with what the end of a lead fills in, and the facts that lists keep."""
    step = next((row for row in follow_ups if row.get("is_next_step")), None)
    began = start_of_day(course.stages[1], frame.zone)
    lead = {
        **plan.lead,
        **{name: value for name, value in course.columns.items() if name != "status"},
        "last_contact_on": dialogue.last_on,
        "next_action": step["text"] if step else None,
        "next_action_on": step["due_on"] if step else None,
        "opened_at": began,
        "changed_at": max(
            plan.revisions[-1]["valid_from"], start_of_day(dialogue.last_on, frame.zone)
        ),
    }
    revisions = plan.revisions
    outcome = course.columns.get("passed_on_outcome")
    if outcome is not None:
        revisions, lead["passed_on_outcome"] = _answered(revisions, outcome, frame)
    return replace(plan, lead=lead, revisions=revisions)


def _answered(
    revisions: list[dict[str, Any]], outcome: object, frame: Frame
) -> tuple[list[dict[str, Any]], object]:
    """The past of a lead that was passed on, and what is known by now of what came of it."""
    *before, last = revisions
    last = {**last, "passed_on_outcome": PassedOnOutcome.WAITING}
    told_at = last["valid_from"] + _ANSWER_TAKES
    if outcome is PassedOnOutcome.WAITING or told_at > frame.now:
        return [*before, last], PassedOnOutcome.WAITING
    answer = {
        **last,
        "passed_on_outcome": outcome,
        "sequence": last["sequence"] + 1,
        "valid_from": told_at,
        "happened_on": None,
        "change": Change.EDITED,
        "origin": Origin.LIVE,
        "reason": None,
    }
    return [*before, {**last, "valid_to": told_at}, answer], outcome
