"""The engine, the sessions that know who looks, and the one place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from crm import audit, visibility
from crm.search import upkeep
from models.user import Actor

try:
    import pysqlite3 as sqlite_driver
except ImportError:
    import sqlite3 as sqlite_driver

SQLITE_VERSION: tuple[int, int, int] = sqlite_driver.sqlite_version_info
SQLITE_SOURCE: str = sqlite_driver.__name__

# Versions in which two connections that checkpoint at once can corrupt a WAL database.
_WAL_RESET_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug (3.7.0 to 3.51.2, with two back-ports)."""
    if version >= _WAL_RESET_FIXED[0]:
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in _WAL_RESET_FIXED[1:])


def create_engine(config: Config) -> sa.Engine:
    """An engine with the product's settings for either database."""
    if not config.is_sqlite:
        engine = sa.create_engine(
            config.database_url,
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=8,
            connect_args={"options": "-c statement_timeout=30000 -c timezone=UTC"},
        )
        return engine
    engine = sa.create_engine(
        config.database_url,
        module=sqlite_driver,
        connect_args={"timeout": 10, "check_same_thread": False},
        poolclass=sa.QueuePool,
        pool_size=8,
        max_overflow=8,
    )
    journal = "wal" if wal_is_safe(SQLITE_VERSION) else "delete"

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver must not open transactions by itself: `_begin` does, and says of what kind.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA journal_mode={journal}")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A writer takes its lock at once: a reader that turns writer would fail under load.
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


class Database:
    """Sessions over one engine. Nothing else in the product opens a connection or commits."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._readers = _session_factory(engine)
        self._writers = _session_factory(engine.execution_options(sqlite_begin="IMMEDIATE"))
        upkeep.install(engine, self._writers)

    @contextmanager
    def apart(self) -> Iterator[sa.Connection]:
        """A connection for one piece of work alone, which takes its temporary tables with it."""
        with self.engine.connect() as connection:
            connection.detach()
            yield connection

    def reader(self, actor: Actor) -> Session:
        """A session that sees what `actor` may see and never commits; close it after use."""
        session = self._readers()
        visibility.set_viewer(session, actor)
        return session

    @contextmanager
    def aside(self, actor: Actor, apart: sa.Connection) -> Iterator[Session]:
        """A session that reads, and lays rows out in temporary tables: SQLite's lock stays free."""
        with self._readers(bind=apart.execution_options(sqlite_begin="DEFERRED")) as session:
            visibility.set_viewer(session, actor)
            with session.begin():
                yield session

    @contextmanager
    def transaction(self, actor: Actor, apart: sa.Connection | None = None) -> Iterator[Session]:
        """A session that writes as `actor`: committed whole at the end, or not at all.

        It may have a connection `apart`, on which rows were laid out.
        """
        bind = {"bind": apart.execution_options(sqlite_begin="IMMEDIATE")} if apart else {}
        with self._writers(**bind) as session:
            visibility.set_viewer(session, actor)
            audit.set_actor(session, actor)
            with session.begin():
                yield session
                upkeep.settle(session)

    @contextmanager
    def unscoped(self, actor: Actor, *, purpose: str) -> Iterator[Session]:
        """A writing session that sees every row, for work that is nobody's view.

        `purpose` says which: signing in, training, undoing, loading the demo.
        """
        with self._writers() as session:
            visibility.set_unscoped(session, purpose)
            audit.set_actor(session, actor)
            with session.begin():
                yield session
                upkeep.settle(session)

    def analyze(self) -> None:
        """Let the database count what its tables hold, after many rows came in at once.

        Without these counts SQLite guesses, and reads a whole index where a few rows would do.
        """
        with self.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")

    @contextmanager
    def unscoped_reader(self, *, purpose: str) -> Iterator[Session]:
        """A reading session that sees every row: see `unscoped`."""
        with self._readers() as session:
            visibility.set_unscoped(session, purpose)
            yield session


def _session_factory(engine: sa.Engine) -> sessionmaker[Session]:
    factory = sessionmaker(engine, expire_on_commit=False, autoflush=True)
    visibility.install(factory)
    audit.install(factory)
    return factory
