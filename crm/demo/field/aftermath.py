"""What comes of a past mission: promises, letters of thanks, gifts and cards."""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.cards.capture import CaptureDetails, take_card
from crm.cards.service import Words, type_card
from crm.cards.sorting import Promised, SortDetails, sort_card
from crm.contacts.service import ContactDetails
from crm.demo.field.ground import TORONTO, Ground, at, working_day
from crm.demo.field.journey import Journey
from crm.interactions.follow_ups import FollowUpDetails, finish
from crm.missions.debrief import promise_on_mission
from crm.thanks.gifts import About, GiftDetails, record_gift
from crm.thanks.service import mark_sent, propose_letters
from models.agenda import (
    AgendaItem,
    AgendaStanding,
)
from models.card import Card, CardSorting, CardWish, GiftDirection
from models.lead import Lead
from models.mission import (
    Delivery,
    Mission,
)
from models.organization import Organization
from models.user import Actor

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


def follow_up_on(
    ground: Ground, mission: Mission, journey: Journey, items: list[AgendaItem]
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
    _cards(ground, mission, journey, held, actor)
    letters = propose_letters(session, mission, actor=actor, now=ended)
    # The thanks of the mission to Korea are out; of the latest half is still to be sent.
    for letter in letters:
        letter.is_demo = True
    sent = letters if journey.market == "KR" else letters[: len(letters) // 2]
    mark_sent(session, sent, is_sent=True, actor=actor, now=ended + timedelta(days=2))
    if journey.delivery is Delivery.IN_PERSON and held:
        _gifts(ground, mission, journey, item=held[0], actor=actor, now=ended)


def _gifts(
    ground: Ground,
    mission: Mission,
    journey: Journey,
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
    journey: Journey,
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
