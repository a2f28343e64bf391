"""Calendar files, read back by the same rules as a calendar reads them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from crm.database import Database
from models.interaction import Interaction
from models.user import Role
from tests.factories.interaction import make_meeting, make_promise
from tests.factories.lead import make_lead
from tests.factories.user import actor_for, make_team, make_user

STARTS = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def event_at(client: FlaskClient, path: str) -> tuple[Calendar, Calendar]:
    """The calendar and its one event."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    calendar = Calendar.from_ical(answer.data)
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_a_meeting_stands_at_its_hour_in_its_zone(
    sign_in: Callable[..., FlaskClient], database: Database
) -> None:
    meeting = make_meeting(database, make_lead(database), starts_at=STARTS, place="Marunouchi 1")
    client = sign_in(Role.OFFICER)
    calendar, event = event_at(client, f"/interactions/{meeting.public_id}.ics")
    assert str(event["DTSTART"].params["TZID"]) == "Asia/Tokyo"
    assert event["DTSTART"].dt.astimezone(UTC) == STARTS
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo"]
    assert event["LOCATION"] == "Marunouchi 1"
    assert "First talk" in event["DESCRIPTION"]
    again = event_at(client, f"/interactions/{meeting.public_id}.ics")[1]
    assert again["UID"] == event["UID"]


@pytest.mark.parametrize(("code_name", "title"), [("Maple", "Maple"), (None, "Confidential")])
def test_a_restricted_lead_goes_out_by_its_code_name_only(
    sign_in: Callable[..., FlaskClient], database: Database, code_name: str | None, title: str
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    lead = make_lead(database, actor=actor, team_id=team.id, code_name=code_name)
    meeting = make_meeting(
        database, lead, actor=actor, starts_at=STARTS, summary="Invented Works plant", place="Chiba"
    )
    promised = make_promise(
        database, lead, actor=actor, text="Invented Works list", due_on=date(2026, 11, 24)
    )
    client = sign_in(member)
    for path in (
        f"/interactions/{meeting.public_id}.ics",
        f"/interactions/follow-ups/{promised.public_id}.ics",
    ):
        data = client.get(path).data
        assert b"Invented" not in data
        assert b"Chiba" not in data
        [event] = Calendar.from_ical(data).walk("VEVENT")
        assert title in str(event["SUMMARY"])


def test_a_promise_stands_on_its_day_or_at_its_hour(
    sign_in: Callable[..., FlaskClient], database: Database
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    day = make_promise(database, lead, due_on=date(2026, 11, 24))
    _calendar, event = event_at(client, f"/interactions/follow-ups/{day.public_id}.ics")
    assert event["DTSTART"].dt == date(2026, 11, 24)
    assert event["TRANSP"] == "TRANSPARENT"
    hour = make_promise(database, lead, due_at=STARTS, time_zone="Asia/Seoul")
    _calendar, event = event_at(client, f"/interactions/follow-ups/{hour.public_id}.ics")
    assert event["DTSTART"].dt.astimezone(UTC) == STARTS


def test_what_has_no_hour_has_no_calendar_file(
    sign_in: Callable[..., FlaskClient], database: Database
) -> None:
    someday = make_promise(database, make_lead(database))
    client = sign_in(Role.OFFICER)
    assert client.get(f"/interactions/follow-ups/{someday.public_id}.ics").status_code == 404


def test_a_cancelled_meeting_says_so(
    sign_in: Callable[..., FlaskClient], database: Database
) -> None:
    meeting: Interaction = make_meeting(database, make_lead(database), starts_at=STARTS)
    client = sign_in(Role.OFFICER)
    client.post(f"/interactions/{meeting.public_id}/cancel")
    assert event_at(client, f"/interactions/{meeting.public_id}.ics")[1]["STATUS"] == "CANCELLED"
