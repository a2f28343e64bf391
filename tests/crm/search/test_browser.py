"""The search box in a real browser: by the keyboard alone, and without a script."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from models.user import Role
from tests.crm.search.test_pages import fill
from tests.factories.organization import make_organization
from tests.support.pages import enter, expect_sound, make_person
from tests.support.server import serve


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """The application, served."""
    with serve(app) as address:
        yield address


def test_find_a_firm_by_the_keyboard(app: Flask, database: Database, page: Page, url: str) -> None:
    firm = make_organization(database, name="Mihon Motor", native_name="日産見本株式会社")
    enter(page, url, make_person(app, database, Role.OFFICER), "/leads/")
    page.locator("h1").click()
    page.keyboard.press("/")
    box = page.locator("#search-box")
    expect(box).to_be_focused()
    page.keyboard.type("닛산")
    expect(page.locator(".found mark")).to_have_count(0)
    expect(page.locator(".found")).to_contain_text("日産見本株式会社")
    expect(page.locator("#search-status")).to_have_text("1 record found")
    page.keyboard.press("Escape")
    expect(page.locator(".found")).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.press("Backspace")
    page.keyboard.type("산")
    expect(page.locator(".found")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{url}/organizations/{firm.public_id}")


def test_a_slash_in_a_field_is_a_slash(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    enter(page, url, make_person(app, database, Role.OFFICER), "/organizations/new")
    field = page.get_by_label("Name", exact=False).first
    field.click()
    page.keyboard.type("a/b")
    expect(field).to_have_value("a/b")


def test_the_page_and_the_open_list_are_sound(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    fill(database)
    enter(page, url, make_person(app, database, Role.OFFICER), "/search/?q=heron")
    expect(page.locator(".found")).not_to_have_count(0)
    expect_sound(page)
    page.locator("#search-box").fill("hero")
    expect(page.locator("#search-found .found")).not_to_have_count(0)
    expect_sound(page)
