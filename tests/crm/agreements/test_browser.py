"""An officer cites an agreement from a lead's page in a real browser."""

from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from models.user import Role
from tests.factories.agreement import make_agreement, make_statistic
from tests.factories.lead import make_lead, make_sector
from tests.support.pages import enter, expect_sound, make_person
from tests.support.server import serve


def test_cite_from_a_lead_and_see_the_pipeline(app: Flask, database: Database, page: Page) -> None:
    make_sector(database)
    agreement = make_agreement(database, name="The pact", short_name="PACT", scope="Tariffs")
    make_statistic(database, title="自動車の販売台数")
    lead = make_lead(database, code_name="Project Kestrel")
    make_lead(database)
    officer = make_person(app, database, Role.OFFICER)
    with serve(app) as url:
        enter(page, url, officer, f"/leads/{lead.public_id}?open=cites")
        page.get_by_role("link", name="Cite an agreement or a figure").click()
        expect_sound(page)
        page.get_by_label("Agreement or figure").select_option("PACT · The pact")
        page.get_by_label("Why").fill("its tariff")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Project Kestrel")
        page.goto(f"{url}/agreements/{agreement.public_id}")
        expect(page.locator("#citing")).to_contain_text("its tariff")
        expect_sound(page)
        for path in ("/agreements/", "/agreements/new", "/agreements/figures"):
            page.goto(url + path)
            expect_sound(page)
