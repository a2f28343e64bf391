"""`properties import`, from the command line."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from config import Config
from crm.cli import main
from crm.database import Database
from models.site_search import Property
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.user import make_user

LIST = "Reference,Kind,Name,Land (acres)\nA-1,land,North Park,30\nA-2,land,South Park,\n"


def count(database: Database) -> int:
    """How many properties there are."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return len(session.scalars(sa.select(Property)).all())


def test_a_list_is_imported_once(
    database: Database, config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST)
    command = ["properties", "import", str(file), "--data", str(config.data), "--json"]
    assert main([*command, "--dry-run"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["new"], told["is_imported"], count(database)) == (2, False, 0)
    assert main(command) == 0
    assert (json.loads(capsys.readouterr().out)["is_imported"], count(database)) == (True, 2)
    assert main(command) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["new"], told["changed"], told["same"], count(database)) == (0, 0, 2, 2)


def test_a_mistake_stops_it_whole_and_a_reader_may_not(
    database: Database, config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"{LIST}A-3,castle,East,1\n")
    command = ["properties", "import", str(file), "--data", str(config.data)]
    with pytest.raises(SystemExit) as stop:
        main([*command, "--json"])
    assert stop.value.code == 1
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["row"], problem["column"]) == (4, "Kind")
    viewer = make_user(database, role=Role.VIEWER)
    assert main([*command, "--as", viewer.username]) == 1
    assert count(database) == 0
