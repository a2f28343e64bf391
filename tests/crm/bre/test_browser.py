"""Company visits in a real browser: answers that keep themselves, and what every page owes."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from models.bre_call import BreAnswer, BreCase, BreFlag
from models.user import LOCAL_ADMINISTRATOR, Role, TeamMember
from tests.factories.visit import answer, finish, make_firm, make_visit, make_watch
from tests.support.pages import PHONE, enter, expect_sound, make_person
from tests.support.server import serve

pytestmark = pytest.mark.browser
LONG = "Nagisakago Environmental Systems and Precision Works Corporation of Kyoto"
NATIVE = "株式会社渚籠環境精密総合製作所京都第一事業本部"


def test_answers_keep_themselves_on_a_phone(page: Page, app: Flask, database: Database) -> None:
    watch = make_watch(database)
    person = make_person(app, database, Role.OFFICER)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(TeamMember(team_id=watch.team.id, user_id=person.id))
    call = make_visit(
        database, make_firm(database, name=LONG, native_name=NATIVE), actor=watch.actor
    )

    def kept() -> dict[str, object]:
        with database.reader(LOCAL_ADMINISTRATOR) as session:
            rows = session.scalars(sa.select(BreAnswer))
            return {row.part: "skipped" if row.is_skipped else row.value for row in rows}

    with serve(app) as address:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        enter(page, address, person, f"/bre/{call.public_id}/answers?also=ja")
        employees = page.locator("#part-C1-employees_now")
        # Typed and left: no button is pressed.
        employees.locator("input.form-control").fill("1,250")
        expect(employees.locator(".part-state")).to_contain_text("Kept")
        expect(page.locator("#count-core")).to_have_text("1/10")
        courted = page.locator("#part-E4-relocation_likelihood")
        courted.get_by_text("4", exact=False).first.click()
        expect(courted.locator(".part-state")).to_contain_text("Kept")
        plans = page.locator("#part-E1-plans")
        plans.get_by_text("Expand").click()
        expect(plans.locator(".part-state")).to_contain_text("Kept")
        # None of these takes the others away.
        plans.get_by_text("None of these").click()
        expect(plans.get_by_role("checkbox", name="Expand")).not_to_be_checked()
        # What cannot be is said beside it, and stays as it was typed.
        ago = page.locator("#part-C1-employees_year_ago")
        ago.locator("input.form-control").fill("lots")
        ago.locator("input.form-control").blur()
        expect(ago.locator(".part-state")).to_contain_text("is not a number")
        expect(ago.locator("input.form-control")).to_have_value("lots")
        ago.get_by_role("button", name="Skip").click()
        expect(page.locator("#part-C1-employees_year_ago .part-state")).to_contain_text("Skipped")
        expect(page.locator("#part-C1-employees_year_ago input.form-control")).to_have_value("")
        page.wait_for_load_state("networkidle")
        assert kept() == {
            "C1.employees_now": 1250,
            "C1.employees_year_ago": "skipped",
            "E1.plans": [],
            "E4.relocation_likelihood": 4,
        }
        # Without a connection the page says so, and keeps what was typed.
        page.context.set_offline(True)
        expected = page.locator("#part-C1-employees_in_12_months")
        expected.locator("input.form-control").fill("900")
        expect(expected.locator(".part-state")).to_contain_text("no connection")
        page.context.set_offline(False)
        expected.locator("input.form-control").fill("901")
        expect(expected.locator(".part-state")).to_contain_text("Kept")
        assert kept()["C1.employees_in_12_months"] == 901
        page.get_by_role("link", name=re.compile("To the visit")).click()
        page.get_by_role("button", name="It took place").click()
        expect(page.locator("#messages")).to_contain_text("A red flag opened a case")


def test_the_pages_are_sound(page: Page, app: Flask, database: Database) -> None:
    watch = make_watch(database)
    person = make_person(app, database, Role.OFFICER)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(TeamMember(team_id=watch.team.id, user_id=person.id))
    call = make_visit(
        database, make_firm(database, name=LONG, native_name=NATIVE), actor=watch.actor
    )
    make_firm(database, name="또다른 회사", jobs=None)
    answer(
        database,
        call,
        {"E5.courted": "yes", "E2.considered": "yes", "G1.roads": 2, "C1.employees_now": 120},
        actor=watch.actor,
    )
    finish(database, call, actor=watch.actor)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        case = session.scalars(sa.select(BreCase.public_id)).one()
        green = session.scalars(
            sa.select(BreFlag.public_id).where(BreFlag.rule == "E2-green")
        ).one()
    with serve(app) as address:
        enter(page, address, person, "/bre/")
        for path in (
            "/bre/",
            f"/bre/{call.public_id}",
            f"/bre/{call.public_id}/answers?also=ja",
            f"/bre/{call.public_id}/answers?section=E",
            f"/bre/{call.public_id}/edit",
            f"/bre/{call.public_id}/sheet?language=ja",
            "/bre/flags",
            f"/bre/flags/{green}",
            f"/bre/flags/{green}/lead",
            "/bre/facilities",
            "/bre/cases",
            f"/bre/cases/{case}",
            "/bre/rules",
        ):
            page.goto(f"{address}{path}")
            expect_sound(page)
