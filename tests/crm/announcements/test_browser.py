"""An officer announces a lead under embargo, in the real browser."""

from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from models.user import Role
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization
from tests.support.pages import enter, expect_sound, make_person
from tests.support.server import serve


def test_a_lead_is_announced_and_waits_for_its_hour(
    page: Page, app: Flask, database: Database
) -> None:
    lead = make_lead(database)
    make_organization(database, name="Maple Sample Polytechnic", native_name=None, country="CA")
    officer = make_person(app, database, Role.OFFICER, time_zone="America/Vancouver")
    viewer = make_person(app, database, Role.VIEWER)
    with serve(app) as address:
        enter(page, address, officer, f"/announcements/new/{lead.public_id}")
        expect_sound(page)
        page.get_by_role("textbox", name="Title").fill("A plant in Maple Falls")
        with page.expect_response(lambda answer: "/suggest" in answer.url):
            page.get_by_label("Organization").nth(1).press_sequentially("maple sam")
        page.get_by_label("Organization").nth(1).fill("maple sample polytechnic")
        page.get_by_label("Investment").fill("lots")
        page.get_by_label("Source", exact=True).fill("City release")
        page.get_by_label("Embargo until").fill("2099-12-24T09:00")
        page.get_by_label("Time zone of the embargo").select_option("Asia/Tokyo")
        page.get_by_label("Move the lead").uncheck()
        page.get_by_role("button", name="Keep the announcement").click()
        expect(page.get_by_text("is not an amount that can be read")).to_be_visible()
        expect(page.get_by_role("textbox", name="Title")).to_have_value("A plant in Maple Falls")
        expect_sound(page)
        page.get_by_label("Investment").fill("about 12億円")
        page.get_by_role("button", name="Keep the announcement").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("A plant in Maple Falls")
        expect(page.locator(".embargo")).to_contain_text("09:00 Tokyo")
        expect(page.locator(".embargo")).to_contain_text("17:00 Vancouver")
        expect(page.locator("main")).to_contain_text("about 1.2B JPY")
        expect(page.get_by_role("link", name="Maple Sample Polytechnic")).to_be_visible()
        expect_sound(page)
        announced = page.url.removeprefix(address)
        page.goto(f"{address}/announcements/")
        expect_sound(page)
        page.context.clear_cookies()
        enter(page, address, viewer, "/announcements/")
        expect(page.locator("main")).to_contain_text("Nothing is announced yet")
        page.goto(f"{address}{announced}")
        expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here.")
