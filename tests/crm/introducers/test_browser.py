"""A manager follows an introducer from the report to the outcome in a real browser."""

from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from models.user import Role
from tests.crm.introducers.openers import FORTY_JOBS, TEN_MILLION, introduce
from tests.factories.announcement import make_announcement
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization
from tests.support.pages import enter, expect_sound, make_person
from tests.support.server import serve


def test_from_the_report_to_the_outcome(app: Flask, database: Database, page: Page) -> None:
    jetro = make_organization(
        database, name="JETRO Toronto", native_name="独立行政法人日本貿易振興機構トロント事務所"
    )
    lead = make_lead(database, code_name="Project Kestrel")
    introduce(database, lead, jetro)
    introduce(database, lead, make_organization(database, native_name="주식회사 늘길은행"))
    make_announcement(database, lead, capex=TEN_MILLION, jobs=FORTY_JOBS)
    manager = make_person(app, database, Role.MANAGER)
    with serve(app) as url:
        enter(page, url, manager, "/introducers/")
        expect_sound(page)
        page.locator("select[name=kind]").select_option("jetro")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="JETRO Toronto").click()
        expect(page.locator(".introducer-way")).to_contain_text("shared among 2")
        expect_sound(page)
