"""A report that takes its time says what it reads, and then brings the figures by itself."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, Request, Route, expect

from config import Config
from crm.auth.passwords import Passwords
from crm.database import Database
from crm.reports import waiting
from crm.reports.catalogue import REPORTS, get_report
from crm.reports.page_parts import page_table
from crm.reports.params import RelativeDay, ReportParams, settle
from crm.reports.report import Words
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.crm.reports.conftest import NOW as DEMO_NOW
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.crm.reports.test_pages import text_of
from tests.factories.announcement import make_announcement
from tests.factories.lead import NOW, make_lead
from tests.factories.user import make_team, make_user
from tests.support.server import serve

SignIn = Callable[..., FlaskClient]
PASSWORD = "ribbon silver timber"


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application of an office for which any history is a long one."""
    config = app.extensions["config"]
    app.extensions["config"] = replace(config, report_wait_after=timedelta(0))
    return app


def test_a_slow_report_says_what_it_reads(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST)
    client = sign_in(Role.MANAGER)
    path = "/reports/velocity?as_of=2026-06-30"
    text = text_of(client, path)
    assert "Reading the history of the leads until 30 Jun 2026…" in text
    assert "Days at a stage" not in text
    assert "Only some leads" in text
    html = client.get(path).get_data(as_text=True)
    assert "<progress" in html
    link = re.search(r'<a href="([^"]+)">Show the figures', html)
    assert link is not None
    figures = client.get(unescape(link[1])).get_data(as_text=True)
    assert "Days at a stage" in figures
    # What waits is never kept in the addresses of the page.
    assert "wait=" not in figures.split('<main id="content"')[1]


def test_two_days_are_said(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST)
    path = "/reports/movement?as_of=2026-06-30&compare=last_year"
    text = text_of(sign_in(Role.MANAGER), path)
    assert "Reading the history of the leads between 30 Jun 2025 and 30 Jun 2026…" in text


def test_a_day_that_is_none_is_said_at_once(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST)
    page = sign_in(Role.MANAGER).get("/reports/velocity?as_of=2026-02-31")
    assert page.status_code == 422
    assert "<progress" not in page.get_data(as_text=True)


def test_an_outsider_does_not_wait_for_what_they_cannot_see(
    sign_in: SignIn, database: Database
) -> None:
    team = make_team(database)
    lead_through(database, FIRST, team_id=team.id)
    assert "Nothing yet" in text_of(sign_in(Role.OFFICER), "/reports/velocity")


@pytest.mark.parametrize("code", [report.code for report in REPORTS])
def test_an_office_of_a_thousand_leads_never_waits(database: Database, code: str) -> None:
    lead_through(database, *(FIRST + timedelta(days=number) for number in range(8)))
    actor = replace(LOCAL_ADMINISTRATOR, office_time_zone="America/Toronto")
    report = get_report(code, Role.MANAGER)
    params = ReportParams(compare=RelativeDay.LAST_YEAR)
    with database.reader(actor) as session:
        settled = settle(session, params, now=NOW)
        for_one_lead = waiting.expected_time(session, report, settled)
    assert for_one_lead * 1_000 < Config.report_wait_after


def test_every_cost_is_of_a_report() -> None:
    assert waiting.COSTS.keys() <= {report.code for report in REPORTS}


def test_comparing_costs_twice(database: Database) -> None:
    lead_through(database, FIRST)
    report = get_report("velocity", Role.MANAGER)
    actor = Actor(id=None, name="all", role=Role.ADMIN, counts_all=True)
    with database.reader(actor) as session:
        alone = waiting.expected_time(session, report, settle(session, ReportParams(), now=NOW))
        both = ReportParams(compare=RelativeDay.LAST_YEAR)
        twice = waiting.expected_time(session, report, settle(session, both, now=NOW))
    assert timedelta(0) < alone < twice


def test_a_page_holds_the_newest_of_a_long_list(app: Flask, database: Database) -> None:
    for _number in range(3):
        make_announcement(database, make_lead(database))
    report = get_report("delivery", Role.MANAGER)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        figures = report.figures(session, ReportParams(), now=DEMO_NOW)
    with app.test_request_context():
        *_totals, page = report.tables(figures, Words("en", most_lines=2))
        *_totals, whole = report.tables(figures, Words("en"))
        shown = page_table(page, lambda _link: None)
    assert (len(shown.rows), len(whole.rows)) == (2, 3)
    assert page.rows == whole.rows[:2]
    assert shown.footnotes == (
        "The first 2 of 3 lines stand here; the Excel and CSV files hold all.",
    )
    assert whole.footnotes == ()


def test_the_figures_come_by_themselves(app: Flask, database: Database, page: Page) -> None:
    for reached in range(1, 9):
        days = [FIRST + timedelta(days=number * 20) for number in range(reached)]
        lead_through(database, *days, capex=stated(45_000_000))
    passwords: Passwords = app.extensions["passwords"]
    user = make_user(database, role=Role.MANAGER, password_hash=passwords.hash(PASSWORD))
    asked: list[str] = []
    held: list[Route] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    def hold(route: Route) -> None:
        held.append(route)

    def next_held() -> Route:
        while not held:
            page.wait_for_timeout(10)
        return held.pop()

    page.on("request", note)
    page.set_viewport_size({"width": 390, "height": 844})
    with serve(app) as url:
        page.goto(f"{url}/reports/")
        page.get_by_label("User name").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        # A server that takes its time: its answer is held back until it is wanted.
        page.route(re.compile("wait=no"), hold)
        page.goto(f"{url}/reports/movement?as_of=2026-06-30&compare=2026-01-20")
        status = page.locator("#report-reading")
        expect(status).to_contain_text("Reading the history of the leads between")
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.locator("#report-figures")).to_have_attribute("aria-busy", "true")
        expect(page.get_by_role("link", name="Show the figures")).to_be_hidden()
        assert Axe().run(page).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        # The connection breaks: it says so, and one key tries again.
        next_held().abort()
        expect(page.get_by_role("alert")).to_have_text(re.compile("no connection to the server"))
        expect(page.get_by_role("progressbar")).to_be_hidden()
        assert Axe().run(page).violations_count == 0
        page.get_by_role("button", name="Try again").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.get_by_role("alert")).to_be_hidden()

        # The figures come, the focus stays where the bar was, and the charts are drawn.
        next_held().continue_()
        bridge = page.get_by_role("img", name="Open leads from one day to the other")
        expect(bridge.locator("svg")).to_be_visible()
        expect(page.get_by_role("progressbar")).to_have_count(0)
        expect(status).to_have_text("The figures are here.")
        expect(page.locator("#report-figures")).to_be_focused()
        assert page.url == f"{url}/reports/movement?as_of=2026-06-30&compare=2026-01-20"
        assert Axe().run(page).violations_count == 0

        # Who stands in the form meanwhile is left there.
        page.reload()
        expect(page.get_by_role("progressbar")).to_be_visible()
        page.get_by_label("Type").focus()
        next_held().continue_()
        expect(bridge.locator("svg")).to_be_visible()
        expect(page.get_by_label("Type")).to_be_focused()
        # The pictures for a page without scripts would each have read the history again.
        assert not [address for address in asked if ".svg" in address and "/reports/" in address]
