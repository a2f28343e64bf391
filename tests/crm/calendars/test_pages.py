"""The page of meeting times."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from crm.calendars.asking import is_zone
from models.user import Language, Role

SignIn = Callable[..., FlaskClient]
WEEK = "from=2027-01-11&to=2027-01-15"


@pytest.fixture
def viewer(sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.VIEWER)


def page(client: FlaskClient, query: str, status: int = 200) -> str:
    answer = client.get(f"/calendars/slots?{query}")
    assert answer.status_code == status
    return answer.text


def test_proposals_show_both_clocks_and_both_dates(viewer: FlaskClient) -> None:
    text = page(viewer, WEEK)
    assert 'datetime="2027-01-12T19:00:00-05:00">Tue 12 Jan <strong>19:00–20:00<' in text
    assert 'datetime="2027-01-13T09:00:00+09:00">Wed 13 Jan <strong>09:00–10:00<' in text
    assert "Public holiday in Japan: Coming of Age Day." in text
    assert "Weekend at home: Sunday." in text


def test_the_year_is_a_table_and_a_picture(viewer: FlaskClient) -> None:
    text = page(viewer, WEEK)
    assert "18:30–21:00" in text
    assert "19:30–21:00" in text
    assert "08:30–10:00 the next day" in text
    assert "2 h 30 min" in text
    assert '<rect class="slot-shared" x="1110" y="2" width="150"' in text


def test_home_is_the_readers_own_zone(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER, time_zone="America/Vancouver")
    text = page(client, WEEK)
    assert "Proposals for Vancouver and Tokyo" in text
    assert "2027-01-12T18:00:00-07:00" in text


def test_what_was_typed_stays_in_the_form(viewer: FlaskClient) -> None:
    text = page(viewer, f"{WEEK}&minutes=45&home_from=18:00&market=Asia/Seoul&also=Asia/Tokyo")
    assert 'name="minutes" value="45"' in text
    assert 'name="home_from" value="18:00"' in text
    assert '<option value="Asia/Seoul" selected>' in text
    assert '<option value="Asia/Tokyo" selected>' in text


def test_nothing_asked_is_the_next_two_weeks(viewer: FlaskClient) -> None:
    text = page(viewer, "")
    assert text.count('class="slot-day"') in {9, 10}


def test_a_second_market_brings_its_holidays(viewer: FlaskClient) -> None:
    days = "from=2027-02-08&to=2027-02-11"
    assert "Seollal" not in page(viewer, days)
    text = page(viewer, f"{days}&also=Asia/Seoul")
    assert "Public holiday in South Korea: Day after Seollal." in text
    assert "Public holiday in Japan: Foundation Day." in text


def test_holidays_are_named_in_the_readers_language(sign_in: SignIn) -> None:
    client = sign_in(Role.VIEWER, language=Language.FR)
    text = page(client, "from=2027-02-11&to=2027-02-11")
    assert "Fête de la fondation de l’État" in text
    assert "mer. 10 févr." in text


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("from=2027-01-02&to=2027-01-01", "to", "must not come before the first"),
        ("from=2027-01-01&to=2027-03-04", "to", "At most 62 days"),
        ("from=soon", "from", "not a day of the calendar"),
        ("from=2150-01-01&to=2150-01-02", "from", "from 2000 to 2099"),
        ("home=Mars/Base", "home", "no such time zone"),
        ("market=..%2F..%2Fetc", "market", "no such time zone"),
        ("market=America", "market", "no such time zone"),
        ("minutes=900", "minutes", "from 5 to 480"),
        ("minutes=x", "minutes", "from 5 to 480"),
        ("minutes=%C2%B2", "minutes", "from 5 to 480"),
        ("home_from=22:00", "home_to", "must come after"),
        ("market_to=late", "market_to", "Write the hour as 08:30"),
        ("also=Asia/Taipei", "also", "clocks of the two markets differ"),
        ("also=Nowhere", "also", "no such time zone"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(
    viewer: FlaskClient, query: str, field: str, words: str
) -> None:
    text = page(viewer, query, 422)
    said = text.split(f'id="slot-{field}-error" role="alert">')[1].split("<")[0]
    assert words in said
    assert "slot-day" not in text


@pytest.mark.parametrize(
    "name", ["", "\x00", "\ud800", "..", "/etc/localtime", "America", "x" * 999]
)
def test_what_is_no_zone(name: str) -> None:
    assert not is_zone(name)
    assert is_zone("Asia/Tokyo")


def test_no_shared_time_is_said(viewer: FlaskClient) -> None:
    text = page(viewer, f"{WEEK}&home_from=09:00&home_to=17:00")
    assert "share no such time" in text
    assert "no shared hours" in text


def test_who_is_no_staff_is_sent_away(sign_in: SignIn) -> None:
    page(sign_in(Role.PARTNER), WEEK, 403)
