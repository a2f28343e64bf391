"""Pages in the tests' browser: signing in as a person does, and what every page owes its reader."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from flask import Flask
from playwright.sync_api import Page, expect

from crm.auth.passwords import Passwords
from crm.database import Database
from models.user import Role, User
from tests.factories.user import make_user

PASSWORD = "maple otter lantern 42"
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1366, "height": 768}


def make_person(app: Flask, database: Database, role: Role, **values: Any) -> User:
    """Somebody who signs in with `PASSWORD`."""
    passwords: Passwords = app.extensions["passwords"]
    return make_user(database, role=role, password_hash=passwords.hash(PASSWORD), **values)


def enter(page: Page, address: str, person: User, path: str) -> None:
    """Sign in through the form, by keyboard, and go to a page."""
    page.goto(f"{address}/auth/sign-in")
    page.locator("#username").fill(person.username)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("nav")).not_to_have_count(0)
    page.goto(f"{address}{path}")


def expect_sound(page: Page) -> None:
    """No accessibility violation, no sideways scrolling, no id twice; on a laptop and a phone."""
    for size in (LAPTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found = Axe().run(page).response["violations"]
        violations = [(item["id"], item["nodes"][0]["html"]) for item in found]
        assert violations == [], violations
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow == 0, overflow
        twice = page.evaluate(
            "[...document.querySelectorAll('[id]')].map(e => e.id)"
            ".filter((id, n, all) => all.indexOf(id) !== n)"
        )
        assert twice == [], twice
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
