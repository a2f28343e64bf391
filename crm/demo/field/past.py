"""Two missions that are over: to Korea in person, and to Japan by video in the evenings."""

from datetime import datetime, timedelta

from crm.demo.field.aftermath import follow_up_on
from crm.demo.field.ground import MARKET_ZONES, TORONTO, Ground, at, unmoved
from crm.demo.field.journey import Journey
from crm.missions.agenda import ItemDetails, add_item
from crm.missions.debrief import DebriefDetails, debrief_item
from crm.missions.delegation import DelegateDetails, add_delegate
from crm.missions.item_parts import AttendeeDetails
from crm.missions.notes import save_note
from crm.missions.parts import CostDetails, OrganizationPart
from crm.missions.service import MissionDetails, plan_mission
from models.agenda import (
    AgendaItem,
    AgendaKind,
    AgendaOutcome,
    AgendaSide,
    AgendaStanding,
    InterpreterNeed,
)
from models.lead import Lead
from models.mission import (
    Attendance,
    Delegate,
    DelegateRole,
    Delivery,
    Mission,
    MissionPart,
    MissionStanding,
)
from models.organization import Organization
from models.user import Actor

_OUTCOMES = (
    (AgendaOutcome.ADVANCED, "They compare three places; ours is on the short list."),
    (AgendaOutcome.INTERESTED, "They ask for figures on wages and power."),
    (AgendaOutcome.LATER, "Not before the next plan of three years."),
    (AgendaOutcome.RELATIONSHIP, "A friendly first hour; more will come of it."),
    (AgendaOutcome.NO_INTEREST, "They have just built elsewhere."),
)


def look_back(ground: Ground) -> None:
    """Write both missions with everything that came of them."""
    monday = ground.today - timedelta(days=ground.today.weekday())
    korea, japan = monday - timedelta(weeks=14), monday - timedelta(weeks=3)
    _travel(
        ground,
        Journey(
            name=f"Maple Falls mission to Korea {korea.year}",
            market="KR",
            begins=korea,
            delivery=Delivery.IN_PERSON,
            owner="marc",
            hours=((10, 0), (14, 30)),
            summary="Four days in Seoul and Changwon with the Seoul office.",
            costs=(
                CostDetails("Flights", 14_000, 15_260),
                CostDetails("Hotel and meals", 9_000, 8_740),
                CostDetails("Interpreters", 6_000, 6_000),
                CostDetails("Reception", 5_000, None),
            ),
        ),
    )
    _travel(
        ground,
        Journey(
            name=f"Maple Falls virtual mission to Japan {japan.year}",
            market="JP",
            begins=japan,
            delivery=Delivery.VIRTUAL,
            owner="dana",
            hours=((19, 30), (20, 45)),
            summary="Four evenings in Maple Falls, four mornings in Tokyo.",
            costs=(
                CostDetails("Interpreters", 4_800, 5_150),
                CostDetails("Video platform", 600, 600),
            ),
        ),
    )


def _travel(ground: Ground, journey: Journey) -> None:
    session, owner = ground.session, ground.who(journey.owner)
    planned_at = at(journey.begins - timedelta(days=40), (11, 0), TORONTO)
    between = ground.frame.surroundings.between[journey.market]
    mission = plan_mission(
        session,
        MissionDetails(
            name=journey.name,
            delivery=journey.delivery,
            markets=(journey.market,),
            starts_on=journey.begins,
            ends_on=journey.begins + timedelta(days=3),
            standing=MissionStanding.COMPLETED,
            home_zone=TORONTO,
            market_zone=MARKET_ZONES[journey.market],
            led_by="Claire Whitlock",
            summary=journey.summary,
            objectives="Meet the leads that are close to a decision\nThank those who opened doors",
            currency="CAD",
            sector_ids=tuple(ground.frame.staff.sectors[code] for code in ("batteries", "ict")),
            office_ids=(
                ground.frame.staff.offices["home"],
                ground.frame.staff.offices["tokyo" if journey.market == "JP" else "seoul"],
            ),
            organizations=(OrganizationPart(between[0], MissionPart.INTERMEDIARY, "Opened doors"),),
            costs=journey.costs,
            owner_id=owner.id,
            is_demo=True,
        ),
        actor=owner,
        now=planned_at,
    )
    delegates = _delegation(ground, mission, journey, owner, planned_at)
    leads = ground.leads(journey.market, before=journey.begins, most=6)
    with unmoved([lead for lead, _ in leads]):
        items = [
            _meet(
                ground,
                mission,
                journey,
                delegates,
                lead=lead,
                contact_ids=one.contact_ids,
                number=number,
            )
            for number, (lead, one) in enumerate(leads)
        ]
        firm = session.get_one(Organization, between[0])
        items.append(_meet(ground, mission, journey, delegates, firm=firm, number=len(leads)))
        follow_up_on(ground, mission, journey, items)


