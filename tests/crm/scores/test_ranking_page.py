"""The ranking that a person mixes: its sums, its order, its pages, and what leaves as a file."""

import csv
import io
import itertools
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.scores.mixing import Horizon, Weights, part_columns, read_weights, sum_of
from crm.scores.queries import PAGE_SIZE, RankingFilter, ranking_page
from crm.scores.sizes import place_sizes
from models.errors import NotFoundError
from models.lead import Lead
from models.score import Basis, Score
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.scores.test_overrides import make_score, set_chance
from tests.factories.lead import make_lead, make_past_leads
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

DAY = date(2026, 11, 20)


def _fill(database: Database, count: int) -> list[str]:
    """Open leads whose parts differ, some not known. Returns their public ids."""
    keys = make_past_leads(database, count)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        leads = [session.get_one(Lead, key) for key in keys]
        for number, lead in enumerate(leads):
            lead.chance = None if number % 7 == 3 else (number * 37 % 101) / 101
            lead.size_place = None if number % 5 == 2 else (number * 53 % 97) / 97
            days = None if number % 6 == 1 else number * 29 % 260 - 10
            lead.last_contact_on = None if days is None else DAY - timedelta(days=days)
            late = None if number % 3 else number * 7 % 40 - 8
            lead.next_action_on = None if late is None else DAY - timedelta(days=late)
            if lead.chance is not None:
                share = {"probability": 0.5, "within_90": 0.1, "within_180": 0.2}
                session.add(
                    Score(
                        lead_id=lead.id,
                        is_current=True,
                        as_of=lead.opened_at,
                        basis=Basis.MODEL,
                        within_365=0.4,
                        low=0.1,
                        high=0.9,
                        log_odds=0.0,
                        reasons=[],
                        **share,
                    )
                )
    return [lead.public_id for lead in leads]


def _points(lead: Lead, horizon: Horizon = Horizon.EVER) -> tuple[int, int, int]:
    """The parts of a lead by the words on the page; what is not known gives none."""
    share = {Horizon.EVER: 1.0, Horizon.YEAR: 0.8, Horizon.HALF: 0.4, Horizon.QUARTER: 0.2}
    likelihood = 0 if lead.chance is None else int(lead.chance * share[horizon] * 100 + 0.5)
    value = 0 if lead.size_place is None else int(lead.size_place * 100 + 0.5)
    contact = late = 0
    if lead.last_contact_on is not None:
        contact = max((DAY - lead.last_contact_on).days, 0) // 2
    if lead.next_action_on is not None:
        late = max((DAY - lead.next_action_on).days, 0) * 4
    return likelihood, value, min(max(contact, late), 100)


@pytest.mark.parametrize(
    ("weights", "horizon"),
    [
        (Weights(2, 0, 1), Horizon.EVER),
        (Weights(1, 3, 2), Horizon.YEAR),
        (Weights(0, 1, 0), Horizon.QUARTER),
    ],
)
def test_each_row_adds_up_as_the_page_says_and_stands_by_its_sum(
    any_database: Database, weights: Weights, horizon: Horizon
) -> None:
    _fill(any_database, 30)
    chosen = RankingFilter(weights=weights, horizon=horizon)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        page = ranking_page(session, chosen, day=DAY, cursor=None)
        leads = {lead.public_id: lead for lead in session.scalars(sa.select(Lead))}
    sums = []
    for row in page.rows:
        shown = sum_of(row, weights)
        expected = _points(leads[row.public_id], horizon)
        assert tuple(part.points or 0 for part in shown.parts) == expected
        assert shown.total == sum(
            points * weight
            for points, weight in zip(
                expected, (weights.likelihood, weights.value, weights.staleness), strict=True
            )
        )
        sums.append((shown.total, leads[row.public_id].chance or 0.0))
    assert len(sums) == PAGE_SIZE
    assert sums == sorted(sums, reverse=True)


def test_what_is_not_known_is_not_nothing(any_database: Database) -> None:
    make_past_leads(any_database, 1)
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(
            sa.update(Lead).values(last_contact_on=None, next_action_on=None, size_place=None)
        )
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        row = session.execute(sa.select(*part_columns(Horizon.EVER, DAY))).one()
    assert [part.points for part in sum_of(row, Weights()).parts] == [None, None, None]


def test_pages_show_every_lead_once_in_any_order(any_database: Database) -> None:
    ids = _fill(any_database, 60)
    for weights, horizon in itertools.product(
        (Weights(), Weights(0, 0, 1), Weights(2, 1, 0)), (Horizon.EVER, Horizon.YEAR)
    ):
        chosen, cursor, seen = RankingFilter(weights=weights, horizon=horizon), None, []
        with any_database.reader(LOCAL_ADMINISTRATOR) as session:
            for _page in range(3):
                page = ranking_page(session, chosen, day=DAY, cursor=cursor)
                seen += [row.public_id for row in page.rows]
                cursor = page.next_cursor
        assert cursor is None
        assert sorted(seen) == sorted(ids)


