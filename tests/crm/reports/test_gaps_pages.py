"""What is still missing, as a page: who may read it, what it says, and what it costs."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from crm.database import Database
from crm.leads.answers import Given, apply_given
from crm.leads.list_queries import summarise_leads
from crm.reports.filters import FunnelFilters
from crm.reports.gaps_queries import summarise_gaps
from models.lead import Lead
from models.measure import Precision, StatedDate
from models.stage import LeadType, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.reports.pipelines import FIRST, lead_through
from tests.crm.reports.test_pages import text_of
from tests.factories.lead import NOW, make_lead
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

PATH = "/reports/gaps"
TODAY = NOW.date()
LONG_AGO = datetime(2020, 1, 6, 15, 0, tzinfo=UTC)
SignIn = Callable[..., FlaskClient]


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def answer(database: Database, lead_id: int, **given: Given) -> None:
    """What was answered long ago, so that any clock finds the days that were promised past."""
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.get_one(Lead, lead_id)
        apply_given(session, lead, given, actor=LOCAL_ADMINISTRATOR, now=LONG_AGO)


def line_of(text: str, requirement: str) -> str:
    """What the page says after the name of a requirement."""
    return text.split("What they lack")[1].split(f" {requirement} ")[1]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.VIEWER, Role.ADMIN])
def test_staff_read_what_is_missing(sign_in: SignIn, role: Role) -> None:
    assert "No open leads of this type." in text_of(sign_in(role), PATH)


def test_a_partner_does_not(sign_in: SignIn) -> None:
    assert sign_in(Role.PARTNER).get(PATH).status_code == 403


def test_the_page_says_what_is_missing_asked_for_late_and_waived(
    sign_in: SignIn, database: Database
) -> None:
    leads = [lead_through(database, FIRST, after(3), after(9)) for _ in range(4)]
    lead_through(database, FIRST)
    late, waived = Given(ask_by_on=date(2020, 1, 10)), Given(does_not_apply=True)
    answer(database, leads[0], need=late, drivers=waived)
    answer(database, leads[1], need=Given(ask_by_on=date(2999, 1, 1)), drivers=waived)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.get_one(Lead, leads[2]).need = "Twenty hectares"
    text = text_of(sign_in(), PATH)
    assert "Investment · Open leads you can see" in text
    assert line_of(text, "What they need").startswith("3 of 4 2 1 What drives the project")
    drivers = line_of(text, "What drives the project")
    assert drivers.startswith("2 of 2 does not apply to 2 0 0 Rough size")
    assert line_of(text, "Company or code name").startswith("0 of 5 0 0")
    assert line_of(text, "Owner").startswith("no leads yet 0 0")
    assert "Public announcement" not in text
    stages = text.split("Leads with something missing")[1].split("What they lack")[0]
    assert "First contact 1 1 Engaged 0 0 Qualified 4 4 Project under way 0 0" in stages
    assert "Open pipeline 5 5" in stages


def test_what_has_ended_or_is_announced_lacks_nothing(sign_in: SignIn, database: Database) -> None:
    for status in (Status.LOST, Status.ABANDONED, Status.PASSED_ON):
        lead_through(database, FIRST, after(3), status=status, until=after(9))
    lead_through(database, *(after(n) for n in range(8)))
    lead_through(database, FIRST, lead_type=LeadType.TRADE)
    client = sign_in()
    assert "No open leads of this type." in text_of(client, PATH)
    lead_through(database, FIRST, status=Status.ON_HOLD, until=after(3))
    assert "Open pipeline 1 1" in text_of(client, PATH)


def test_only_counts_of_all_leads_at_a_stage_lead_to_a_list(
    sign_in: SignIn, database: Database
) -> None:
    lead_through(database, FIRST, after(3), market="KR")
    lead_through(database, FIRST, after(3), market="JP")
    page = sign_in().get(f"{PATH}?country=KR").get_data(as_text=True)
    links = {unescape(link) for link in re.findall(r'href="(/leads/\?[^"]+)"', page)}
    assert links == {
        "/leads/?stage=engaged&type=investment&country=KR",
        "/leads/?type=investment&country=KR",
    }


@pytest.mark.parametrize(
    "filters",
    [
        FunnelFilters(),
        FunnelFilters(market="KR"),
        FunnelFilters(first_from=after(30)),
        FunnelFilters(first_to=after(30), owner="none"),
    ],
)
def test_every_count_of_leads_is_that_of_its_list(
    any_database: Database, filters: FunnelFilters
) -> None:
    for days in range(1, 9):
        for market, start in (("JP", 0), ("KR", 0), ("KR", 60)):
            lead_through(any_database, *(after(start + n) for n in range(days)), market=market)
    lead_through(any_database, FIRST, status=Status.LOST, until=after(3))
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        stages = summarise_gaps(session, filters, today=TODAY).stages
        assert {row.stage for row in stages} == set(StageCode) - {StageCode.ANNOUNCED}
        for row in stages:
            listed = filters.as_list(stage=row.stage)
            [total] = summarise_leads(session, listed, today=TODAY)
            assert total.lead_count == row.lead_count > 0


def test_a_range_says_whom_it_leaves_out(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST)
    lead_through(database, after(90))
    lead_through(database, FIRST, first_contact=StatedDate(FIRST, Precision.UNKNOWN))
    lead_through(database, FIRST, first_contact=None)
    client = sign_in()
    text = text_of(client, f"{PATH}?from=2026-01-01&to=2026-01-31")
    assert "Open pipeline 1 1" in text
    assert "2 leads without a known first contact are left out." in text
    assert "Open pipeline 4 4" in text_of(client, PATH)


def test_days_that_cannot_be_are_said_at_their_field(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST)
    answered = sign_in().get(f"{PATH}?from=yesterday")
    page = unescape(answered.get_data(as_text=True))
    assert answered.status_code == 422
    assert "“yesterday” is no day. Write it as 2026-03-31." in page
    assert "<table" not in page


def test_one_report_leads_to_the_other_with_the_same_filters(
    sign_in: SignIn, database: Database
) -> None:
    lead_through(database, FIRST, market="KR")
    client = sign_in()
    query = "?type=investment&country=KR&owner=none&from=2026-01-01"
    for here, there in ((PATH, "/reports/funnel"), ("/reports/funnel", PATH)):
        page = unescape(client.get(here + query).get_data(as_text=True))
        assert f'href="{there}{query}"' in page


def test_a_restricted_lead_counts_for_its_team_and_for_who_counts_all(
    sign_in: SignIn, database: Database
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    restricted = lead_through(database, FIRST, after(3), after(9), team_id=team.id)
    answer(database, restricted, need=Given(ask_by_on=TODAY))
    lead_through(database, FIRST, after(3), after(9))
    counted = {
        "member": (member, (2, 1)),
        "outsider": (make_user(database), (1, 0)),
        "manager": (make_user(database, role=Role.MANAGER), (2, 1)),
        "manager of some": (
            make_user(database, role=Role.MANAGER, may_count_all=False),
            (1, 0),
        ),
    }
    for who, (user, (lead_count, promised_count)) in counted.items():
        with database.reader(actor_for(database, user)) as session:
            figures = summarise_gaps(session, FunnelFilters(), today=TODAY)
        assert [row.lead_count for row in figures.stages] == [lead_count], who
        assert sum(row.lead_count for row in figures.answers) == promised_count, who
    manager = text_of(sign_in(counted["manager"][0]), PATH)
    assert "Investment · All open leads" in manager
    assert "The lists behind them show those that you can see." in manager
    assert "The lists behind them" not in text_of(sign_in(counted["outsider"][0]), PATH)


def test_the_number_of_queries_does_not_grow(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.MANAGER)
    counts = []
    for more in (10, 190):
        for number in range(more):
            days = [after(n * (1 + number % 5)) for n in range(1 + number % 8)]
            lead = lead_through(database, *days)
            answer(database, lead, timing=Given(does_not_apply=True))
        make_lead(database)
        for path in (PATH, f"{PATH}?from=2026-01-01&owner=mine"):
            with queries:
                assert client.get(path).status_code == 200
            counts.append(queries.count)
    assert counts[:2] == counts[2:]
    assert max(counts) <= 10
