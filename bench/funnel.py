"""The funnel at scale, on SQLite and, when asked, on a throw-away PostgreSQL.

    python -m bench.funnel [--leads N] [--data DIR] [--rounds N] [--postgres]

Prints, for each address, the median milliseconds of the page and of the database within it, the
number of statements and the size. `--data` keeps the office, or reads one that is there already,
such as a demo's. The PostgreSQL has a copy of the same rows.
"""

import argparse
import dataclasses
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.office import open_office, sign_in
from config import Config
from crm import schema
from crm.app import create_app
from crm.database import Database, create_engine
from models.tables import METADATA
from models.user import Role
from tests.support.postgres import create_database, run_server

PAGES = {
    "all investment leads": "/reports/funnel",
    "one country": "/reports/funnel?country=KR",
    "one year of first contacts": "/reports/funnel?from=2024-01-01&to=2024-12-31",
    "one owner": "/reports/funnel?owner=mine",
    "a small type": "/reports/funnel?type=trade",
}
# Written by every lead, and read by no report.
_NOT_COPIED = {"audit_entries"}
_CHUNK = 20_000


def main() -> None:
    """Time each page and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--data", type=Path, help="a folder to make the office in, and to keep")
    parser.add_argument("--postgres", action="store_true", help="measure a PostgreSQL as well")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.data or Path(scratch) / "office"
        print(f"An office with {options.leads} leads ...", file=sys.stderr)
        app = open_office(folder, leads=options.leads)
        found["sqlite"] = measure(app, rounds=options.rounds)
        if options.postgres:
            with _copy_on_postgres(app) as copy:
                found["postgresql"] = measure(copy, rounds=options.rounds)
    print(json.dumps(found, indent=2))


def measure(app: Flask, *, rounds: int) -> dict[str, Any]:
    """The medians of each page for a manager, who counts all leads."""
    client = sign_in(app, Role.MANAGER)
    statements = _Statements(app.extensions["database"].engine)
    found = {}
    for name, path in PAGES.items():
        response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        pages, databases = [], []
        for _ in range(rounds):
            statements.clear()
            began = time.perf_counter()
            client.get(path)
            pages.append((time.perf_counter() - began) * 1_000)
            databases.append(statements.seconds * 1_000)
        found[name] = {
            "ms": round(statistics.median(pages), 1),
            "database_ms": round(statistics.median(databases), 1),
            "sql": statements.count,
            "kilobytes": round(len(response.data) / 1024, 1),
        }
    return found


class _Statements:
    """Counts the statements of an engine, and the time until each has its first rows."""

    def __init__(self, engine: sa.Engine) -> None:
        self.clear()
        sa.event.listen(engine, "before_cursor_execute", self._begin)
        sa.event.listen(engine, "after_cursor_execute", self._end)

    def clear(self) -> None:
        """Count from here on."""
        self.count = 0
        self.seconds = 0.0

    def _begin(self, *_event: Any) -> None:
        self._began = time.perf_counter()

    def _end(self, *_event: Any) -> None:
        self.count += 1
        self.seconds += time.perf_counter() - self._began


@contextmanager
def _copy_on_postgres(app: Flask) -> Iterator[Flask]:
    """The same office on a PostgreSQL of its own."""
    source: Database = app.extensions["database"]
    config: Config = app.extensions["config"]
    print("Starting a PostgreSQL and copying the office ...", file=sys.stderr)
    with run_server() as server, create_database(server) as url:
        copy_config = dataclasses.replace(config, database_url=url)
        engine = create_engine(copy_config)
        schema.upgrade(engine)
        _copy_rows(source.engine, engine)
        engine.dispose()
        copy = create_app(copy_config)
        copy.config["WTF_CSRF_ENABLED"] = False
        yield copy
        copy.extensions["database"].engine.dispose()


def _copy_rows(source: sa.Engine, target: sa.Engine) -> None:
    tables = [table for table in METADATA.sorted_tables if table.name not in _NOT_COPIED]
    with source.connect() as reading, target.begin() as writing:
        # Organizations and leads name each other, so that no order of tables suits both.
        writing.execute(sa.text("SET session_replication_role = replica"))
        for table in reversed(tables):
            writing.execute(sa.delete(table))
        for table in tables:
            rows = reading.execute(sa.select(table).execution_options(yield_per=_CHUNK))
            for chunk in rows.mappings().partitions():
                writing.execute(sa.insert(table), [dict(row) for row in chunk])
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


if __name__ == "__main__":
    main()
