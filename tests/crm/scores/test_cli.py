"""`scores`, from the command line."""

import json

import pytest

from config import Config
from crm.cli import main
from crm.database import Database
from tests.crm.imports.bringing import bring, csv_bytes
from tests.crm.imports.test_service_create import HEADER, row


def test_after_an_import_it_trains_where_that_is_worth_it_and_else_scores(
    database: Database, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    leads = [row(f"A{number}", f"Firm {number}", "") for number in range(3)]
    bring(database, csv_bytes(HEADER, *leads, row("B1", "Gone", "", status="Lost")))
    command = ["scores", "train", "--if-useful", "--data", str(config.data), "--json"]
    assert main(command) == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["version"], first["closed"]) == (1, 1)
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out) == {"scored": 3}
