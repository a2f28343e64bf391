"""Sums told in one currency, at the rates that somebody stated for the day."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from crm.database import Database
from crm.rates.queries import get_rate
from crm.rates.service import delete_rate
from crm.reports.bridge_converted import convert_bridge
from crm.reports.converted import Converted, Part, Rates, UsedRate, convert, convert_sums
from crm.reports.editions import frozen_brief, get_edition, publish_edition
from crm.reports.movement import Move
from crm.reports.movement_queries import read_movement
from crm.reports.params import ReportParams, Scope, read_params
from crm.reports.pipeline_queries import read_pipeline
from models.announcement import Whose
from models.report import Audience
from models.stage import LeadType
from models.user import Role
from tests.crm.reports.conftest import NOW as DEMO_NOW
from tests.crm.reports.conftest import PastDemo
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.crm.reports.raw_rows import CHANCES, end_of, is_open
from tests.crm.reports.test_pipeline import ADMIN, OUTSIDER
from tests.crm.reports.test_report_pages import table_of
from tests.crm.reports.test_reports_command import Run, answer, run  # noqa: F401
from tests.factories.announcement import make_announcement
from tests.factories.lead import NOW, make_lead
from tests.factories.rate import make_rate
from tests.factories.user import make_team, make_user

SignIn = Callable[..., FlaskClient]
DAY, BEFORE = date(2026, 3, 31), date(2026, 1, 31)
YEN = UsedRate("JPY", Decimal("0.0093"), DAY, "Bank of Canada")
WON = UsedRate("KRW", Decimal(1021), DAY, "Bank of Canada", is_inverse=True)
RATES = Rates("CAD", DAY, (YEN, WON))


def office(database: Database) -> None:
    """Leads in four currencies and one that nobody named; rates of two days, one turned round."""
    lead_through(database, FIRST, capex=stated(2_000_000))
    lead_through(database, FIRST, capex=stated(100_000_000, "JPY"))
    lead_through(database, FIRST, FIRST + timedelta(days=60), capex=stated(2_042_000_000, "KRW"))
    for number in range(3):
        lead_through(database, FIRST, capex=stated(1_000 + number, "CHF"))
    lead_through(database, FIRST, capex=stated(500, None))
    lead_through(database, FIRST)
    make_rate(database, "JPY", "0.90", on=BEFORE, units=100)
    make_rate(database, "JPY", "0.93", on=DAY, units=100, source="Bank of Japan")
    make_rate(database, "CAD", "1021", "KRW", on=DAY)
    # Of a later day, and into another currency: neither is of use.
    make_rate(database, "JPY", "0.99", on=DAY + timedelta(days=1), units=100)
    make_rate(database, "CHF", "1.1", "USD", on=BEFORE)


def test_parts_are_added_at_their_rates() -> None:
    found = convert(
        [
            Part("CAD", 2_000_000, Decimal(80_000), 1),
            Part("JPY", 1_000_000, Decimal(40_000), 2),
            Part("KRW", 2_042_000, Decimal(1_021_000), 1),
            Part("CHF", 70, Decimal(7), 3),
            Part(None, 5, Decimal(1), 1),
        ],
        RATES,
    )
    assert (found.amount, found.weighted) == (
        pytest.approx(Decimal(2_000_000 + 9_300 + 2_000)),
        pytest.approx(Decimal(80_000 + 372 + 1_000)),
    )
    assert [(part.currency, part.lead_count) for part in found.left_out] == [("CHF", 3), (None, 1)]
    assert (found.left_out_count, found.count) == (4, 3)


def test_an_address_keeps_the_currency() -> None:
    params = read_params({"convert": " cad "})
    assert params.convert == "CAD"
    assert read_params(params.as_args()).convert == "CAD"
    assert read_params({"convert": "CADS"}).convert is None


def test_nothing_is_no_zero() -> None:
    assert convert([], RATES) == Converted(Decimal(0), Decimal(0))
    found = convert([Part("CHF", 70, Decimal(7), 3)], RATES)
    assert (found.amount, found.weighted, found.is_withheld) == (None, None, False)


def test_what_is_withheld_withholds_the_sum_that_it_would_be_in() -> None:
    cad, few = Part("CAD", 9, Decimal(1), 5), Part("JPY", None, None, None)
    assert convert([cad, few], RATES).is_withheld
    assert convert([cad, few], RATES).amount is None
    # Of what has no rate nothing comes in.
    found = convert([cad, replace(few, currency="CHF")], RATES)
    assert (found.amount, found.left_out_count) == (9, None)
    half = convert([replace(cad, weighted=None)], RATES)
    assert (half.amount, half.weighted, half.is_withheld) == (9, None, False)


def test_converted_sums_told_again_from_the_rows(past_demo: PastDemo) -> None:
    factors = {
        "CAD": Fraction(1),
        "JPY": Fraction(93, 10_000),
        "KRW": Fraction(1, 1021),
        "USD": Fraction(139, 100),
    }
    rates = Rates("CAD", DAY, (YEN, WON, UsedRate("USD", Decimal("1.39"), DAY, "Bank of Canada")))
    for day in past_demo.days(3):
        with past_demo.database.reader(ADMIN) as session:
            found = read_pipeline(session, ReportParams(as_of=day), now=DEMO_NOW).now
        states = [
            state
            for state in past_demo.raw.at(end_of(day))
            if state.lead_type == LeadType.INVESTMENT
            and is_open(state)
            and state.capex_amount is not None
        ]
        inside = [state for state in states if state.capex_currency in factors]
        told = convert_sums(found.total, rates)
        where = (past_demo.seed, day)
        amounts = [state.capex_amount * factors[state.capex_currency] for state in inside]
        assert float(told.amount or 0) == pytest.approx(float(sum(amounts))), where
        weighted = [
            float(amount) * CHANCES[state.stage]
            for amount, state in zip(amounts, inside, strict=True)
        ]
        assert float(told.weighted or 0) == pytest.approx(sum(weighted)), where
        assert told.left_out_count == len(states) - len(inside), where


def test_the_pipeline_at_the_command_line(run: Run, database: Database) -> None:  # noqa: F811
    office(database)
    asked = ("pipeline", "--as-of", DAY.isoformat())
    plain = answer(run, *asked)
    found = answer(run, *asked, "--convert", "cad")
    converted = found.pop("converted")
    assert converted == {
        "currency": "CAD",
        "amount": pytest.approx(2_000_000 + 930_000 + 2_000_000),
        "weighted": pytest.approx(0.04 * 2_930_000 + 0.08 * 2_000_000),
        "as_of": "2026-03-31",
        "rates": [
            {
                "currency": "JPY",
                "rate": 0.0093,
                "stated_on": "2026-03-31",
                "source": "Bank of Japan",
            },
            {
                "currency": "KRW",
                "rate": pytest.approx(1 / 1021),
                "stated_on": "2026-03-31",
                "source": "Bank of Canada",
                "inverse_of": 1021,
            },
        ],
        "left_out": [{"currency": "CHF", "leads": 3}, {"currency": None, "leads": 1}],
    }
    by_stage = [row.pop("converted")["amount"] for row in found["stages"]]
    assert by_stage[:3] == [2_930_000, pytest.approx(2_000_000), 0]
    # Nothing else is told otherwise than without it.
    assert found == plain


def test_each_day_has_its_own_rates(run: Run, database: Database) -> None:  # noqa: F811
    office(database)
    days = ("--as-of", DAY.isoformat(), "--compare", BEFORE.isoformat(), "--convert", "CAD")
    found = answer(run, "pipeline", *days)
    before = found["compare"]["converted"]
    assert [(rate["currency"], rate["rate"]) for rate in before["rates"]] == [("JPY", 0.009)]
    assert before["amount"] == pytest.approx(2_900_000)
    assert before["left_out"] == [
        {"currency": "CHF", "leads": 3},
        {"currency": "KRW", "leads": 1},
        {"currency": None, "leads": 1},
    ]
    early = answer(run, "pipeline", "--as-of", FIRST.isoformat(), "--convert", "CAD")
    assert (early["converted"]["amount"], early["converted"]["rates"]) == (2_000_000, [])


def test_what_is_not_known_converted_is_no_zero(run: Run, database: Database) -> None:  # noqa: F811
    office(database)
    # At the third stage nobody states an amount, at the fourth nobody is.
    lead_through(database, FIRST, *(FIRST + timedelta(days=days) for days in (20, 30)))
    found = answer(run, "pipeline", "--as-of", DAY.isoformat(), "--convert", "CAD")
    told = [line["converted"] for line in found["stages"][2:4]]
    assert told == [{"amount": None, "weighted": None}, {"amount": 0, "weighted": 0}]
    # Of an earlier day the public is told no sums, so no rates either.
    days = ("--as-of", DAY.isoformat(), "--compare", BEFORE.isoformat(), "--convert", "CAD")
    before = answer(run, "pipeline", *days, "--public")["compare"]
    assert "converted" not in before
    assert not any("converted" in line for line in (*before["stages"], before["total"]))


def test_what_cannot_be_converted_to_is_refused(run: Run, database: Database) -> None:  # noqa: F811
    assert database
    code, _out, err = run("pipeline", "--convert", "ZZZ", "--json")
    assert (code, "There is no currency called ZZZ." in err) == (2, True)
    code, _out, err = run("conversion", "--convert", "CAD")
    assert (code, "pipeline, movement" in err) == (2, True)


def test_the_bridge_adds_up_with_what_the_rates_changed(database: Database) -> None:
    office(database)
    lead_through(database, DAY - timedelta(days=9), capex=stated(10_000_000, "JPY"))
    params = ReportParams(as_of=DAY, compare=BEFORE, convert="CAD")
    with database.reader(ADMIN) as session:
        bridge = convert_bridge(read_movement(session, params, now=NOW))
    assert bridge is not None
    assert bridge.opening.amount == 2_900_000
    assert bridge.line(Move.ENTERED).amount == 93_000
    # The yen are worth more, and the won have a rate only since.
    assert bridge.rates_effect == pytest.approx(Decimal(30_000 + 2_000_000))
    assert bridge.closing.amount == pytest.approx(
        (bridge.opening.amount or 0)
        + (bridge.rates_effect or 0)
        + sum(line.amount or 0 for line in bridge.lines)
    )


def test_the_bridge_told_by_its_page_and_its_json(
    run: Run,  # noqa: F811
    database: Database,
    sign_in: SignIn,
) -> None:
    office(database)
    days = {"as_of": DAY.isoformat(), "compare": BEFORE.isoformat()}
    found = answer(
        run,
        "movement",
        *(f"--{name.replace('_', '-')}={day}" for name, day in days.items()),
        "--convert=CAD",
    )["converted"]
    assert (found["opening"]["amount"], found["closing"]["amount"]) == (
        pytest.approx(2_900_000),
        pytest.approx(4_930_000),
    )
    assert found["rates_effect"] == pytest.approx(2_030_000)
    assert set(found["moves"].values()) == {0}
    client = sign_in(Role.ADMIN)
    path = f"/reports/movement?as_of={days['as_of']}&compare={days['compare']}&convert=CAD"
    rows = {row[0]: row for row in table_of(client, path, "capex")}
    assert rows["Other exchange rates"][-2] == "2,030,000"
    assert rows["Open on 31 Mar 2026"][-2] == "4,930,000 4 leads not converted"


def test_the_page_says_the_rates_beside_the_sum(sign_in: SignIn, database: Database) -> None:
    office(database)
    client = sign_in(Role.VIEWER)
    path = f"/reports/pipeline?as_of={DAY}&convert=CAD"
    rows = {row[0]: row[1:] for row in table_of(client, path, "converted")}
    assert rows["JPY"][2:6] == ["100 JPY = 0.93 CAD", "31 Mar 2026", "Bank of Japan", "930,000"]
    assert rows["KRW"][2] == "1 CAD = 1,021 KRW turned round"
    assert rows["CHF"][2] == "no rate stated: not converted"
    assert rows["Open pipeline"][-2:] == ["4,930,000", "277,200"]
    amounts = {row[0]: row[1:] for row in table_of(client, path, "converted_stages")}
    assert amounts["First contact"] == ["2,930,000", "117,200", "4"]
    assert amounts["Engaged"] == ["2,000,000", "160,000", "0"]
    assert amounts["Qualified"] == ["\u2013", "\u2013", "0"]
    assert amounts["Open pipeline"] == ["4,930,000", "277,200", "4"]
    # What each currency says stays as it is.
    plain_path = path.removesuffix("&convert=CAD")
    assert table_of(client, path, "capex") == table_of(client, plain_path, "capex")
    page = client.get(path).get_data(as_text=True)
    assert "3 leads with CHF are not converted: no rate into CAD is stated by 31 Mar 2026." in page
    # Offered are the currencies of which a rate is stated, and none is chosen by itself.
    plain = client.get("/reports/pipeline").get_data(as_text=True)
    assert '<option value="JPY">' in plain.split('name="convert"')[1].split("</select>")[0]
    assert "Rate stated by" not in plain
    assert 'name="convert"' not in client.get("/reports/velocity").get_data(as_text=True)
    for code in ("EUR", "EUR0"):
        page = client.get(f"/reports/pipeline?convert={code}").get_data(as_text=True)
        assert "Rate stated by" not in page


def test_what_is_taken_away_carries_the_rates(
    sign_in: SignIn, database: Database, tmp_path: Path
) -> None:
    office(database)
    client = sign_in(Role.MANAGER)
    args = f"as_of={DAY}&convert=CAD"
    book = tmp_path / "pipeline.xlsx"
    book.write_bytes(client.get(f"/reports/pipeline.xlsx?{args}").data)
    workbook = CalamineWorkbook.from_path(str(book))
    name = next(name for name in workbook.sheet_names if name.startswith("Converted"))
    rows = {row[0]: row for row in workbook.get_sheet_by_name(name).to_python()}
    assert rows["JPY"][3:7] == [
        "100\u00a0JPY = 0.93\u00a0CAD",
        DAY,
        "Bank of Japan",
        930_000,
    ]
    assert ["Converted to", "CAD"] in workbook.get_sheet_by_index(0).to_python()
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/reports/pipeline.csv?{args}").data))
    assert "Bank of Japan" in archive.read("converted.csv").decode()
    # What a PDF prints below its tables.
    assert "100\u00a0JPY = 0.93\u00a0CAD (31 Mar 2026, Bank of Japan)" in (
        archive.read("about.csv").decode()
    )


def test_an_edition_keeps_the_rates_that_it_was_published_with(database: Database) -> None:
    office(database)
    public_id = make_rate(database, "USD", "1.4", on=DAY)
    lead_through(database, FIRST, capex=stated(1_000, "USD"))
    params = read_params(
        {"as_of": DAY.isoformat(), "compare": BEFORE.isoformat(), "convert": "CAD"}
    )
    with database.transaction(ADMIN) as session:
        edition = publish_edition(
            session,
            params,
            Audience.CLOSED,
            title="March",
            opening=None,
            actor=ADMIN,
            now=NOW,
        )
        edition_id = edition.public_id
        # As JSON holds it.
        json.dumps(edition.figures)
    with database.transaction(ADMIN) as session:
        delete_rate(session, get_rate(session, public_id), actor=ADMIN)
    with database.reader(ADMIN) as session:
        now = frozen_brief(session, get_edition(session, edition_id)).pipeline.now
        fresh = read_pipeline(session, replace(params, compare=None), now=NOW).now
    assert now.rates is not None
    assert fresh.rates is not None
    assert convert_sums(now.total, now.rates).amount == pytest.approx(Decimal(4_931_400))
    assert convert_sums(fresh.total, fresh.rates).amount == pytest.approx(Decimal(4_930_000))


def _read_as(database: Database, actor: Any, **params: Any) -> Any:
    with database.reader(actor) as session:
        asked = ReportParams(as_of=DAY, convert="CAD", **params)
        return read_pipeline(session, asked, now=NOW).now


@pytest.mark.parametrize("scope", list(Scope))
def test_a_restricted_lead_moves_no_outsiders_sum(database: Database, scope: Scope) -> None:
    office(database)
    make_rate(database, "USD", "1.4", on=DAY)
    seen = _read_as(database, OUTSIDER, scope=scope)
    team = make_team(database, make_user(database))
    # In a currency that no other lead has: not even its rate may appear.
    lead_through(database, FIRST, capex=stated(9_000, "USD"), team_id=team.id)
    assert _read_as(database, OUTSIDER, scope=scope) == seen
    assert {rate.currency for rate in seen.rates.used} <= {"JPY", "KRW"}
    for_all = _read_as(database, ADMIN)
    assert "USD" in {rate.currency for rate in for_all.rates.used}


def test_in_public_a_sum_of_few_is_withheld(database: Database) -> None:
    office(database)
    for _number in range(3):
        lead_through(database, FIRST, capex=stated(1_000))
    found = _read_as(database, ADMIN, scope=Scope.PUBLIC)
    total = convert_sums(found.total, found.rates)
    # Fewer than three leads state yen and won; the francs have no rate.
    assert (total.amount, total.is_withheld) == (None, True)
    # Nor is it told of how many leads something is left out.
    assert [(part.currency, part.lead_count) for part in total.left_out] == [
        ("CHF", None),
        (None, None),
    ]


def test_what_was_announced_in_one_currency(sign_in: SignIn, database: Database) -> None:
    for amount, currency in ((1_000_000, "CAD"), (100_000_000, "JPY"), (7, "CHF")):
        lead, capex = make_lead(database), stated(amount, currency)
        make_announcement(database, lead, whose=Whose.OURS, capex=capex)
    make_rate(database, "JPY", "0.93", on=DAY, units=100)
    path = "/reports/delivery?convert=CAD"
    rows = {row[0]: row[1:] for row in table_of(sign_in(Role.MANAGER), path, "converted")}
    assert rows["JPY"][:3] == ["100 JPY = 0.93 CAD", "31 Mar 2026", "Bank of Canada"]
    assert rows["Converted, together"][4] == "1,930,000 1 lead not converted"
