"""What a mission brought: shares with their range, "too early", unknown costs, and the line."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from crm.announcements.service import PartyDetails
from crm.database import Database
from crm.interactions.follow_ups import FollowUpDetails
from crm.leads.apply import insert_leads
from crm.leads.plan import PastEvent, plan_history
from crm.missions.agenda_queries import list_items
from crm.missions.debrief import DebriefDetails, debrief_item, promise_on_mission
from crm.missions.parts import CostDetails
from crm.missions.report import (
    Alike,
    Course,
    Promises,
    Share,
    Span,
    cost_of,
    count_meetings,
    count_promises,
    months_after,
    windows_after,
)
from crm.missions.report_queries import list_met_leads, summarise_alike
from models.agenda import AgendaItem, AgendaKind, AgendaStanding
from models.announcement import PartySide
from models.interaction import FollowUp
from models.lead import Lead
from models.measure import Measure, Precision, Qualifier, StatedDate
from models.mission import Mission, MissionCost
from models.stage import LeadType, StageCode
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.announcement import make_announcement
from tests.factories.lead import lead_details, make_lead
from tests.factories.mission import NOW, make_item, make_mission, make_planned_mission
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
ADMIN = LOCAL_ADMINISTRATOR
FIRST, LAST = date(2025, 10, 6), date(2025, 10, 10)


def test_a_share_says_how_sure_it_is() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None
    low, high = Share(7, 10).interval or (0, 0)
    # Wilson's interval for 7 of 10, as tables give it.
    assert (round(low, 3), round(high, 3)) == (0.397, 0.892)
    assert Share(0, 3).interval is not None
    assert (Share(0, 3).interval or (1, 1))[0] == pytest.approx(0.0)
    assert (Share(3, 3).interval or (1, 0))[1] == pytest.approx(1.0)


def _course(lead_id: int, *reached: int | None, market: str = "JP") -> Course:
    return Course(lead_id, LeadType.INVESTMENT, market, StageCode.ENGAGED, reached)


def test_a_window_that_has_not_passed_is_too_early() -> None:
    span = Span(FIRST, LAST)
    courses = [_course(1, 3, 3, 4), _course(2, 2, 3, 3), _course(3, None, None, 1)]
    stratum = courses[0].stratum
    alike = [
        Alike(stratum, 10, (1, 2, 3)),
        Alike((LeadType.TRADE, "JP", StageCode.ENGAGED), 99, (99, 99, 99)),
    ]
    found = windows_after(span, courses, alike, today=LAST + timedelta(days=180))
    assert [window.is_early for window in found] == [False, True, True]
    assert [window.met for window in found] == [Share(1, 3), Share(2, 3), Share(2, 3)]
    # Only those of the same type, country and stage are similar.
    assert [window.others for window in found] == [Share(1, 10), Share(2, 10), Share(3, 10)]
    [first, second, _third] = windows_after(span, [], alike, today=LAST + timedelta(days=181))
    assert (second.is_early, first.met, first.others) == (False, Share(0, 0), Share(0, 0))


def test_an_unknown_cost_is_not_nought() -> None:
    assert cost_of([], "CAD").amount is None
    assert cost_of([MissionCost(label="Hall")], "CAD").per(3) is None
    found = cost_of([MissionCost(label="Hall", cost_amount=90), MissionCost(label="Car")], None)
    assert (found.amount, found.unknown, found.per(0), found.per(4)) == (90, 1, None, 22.5)
    assert cost_of([MissionCost(label="Hall", cost_amount=0)], "CAD").amount == 0


def test_months_end_where_the_month_does() -> None:
    assert months_after(date(2024, 2, 29), 24) == date(2026, 2, 28)
    assert months_after(date(2025, 12, 31), 24) == date(2027, 12, 31)


def test_a_series_counts_as_many_as_were_stated() -> None:
    series = AgendaItem(
        id=1,
        kind=AgendaKind.SERIES,
        standing=AgendaStanding.HELD,
        count=24,
        count_qualifier=Qualifier.APPROXIMATE,
        attendees=[],
    )
    untold = AgendaItem(id=2, kind=AgendaKind.SERIES, standing=AgendaStanding.HELD, attendees=[])
    one = AgendaItem(id=3, kind=AgendaKind.MEETING, standing=AgendaStanding.HELD, attendees=[])
    off = AgendaItem(id=4, kind=AgendaKind.MEETING, standing=AgendaStanding.NO_SHOW, attendees=[])
    found = count_meetings([series, untold, one, off], {3: FIRST})
    assert (found.held, found.is_about, found.uncounted, found.not_held) == (25, True, 1, 1)
    assert (found.by_day, found.without_day) == ({FIRST: 1}, 24)


@pytest.mark.parametrize(
    ("due_on", "done_days", "kept"),
    [
        (date(2026, 11, 19), -2, Promises(on_time=1)),
        (date(2026, 11, 18), -1, Promises(late=1)),
        (date(2026, 11, 19), None, Promises(overdue=1)),
        (date(2026, 11, 20), None, Promises(open=1)),
        (None, None, Promises(open=1)),
        (None, -1, Promises(done_without_day=1)),
    ],
)
def test_how_a_promise_was_kept(due_on: date | None, done_days: int | None, kept: Promises) -> None:
    done_at = NOW + timedelta(days=done_days) if done_days is not None else None
    row = FollowUp(id=1, due_on=due_on, done_at=done_at)
    days_done = {1: done_at.date()} if done_at is not None else {}
    found = count_promises([row], now=NOW, today=NOW.date(), days_done=days_done)
    assert found == kept
    assert found.total == 1


def _past_lead(
    database: Database, *moves: tuple[date, StageCode], market: str = "JP", **values: object
) -> Lead:
    """A lead with a first contact in March 2025 and these moves."""
    plan = plan_history(
        lead_details(market=market, first_contact=StatedDate(date(2025, 3, 3)), **values),
        [
            PastEvent(date(2025, 3, 3), stage=StageCode.FIRST_CONTACT),
            *(PastEvent(day, stage=stage) for day, stage in moves),
        ],
        actor=ADMIN,
        now=NOW,
        zone_name="America/Toronto",
    )
    with database.transaction(ADMIN) as session:
        [key] = insert_leads(session, [plan], actor=ADMIN, now=NOW)
    with database.unscoped_reader(purpose="test") as session:
        return session.get_one(Lead, key)


def _meet(database: Database, mission: Mission, lead: Lead | None, **values: object) -> AgendaItem:
    item = make_item(
        database,
        mission,
        lead=lead,
        happens_on=FIRST,
        happens_precision=Precision.DAY,
        **values,
    )
    with database.transaction(ADMIN) as session:
        found = session.get_one(AgendaItem, item.id)
        details = DebriefDetails(standing=AgendaStanding.HELD)
        debrief_item(session, found, details, actor=ADMIN, now=NOW)
    return item


def _past_mission(database: Database, **values: object) -> Mission:
    return make_planned_mission(
        database,
        name="Mission of October",
        starts_on=FIRST,
        ends_on=LAST,
        dates_precision=Precision.DAY,
        currency="CAD",
        costs=(CostDetails("Hall", 9_000, 6_000),),
        **values,
    )


def test_the_report_of_a_mission(sign_in: SignIn, database: Database) -> None:
    mission = _past_mission(database)
    soon = _past_lead(database, (date(2025, 11, 3), StageCode.QUALIFIED))
    later = _past_lead(database, (date(2026, 9, 1), StageCode.ENGAGED))
    # Met on the agenda, first contact on the mission itself.
    new = make_lead(database, first_contact=StatedDate(FIRST))
    for lead in (soon, later, new):
        _meet(database, mission, lead)
    # Similar, and not met: one of three moved on within 90 days.
    _past_lead(database, (date(2025, 12, 1), StageCode.ENGAGED))
    _past_lead(database)
    _past_lead(database)
    # Of another country: not similar.
    _past_lead(database, (date(2025, 12, 1), StageCode.ENGAGED), market="KR")
    with database.transaction(ADMIN) as session:
        promise_on_mission(
            session,
            session.get_one(Mission, mission.id),
            FollowUpDetails("Send the parcel sheet", due_on=date(2026, 11, 1)),
            item=None,
            actor=ADMIN,
            now=NOW,
        )
    told = make_announcement(
        database,
        soon,
        title="Sample plant is coming",
        announced=StatedDate(date(2026, 10, 1)),
        jobs=Measure(120, Qualifier.EXACT),
    )
    page = sign_in(Role.VIEWER).get(f"/missions/{mission.public_id}/report").text
    words = " ".join(page.split())
    for expected in (
        "<dt>Meetings held</dt><dd><strong>3</strong></dd>",
        "<dt>Distinct organizations</dt><dd>3</dd>",
        "3 leads were met. 1 of them began on the mission.",
        "2,000 CAD",
        # Two were open before it; one moved within 90 and 180 days, both within 365.
        "<strong>50%</strong> <span>1 of 2</span>",
        "<strong>100%</strong> <span>2 of 2</span>",
        "<strong>33%</strong> <span>1 of 3</span>",
        "no proof that the mission caused it",
        "new: began on the mission",
        "too early: from 10 Oct 2027",
        "Sample plant is coming",
        f"/announcements/{told.public_id}",
    ):
        assert expected in words, expected
    line = words[words.index("mission-line") :]
    steps = ["Mission of October", soon.title, "Announcement"]
    assert [line.index(step) for step in steps] == sorted(line.index(step) for step in steps)
    assert "None" not in words


def test_nothing_known_is_said_to_be_unknown(sign_in: SignIn, database: Database) -> None:
    mission = make_mission(database)
    words = " ".join(sign_in(Role.VIEWER).get(f"/missions/{mission.public_id}/report").text.split())
    assert "The mission's days are not known" in words.replace("&#39;", "'")
    assert "the cost is not known" in words
    assert "Nothing is on file as promised." in words
    fresh = make_planned_mission(database, starts_on=NOW.date(), dates_precision=Precision.DAY)
    words = " ".join(sign_in(Role.VIEWER).get(f"/missions/{fresh.public_id}/report").text.split())
    assert words.count("too early") >= 4
    assert "0%" not in words


def test_a_hidden_lead_is_in_no_list_and_no_count(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    own = actor_for(database, member)
    mission = _past_mission(database)
    _meet(database, mission, _past_lead(database))
    manager = sign_in(Role.MANAGER)
    address = f"/missions/{mission.public_id}/report"
    before = manager.get(address).data
    hidden = make_lead(database, actor=own, team_id=team.id, code_name="Falcon")
    item = make_item(database, mission, lead=hidden, actor=own, happens_on=FIRST)
    with database.transaction(own) as session:
        found = session.get_one(AgendaItem, item.id)
        details = DebriefDetails(standing=AgendaStanding.HELD)
        debrief_item(session, found, details, actor=own, now=NOW)
    make_announcement(database, hidden, title="Falcon lands", actor=own)
    assert manager.get(address).data == before
    assert "Falcon" in sign_in(member).get(address).text


def test_an_announcement_under_embargo_is_kept_from_readers(
    sign_in: SignIn, database: Database
) -> None:
    mission = _past_mission(database)
    lead = _past_lead(database)
    _meet(database, mission, lead)
    company = make_organization(database)
    make_announcement(
        database,
        None,
        title="Falcon lands",
        mission_id=mission.id,
        parties=(PartyDetails(company.id, PartySide.FOREIGN),),
        embargo_until=NOW + timedelta(days=9),
        embargo_zone="America/Toronto",
    )
    address = f"/missions/{mission.public_id}/report"
    assert "Falcon" not in sign_in(Role.VIEWER).get(address).text
    page = sign_in(Role.OFFICER).get(address).text
    assert "Falcon lands" in page
    assert "not public yet" in page


def test_partners_read_no_report(sign_in: SignIn, database: Database) -> None:
    mission = _past_mission(database)
    assert sign_in(Role.PARTNER).get(f"/missions/{mission.public_id}/report").status_code == 403


def test_the_report_takes_as_many_queries_however_long(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    counts = []
    for number in (2, 5):
        mission = _past_mission(database)
        for _place in range(number):
            lead = _past_lead(database)
            _meet(database, mission, lead)
            make_announcement(database, lead)
        with queries:
            assert client.get(f"/missions/{mission.public_id}/report").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]


def test_similar_leads_are_counted_alike_in_both_databases(any_database: Database) -> None:
    mission = _past_mission(any_database)
    met = _past_lead(any_database, (date(2025, 11, 3), StageCode.ENGAGED))
    _meet(any_database, mission, met)
    _past_lead(any_database, (date(2025, 12, 1), StageCode.ENGAGED))
    _past_lead(any_database)
    span = Span(FIRST, LAST)
    zone = {"zone_name": "America/Toronto"}
    reader = actor_for(any_database, make_user(any_database))
    with any_database.reader(reader) as session:
        found = session.get_one(Mission, mission.id)
        items = list_items(session, found)
        [one] = list_met_leads(session, items, [], frozenset(), span, **zone)
        alike = summarise_alike(session, found, span, **zone)
    assert one.course is not None
    assert [one.course.has_advanced(place) for place in range(3)] == [True, True, True]
    assert alike == [Alike(one.course.stratum, 2, (1, 1, 1))]
