"""Reports on paper and the pages around them, in a real browser."""

from dataclasses import replace
from datetime import date, timedelta

from flask import Flask
from playwright.sync_api import Page, expect

from crm.database import Database
from crm.reports.editions import publish_edition
from crm.reports.params import ReportParams
from crm.reports.saved import save_report
from crm.reports.subscriptions import subscribe
from models.lead import Lead
from models.report import Audience, ReportFormat, Rhythm
from models.score import Backtest, BacktestState, ScoreOverride
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.factories.lead import NOW
from tests.factories.user import actor_for
from tests.support.pages import PHONE, enter, expect_sound, make_person
from tests.support.server import serve

# Of what is drawn: as wide as its frame, and nothing of it cut off.
WHOLE = """[...document.querySelectorAll('.report-drawing')].every(frame => {
  const svg = frame.querySelector('svg'), box = svg.viewBox.baseVal;
  const drawn = svg.getBoundingClientRect(), room = frame.getBoundingClientRect();
  return box && box.width > 600 && drawn.width <= room.width + 1 && drawn.height > 50
    && Math.abs(drawn.height - drawn.width * box.height / box.width) < 2;
})"""


def test_a_report_is_printed_whole_from_a_phone_too(
    app: Flask, database: Database, page: Page
) -> None:
    for number in range(6):
        days = [FIRST + timedelta(days=20 * step) for step in range(number + 1)]
        lead_through(database, *days, capex=stated(45_000_000))
    person = make_person(app, database, Role.MANAGER, name="Anna Roy")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    with serve(app) as url:
        enter(page, url, person, "/reports/conversion")
        fold = page.locator("details.report-fold").first
        expect(page.locator(".report-drawing svg").first).to_be_visible()
        expect(page.locator(".report-printed")).to_be_hidden()
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 690, "height": 990})
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(page.locator(".report-printed")).to_contain_text("Made for Anna Roy on")
        expect(page.locator(".report-scope")).to_be_visible()
        for gone in (".app-side", ".app-find", ".page-head .actions", ".report-form", "summary"):
            for part in page.locator(gone).all():
                expect(part).to_be_hidden()
        expect(fold.locator("table")).to_be_visible()
        # Tables stay tables on paper, with their headings on each sheet.
        expect(fold.locator("thead")).to_have_css("display", "table-header-group")
        expect(fold.locator("tbody tr").first).to_have_css("display", "table-row")
        assert page.evaluate(WHOLE)
        link = page.locator(".report-plain td a").first
        assert link.evaluate("one => getComputedStyle(one).color") == page.locator(
            ".report-plain td"
        ).first.evaluate("one => getComputedStyle(one).color")
        page.emulate_media(media="screen")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        expect(fold).not_to_have_attribute("open", "")
        assert page.evaluate(
            "[...document.querySelectorAll('.report-drawing')].every(frame =>"
            " !frame.querySelector('svg').hasAttribute('viewBox')"
            " && frame.querySelector('svg').clientWidth === frame.clientWidth)"
        )


def test_a_mark_and_a_line_lead_to_the_leads(app: Flask, database: Database, page: Page) -> None:
    for number in range(6):
        days = [FIRST + timedelta(days=20 * step + number) for step in range(8)]
        lead_through(database, *days)
    person = make_person(app, database, Role.MANAGER)
    heading = page.get_by_role("heading", level=1)
    with serve(app) as url:
        enter(page, url, person, "/reports/velocity")
        # The line goes down on the days of the announcements.
        line = page.locator("#chart-whole path[fill=none][stroke-width='3']")
        line.scroll_into_view_if_needed()
        box = line.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 3, box["y"] + 1)
        expect(heading).to_have_text("Leads behind the number")
        expect(page.locator(".report-scope")).to_contain_text("6 leads")
        page.goto(f"{url}/reports/conversion")
        page.locator("#chart-first_contact").scroll_into_view_if_needed()
        # The bars, and the sign of the first of them in the legend, which leads nowhere.
        dark = page.locator("#chart-first_contact svg path[fill='#1f4e79']").all()
        boxes = [box for one in dark if (box := one.bounding_box())]
        box = max(boxes, key=lambda one: one["width"])
        page.mouse.click(box["x"] + 8, box["y"] + box["height"] / 2)
        expect(heading).to_have_text("Leads behind the number")
        expect(page.locator(".report-scope")).to_contain_text("6 leads")


def test_the_pages_around_the_reports_are_sound(app: Flask, database: Database, page: Page) -> None:
    person = make_person(app, database, Role.MANAGER)
    actor = replace(actor_for(database, person), counts_all=True)
    lead_id = lead_through(database, FIRST, FIRST + timedelta(days=30), capex=stated(45_000_000))
    params = ReportParams(compare=FIRST)
    with database.transaction(actor) as session:
        edition = publish_edition(
            session, params, Audience.CLOSED, title="Autumn", opening=None, actor=actor, now=NOW
        )
        saved = save_report(
            session,
            kind="pipeline",
            params=params,
            name="Council",
            is_shared=True,
            actor=actor,
            now=NOW,
        )
        session.flush()
        subscribe(
            session,
            saved,
            user_id=None,
            rhythm=Rhythm.WEEKLY,
            weekday=0,
            kind=ReportFormat.PDF,
            actor=actor,
            now=NOW,
        )
        paths = [f"/reports/editions/{edition.public_id}", f"/reports/saved/{saved.public_id}"]
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        lead = session.get_one(Lead, lead_id)
        session.add(
            Backtest(
                day=date(2026, 3, 31),
                state=BacktestState.FAILED,
                asked_at=NOW,
                asked_by="Anna",
                finished_at=NOW,
            )
        )
        session.add(
            ScoreOverride(
                lead_id=lead_id,
                chance=0.6,
                note="They called",
                created_at=NOW,
                created_by="Anna",
            )
        )
        paths.append(f"/scores/leads/{lead.public_id}/own")
    with serve(app) as url:
        enter(page, url, person, "/reports/editions")
        expect_sound(page)
        for path in [*paths, "/reports/saved", "/scores/look-back"]:
            assert (page.goto(f"{url}{path}") or page).url.endswith(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            expect_sound(page)
