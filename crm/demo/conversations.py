"""Invented conversations: when people were in touch, how, and what was noted in which language."""

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from crm.demo.course import Course
from crm.demo.names import CompanyName
from crm.demo.office import SOURCE_NAMES, Staff
from crm.demo.people import Person, draw_person
from crm.demo.world import Prospect
from crm.leads.details import LeadDetails
from crm.timezones import start_of_day
from models.interaction import ContactDirection, InteractionKind, InteractionStanding
from models.stage import StageCode

_MOST = 15
_FIRST_TOPICS = {
    "trade_fair": "met_at_fair",
    "trade_mission": "mission_meeting",
    "inbound_enquiry": "asked_by_mail",
    "cold_outreach": "wrote_first",
}
_HONORIFICS = {"ja": "様", "ko": " 님"}
_FACE_TO_FACE = frozenset(
    {InteractionKind.MEETING, InteractionKind.ROUNDTABLE, InteractionKind.BRIEFING}
    | {InteractionKind.RECEPTION, InteractionKind.SITE_VISIT}
)


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that comes up between two stages, worded in each language.

    What is said only once, when a stage is entered, has `is_entry`.
    """

    code: str
    stages: tuple[int, int]
    is_entry: bool
    kinds: tuple[InteractionKind, ...]
    direction: ContactDirection
    summary: dict[str, str]
    text: dict[str, str]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation: columns of `interactions`, and who of `people` and the staff took part."""

    row: dict[str, Any]
    people: tuple[int, ...]
    author: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The people of one lead and their conversations, oldest first."""

    people: list[Person]
    talks: list[Talk]

    @property
    def last_on(self) -> date:
        """The day of the last contact."""
        day: date = self.talks[-1].row["happened_on"]
        return day


@dataclass(frozen=True, slots=True)
class Setting:
    """What all conversations of one load share.

    `richness` is 1 in a small demo, where leads have up to fifteen contacts, and 0 in a very
    large one, where three or four must do.
    """

    staff: Staff
    zone: str
    richness: float
    mission_id: int
    mission_begins: date
    mission_ends: date


@cache
def topics() -> tuple[Topic, ...]:
    """Everything that can come up."""
    loaded = json.loads(Path(__file__).with_name("topics.json").read_text(encoding="utf-8"))
    return tuple(
        Topic(
            code=item["code"],
            stages=(item["stages"][0], item["stages"][1]),
            is_entry=item.get("is_entry", False),
            kinds=tuple(InteractionKind(kind) for kind in item["kinds"]),
            direction=ContactDirection(item["direction"]),
            summary=item["summary"],
            text=item["text"],
        )
        for item in loaded
    )


def converse(
    prospect: Prospect,
    course: Course,
    *,
    name: CompanyName,
    owner_key: str,
    details: LeadDetails,
    setting: Setting,
    random: Random,
) -> Dialogue:
    """The people of a lead, and when and how the office was in touch with them."""
    people = _people(prospect, course, name, setting, random)
    days = _days(prospect, course, setting, random)
    entered = sorted(course.stages.items())
    boundaries = [day for _, day in entered]
    talks: list[Talk] = []
    last_code = ""
    for place, (day, is_entry) in enumerate(days):
        stage = entered[max(0, bisect_right(boundaries, day) - 1)][0]
        on_mission = setting.mission_begins <= day <= setting.mission_ends
        if place == 0:
            topic = _topic(_FIRST_TOPICS.get(prospect.source, "introduced"))
        elif on_mission and stage < 8:
            topic = _topic("mission_meeting")
        else:
            late = course.is_quiet and day >= course.active_until
            topic = _next_topic(
                *(prospect, stage, details, last_code),
                is_entry=is_entry,
                is_late=late,
                random=random,
            )
        last_code = topic.code
        # The highest person comes when a stage is reached, and now and then otherwise.
        most = len(people) if stage >= 2 else 1
        if stage >= 2 and (is_entry or random.random() < 0.4):
            present: tuple[int, ...] = tuple(sorted({most - 1, random.randrange(most)}))
        else:
            present = (random.randrange(most),)
        author = _author(prospect, owner_key, random)
        talks.append(
            Talk(
                row={
                    **_words(topic, prospect, people[present[0]], name, author, details.need, setting),
                    "mission_id": setting.mission_id if on_mission else None,
                    "kind": InteractionKind.MEETING if on_mission else random.choice(topic.kinds),
                    "direction": topic.direction,
                    "standing": InteractionStanding.HELD,
                    "happened_on": day,
                    "known_at": start_of_day(day, setting.zone),
                    "is_demo": True,
                },
                people=present,
                author=author,
            )
        )
    return Dialogue(people, talks)


def is_face_to_face(talk: Talk) -> bool:
    """Whether people sat in one room."""
    return talk.row["kind"] in _FACE_TO_FACE


def _people(
    prospect: Prospect, course: Course, name: CompanyName, setting: Setting, random: Random
) -> list[Person]:
    """The people met so far, the highest last; who stands highest comes with the second stage."""
    first = max(prospect.reach, random.randint(6, 8))
    ranks = [first]
    if course.stage >= 2 and prospect.reach < first:
        if setting.richness > 0.5 and course.stage >= 4 and random.random() < 0.5:
            ranks.append(random.randint(prospect.reach, first))
        ranks.append(prospect.reach)
    source = SOURCE_NAMES[prospect.source][0]
    return [
        draw_person(random, prospect.market, rank=rank, slug=name.slug, obtained_from=source)
        for rank in ranks
    ]


def _days(
    prospect: Prospect, course: Course, setting: Setting, random: Random
) -> list[tuple[date, bool]]:
    """The days of contact, each with whether it came with a new stage."""
    begun, until = course.stages[1], course.active_until
    rich = 2.6 + 0.9 * course.stage + 1.1 * prospect.eagerness + random.gauss(0.0, 1.0)
    thin = 2.1 + 0.35 * course.stage + 0.5 * prospect.eagerness + random.gauss(0.0, 0.4)
    wanted = setting.richness * rich + (1.0 - setting.richness) * thin
    least = 3 if setting.richness > 0.5 else 2
    count = min(_MOST, max(least, round(wanted)))
    entries = [day for stage, day in sorted(course.stages.items()) if stage > 1]
    random.shuffle(entries)
    chosen = {begun: False} | dict.fromkeys(entries[: count - 1], True)
    span = max(0, (until - begun).days)
    if setting.mission_begins >= begun and setting.mission_ends <= until and random.random() < (
        0.3 * setting.richness + 0.02
    ):
        days = (setting.mission_ends - setting.mission_begins).days
        chosen.setdefault(setting.mission_begins + timedelta(days=random.randint(0, days)), False)
    for _ in range(3 * count):
        if len(chosen) >= count:
            break
        # The eager stay in touch to the end, the others lose interest on the way.
        share = random.random() ** math.exp(-0.25 * prospect.eagerness)
        chosen.setdefault(_workday(begun + timedelta(days=round(share * span))), False)
    if course.is_quiet and setting.richness > 0.5 and until < begun + timedelta(days=4000):
        asked = _workday(until + timedelta(days=random.randint(14, 30)))
        last = course.events[-1].on
        if last is not None and asked < last:
            chosen.setdefault(asked, False)
    return sorted((day, is_entry) for day, is_entry in chosen.items() if day >= begun)


def _next_topic(
    prospect: Prospect,
    stage: int,
    details: LeadDetails,
    last_code: str,
    *,
    is_entry: bool,
    is_late: bool,
    random: Random,
) -> Topic:
    if is_late:
        return _topic("no_answer")
    fitting = [topic for topic in topics() if topic.stages[0] <= stage <= topic.stages[1]]
    if is_entry and stage == StageCode.PROPOSAL.position:
        return _topic("proposal" if details.proposal_sent_on else "site_visit")
    if is_entry:
        own = [topic for topic in fitting if topic.stages[0] == stage]
        return next((topic for topic in own if topic.is_entry), random.choice(own))
    fitting = [topic for topic in fitting if not topic.is_entry]
    # Nobody talks twice running about the same.
    fitting = [topic for topic in fitting if topic.code != last_code] or fitting
    if stage == 1:
        return _topic("questions" if random.random() < _inward(prospect) else "no_answer")
    weights = [
        math.exp(0.4 * prospect.eagerness) if topic.direction is ContactDirection.IN else 1.0
        for topic in fitting
    ]
    return random.choices(fitting, weights)[0]


def _inward(prospect: Prospect) -> float:
    return 1.0 / (1.0 + math.exp(-0.6 * prospect.eagerness))


def _topic(code: str) -> Topic:
    return next(topic for topic in topics() if topic.code == code)


def _author(prospect: Prospect, owner_key: str, random: Random) -> str:
    local = "haruka" if prospect.market == "JP" else "seojun"
    return local if random.random() < 0.2 else owner_key


def _words(
    topic: Topic,
    prospect: Prospect,
    person: Person,
    name: CompanyName,
    author: str,
    need: str | None,
    setting: Setting,
) -> dict[str, Any]:
    """The conversation in its own language, and one line in the language of who noted it."""
    home = setting.staff.languages[author]
    abroad = {"tokyo": "ja", "seoul": "ko"}.get(setting.staff.seats[author])
    language = abroad or home
    source = SOURCE_NAMES[prospect.source][1 if home == "fr" else 0]
    summary = topic.summary[home].format(
        company=name.english, person=person.name, source=source, need=need or "…"
    )
    text = topic.text[language].format(
        company=name.native if abroad else name.english,
        person=person.native_name + _HONORIFICS[language] if abroad else person.name,
        source=source,
    )
    return {"language": language, "summary": summary, "text": text}


def _workday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))
