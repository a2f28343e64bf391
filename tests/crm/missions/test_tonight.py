"""Tonight: what is now and next, notes side by side, running late; and how to address people."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.contacts.addressing import address_of
from crm.database import Database
from crm.missions.clocks import evening_zone, home_zone, market_zone
from crm.missions.course import OPEN
from crm.missions.item_parts import AttendeeDetails
from crm.missions.tonight import tonight_of
from models.agenda import AgendaItem, AgendaNote, AgendaSide, AgendaStanding
from models.contact import Contact
from models.mission import Delivery, Mission, MissionMarket
from models.user import Role
from tests.factories.contact import make_contact
from tests.factories.mission import NOW, make_delegate, make_item, make_planned_mission
from tests.factories.organization import make_organization
from tests.factories.user import make_user

SignIn = Callable[..., FlaskClient]
HOUR = timedelta(hours=1)
TORONTO = "America/Toronto"


def _all(database: Database, cls: type) -> list:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(cls).order_by(sa.inspect(cls).primary_key[0])))


def _item(
    starts: timedelta | None,
    length: timedelta | None = HOUR,
    standing: AgendaStanding = AgendaStanding.CONFIRMED,
) -> AgendaItem:
    starts_at = None if starts is None else NOW + starts
    return AgendaItem(
        title="Item",
        standing=standing,
        starts_at=starts_at,
        ends_at=starts_at + length if starts_at is not None and length is not None else None,
    )


def test_now_and_next_are_told_by_the_clock() -> None:
    past, on, following, later = (_item(HOUR * n) for n in (-3, -0.5, 1, 2))
    items = [later, past, _item(None), following, on]
    for number, item in enumerate(items):
        item.id = number
    evening = tonight_of(items, now=NOW, zone_name=TORONTO)
    assert (list(evening.now), evening.following) == ([on], following)
    assert (list(evening.items), evening.is_today) == ([past, on, following, later], True)
    assert evening.focus is on


def test_what_nobody_said_is_over_stays_on_until_something_follows() -> None:
    overdue = _item(-2 * HOUR)
    overdue.id = 1
    assert list(tonight_of([overdue], now=NOW, zone_name=TORONTO).now) == [overdue]
    overdue.standing = AgendaStanding.HELD
    evening = tonight_of([overdue], now=NOW, zone_name=TORONTO)
    assert (list(evening.now), evening.following, evening.focus) == ([], None, overdue)


def test_an_evening_without_anything_shows_the_next_one() -> None:
    first, second = _item(26 * HOUR), _item(28 * HOUR)
    first.id, second.id = 1, 2
    evening = tonight_of([first, second], now=NOW, zone_name=TORONTO)
    assert (evening.is_today, evening.following) == (False, first)
    assert list(evening.items) == [first, second]
    nothing = tonight_of([], now=NOW, zone_name=TORONTO)
    assert (nothing.focus, list(nothing.items)) == (None, [])


def test_what_is_cancelled_is_not_on_tonight() -> None:
    off = _item(-HOUR / 2, standing=AgendaStanding.CANCELLED)
    off.id = 1
    assert tonight_of([off], now=NOW, zone_name=TORONTO).focus is None
    assert AgendaStanding.CANCELLED not in OPEN


def _mission(*countries: str, **values: object) -> Mission:
    return Mission(
        name="x", markets=[MissionMarket(country=country) for country in countries], **values
    )


def test_a_mission_that_names_no_clock_has_its_markets() -> None:
    assert market_zone(_mission("JP"), otherwise=TORONTO) == "Asia/Tokyo"
    assert market_zone(_mission("KR", "JP"), otherwise=TORONTO) == "Asia/Tokyo"
    assert market_zone(_mission("JP", "DE"), otherwise=TORONTO) == TORONTO
    assert market_zone(_mission("JP", "XK"), otherwise=TORONTO) == TORONTO
    assert market_zone(_mission("JP", market_zone="Asia/Seoul"), otherwise=TORONTO) == "Asia/Seoul"
    assert home_zone(_mission(home_zone="America/Vancouver"), otherwise=TORONTO) == (
        "America/Vancouver"
    )


def test_an_evening_is_that_of_where_the_delegation_is() -> None:
    virtual = _mission("JP", delivery=Delivery.VIRTUAL, home_zone=TORONTO)
    there = _mission("JP", delivery=Delivery.IN_PERSON, home_zone=TORONTO)
    assert evening_zone(virtual, otherwise="UTC") == TORONTO
    assert evening_zone(there, otherwise="UTC") == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("values", "spoken", "written"),
    [
        ({"printed_name": "KAMIYA Ren", "native_name": "神谷 蓮"}, "Kamiya-san", "神谷様"),
        (
            {"printed_name": "Ren Kamiya", "native_name": "神谷蓮", "family_name": "Kamiya"},
            "Kamiya-san",
            "神谷蓮様",
        ),
        # Latin letters do not tell which of the two is the family's.
        ({"printed_name": "Ren Kamiya", "native_name": "神谷蓮"}, "Ren Kamiya-san", "神谷蓮様"),
        (
            {"printed_name": "KAMIYA Ren", "native_name": "神谷 蓮", "honorific": "先生"},
            "Kamiya-san",
            "神谷先生",
        ),
        (
            {"printed_name": "Kim Jung-Kwan", "native_name": "김 정관", "native_title": "부장"},
            "Kim Jung-Kwan-nim",
            "김 부장님",
        ),
        (
            {"printed_name": "Kim Jung-Kwan", "native_name": "김정관"},
            "Kim Jung-Kwan-nim",
            "김정관 님",
        ),
        ({"printed_name": "神谷 蓮", "native_name": "神谷 蓮"}, None, "神谷様"),
        ({"printed_name": "Anne Roy", "honorific": "Dr.", "family_name": "Roy"}, "Dr. Roy", None),
        # Nobody guesses Mr or Ms.
        ({"printed_name": "Anne Roy"}, None, None),
    ],
)
def test_how_somebody_is_addressed(
    values: dict[str, str], spoken: str | None, written: str | None
) -> None:
    address = address_of(Contact(**values))
    assert (address.spoken, address.written) == (spoken, written)


def _path(mission: Mission, rest: str = "/tonight") -> str:
    return f"/missions/{mission.public_id}{rest}"


def _talk(database: Database, mission: Mission, **values: object) -> AgendaItem:
    company = make_organization(database)
    contact = make_contact(
        database,
        company,
        printed_name="KAMIYA Ren",
        native_name="神谷 蓮",
        reading="かみや れん",
        title="General Manager",
    )
    return make_item(
        database,
        mission,
        organization=company,
        **{
            "starts_at": NOW - HOUR / 2,
            "ends_at": NOW + HOUR / 2,
            "standing": AgendaStanding.CONFIRMED,
            "attendees": (AttendeeDetails(AgendaSide.THEIRS, contact_id=contact.id),),
            **values,
        },
    )


def test_tonight_tells_all_that_is_needed_at_the_table(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    _talk(
        database,
        mission,
        title="First talk",
        video_link="https://meet.example.com/x",
        talking_points="Two sites with rail",
        protocol_notes="The senior person speaks first",
    )
    make_item(
        database,
        mission,
        title="Second talk",
        starts_at=NOW + HOUR,
        standing=AgendaStanding.CONFIRMED,
    )
    page = sign_in(Role.OFFICER).get(_path(mission)).text
    for words in (
        "Fri 20 Nov 10:00 Toronto = Sat 21 Nov 00:00 Tokyo",
        'href="https://meet.example.com/x"',
        "かみや れん",
        "Kamiya-san",
        "神谷様",
        "Two sites with rail",
        "The senior person speaks first",
        'hx-trigger="every 60s"',
    ):
        assert words in page, words
    assert page.index("First talk") < page.index("Second talk")
    # What is asked for every minute holds nobody's note box.
    part = sign_in(Role.OFFICER).get(_path(mission, "/tonight/now")).text
    assert "Second talk" in part
    assert "<textarea" not in part
    assert "<html" not in part


def test_notes_stand_side_by_side_and_are_kept_while_typing(
    sign_in: SignIn, database: Database
) -> None:
    mission = make_planned_mission(database)
    item = _talk(database, mission)
    one, other = make_user(database, name="Dana"), make_user(database, name="Haruka")
    first, second = sign_in(one), sign_in(other)
    note = f"/missions/items/{item.public_id}/note"
    htmx = {"HX-Request": "true"}
    answer = first.post(note, data={"text": "Rail", "seen": ""}, headers=htmx)
    assert answer.status_code == 200
    assert "Kept" in answer.text
    assert "<textarea" not in answer.text
    second.post(note, data={"text": "Power", "next": _path(mission)})
    page = first.get(_path(mission)).text
    assert ">Rail</textarea>" in page
    assert "Power" in page
    assert "Haruka" in page
    # Another device of the same person: told, and nothing lost.
    late = first.post(note, data={"text": "Water", "seen": ""}, headers=htmx)
    assert late.status_code == 409
    assert "Rail" in late.text
    plain = first.post(note, data={"text": "Water", "seen": ""})
    assert plain.status_code == 409
    assert ">Water</textarea>" in plain.text
    assert {row.text for row in _all(database, AgendaNote)} == {"Rail", "Power"}


def test_running_late_and_back_by_the_page(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    item = _talk(database, mission)
    _talk(database, mission, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    client = sign_in(Role.OFFICER)
    late = f"/missions/items/{item.public_id}/late"
    answer = client.post(late, data={"minutes": "15"})
    assert answer.status_code == 303
    by = timedelta(minutes=15)
    assert [one.starts_at for one in _all(database, AgendaItem)] == [
        NOW - HOUR / 2 + by,
        NOW + HOUR + by,
    ]
    page = client.get(answer.location).text
    assert "2 items are later by 15 minutes." in page
    query = parse_qs(urlsplit(answer.location).query)
    sent = {"late": query["late"][0], "shifted": query["shifted"][0]}
    undo = _path(mission, "/late/undo")
    client.post(undo, data=sent)
    assert [one.starts_at for one in _all(database, AgendaItem)] == [NOW - HOUR / 2, NOW + HOUR]
    # Once is enough.
    again = client.post(undo, data=sent, follow_redirects=True)
    assert "was changed since" in again.text
    assert [one.starts_at for one in _all(database, AgendaItem)] == [NOW - HOUR / 2, NOW + HOUR]
    for minutes in ("7", "-5", "x", ""):
        client.post(late, data={"minutes": minutes})
    assert [one.starts_at for one in _all(database, AgendaItem)] == [NOW - HOUR / 2, NOW + HOUR]
    for wrong in ({}, {"late": "x", "shifted": "a.b"}, {"late": "9" * 30, "shifted": "a.1"}):
        assert client.post(undo, data=wrong).status_code == 303


def test_a_shift_of_another_mission_s_items_is_not_undone_here(
    sign_in: SignIn, database: Database
) -> None:
    mission, other = make_planned_mission(database), make_planned_mission(database)
    item = _talk(database, other)
    client = sign_in(Role.OFFICER)
    sent = {"late": "5", "shifted": f"{item.public_id}.1"}
    client.post(_path(mission, "/late/undo"), data=sent)
    assert _all(database, AgendaItem)[0].starts_at == NOW - HOUR / 2


def test_what_is_over_can_still_be_said_to_be_held(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    over = _talk(database, mission, starts_at=NOW - 2 * HOUR, ends_at=NOW - HOUR)
    _talk(database, mission, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    client = sign_in(Role.OFFICER)
    assert "It was held" not in client.get(_path(mission)).text
    page = client.get(_path(mission) + f"?item={over.public_id}").text
    assert f"/items/{over.public_id}/hold" in page
    assert (
        "It was held"
        not in sign_in(Role.VIEWER).get(_path(mission) + f"?item={over.public_id}").text
    )


def test_an_empty_evening_has_its_page(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    for role in (Role.OFFICER, Role.VIEWER):
        page = sign_in(role).get(_path(mission)).text
        assert "No agenda item has a confirmed time yet." in page


def test_a_viewer_reads_along_without_a_box(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    _talk(database, mission, title="First talk")
    make_delegate(database, mission)
    page = sign_in(Role.VIEWER).get(_path(mission)).text
    assert "First talk" in page
    assert "<textarea" not in page
    assert "Running late" not in page
