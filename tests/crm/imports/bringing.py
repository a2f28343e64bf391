"""Brings files in as the doors do, for the tests of imports."""

import csv
import hashlib
import io
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.imports import service
from crm.imports.columns import match_columns
from crm.imports.plan import ImportPlan
from crm.imports.reading import read_table
from crm.timezones import today
from models.import_batch import BatchKind, ImportBatch
from models.tables import METADATA
from models.user import LOCAL_ADMINISTRATOR, Actor

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ZONE = "America/Toronto"
OFFICE = Path(__file__).resolve().parents[4] / "shared" / "data" / "office"
LEADS, STAGES = BatchKind.LEADS, BatchKind.STAGES
# What undoing leaves behind on purpose: the trail, and the batch itself.
TRAIL = frozenset({"audit_entries", "import_batches", "import_rows"})


def office_file(name: str) -> bytes:
    """A file of the invented office that lies beside the repository, where it does."""
    path = OFFICE / name
    if not path.exists():
        pytest.skip(f"{name} is not at hand")
    return path.read_bytes()


def csv_bytes(header: str, *rows: str | Sequence[Any], encoding: str = "utf-8") -> bytes:
    """A CSV file; header and rows are written with bars between the cells, or as lists."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in (header, *rows):
        writer.writerow(row.split("|") if isinstance(row, str) else row)
    return text.getvalue().encode(encoding)


def parse(content: bytes, kind: BatchKind, now: datetime = NOW) -> service.ParsedFile:
    """The file understood on its own."""
    table = read_table(content)
    return service.parse_file(table, match_columns(table.headers, kind), today=today(now, ZONE))


def check(
    database: Database,
    content: bytes,
    kind: BatchKind = LEADS,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
) -> ImportPlan:
    """A dry run."""
    parsed = parse(content, kind, now)
    with database.reader(actor) as session:
        return service.plan_import(session, parsed, actor=actor, now=now, zone_name=ZONE)


def bring(
    database: Database,
    content: bytes,
    kind: BatchKind = LEADS,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
) -> ImportBatch:
    """An import, applied."""
    parsed = parse(content, kind, now)
    with database.transaction(actor) as session:
        service.take_turn(session)
        plan = service.plan_import(session, parsed, actor=actor, now=now, zone_name=ZONE)
        batch = service.draft_batch(
            parsed.table,
            parsed.mapping,
            file_name="leads.csv",
            sha256=hashlib.sha256(content).hexdigest(),
            actor=actor,
            now=now,
        )
        return service.apply_import(session, plan, batch, actor=actor, now=now)


def take_back(
    database: Database,
    batch: ImportBatch,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
) -> None:
    """Undo an import."""
    with database.transaction(actor) as session:
        found = session.get_one(ImportBatch, batch.id)
        service.undo_batch(session, found, actor=actor, now=now)


def dump(database: Database, *, without: Collection[str] = ()) -> dict[str, list[Any]]:
    """Every row of every table, in the order of its key."""
    found = {}
    with database.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            if table.name not in without:
                order = list(table.primary_key.columns)
                rows = connection.execute(sa.select(table).order_by(*order)).all()
                found[table.name] = [tuple(row) for row in rows]
    return found


def rows_of(database: Database, statement: Any) -> list[Any]:
    """The rows of a statement, whoever may see them."""
    with database.unscoped_reader(purpose="test") as session:
        return list(session.execute(statement))


def differing(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> Iterable[str]:
    """The tables in which two dumps differ."""
    return [name for name in one if one[name] != other[name]]
