"""`reports` at the command line."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from config import Config
from crm.cli import main
from crm.database import Database
from crm.reports.catalogue import REPORTS
from models.measure import Measure, Qualifier
from models.stage import STAGES, LeadType
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.factories.user import make_team, make_user

Run = Callable[..., tuple[int, str, str]]
JOBS = Measure(40, Qualifier.EXACT)


@pytest.fixture
def run(database: Database, config: Config, capfd: pytest.CaptureFixture[str]) -> Run:
    """`run("pipeline", "--json")`: the exit code, stdout and stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(["reports", *arguments, "--data", str(config.data)])
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    assert database
    return call


def answer(run: Run, *arguments: str) -> dict[str, Any]:
    code, out, err = run(*arguments, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_pipeline_as_json(run: Run, database: Database) -> None:
    lead_through(database, FIRST, capex=stated(2_000_000), jobs=JOBS)
    lead_through(database, FIRST, capex=stated(9, "JPY"))
    lead_through(database, FIRST)
    lead_through(database, FIRST, capex=stated(5), lead_type=LeadType.TRADE)
    lead_through(database, *(FIRST + timedelta(days=n) for n in range(8)), capex=stated(7))
    found = answer(run, "pipeline", "--as-of", "2026-02-01")
    assert list(found) == ["as_of", "type", "stages"]
    assert (found["as_of"], found["type"]) == ("2026-02-01", "investment")
    assert [row["stage"] for row in found["stages"]] == list(STAGES)
    assert found["stages"][0] == {
        "stage": "first_contact",
        "leads": 3,
        "capex": [
            {"currency": "CAD", "amount": 2_000_000, "weighted": 80_000, "unknown": 0},
            {"currency": "JPY", "amount": 9, "weighted": 0.36, "unknown": 0},
            {"currency": None, "amount": 0, "weighted": 0, "unknown": 1},
        ],
        "jobs": {"count": 40, "weighted": 1.6, "unknown": 2},
    }
    assert found["stages"][7]["leads"] == 1
    assert found["stages"][7]["capex"][0]["weighted"] == 7
    assert [row["leads"] for row in found["stages"][1:7]] == [0] * 6
    trade = answer(run, "pipeline", "--type", "trade")
    assert [row["leads"] for row in trade["stages"]] == [1, *[0] * 7]


@pytest.mark.parametrize("report", ["pipeline", "movement", "conversion", "velocity"])
def test_an_empty_office_has_an_answer(run: Run, report: str) -> None:
    found = answer(run, report)
    assert found["type"] == "investment"
    code, out, _err = run(report)
    assert (code, out.count("\n") >= 2) == (0, True)


@pytest.mark.parametrize("report", ["pipeline", "movement", "conversion", "velocity"])
def test_a_day_that_no_report_is_about(run: Run, report: str) -> None:
    tomorrow = (date.today() + timedelta(days=2)).isoformat()  # noqa: DTZ011
    code, out, err = run(report, "--as-of", tomorrow, "--json")
    assert (code, json.loads(out), err.strip()) == (
        1,
        {"error": "--as-of: This day lies in the future."},
        "--as-of: This day lies in the future.",
    )
    assert run(report, "--as-of", "soon")[0] == 1


def test_divided_and_compared(run: Run, database: Database) -> None:
    lead_through(database, FIRST, market="JP")
    lead_through(database, FIRST, FIRST + timedelta(days=20), market="KR")
    found = answer(
        run, "pipeline", "--as-of", "2026-02-01", "--compare", FIRST.isoformat(), "--by", "market"
    )
    assert [(row["key"], row["leads"]) for row in found["groups"]] == [("JP", 1), ("KR", 1)]
    assert [row["leads"] for row in found["compare"]["stages"][:2]] == [2, 0]
    moved = answer(run, "movement", "--as-of", "2026-02-01", "--compare", FIRST.isoformat())
    assert {row["move"]: row["changes"] for row in moved["moves"] if row["changes"]} == {
        "advanced": 1
    }
    assert (moved["opening"]["leads"], moved["closing"]["leads"]) == (2, 2)


def test_in_public_few_have_no_number(run: Run, database: Database) -> None:
    lead_through(database, FIRST, capex=stated(5))
    found = answer(run, "pipeline", "--public")
    assert found["stages"][0] == {
        "stage": "first_contact",
        "leads": None,
        "is_few": True,
        "capex": [],
        "jobs": None,
    }
    assert found["total"]["leads"] is None
    assert len(found["stages"]) == 8


def test_as_somebody_with_less_sight(run: Run, database: Database) -> None:
    outsider = make_user(database)
    team = make_team(database, make_user(database))
    lead_through(database, FIRST, team_id=team.id)
    assert answer(run, "pipeline")["stages"][0]["leads"] == 1
    assert answer(run, "pipeline", "--as", outsider.username)["stages"][0]["leads"] == 0


@pytest.mark.parametrize("report", [report.code for report in REPORTS])
def test_every_report_of_the_catalogue(run: Run, report: str) -> None:
    code, out, err = run(report)
    assert (code, err) == (0, "")
    assert out.count("\n") > 2
    assert answer(run, report)


@pytest.mark.parametrize("report", ["pipeline", "movement", "conversion", "velocity"])
def test_to_a_file(run: Run, database: Database, tmp_path: Path, report: str) -> None:
    lead_through(database, FIRST, FIRST + timedelta(days=3), capex=stated(2_000_000))
    for name in ("found.csv", "found.xlsx"):
        code, out, _err = run(report, "--out", str(tmp_path / name))
        said, *more = out.splitlines()
        assert (code, said) == (0, f"Written to {tmp_path / name}.")
        # A file of one table says that there are others.
        assert any("It is the first of" in line for line in more) is name.endswith(".csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "found.csv").read_text("utf-8-sig"))))
    assert len({len(row) for row in rows}) == 1
    book = CalamineWorkbook.from_path(tmp_path / "found.xlsx")
    cells = [
        cell
        for number in range(len(book.sheet_names))
        for row in book.get_sheet_by_index(number).to_python()
        for cell in row
    ]
    assert any(isinstance(cell, float) for cell in cells)
    code, _out, err = run(report, "--out", str(tmp_path / "found.doc"))
    assert code == 2
    assert "--out" in err
    code, _out, err = run(report, "--out", str(tmp_path / "nowhere" / "found.csv"))
    assert (code, "cannot be written" in err) == (1, True)


def test_what_has_no_public_mode_says_so(run: Run) -> None:
    code, _out, err = run("work", "--public")
    assert (code, "no public mode" in err) == (2, True)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--as-of", "2026-02-30", "--as-of: “2026-02-30” is no day."),
        ("--as-of", "1850-01-01", "--as-of: This day lies before 1990."),
        ("--compare", "2999-01-01", "--compare: This day lies in the future."),
        ("--country", "Atlantis", "--country: “Atlantis” is no country's code."),
        ("--sector", "ferries", "--sector: nothing on file has the code “ferries”."),
        ("--office", "ferries", "--office: nothing on file"),
        ("--owner", "ferries", "mine (your own), none (without owner)"),
        ("--agreement", "ferries", "--agreement: nothing on file"),
    ],
)
def test_what_means_nothing_is_refused_by_its_option(
    run: Run, option: str, value: str, said: str
) -> None:
    code, out, err = run("pipeline", option, value)
    assert (code, out) == (1, "")
    assert said in err


def test_a_report_that_there_is_none_of_names_those_that_there_are(run: Run) -> None:
    code, _out, err = run("pipelines")
    assert code == 2
    assert "There is no report pipelines. There are: pipeline, movement," in err


def test_codes_that_are_on_file_are_taken(run: Run, database: Database) -> None:
    gone = make_user(database, is_active=False)
    lead_through(database, FIRST, owner_id=gone.id)
    for arguments in (("--country", "jp"), ("--owner", gone.public_id)):
        assert answer(run, "pipeline", *arguments)["stages"][0]["leads"] == 1, arguments
