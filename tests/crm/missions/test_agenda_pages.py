"""The agenda by its pages: planning, building, how items stand, money, delegation."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from crm.missions.agenda_queries import list_items
from crm.missions.item_parts import AttendeeDetails, MaterialDetails
from crm.missions.parts import CostDetails
from crm.missions.proposals import load_proposals
from crm.missions.queries import get_brief, list_missions
from models.agenda import (
    AgendaAttendee,
    AgendaItem,
    AgendaKind,
    AgendaMaterial,
    AgendaSide,
    AgendaStanding,
    InterpreterNeed,
    OfferedTime,
)
from models.contact import Contact
from models.interaction import Interaction
from models.lead import Lead, LeadParty, PartyRole
from models.measure import Precision, Qualifier
from models.mission import (
    Attendance,
    Delegate,
    DelegateRole,
    Mission,
    MissionCost,
    MissionMarket,
    MissionOrganization,
    MissionPart,
    MissionProgramme,
    MissionStanding,
)
from models.organization import (
    Organization,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
    RelationKind,
)
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR, OfficeKind, Role
from tests.factories.contact import make_contact
from tests.factories.lead import make_lead, make_past_leads, make_sector, reload_lead
from tests.factories.mission import (
    NOW,
    make_delegate,
    make_item,
    make_mission,
    make_planned_mission,
)
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
HOUR = timedelta(hours=1)
# Tue 12 Jan 19:30 in Toronto, Wed 13 Jan 09:30 in Tokyo.
EVENING = datetime(2027, 1, 13, 0, 30, tzinfo=UTC)


def _all(database: Database, cls: type) -> list[Any]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(cls).order_by(sa.inspect(cls).primary_key[0])))


def _path(mission: Mission, rest: str = "") -> str:
    return f"/missions/{mission.public_id}{rest}"


def _item_path(item: AgendaItem, rest: str = "") -> str:
    return f"/missions/items/{item.public_id}{rest}"


def _company(database: Database, lead: Lead) -> Organization:
    with database.unscoped_reader(purpose="test") as session:
        return session.get_one(Organization, lead.organization_id)


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_mission_is_planned_and_changed_by_its_form(sign_in: SignIn, database: Database) -> None:
    sector, office = make_sector(database), make_office(database, name="Tokyo")
    client = sign_in(Role.OFFICER)
    assert client.get("/missions/new").status_code == 200
    sent = {
        "name": "Virtual mission to Japan",
        "delivery": "virtual",
        "standing": "planned",
        "markets-0": "JP",
        "markets-2": "KR",
        "starts_on": "2027-01-01",
        "dates_precision": "month",
        "home_zone": "America/Toronto",
        "market_zone": "Asia/Tokyo",
        "delegation": "about 35",
        "objectives": "First contact\nCall on investors",
        "sectors": [sector.code],
        "offices": [office.public_id],
        "currency": "CAD",
        "owner": client.user.public_id,  # type: ignore[attr-defined]
    }
    answer = client.post("/missions/new", data=sent)
    assert answer.status_code == 303, answer.text
    (mission,) = _all(database, Mission)
    assert {one.country for one in _all(database, MissionMarket)} == {"JP", "KR"}
    assert (mission.delegation_size, mission.delegation_qualifier) == (35, Qualifier.APPROXIMATE)
    assert (mission.dates_precision, mission.currency) == (Precision.MONTH, "CAD")
    page = client.get(_path(mission)).text
    for words in ("January 2027", "about 35", "Call on investors", "Batteries", "Tokyo"):
        assert words in page, words
    form = client.get(_path(mission, "/edit")).text
    assert 'value="Virtual mission to Japan"' in form
    sent |= {"name": "To Japan", "markets-2": "", "version": "1", "delegation": "20-30"}
    assert "not a range" in client.post(_path(mission, "/edit"), data=sent).text
    sent["delegation"] = ""
    assert client.post(_path(mission, "/edit"), data=sent).status_code == 303
    (mission,) = _all(database, Mission)
    assert (mission.name, mission.version, mission.delegation_size) == ("To Japan", 2, None)
    # Somebody else's form of before.
    sent |= {"name": "Mine", "led_by": "Me"}
    late = client.post(_path(mission, "/edit"), data=sent)
    assert late.status_code == 409
    assert "What stands on file now" in late.text
    assert "Name: To Japan" in late.text
    assert 'name="version" type="hidden" value="2"' in late.text
    assert _all(database, Mission)[0].name == "To Japan"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"delegation": "a few"}, "Write a number"),
        ({"ends_on": "2027-01-02"}, "Say when it begins"),
        ({"owner": "nobodynobodynobo"}, "Not a valid choice"),
    ],
)
def test_a_form_that_cannot_be_meant_comes_back(
    sign_in: SignIn, database: Database, values: dict[str, str], words: str
) -> None:
    sent = {"name": "Mission", "dates_precision": "day", **values}
    answer = sign_in(Role.OFFICER).post("/missions/new", data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert _all(database, Mission) == []


def test_a_mission_is_called_off(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database, standing=MissionStanding.PLANNED)
    told = make_mission(database)
    client = sign_in(Role.OFFICER)
    assert "Cancel the mission" in client.get(_path(mission)).text
    assert "Cancel the mission" not in client.get(_path(told)).text
    client.post(_path(mission, "/cancel"))
    assert _all(database, Mission)[0].standing is MissionStanding.CANCELLED


def test_the_list_is_filtered(sign_in: SignIn, database: Database) -> None:
    make_planned_mission(
        database,
        name="Planned to Japan",
        standing=MissionStanding.PLANNED,
        starts_on=date(2026, 12, 28),
        ends_on=date(2027, 1, 5),
        dates_precision=Precision.DAY,
    )
    make_mission(database, name="Once to Korea", markets=("KR",))
    client = sign_in(Role.VIEWER)
    for query, expected in (
        ("", {"Planned to Japan", "Once to Korea"}),
        ("standing=planned", {"Planned to Japan"}),
        ("market=KR", {"Once to Korea"}),
        ("year=2027", {"Planned to Japan"}),
        ("year=2026", {"Planned to Japan"}),
        ("year=2025", set()),
        ("year=nonsense&standing=x", {"Planned to Japan", "Once to Korea"}),
    ):
        page = client.get(f"/missions/?{query}").text
        found = {name for name in ("Planned to Japan", "Once to Korea") if name in page}
        assert found == expected, query


def test_the_agenda_shows_both_clocks_and_both_dates(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    company = make_organization(database, name="Sample Optics", native_name="見本光学工業株式会社")
    make_item(
        database,
        mission,
        organization=company,
        title="First talk",
        starts_at=EVENING,
        ends_at=EVENING + HOUR,
        standing=AgendaStanding.CONFIRMED,
    )
    make_item(
        database,
        mission,
        kind=AgendaKind.SERIES,
        title="Meetings on ICT",
        happens_as_printed="during the week",
    )
    page = _plain(sign_in(Role.VIEWER).get(_path(mission, "/agenda")).text)
    assert "Wed 13 Jan 2027 in Tokyo" in page
    assert "19:30–20:30 Toronto Tue 12 Jan" in page
    assert "09:30–10:30 Tokyo Wed 13 Jan" in page
    assert "見本光学工業株式会社" in page
    assert "meetings: not known" in page
    assert "as printed: “during the week”" in page
    assert "No day yet" in page


def test_an_item_is_added_and_changed_by_its_form(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    lead = make_lead(database)
    contact = make_contact(database, _company(database, lead))
    delegate = make_delegate(database, mission, name="Mayor Sample")
    client = sign_in(Role.OFFICER)
    form = client.get(_path(mission, f"/items/new?lead={lead.public_id}")).text
    assert f'value="{lead.title}"' in form
    assert contact.printed_name in form
    sent = {
        "kind": "meeting",
        "standing": "asked",
        "lead": lead.title,
        "day": "2027-01-13",
        "time": "09:30",
        "minutes": "45",
        "time_zone": "Asia/Tokyo",
        "precision": "day",
        "video_link": "meet.example.com/abc",
        "delegates": [delegate.public_id],
        "contacts": [contact.public_id],
        "theirs": "Their interpreter",
        "interpreter_need": "consecutive",
        "interpreter_cost": "1,200",
        "materials-0-title": "Deck",
        "materials-0-language": "ja",
        "materials-1-title": "",
        "materials-1-language": "",
    }
    answer = client.post(_path(mission, "/items/new"), data=sent)
    assert answer.status_code == 303, answer.text
    (item,) = _all(database, AgendaItem)
    assert (item.title, item.lead_id) == (lead.title, lead.id)
    assert (item.starts_at, item.ends_at) == (EVENING, EVENING + timedelta(minutes=45))
    assert item.video_link == "https://meet.example.com/abc"
    assert (item.interpreter_need, item.interpreter_cost_amount) == (
        InterpreterNeed.CONSECUTIVE,
        1200,
    )
    assert len(_all(database, AgendaAttendee)) == 3
    assert [(one.title, one.language) for one in _all(database, AgendaMaterial)] == [("Deck", "ja")]
    page = client.get(_item_path(item)).text
    for words in ("Mayor Sample", contact.printed_name, "Their interpreter", "Nobody is named who"):
        assert words in page, words
    edit = client.get(_item_path(item, "/edit")).text
    assert 'value="09:30"' in edit
    assert 'name="standing"' not in edit
    del sent["standing"]
    sent |= {"version": "1", "time": "10:30", "title": "Sites", "purpose": "Rail"}
    assert client.post(_item_path(item, "/edit"), data=sent).status_code == 303
    assert client.post(_item_path(item, "/edit"), data=sent).status_code == 409
    (item,) = _all(database, AgendaItem)
    assert (item.title, item.starts_at) == ("Sites", EVENING + HOUR)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "Say what it is"),
        ({"lead": "No such lead"}, "No lead of this title"),
        ({"organization": "No such company"}, "No organization of this name"),
        ({"time": "09:30", "day": ""}, "Say on which day"),
        ({"video_link": "javascript:alert(1)"}, "not a web address"),
        ({"delegates": ["aaaaaaaaaaaaaaaa"]}, "Choose people from the list"),
        ({"organizations": "No such company"}, "name it among the others"),
        ({"interpreter_cost": "-5"}, "whole units"),
        ({"time_zone": "America/Toronto", "day": "2027-03-14", "time": "02:30"}, "clocks skip"),
    ],
)
def test_an_item_that_cannot_be_comes_back(
    sign_in: SignIn, database: Database, values: dict[str, Any], words: str
) -> None:
    mission = make_planned_mission(database)
    sent = {
        "kind": "meeting",
        "standing": "asked",
        "title": "Talk",
        "time_zone": "Asia/Tokyo",
        "precision": "day",
        **values,
    }
    answer = sign_in(Role.OFFICER).post(_path(mission, "/items/new"), data=sent)
    assert answer.status_code == 422
    assert words in answer.text, answer.text
    assert _all(database, AgendaItem) == []


def test_editing_leaves_alone_what_the_form_does_not_ask_for(
    sign_in: SignIn, database: Database
) -> None:
    mission = make_planned_mission(database)
    one, other = make_organization(database), make_organization(database, name="Hosting Body")
    item = make_item(
        database,
        mission,
        organization=one,
        attendees=(
            AttendeeDetails(AgendaSide.THEIRS, organization_id=other.id, part="host"),
            AttendeeDetails(AgendaSide.THEIRS, organization_id=other.id, name="Ms Sample"),
            AttendeeDetails(AgendaSide.OURS, organization_id=one.id),
        ),
    )
    client = sign_in(Role.OFFICER)
    page = client.get(_item_path(item, "/edit")).text
    assert "Hosting Body</textarea>" in page
    sent = {
        "version": "1",
        "kind": "meeting",
        "title": "Changed",
        "organization": one.name,
        "time_zone": "Asia/Tokyo",
        "precision": "day",
        "organizations": "Hosting Body",
        "theirs": "Ms Sample",
    }
    answer = client.post(_item_path(item, "/edit"), data=sent)
    assert answer.status_code == 303, answer.text
    found = {
        (row.side, row.organization_id, row.name, row.part)
        for row in _all(database, AgendaAttendee)
    }
    assert found == {
        (AgendaSide.THEIRS, other.id, None, "host"),
        (AgendaSide.THEIRS, other.id, "Ms Sample", None),
        (AgendaSide.OURS, one.id, None, None),
    }


def test_how_an_item_stands_is_said_with_one_tap(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=lead, starts_at=NOW - HOUR)
    client = sign_in(Role.OFFICER)
    tonight = _path(mission, "/tonight")
    answer = client.post(_item_path(item, "/hold"), data={"next": tonight})
    assert (answer.status_code, answer.location) == (303, tonight)
    assert len(_all(database, Interaction)) == 1
    assert reload_lead(database, lead.id).last_contact_on is not None
    # The agenda stands for it: the mission's page does not list it a second time.
    assert "Conversations on the mission" not in client.get(_path(mission)).text
    assert client.get(_item_path(item)).status_code == 200
    stale = client.post(_item_path(item, "/standing"), data={"standing": "asked", "version": "1"})
    assert stale.status_code == 409
    client.post(_item_path(item, "/standing"), data={"standing": "no_show"})
    assert _all(database, Interaction) == []
    assert _all(database, AgendaItem)[0].standing is AgendaStanding.NO_SHOW


def test_held_without_a_day_asks_for_one(sign_in: SignIn, database: Database) -> None:
    item = make_item(
        database, make_planned_mission(database), organization=make_organization(database)
    )
    client = sign_in(Role.OFFICER)
    answer = client.post(_item_path(item, "/hold"), data={})
    assert answer.status_code == 422
    assert "Say on which day it was held" in answer.text
    future = client.post(_item_path(item, "/hold"), data={"happened_on": "2026-12-24"})
    assert future.status_code == 422
    assert "lies in the future" in future.text
    said = client.post(_item_path(item, "/hold"), data={"happened_on": "2026-11-19"})
    assert said.status_code == 303


def test_a_time_is_found_offered_and_agreed(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(
        database,
        starts_on=date(2027, 1, 13),
        ends_on=date(2027, 1, 14),
        dates_precision=Precision.DAY,
    )
    delegate = make_delegate(database, mission)
    ours = (AttendeeDetails(AgendaSide.OURS, delegate_id=delegate.id),)
    make_item(
        database,
        mission,
        title="Other talk",
        starts_at=EVENING,
        ends_at=EVENING + HOUR,
        attendees=ours,
        standing=AgendaStanding.CONFIRMED,
    )
    item = make_item(database, mission, title="Talk", attendees=ours)
    client = sign_in(Role.OFFICER)
    page = client.get(_item_path(item, "/slots"))
    text = _plain(page.text)
    # The other talk takes 19:30 to 20:30 of the first evening out.
    assert "Tue 12 Jan 18:30 Toronto = Wed 13 Jan 08:30 Tokyo" in text
    assert "Tue 12 Jan 19:30 Toronto" not in text
    assert "Tue 12 Jan 20:00 Toronto" not in text
    assert "Wed 13 Jan 19:30 Toronto = Thu 14 Jan 09:30 Tokyo" in text
    starts, ends = re.search(
        r'name="starts" value="([^"]+)"><input type="hidden" name="ends" value="([^"]+)"', page.text
    ).groups()  # type: ignore[union-attr]
    sent = {"starts": starts, "ends": ends}
    assert client.post(_item_path(item, "/slot"), data=sent | {"do": "offer"}).status_code == 303
    assert len(_all(database, OfferedTime)) == 1
    assert _all(database, AgendaItem)[1].standing is AgendaStanding.OFFERED
    client.post(_item_path(item, "/slot"), data=sent | {"do": "withdraw"})
    assert _all(database, AgendaItem)[1].standing is AgendaStanding.ASKED
    client.post(_item_path(item, "/slot"), data=sent | {"do": "agree"})
    agreed = _all(database, AgendaItem)[1]
    assert agreed.standing is AgendaStanding.CONFIRMED
    assert agreed.starts_at == datetime.fromisoformat(starts)
    assert client.post(_item_path(item, "/slot"), data={"starts": "x"}).status_code == 303
    typed = {"day": "2027-01-14", "time": "09:00", "minutes": "30", "time_zone": "Asia/Tokyo"}
    assert client.post(_item_path(item, "/times"), data=typed | {"do": "agree"}).status_code == 303
    assert _all(database, AgendaItem)[1].standing is AgendaStanding.MOVED


def test_the_agenda_warns_of_what_has_to_be_seen_to(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    delegate = make_delegate(database, mission, name="Mayor Sample")
    ours = (AttendeeDetails(AgendaSide.OURS, delegate_id=delegate.id),)
    company = make_organization(database, country="JP")
    fine = make_item(
        database,
        mission,
        title="Fine",
        organization=company,
        starts_at=EVENING,
        ends_at=EVENING + HOUR,
        attendees=ours,
        video_link="https://meet.example.com/x",
        interpreter_need=InterpreterNeed.CONSECUTIVE,
        interpreter_provider="Sample Interpreters",
        is_interpreter_briefed=True,
        standing=AgendaStanding.CONFIRMED,
    )
    client = sign_in(Role.VIEWER)
    assert "item-warnings" not in client.get(_path(mission, "/agenda")).text
    make_item(
        database,
        mission,
        title="Odd",
        organization=company,
        starts_at=EVENING + HOUR / 2,
        ends_at=EVENING + 3 * HOUR,
        attendees=ours,
        standing=AgendaStanding.CONFIRMED,
    )
    # 12 January 2027 is a Tuesday; Coming of Age Day is the Monday before.
    make_item(database, mission, title="Holiday", starts_at=datetime(2027, 1, 11, 0, tzinfo=UTC))
    page = _plain(client.get(_path(mission, "/agenda")).text)
    for words in (
        "Mayor Sample is at “Odd” at the same time.",
        "Mayor Sample is at “Fine” at the same time.",
        "Outside the usual hours at home: 20:00–22:30 in Toronto.",
        "There is no link for the call yet.",
        "No interpreter is planned, and their language is not ours.",
        "Public holiday in Japan: Coming of Age Day.",
    ):
        assert words in page, words
    assert "Mayor Sample is at “Odd”" in _plain(client.get(_item_path(fine)).text)


def _investor(database: Database, **values: Any) -> Organization:
    made = make_organization(database, **values)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(OrganizationRoleLink(organization_id=made.id, role=OrganizationRole.INVESTOR))
    return made


def test_what_is_asked_brings_the_delegation_along(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    coming = make_delegate(database, mission, name="Mayor Sample")
    make_delegate(database, mission, name="Ms Away", attendance=Attendance.DECLINED)
    lead, other = make_lead(database, market="JP"), make_lead(database, market="JP")
    client = sign_in(Role.OFFICER)
    assert "With the delegate" in client.get(_path(mission, "/build")).text
    for one, more in ((lead, {"delegation": "1"}), (other, {})):
        sent = {"who": [f"lead:{one.public_id}"], **more}
        assert client.post(_path(mission, "/build"), data=sent).status_code == 303
    items = {item.id: item.lead_id for item in _all(database, AgendaItem)}
    assert [
        (items[one.item_id], one.side, one.delegate_id) for one in _all(database, AgendaAttendee)
    ] == [(lead.id, AgendaSide.OURS, coming.id)]


def test_nothing_is_held_before_its_mission_begins(sign_in: SignIn, database: Database) -> None:
    first = NOW.date() + timedelta(days=30)
    coming = make_planned_mission(database, starts_on=first, dates_precision=Precision.DAY)
    client = sign_in(Role.OFFICER)
    for mission, is_offered in ((coming, False), (make_planned_mission(database), True)):
        page = client.get(_item_path(make_item(database, mission))).text
        assert ("It was held" in page, "Nobody came" in page) == (is_offered, is_offered)


def test_a_time_is_looked_for_as_long_as_the_item_lasts(
    sign_in: SignIn, database: Database
) -> None:
    mission = make_planned_mission(database)
    client = sign_in(Role.OFFICER)
    for minutes, shown in ((45, 45), (600, 60)):
        item = make_item(
            database, mission, starts_at=EVENING, ends_at=EVENING + timedelta(minutes=minutes)
        )
        page = client.get(_item_path(item, "/slots"))
        assert page.status_code == 200
        assert f'name="minutes" value="{shown}"' in page.text


def test_a_fresh_mission_says_what_to_do_next(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database, standing=MissionStanding.PLANNED)
    client = sign_in(Role.OFFICER)
    assert "Next steps" in client.get(_path(mission)).text
    make_item(database, mission)
    assert "Next steps" not in client.get(_path(mission)).text


def test_whom_to_meet_is_proposed_and_asked(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    likely, committed, elsewhere = (
        make_lead(database, market=market) for market in ("JP", "JP", "KR")
    )
    opener = make_organization(database, name="Door Opening Bank", country="CA")
    parent = make_organization(database, name="Parent Works", country="JP")
    daughter = _investor(database, name="Works Canada", country="CA")
    own = _investor(database, name="Own Country Co", country="JP")
    stranger = _investor(database, name="French Investor", country="FR")
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, likely.id).chance = 0.4
        session.get_one(Lead, committed.id).stage = StageCode.COMMITTED
        session.add(
            OrganizationRelation(
                organization_id=daughter.id, other_id=parent.id, kind=RelationKind.SUBSIDIARY
            )
        )
        session.add(
            LeadParty(
                lead_id=likely.id,
                organization_id=opener.id,
                role=PartyRole.INTRODUCER,
                known_at=likely.opened_at,
            )
        )
    client = sign_in(Role.OFFICER)
    page = client.get(_path(mission, "/build")).text
    text = _plain(page)
    assert page.index(likely.title) < page.index(committed.title)
    assert elsewhere.title not in page
    assert stranger.name not in page
    assert "never met" in text
    assert "committed: ready to sign" in text
    assert "Belongs to Parent Works" in text
    assert own.name in text
    assert "introduced 1 lead" in text
    sent = {
        "who": [
            f"lead:{likely.public_id}",
            f"lead:{committed.public_id}",
            f"investor:{daughter.public_id}",
            f"opener:{opener.public_id}",
        ]
    }
    assert client.post(_path(mission, "/build"), data=sent).status_code == 303
    items = _all(database, AgendaItem)
    assert [(one.kind, one.title, one.lead_id is not None) for one in items] == [
        (AgendaKind.MEETING, likely.title, True),
        (AgendaKind.SIGNING, committed.title, True),
        (AgendaKind.BRE_CALL, "Works Canada", False),
        (AgendaKind.MEETING, "Door Opening Bank", False),
    ]
    assert {one.standing for one in items} == {AgendaStanding.ASKED}
    assert _plain(client.get(_path(mission, "/build")).text).count("On the agenda") == 4
    assert client.post(_path(mission, "/build"), data={}).status_code == 422
    unknown = {"who": ["lead:aaaaaaaaaaaaaaaa"]}
    assert client.post(_path(mission, "/build"), data=unknown).status_code == 404


def test_a_parent_that_is_a_team_s_secret_proposes_nobody(
    sign_in: SignIn, database: Database
) -> None:
    mission = make_planned_mission(database)
    parent = make_organization(database, name="Hidden Parent", country="JP")
    daughter = _investor(database, name="Works Canada", country="CA")
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            OrganizationRelation(
                organization_id=daughter.id, other_id=parent.id, kind=RelationKind.SUBSIDIARY
            )
        )
    client = sign_in(Role.OFFICER)
    assert "Works Canada" in client.get(_path(mission, "/build")).text
    # The relation itself stays open here: the parent alone has to hide it.
    restrict(database, parent, make_team(database, make_user(database)).id)
    page = client.get(_path(mission, "/build")).text
    assert "Works Canada" not in page
    assert "Hidden Parent" not in page


def test_proposals_are_narrowed_to_a_sector(sign_in: SignIn, database: Database) -> None:
    chosen, other = make_sector(database, "Batteries"), make_sector(database, "Farming")
    mission = make_planned_mission(database, sector_ids=(chosen.id,))
    fits = make_lead(database, sector_id=chosen.id)
    not_so = make_lead(database, sector_id=other.id)
    client = sign_in(Role.OFFICER)
    for query, expected in (
        ("", {fits}),
        ("?sector=", {fits, not_so}),
        ("?sector=farming", {not_so}),
    ):
        page = client.get(_path(mission, f"/build{query}")).text
        assert {lead for lead in (fits, not_so) if lead.title in page} == expected, query


def test_both_databases_propose_the_same(any_database: Database) -> None:
    mission = make_planned_mission(any_database)
    likely, unknown = make_lead(any_database), make_lead(any_database)
    opener = make_organization(any_database, name="Door Opening Bank", country="CA")
    parent = make_organization(any_database, name="Parent Works", country="JP")
    daughter = _investor(any_database, name="Works Canada", country="CA")
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, likely.id).chance = 0.4
        session.add(
            OrganizationRelation(
                organization_id=parent.id, other_id=daughter.id, kind=RelationKind.PARENT
            )
        )
        session.add(
            LeadParty(
                lead_id=likely.id,
                organization_id=opener.id,
                role=PartyRole.INTRODUCER,
                known_at=likely.opened_at,
            )
        )
    make_item(any_database, mission, lead=likely, starts_at=EVENING)
    officer = actor_for(any_database, make_user(any_database))
    with any_database.reader(officer) as session:
        found = load_proposals(session, get_brief(session, mission.public_id))
        rows = list_missions(session, cursor=None).rows
        items = list_items(session, get_brief(session, mission.public_id))
    assert [(one.public_id, one.is_on_agenda) for one in found.leads] == [
        (likely.public_id, True),
        (unknown.public_id, False),
    ]
    assert [(one.name, one.parents) for one in found.investors] == [
        ("Works Canada", ("Parent Works",))
    ]
    assert [(one.name, one.introduced) for one in found.openers] == [("Door Opening Bank", 1)]
    assert [(row.items, row.held) for row in rows] == [(1, 0)]
    assert [item.starts_at for item in items] == [EVENING]


def test_building_costs_the_same_however_much_there_is(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    mission = make_planned_mission(database)
    client = sign_in(Role.OFFICER)
    counts = []
    for count in (3, 30):
        make_past_leads(database, count)
        for _ in range(count):
            _investor(database, country="JP")
        client.get(_path(mission, "/build"))
        with queries:
            assert client.get(_path(mission, "/build")).status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1] <= 14, counts


def test_the_agenda_costs_the_same_however_much_there_is(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    mission = make_planned_mission(database)
    user = make_user(database)
    delegate = make_delegate(database, mission, user_id=user.id)
    client = sign_in(user)
    counts = []
    for count in (2, 20):
        for number in range(count):
            company = make_organization(database)
            contact = make_contact(database, company)
            make_item(
                database,
                mission,
                organization=company,
                starts_at=NOW + number * HOUR,
                attendees=(
                    AttendeeDetails(AgendaSide.OURS, delegate_id=delegate.id),
                    AttendeeDetails(AgendaSide.THEIRS, contact_id=contact.id),
                ),
                materials=(MaterialDetails("Deck", "ja"),),
            )
        found = []
        for rest in ("/agenda", "/tonight", "/delegation"):
            client.get(_path(mission, rest))
            with queries:
                assert client.get(_path(mission, rest)).status_code == 200
            found.append(queries.count)
        counts.append(found)
    assert counts[0] == counts[1], counts
    assert max(counts[1]) <= 12, counts


def test_a_restricted_item_is_on_no_page_of_an_outsider(
    sign_in: SignIn, database: Database
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    mission = make_planned_mission(database)
    lead = make_lead(database, code_name="Project Falcon")
    item = make_item(
        database, mission, lead=lead, title="Falcon talk", starts_at=NOW, purpose="Falcon plan"
    )
    pages = ("", "/agenda", "/delegation", "/tonight", "/tonight/now", "/build", "/agenda.ics")
    outsider, insider = sign_in(Role.MANAGER), sign_in(member)
    assert "Falcon talk" in outsider.get(_path(mission, "/agenda")).text
    with database.transaction(actor_for(database, member)) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="asked",
            actor=actor_for(database, member),
            now=NOW,
        )
    for rest in pages:
        assert "Falcon" not in outsider.get(_path(mission, rest)).text, rest
    assert '<td class="number wide-only">–</td>' in outsider.get("/missions/").text
    missing = outsider.get(f"/missions/items/{'a' * 16}")
    for rest in ("", "/edit", "/slots", ".ics"):
        answer = outsider.get(_item_path(item, rest))
        assert (answer.status_code, answer.data) == (404, missing.data), rest
    for rest in ("/standing", "/hold", "/times", "/slot", "/note", "/late", "/briefed"):
        assert outsider.post(_item_path(item, rest), data={}).status_code == 404, rest
    assert "Falcon talk" in insider.get(_path(mission, "/agenda")).text


def test_a_restricted_item_travels_by_its_code_name_alone(
    sign_in: SignIn, database: Database
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    mission = make_planned_mission(database)
    lead = make_lead(
        database, team_id=team.id, confidentiality_reason="asked", code_name="Project Falcon"
    )
    secret = make_item(
        database,
        mission,
        lead=lead,
        title="Talk with Zephyr",
        purpose="Zephyr's plant",
        place="Zephyr tower",
        starts_at=EVENING,
    )
    make_item(database, mission, title="Open talk", starts_at=EVENING + HOUR, place="Embassy")
    client = sign_in(member)
    for address in (_item_path(secret, ".ics"), _path(mission, "/agenda.ics")):
        text = client.get(address).text
        assert "Project Falcon" in text
        assert "Zephyr" not in text
        assert "DTSTART;TZID=Asia/Tokyo:20270113T093000" in text
    assert "Embassy" in client.get(_path(mission, "/agenda.ics")).text
    handed = client.post(f"/exports/agenda?mission={mission.public_id}", data={"format": "csv"})
    assert "Zephyr" not in handed.text
    # Whoever sees it by their role alone takes it nowhere.
    assert "Falcon" not in sign_in(Role.ADMIN).get(_path(mission, "/agenda.ics")).text


def test_an_item_without_a_day_has_no_calendar_file(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    item = make_item(
        database, mission, happens_on=date(2027, 1, 1), happens_precision=Precision.MONTH
    )
    client = sign_in(Role.VIEWER)
    assert client.get(_item_path(item, ".ics")).status_code == 404
    assert client.get(_path(mission, "/agenda.ics")).status_code == 404


def test_the_agenda_is_handed_out_as_a_table(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    company = make_organization(database, name="Sample Optics")
    make_item(database, mission, organization=company, title="=First talk", starts_at=EVENING)
    answer = sign_in(Role.OFFICER).post(
        f"/exports/agenda?mission={mission.public_id}", data={"format": "csv"}
    )
    assert answer.status_code == 200
    assert "2027-01-12 19:30" in answer.text
    assert "2027-01-13 09:30" in answer.text
    assert "Sample Optics" in answer.text
    assert ",=First" not in answer.text


def test_the_delegation_is_kept(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    colleague = make_user(database, name="Hana Sample")
    contact = make_contact(database, make_organization(database), printed_name="SATO Sample")
    client = sign_in(Role.OFFICER)
    add = _path(mission, "/delegates")
    common = {"role": "member", "attendance": "invited"}
    for sent in (
        {"user": colleague.public_id, "role": "lead", "attendance": ""},
        {"contact": "SATO Sample", **common},
        {"name": "Mayor Sample", "title": "Mayor", **common},
    ):
        answer = client.post(add, data=sent)
        assert answer.status_code == 303, answer.text
    assert client.post(add, data=common).status_code == 422
    assert client.post(add, data={"contact": "Nobody", **common}).status_code == 422
    delegates = _all(database, Delegate)
    assert [(one.name, one.role, one.attendance) for one in delegates] == [
        ("Hana Sample", DelegateRole.LEAD, None),
        ("SATO Sample", DelegateRole.MEMBER, Attendance.INVITED),
        ("Mayor Sample", DelegateRole.MEMBER, Attendance.INVITED),
    ]
    assert delegates[1].contact_id == contact.id
    one = f"/delegates/{delegates[2].public_id}"
    client.post(_path(mission, f"{one}/attendance"), data={"attendance": "came"})
    assert client.get(_path(mission, one)).status_code == 200
    changed = {"name": "Her Worship Sample", "role": "co_lead", "attendance": "came"}
    assert client.post(_path(mission, one), data=changed).status_code == 303
    page = _plain(client.get(_path(mission, "/delegation")).text)
    assert "Her Worship Sample" in page
    assert "Came" in page
    client.post(_path(mission, f"{one}/remove"))
    assert len(_all(database, Delegate)) == 2


def test_a_delegate_who_is_a_team_s_secret_is_named_to_nobody_else(
    sign_in: SignIn, database: Database
) -> None:
    mission = make_planned_mission(database)
    contact = make_contact(database, make_organization(database), printed_name="SATO Secret")
    make_delegate(database, mission, contact_id=contact.id)
    outsider = sign_in(Role.MANAGER)
    assert "SATO Secret" in outsider.get(_path(mission, "/delegation")).text
    team = make_team(database, make_user(database))
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Contact, contact.id).team_id = team.id
    assert "SATO Secret" not in outsider.get(_path(mission, "/delegation")).text


def test_organizations_and_programmes_are_kept(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    helper = make_organization(database, name="Landing Sample")
    for _ in range(2):
        make_organization(database, name="Twin Works")
    client = sign_in(Role.OFFICER)
    add = _path(mission, "/organizations")
    sent = {"part-organization": "landing sample", "part-role": "host", "part-part": "roundtable"}
    assert client.post(add, data=sent).status_code == 303
    assert [(one.role, one.part) for one in _all(database, MissionOrganization)] == [
        (MissionPart.HOST, "roundtable")
    ]
    twins = client.post(add, data={"part-organization": "Twin Works", "part-role": ""})
    assert twins.status_code == 422
    assert twins.text.count("Twin Works") >= 2
    gone = {"organization": helper.public_id, "role": "host"}
    client.post(_path(mission, "/organizations/remove"), data=gone)
    assert _all(database, MissionOrganization) == []
    assert client.get(_path(mission, "/programmes/new")).status_code == 200
    client.post(_path(mission, "/programmes/new"), data={"name": "Agri-food", "sector": ""})
    (programme,) = _all(database, MissionProgramme)
    change = _path(mission, f"/programmes/{programme.public_id}")
    assert 'value="Agri-food"' in client.get(change).text
    client.post(change, data={"name": "Agri-food days", "led_by": "Minister Sample", "sector": ""})
    assert "led by Minister Sample" in _plain(client.get(_path(mission)).text)
    client.post(f"{change}/remove")
    assert _all(database, MissionProgramme) == []


def test_the_money_is_kept_and_unknown_is_no_zero(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database, costs=(CostDetails("Hall", 1_000),))
    (hall,) = _all(database, MissionCost)
    client = sign_in(Role.OFFICER)
    page = client.get(_path(mission, "/money")).text
    assert 'value="Hall"' in page
    text = _plain(page)
    assert "1,000&nbsp;(currency not known)" in text or "1,000\u00a0(currency not known)" in text
    assert "Cost not known" in text
    sent = {
        "version": "1",
        "currency": "CAD",
        "lines-0-public_id": hall.public_id,
        "lines-0-label": "Hall",
        "lines-0-budget": "1 000",
        "lines-0-cost": "1,250",
        "lines-1-label": "Interpreters",
        "lines-1-budget": "",
        "lines-1-cost": "0",
    }
    assert client.post(_path(mission, "/money"), data=sent).status_code == 303
    assert [
        (one.label, one.budget_amount, one.cost_amount) for one in _all(database, MissionCost)
    ] == [("Hall", 1000, 1250), ("Interpreters", None, 0)]
    wrong = client.post(_path(mission, "/money"), data=sent | {"lines-1-cost": "a lot"})
    assert wrong.status_code == 409
    sent |= {"version": "2", "lines-1-cost": "a lot"}
    wrong = client.post(_path(mission, "/money"), data=sent)
    assert wrong.status_code == 422
    assert "whole units" in wrong.text
    assert 'value="Hall"' not in sign_in(Role.VIEWER).get(_path(mission, "/money")).text


WRITING = (
    ("/missions/new", "GET"),
    ("/missions/new", "POST"),
    ("{m}/edit", "POST"),
    ("{m}/cancel", "POST"),
    ("{m}/build", "GET"),
    ("{m}/build", "POST"),
    ("{m}/items/new", "POST"),
    ("{m}/money", "POST"),
    ("{m}/delegates", "POST"),
    ("{m}/organizations", "POST"),
    ("{m}/organizations/remove", "POST"),
    ("{m}/programmes/new", "POST"),
    ("{m}/late/undo", "POST"),
    ("{i}/edit", "POST"),
    ("{i}/standing", "POST"),
    ("{i}/hold", "POST"),
    ("{i}/times", "POST"),
    ("{i}/slot", "POST"),
    ("{i}/slots", "GET"),
    ("{i}/note", "POST"),
    ("{i}/late", "POST"),
    ("{i}/briefed", "POST"),
)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_who_may_not_write_changes_nothing(sign_in: SignIn, database: Database, role: Role) -> None:
    office = make_office(database, kind=OfficeKind.PARTNER)
    mission = make_planned_mission(database, office_ids=(office.id,))
    item = make_item(database, mission, starts_at=NOW - HOUR)
    client = sign_in(role, office=office)
    for path, method in WRITING:
        address = path.format(m=_path(mission), i=_item_path(item))
        assert client.open(address, method=method).status_code == 403, address
    assert client.get(_path(mission, "/agenda")).status_code == 200
    assert client.get(_item_path(item)).status_code == 200
    with database.unscoped_reader(purpose="test") as session:
        assert session.get_one(AgendaItem, item.id).version == 1


def test_a_partner_sees_of_an_agenda_what_names_their_office(
    sign_in: SignIn, database: Database
) -> None:
    office = make_office(database, kind=OfficeKind.PARTNER)
    mission = make_planned_mission(database, office_ids=(office.id,))
    make_item(database, mission, title="Open briefing")
    make_item(database, mission, lead=make_lead(database), title="A lead of others")
    make_item(
        database, mission, lead=make_lead(database, partner_office_id=office.id), title="Our lead"
    )
    partner = sign_in(Role.PARTNER, office=office)
    page = partner.get(_path(mission, "/agenda")).text
    assert "Open briefing" in page
    assert "Our lead" in page
    assert "A lead of others" not in page
    other = make_planned_mission(database)
    assert partner.get(_path(other, "/agenda")).status_code == 404
    assert partner.get(_path(mission, "/money")).status_code == 403


def test_a_fair_has_no_agenda_to_build(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database, is_fair=True)
    client = sign_in(Role.OFFICER)
    page = client.get(_path(mission)).text
    assert "Trade fair" in page
    assert _path(mission, "/agenda") not in page
    assert _path(mission, "/tonight") not in page
    assert client.get(_path(mission, "/build")).status_code == 404
    sent = {"kind": "meeting", "title": "X", "standing": "asked", "time_zone": "Asia/Tokyo"}
    answer = client.post(_path(mission, "/items/new"), data=sent | {"precision": "day"})
    assert answer.status_code == 422
    assert "A trade fair has no agenda" in answer.text


def test_my_day_shows_what_is_next_on_my_missions(sign_in: SignIn, database: Database) -> None:
    user = make_user(database)
    client = sign_in(user)
    mine = make_planned_mission(database, owner_id=user.id)
    along = make_planned_mission(database)
    make_delegate(database, along, user_id=user.id)
    others = make_planned_mission(database)
    for mission, title in ((mine, "Owned"), (along, "Along"), (others, "Elsewhere")):
        make_item(database, mission, title=title, starts_at=NOW + HOUR)
    make_item(database, mine, title="Off", starts_at=NOW + HOUR, standing=AgendaStanding.CANCELLED)
    page = client.get("/").text
    assert "Owned" in page
    assert "Along" in page
    assert "Elsewhere" not in page
    assert "Off</a>" not in page


def test_names_are_suggested_while_they_are_typed(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    make_contact(database, make_organization(database), printed_name="SATO Sample")
    client = sign_in(Role.OFFICER)
    assert lead.title in client.get(f"/missions/suggest/leads?lead={lead.title[:8]}").text
    assert "SATO Sample" in client.get("/missions/suggest/contacts?contact=sato").text
    assert client.get("/missions/suggest/leads?lead=").text.strip() == ""


def test_several_of_one_name_become_a_choice(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    first = make_lead(database, code_name="Twin")
    make_lead(database, code_name="Twin")
    client = sign_in(Role.OFFICER)
    sent = {
        "kind": "meeting",
        "standing": "asked",
        "lead": "Twin",
        "time_zone": "Asia/Tokyo",
        "precision": "day",
    }
    answer = client.post(_path(mission, "/items/new"), data=sent)
    assert answer.status_code == 422
    assert f'<option value="{first.public_id}">' in answer.text
    chosen = client.post(_path(mission, "/items/new"), data=sent | {"lead": first.public_id})
    assert chosen.status_code == 303
    assert [one.lead_id for one in _all(database, AgendaItem)] == [first.id]
