"""`db`: the database's schema."""

import click
import sqlalchemy as sa

from crm import schema
from crm.cli.context import Context, command_options
from crm.database import Database, create_engine
from crm.search.upkeep import rebuild_if_empty
from models.user import LOCAL_ADMINISTRATOR


def fill_search(engine: sa.Engine) -> None:
    """Let search know the records that are older than it."""
    with Database(engine).unscoped(LOCAL_ADMINISTRATOR, purpose="search") as session:
        rebuild_if_empty(session)


@click.group()
def db() -> None:
    """Bring the database's schema up or down, or check where it stands."""


@db.command()
@click.argument("revision", default="head")
@command_options
def upgrade(revision: str, *, context: Context) -> None:
    """Bring the schema to REVISION (the newest by default)."""
    engine = create_engine(context.config)
    context.progress(f"Bringing the schema to {revision} ...")
    schema.upgrade(engine, revision)
    if schema.current(engine) == schema.head():
        fill_search(engine)
    now_at = schema.current(engine)
    context.emit({"revision": now_at}, [f"The schema stands at {now_at}."])


@db.command()
@click.argument("revision")
@command_options
def downgrade(revision: str, *, context: Context) -> None:
    """Take the schema back to REVISION; `base` leaves no table."""
    engine = create_engine(context.config)
    context.progress(f"Taking the schema back to {revision} ...")
    schema.downgrade(engine, revision)
    now_at = schema.current(engine)
    context.emit({"revision": now_at}, [f"The schema stands at {now_at or 'base'}."])


@db.command()
@command_options
def check(*, context: Context) -> None:
    """Say whether the schema is the one this version needs (exit code 1 if not)."""
    found = schema.current(create_engine(context.config))
    wanted = schema.head()
    data = {"revision": found, "head": wanted, "up_to_date": found == wanted}
    if found != wanted:
        context.fail(
            f"The schema stands at {found or 'base'}, this version needs {wanted}. "
            "Run `python3 -m crm db upgrade`.",
            data,
        )
    context.emit(data, [f"The schema stands at {found}: up to date."])
