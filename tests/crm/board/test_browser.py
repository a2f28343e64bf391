"""The board in a real browser: dragged, moved with the keyboard, and asked in the card itself."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from crm.auth.passwords import Passwords
from crm.database import Database
from models.lead import Lead
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR, Language, Role
from tests.factories.lead import make_lead, reload_lead
from tests.factories.user import make_user
from tests.support.server import serve

PASSWORD = "ribbon silver timber"


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """The application, served."""
    with serve(app) as address:
        yield address


def _sign_in(
    app: Flask, database: Database, page: Page, url: str, language: Language = Language.EN
) -> None:
    passwords: Passwords = app.extensions["passwords"]
    user = make_user(
        database,
        role=Role.OFFICER,
        language=language,
        password_hash=passwords.hash(PASSWORD),
    )
    page.goto(f"{url}/auth/sign-in")
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.goto(f"{url}/board/")


def _at(database: Database, stage: StageCode) -> Lead:
    lead = make_lead(database)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(Lead).where(Lead.id == lead.id).values(stage=stage))
    return reload_lead(database, lead.id)


def _card(page: Page, lead: Lead) -> Locator:
    return page.locator(f'[data-lead="{lead.public_id}"]')


def _drag(page: Page, card: Locator, column: Locator) -> None:
    start, end = card.bounding_box(), column.bounding_box()
    assert start is not None
    assert end is not None
    # By its edge: links and buttons in a card are not for dragging.
    page.mouse.move(start["x"] + start["width"] - 6, start["y"] + 6)
    page.mouse.down()
    page.mouse.move(start["x"] + start["width"] - 30, start["y"] + 30, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 30, steps=12)
    page.mouse.up()


def test_a_card_dragged_back_is_moved_and_keeps_the_focus(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    lead = _at(database, StageCode.QUALIFIED)
    _sign_in(app, database, page, url)
    _drag(page, _card(page, lead), page.locator("[data-column=contact]"))
    moved = page.locator(f'[data-column=contact] [data-lead="{lead.public_id}"]')
    expect(moved).to_contain_text("Engaged")
    expect(page.locator("#board-said")).to_contain_text("is now at: Engaged.")
    assert reload_lead(database, lead.id).stage is StageCode.ENGAGED


def test_a_card_dragged_forward_asks_in_the_card(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    lead = _at(database, StageCode.QUALIFIED)
    _sign_in(app, database, page, url)
    _drag(page, _card(page, lead), page.locator("[data-column=project]"))
    panel = _card(page, lead).locator(".panel")
    expect(panel.get_by_role("heading").first).to_have_text("Move to: Project under way")
    assert reload_lead(database, lead.id).stage is StageCode.QUALIFIED
    assert Axe().run(page).violations_count == 0
    page.evaluate("window.stayed = true")
    panel.get_by_label("Requirements list").fill("land, power")
    panel.get_by_role("button", name="Move to: Project under way").click()
    expect(page.locator("#board-said")).to_have_text("The lead is now at: Project under way.")
    # The page is the same one, and whoever moved the card is still on it.
    expect(page.locator(f'[data-column=project] [data-lead="{lead.public_id}"]')).to_be_visible()
    expect(_card(page, lead).get_by_role("link", name="Move")).to_be_focused()
    assert page.evaluate("window.stayed") is True
    moved = reload_lead(database, lead.id)
    assert (moved.stage, moved.requirements) == (StageCode.ACTIVE, "land, power")


def test_the_arrow_keys_move_a_card_and_stay_on_it(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    lead = _at(database, StageCode.QUALIFIED)
    _sign_in(app, database, page, url)
    button = _card(page, lead).get_by_role("link", name="Move")
    button.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f'[data-column=contact] [data-lead="{lead.public_id}"]')).to_be_visible()
    expect(_card(page, lead).get_by_role("link", name="Move")).to_be_focused()
    assert reload_lead(database, lead.id).stage is StageCode.ENGAGED
    page.keyboard.press("ArrowRight")
    expect(_card(page, lead).locator(".panel h2")).to_be_focused()


def test_the_menu_of_a_card_opens_in_it(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    lead = make_lead(database)
    _sign_in(app, database, page, url)
    _card(page, lead).get_by_role("link", name="Move").click()
    panel = _card(page, lead).locator(".panel")
    expect(panel.get_by_role("heading")).to_be_focused()
    panel.get_by_role("link", name="Engaged").click()
    expect(panel.get_by_role("heading").first).to_have_text("Move to: Engaged")
    panel.get_by_role("button", name="Move to: Engaged").click()
    expect(page.locator("#board-said")).to_have_text("The lead is now at: Engaged.")
    expect(_card(page, lead).get_by_role("link", name="Move")).to_be_focused()
    assert reload_lead(database, lead.id).stage is StageCode.ENGAGED


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("width", [1366, 390])
def test_it_is_sound_on_every_screen(  # noqa: PLR0917
    app: Flask, database: Database, page: Page, url: str, width: int, language: Language
) -> None:
    for stage in StageCode:
        _at(database, stage)
    page.set_viewport_size({"width": width, "height": 844})
    _sign_in(app, database, page, url, language)
    for path in ("/board/", "/board/?unfold=contact&unfold=project&unfold=closing"):
        page.goto(url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
