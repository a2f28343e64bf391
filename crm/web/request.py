"""The database as one request uses it: one reading session, and transactions for writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import current_app, g
from flask_login import current_user
from sqlalchemy.orm import Session

from config import Config
from crm.database import Database
from models.user import Actor


def database() -> Database:
    """The application's database."""
    found: Database = current_app.extensions["database"]
    return found


def settings() -> Config:
    """The application's configuration."""
    found: Config = current_app.extensions["config"]
    return found


def actor() -> Actor:
    """Who is signed in."""
    found: Actor = current_user.actor
    return found


def now() -> datetime:
    """The moment of this request; doors read the clock, services are told."""
    return datetime.now(UTC)


def reader() -> Session:
    """This request's reading session, through which only what the actor may see appears."""
    session: Session | None = g.get("reader")
    if session is None:
        session = g.reader = database().reader(actor())
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """A writing session of its own: committed whole at the end of the block, or not at all."""
    close_reader()
    with database().transaction(actor()) as session:
        yield session


def close_reader(_error: BaseException | None = None) -> None:
    """Close the reading session, so that a page after a write reads what was written."""
    session: Session | None = g.pop("reader", None)
    if session is not None:
        session.close()
