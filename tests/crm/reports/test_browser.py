"""A manager reads the funnel in a real browser, on a laptop and on a phone."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from crm.auth.passwords import Passwords
from crm.database import Database
from models.stage import LeadType, Status
from models.user import Role
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.factories.user import make_user
from tests.support.server import serve

PASSWORD = "ribbon silver timber"


@pytest.mark.parametrize("width", [1366, 390])
def test_filter_the_funnel_and_open_the_list_behind_a_count(
    app: Flask, database: Database, page: Page, width: int
) -> None:
    for number, currency in enumerate(("CAD", "JPY", "KRW", "USD", None)):
        days = [FIRST + timedelta(days=n * 20) for n in range(2 + number)]
        lead_through(database, *days, capex=stated(123_400_000, currency))
        lead_through(database, *days, status=Status.LOST, until=days[-1] + timedelta(days=9))
    lead_through(database, FIRST, lead_type=LeadType.EXPANSION)
    passwords: Passwords = app.extensions["passwords"]
    user = make_user(database, role=Role.MANAGER, password_hash=passwords.hash(PASSWORD))
    page.set_viewport_size({"width": width, "height": 844})
    with serve(app) as url:
        page.goto(f"{url}/reports/funnel")
        page.get_by_label("User name").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Funnel")
        expect(page.get_by_role("link", name="Open pipeline")).to_have_text("5")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert Axe().run(page).violations_count == 0
        page.get_by_label("Type").select_option("expansion")
        page.get_by_label("First contact until").fill("2026-12-31")
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".report-scope")).to_contain_text("Expansion · All leads")
        expect(page.get_by_label("First contact until")).to_have_value("2026-12-31")
        page.get_by_role("link", name="Remove the filters").click()
        page.get_by_role("link", name="Open pipeline").click()
        expect(page).to_have_url(f"{url}/leads/?type=expansion")
        expect(page.get_by_role("heading", level=1)).to_have_text("Leads")
