"""Invented conversations: when people were in touch, how, and what was noted in which language."""

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from crm.demo.course import Course
from crm.demo.names import CompanyName
from crm.demo.office import SOURCE_NAMES, Staff
from crm.demo.people import Person, draw_person
from crm.demo.topics import entry_topic, first_topic, later_topic, topics, worded
from crm.demo.world import Prospect
from crm.leads.details import LeadDetails
from crm.timezones import start_of_day
from models.interaction import InteractionKind, InteractionStanding
from models.stage import StageCode

_MOST = 15


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
    today: date
    mission_id: int
    mission_begins: date
    mission_ends: date


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
        if place == 0 or (on_mission and stage < StageCode.ANNOUNCED.position):
            topic = first_topic(prospect.source, on_mission=on_mission)
        elif course.is_quiet and day >= course.active_until:
            topic = topics()["no_answer"]
        elif is_entry:
            is_proposal = details.proposal_sent_on == day
            topic = entry_topic(stage, is_proposal=is_proposal, random=random)
        else:
            topic = later_topic(
                stage, eagerness=prospect.eagerness, last_code=last_code, random=random
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
                    **worded(
                        topic,
                        person=people[present[0]],
                        name=name,
                        author=author,
                        source=prospect.source,
                        need=details.need,
                        staff=setting.staff,
                    ),
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
    return _met(people, talks)


def _met(people: list[Person], talks: list[Talk]) -> Dialogue:
    """Without the people whom nobody has met yet."""
    present = sorted({place for talk in talks for place in talk.people})
    places = {old: new for new, old in enumerate(present)}
    return Dialogue(
        people=[people[place] for place in present],
        talks=[replace(talk, people=tuple(places[old] for old in talk.people)) for talk in talks],
    )


def _people(
    prospect: Prospect, course: Course, name: CompanyName, setting: Setting, random: Random
) -> list[Person]:
    """The people met so far, the highest last; who stands highest comes with the second stage."""
    first = max(prospect.reach, random.randint(6, 8))
    ranks = [first]
    if course.stage >= 2 and prospect.reach < first:
        if setting.richness > 0.5 and random.random() < 0.4:
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
    stages = course.stages | course.coming_stages
    last_stage = max(stages)
    rich = 2.6 + 0.9 * last_stage + 1.1 * prospect.eagerness + random.gauss(0.0, 1.0)
    thin = 2.6 + 0.4 * last_stage + 0.5 * prospect.eagerness + random.gauss(0.0, 0.4)
    wanted = setting.richness * rich + (1.0 - setting.richness) * thin
    least = 3 if setting.richness > 0.5 else 2
    count = min(_MOST, max(least, round(wanted)))
    entries = [day for stage, day in sorted(stages.items()) if stage > 1]
    random.shuffle(entries)
    chosen = {begun: False} | dict.fromkeys(entries[: count - 1], True)
    span = max(0, (until - begun).days)
    if (
        setting.mission_begins >= begun
        and setting.mission_ends <= until
        and random.random() < (0.3 * setting.richness + 0.02)
    ):
        days = (setting.mission_ends - setting.mission_begins).days
        chosen.setdefault(setting.mission_begins + timedelta(days=random.randint(0, days)), False)
    for _ in range(3 * count):
        if len(chosen) >= count:
            break
        # The eager stay in touch to the end, the others lose interest on the way.
        share = random.random() ** math.exp(-0.25 * prospect.eagerness)
        chosen.setdefault(_workday(begun + timedelta(days=round(share * span))), False)
    if course.is_quiet and setting.richness > 0.5:
        asked = _workday(until + timedelta(days=random.randint(14, 30)))
        if asked > until:
            chosen.setdefault(asked, False)
    return sorted(
        (day, is_entry) for day, is_entry in chosen.items() if begun <= day <= setting.today
    )


def _author(prospect: Prospect, owner_key: str, random: Random) -> str:
    local = "haruka" if prospect.market == "JP" else "seojun"
    return local if random.random() < 0.2 else owner_key


def _workday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))
