"""Duplicates in a real browser: the warning while typing, merging by keyboard, sound pages."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from models.user import Role
from tests.factories.organization import make_organization
from tests.support.pages import enter, expect_sound, make_person
from tests.support.server import serve


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application runs."""
    with serve(app) as found:
        yield found


def test_the_warning_comes_while_typing_and_goes_when_told(
    page: Page, address: str, app: Flask, database: Database
) -> None:
    make_organization(database, name="Muro Corporation", native_name="株式会社ムロ", country="JP")
    person = make_person(app, database, Role.OFFICER)
    enter(page, address, person, "/organizations/new")
    page.locator("#name").press_sequentially("muro")
    note = page.locator(".similar-note")
    expect(note).to_contain_text("株式会社ムロ")
    expect_sound(page)
    note.get_by_label("Not the same").click()
    expect(note).to_have_count(0)
    expect(page.locator("input[type=hidden][name=not_same]")).to_have_count(1)


def test_a_pair_is_merged_and_parted_again(
    page: Page, address: str, app: Flask, database: Database
) -> None:
    make_organization(database, name="Muro Corporation", native_name="株式会社ムロ", country="JP")
    make_organization(database, name="Muro Corp.", native_name=None)
    person = make_person(app, database, Role.ADMIN)
    enter(page, address, person, "/duplicates/")
    expect_sound(page)
    page.get_by_role("link", name="Compare").first.press("Enter")
    expect_sound(page)
    page.get_by_role("button", name="Merge them").press("Enter")
    expect(page.locator("#messages")).to_contain_text("one now")
    page.goto(f"{address}/duplicates/merges")
    expect_sound(page)
    page.get_by_role("link", name="Undo").press("Enter")
    expect_sound(page)
    page.get_by_role("button", name="Undo the merge").press("Enter")
    expect(page.locator("#messages")).to_contain_text("of its own again")
    page.goto(f"{address}/duplicates/notices")
    expect_sound(page)
