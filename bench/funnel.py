"""The funnel at scale, on SQLite and, when asked, on a throw-away PostgreSQL.

    python -m bench.funnel [--leads N] [--data DIR] [--rounds N] [--postgres]

Prints, for each address, the median milliseconds of the page, by the clock and of this process's
own work (which a busy machine stretches less, and which holds all of SQLite's), those of the
figures within it, the number of statements and the size. `--data` keeps the office, or reads one
that is there already, such as a demo's. The PostgreSQL has a copy of the same rows.
"""

import argparse
import dataclasses
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa
from flask import Flask

from bench.office import open_office, sign_in
from config import Config
from crm import schema
from crm.app import create_app
from crm.auth.service import actor_of
from crm.database import Database, create_engine
from crm.reports.filters import read_filters
from crm.reports.queries import summarise_funnel
from models.tables import METADATA
from models.user import Role, User
from tests.support.postgres import create_database, run_server

PAGES = {
    "all investment leads": "",
    "one country": "country=KR",
    "one year of first contacts": "from=2024-01-01&to=2024-12-31",
    "one owner": "owner={owner}",
    "a small type": "type=trade",
}
# Written by every lead, and read by no report.
_NOT_COPIED = {"audit_entries"}
_CHUNK = 20_000
TODAY = date(2026, 11, 20)


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
    database: Database = app.extensions["database"]
    with database.unscoped_reader(purpose="benchmark") as session:
        owner = session.scalars(sa.select(User).where(User.role == Role.OFFICER)).first()
        manager = session.scalars(sa.select(User).where(User.role == Role.MANAGER)).first()
        assert owner is not None
        assert manager is not None
        actor = actor_of(session, manager, office_time_zone="UTC")
    statements: list[str] = []
    sa.event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_more: statements.append(statement),
    )
    found = {}
    for name, pattern in PAGES.items():
        query = pattern.format(owner=owner.public_id)
        response = client.get(f"/reports/funnel?{query}")
        assert response.status_code == 200, (query, response.status_code)
        filters = read_filters(dict(parse_qsl(query)))
        pages, work, figures = [], [], []
        for _ in range(rounds):
            statements.clear()
            worked = time.process_time()
            pages.append(_timed(lambda query=query: client.get(f"/reports/funnel?{query}")))  # type: ignore[misc]
            work.append((time.process_time() - worked) * 1_000)
            count = len(statements)
            with database.reader(actor) as session:
                figures.append(
                    _timed(
                        lambda session=session, filters=filters: summarise_funnel(  # type: ignore[misc]
                            session, filters, today=TODAY
                        )
                    )
                )
        found[name] = {
            "ms": round(statistics.median(pages), 1),
            "work_ms": round(statistics.median(work), 1),
            "figures_ms": round(statistics.median(figures), 1),
            "sql": count,
            "kilobytes": round(len(response.data) / 1024, 1),
        }
    return found


def _timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1_000


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
