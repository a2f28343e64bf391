"""A demo of a seed that nobody knows, loaded once and only read, with its tables as plain rows."""

import dataclasses
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config import Config, create_data_folder
from crm.database import Database
from crm.demo.service import load_demo
from tests.crm.reports.raw_rows import ZONE, Raw, read_raw
from tests.support.application import quick_engine

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class PastDemo:
    """An invented office and its rows. `seed` names it when a test fails."""

    seed: int
    config: Config
    database: Database
    raw: Raw
    dice: random.Random

    def days(self, count: int) -> list[date]:
        """So many days of the office's past, in order, all different."""
        first = min(states[0].valid_from for states in self.raw.states.values()).date()
        span = (NOW.date() - first).days
        picked = self.dice.sample(range(span), count)
        return sorted(first + timedelta(days=number) for number in picked)


@pytest.fixture(scope="session")
def past_demo(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PastDemo]:
    """A demo of a random seed; for reading only."""
    seed = random.SystemRandom().randrange(1_000_000)
    folder = tmp_path_factory.mktemp("past")
    create_data_folder(folder)
    shutil.copy(migrated_sqlite, folder / "crm.sqlite3")
    config = dataclasses.replace(
        Config.from_env(folder, {}),
        argon2_memory_kib=64,
        argon2_time_cost=1,
        office_time_zone=ZONE,
    )
    database = Database(quick_engine(config))
    load_demo(database, config, leads=300, seed=seed, now=NOW)
    yield PastDemo(seed, config, database, read_raw(database), random.Random(seed))
    database.engine.dispose()
