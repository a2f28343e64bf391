"""The funnel as a page: who may read it, what it says, and what it costs."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from crm.database import Database
from models.measure import Measure, Qualifier
from models.stage import LeadType, StageCode, Status
from models.user import Language, Role
from tests.crm.reports.pipelines import FIRST, at, lead_through, past_lead, stated
from tests.factories.lead import make_sector
from tests.factories.user import make_team, make_user
from tests.support.application import QueryCounter

PATH = "/reports/funnel"
SignIn = Callable[..., FlaskClient]


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def text_of(client: FlaskClient, path: str = PATH) -> str:
    """The words of the content, with single spaces."""
    answer = client.get(path)
    assert answer.status_code == 200
    content = answer.get_data(as_text=True).split('<main id="content"')[1].split(">", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def leads_on(client: FlaskClient, path: str) -> int:
    """How many leads a list shows."""
    page = client.get(path).get_data(as_text=True)
    return len(set(re.findall(r'href="/leads/[a-z2-7]{16}"', page)))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.VIEWER, Role.ADMIN])
def test_staff_read_the_funnel(sign_in: SignIn, role: Role) -> None:
    text = text_of(sign_in(role))
    assert "No leads of this type yet." in text


def test_a_partner_does_not(sign_in: SignIn) -> None:
    assert sign_in(Role.PARTNER).get(PATH).status_code == 403


def test_the_page_says_sums_with_what_they_leave_out(sign_in: SignIn, database: Database) -> None:
    jobs = Measure(1_200, Qualifier.APPROXIMATE)
    lead_through(database, FIRST, after(9), capex=stated(45_700_000), jobs=jobs)
    lead_through(database, FIRST, after(9), capex=stated(8_000_000, "USD"))
    lead_through(database, FIRST, after(9), capex=stated(5_555_555, None))
    lead_through(database, FIRST, after(9))
    text = text_of(sign_in())
    assert "Investment · Leads you can see" in text
    line = text.split("Engaged ")[1].split("Qualified")[0]
    assert line.split()[:2] == ["4", "leads"]
    for words in ("45.7M CAD", "8M USD", "currency not known: 1", "investment not known: 1"):
        assert words in line
    assert "1,200 jobs" in line
    assert "jobs not known: 3" in line
    assert "5.6M" not in text
    assert "100% of 4 that entered, 4 have moved on so far" in text


def test_few_stays_are_too_few_to_say(sign_in: SignIn, database: Database) -> None:
    for days in range(4):
        lead_through(database, FIRST, after(10 + days))
    client = sign_in()
    assert "First contact too few to say 4 leads" in text_of(client)
    lead_through(database, FIRST, after(30))
    assert "First contact 12 days 5 leads" in text_of(client)


def test_announced_stands_apart(sign_in: SignIn, database: Database) -> None:
    lead_through(database, *(after(n) for n in range(8)), capex=stated(9_000_000))
    lead_through(database, FIRST)
    text = text_of(sign_in())
    assert "Open pipeline 1 lead" in text
    assert re.search(r"Announced not part of the open pipeline 1 lead – 9M CAD", text)


def test_counts_lead_to_their_lists(sign_in: SignIn, database: Database) -> None:
    sector = make_sector(database)
    for status in (None, Status.LOST):
        lead_through(database, FIRST, after(9), sector_id=sector.id, status=status, until=after(12))
    client = sign_in()
    page = client.get(f"{PATH}?sector={sector.code}").get_data(as_text=True)
    links = {unescape(link) for link in re.findall(r'href="(/leads/\?[^"]+)"', page)}
    assert f"/leads/?stage=engaged&type=investment&sector={sector.code}" in links
    assert f"/leads/?status=lost&type=investment&sector={sector.code}" in links
    silent = f"/leads/?status=lost&type=investment&sector={sector.code}&reason=gone_silent"
    assert silent in links
    assert leads_on(client, silent) == 1
    assert leads_on(client, silent.replace("gone_silent", "cost")) == 0
    for link in links:
        assert client.get(link).status_code == 200


def test_a_range_goes_along_to_the_lists(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST, after(9))
    lead_through(database, after(90), after(99))
    client = sign_in()
    path = f"{PATH}?from=2026-01-01&to=2026-01-31"
    page = unescape(client.get(path).get_data(as_text=True))
    link = "/leads/?stage=engaged&type=investment&first_from=2026-01-01&first_to=2026-01-31"
    assert f'href="{link}"' in page
    assert leads_on(client, link) == 1
    text = text_of(client, path)
    assert "first contact from 1 Jan 2026 to 31 Jan 2026" in text
    assert "100% of 1 that entered, 1 has moved on so far" in text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-02-01&to=2026-01-31", "The last day lies before the first."),
        ("from=yesterday", "“yesterday” is no day. Write it as 2026-03-31."),
    ],
)
def test_days_that_cannot_be_are_said_at_their_field(
    sign_in: SignIn, database: Database, query: str, sentence: str
) -> None:
    lead_through(database, FIRST, after(9))
    answer = sign_in().get(f"{PATH}?{query}&type=investment")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in unescape(page)
    assert 'aria-invalid="true"' in page
    assert "<table" not in page


def test_what_the_form_does_not_offer_is_left_out(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST, after(9))
    text = text_of(sign_in(), f"{PATH}?type=nonsense&office=x&country=ZZ&sector=y&owner=z")
    assert "Investment · Leads you can see" in text
    assert "Engaged 1 lead" in text


def test_a_manager_counts_all_leads_and_reads_that_the_lists_hold_fewer(
    sign_in: SignIn, database: Database
) -> None:
    team = make_team(database, make_user(database))
    lead_through(database, FIRST, after(9), team_id=team.id, market="KR")
    lead_through(database, FIRST, after(9))
    manager, officer = text_of(sign_in(Role.MANAGER)), text_of(sign_in())
    assert "Engaged 2 leads" in manager
    assert "Investment · All leads" in manager
    assert "The lists behind them show those that you can see." in manager
    assert "Engaged 1 lead" in officer
    assert "The lists behind them" not in officer
    # The country of a lead out of sight is not offered.
    for text in (manager, officer):
        assert "South Korea" not in text


def test_dates_and_numbers_are_the_readers(sign_in: SignIn, database: Database) -> None:
    for _ in range(3):
        lead_through(database, FIRST, after(9), capex=stated(1_500_000))
    text = text_of(sign_in(language=Language.FR), f"{PATH}?from=2026-01-01")
    assert "4,5\xa0M CAD" in text or "4,5 M CAD" in text
    assert "1 janv. 2026" in text


def test_the_number_of_queries_does_not_grow(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.MANAGER)
    counts = []
    for more in (10, 190):
        for number in range(more):
            stages = [after(n * (1 + number % 5)) for n in range(1 + number % 8)]
            values = {"lead_type": LeadType.INVESTMENT, "capex": stated(10 + number)}
            past_lead(
                database,
                *(at(StageCode.at(n), day) for n, day in enumerate(stages, start=1)),
                **values,
            )
        for path in (PATH, f"{PATH}?from=2026-01-01&owner=mine"):
            with queries:
                assert client.get(path).status_code == 200
            counts.append(queries.count)
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8
