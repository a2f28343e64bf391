"""How fast files are imported: `python -m bench.imports [--rows N] [--job]`.

A make-believe leads file as offices keep it, its stage changes, both again, and undoing them, on
SQLite in a folder of its own; with `--job` the leads file as the background job brings it in, and
how long the longest of its transactions held the lock. Seconds of processor time stand beside those
of the clock: on a busy machine only they compare.
"""

import argparse
import csv
import hashlib
import io
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from config import Config, create_data_folder
from crm import schema
from crm.database import Database, create_engine
from crm.imports import drafts, service
from crm.imports.columns import match_columns
from crm.imports.reading import read_table
from crm.jobs import service as jobs
from crm.jobs.worker import work_once
from crm.timezones import today
from models.import_batch import BatchKind, BatchState, ImportBatch
from models.user import LOCAL_ADMINISTRATOR

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ZONE = "America/Toronto"
HEADER = [
    *("Ref", "Company", "Company (local name)", "Country", "Sector", "Source", "Owner"),
    *("First contact", "Stage", "Stage since", "Status", "Reason", "Capex", "Currency"),
    *("Jobs", "Meetings", "Last contact", "Next action", "Notes"),
]
STAGES = ("First contact", "Engaged", "Qualified", "Active project", "Proposal", "Negotiation")


def main() -> None:
    """Time each step and print a line for it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000, help="leads in the file")
    options.add_argument("--job", action="store_true", help="as a background job, and its lock")
    chosen = options.parse_args()
    rows = chosen.rows
    leads, stages = make_files(rows)
    if chosen.job:
        bring_by_job(leads, rows)
        return
    with tempfile.TemporaryDirectory() as folder:
        create_data_folder(Path(folder))
        engine = create_engine(Config.from_env(folder, {}))
        schema.upgrade(engine)
        database = Database(engine)
        first = bring(database, leads, BatchKind.LEADS, "leads, new")
        bring(database, leads, BatchKind.LEADS, "leads, the same again")
        second = bring(database, stages, BatchKind.STAGES, "stage changes")
        for batch, name in ((second, "undo the stage changes"), (first, "undo the leads")):
            with timed(name, rows), database.transaction(LOCAL_ADMINISTRATOR) as session:
                found = session.get_one(ImportBatch, batch.id)
                service.undo_batch(session, found, actor=LOCAL_ADMINISTRATOR, now=NOW)
        engine.dispose()


def bring(database: Database, content: bytes, kind: BatchKind, name: str) -> ImportBatch:
    """Import a file, with a line for each of its three steps."""
    with timed(f"{name}: read", rows := content.count(b"\n") - 1):
        table = read_table(content)
        mapping = match_columns(table.headers, kind)
        parsed = service.parse_file(table, mapping, today=today(NOW, ZONE))
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        with timed(f"{name}: plan", rows):
            plan = service.plan_import(
                session, parsed, actor=LOCAL_ADMINISTRATOR, now=NOW, zone_name=ZONE
            )
        batch = service.draft_batch(
            table,
            mapping,
            file_name="bench.csv",
            sha256=hashlib.sha256(content).hexdigest(),
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
        with timed(f"{name}: apply", rows):
            return service.apply_import(session, plan, batch, actor=LOCAL_ADMINISTRATOR, now=NOW)


def bring_by_job(content: bytes, rows: int) -> None:
    """Bring a file in by jobs, with a line for each and its longest hold of the writer's lock."""
    with tempfile.TemporaryDirectory() as folder:
        create_data_folder(Path(folder))
        config = Config.from_env(folder, {})
        engine = create_engine(config)
        schema.upgrade(engine)
        database = Database(engine)
        holds = watch_locks(engine)
        table = read_table(content)
        mapping = match_columns(table.headers, BatchKind.LEADS)
        with database.transaction(LOCAL_ADMINISTRATOR) as session:
            batch = service.draft_batch(
                table,
                mapping,
                file_name="bench.csv",
                sha256=hashlib.sha256(content).hexdigest(),
                actor=LOCAL_ADMINISTRATOR,
                now=datetime.now(UTC),
            )
            batch.mapping = None
            session.add(batch)
            session.flush()
            drafts.keep(config, batch.public_id, content)
        del table, content
        for name, state in (("read", BatchState.READING), ("apply", BatchState.APPLYING)):
            with database.transaction(LOCAL_ADMINISTRATOR) as session:
                found = session.get_one(ImportBatch, batch.id)
                found.state = state
                jobs.ask(
                    session,
                    f"imports.{name}",
                    {},
                    batch_id=batch.id,
                    actor_id=None,
                    now=datetime.now(UTC),
                )
            do_jobs(database, config, f"job: {name}", rows, holds)
        engine.dispose()


