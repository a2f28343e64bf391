"""The demo's field work: every room has something of it, and its size does not follow the demo."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import State, state_of
from crm.announcements.releasing import run
from crm.demo.field.ground import TORONTO
from crm.demo.field.visits import TEAM
from crm.demo.service import load_demo
from crm.missions.tonight import tonight_of
from crm.timezones import today
from models.agenda import AgendaItem, AgendaNote, AgendaStanding, OfferedTime
from models.agreement import Citation
from models.announcement import Announcement, Whose
from models.bre_call import BreAnswer, BreCall, BreCase, BreFlag, BreSettings, BreStanding, Severity
from models.card import Card, CardSorting, CardStanding, Gift, ThankYou
from models.commitment import Attribution, Commitment, DeliveryCheck
from models.interaction import FollowUp
from models.lead import Lead, LeadParty
from models.mission import Delivery, Mission, MissionCost, MissionStanding
from models.reference import PeerReference, ReferenceRequest
from models.site_search import Property, SearchPart, SiteOffer, SiteSearch
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR, Team
from tests.crm.demo.conftest import NOW, Demo, EmptyOffice

TODAY = today(NOW, TORONTO)
FIELD = (
    AgendaItem,
    BreCall,
    BreCase,
    BreFlag,
    Card,
    ThankYou,
    Gift,
    PeerReference,
    ReferenceRequest,
    Property,
    SiteSearch,
)


@pytest.fixture(scope="module")
def session(demo: Demo) -> Iterator[Session]:
    with demo.database.unscoped_reader(purpose="test") as session:
        yield session


def _missions(session: Session) -> dict[tuple[str, MissionStanding | None], Mission]:
    found = session.scalars(
        sa.select(Mission).where(Mission.is_demo, Mission.owner_id.is_not(None))
    )
    return {
        ("virtual" if one.delivery is Delivery.VIRTUAL else "in person", one.standing): one
        for one in found
    }


def test_everything_is_marked_as_invented(session: Session) -> None:
    for cls in FIELD:
        rows = session.scalars(sa.select(cls)).all()
        real = [row for row in rows if not row.is_demo]
        assert len(real) < len(rows), cls
        assert all(getattr(row, "document_id", None) is not None for row in real), cls


def test_tonight_has_two_calls_with_everything_in_place(session: Session) -> None:
    mission = _missions(session)["virtual", MissionStanding.UNDER_WAY]
    items = session.scalars(sa.select(AgendaItem).filter_by(mission_id=mission.id)).all()
    evening = tonight_of(
        [item for item in items if item.starts_at is not None], now=NOW, zone_name=TORONTO
    )
    assert evening.is_today
    assert len(evening.items) == 2
    for item in evening.items:
        assert (item.lead_id is not None, item.video_link is not None) == (True, True)
        assert item.interpreter_need is not None
    standings = Counter(item.standing for item in items)
    for standing in ("asked", "offered", "confirmed", "moved", "cancelled"):
        assert standings[AgendaStanding(standing)] >= 1, standing
    offered = session.scalars(sa.select(OfferedTime)).all()
    assert offered
    assert all(one.starts_at > NOW for one in offered)


@pytest.mark.parametrize("delivery", ["in person", "virtual"])
def test_a_past_mission_was_held_debriefed_and_paid_for(delivery: str, session: Session) -> None:
    mission = _missions(session)[delivery, MissionStanding.COMPLETED]
    assert mission.ends_on is not None
    assert mission.ends_on < TODAY
    items = session.scalars(sa.select(AgendaItem).filter_by(mission_id=mission.id)).all()
    held = [item for item in items if item.standing is AgendaStanding.HELD]
    assert len(held) >= 4
    for item in held:
        assert item.interaction_id is not None
        assert item.outcome is not None
    if delivery == "virtual":
        hours = {item.starts_at.astimezone(NOW.tzinfo).hour for item in held if item.starts_at}
        # Evening in Toronto is past midnight in UTC, or nearly.
        assert hours <= {22, 23, 0, 1, 2}
    notes = sa.select(AgendaNote.author_id).where(
        AgendaNote.item_id.in_([item.id for item in items])
    )
    assert len(set(session.scalars(notes))) == 2
    promises = session.scalars(sa.select(FollowUp).filter_by(mission_id=mission.id)).all()
    kept = [one for one in promises if one.done_at is not None]
    late = [one for one in promises if one.done_at is None and one.due_on and one.due_on < TODAY]
    assert kept
    assert late
    letters = session.scalars(sa.select(ThankYou).filter_by(mission_id=mission.id)).all()
    assert letters
    assert all(one.sent_at is not None for one in letters) is (delivery == "in person")
    costs = session.scalars(sa.select(MissionCost).filter_by(mission_id=mission.id)).all()
    assert sum(cost.cost_amount or 0 for cost in costs) > 0


def test_cards_stand_at_every_step(session: Session) -> None:
    cards = session.scalars(sa.select(Card)).all()
    assert {card.standing for card in cards} == set(CardStanding)
    sorted_as = {card.sorting for card in cards if card.sorting is not None}
    assert sorted_as == set(CardSorting) - {CardSorting.LEAD}
    for card in cards:
        assert card.taken_at <= card.received_at <= NOW


def test_visits_give_flags_of_each_colour_and_cases(session: Session) -> None:
    standings = Counter(
        session.scalars(sa.select(BreCall.standing).where(BreCall.is_demo, BreCall.season == 2026))
    )
    assert standings == {
        BreStanding.DONE: 6,
        BreStanding.BOOKED: 2,
        BreStanding.ASKED: 1,
        BreStanding.DECLINED: 1,
    }
    assert set(session.scalars(sa.select(BreFlag.severity))) == set(Severity)
    team_id = session.scalars(sa.select(Team.id).where(Team.name == TEAM)).one()
    for cls in (BreAnswer, BreFlag, BreCase):
        assert set(session.scalars(sa.select(cls.team_id))) == {team_id}, cls
    cases = session.scalars(sa.select(BreCase).where(BreCase.closed_at.is_(None))).all()
    late = [one for one in cases if one.replied_at is None and one.reply_due_at < NOW]
    soon = [
        one
        for one in cases
        if one.replied_at is None and NOW < one.reply_due_at < NOW + timedelta(days=5)
    ]
    assert len(cases) == 3
    assert len(late) == 1
    assert len(soon) == 1
    settings = session.scalars(sa.select(BreSettings)).one()
    assert None not in (settings.team_id, settings.owner_id, settings.backup_id)


def test_announcements_stand_in_each_state(demo: Demo, session: Session) -> None:
    told = session.scalars(
        sa.select(Announcement).where(Announcement.is_demo, Announcement.embargo_until.is_not(None))
    ).all()
    states = Counter(state_of(one, NOW) for one in told)
    assert len(told) == 3
    assert len(states) == 3
    assert State.PUBLIC not in states
    for one in told:
        lead = session.get_one(Lead, one.lead_id)
        assert lead.stage is not StageCode.ANNOUNCED
        count = sa.select(sa.func.count(Commitment.id)).filter_by(announcement_id=one.id)
        assert session.scalar(count) == 3
        shares = session.scalars(
            sa.select(Attribution.share_percent).filter_by(announcement_id=one.id)
        ).all()
        assert shares == [50, 50]
    shared = session.scalars(sa.select(Announcement).filter_by(whose=Whose.SHARED)).one()
    assert (shared.our_share_percent, shared.is_demo) == (40, True)
    checks = session.scalars(sa.select(DeliveryCheck)).all()
    assert any(one.checked_on is not None for one in checks)
    assert any(
        one.checked_on is None and one.due_on is not None and one.due_on <= TODAY for one in checks
    )


def test_an_embargo_that_ends_by_itself_moves_its_lead(empty_office: EmptyOffice) -> None:
    config, database = empty_office()
    load_demo(database, config, now=NOW)
    with database.unscoped_reader(purpose="test") as session:
        one = session.scalars(
            sa.select(Announcement).where(Announcement.is_demo, Announcement.public_at > NOW)
        ).one()
        moment, lead_id = one.public_at, one.lead_id
    assert moment is not None
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        run(session, now=moment + timedelta(minutes=1))
        lead = session.get_one(Lead, lead_id)
        assert lead.stage is StageCode.ANNOUNCED


def test_sites_references_introducers_and_citations(session: Session) -> None:
    assert session.scalar(sa.select(sa.func.count(Property.id))) == 12
    searches = session.scalars(sa.select(SiteSearch)).all()
    assert len(searches) == 2
    assert all(one.due_at is not None and one.due_at > NOW for one in searches)
    assert min(one.due_at for one in searches if one.due_at) < NOW + timedelta(days=5)
    assert session.scalar(sa.select(sa.func.count(SiteOffer.id))) == 6
    owed = session.scalars(sa.select(SearchPart).where(SearchPart.received_on.is_(None))).all()
    assert any(one.due_on is not None and one.due_on < TODAY for one in owed)
    assert len(set(session.scalars(sa.select(PeerReference.willingness)))) == 3
    assert session.scalar(sa.select(sa.func.count(ReferenceRequest.id))) == 3
    shares = session.scalars(
        sa.select(LeadParty.share_percent).where(LeadParty.share_percent.is_not(None))
    ).all()
    assert len(shares) >= 5
    cited = session.scalars(sa.select(Citation).where(Citation.lead_id.is_not(None))).all()
    assert len(cited) == 4


def test_its_size_does_not_follow_the_demo(empty_office: EmptyOffice, session: Session) -> None:
    config, database = empty_office()
    load_demo(database, config, leads=1500, now=NOW)
    with database.unscoped_reader(purpose="test") as large:
        for cls in FIELD:
            count = sa.select(sa.func.count()).select_from(cls)
            there, here = large.scalar(count), session.scalar(count)
            assert there is not None
            assert here is not None
            assert there <= here * 1.5 + 4, cls