def test_the_weights_stand_in_the_address() -> None:
    assert read_weights({}) == Weights(1, 0, 0)
    assert read_weights({"likelihood": "2", "staleness": "1"}) == Weights(2, 0, 1)
    assert read_weights({"likelihood": "0"}) == Weights()
    for broken in ("4", "-1", "x", "1.5", "٣"):
        with pytest.raises(NotFoundError):
            read_weights({"value": broken})
    assert read_weights(Weights(0, 3, 1).as_args()) == Weights(0, 3, 1)


def test_sizes_are_places_in_a_currency_and_tell_nothing_of_restricted_leads(
    database: Database,
) -> None:
    team = make_team(database, make_user(database))
    keys = make_past_leads(database, 9)
    amounts = [10, 20, 30, 40, 50, None, None, 7, None]
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for key, amount in zip(keys, amounts, strict=True):
            lead = session.get_one(Lead, key)
            lead.capex_amount = amount
            lead.capex_currency = None if amount is None else "CAD"
        by_jobs = [session.get_one(Lead, key) for key in keys[2:7]]
        for number, lead in enumerate(by_jobs):
            lead.jobs_count = 10 * number
        # Alone in its currency, and no jobs: it has no place.
        session.get_one(Lead, keys[7]).capex_currency = "JPY"
    _place(database)
    places = _places(database, keys)
    assert places[:5] == [0.1, 0.3, 0.5, 0.7, 0.9]
    # By jobs, among the five that state them.
    assert places[5:] == [0.7, 0.9, None, None]
    hidden = make_lead(database, team_id=team.id)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        lead = session.get_one(Lead, hidden.id)
        lead.capex_amount, lead.capex_currency = 35, "CAD"
    _place(database)
    assert _places(database, keys) == places
    assert _places(database, [hidden.id]) == [0.6]


def _place(database: Database) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="scoring") as session:
        place_sizes(session)


def _places(database: Database, keys: list[int]) -> list[float | None]:
    with database.unscoped_reader(purpose="test") as session:
        found = dict(session.execute(sa.select(Lead.id, Lead.size_place)).all())
    return [found[key] for key in keys]


def test_an_officers_chance_orders_by_any_horizon(database: Database) -> None:
    calm, sure = make_lead(database), make_lead(database)
    make_score(database, calm, 0.5)
    make_score(database, sure, 0.2)
    set_chance(database, sure, 0.9)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        for horizon in Horizon:
            page = ranking_page(session, RankingFilter(horizon=horizon), day=DAY, cursor=None)
            assert [row.public_id for row in page.rows] == [sure.public_id, calm.public_id]
        [first, _second] = page.rows
    assert (first.override_chance, first.probability) == (0.9, 0.2)


def test_the_page_shows_the_sum_of_each_row_and_keeps_the_weights(
    database: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    _fill(database, 30)
    officer = sign_in(Role.OFFICER)
    page = officer.get("/scores/ranking?likelihood=2&value=1&staleness=3&within=180").text
    sums = re.findall(r'ranked-sum">(.*?)</p>', page, re.DOTALL)
    assert len(sums) == PAGE_SIZE
    for text in sums:
        plain = re.sub(r"<[^>]+>", "", text)
        parts = re.findall(r"(\d+|not known) × (\d)", plain)
        total = sum(int(points) * int(weight) for points, weight in parts if points != "not known")
        assert plain.endswith(f"= {total}")
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    link = following.group(1).replace("&amp;", "&")
    for kept in ("likelihood=2", "value=1", "staleness=3", "within=180"):
        assert kept in link
    assert officer.get(link).status_code == 200
    assert officer.get("/scores/ranking?value=9").status_code == 404
    assert officer.get("/scores/ranking?within=77").status_code == 404


def test_the_queries_are_as_many_however_many_leads(
    database: Database, sign_in: Callable[..., FlaskClient], queries: QueryCounter
) -> None:
    officer = sign_in(Role.OFFICER)
    counts = []
    for more in (2, 20):
        _fill(database, more)
        with queries:
            assert officer.get("/scores/ranking?likelihood=2&staleness=1").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]


def test_the_file_has_the_order_of_the_page_and_names_its_weights(
    database: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    _fill(database, 12)
    officer = sign_in(Role.OFFICER)
    address = "ranking?likelihood=1&value=0&staleness=2&within=365"
    page = officer.get(f"/scores/{address}").text
    told = [int(total) for total in re.findall(r"= <strong>(\d+)</strong>", page)]
    answer = officer.post(f"/exports/{address}", data={"format": "csv"})
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [int(row["Sum of points"]) for row in rows] == told
    assert {row["Weights"] for row in rows} == {"likelihood × 1, value × 0, call due × 2"}


def test_an_outsider_sees_no_restricted_lead_in_any_order(database: Database) -> None:
    _fill(database, 3)
    team = make_team(database, make_user(database))
    hidden = make_lead(database, team_id=team.id)
    make_score(database, hidden, 0.9)
    set_chance(database, hidden, 0.95)
    outsider = actor_for(database, make_user(database))
    with database.reader(outsider) as session:
        for weights in (Weights(), Weights(2, 1, 1)):
            page = ranking_page(session, RankingFilter(weights=weights), day=DAY, cursor=None)
            assert len(page.rows) == 3
            assert hidden.public_id not in {row.public_id for row in page.rows}
