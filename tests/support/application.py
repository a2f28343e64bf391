"""The application in a test: a migrated database of its own, people, and signed-in clients.

`database` is SQLite; `any_database` runs the test on SQLite and on PostgreSQL.
"""

import dataclasses
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.util import LRUCache

from config import Config, create_data_folder
from crm import schema
from crm.app import create_app
from crm.auth.passwords import Passwords
from crm.auth.service import token_hash
from crm.database import Database, create_engine
from models.user import LOCAL_ADMINISTRATOR, Actor, Role, User, UserSession
from tests.factories.user import make_user
from tests.support.postgres import create_database

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema, to copy."""
    folder = tmp_path_factory.mktemp("migrated")
    create_data_folder(folder)
    engine = create_engine(Config.from_env(folder, {}))
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return folder / "crm.sqlite3"


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """The name of a PostgreSQL database with the schema, to copy."""
    with create_database(postgres_server, name="crm_migrated") as url:
        engine = create_engine(Config(data=Path("."), database_url=url, secret_key="x" * 32))
        schema.upgrade(engine)
        engine.dispose()
        yield "crm_migrated"


@pytest.fixture
def config(tmp_path: Path, migrated_sqlite: Path) -> Config:
    """A data folder with an empty, migrated SQLite database; cheap password hashes."""
    folder = tmp_path / "data"
    create_data_folder(folder)
    shutil.copy(migrated_sqlite, folder / "crm.sqlite3")
    return dataclasses.replace(
        Config.from_env(folder, {}), argon2_memory_kib=64, argon2_time_cost=1
    )


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    """The empty database."""
    found = Database(quick_engine(config))
    yield found
    found.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_database(request: pytest.FixtureRequest, config: Config) -> Iterator[Database]:
    """An empty database, once on each of the two."""
    if request.param == "sqlite":
        yield request.getfixturevalue("database")
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("migrated_postgres")
    with create_database(server, template=template) as url:
        found = Database(quick_engine(dataclasses.replace(config, database_url=url)))
        yield found
        found.engine.dispose()


_COMPILED: dict[str, tuple[sa.Dialect, Any]] = {}


def quick_engine(config: Config) -> sa.Engine:
    """The product's engine, which waits for no disk: nothing of a test outlives it.

    It knows the statements that earlier tests of this process compiled, a quarter of the work.
    """
    engine = create_engine(config)
    known: tuple[sa.Dialect, Any] = (engine.dialect, LRUCache(4_000))
    engine.dialect, engine._compiled_cache = _COMPILED.setdefault(engine.dialect.name, known)
    if config.is_sqlite:
        sa.event.listen(engine, "connect", _wait_for_no_disk)
    return engine


def _wait_for_no_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@cache
def _application() -> tuple[Flask, dict[str, Any], dict[str, Any]]:
    """One application for all tests of a process, with its settings and extensions as made.

    Its addresses and templates take longer to compile than most tests run.
    """
    folder = Path(tempfile.mkdtemp(prefix="crm-app-"))
    create_data_folder(folder)
    application = create_app(Config.from_env(folder, {}))
    application.extensions["database"].engine.dispose()
    shutil.rmtree(folder)
    application.testing = True
    return application, dict(application.config), dict(application.extensions)


@pytest.fixture
def app(config: Config, database: Database) -> Flask:
    """The application on the test's database, without what an earlier test set."""
    application, settings, extensions = _application()
    application.config.clear()
    application.config.update(settings, SECRET_KEY=config.secret_key)
    application.extensions.clear()
    application.extensions.update(
        extensions, config=config, database=database, passwords=Passwords(config)
    )
    return application


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, database: Database) -> Callable[..., FlaskClient]:
    """`sign_in(role, **user)` or `sign_in(user)`: a client that is signed in, without CSRF checks.

    The client has `.user` and `.actor`.
    """
    app.config["WTF_CSRF_ENABLED"] = False

    def open_client(who: Role | User = Role.OFFICER, **values: Any) -> FlaskClient:
        user = who if isinstance(who, User) else make_user(database, role=who, **values)
        token = f"token-{user.public_id}"
        moment = datetime.now(UTC)
        with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
            session.add(
                UserSession(
                    token_hash=token_hash(token),
                    user_id=user.id,
                    created_at=moment,
                    last_seen_at=moment,
                )
            )
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        client.user = user  # type: ignore[attr-defined]
        return client

    return open_client


@pytest.fixture
def administrator() -> Actor:
    """The administrator at the command line."""
    return LOCAL_ADMINISTRATOR


class QueryCounter:
    """Counts the statements that an engine runs inside a `with` block."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self.statements: list[str] = []

    def __enter__(self) -> "QueryCounter":
        self.statements.clear()
        sa.event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        sa.event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.statements.append(statement)

    @property
    def count(self) -> int:
        """How many statements ran."""
        return len(self.statements)


@pytest.fixture
def queries(database: Database) -> QueryCounter:
    """`with queries: ...` and then `queries.count`."""
    return QueryCounter(database)
