"""An officer looks for an evening in a real browser, on a laptop and on a phone."""

from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from models.user import Role
from tests.support.pages import enter, expect_sound, make_person
from tests.support.server import serve


def test_find_an_evening_for_tokyo_and_seoul(app: Flask, database: Database, page: Page) -> None:
    officer = make_person(app, database, Role.OFFICER)
    with serve(app) as address:
        enter(page, address, officer, "/calendars/slots?from=2027-02-04&to=2027-02-12")
        expect(page.get_by_role("heading", level=1)).to_have_text("Meeting times")
        expect(page.get_by_text("Substitute holiday for Seollal")).to_have_count(0)
        page.get_by_label("Also watch the holidays of").select_option("Asia/Seoul")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("Substitute holiday for Seollal")).to_be_visible()
        best = page.get_by_role("table", name="The best times of Wed 10 Feb 2027")
        expect(best.get_by_role("row").nth(1)).to_contain_text("Tue 9 Feb 19:00–20:00 Toronto")
        page.get_by_text("1 more time (Wed 10 Feb 2027)").click()
        expect(page.get_by_role("table", name="More times of Wed 10 Feb 2027")).to_be_visible()
        expect_sound(page)
        page.get_by_label("Minutes").fill("150")
        page.keyboard.press("Enter")
        expect(best.get_by_role("row")).to_have_count(2)
        page.get_by_label("Last day in the market").fill("2027-02-01")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("alert")).to_have_text(
            "The last day must not come before the first."
        )
        expect_sound(page)
