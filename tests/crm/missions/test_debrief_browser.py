"""The debrief in a real browser: a row saved by its own button, on a laptop and a phone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from config import Config
from crm.auth.passwords import Passwords
from crm.database import Database
from models.agenda import AgendaItem, AgendaOutcome, AgendaStanding
from models.interaction import FollowUp
from models.mission import Mission
from tests.factories.lead import make_lead
from tests.factories.mission import make_item, make_planned_mission
from tests.factories.organization import make_organization
from tests.factories.user import make_user
from tests.support.server import serve

pytestmark = pytest.mark.browser
PASSWORD = "a long enough phrase"


@pytest.fixture(params=[(390, 844), (1366, 768)], ids=["phone", "laptop"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page as wide as a phone, and one as wide as a laptop."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-CA")
    yield context.new_page()
    context.close()


def _mission(database: Database) -> Mission:
    began = datetime.now(UTC) - timedelta(hours=3)
    mission = make_planned_mission(database, now=began)
    make_item(
        database, mission, lead=make_lead(database), title="First talk", starts_at=began, now=began
    )
    company = make_organization(
        database,
        name="Sample Precision Optics and Advanced Lithography Holdings",
        native_name="株式会社見本光学精密機械製作所ホールディングス国際事業本部",
    )
    make_item(
        database,
        mission,
        organization=company,
        title="Second talk",
        starts_at=began + timedelta(hours=1),
        now=began,
    )
    return mission


def test_one_row_after_another(page: Page, app: Flask, database: Database, config: Config) -> None:
    user = make_user(database, password_hash=Passwords(config).hash(PASSWORD))
    mission = _mission(database)
    with serve(app) as url:
        page.goto(url)
        page.get_by_label("User name").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="My day")).to_be_visible()
        page.goto(f"{url}/missions/{mission.public_id}/debrief")
        wide = page.viewport_size or {"width": 0}
        assert page.evaluate("document.documentElement.scrollWidth") == wide["width"]
        assert Axe().run(page).response["violations"] == []
        first, second = (
            page.get_by_role("region", name=title) for title in ("First talk", "Second talk")
        )
        # What is typed in another row stays while one is saved.
        second.get_by_label("Note").fill("Typed meanwhile")
        first.get_by_label("Met").select_option("held")
        first.get_by_label("What came of it").select_option("interested")
        first.get_by_label("Next step").fill("Send the sheet")
        first.get_by_role("button", name="Save").click()
        expect(first.get_by_text("Saved.")).to_be_visible()
        expect(second.get_by_label("Note")).to_have_value("Typed meanwhile")
        second.get_by_label("What came of it").select_option("later")
        second.get_by_role("button", name="Save").click()
        expect(second.get_by_role("alert")).to_contain_text("Say first that you met.")
        second.get_by_label("Met").select_option("held")
        second.get_by_role("button", name="Save").click()
        expect(second.get_by_text("Saved.")).to_be_visible()
    with database.unscoped_reader(purpose="test") as session:
        items = session.scalars(sa.select(AgendaItem).order_by(AgendaItem.id)).all()
        steps = list(session.scalars(sa.select(FollowUp.text)))
    assert {item.standing for item in items} == {AgendaStanding.HELD}
    assert [item.outcome for item in items] == [AgendaOutcome.INTERESTED, AgendaOutcome.LATER]
    assert items[1].outcome_note == "Typed meanwhile"
    assert steps == ["Send the sheet"]