def do_jobs(
    database: Database, config: Config, name: str, rows: int, holds: list[tuple[float, float]]
) -> None:
    """Do what waits: each job may ask for the next one."""
    is_more = True
    while is_more:
        holds.clear()
        with timed(name, rows):
            is_more = work_once(database, config)
        if is_more:
            print("    longest lock: {:.1f} s, {:.1f} s cpu".format(*max(holds)), flush=True)
        name = "job: search, or nothing"


def watch_locks(engine: sa.Engine) -> list[tuple[float, float]]:
    """How long each writing transaction lasted, by the clock and by the processor."""
    begun: dict[int, tuple[float, float]] = {}
    holds: list[tuple[float, float]] = []

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("sqlite_begin") == "IMMEDIATE":
            begun[id(connection)] = (time.perf_counter(), time.process_time())

    def end(connection: sa.Connection) -> None:
        if id(connection) in begun:
            clock, processor = begun.pop(id(connection))
            holds.append((time.perf_counter() - clock, time.process_time() - processor))

    sa.event.listen(engine, "commit", end)
    sa.event.listen(engine, "rollback", end)
    return holds


@contextmanager
def timed(name: str, rows: int) -> Iterator[None]:
    """Print how long a step took, by the clock and by the processor, and rows a second."""
    clock, processor = time.perf_counter(), time.process_time()
    yield
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    print(
        f"{name:<30} {clock:7.2f} s  {processor:7.2f} s cpu  {rows / processor:9,.0f} rows/s cpu",
        flush=True,
    )


def make_files(count: int) -> tuple[bytes, bytes]:
    """A leads file of invented companies, and the stage changes that led to where they stand."""
    chance = random.Random(1)
    leads, stages = [HEADER], [["Ref", "Stage", "Date", "By", "Reason"]]
    for number in range(count):
        ref, owner = f"B{number:06}", chance.choice(("L. Chen", "S. Mori", "J. Park"))
        day = date(2020, 1, 6) + timedelta(days=chance.randrange(2_000))
        place = chance.randrange(len(STAGES))
        first = day
        for stage in STAGES[: place + 1]:
            stages.append([ref, stage, day.isoformat(), owner, ""])
            since, day = day, day + timedelta(days=chance.randrange(10, 90))
        is_lost = chance.random() < 0.75
        if is_lost:
            stages.append([ref, "Lost", day.isoformat(), owner, "Lost to Ohio"])
        leads.append(
            [
                ref,
                f"Invented Works {number} Co., Ltd.",
                f"株式会社架空{number}製作所",
                "Japan",
                chance.choice(("Batteries", "ICT", "Foods", "Robotics")),
                chance.choice(("JETRO", "Trade fair", "Enquiry")),
                owner,
                first.isoformat(),
                STAGES[place],
                since.isoformat(),
                "Lost" if is_lost else "Active",
                "Lost to Ohio" if is_lost else "",
                f"{chance.randrange(1, 90)}.{chance.randrange(10)}M",
                chance.choice(("CAD", "USD", "")),
                chance.choice(("", f"~{chance.randrange(9, 300)}")),
                str(chance.randrange(1, 9)),
                since.isoformat(),
                "" if is_lost else "Call head office",
                "",
            ]
        )
    return _csv(leads), _csv(stages)


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    main()
