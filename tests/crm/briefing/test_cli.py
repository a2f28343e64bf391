"""`missions book` at the command line."""

import json
from pathlib import Path

import pypdf
import pytest

from config import Config
from crm.cli import main
from crm.database import Database
from models.mission import Mission
from models.user import Role
from tests.factories.lead import make_lead
from tests.factories.mission import make_item, make_planned_mission
from tests.factories.user import actor_for, make_team, make_user


@pytest.fixture
def mission(database: Database) -> Mission:
    return make_planned_mission(database, name="Mission of March")


def _run(config: Config, *arguments: str) -> int:
    return main(["missions", "book", *arguments, "--data", str(config.data)])


def _words(file: Path) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(file).pages)


def test_a_book_is_written_to_a_file(
    config: Config, mission: Mission, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "book.pdf"
    assert _run(config, mission.public_id, "--out", str(file)) == 0
    assert capsys.readouterr().out == f"{file}\n"
    assert "Mission of March" in _words(file)
    assert "Confidential" in _words(file)
    options = (mission.public_id, "--out", str(file), "--lang", "fr", "--json")
    assert _run(config, *options) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["file"], answer["language"]) == (str(file), "fr")
    assert answer["bytes"] == file.stat().st_size
    assert "Confidentiel" in _words(file)


def test_a_book_tells_what_its_reader_may_see(
    config: Config, database: Database, mission: Mission, tmp_path: Path
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    own = actor_for(database, member)
    lead = make_lead(database, actor=own, team_id=team.id)
    make_item(database, mission, lead=lead, actor=own, title="Hidden talk")
    file = tmp_path / "book.pdf"
    told = {}
    for name in (None, make_user(database).username, member.username):
        options = ("--as", name) if name else ()
        assert _run(config, mission.public_id, "--out", str(file), *options) == 0
        told[name] = "Hidden talk" in _words(file)
    assert list(told.values()) == [False, False, True]
    viewer = make_user(database, role=Role.VIEWER)
    assert _run(config, mission.public_id, "--out", str(file), "--as", viewer.username) == 1


def test_what_cannot_be_done_ends_with_a_sentence(
    config: Config, mission: Mission, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "book.pdf"
    assert _run(config, "nonesuch", "--out", str(file)) == 1
    assert "There is no mission with the ID nonesuch." in capsys.readouterr().err
    assert _run(config, mission.public_id, "--out", str(tmp_path / "no" / "book.pdf")) == 1
    assert "There is no folder" in capsys.readouterr().err
    assert _run(config, mission.public_id) == 2
    assert _run(config, mission.public_id, "--out", str(file), "--lang", "ja") == 2
    assert not file.exists()
