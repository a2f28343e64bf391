"""A manager reads reports in a real browser, on a laptop and on a phone."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from crm.auth.passwords import Passwords
from crm.database import Database
from crm.reports.catalogue import REPORTS
from models.stage import Status
from models.user import Role
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.factories.user import make_user
from tests.support.server import serve

PASSWORD = "ribbon silver timber"


@pytest.mark.parametrize("width", [1366, 390])
def test_a_manager_reads_the_reports(
    app: Flask, database: Database, page: Page, width: int
) -> None:
    for reached in range(1, 9):
        days = [FIRST + timedelta(days=number * 20) for number in range(reached)]
        lead_through(database, *days, capex=stated(45_000_000 * reached))
    lead_through(database, FIRST, status=Status.LOST, until=FIRST + timedelta(days=90))
    passwords: Passwords = app.extensions["passwords"]
    user = make_user(database, role=Role.MANAGER, password_hash=passwords.hash(PASSWORD))
    page.set_viewport_size({"width": width, "height": 844})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with serve(app) as url:
        page.goto(f"{url}/reports/")
        page.get_by_label("User name").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Reports")
        assert Axe().run(page).violations_count == 0
        for report in REPORTS:
            page.goto(f"{url}/reports/{report.code}")
            expect(page.get_by_role("heading", level=1)).to_have_text(str(report.title))
            found = Axe().run(page)
            assert found.violations_count == 0, f"{report.code}: {found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), report.code
            if width < 768:
                assert page.evaluate(
                    "[...document.querySelectorAll('.table-scroll')]"
                    ".every(table => table.scrollWidth <= table.clientWidth)"
                ), report.code
        # The charts are drawn, say what they show, and a bar leads to the leads behind it.
        page.goto(f"{url}/reports/movement?as_of=2026-06-30&compare=2026-01-20")
        bridge = page.get_by_role("img", name="Open leads from one day to the other")
        expect(bridge.locator("svg")).to_be_visible()
        expect(bridge.locator("text", has_text="Lost")).to_be_visible()
        page.get_by_label("As it stood on").select_option("day")
        page.get_by_label("Day", exact=True).fill("2026-03-31")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{url}/reports/movement?as_of=2026-03-31&compare=2026-01-20")
        page.get_by_role("row", name="Advanced").get_by_role("link").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Leads behind the number")
        assert Axe().run(page).violations_count == 0
    assert complaints == []
