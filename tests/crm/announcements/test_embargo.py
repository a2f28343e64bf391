"""The moment of an embargo: which it is, and that nobody reads anything a second before it."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from config import Config
from crm.announcements.commitments import CommitmentDetails, add_commitment
from crm.announcements.crediting import CreditDetails, credit
from crm.announcements.embargo import State, embargo_moment, state_of
from crm.announcements.releasing import run
from crm.announcements.sources import ClaimDetails, SourceDetails, add_claim, add_source
from crm.database import Database
from crm.files.service import Home, keep_file
from crm.timezones import zone
from models.announcement import Announcement, Release
from models.commitment import CommitmentKind, CreditRole
from models.document import Claim
from models.lead import Lead
from models.measure import Measure, Qualifier
from models.organization import Organization
from models.stage import StageCode, StageRequirement
from models.user import LOCAL_ADMINISTRATOR, OfficeKind, Role
from tests.factories.announcement import make_announcement
from tests.factories.lead import make_lead
from tests.factories.mission import make_mission
from tests.factories.user import make_office, make_user

SignIn = Callable[..., FlaskClient]
ZONES = (
    "America/Toronto",
    "America/Vancouver",
    "America/St_Johns",
    "Asia/Tokyo",
    "Asia/Seoul",
    "UTC",
)
WORD = "Cormorant"


@pytest.mark.parametrize(
    ("stated", "zone_name", "moment"),
    [
        # Six zones at midnight, in winter and in summer; Vancouver has no winter time any more.
        ("2027-01-13 00:00", "America/Toronto", "2027-01-13 05:00"),
        ("2027-01-13 00:00", "America/Vancouver", "2027-01-13 07:00"),
        ("2027-07-13 00:00", "America/Vancouver", "2027-07-13 07:00"),
        ("2027-01-13 00:00", "America/St_Johns", "2027-01-13 03:30"),
        ("2027-01-13 00:00", "Asia/Tokyo", "2027-01-12 15:00"),
        ("2027-01-13 00:00", "Asia/Seoul", "2027-01-12 15:00"),
        ("2027-01-13 00:00", "UTC", "2027-01-13 00:00"),
        # A midnight that does not exist: the first moment after the leap, which is one o'clock.
        ("2027-04-30 00:00", "Africa/Cairo", "2027-04-29 22:00"),
        ("2027-04-30 00:30", "Africa/Cairo", "2027-04-29 22:00"),
        ("2027-09-05 00:00", "America/Santiago", "2027-09-05 04:00"),
        ("2027-03-14 02:30", "America/Toronto", "2027-03-14 07:00"),
        # Half an hour is skipped there.
        ("2027-10-03 02:15", "Australia/Lord_Howe", "2027-10-02 15:30"),
        # A midnight that the clocks show twice: the later of the two.
        ("2025-11-02 00:00", "America/Havana", "2025-11-02 05:00"),
        ("2027-11-07 01:30", "America/Toronto", "2027-11-07 06:30"),
        ("2027-11-06 23:59", "America/Toronto", "2027-11-07 03:59"),
    ],
)
def test_a_wall_clock_means_one_moment_never_too_early(
    stated: str, zone_name: str, moment: str
) -> None:
    found = embargo_moment(datetime.fromisoformat(stated), zone_name)
    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    shown = found.astimezone(zone(zone_name)).replace(tzinfo=None)
    assert shown >= datetime.fromisoformat(stated)


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize("day", [date(2027, 3, 14), date(2027, 11, 7), date(2026, 12, 1)])
def test_midnight_is_the_first_moment_of_the_day(zone_name: str, day: date) -> None:
    midnight = embargo_moment(datetime.combine(day, time()), zone_name)
    before = (midnight - timedelta(seconds=1)).astimezone(zone(zone_name))
    assert before.date() == day - timedelta(days=1)
    assert midnight.astimezone(zone(zone_name)).date() == day


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, State.DRAFT),
        ({"is_held": True}, State.HELD),
        ({"until": 1}, State.EMBARGOED),
        ({"until": 1, "public": 1}, State.EMBARGOED),
        ({"until": -1}, State.AWAITING),
        ({"until": 0}, State.AWAITING),
        ({"until": -1, "is_held": True}, State.HELD),
        ({"until": 0, "public": 0}, State.PUBLIC),
        ({"until": 1, "public": -1}, State.PUBLIC),
        ({"public": -1}, State.PUBLIC),
    ],
)
def test_how_it_stands(values: dict[str, Any], state: State) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)

    def at(name: str) -> datetime | None:
        return now + timedelta(seconds=values[name]) if name in values else None

    found = Announcement(
        embargo_until=at("until"), public_at=at("public"), is_held=values.get("is_held", False)
    )
    assert state_of(found, now) is state


@pytest.fixture
def before() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 30, 0, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize("zone_name", ZONES)
def test_at_local_midnight_every_channel_opens_and_not_a_second_before(
    sign_in: SignIn,
    database: Database,
    config: Config,
    before: time_machine.Traveller,
    zone_name: str,
) -> None:
    midnight = embargo_moment(datetime.combine(date(2026, 12, 2), time()), zone_name)
    told = _told(database, config, midnight, zone_name)
    office = told["office"]
    before.move_to(midnight - timedelta(seconds=1))
    readers = [sign_in(Role.VIEWER), sign_in(Role.PARTNER, office=office)]
    # Whatever the worker does, and when: nothing comes out by that.
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="duty") as session:
        run(session, now=datetime.now(UTC))
    for client in readers:
        for path in told["channels"]:
            _seen_nowhere(client, path)
        answer = client.get(told["page"])
        assert answer.status_code == 404
        assert answer.data == client.get("/announcements/aaaaaaaaaaaaaaaa").data
        assert client.get(told["file"]).status_code == 404
        assert 'class="stage stage-7"' in client.get(told["lead"]).text
    writer = sign_in(Role.OFFICER)
    assert WORD in writer.get("/announcements/").text
    for name in ("csv", "xlsx"):
        rows = _exported(writer, name)
        # Whoever may export it sees in the file that it is not public.
        assert [row[-1] for row in rows if WORD in str(row)] == ["Under embargo"]
        assert _exported(readers[0], name) == []
    before.move_to(midnight)
    # No worker has run yet: reading does not wait for it.
    for client in readers:
        for path in told["shown"]:
            assert WORD in client.get(path).text, path
        assert client.get(told["page"]).status_code == 200
        assert client.get(told["file"]).status_code == 404
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="duty") as session:
        run(session, now=midnight + timedelta(seconds=40))
    assert 'class="stage stage-8"' in readers[0].get(told["lead"]).text
    rows = _exported(writer, "csv")
    assert [row[-1] for row in rows if WORD in str(row)] == ["Public"]


def _told(database: Database, config: Config, midnight: datetime, zone_name: str) -> dict[str, Any]:
    """An announcement with everything that can hang on one, and the ways to it."""
    office = make_office(database, kind=OfficeKind.PARTNER)
    owner = make_user(database)
    lead = make_lead(database, partner_office_id=office.id, owner_id=owner.id)
    mission = make_mission(database, offices=(office,))
    made = make_announcement(
        database,
        lead,
        title=f"{WORD} comes",
        summary=f"{WORD} in short",
        embargo_until=midnight,
        embargo_zone=zone_name,
        release=Release.AUTOMATIC,
        mission_id=mission.id,
        jobs=Measure(4711, Qualifier.EXACT),
    )
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Announcement, made.id)
        moved = session.get_one(Lead, lead.id)
        moved.stage = StageCode.COMMITTED
        organization = session.get_one(Organization, lead.organization_id)
        actor = LOCAL_ADMINISTRATOR
        add_commitment(session, found, CommitmentDetails(CommitmentKind.PRODUCT, WORD), actor=actor)
        source = add_source(session, found, SourceDetails(outlet=f"{WORD} Times"), actor=actor)
        claim = add_claim(session, found, source, ClaimDetails(WORD, WORD, WORD), actor=actor)
        session.get_one(Claim, claim.id).organization_id = organization.id
        session.get_one(Claim, claim.id).mission_id = mission.id
        credit(session, found, CreditDetails(CreditRole.HELPED, name=WORD), actor=actor)
        file = keep_file(
            session,
            io.BytesIO(b"a letter"),
            f"{WORD}.txt",
            Home(announcement=found),
            config=config,
            actor=actor,
            now=datetime.now(UTC),
        )
        session.execute(sa.delete(StageRequirement).where(StageRequirement.field != "announcement"))
        keys = {"organization": organization.public_id, "file": file.public_id}
    lead_page = f"/leads/{lead.public_id}"
    shown = [
        "/announcements/",
        f"/announcements/?q={WORD.lower()}",
        f"/search/?q={WORD.lower()}",
        f"/organizations/{keys['organization']}",
        f"/missions/{mission.public_id}",
        lead_page,
    ]
    return {
        "office": office,
        "lead": lead_page,
        "page": f"/announcements/{made.public_id}",
        "file": f"/files/{keys['file']}",
        "shown": shown,
        "channels": [
            *shown,
            "/",
            "/board/",
            "/leads/",
            "/reports/funnel",
            "/announcements/delivery",
            "/announcements/?market=JP",
            f"/announcements/?mission={mission.public_id}",
            "/announcements/?year=2026",
            f"{lead_page}/history",
            "/interactions/follow-ups?whose=all",
        ],
    }


def _seen_nowhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {200, 403}, path
    text = answer.text
    assert WORD not in text, path
    assert "4711" not in text, path
    assert "4,711" not in text, path


def _exported(client: FlaskClient, name: str) -> list[list[Any]]:
    """The rows of the list as a file; none where the reader may not export."""
    answer = client.post("/exports/announcements", data={"format": name, "columns": "all"})
    if answer.status_code == 403:
        return []
    assert answer.status_code == 200
    if name == "csv":
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return workbook.get_sheet_by_index(0).to_python()[1:]
