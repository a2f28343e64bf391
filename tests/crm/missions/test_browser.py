"""Missions in a real browser: an evening on a phone, and an agenda built on a laptop."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from config import Config
from crm.auth.passwords import Passwords
from crm.database import Database
from crm.missions.item_parts import AttendeeDetails
from models.agenda import AgendaItem, AgendaNote, AgendaSide, AgendaStanding
from models.mission import Mission, MissionStanding
from models.user import User
from tests.factories.contact import make_contact
from tests.factories.lead import make_lead
from tests.factories.mission import make_item, make_planned_mission
from tests.factories.organization import make_organization
from tests.factories.user import make_user
from tests.support.server import serve

pytestmark = pytest.mark.browser
PASSWORD = "a long enough phrase"


@pytest.fixture
def officer(database: Database, config: Config) -> User:
    """Somebody who can sign in as in life."""
    return make_user(database, password_hash=Passwords(config).hash(PASSWORD))


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page as wide as a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-CA")
    yield context.new_page()
    context.close()


def _sign_in(page: Page, url: str, user: User) -> None:
    page.goto(url)
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My day")).to_be_visible()


def _notes(database: Database) -> list[str]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(AgendaNote.text)))


def _until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for what the page sends as it goes away: nothing on the next one waits for it."""
    for _ in range(200):
        if is_so():
            return
        page.wait_for_timeout(100)
    pytest.fail("what was typed did not arrive")


def _evening(database: Database) -> tuple[Mission, AgendaItem]:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    mission = make_planned_mission(
        database, standing=MissionStanding.UNDER_WAY, home_zone="UTC", now=now
    )
    company = make_organization(
        database,
        name="Sample Precision Optics and Advanced Lithography Holdings",
        native_name="株式会社見本光学精密機械製作所ホールディングス国際事業本部",
    )
    person = make_contact(
        database, company, printed_name="KAMIYA Rennosuke", native_name="神谷 蓮之助"
    )
    first, _second = (
        make_item(
            database,
            mission,
            organization=company,
            title=title,
            starts_at=now + timedelta(minutes=after),
            ends_at=now + timedelta(minutes=after + 15),
            standing=AgendaStanding.CONFIRMED,
            video_link="https://meet.example.com/x",
            talking_points="Rail\nPower",
            attendees=(AttendeeDetails(AgendaSide.THEIRS, contact_id=person.id),),
            now=now,
        )
        for title, after in (("First talk", -5), ("Second talk", 20))
    )
    return mission, first


def test_an_evening_on_a_phone(phone: Page, app: Flask, database: Database, officer: User) -> None:
    mission, first = _evening(database)
    said: list[str] = []
    phone.on("pageerror", lambda error: said.append(str(error)))
    with serve(app) as url:
        _sign_in(phone, url, officer)
        phone.goto(f"{url}/missions/{mission.public_id}/tonight?item={first.public_id}")
        expect(phone.get_by_text("Kamiya-san")).to_be_visible()
        width = phone.evaluate("document.documentElement.scrollWidth")
        assert width == 390
        assert Axe().run(phone).response["violations"] == []

        # A note is kept while it is typed; what is asked for meanwhile leaves the box alone.
        box = phone.get_by_role("textbox", name="My note")
        box.press_sequentially("They asked about rail")
        expect(phone.locator("#note-state")).to_contain_text("Kept 2")
        assert _notes(database) == ["They asked about rail"]
        box.press_sequentially(", and power")
        phone.evaluate(
            "htmx.trigger('#now', 'every'); htmx.ajax('GET', location.pathname + '/now',"
            " {target: '#now', swap: 'innerHTML'})"
        )
        expect(box).to_have_value("They asked about rail, and power")
        expect(box).to_be_focused()
        # Put by before it was sent: it goes with the page.
        phone.goto(f"{url}/missions/")
        _until(phone, lambda: _notes(database) == ["They asked about rail, and power"])
        phone.goto(f"{url}/missions/{mission.public_id}/tonight?item={first.public_id}")
        expect(box).to_have_value("They asked about rail, and power")
        box.press_sequentially(".")
        expect(phone.locator("#note-state .alert")).to_have_count(0)

        late = phone.locator(".is-next").get_by_role("button", name="+15")
        late.click()
        expect(phone.get_by_text("later by 15 minutes")).to_be_visible()
        phone.get_by_role("button", name="Undo").click()
        expect(phone.get_by_text("at its old time again")).to_be_visible()
    assert said == []


def test_an_agenda_is_built_on_a_laptop(
    page: Page, app: Flask, database: Database, officer: User
) -> None:
    lead = make_lead(database)
    mission = make_planned_mission(database)
    with serve(app) as url:
        _sign_in(page, url, officer)
        page.goto(f"{url}/missions/{mission.public_id}/build")
        assert Axe().run(page).response["violations"] == []
        page.get_by_label(f"Ask {lead.title}").check()
        page.get_by_role("button", name="Add the ticked to the agenda").click()
        expect(page.get_by_text("1 item was added to the agenda")).to_be_visible()
        assert Axe().run(page).response["violations"] == []

        page.get_by_role("link", name=lead.title).first.click()
        assert Axe().run(page).response["violations"] == []
        page.get_by_role("link", name="Find a time that suits both sides").click()
        page.get_by_role("button", name="Offer").first.click()
        expect(page.get_by_text("The time is offered.")).to_be_visible()
        assert Axe().run(page).response["violations"] == []
        page.get_by_role("link", name=lead.title).first.click()
        page.get_by_role("button", name="Confirm (").click()
        expect(page.get_by_text("The time is confirmed.")).to_be_visible()
        expect(page.locator("h2").first).to_contain_text("Confirmed")
        page.get_by_role("link", name="Change", exact=True).click()
        expect(page.get_by_label("About the lead")).to_have_value(lead.title)
        assert Axe().run(page).response["violations"] == []
        for rest in ("edit", "delegation", "money"):
            page.goto(f"{url}/missions/{mission.public_id}/{rest}")
            assert Axe().run(page).response["violations"] == [], rest
