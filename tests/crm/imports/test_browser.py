"""The whole way of a file through a real browser: by keyboard, and without JavaScript."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from models.user import Role
from tests.crm.imports.bringing import csv_bytes
from tests.crm.imports.test_service_create import HEADER, row
from tests.support.server import serve


@pytest.fixture
def office(
    app: Flask,
    sign_in: Callable[..., FlaskClient],
    browser: Browser,
    browser_context_args: dict[str, Any],
) -> Iterator[Callable[..., Page]]:
    """`office(javaScriptEnabled=False)`: the import page, seen by a manager."""
    client = sign_in(Role.MANAGER)
    cookie = client.get_cookie("crm")
    assert cookie is not None
    with serve(app) as base:

        def open_page(**more: Any) -> Page:
            context = browser.new_context(**{**browser_context_args, **more}, base_url=base)
            context.add_cookies([{"name": "crm", "value": cookie.value, "url": base}])
            page = context.new_page()
            page.goto("/imports/")
            return page

        yield open_page


def test_a_file_goes_all_the_way_without_javascript(
    office: Callable[..., Page], tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(csv_bytes(HEADER, row(), row("A2", stage="Nowhere")))
    page = office(java_script_enabled=False)
    page.get_by_label("CSV file or Excel workbook").set_input_files(file)
    page.get_by_role("button", name="Read it").press("Enter")
    expect(page.get_by_role("heading", name="1 mistake")).to_be_visible()
    expect(page.get_by_role("button", name="Import it")).to_have_count(0)
    page.get_by_role("button", name="Throw it away").press("Enter")
    file.write_bytes(csv_bytes(HEADER, row(), row("A2", "Second Works", "第二製作所")))
    page.get_by_label("CSV file or Excel workbook").set_input_files(file)
    page.get_by_role("button", name="Read it").press("Enter")
    page.get_by_role("button", name="Import it").press("Enter")
    expect(page.get_by_text("Found: 2 rows; 2 leads open, 0 announced")).to_be_visible()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("everything stands as it did before").first).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_open_to_everybody(
    office: Callable[..., Page], tmp_path: Path, width: int
) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(csv_bytes(HEADER, row(), row("A2", native="????"), row("A3", stage="Nowhere")))
    page = office(viewport={"width": width, "height": 900})
    violations = {}

    def look(name: str) -> None:
        found = Axe().run(page)
        if found.violations_count:
            violations[name] = found.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, name

    look("index")
    page.get_by_label("CSV file or Excel workbook").set_input_files(file)
    page.get_by_role("button", name="Read it").click()
    look("mistakes")
    page.goto("/imports/")
    file.write_bytes(csv_bytes(HEADER, row(), row("A2", native="????")))
    page.get_by_label("CSV file or Excel workbook").set_input_files(file)
    page.get_by_role("button", name="Read it").click()
    look("draft")
    page.get_by_role("button", name="Import it").click()
    look("result")
    page.goto("/imports/")
    look("index with files")
    assert violations == {}
