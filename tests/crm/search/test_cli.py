"""`search` and `search rebuild` at the command line."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from config import Config
from crm.cli import main
from crm.database import Database
from models.search import SearchEntry
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_team, make_user

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(config: Config, database: Database, capfd: pytest.CaptureFixture[str]) -> Run:
    """`run("日産")`: the exit code and the JSON on stdout."""

    def call(*arguments: str) -> tuple[int, Any]:
        capfd.readouterr()
        try:
            code = main(["search", *arguments, "--data", str(config.data), "--json"])
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capfd.readouterr().out
        return code, json.loads(printed) if printed else None

    return call


def test_a_name_is_found_from_another_script(run: Run, database: Database) -> None:
    firm = make_organization(database, name="Mihon Motor", native_name="日産見本株式会社")
    make_organization(database, name="Other Works", native_name=None)
    code, found = run("ニッサン")
    assert code == 0
    assert [(each["kind"], each["id"]) for each in found] == [("organization", firm.public_id)]
    assert found[0]["name"] == "Mihon Motor"
    assert found[0]["matched"] == "日産見本株式会社"
    assert 0 < found[0]["score"] <= 100
    assert set(found[0]) == {"kind", "id", "name", "matched", "score"}


def test_several_words_are_one_query_and_the_best_is_first(run: Run, database: Database) -> None:
    make_lead(database, code_name="Project Mihon Motor")
    firm = make_organization(database, name="Mihon Motor", native_name=None)
    assert run("mihon", "motor")[1][0]["id"] == firm.public_id
    assert len(run("find", "mihon motor", "--limit", "1")[1]) == 2


@pytest.mark.parametrize("words", [["zzqzzq"], ["x"], ["%"]])
def test_nothing_is_an_empty_list(run: Run, words: list[str]) -> None:
    assert run(*words) == (0, [])


def test_no_query_is_wrong_usage(run: Run) -> None:
    assert run()[0] == 2


def test_a_user_finds_what_they_may_see(run: Run, database: Database) -> None:
    outsider = make_user(database)
    hidden = make_organization(database, name="Heronsgate", native_name=None)
    restrict(database, hidden, make_team(database, make_user(database)).id)
    assert len(run("heronsgate")[1]) == 1
    assert run("heronsgate", "--as", outsider.username) == (0, [])


def test_what_was_lost_is_written_anew(run: Run, database: Database) -> None:
    firm = make_organization(database, name="Heronsgate", native_name=None)
    with database.engine.begin() as connection:
        connection.execute(sa.delete(SearchEntry))
    assert run("heronsgate") == (0, [])
    code, counts = run("rebuild")
    assert code == 0
    assert counts["organization"] == 1
    assert run("heronsgate")[1][0]["id"] == firm.public_id
