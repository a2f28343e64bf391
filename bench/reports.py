"""Reports as of any day, and how they grow, on SQLite and, when asked, a throw-away PostgreSQL.

    python -m bench.reports [--leads N ...] [--rounds N] [--pages] [--postgres] [--no-sqlite]
                            [--only NAME]

For each number of leads (ten states each, written straight into the tables) prints the least
milliseconds of each report for a manager who counts all leads, by the clock and of this process's
own work, which on SQLite holds all of it, and the number of statements. With `--pages` each report
is asked for as a page, with all its charts and tables: the least, the median, and its kilobytes;
"waits" are those of which the page says first what is being read. A million leads take over
ten minutes to write and about five gigabytes.

Least milliseconds of a page by the clock, alone on two cores (2026-11-22); "year" is with the same
day last year. 1M: processor time, PostgreSQL's own with it and no parallel workers, measured once
beside other work on the tables that `fill` writes.

| | PostgreSQL 10k | 100k | 100k, year | 1M | SQLite 10k | 100k | 100k, year |
|---|--:|--:|--:|--:|--:|--:|--:|
| pipeline | 46 | 180 | 318 | 784 | 55 | 343 | 627 |
| movement | 68 | 373 | 637 | 1,559 | 78 | 611 | 1,993 |
| conversion | 93 | 394 | 808 | 1,563 | 161 | 1,248 | 2,151 |
| velocity | 108 | 490 | 1,012 | 2,234 | 185 | 1,504 | 2,694 |
| forecast | 45 | 241 | - | 1,762 | 52 | 448 | - |
| quality | 38 | 167 | 312 | 1,531 | 45 | 286 | 545 |
| responses | 9 | 9 | 10 | 13 | 6 | 8 | 9 |
| missions | 14 | 18 | 14 | 47 | 11 | 34 | 34 |
| bre | 12 | 13 | 15 | 25 | 8 | 9 | 11 |
| delivery | 129 | 336 | 509 | 4,508 | 143 | 569 | 924 |
| introducers | 32 | 109 | 212 | 327 | 34 | 232 | 439 |
| referrals | 38 | 175 | 329 | 635 | 69 | 642 | 1,191 |
| work | 31 | 104 | 173 | 408 | 37 | 252 | 457 |
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
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.office import sign_in
from bench.reports_office import NOW, fill
from config import Config, create_data_folder
from crm import schema
from crm.app import create_app
from crm.database import Database, create_engine
from crm.reports.catalogue import REPORTS, find_report
from crm.reports.params import Dimension, RelativeDay, ReportParams, Scope
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.support.postgres import create_database, run_server

_ACTOR = dataclasses.replace(LOCAL_ADMINISTRATOR, office_time_zone="America/Toronto")
_PAST = date(2024, 6, 1)

# What is asked for besides each report as it stands today, and with a year ago.
_MORE = {
    "pipeline as of 2024": ReportParams(as_of=_PAST),
    "pipeline by owner": ReportParams(by=Dimension.OWNER),
    "pipeline by agreement": ReportParams(by=Dimension.AGREEMENT),
    "pipeline for the public": ReportParams(scope=Scope.PUBLIC, by=Dimension.SECTOR),
    "conversion as of 2024": ReportParams(as_of=_PAST),
}


def asked() -> dict[str, tuple[str, ReportParams]]:
    """By name the code of a report and what it is asked for."""
    found = {}
    for report in REPORTS:
        found[report.code] = (report.code, ReportParams())
        if report.compares:
            found[f"{report.code} with a year ago"] = (
                report.code,
                ReportParams(compare=RelativeDay.LAST_YEAR),
            )
    return found | {name: (name.split()[0], params) for name, params in _MORE.items()}


def main() -> None:
    """Time each report at each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", action="store_true", help="whole pages, not only their reads")
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
            with opened() as config:
                print(f"{name}: writing {leads} leads ...", file=sys.stderr)
                engine = create_engine(config)
                schema.upgrade(engine)
                database = Database(engine)
                fill(database, leads)
                measure = _measure_pages if options.pages else _measure
                found.setdefault(name, {})[leads] = measure(config, database, options)
                engine.dispose()
    print(json.dumps(found, indent=2))


def _measure_pages(
    config: Config, _database: Database, options: argparse.Namespace
) -> dict[str, Any]:
    app = create_app(config)
    client = sign_in(app, Role.MANAGER)
    found = {}
    for name, (code, params) in asked().items():
        if options.only not in name:
            continue
        args = params.as_args()
        first = client.get(f"/reports/{code}", query_string=args).get_data(as_text=True)
        times = []
        for _round in range(options.rounds):
            start = time.perf_counter()
            page = client.get(f"/reports/{code}", query_string=args | {"wait": "no"})
            times.append((time.perf_counter() - start) * 1_000)
            assert page.status_code == 200, name
        found[name] = {
            "ms": round(min(times)),
            "median_ms": round(statistics.median(times)),
            "kb": len(page.get_data()) // 1_024,
            "waits": "<progress" in first,
        }
    app.extensions["database"].engine.dispose()
    return found


def _measure(_config: Config, database: Database, options: argparse.Namespace) -> dict[str, Any]:
    found = {}
    for name, (code, params) in asked().items():
        if options.only not in name:
            continue
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            statements.append(statement)  # noqa: B023 - called within this round only

        # Once to warm up, which counts the statements.
        sa.event.listen(database.engine, "before_cursor_execute", note)
        _read(database, code, params)
        sa.event.remove(database.engine, "before_cursor_execute", note)
        times = [_timed(database, code, params) for _ in range(options.rounds)]
        found[name] = {
            "ms": round(min(clock for clock, _own in times)),
            "own_ms": round(min(own for _clock, own in times)),
            "sql": len(statements),
        }
    return found


def _read(database: Database, code: str, params: ReportParams) -> None:
    report = find_report(code)
    assert report is not None
    with database.reader(_ACTOR) as session:
        report.figures(session, params, now=NOW)


def _timed(database: Database, code: str, params: ReportParams) -> tuple[float, float]:
    clock, own = time.perf_counter(), time.process_time()
    _read(database, code, params)
    return (time.perf_counter() - clock) * 1_000, (time.process_time() - own) * 1_000


@contextmanager
def _sqlite() -> Iterator[Config]:
    with tempfile.TemporaryDirectory() as folder:
        create_data_folder(Path(folder) / "data")
        yield Config.from_env(Path(folder) / "data", {})


@contextmanager
def _postgres() -> Iterator[Config]:
    with _sqlite() as config, run_server() as server, create_database(server) as url:
        yield dataclasses.replace(config, database_url=url)


if __name__ == "__main__":
    main()
