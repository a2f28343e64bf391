"""Broken files: a message that names the row or the file, and nothing half imported."""

import time
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.imports import service
from crm.imports.columns import guess_kind, match_columns
from crm.imports.plan import ImportRefusedError
from crm.imports.reading import read_table
from crm.timezones import today
from models.errors import DomainError
from models.tables import METADATA
from models.user import LOCAL_ADMINISTRATOR
from tests.crm.imports.bringing import NOW, ZONE
from tests.crm.imports.broken_files import BrokenFile, broken_files

COUNT = 120


class Rolled(Exception):
    """What takes back a file that was right after all."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: rows named, a sentence for the whole of it, or nothing wrong."""

    file: BrokenFile
    rows: tuple[int, ...] = ()
    sentence: str = ""

    @property
    def is_told(self) -> bool:
        """Whether what is wrong is told as it should be, and a planted mistake in its row."""
        if self.file.row is not None:
            return self.rows == (self.file.row,)
        return not self.sentence or self.sentence.rstrip("”").endswith(".")


def try_file(database: Database, file: BrokenFile) -> Outcome:
    """Import a file; one that is right after all is taken back."""
    try:
        table = read_table(file.content, f"{file.name}.csv")
        guess_kind(table.headers)
        parsed = service.parse_file(
            table, match_columns(table.headers, file.kind), today=today(NOW, ZONE)
        )
        with database.transaction(LOCAL_ADMINISTRATOR) as session:
            plan = service.plan_import(
                session, parsed, actor=LOCAL_ADMINISTRATOR, now=NOW, zone_name=ZONE
            )
            batch = service.draft_batch(
                table,
                parsed.mapping,
                file_name=file.name,
                sha256="0" * 64,
                actor=LOCAL_ADMINISTRATOR,
                now=NOW,
            )
            service.apply_import(session, plan, batch, actor=LOCAL_ADMINISTRATOR, now=NOW)
            session.flush()
            raise Rolled
    except ImportRefusedError as refused:
        rows = tuple(problem.row for problem in refused.problems if problem.text())
        return Outcome(file, rows, str(refused))
    except DomainError as error:
        return Outcome(file, (), str(error))
    except Rolled:
        return Outcome(file)


def row_counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            or 0
            for table in METADATA.sorted_tables
        }


@pytest.fixture
def before(database: Database) -> dict[str, int]:
    """How many rows there were."""
    return row_counts(database)


def test_broken_files_are_told_and_change_nothing(
    database: Database, before: dict[str, int]
) -> None:
    started = time.process_time()
    found = [try_file(database, file) for file in broken_files(COUNT)]
    assert time.process_time() - started < 20
    assert row_counts(database) == before
    assert [one.file.name for one in found if not one.is_told] == []
    assert sum(1 for one in found if one.rows) >= COUNT // 6
    assert sum(1 for one in found if one.sentence and not one.rows) >= COUNT // 3
