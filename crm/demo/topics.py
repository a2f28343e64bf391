"""What comes up in invented conversations, worded in English, French, Japanese and Korean."""

import math
from dataclasses import dataclass
from functools import cache
from random import Random

from crm.demo.data import read
from crm.demo.names import CompanyName
from crm.demo.office import SOURCE_NAMES, Staff
from crm.demo.people import Person
from models.interaction import ContactDirection, InteractionKind
from models.stage import StageCode

_HONORIFICS = {"ja": "様", "ko": " 님"}
_SPOKEN_ABROAD = {"tokyo": "ja", "seoul": "ko"}
_FIRST = {
    "trade_fair": "met_at_fair",
    "trade_mission": "mission_meeting",
    "inbound_enquiry": "asked_by_mail",
    "cold_outreach": "wrote_first",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that comes up between two stages.

    What is said only once, when a stage is entered, has `is_entry`.
    """

    code: str
    stages: tuple[int, int]
    is_entry: bool
    kinds: tuple[InteractionKind, ...]
    direction: ContactDirection
    summary: dict[str, str]
    text: dict[str, str]


@cache
def topics() -> dict[str, Topic]:
    """Everything that can come up, by its code."""
    return {
        item["code"]: Topic(
            code=item["code"],
            stages=(item["stages"][0], item["stages"][1]),
            is_entry=item.get("is_entry", False),
            kinds=tuple(InteractionKind(kind) for kind in item["kinds"]),
            direction=ContactDirection(item["direction"]),
            summary=item["summary"],
            text=item["text"],
        )
        for item in read("topics")
    }


def first_topic(source: str, *, on_mission: bool) -> Topic:
    """What the first contact was about, by how it came about."""
    return topics()["mission_meeting" if on_mission else _FIRST.get(source, "introduced")]


def entry_topic(stage: int, *, is_proposal: bool, random: Random) -> Topic:
    """What a conversation was about that brought the lead to this stage."""
    if stage == StageCode.PROPOSAL.position:
        return topics()["proposal" if is_proposal else "site_visit"]
    own = [topic for topic in topics().values() if topic.stages[0] == stage]
    return next((topic for topic in own if topic.is_entry), random.choice(own))


def later_topic(stage: int, *, eagerness: float, last_code: str, random: Random) -> Topic:
    """What else is talked about at a stage: the eager more often come to us themselves."""
    if stage == 1:
        asks = random.random() < 1.0 / (1.0 + math.exp(-0.6 * eagerness))
        return topics()["questions" if asks else "no_answer"]
    fitting = [
        topic
        for topic in topics().values()
        if topic.stages[0] <= stage <= topic.stages[1] and not topic.is_entry
    ]
    # Nobody talks twice running about the same.
    fitting = [topic for topic in fitting if topic.code != last_code] or fitting
    weights = [
        math.exp(0.4 * eagerness) if topic.direction is ContactDirection.IN else 1.0
        for topic in fitting
    ]
    return random.choices(fitting, weights)[0]


def worded(
    topic: Topic,
    *,
    person: Person,
    name: CompanyName,
    author: str,
    source: str,
    need: str | None,
    staff: Staff,
) -> dict[str, str]:
    """The conversation in its own language, and one line in the language of who noted it."""
    home = staff.languages[author]
    abroad = _SPOKEN_ABROAD.get(staff.seats[author])
    language = abroad or home
    source_name = SOURCE_NAMES[source][1 if home == "fr" else 0]
    return {
        "language": language,
        "summary": topic.summary[home].format(
            company=name.english, person=person.name, source=source_name, need=need or "…"
        ),
        "text": topic.text[language].format(
            company=name.native if abroad else name.english,
            person=person.native_name + _HONORIFICS[language] if abroad else person.name,
            source=source_name,
        ),
    }
