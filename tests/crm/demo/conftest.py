"""One demo of the usual size, loaded once and only read, and empty offices to load others into."""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import Config, create_data_folder
from crm.database import Database
from crm.demo.service import DemoResult, load_demo
from tests.support.application import quick_engine

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

EmptyOffice = Callable[[], tuple[Config, Database]]


@dataclass(frozen=True)
class Demo:
    """A loaded demo."""

    config: Config
    database: Database
    result: DemoResult


@pytest.fixture(scope="session")
def empty_office(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmptyOffice]:
    """Each call makes an empty office with a data folder of its own."""
    opened = []

    def make() -> tuple[Config, Database]:
        folder = tmp_path_factory.mktemp("office")
        create_data_folder(folder)
        shutil.copy(migrated_sqlite, folder / "crm.sqlite3")
        config = dataclasses.replace(
            Config.from_env(folder, {}), argon2_memory_kib=64, argon2_time_cost=1
        )
        database = Database(quick_engine(config))
        opened.append(database)
        return config, database

    yield make
    for database in opened:
        database.engine.dispose()


@pytest.fixture(scope="session")
def demo(empty_office: EmptyOffice) -> Demo:
    """The demo as `run` loads it; for reading only."""
    config, database = empty_office()
    return Demo(config, database, load_demo(database, config, now=NOW))
