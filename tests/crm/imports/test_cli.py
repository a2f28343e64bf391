"""`imports leads` and `imports stages` at the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config import Config
from crm.cli import main
from crm.database import Database
from models.lead import Lead
from models.user import Role, User
from tests.crm.imports.bringing import TRAIL, csv_bytes, differing, dump, rows_of
from tests.crm.imports.offices import make_office, to_csv
from tests.crm.imports.test_planted_mistakes import MISTAKES
from tests.crm.imports.test_service_create import HEADER, row
from tests.factories.user import make_user

Run = Callable[..., tuple[int, Any]]


def exit_code(*arguments: str) -> int:
    """What the process would end with."""
    try:
        return main(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.fixture
def run(
    config: Config, database: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> Run:
    """`run("leads", content, "--dry-run")`: the exit code and the JSON on stdout."""

    def call(kind: str, content: bytes, *options: str) -> tuple[int, Any]:
        file = tmp_path / "office file.csv"
        file.write_bytes(content)
        capfd.readouterr()
        data = str(config.data)
        code = exit_code("imports", kind, str(file), "--data", data, "--json", *options)
        return code, json.loads(capfd.readouterr().out)

    return call


def test_a_file_is_imported_and_counted(run: Run, database: Database) -> None:
    code, answer = run("leads", csv_bytes(HEADER, row(), row("A2")))
    assert code == 0
    assert (answer["rows"], answer["created"], answer["updated"]) == (2, 2, 0)
    assert answer["errors"] == []
    assert answer["new_names"]["owners"] == ["L. Chen"]
    assert len(answer["batch"]) == 16
    code, answer = run("stages", csv_bytes("Ref|Stage|Date", "A1|Engaged|2024-12-01"))
    assert (code, answer["rows"], answer["created"], answer["updated"]) == (0, 1, 0, 1)
    assert len(rows_of(database, sa.select(Lead.id))) == 2


def test_a_dry_run_counts_and_writes_nothing(run: Run, database: Database) -> None:
    before = dump(database)
    code, answer = run("leads", csv_bytes(HEADER, row()), "--dry-run")
    assert (code, answer["created"], answer["dry_run"], answer["batch"]) == (0, 1, True, None)
    assert list(differing(before, dump(database))) == []


def test_thirty_planted_mistakes_give_thirty_messages_and_change_nothing(
    run: Run, database: Database
) -> None:
    run("leads", csv_bytes(HEADER, row()))
    office = make_office("en", 100, seed=3)
    rows = [list(cells) for cells in office.rows]
    planted = []
    for place, (column, value) in enumerate(MISTAKES):
        at = 2 + 3 * place
        rows[at][office.column(column)] = value
        if column == "Company":
            rows[at][office.column("Company (local name)")] = ""
        planted.append(at + 2)
    before = dump(database)
    code, answer = run("leads", to_csv(office.headers, rows))
    assert code == 1
    assert [error["row"] for error in answer["errors"]] == planted
    assert len(planted) == 30
    assert all(error["column"] and error["message"] for error in answer["errors"])
    assert (answer["created"], answer["updated"]) == (0, 0)
    assert list(differing(before, dump(database))) == []


def test_a_mapping_says_which_column_is_which(run: Run, database: Database, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"Firma": "company", "Am": "first_contact_on", "Ref": null}', "utf-8")
    content = csv_bytes("Ref|Firma|Am", "A1|Invented Works|2024-05-06")
    code, answer = run("leads", content)
    assert (code, answer["errors"][0]["row"]) == (1, 1)
    code, answer = run("leads", content, "--mapping", str(mapping))
    assert (code, answer["created"]) == (0, 1)
    assert rows_of(database, sa.select(Lead.title, Lead.reference)) == [("Invented Works", None)]
    mapping.write_text('{"Nowhere": "company"}', "utf-8")
    code, answer = run("leads", content, "--mapping", str(mapping))
    assert code == 1
    assert "Nowhere" in answer["errors"][0]["message"]


def test_a_file_that_is_no_table_is_one_sentence(
    run: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    code, answer = run("leads", b"%PDF-1.7")
    assert code == 1
    assert answer["errors"][0]["row"] is None
    assert answer["errors"][0]["message"]
    assert answer["rows"] == 0


def test_it_acts_as_the_user_named(run: Run, database: Database) -> None:
    officer = make_user(database)
    viewer = make_user(database, role=Role.VIEWER)
    code, answer = run("leads", csv_bytes(HEADER, row()), "--as", viewer.username)
    assert (code, answer["created"]) == (1, 0)
    assert "role" in answer["errors"][0]["message"]
    code, _ = run("leads", csv_bytes(HEADER, row()), "--as", officer.username)
    assert code == 0
    created = sa.select(User.office_id).where(User.name == "L. Chen")
    assert rows_of(database, created) == [(officer.office_id,)]


def test_without_json_the_rows_are_lines(
    config: Config, database: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(csv_bytes(HEADER, row(), row("A2", stage="Nowhere")))
    assert exit_code("imports", "leads", str(file), "--data", str(config.data)) == 1
    said = capfd.readouterr()
    assert said.out.startswith("Row 3, Stage: ")
    assert said.err.strip() == "Nothing was imported. Mistakes found: 1, the first in row 3."
    file.write_bytes(csv_bytes(HEADER, row()))
    assert exit_code("imports", "leads", str(file), "--data", str(config.data)) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "Rows read: 1. Leads created: 1, changed: 0."


def test_wrong_usage_is_exit_code_two(config: Config, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.csv")
    assert exit_code("imports", "leads", missing, "--data", str(config.data)) == 2
    assert exit_code("imports", "leads") == 2


@pytest.mark.parametrize("command", [[], ["leads"], ["stages"]])
def test_help_is_there_in_full(command: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert exit_code("imports", *command, "--help") == 0
    said = capfd.readouterr().out
    assert "spreadsheet" in said or "--mapping" in said


def test_every_kind_comes_by_command_and_goes_by_its_batch(
    run: Run, database: Database, config: Config, capfd: pytest.CaptureFixture[str]
) -> None:
    before = dump(database, without=TRAIL)
    batches = []
    for kind, content in (
        ("organizations", csv_bytes("ref|name|native name", "C1|Muro Works|室製作所")),
        ("contacts", csv_bytes("Name|Organization|E-mail", "A|室製作所|a@example.com")),
        ("interactions", csv_bytes("Organization|Date|Summary", "Muro Works|令和6年4月1日|Met")),
    ):
        code, answer = run(kind, content)
        assert (code, answer["created"], answer["errors"]) == (0, 1, [])
        batches.append(answer["batch"])
        code, answer = run(kind, content)
        assert (code, answer["created"], answer["updated"]) == (0, 0, 0)
    data = str(config.data)
    assert exit_code("imports", "undo", batches[0], "--data", data, "--json") == 1
    assert "Muro Works" in json.loads(capfd.readouterr().out)["error"]
    for batch in reversed(batches):
        assert exit_code("imports", "undo", batch, "--data", data, "--json") == 0
        assert json.loads(capfd.readouterr().out)["batch"] == batch
    assert list(differing(before, dump(database, without=TRAIL))) == []
    assert exit_code("imports", "undo", "a" * 16, "--data", data) == 1


def test_what_rows_do_can_be_said_on_the_command_line(run: Run) -> None:
    run("organizations", csv_bytes("name|City", "Muro Works|Osaka"))
    content = csv_bytes("name|City", "Muro Works|Tokyo", "Other Firm|Kobe")
    code, answer = run("organizations", content, "--existing", "skip", "--new", "skip")
    assert (code, answer["created"], answer["updated"], answer["skipped"]) == (0, 0, 0, 2)
    cp932 = "name;City\n漢字工業;東京\n".encode("cp932")
    code, answer = run("organizations", cp932, "--encoding", "cp932", "--delimiter", ";")
    assert (code, answer["created"]) == (0, 1)
    code, answer = run("organizations", cp932, "--encoding", "klingon")
    assert (code, answer["errors"][0]["row"]) == (1, None)
