"""My day in a real browser: a call in one tap, a promise ticked off, an e-mail dropped."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from config import Config
from crm.auth.passwords import Passwords
from crm.database import Database
from models.interaction import InteractionKind
from models.lead import Lead
from models.user import LOCAL_ADMINISTRATOR, User
from tests.factories.interaction import make_conversation, make_meeting, make_promise
from tests.factories.lead import make_lead, reload_lead
from tests.factories.user import actor_for, make_user
from tests.support.server import serve

pytestmark = pytest.mark.browser
PASSWORD = "a long enough phrase"


@pytest.fixture
def officer(database: Database, config: Config) -> User:
    """Somebody who can sign in as in life."""
    return make_user(database, password_hash=Passwords(config).hash(PASSWORD))


def sign_in(page: Page, url: str, user: User) -> None:
    """Sign in through the form."""
    page.goto(url)
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My day")).to_be_visible()


def test_a_morning(page: Page, app: Flask, database: Database, officer: User) -> None:
    now = datetime.now(UTC)
    me = actor_for(database, officer)
    lead = make_lead(database, owner_id=officer.id)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, lead.id).last_contact_on = now.date() - timedelta(days=90)
    other = make_lead(database, owner_id=officer.id)
    make_promise(database, other, actor=me, text="List of sites", due_on=now.date(), now=now)
    make_meeting(database, other, actor=me, starts_at=now - timedelta(minutes=1), now=now)
    make_conversation(
        database,
        other,
        now=now - timedelta(minutes=1),
        summary="A colleague wrote",
        kind=InteractionKind.EMAIL,
    )
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "console", lambda message: said.append(message.text) if message.type == "error" else None
    )
    with serve(app) as url:
        sign_in(page, url, officer)
        assert Axe().run(page).response["violations"] == []

        # A day that has passed is refused at the lead, and nothing typed is lost.
        row = page.locator(f"#call-{lead.public_id}")
        row.get_by_label("Next time on").evaluate("field => field.removeAttribute('min')")
        row.get_by_label("Next time on").fill("2020-01-06")
        row.get_by_role("button", name="Called").click()
        expect(row.get_by_role("alert")).to_contain_text("has passed already")
        said.clear()  # the browser reports the refusal itself
        row.get_by_label("Next time on").fill((now.date() + timedelta(days=14)).isoformat())
        row.get_by_role("button", name="Called").click()
        expect(page.get_by_text("Call logged.")).to_be_visible()

        page.locator("#due").get_by_role("button", name="Done: List of sites").click()
        expect(page.locator("#due")).to_contain_text("Take back")

        meeting = page.locator("#meetings")
        meeting.get_by_label("What came of it, in one line").fill("They want rail")
        meeting.get_by_role("button", name="It took place").click()
        expect(meeting.get_by_role("status")).to_contain_text("They want rail")

        page.get_by_role("button", name="I have seen these").click()
        expect(page.locator("#changed")).to_contain_text("Nothing changed.")
        expect(page.locator("#due")).to_contain_text("Nothing due.")
    assert said == []
    assert reload_lead(database, lead.id).next_action == "Call again"


def test_an_email_is_dropped_on_its_form(
    page: Page, app: Flask, database: Database, officer: User
) -> None:
    lead = make_lead(database)
    letter = (
        "From: sato@invented.example\\r\\nDate: Fri, 6 Nov 2026 09:30:00 +0900\\r\\n\\r\\nHello"
    )
    with serve(app) as url:
        sign_in(page, url, officer)
        page.goto(f"{url}/interactions/leads/{lead.public_id}/email?next=/interactions/meetings")
        page.evaluate(
            f"""() => {{
              const dropped = new DataTransfer();
              dropped.items.add(new File(["{letter}"], "letter.eml"));
              const form = document.querySelector("[data-drop]");
              for (const type of ["dragover", "drop"]) {{
                form.dispatchEvent(new DragEvent(type, {{
                  bubbles: true, cancelable: true, dataTransfer: dropped }}));
              }}
            }}"""
        )
        expect(page.get_by_text("The e-mail is logged as a conversation.")).to_be_visible()
    assert str(reload_lead(database, lead.id).last_contact_on) == "2026-11-05"


def test_the_first_screen_of_a_phone_shows_meetings_and_what_is_due(
    page: Page, app: Flask, database: Database, officer: User
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    now = datetime.now(UTC)
    me = actor_for(database, officer)
    lead = make_lead(database, owner_id=officer.id)
    for _number in range(2):
        make_meeting(database, lead, actor=me, starts_at=now - timedelta(minutes=1), now=now)
    make_promise(database, lead, actor=me, text="List of sites", due_on=now.date(), now=now)
    with serve(app) as url:
        sign_in(page, url, officer)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        for name in ("Today's meetings", "What is due"):
            box = page.get_by_role("heading", name=name).bounding_box()
            assert box is not None
            assert box["y"] + box["height"] < 844