def _delegation(
    ground: Ground, mission: Mission, journey: Journey, actor: Actor, now: datetime
) -> list[Delegate]:
    staff = ground.frame.staff.actors
    abroad = "haruka" if journey.market == "JP" else "seojun"
    wanted = (
        DelegateDetails(user_id=staff["claire"].id, role=DelegateRole.LEAD),
        DelegateDetails(user_id=staff[journey.owner].id, role=DelegateRole.ORGANIZER),
        DelegateDetails(user_id=staff[abroad].id, role=DelegateRole.MEMBER),
        DelegateDetails(
            name="Odile Farrington-Mbeki",
            title="Mayor of Maple Falls",
            role=DelegateRole.CO_LEAD,
        ),
    )
    return [
        add_delegate(
            ground.session,
            mission,
            DelegateDetails(
                name=one.name,
                title=one.title,
                role=one.role,
                attendance=Attendance.CAME,
                user_id=one.user_id,
                is_demo=True,
            ),
            actor=actor,
            now=now,
        )
        for one in wanted
    ]


def _meet(
    ground: Ground,
    mission: Mission,
    journey: Journey,
    delegates: list[Delegate],
    *,
    number: int,
    lead: Lead | None = None,
    firm: Organization | None = None,
    contact_ids: tuple[int, ...] = (),
) -> AgendaItem:
    """An item on the agenda, and what was said of it the same evening."""
    session, actor = ground.session, ground.who(journey.owner)
    per_day = len(journey.hours)
    day = journey.begins + timedelta(days=min(number // per_day, 3))
    begins = at(day, journey.hours[number % per_day], journey.clock)
    if number // per_day > 3:
        begins += timedelta(hours=1, minutes=30)
    is_virtual = journey.delivery is Delivery.VIRTUAL
    called = lead.title if lead is not None else firm.name if firm is not None else journey.name
    item = add_item(
        session,
        mission,
        ItemDetails(
            kind=AgendaKind.MEETING if lead is not None else AgendaKind.BRIEFING,
            title=called,
            standing=AgendaStanding.CONFIRMED,
            starts_at=begins,
            ends_at=begins + timedelta(minutes=50),
            time_zone=journey.clock,
            place=None if is_virtual else "Seoul",
            video_link="https://meet.maple-falls.example/evening" if is_virtual else None,
            interpreter_need=InterpreterNeed.CONSECUTIVE,
            interpreter_languages="en-ja" if journey.market == "JP" else "en-ko",
            interpreter_provider="Sazanami Interpreters (invented)",
            is_interpreter_briefed=True,
            purpose="Hear what they still need to decide",
            owner_id=actor.id,
            attendees=(
                *(
                    AttendeeDetails(AgendaSide.OURS, delegate_id=one.id)
                    for one in delegates[: 2 + number % 2]
                ),
                *(AttendeeDetails(AgendaSide.THEIRS, contact_id=key) for key in contact_ids[-2:]),
            ),
            is_demo=True,
        ),
        lead=lead,
        organization=firm,
        actor=actor,
        now=begins - timedelta(days=20),
    )
    outcome, note = _OUTCOMES[number % len(_OUTCOMES)]
    # One did not come, as happens.
    is_missed = number == 4
    debrief_item(
        session,
        item,
        DebriefDetails(
            standing=AgendaStanding.NO_SHOW if is_missed else AgendaStanding.HELD,
            outcome=None if is_missed else outcome,
            note="Nobody came; they wrote the day after." if is_missed else note,
        ),
        actor=actor,
        now=begins + timedelta(hours=2),
    )
    if number == 0:
        for key, text in (
            ("claire", "The director asked twice about the college."),
            (journey.owner, "Careful with the price of power: they know it to the cent."),
        ):
            save_note(
                session, item, text, actor=ground.who(key), now=begins + timedelta(minutes=30)
            )
    return item
