"""How fast files are imported: `python -m bench.imports [--rows N]`.

A make-believe leads file as offices keep it, its stage changes, both again, and undoing them, on
SQLite in a folder of its own. Seconds of processor time stand beside those of the clock: on a busy
machine only they compare.
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

from config import Config, create_data_folder
from crm import schema
from crm.database import Database, create_engine
from crm.imports import service
from crm.imports.columns import match_columns
from crm.imports.reading import read_table
from crm.timezones import today
from models.import_batch import BatchKind, ImportBatch
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
    rows = options.parse_args().rows
    leads, stages = make_files(rows)
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
