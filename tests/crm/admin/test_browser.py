"""An administrator adds a person, who signs in; and lets another go. In the real browser."""

from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from models.user import Role
from tests.factories.lead import make_lead
from tests.factories.user import make_office, make_team
from tests.support.pages import PASSWORD, enter, expect_sound, make_person
from tests.support.server import serve


def test_people_come_and_go(page: Page, app: Flask, database: Database) -> None:
    admin = make_person(app, database, Role.ADMIN)
    leaver = make_person(app, database, Role.OFFICER, name="Leaver Example")
    make_office(database, name="株式会社見本自動織機北米事業開発準備室 東京事務所")
    team = make_team(database, leaver, name="Otter")
    make_lead(database, owner_id=leaver.id)
    with serve(app) as address:
        enter(page, address, admin, "/admin/")
        expect_sound(page)
        for tab in ("Offices", "Teams", "Stages", "Audit log"):
            page.get_by_role("navigation", name="Administration").get_by_text(tab).click()
            expect(page.get_by_role("heading", level=1)).to_have_text(tab)
            expect_sound(page)
        page.goto(f"{address}/admin/teams/{team.public_id}")
        expect_sound(page)

        page.goto(f"{address}/admin/users/new")
        page.get_by_label("User name").fill("newcomer")
        page.get_by_label("First password").fill("too short")
        page.get_by_label("Name shown to others").fill("Newcomer Example")
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_text("at least 15 characters").last).to_be_visible()
        expect_sound(page)
        page.get_by_label("First password").fill(PASSWORD)
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Newcomer Example")
        expect_sound(page)

        page.goto(f"{address}/admin/users/{leaver.public_id}")
        page.get_by_role("link", name="Deactivate").click()
        expect_sound(page)
        page.get_by_role("button", name="Deactivate").click()
        expect(page.locator("#messages")).to_contain_text("1 open lead is without owner now")
        expect(page.get_by_role("button", name="Reactivate")).to_be_visible()

        page.context.clear_cookies()
        page.goto(f"{address}/auth/sign-in")
        page.locator("#username").fill("newcomer")
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".app-me")).to_contain_text("Newcomer Example")
