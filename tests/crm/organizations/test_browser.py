"""An officer puts a company and a person on file, in the real browser, by keyboard and by phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from crm.database import Database
from models.user import Role, User
from tests.factories.organization import make_organization
from tests.support.pages import enter, expect_sound, make_person
from tests.support.server import serve

LONG_JA = "株式会社見本自動織機北米事業開発準備室"
LONG_KO = "주식회사 견본대한첨단소재기술연구원"


@pytest.fixture
def office(app: Flask, database: Database) -> Iterator[tuple[str, User]]:
    """The application with an officer; its address and the officer."""
    officer = make_person(app, database, Role.OFFICER)
    with serve(app) as address:
        yield address, officer


def test_a_company_and_a_person_come_on_file(
    page: Page, office: tuple[str, User], database: Database
) -> None:
    make_organization(database, name="Mihon Holdings", native_name="見本持株", country="JP")
    make_organization(database, name="Gyeonbon Institute", native_name=LONG_KO, country="KR")
    address, officer = office
    problems: list[str] = []
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: problems.append(str(error)))
    enter(page, address, officer, "/organizations/")
    expect_sound(page)

    # The search answers while one types, and the address can be sent to somebody.
    page.get_by_label("Name, in any script").press_sequentially("견본대한")
    expect(page.get_by_role("link", name=LONG_KO)).to_be_visible()
    expect(page.get_by_role("link", name="Mihon Holdings")).to_have_count(0)
    expect(page.locator("#results-status")).to_have_text("1 organization shown")
    expect(page).to_have_url(
        f"{address}/organizations/?q=%EA%B2%AC%EB%B3%B8%EB%8C%80%ED%95%9C&country=&role=&sector="
    )
    page.get_by_label("Name, in any script").fill("in")
    expect(page.locator("#results-status")).to_have_text("2 organizations shown")
    page.go_back()

    # A name that is on file is shown first; the person goes on knowingly.
    page.goto(f"{address}/organizations/new")
    expect_sound(page)
    page.get_by_label("Name in Latin letters").fill("MIHON HOLDINGS")
    page.get_by_label("Name in its own script").fill(LONG_JA)
    page.get_by_label("Country").select_option("JP")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="on file already")).to_be_visible()
    expect(page.get_by_label("Name in its own script")).to_have_value(LONG_JA)
    expect(page.get_by_role("button", name="Add anyway")).to_be_visible()
    # Enter asks again; it never goes on by itself.
    page.get_by_label("City").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="on file already")).to_be_visible()
    page.get_by_label("Name in Latin letters").fill("Mihon Looms North America")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(LONG_JA)
    assert page.locator("h1 [lang=ja]").inner_text() == LONG_JA

    # A relation by keyboard alone, with the names suggested.
    page.wait_for_load_state("load")
    page.get_by_text("Add a relation").focus()
    page.keyboard.press("Enter")
    page.get_by_label("This organization is").select_option("subsidiary")
    with page.expect_response(lambda answer: "/suggest" in answer.url):
        page.get_by_label("Other organization").press_sequentially("見本持")
    expect(page.locator("datalist option[value='Mihon Holdings']")).to_have_count(1)
    page.get_by_label("Other organization").fill("Mihon Holdings")
    page.keyboard.press("Enter")
    relations = page.locator("section", has=page.locator("#relations"))
    expect(relations.get_by_role("link", name="Mihon Holdings")).to_be_visible()
    expect(relations).to_contain_text("Subsidiary of")

    # A number that is a person's is refused in place, and nothing typed is lost.
    page.get_by_text("Add a number").click()
    page.get_by_label("Register", exact=True).select_option("kr_business_number")
    page.locator("#identifier-value").fill("850101-1234567")
    page.get_by_role("button", name="Add the number").click()
    expect(page.get_by_role("alert").filter(has_text="주민등록번호")).to_be_visible()
    expect_sound(page)

    page.get_by_role("link", name="Add a contact").click()
    page.get_by_label("Name as printed").fill("TANAKA Ai")
    page.get_by_label("Name in its own script").fill("田中 愛")
    page.get_by_label("Title in its own script").fill("経営企画部長")
    expect_sound(page)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("TANAKA Ai")
    expect(page.locator("main")).to_contain_text("Head of department")
    expect(page.get_by_role("link", name="Mihon Looms North America")).to_be_visible()
    expect_sound(page)
    assert [text for text in problems if "422" not in text] == []


def test_everything_works_without_javascript(
    browser: Browser,
    browser_context_args: dict[str, Any],
    office: tuple[str, User],
    database: Database,
) -> None:
    make_organization(database, name="Mihon Holdings", native_name=None)
    address, officer = office
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    page = context.new_page()
    enter(page, address, officer, "/organizations/")
    page.get_by_label("Name, in any script").fill("holdings")
    page.locator("form.filter-bar").get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Mihon Holdings").click()
    page.get_by_text("Add a name").click()
    page.locator("#name-text").fill("見本持株")
    page.get_by_role("button", name="Add the name").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("見本持株")
    context.close()
