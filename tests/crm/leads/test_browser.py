"""Leads in a real browser: the first screen of a laptop and of a phone, by keyboard, by mouse,
and with scripts switched off."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from crm.auth.passwords import Passwords
from crm.database import Database
from crm.organizations.plan import OrganizationDetails
from models.interaction import Interaction
from models.lead import Lead
from models.measure import Measure, Qualifier
from models.stage import StageCode, Status
from models.user import Language, Role
from tests.crm.leads.scores import give_score
from tests.factories.interaction import make_conversation, make_next_step
from tests.factories.lead import make_lead, make_sector, reload_lead
from tests.factories.user import make_office, make_user
from tests.support.server import serve

PASSWORD = "ribbon silver timber"
LONG_JA = "株式会社見本自動織機北米事業開発準備室"


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
        role=Role.MANAGER,
        name="Claire Example-Whitlock",
        language=language,
        office=make_office(database, name="City of Maple Falls, Economic Development"),
        password_hash=passwords.hash(PASSWORD),
    )
    page.goto(f"{url}/auth/sign-in")
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)


def _full_lead(database: Database) -> Lead:
    lead = make_lead(
        database,
        company=OrganizationDetails(
            name="Mihon Automatic Loom Works North America", native_name=LONG_JA, country="JP"
        ),
        owner_id=make_user(database, name="Haruka Minase (水無瀬 遥)").id,
        office_id=make_office(database, name="Maple Falls Tokyo Office").id,
        capex=Measure(12_000_000_000, Qualifier.BETWEEN, 18_000_000_000, "JPY"),
        jobs=Measure(320, Qualifier.AT_LEAST),
    )
    for number in range(5):
        make_conversation(
            database,
            lead,
            happened_on=date(2026, 11, 1 + number),
            summary=f"Talk {number}: the internal discussion goes on, they ask for more data",
        )
    make_next_step(
        database,
        lead,
        text="Send the answers on power, water and permits to the planning department",
        due_on=date.today() + timedelta(days=3),  # noqa: DTZ011 - the browser's own clock
    )
    give_score(database, lead)
    return lead


def _has_no_faults(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("screen", [(1366, 768, 700), (390, 844, 844)])
def test_the_first_screen_holds_head_box_contacts_needs_size_and_chance(  # noqa: PLR0917
    app: Flask,
    database: Database,
    page: Page,
    url: str,
    screen: tuple[int, int, int],
    language: Language,
) -> None:
    lead = _full_lead(database)
    width, height, fold = screen
    page.set_viewport_size({"width": width, "height": height})
    _sign_in(app, database, page, url, language)
    page.goto(f"{url}/leads/{lead.public_id}")
    expect(page.locator(".needs > summary")).to_be_visible()
    for part in (".lead-head", ".log-box", ".lead-left > details", ".facts", ".needs"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= fold, part
    _has_no_faults(page)
    for fold_name in ("told", "path", "companies", "promises", "files", "conversations", "history"):
        page.locator(f"#{fold_name} > summary").click()
    expect(page.locator("#history li").first).to_be_visible()
    expect(page.locator("#conversations li").first).to_be_visible()
    _has_no_faults(page)


def test_a_conversation_is_logged_with_the_keyboard_alone(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    lead = _full_lead(database)
    _sign_in(app, database, page, url)
    page.goto(f"{url}/leads/{lead.public_id}")
    expect(page.locator("[name=summary]")).to_be_focused()
    page.keyboard.type("They will decide in spring")
    for _ in range(5):
        page.keyboard.press("Tab")
    page.locator("[name=next_step]").fill("Call again")
    page.keyboard.press("Enter")
    expect(page.locator(".alert-success")).to_be_visible()
    expect(page.locator(".contact-list").first).to_contain_text("They will decide in spring")
    with database.unscoped_reader(purpose="test") as session:
        kept = session.scalars(sa.select(Interaction).order_by(Interaction.id.desc())).first()
    assert kept is not None
    assert kept.summary == "They will decide in spring"


def test_a_move_asks_in_place_and_reads_amounts_back(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    lead = make_lead(database, sector_id=make_sector(database).id)
    _sign_in(app, database, page, url)
    page.goto(f"{url}/leads/{lead.public_id}")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Another stage").click()
    page.get_by_role("link", name="Qualified", exact=True).click()
    panel = page.locator(".panel")
    expect(panel.get_by_role("heading")).to_have_text("Move to: Qualified")
    expect(panel.get_by_role("heading")).to_be_focused()
    panel.get_by_label("Investment").fill("12億円")
    expect(panel.locator(".reading").first).to_have_text("Read as: 1,200,000,000\xa0JPY")
    _has_no_faults(page)
    panel.get_by_label("Jobs").fill("many")
    panel.get_by_role("button", name="Move to: Qualified").click()
    expect(panel.get_by_label("Jobs")).to_be_focused()
    expect(panel.get_by_label("Investment")).to_have_value("12億円")
    panel.get_by_label("Jobs").fill("about 40")
    panel.get_by_role("button", name="Move to: Qualified").click()
    expect(page.get_by_text("The lead is now at: Qualified.")).to_be_visible()
    moved = reload_lead(database, lead.id)
    assert moved.stage is StageCode.QUALIFIED
    assert (moved.capex_amount, moved.jobs_count) == (1_200_000_000, 40)


def test_an_email_dropped_on_the_box_becomes_a_conversation(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    lead = make_lead(database)
    _sign_in(app, database, page, url)
    page.goto(f"{url}/leads/{lead.public_id}")
    letter = (
        "From: Sato <sato@example.com>\r\nTo: us@example.org\r\nSubject: Site visit\r\n"
        "Date: Mon, 02 Nov 2026 09:00:00 +0900\r\nMessage-ID: <1@example.com>\r\n\r\nWe will come."
    )
    transfer = page.evaluate_handle(
        """(text) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([text], "letter.eml", { type: "message/rfc822" }));
          return transfer;
        }""",
        letter,
    )
    page.dispatch_event(".log-box", "dragover", {"dataTransfer": transfer})
    expect(page.get_by_text("Drop the e-mail here")).to_be_visible()
    page.dispatch_event(".log-box", "drop", {"dataTransfer": transfer})
    expect(page.locator(".alert-success").first).to_be_visible()
    expect(page.locator(".contact-list").first).to_contain_text("Site visit")


@pytest.mark.parametrize("width", [1366, 390])
def test_the_list_filters_in_place_and_the_address_follows(
    app: Flask, database: Database, page: Page, url: str, width: int
) -> None:
    _full_lead(database)
    make_lead(database, market="KR")
    page.set_viewport_size({"width": width, "height": 844})
    _sign_in(app, database, page, url)
    page.goto(f"{url}/leads/")
    expect(page.locator("#totals")).to_contain_text("All leads")
    _has_no_faults(page)
    page.locator("main").get_by_role("searchbox").fill("見本自動")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(f"{url}/leads/?q=%E8%A6%8B%E6%9C%AC%E8%87%AA%E5%8B%95")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.goto(f"{url}/leads/new")
    _has_no_faults(page)


def test_without_scripts_a_lead_is_moved_closed_and_added_up(
    app: Flask,
    database: Database,
    new_context: Callable[..., BrowserContext],
    url: str,
) -> None:
    lead = make_lead(database)
    page = new_context(java_script_enabled=False).new_page()
    _sign_in(app, database, page, url)
    page.goto(f"{url}/leads/")
    page.get_by_role("link", name="Show totals").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Totals of the leads in this list")
    page.goto(f"{url}/leads/{lead.public_id}")
    page.get_by_role("link", name="Move to: Engaged").click()
    page.get_by_label("With whom").fill("Tanaka")
    page.get_by_role("button", name="Move to: Engaged").click()
    expect(page.get_by_label("Met on")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("With whom")).to_have_value("Tanaka")
    page.get_by_label("With whom").fill("")
    page.get_by_role("button", name="Move to: Engaged").click()
    expect(page.get_by_text("The lead is now at: Engaged.")).to_be_visible()
    page.locator("#history > summary").click()
    page.locator("#history").get_by_role("link", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("History of")
    page.goto(f"{url}/leads/")
    page.locator("[name=lead]").check()
    page.get_by_text("Close the ticked leads").click()
    page.get_by_role("combobox", name="Reason").select_option("gone_silent")
    page.get_by_role("button", name="Close them").click()
    expect(page.get_by_text("1 lead is closed.")).to_be_visible()
    assert reload_lead(database, lead.id).status is Status.LOST
