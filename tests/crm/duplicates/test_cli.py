"""`organizations match` at the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config import Config
from crm.cli import main
from crm.database import Database
from models.user import Role
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_team, make_user

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(
    config: Config, database: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> Run:
    """`run(content, "--as", "officer")`: the exit code and the JSON on stdout."""

    def call(content: bytes, *options: str) -> tuple[int, Any]:
        file = tmp_path / "names.csv"
        file.write_bytes(content)
        arguments = ["organizations", "match", str(file), "--json", "--data", str(config.data)]
        try:
            code = main([*arguments, *options])
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, json.loads(capfd.readouterr().out)

    return call


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_names_in_the_file_s_order_with_their_candidates(
    run: Run, database: Database, encoding: str
) -> None:
    made = make_organization(
        database,
        name="Nissan Motor Co., Ltd.",
        native_name="日産自動車株式会社",
        country="JP",
        reference="N-7",
    )
    make_organization(database, name="Hokuto Weaving", native_name=None)
    rows = '日産自動車,ja\n"Nissan Motor Company, Limited",en\nニッサン自動車,\n'
    code, answer = run(f"name,language\n{rows}".encode(encoding))
    assert code == 0
    assert [row["name"] for row in answer] == [
        "日産自動車",
        "Nissan Motor Company, Limited",
        "ニッサン自動車",
    ]
    for row in answer:
        best = row["candidates"][0]
        assert set(best) == {"id", "ref", "names", "score", "verdict", "reason"}
        assert (best["id"], best["ref"]) == (made.public_id, "N-7")
        assert best["names"] == ["Nissan Motor Co., Ltd.", "日産自動車株式会社"]
        assert best["verdict"] in {"same", "propose"}
        scores = [one["score"] for one in row["candidates"]]
        assert scores == sorted(scores, reverse=True)
    assert answer[0]["candidates"][0]["verdict"] == "same"


def test_a_stranger_is_none(run: Run, database: Database) -> None:
    make_organization(database, name="Hokuto Weaving", native_name=None)
    code, answer = run(b"name\nQuebec Timber\n\n ,\nHokuto Weaving\n")
    assert code == 0
    assert {one["verdict"] for one in answer[0]["candidates"]} <= {"none"}
    assert answer[-1]["candidates"][0]["verdict"] == "same"


def test_only_what_the_user_sees_is_matched(run: Run, database: Database) -> None:
    hidden = make_organization(database, name="Zephyr Lithography", native_name=None)
    restrict(database, hidden, make_team(database).id)
    officer = make_user(database, role=Role.OFFICER)
    content = b"name\nZephyr Lithography\n"
    assert run(content, "--as", officer.username) == (
        0,
        [{"name": "Zephyr Lithography", "candidates": []}],
    )
    assert run(content)[1][0]["candidates"][0]["verdict"] == "same"


def test_a_file_without_names_says_so(run: Run) -> None:
    code, answer = run(b"company id,colour\n1,red\n")
    assert code == 1
    assert "name" in answer["error"]
