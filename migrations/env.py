"""Run migrations on the connection that `crm.schema` hands over."""

import sqlalchemy as sa
from alembic import context

from models.tables import METADATA


def run() -> None:
    connection: sa.Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    if connection.dialect.name == "sqlite":
        _run_on_sqlite(connection)
    else:
        with context.begin_transaction():
            connection.exec_driver_sql("SET LOCAL lock_timeout = '4s'")
            context.run_migrations()


def _run_on_sqlite(connection: sa.Connection) -> None:
    # A batch migration rebuilds a table: with foreign keys on, dropping the old one would delete
    # the children. The pragma works outside a transaction only, so it goes to the driver.
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        with context.begin_transaction():
            context.run_migrations()
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"The migration left rows without their parents: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


run()
