"""Taking cards on a phone in a real browser: without a network, and as somebody else."""

import base64
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from crm.database import Database
from models.card import Card, CardStanding, CardWish
from models.interaction import StoredFile
from models.user import Role
from tests.factories.card import make_card, type_it
from tests.factories.lead import make_lead
from tests.factories.mission import make_mission
from tests.factories.organization import make_organization
from tests.support.pages import PHONE, enter, expect_sound, make_person
from tests.support.server import serve


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """The application, served."""
    with serve(app) as address:
        yield address


@pytest.fixture
def photo(page: Page, tmp_path: Path) -> Path:
    """A photo as large as a phone takes it."""
    page.goto("about:blank")
    drawn = page.evaluate(
        """() => {
          const canvas = document.createElement("canvas");
          canvas.width = 4000;
          canvas.height = 3000;
          canvas.getContext("2d").fillRect(200, 200, 1500, 900);
          return canvas.toDataURL("image/jpeg", 0.9);
        }"""
    )
    file = tmp_path / "IMG_0001.JPG"
    file.write_bytes(base64.b64decode(drawn.partition(",")[2]))
    return file


def _cards(database: Database) -> list[Card]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(Card).order_by(Card.taken_at)))


def _until_sent(database: Database, count: int) -> list[Card]:
    end = time.monotonic() + 20
    while time.monotonic() < end and len(_cards(database)) < count:
        time.sleep(0.1)
    return _cards(database)


def test_cards_taken_without_a_network_arrive_once_when_there_is_one(
    app: Flask, database: Database, page: Page, url: str, photo: Path
) -> None:
    context = page.context
    mission = make_mission(database, name="Sample mission")
    officer = make_person(app, database, Role.OFFICER)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    enter(page, url, officer, f"/cards/new?mission={mission.public_id}")
    waiting = page.locator("#take-waiting")
    expect(waiting).to_have_text("Nothing waits to be sent")
    page.evaluate("navigator.serviceWorker.ready")
    context.set_offline(True)

    # Two taps for a card, beside those that the phone's own camera asks for.
    taps = 0
    began = time.monotonic()
    page.locator("#front").set_input_files(photo)
    taps += 1
    page.get_by_role("button", name="Talk again").click()
    taps += 1
    expect(waiting).to_have_text("1 waiting to send")
    assert taps == 2
    assert time.monotonic() - began < 15

    # The phone was put away: the page opens without a network, for the mission of its address.
    page.reload()
    expect(waiting).to_have_text("1 waiting to send")
    expect(page.locator("#mission")).to_have_value(mission.public_id)
    page.get_by_label("Name (not needed with a photo)").fill("KIM Jung-Kwan")
    page.get_by_label("One line").fill("wants the list in 한국어")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send something").click()
    expect(waiting).to_have_text("2 waiting to send")
    assert _cards(database) == []

    context.set_offline(False)
    expect(waiting).to_have_text("Nothing waits to be sent", timeout=20_000)
    page.reload()
    expect(waiting).to_have_text("Nothing waits to be sent")
    first, second = _cards(database)
    assert (first.wish, first.mission_id, first.name) == (CardWish.TALK_AGAIN, mission.id, None)
    assert (second.name, second.note, second.wish) == (
        "KIM Jung-Kwan",
        "wants the list in 한국어",
        CardWish.SEND_SOMETHING,
    )
    with database.unscoped_reader(purpose="test") as session:
        [kept] = session.scalars(sa.select(StoredFile)).all()
    assert (kept.content_type, kept.card_id) == ("image/jpeg", first.id)
    # Drawn anew with its longest side at 1600.
    size = page.evaluate(
        """async (path) => {
          const picture = await createImageBitmap(await (await fetch(path)).blob());
          return [picture.width, picture.height];
        }""",
        f"/files/{kept.public_id}",
    )
    assert size == [1600, 1200]


def test_a_queue_is_sent_by_nobody_but_who_took_the_cards(
    app: Flask, database: Database, page: Page, context: BrowserContext, url: str
) -> None:
    taker = make_person(app, database, Role.OFFICER)
    other = make_person(app, database, Role.OFFICER)
    enter(page, url, taker, "/cards/new")
    page.evaluate("navigator.serviceWorker.ready")
    context.set_offline(True)
    page.get_by_label("Name (not needed with a photo)").fill("SATO")
    page.get_by_role("button", name="Keep the card").click()
    expect(page.locator("#take-waiting")).to_have_text("1 waiting to send")
    # The session ends meanwhile: the card stays, and the page asks to sign in.
    cookies = context.cookies()
    context.clear_cookies()
    context.set_offline(False)
    page.locator("#take-waiting").click()
    expect(page.locator("#take-signed-out")).to_be_visible()
    expect(page.locator("#take-waiting")).to_have_text("1 waiting to send")
    assert _cards(database) == []
    # Somebody else signs in on this phone.
    page.get_by_role("link", name="Sign in to send them").click()
    enter(page, url, other, "/cards/new")
    expect(page.locator("#take-others")).to_be_visible()
    expect(page.locator("#take-waiting")).to_have_text("Nothing waits to be sent")
    page.get_by_label("Name (not needed with a photo)").fill("TANAKA")
    page.get_by_role("button", name="Keep the card").click()
    [theirs] = _until_sent(database, 1)
    assert (theirs.name, theirs.taken_by_id) == ("TANAKA", other.id)
    # Signing out takes the kept page along, and leaves the card.
    page.goto(f"{url}/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#username")).to_be_visible()
    assert page.evaluate("caches.has('cards-shell')") is False
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto(f"{url}/cards/new")
    mine = next(card for card in _until_sent(database, 2) if card.name == "SATO")
    assert mine.taken_by_id == taker.id
    assert len(_cards(database)) == 2


def test_the_pages_of_cards_are_sound_and_the_sheet_goes_by_the_keyboard(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    make_lead(database)
    company = make_organization(database, name="Sample Works")
    cards = [make_card(database, note="a line") for _ in range(3)]
    for card in cards[:2]:
        type_it(database, card, company, printed_name="TSUKISHIMA Sample", native_name="月島 見本")
    enter(page, url, make_person(app, database, Role.OFFICER), "/cards/new")
    expect(page.locator("#take-waiting")).to_be_visible()
    expect_sound(page)
    for path in (f"{cards[2].public_id}/type", "desk", cards[0].public_id, "sort"):
        page.goto(f"{url}/cards/{path}")
        expect_sound(page)
    lines = page.locator("[data-line]")
    lines.first.focus()
    page.keyboard.press("3")
    expect(lines.first).to_contain_text("Keep in touch")
    expect(lines.nth(1)).to_be_focused()
    page.keyboard.press("4")
    expect(lines.nth(2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("u")
    expect(lines.nth(1).get_by_role("button", name="New lead")).to_be_visible()
    expect(lines.nth(1)).to_be_focused()
    standings = [card.standing for card in _cards(database)]
    assert standings.count(CardStanding.SORTED) == 1
