"""Announcing under embargo, breaking it, and the client's word for it, in the real browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from models.announcement import Announcement
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


def test_one_tap_opens_every_channel_and_the_client_answers_the_link(
    page: Page, app: Flask, database: Database, told: Callable[..., Announcement]
) -> None:
    made = told(
        title="北陸精密架空製作所と 한빛가상소재 in Maple Falls",
        embargo_until=datetime.now(UTC) + timedelta(days=9),
        embargo_zone="Asia/Seoul",
    )
    viewer = make_person(app, database, Role.VIEWER)
    officer = make_person(app, database, Role.OFFICER)
    with serve(app) as address:
        enter(page, address, officer, f"/announcements/{made.public_id}")
        expect_sound(page)
        page.get_by_role("link", name="Add credit").click()
        page.get_by_label("Somebody who is not on file").fill("Seoul office")
        page.get_by_label("Credit", exact=True).select_option("full")
        expect_sound(page)
        page.get_by_role("button", name="Keep the credit").click()
        page.get_by_label("Language of the client").select_option("ko")
        page.get_by_role("button", name="Link for the client").click()
        link = page.get_by_label("Link", exact=True).input_value()
        expect_sound(page)
        page.goto(f"{address}/announcements/{made.public_id}")
        page.get_by_role("button", name="Broken early").click()
        expect(page.locator(".release-bar")).to_contain_text("It came out before its hour.")
        expect_sound(page)
        page.context.clear_cookies()
        # Nobody is signed in here.
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{address}/announcements/confirm/{link.rsplit('/', 1)[-1]}")
        expect(page.locator("main")).to_contain_text("Seoul office")
        expect_sound(page)
        page.get_by_label("성함").fill("김 하나")
        page.get_by_role("button", name="네, 맞습니다").click()
        expect(page.get_by_role("status")).to_contain_text("감사합니다")
        enter(page, address, viewer, "/announcements/")
        expect(page.locator("main")).to_contain_text("한빛가상소재")
        page.get_by_role("link", name="한빛가상소재").click()
        expect(page.locator("main")).to_contain_text("by 김 하나")
        expect_sound(page)
