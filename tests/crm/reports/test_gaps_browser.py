"""A manager looks for what is missing in a real browser, on a laptop and on a phone."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from crm.auth.passwords import Passwords
from crm.database import Database
from models.stage import LeadType
from models.user import Role
from tests.crm.reports.pipelines import FIRST, lead_through
from tests.factories.user import make_user
from tests.support.server import serve

PASSWORD = "ribbon silver timber"


@pytest.mark.parametrize("width", [1366, 390])
def test_from_the_funnel_to_what_is_missing_and_on_to_the_leads(
    app: Flask, database: Database, page: Page, width: int
) -> None:
    for reached in range(1, 8):
        lead_through(database, *(FIRST + timedelta(days=n * 20) for n in range(reached)))
    lead_through(database, FIRST, FIRST + timedelta(days=9), lead_type=LeadType.EXPANSION)
    passwords: Passwords = app.extensions["passwords"]
    user = make_user(database, role=Role.MANAGER, password_hash=passwords.hash(PASSWORD))
    page.set_viewport_size({"width": width, "height": 844})
    with serve(app) as url:
        page.goto(f"{url}/reports/funnel")
        page.get_by_label("User name").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="What is still missing").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What is still missing")
        row = page.get_by_role("row", name="Who decides at head office")
        expect(row.get_by_role("cell").first).to_have_text("5 of 5")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(
            "[...document.querySelectorAll('.table-scroll')]"
            ".every(table => table.scrollWidth <= table.clientWidth)"
        )
        assert Axe().run(page).violations_count == 0
        page.get_by_label("Type").select_option("expansion")
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".report-scope")).to_contain_text("Expansion · All open leads")
        page.get_by_role("link", name="Engaged").click()
        expect(page).to_have_url(f"{url}/leads/?stage=engaged&type=expansion")
