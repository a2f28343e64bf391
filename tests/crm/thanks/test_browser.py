"""Letters of thanks in a real browser: read, copied, ticked; sound on a laptop and a phone."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from crm.missions.item_parts import AttendeeDetails
from models.agenda import AgendaSide, AgendaStanding
from models.user import Role
from tests.factories.contact import make_contact
from tests.factories.mission import make_item, make_planned_mission
from tests.factories.organization import make_organization
from tests.support.pages import enter, expect_sound, make_person
from tests.support.server import serve


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """The application, served."""
    with serve(app) as address:
        yield address


def test_a_mission_s_letters_are_written_copied_and_sent(
    app: Flask, database: Database, page: Page, url: str
) -> None:
    company = make_organization(database, name="Sample Works", native_name="見本製作所")
    mission = make_planned_mission(database)
    people = [
        make_contact(database, company, printed_name=name, native_name=native, language=language)
        for name, native, language in (
            ("KAMIYA Taro", "神谷 太郎", "ja"),
            ("KIM Jung-Kwan", "김정관", "ko"),
        )
    ]
    make_item(
        database,
        mission,
        organization=company,
        standing=AgendaStanding.HELD,
        attendees=tuple(
            AttendeeDetails(AgendaSide.THEIRS, contact_id=person.id) for person in people
        ),
    )
    manager = make_person(app, database, Role.MANAGER)
    enter(page, url, manager, f"/thanks/{mission.public_id}")
    expect_sound(page)
    page.get_by_role("button", name="Write their letters").click()
    expect_sound(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row = page.get_by_role("row", name="神谷 太郎")
    row.get_by_role("button", name="Copy").click()
    expect(row.get_by_role("button", name="Copied")).to_be_visible()
    assert "神谷 太郎様" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_label("All letters").check()
    page.get_by_role("button", name="Mark the ticked ones as sent").click()
    expect(page.locator("tr.is-sent")).to_have_count(2)
    for path in ("wording", "wording/ja", "gifts", "gifts/new"):
        page.goto(f"{url}/thanks/{path}")
        expect_sound(page)
