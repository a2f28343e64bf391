"""The pages of reports: who may read them, what they say, what is behind a number, their cost."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from crm.database import Database
from crm.reports.behind_queries import PAGE_SIZE, count_behind, count_every
from crm.reports.catalogue import REPORTS, get_report
from crm.reports.moved_leads import leads_that_moved
from crm.reports.movement import Move
from crm.reports.movement_queries import read_movement
from crm.reports.params import Dimension, RelativeDay, ReportParams, settle
from crm.reports.report import Words
from models.organization import Sector
from models.stage import LeadType, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Actor, Language, Role
from tests.crm.reports.conftest import NOW as DEMO_NOW
from tests.crm.reports.conftest import PastDemo
from tests.crm.reports.pipelines import FIRST, at, lead_through, past_lead, stated
from tests.crm.reports.test_pages import text_of
from tests.crm.reports.test_pipeline import OUTSIDER
from tests.factories.lead import make_sector
from tests.factories.user import make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
EVERYTHING = Actor(id=None, name="all", role=Role.ADMIN, counts_all=True)
CODES = [report.code for report in REPORTS]


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def table_of(client: FlaskClient, path: str, code: str) -> list[list[str]]:
    """The rows of a table on a page, as texts without what phones alone show."""
    page = client.get(path).get_data(as_text=True)
    part = page.split(f'<h2 id="table-{code}"')[1].split("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", part, re.DOTALL)
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(
                r"<t[hd][^>]*>(.*?)</t[hd]>",
                re.sub(r'<span class="unit".*?</span>', "", row),
                re.DOTALL,
            )
        ]
        for row in rows
    ]


def leads_on(client: FlaskClient, path: str) -> set[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return set(re.findall(r'href="/leads/([a-z2-7]{16})"', answer.get_data(as_text=True)))


@pytest.mark.parametrize("code", CODES)
def test_staff_read_a_report_without_any_lead(sign_in: SignIn, code: str) -> None:
    client = sign_in(Role.VIEWER)
    if client.get(f"/reports/{code}").status_code == 404:
        client = sign_in(Role.MANAGER)
    assert client.get(f"/reports/{code}").status_code == 200


@pytest.mark.parametrize("path", ["/reports/", "/reports/pipeline", "/reports/pipeline/leads"])
def test_a_partner_reads_none(sign_in: SignIn, path: str) -> None:
    assert sign_in(Role.PARTNER).get(path).status_code == 403


def test_a_report_that_does_not_exist_is_not_found(sign_in: SignIn) -> None:
    client = sign_in()
    for path in ("/reports/none", "/reports/none/leads", "/reports/pipeline/none.svg"):
        assert client.get(path).status_code == 404


def test_the_index_leads_to_every_report(sign_in: SignIn) -> None:
    page = sign_in(Role.MANAGER).get("/reports/").get_data(as_text=True)
    for code in [*CODES, "funnel", "gaps"]:
        assert f'href="/reports/{code}"' in page


def test_the_pipeline_says_its_sums_and_what_they_leave_out(
    sign_in: SignIn, database: Database
) -> None:
    lead_through(database, FIRST, after(9), capex=stated(45_700_000))
    lead_through(database, FIRST, after(9), capex=stated(8_000_000, None))
    lead_through(database, FIRST)
    client = sign_in()
    text = text_of(client, "/reports/pipeline")
    assert "there were 3 leads in the open pipeline. They state 45.7M CAD" in text
    assert "The investment of 1 lead is not known and in no sum." in text
    assert "The jobs of 3 leads are not known and in no sum." in text
    rows = {row[0]: row[1:] for row in table_of(client, "/reports/pipeline", "capex")}
    assert rows["Engaged"] == ["45,700,000", "3,656,000", "8,000,000", "640,000", "0"]
    assert rows["First contact"] == ["–", "–", "–", "–", "1"]
    assert rows["Open pipeline"] == ["45,700,000", "3,656,000", "8,000,000", "640,000", "1"]


def test_a_past_day_shows_the_past_and_leads_to_it(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST, after(30))
    lead_through(database, after(40))
    client = sign_in()
    path = f"/reports/pipeline?as_of={after(35)}&compare={after(10)}"
    assert "As it stood on" in text_of(client, path)
    rows = {row[0]: row[1:] for row in table_of(client, path, "stages")}
    assert rows["First contact"][:4] == ["0", "0", "1", "−1"]
    assert rows["Engaged"][:4] == ["1", "0", "0", "+1"]
    behind = f"/reports/pipeline/leads?as_of={after(35)}&compare={after(10)}"
    then = leads_on(client, f"{behind}&stage=engaged")
    assert len(then) == 1
    assert leads_on(client, f"{behind}&stage=first_contact&on=compare") == then
    assert leads_on(client, f"{behind}&stage=first_contact") == set()
    assert len(leads_on(client, "/reports/pipeline/leads")) == 2


@pytest.mark.parametrize("by", list(Dimension))
def test_each_number_of_the_pipeline_leads_to_so_many_leads(
    app: Flask, past_demo: PastDemo, by: Dimension
) -> None:
    day = past_demo.days(3)[-1]
    report = get_report("pipeline", Role.ADMIN)
    params = ReportParams(as_of=day, compare=RelativeDay.LAST_QUARTER, by=by)
    assert report.behind is not None
    checked = 0
    with app.app_context(), force_locale("en"), past_demo.database.reader(EVERYTHING) as session:
        settled = settle(session, params, now=DEMO_NOW)
        figures = report.figures(session, params, now=DEMO_NOW)
        for table in report.tables(figures, Words()):
            for cell in [cell for row in table.rows for cell in row.cells if cell.link]:
                assert cell.link is not None
                behind = report.behind(session, settled, cell.link.args)
                found = count_behind(session, behind.conditions)
                assert found == cell.value, (past_demo.seed, day, table.code, cell)
                checked += 1
    assert checked > 10


@pytest.mark.parametrize("code", ["conversion", "velocity"])
@pytest.mark.parametrize("role", ["administrator", "manager", "outsider"])
def test_each_number_of_a_course_leads_to_so_many_leads(
    app: Flask, past_demo: PastDemo, code: str, role: str
) -> None:
    """Those listed, and for who counts all those of which a list says only how many."""
    counts_all = replace(OUTSIDER, role=Role.MANAGER, counts_all=True)
    viewer = {"administrator": EVERYTHING, "manager": counts_all, "outsider": OUTSIDER}[role]
    day = past_demo.days(8)[-1]
    report = get_report(code, viewer.role)
    params = ReportParams(as_of=day)
    assert report.behind is not None
    with app.app_context(), force_locale("en"), past_demo.database.reader(viewer) as session:
        settled = settle(session, params, now=DEMO_NOW)
        figures = report.figures(session, params, now=DEMO_NOW)
        rows = [row for table in report.tables(figures, Words()) for row in table.rows]
        cells = [cell for row in rows for cell in row.cells if cell.link]
        assert len(cells) > 12, (past_demo.seed, day)
        for cell in past_demo.dice.sample(cells, min(40, len(cells))):
            assert cell.link is not None
            behind = report.behind(session, settled, cell.link.args)
            listed = count_behind(session, behind.conditions)
            every = count_every(session, settled, behind.conditions)
            assert every == cell.value, (past_demo.seed, day, cell)
            assert listed == every if role != "manager" else listed <= every


def test_bars_and_marks_lead_where_the_numbers_lead(app: Flask, past_demo: PastDemo) -> None:
    day = past_demo.days(8)[-1]
    with app.app_context(), force_locale("en"), past_demo.database.reader(EVERYTHING) as session:
        for code in ("conversion", "velocity"):
            report = get_report(code, Role.ADMIN)
            figures = report.figures(session, ReportParams(as_of=day), now=DEMO_NOW)
            rows = [row for table in report.tables(figures, Words()) for row in table.rows]
            known = [cell.link for row in rows for cell in row.cells if cell.link]
            for spec in report.charts(figures, Words()):
                for series in spec.series:
                    wanted = 1 if series.points else len(series.values)
                    assert len(series.links) == wanted, spec.code
                    drawn = zip(series.values, series.links, strict=False)
                    assert all(link in known for value, link in drawn if value), spec.code


def test_each_page_of_a_long_list_says_how_many_there_are(
    sign_in: SignIn, database: Database
) -> None:
    for _number in range(PAGE_SIZE + 2):
        lead_through(database, FIRST)
    client = sign_in()
    path = "/reports/velocity/leads?followed=first_contact"
    first = client.get(path).get_data(as_text=True)
    link = re.search(r'<p class="report-next"><a class="btn" href="([^"]+)"', first)
    assert link is not None
    later = unescape(link[1])
    assert (len(leads_on(client, path)), len(leads_on(client, later))) == (PAGE_SIZE, 2)
    for page in (path, later):
        assert f"{PAGE_SIZE + 2} leads" in text_of(client, page)


def test_a_lead_of_unknown_days_is_behind_no_quarter_and_no_stay(
    sign_in: SignIn, database: Database
) -> None:
    past_lead(
        database,
        at(StageCode.FIRST_CONTACT, FIRST),
        at(StageCode.ENGAGED, None),  # type: ignore[arg-type]
    )
    client = sign_in()
    entered = "/reports/conversion/leads?entered=first_contact&outcome=moved"
    assert len(leads_on(client, entered)) == 1
    assert not leads_on(client, f"{entered}&quarter=2026-01-01")
    assert not leads_on(client, "/reports/velocity/leads?followed=first_contact")
    lead_through(database, FIRST, after(5))
    assert len(leads_on(client, f"{entered}&quarter=2026-01-01")) == 1
    assert len(leads_on(client, "/reports/velocity/leads?followed=first_contact")) == 1
    assert not leads_on(client, f"{entered}&quarter=earlier")


def test_a_list_says_how_many_more_were_counted(sign_in: SignIn, database: Database) -> None:
    team = make_team(database, make_user(database))
    lead_through(database, FIRST, after(5))
    lead_through(database, FIRST, after(5), team_id=team.id)
    path = "/reports/conversion/leads?entered=first_contact&outcome=moved"
    manager, officer = sign_in(Role.MANAGER), sign_in(Role.OFFICER)
    assert len(leads_on(manager, path)) == 1
    assert "1 more lead is counted that you cannot see." in text_of(manager, path)
    assert len(leads_on(officer, path)) == 1
    assert "cannot see." not in text_of(officer, path)


@pytest.mark.parametrize("move", list(Move))
def test_the_leads_behind_a_line_of_the_bridge(past_demo: PastDemo, move: Move) -> None:
    """A lead may make a move twice, so the line has at least as many events as leads."""
    day = past_demo.days(3)[-1]
    params = ReportParams(as_of=day, compare=RelativeDay.LAST_YEAR)
    with past_demo.database.reader(EVERYTHING) as session:
        settled = settle(session, params, now=DEMO_NOW)
        events = read_movement(session, params, now=DEMO_NOW).line(move).event_count
        keys = list(session.scalars(leads_that_moved(settled, move)))
    assert len(keys) == events, past_demo.seed


def test_a_lead_stands_behind_its_own_moves_alone(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST, after(5), after(20), status=Status.LOST, until=after(40))
    client = sign_in()
    path = f"/reports/movement/leads?as_of={after(60)}&compare={after(10)}&move="
    made = {move for move in Move if leads_on(client, path + move.value)}
    assert made == {Move.ADVANCED, Move.LOST}


def test_a_day_that_is_none_is_said_at_its_field(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST)
    answer = sign_in().get("/reports/pipeline?as_of=yesterday")
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "“yesterday” is no day." in page
    assert 'aria-describedby="report-as_of-error"' in page


def test_the_form_comes_to_one_address_a_report(sign_in: SignIn) -> None:
    client = sign_in()
    sent = "/reports/pipeline?as_of=day&as_of_on=2026-03-31&compare=last_year&compare_on=&type=trade&by=stage"  # noqa: E501
    answer = client.get(sent)
    assert answer.status_code == 302
    assert answer.location == "/reports/pipeline?as_of=2026-03-31&compare=last_year&type=trade"
    # A day that somebody typed counts, also where the list of words was left alone.
    answer = client.get("/reports/pipeline?as_of=&as_of_on=&compare=&compare_on=2025-12-31")
    assert answer.location == "/reports/pipeline?compare=2025-12-31"


def test_a_restricted_lead_is_in_no_outsiders_report(sign_in: SignIn, database: Database) -> None:
    team = make_team(database, make_user(database))
    lead_through(database, FIRST, after(5), capex=stated(7_000_000))
    client = sign_in()
    paths = [f"/reports/{code}" for code in CODES]
    paths += ["/reports/pipeline/leads", "/reports/movement/leads?move=entered"]

    def seen() -> list[str]:
        made = re.compile(r"Made for .*?\.")
        return [made.sub("", text_of(client, path)) for path in paths]

    before = seen()
    lead_through(database, FIRST, after(8), capex=stated(9_000_000), team_id=team.id)
    assert seen() == before


def test_public_numbers_lead_nowhere(sign_in: SignIn, database: Database) -> None:
    for _number in range(4):
        lead_through(database, FIRST, after(5))
    lead_through(database, FIRST)
    client, path = sign_in(), "/reports/pipeline?scope=public"
    page = client.get(path).get_data(as_text=True)
    assert "/leads?" not in page.split('<main id="content"')[1]
    rows = {row[0]: row[1:] for row in table_of(client, path, "stages")}
    assert rows["First contact to Engaged"][0] == "5"


def test_names_of_groups_follow_the_reader(sign_in: SignIn, database: Database) -> None:
    sector = make_sector(database)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Sector, sector.id).name_fr = "Piles"
    lead_through(database, FIRST, sector_id=sector.id)
    client = sign_in(Role.OFFICER, language=Language.FR)
    rows = table_of(client, "/reports/pipeline?by=sector", "groups")
    assert "Piles" in [row[0] for row in rows]


@pytest.mark.parametrize("code", ["pipeline", "movement", "conversion", "velocity"])
def test_a_report_costs_as_many_queries_for_many_leads_as_for_one(
    sign_in: SignIn, database: Database, queries: QueryCounter, code: str
) -> None:
    lead_through(database, FIRST, after(5))
    client = sign_in()
    path = f"/reports/{code}?by=office&compare=last_month"
    client.get(path)
    with queries:
        client.get(path)
    once = queries.count
    for number in range(6):
        lead_through(database, FIRST, after(number), status=Status.LOST, until=after(20))
    with queries:
        client.get(path)
    assert queries.count == once


def test_types_of_lead_are_never_added_up(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST)
    lead_through(database, FIRST, lead_type=LeadType.TRADE)
    client = sign_in()
    for address in ("/reports/pipeline", "/reports/pipeline?type=trade"):
        rows = {row[0]: row[1:] for row in table_of(client, address, "stages")}
        assert rows["Open pipeline"][0] == "1"


def test_a_chart_is_a_picture_without_scripts(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST)
    client = sign_in()
    page = client.get("/reports/pipeline").get_data(as_text=True)
    found = re.findall(r'<img class="report-picture" src="([^"]+)"', page)
    [address] = [address for address in found if "leads.svg" in address]
    answer = client.get(unescape(address))
    assert answer.mimetype == "image/svg+xml"
    assert answer.get_data(as_text=True).startswith("<svg")
