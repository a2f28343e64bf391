"""The throw-away PostgreSQL: fresh databases, and nothing left behind."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from crm.setup.bootstrap import ROOT
from tests.support.postgres import ServerUser, _reachable, create_database, find_programs

START_A_SERVER = """
from tests.support.postgres import run_server
with run_server() as url:
    print(url, flush=True)
    input()
"""


def test_each_test_gets_an_empty_database(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        tables = connection.scalar(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        )
        encoding = connection.scalar(text("SHOW server_encoding"))
    assert (tables, encoding) == (0, "UTF8")


def test_a_copy_holds_what_its_template_held(postgres_server: str) -> None:
    with create_database(postgres_server, name="crm_test_template_of_this_test") as template:
        engine = create_engine(template)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE kept AS SELECT 7 AS number"))
        engine.dispose()
        with (
            create_database(postgres_server, template=make_url(template).database) as copy,
            create_engine(copy).connect() as connection,
        ):
            assert connection.scalar(text("SELECT number FROM kept")) == 7


def test_a_database_is_dropped_while_somebody_is_connected(postgres_server: str) -> None:
    with create_database(postgres_server) as url:
        engine = create_engine(url)
        forgotten = engine.connect()
        forgotten.execute(text("SELECT 1"))
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False))
    forgotten.invalidate()


@pytest.mark.skipif("CRM_TEST_DATABASE_URL" in os.environ, reason="another server, other rules")
def test_korean_names_are_compared_by_their_letters(postgres_url: str) -> None:
    with create_engine(postgres_url).begin() as connection:
        connection.execute(text("CREATE EXTENSION pg_trgm"))
        likeness = connection.execute(
            text("SELECT similarity('삼성전자', '삼성전기')")
        ).scalar_one()
    assert likeness > 0.4


@pytest.mark.postgres
def test_a_killed_run_leaves_no_server_and_no_folder() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START_A_SERVER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        folder = Path(str(make_url(run.stdout.readline().strip()).query["host"]))
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{server}").exists()
        run.kill()
    assert _soon(lambda: not folder.exists() and not Path(f"/proc/{server}").exists())


@pytest.mark.postgres
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root changes its user")
def test_programs_that_the_server_user_cannot_reach_are_copied(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    package = find_programs().parents[1]
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, closed / source.name)
    closed.chmod(0o700)
    folder = Path(tempfile.mkdtemp(prefix="crm-pg-"))
    folder.chmod(0o755)
    user = ServerUser(65534)

    programs = _reachable(closed / package.name / "pginstall" / "bin", folder, user)
    answer = user.attempt(programs / "initdb", "--version")
    shutil.rmtree(folder)

    assert programs.is_relative_to(folder)
    assert answer.stdout.startswith("initdb (PostgreSQL)")


def _soon(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False
