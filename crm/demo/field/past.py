"""Two missions that are over: to Korea in person, and to Japan by video in the evenings."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from crm.cards.capture import CaptureDetails, take_card
from crm.cards.service import Words, type_card
from crm.cards.sorting import Promised, SortDetails, sort_card
from crm.contacts.service import ContactDetails
from crm.demo.field.ground import MARKET_ZONES, TORONTO, Ground, at, unmoved, working_day
from crm.interactions.follow_ups import FollowUpDetails, finish
from crm.missions.agenda import ItemDetails, add_item
from crm.missions.debrief import DebriefDetails, debrief_item, promise_on_mission
from crm.missions.delegation import DelegateDetails, add_delegate
from crm.missions.item_parts import AttendeeDetails
from crm.missions.notes import save_note
from crm.missions.parts import CostDetails, OrganizationPart
from crm.missions.service import MissionDetails, plan_mission
from crm.thanks.gifts import About, GiftDetails, record_gift
from crm.thanks.service import mark_sent, propose_letters
from models.agenda import (
    AgendaItem,
    AgendaKind,
    AgendaOutcome,
    AgendaSide,
    AgendaStanding,
    InterpreterNeed,
)
from models.card import Card, CardSorting, CardWish, GiftDirection
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
# Names as cards bear them, long ones among them: printed, native, reading, title, native title.
_CARDS = {
    "KR": (
        ("HWANGBO Seung-hyeon", "황보승현", None, "Managing Director", "상무이사"),
        ("Namgung Ye-ji", "남궁예지", None, "Team Leader, Overseas Business", "해외사업팀 팀장"),
        ("KIM Do-yun", "김도윤", None, "Section Chief", "과장"),
        ("Sagong Hye-rin", "사공혜린", None, "Director", "이사"),
        ("BAE Jun-ho", None, None, None, None),
    ),
    "JP": (
        ("Kanoko Teshigawara", "勅使河原 鹿乃子", "テシガワラ カノコ", "General Manager", "部長"),
        (
            "Shuntaro Musashikoji",
            "武者小路 駿太郎",
            "ムシャノコウジ シュンタロウ",
            "Director",
            "取締役",
        ),
        ("ABE Natsuki", "阿部 夏希", "アベ ナツキ", "Section Manager", "課長"),
        ("Keita Okubo", None, None, None, None),
    ),
}


@dataclass(frozen=True, slots=True)
class _Journey:
    """One mission of the past."""

    name: str
    market: str
    begins: date
    delivery: Delivery
    owner: str
    hours: tuple[tuple[int, int], ...]
    summary: str
    costs: tuple[CostDetails, ...]

    @property
    def clock(self) -> str:
        """The zone in whose hours its days are counted."""
        return TORONTO if self.delivery is Delivery.VIRTUAL else MARKET_ZONES[self.market]


def look_back(ground: Ground) -> None:
    """Write both missions with everything that came of them."""
    monday = ground.today - timedelta(days=ground.today.weekday())
    korea, japan = monday - timedelta(weeks=14), monday - timedelta(weeks=7)
    _travel(
        ground,
        _Journey(
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
        _Journey(
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


def _travel(ground: Ground, journey: _Journey) -> None:
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
        _afterwards(ground, mission, journey, items)


def _delegation(
    ground: Ground, mission: Mission, journey: _Journey, actor: Actor, now: datetime
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
    journey: _Journey,
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
            note="Nobody dialled in; they wrote the day after." if is_missed else note,
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


def _afterwards(
    ground: Ground, mission: Mission, journey: _Journey, items: list[AgendaItem]
) -> None:
    """Promises kept, late and to come; letters; gifts; and the cards."""
    session, actor = ground.session, ground.who(journey.owner)
    ended = at(journey.begins + timedelta(days=4), (12, 0), TORONTO)
    held = [item for item in items if item.standing is AgendaStanding.HELD]
    promised = (
        ("Send the figures on wages", journey.begins + timedelta(days=12), True),
        ("Answer the question about power at night", working_day(ground.today, -6), False),
        ("Invite them to the college's open day", working_day(ground.today, 8), False),
    )
    for (text, due_on, is_kept), item in zip(promised, held, strict=False):
        one = promise_on_mission(
            session,
            mission,
            FollowUpDetails(text=text, due_on=due_on, owner_id=actor.id),
            item=item,
            actor=actor,
            now=ended,
        )
        one.is_demo = True
        if is_kept:
            lead = session.get(Lead, one.lead_id) if one.lead_id is not None else None
            finish(session, one, lead=lead, actor=actor, now=ended + timedelta(days=6))
    letters = propose_letters(session, mission, actor=actor, now=ended)
    # The thanks of the mission to Korea are out; of the latest half is still to be sent.
    for letter in letters:
        letter.is_demo = True
    sent = letters if journey.market == "KR" else letters[: len(letters) // 2]
    mark_sent(session, sent, is_sent=True, actor=actor, now=ended + timedelta(days=2))
    if journey.delivery is Delivery.IN_PERSON and held:
        _gifts(ground, mission, journey, item=held[0], actor=actor, now=ended)
    _cards(ground, mission, journey, held, actor)


def _gifts(
    ground: Ground,
    mission: Mission,
    journey: _Journey,
    *,
    item: AgendaItem,
    actor: Actor,
    now: datetime,
) -> None:
    firm = (
        ground.session.get_one(Organization, item.organization_id)
        if item.organization_id is not None
        else None
    )
    for direction, what, value in (
        (GiftDirection.GIVEN, "Maple syrup in a tin, twelve of them", 180),
        (GiftDirection.RECEIVED, "A celadon bowl in a wooden box", None),
    ):
        record_gift(
            ground.session,
            GiftDetails(
                direction=direction,
                description=what,
                our_person="Odile Farrington-Mbeki",
                value_amount=value,
                currency="CAD" if value else None,
                given_on=journey.begins,
                disposition=None if value else "On show at the city hall",
                is_demo=True,
            ),
            about=About(organization=firm, mission=mission, item=item),
            actor=actor,
            now=now,
        )


def _cards(
    ground: Ground,
    mission: Mission,
    journey: _Journey,
    items: list[AgendaItem],
    actor: Actor,
) -> None:
    """Cards taken at the meetings: most of them sorted, the last not even typed."""
    session = ground.session
    sortings = (CardSorting.EXISTING_LEAD, CardSorting.KEEP_IN_TOUCH, CardSorting.DISCARD)
    words = Words(summary="Met on the mission", obtained_from=journey.name)
    told = _CARDS[journey.market]
    for number, (name, native, reading, title, native_title) in enumerate(told):
        item = items[number % len(items)] if items else None
        taken_at = item.ends_at if item is not None and item.ends_at else ground.now
        take_card(
            session,
            CaptureDetails(
                capture_key=str(uuid.UUID(int=mission.id * 1_000 + number)),
                taken_at=taken_at,
                name=name,
                note="Spoke of the second line" if number % 2 else None,
                wish=list(CardWish)[number % len(CardWish)],
                is_demo=True,
            ),
            mission=mission,
            item=item,
            config=ground.config,
            actor=actor,
            now=taken_at,
        )
        if native is None:
            continue
        card = session.scalars(sa.select(Card).order_by(Card.id.desc()).limit(1)).one()
        company = (
            session.get_one(Organization, item.organization_id)
            if item is not None and item.organization_id is not None
            else None
        )
        type_card(
            session,
            card,
            ContactDetails(
                printed_name=name,
                native_name=native,
                reading=reading,
                title=title,
                native_title=native_title,
                language="ja" if journey.market == "JP" else "ko",
            ),
            words,
            organization=company,
            actor=actor,
            now=taken_at + timedelta(hours=3),
        )
        if number == len(told) - 2:
            # Typed, and not yet sorted.
            continue
        lead = (
            session.get(Lead, item.lead_id)
            if item is not None and item.lead_id is not None
            else None
        )
        sorting = sortings[number % len(sortings)]
        if sorting is CardSorting.EXISTING_LEAD and lead is None:
            sorting = CardSorting.DISCARD
        sort_card(
            session,
            card,
            SortDetails(
                sorting=sorting,
                summary="Met on the mission",
                promised=Promised(
                    "Write again before the fiscal year ends",
                    due_on=working_day(ground.today, 15),
                    owner_id=actor.id,
                )
                if sorting is CardSorting.KEEP_IN_TOUCH
                else None,
            ),
            lead=lead if sorting is CardSorting.EXISTING_LEAD else None,
            actor=actor,
            now=taken_at + timedelta(hours=4),
        )
