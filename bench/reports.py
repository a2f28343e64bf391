"""Reports as of any day, and how they grow, on SQLite and, when asked, a throw-away PostgreSQL.

    python -m bench.reports [--leads N ...] [--rounds N] [--postgres] [--no-sqlite] [--only NAME]

For each number of leads (ten states each, written straight into the tables) prints the least
milliseconds of each report for a manager who counts all leads, by the clock and of this process's
own work, which on SQLite holds all of it, and the number of statements. A million leads take some
minutes to write and about four gigabytes.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.reports_office import NOW, fill
from config import Config, create_data_folder
from crm import schema
from crm.database import Database, create_engine
from crm.reports.course_queries import read_conversion, read_velocity
from crm.reports.movement_queries import read_movement
from crm.reports.params import Dimension, RelativeDay, ReportParams, Scope
from crm.reports.pipeline_queries import read_pipeline
from models.user import LOCAL_ADMINISTRATOR
from tests.support.postgres import create_database, run_server

_ACTOR = dataclasses.replace(LOCAL_ADMINISTRATOR, office_time_zone="America/Toronto")
_PAST = date(2024, 6, 1)

REPORTS: dict[str, tuple[Callable[..., Any], ReportParams]] = {
    "pipeline today": (read_pipeline, ReportParams()),
    "pipeline as of 2024": (read_pipeline, ReportParams(as_of=_PAST)),
    "pipeline with a year ago": (read_pipeline, ReportParams(compare=RelativeDay.LAST_YEAR)),
    "pipeline by owner": (read_pipeline, ReportParams(by=Dimension.OWNER)),
    "pipeline by agreement": (read_pipeline, ReportParams(by=Dimension.AGREEMENT)),
    "pipeline for the public": (
        read_pipeline,
        ReportParams(scope=Scope.PUBLIC, by=Dimension.SECTOR),
    ),
    "movement of a quarter": (read_movement, ReportParams()),
    "movement of a year": (read_movement, ReportParams(compare=RelativeDay.LAST_YEAR)),
    "conversion": (read_conversion, ReportParams()),
    "conversion as of 2024": (read_conversion, ReportParams(as_of=_PAST)),
    "velocity": (read_velocity, ReportParams()),
}


def main() -> None:
    """Time each report at each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--no-sqlite", action="store_true")
    parser.add_argument("--only", help="Reports whose name holds this.", default="")
    options = parser.parse_args()
    found: dict[str, dict[int, Any]] = {}
    for leads in options.leads:
        for name, opened, is_wanted in (
            ("sqlite", _sqlite, not options.no_sqlite),
            ("postgresql", _postgres, options.postgres),
        ):
            if not is_wanted:
                continue
            with opened() as database:
                print(f"{name}: writing {leads} leads ...", file=sys.stderr)
                fill(database, leads)
                found.setdefault(name, {})[leads] = _measure(database, options)
    print(json.dumps(found, indent=2))


def _measure(database: Database, options: argparse.Namespace) -> dict[str, Any]:
    found = {}
    for name, (read, params) in REPORTS.items():
        if options.only not in name:
            continue
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            statements.append(statement)  # noqa: B023 - called within this round only

        # Once to warm up, which counts the statements.
        sa.event.listen(database.engine, "before_cursor_execute", note)
        _read(database, read, params)
        sa.event.remove(database.engine, "before_cursor_execute", note)
        times = [_timed(database, read, params) for _ in range(options.rounds)]
        found[name] = {
            "ms": round(min(clock for clock, _own in times)),
            "own_ms": round(min(own for _clock, own in times)),
            "sql": len(statements),
        }
    return found


def _read(database: Database, read: Callable[..., Any], params: ReportParams) -> None:
    with database.reader(_ACTOR) as session:
        read(session, params, now=NOW)


def _timed(
    database: Database, read: Callable[..., Any], params: ReportParams
) -> tuple[float, float]:
    clock, own = time.perf_counter(), time.process_time()
    _read(database, read, params)
    return (time.perf_counter() - clock) * 1_000, (time.process_time() - own) * 1_000


@contextmanager
def _sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        create_data_folder(Path(folder) / "data")
        yield from _opened(Config.from_env(Path(folder) / "data", {}))


@contextmanager
def _postgres() -> Iterator[Database]:
    with run_server() as server, create_database(server) as url:
        yield from _opened(Config(data=Path(), database_url=url, secret_key="x" * 32))


def _opened(config: Config) -> Iterator[Database]:
    engine = create_engine(config)
    schema.upgrade(engine)
    yield Database(engine)
    engine.dispose()


if __name__ == "__main__":
    main()
