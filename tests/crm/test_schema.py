"""The migrations make exactly the tables that the models declare, on both databases."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from config import PROJECT, Config
from crm import schema
from crm.database import create_engine
from models.tables import METADATA
from tests.support.postgres import create_database

# The migrations that make the tables and fill the stages: below them there is nothing to keep.
FIRST = {"a1f0c2e4b6d8", "b2e1d3f5c7a9"}


@pytest.fixture
def sqlite_engines(tmp_path: Path) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    engines = [
        create_engine(
            Config(data=tmp_path, database_url=f"sqlite:///{tmp_path / name}", secret_key="x" * 32)
        )
        for name in ("migrated.sqlite3", "declared.sqlite3")
    ]
    schema.upgrade(engines[0])
    METADATA.create_all(engines[1])
    yield engines[0], engines[1]
    for engine in engines:
        engine.dispose()


@pytest.fixture
def postgres_engines(
    postgres_server: str, migrated_postgres: str
) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    with (
        create_database(postgres_server, template=migrated_postgres) as migrated,
        create_database(postgres_server) as declared,
    ):
        engines = sa.create_engine(migrated), sa.create_engine(declared)
        METADATA.create_all(engines[1])
        yield engines
        for engine in engines:
            engine.dispose()


def test_sqlite_migrations_equal_the_models(
    sqlite_engines: tuple[sa.Engine, sa.Engine],
) -> None:
    migrated, declared = (_sqlite_catalog(engine) for engine in sqlite_engines)
    assert migrated == declared


@pytest.mark.postgres
def test_postgres_migrations_equal_the_models(
    postgres_engines: tuple[sa.Engine, sa.Engine],
) -> None:
    migrated, declared = (_postgres_catalog(engine) for engine in postgres_engines)
    assert migrated == declared


def test_there_is_one_head_and_every_revision_has_a_way_down() -> None:
    script = ScriptDirectory(str(PROJECT / "migrations"))
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        source = Path(revision.path).read_text(encoding="utf-8")
        body = source.split("def downgrade() -> None:")[1]
        assert body.strip() != "pass"


def test_up_and_down_with_rows_in_every_table(tmp_path: Path, migrated_sqlite: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(migrated_sqlite, copy)
    engine = create_engine(
        Config(data=tmp_path, database_url=f"sqlite:///{copy}", secret_key="x" * 32)
    )
    _fill_every_table(engine)
    before = _rows(engine)
    for revision in ScriptDirectory(str(PROJECT / "migrations")).walk_revisions():
        if revision.revision in FIRST:
            break
        schema.downgrade(engine, "-1")
    # What came with a later migration goes with it; everything else comes through.
    inspector = sa.inspect(engine)
    columns = {
        name: {column["name"] for column in inspector.get_columns(name)}
        for name in inspector.get_table_names()
    }
    schema.upgrade(engine)
    assert _of(_rows(engine), columns) == _of(before, columns)
    schema.downgrade(engine, "base")
    assert set(sa.inspect(engine).get_table_names()) == {"alembic_version"}
    engine.dispose()


def _sqlite_catalog(engine: sa.Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT type, name, tbl_name, sql FROM sqlite_master"
            " WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'alembic_version'"
            # The index of letter pairs is each database's own, and no table of ours.
            " AND tbl_name NOT LIKE 'search_grams%'"
        ).all()
    return {f"{kind} {name}": _canonical(sql or "") for kind, name, _table, sql in rows}


def _canonical(sql: str) -> Any:
    """A statement without its layout; the parts of a CREATE TABLE in any order."""
    text = re.sub(r"\s+", " ", sql.replace('"', "")).strip()
    match = re.match(r"(CREATE TABLE \w+) \((.*)\)$", text)
    if match is None:
        return text
    parts, depth, part = [], 0, ""
    for letter in match[2]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    return match[1], sorted([*parts, part.strip()])


def _postgres_catalog(engine: sa.Engine) -> dict[str, Any]:
    queries = {
        "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default,"
        " character_maximum_length FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
        " AND table_name <> 'search_grams' ORDER BY 1, 2",
        "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        " AND conrelid::regclass::text NOT IN ('alembic_version', 'search_grams')"
        " AND contype <> 'n' ORDER BY 1, 2",
        "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes"
        " WHERE schemaname = 'public'"
        " AND tablename NOT IN ('alembic_version', 'search_grams') ORDER BY 1, 2",
    }
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(query)]
            for name, query in queries.items()
        }


def _fill_every_table(engine: sa.Engine) -> None:
    """One make-believe row in each table that has none, whatever it refers to."""
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in METADATA.sorted_tables:
            count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            if count == 0:
                connection.execute(sa.insert(table), _row(table))
            if table.name == "organizations":
                second = {**_row(table), "id": 2, "public_id": "b" * 16}
                connection.execute(sa.insert(table), second)


def _row(table: sa.Table) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.foreign_keys:
            row[column.name] = 1
        elif isinstance(column.type, sa.Enum):
            row[column.name] = column.type.enums[0]
        elif isinstance(column.type, sa.JSON):
            row[column.name] = {"x": 1}
        elif column.name == "public_id":
            row[column.name] = "a" * 16
        else:
            kind = column.type.python_type
            row[column.name] = {
                int: 1,
                float: 0.5,
                bool: True,
                str: "x",
                bytes: b"x",
                date: date(2026, 1, 2),
                datetime: datetime(2026, 1, 2, tzinfo=UTC),
            }[kind]
    if table.name in {"organization_relations", "distinct_pairs"}:
        row["other_id"] = 2
    return row


Rows = dict[str, list[dict[str, Any]]]


def _rows(engine: sa.Engine) -> Rows:
    with engine.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
            for table in METADATA.sorted_tables
        }


def _of(rows: Rows, columns: dict[str, set[str]]) -> Rows:
    return {
        table: [{key: row[key] for key in row.keys() & columns[table]} for row in found]
        for table, found in rows.items()
        if table in columns
    }
