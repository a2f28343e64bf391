"""A site search from its first line to the answer that went out, in the real browser."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from models.organization import OrganizationRole
from models.user import Role
from tests.factories.lead import make_lead, make_sector
from tests.factories.organization import make_organization
from tests.factories.reference import make_reference
from tests.support.pages import enter, expect_sound, make_person
from tests.support.server import serve

LIST = (
    "Reference,Kind,Name,City,Land (acres),Power (MW)\n"
    "A-1,land,North Park,Thunder Bay,62,12\n"
    "A-2,land,Harbour Lands,Thunder Bay,60,\n"
)


def test_a_search_is_answered(page: Page, app: Flask, database: Database) -> None:
    officer = make_person(app, database, Role.OFFICER)
    sector = make_sector(database)
    lead = make_lead(database, owner_id=officer.id, sector_id=sector.id)
    firm = make_organization(
        database,
        name="Sample Precision Machinery Works of North America",
        native_name="見本精密機械製作所北米株式会社",
        country="JP",
        sector_id=sector.id,
        roles=(OrganizationRole.INVESTOR,),
    )
    make_reference(database, firm)
    with serve(app) as address:
        enter(page, address, officer, "/properties/list")
        expect_sound(page)
        page.get_by_label("CSV file or Excel workbook").set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
        )
        page.get_by_role("button", name="Read it").click()
        expect(page.get_by_text("New: 2.")).to_be_visible()
        expect_sound(page)
        page.get_by_role("button", name="Import it").click()
        expect(page.locator("#messages")).to_contain_text("New: 2")
        expect_sound(page)

        page.goto(f"{address}/leads/{lead.public_id}")
        page.locator("#site-searches summary").click()
        page.get_by_role("link", name="New site search").click()
        page.get_by_label("What is asked for").fill("平坦な用地 20 ha")
        page.get_by_label("Land, at least").fill("20 ha")
        page.get_by_label("Electrical power, at least").fill("10 MW")
        due = (datetime.now(UTC) + timedelta(days=9)).date()
        page.get_by_label("Answer due on").fill(due.isoformat())
        page.get_by_label("Time zone").select_option("Asia/Tokyo")
        expect_sound(page)
        page.get_by_role("button", name="Save the search").click()
        expect(page.locator("#matches")).to_contain_text("not known, ask")
        expect_sound(page)
        page.get_by_role("button", name="Offer North Park").click()
        expect(page.locator("#offers")).to_contain_text("North Park")

        for path in (f"/leads/{lead.public_id}", "/"):
            page.goto(f"{address}{path}")
            expect(page.get_by_text("days left")).to_be_visible()
            expect_sound(page)
        page.get_by_role("link", name="平坦な用地").click()
        page.get_by_role("textbox", name="What was sent").fill("Proposal")
        page.get_by_label("This is our answer").check()
        page.get_by_role("button", name="It was sent").click()
        expect(page.locator("#messages")).to_contain_text("proof for the Proposal stage")
        expect_sound(page)

        page.goto(f"{address}/leads/{lead.public_id}")
        expect(page.get_by_text("days left")).to_have_count(0)
        page.locator("#peers summary").click()
        expect(page.locator("#peers")).to_contain_text("見本精密機械製作所")
        expect_sound(page)
        page.get_by_role("button", name="was asked").click()
        expect(page.locator("#requests")).to_contain_text("no answer yet")
        expect_sound(page)
