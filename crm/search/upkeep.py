"""Keeps the entries true: what a transaction touched is written anew before it commits."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, UOWTransaction, sessionmaker

from crm.search import index
from crm.search.reindex import rebuild, reindex
from crm.search.touched import take, told_by, touch, touch_rows
from models.search import SearchEntry, SearchKind

__all__ = ["install", "rebuild_all", "rebuild_if_empty", "settle", "tidy", "touch"]


def install(engine: sa.Engine, *factories: sessionmaker[Session]) -> None:
    """Note what the sessions of `factories` flush, and what is deleted under them."""
    index.install(engine)
    for factory in factories:
        sa.event.listen(factory, "after_flush", _note)


def settle(session: Session) -> None:
    """Bring search up to date with what this transaction has done so far.

    The database's door does so before each commit. A command that searches for what it has just
    written asks for it earlier.
    """
    session.flush()
    if not session.in_transaction():
        return
    touched = take(session)
    connection = session.connection()
    index.sweep(connection)
    for kind, ids in touched.items():
        reindex(connection, kind, ids)


def rebuild_all(session: Session) -> dict[SearchKind, int]:
    """Write everything that search keeps anew; how many records of each kind there are."""
    take(session)
    return rebuild(session.connection())


def rebuild_if_empty(session: Session) -> bool:
    """Fill the index of an office that was there before it; whether there was anything to do."""
    if session.scalars(sa.select(SearchEntry.id).limit(1)).first() is not None:
        return False
    return sum(rebuild_all(session).values()) > 0


def tidy(session: Session, *, now: datetime) -> None:
    """Put the index into few pieces again, where writing has left many."""
    connection = session.connection()
    if index.is_untidy(connection):
        index.tidy(connection)


def _note(session: Session, _context: UOWTransaction) -> None:
    for instances in (session.new, session.dirty, session.deleted):
        for instance in instances:
            _note_instance(session, instance)


def _note_instance(session: Session, instance: Any) -> None:
    table = instance.__table__
    for column in told_by(table):
        # A name that moved to another organization has left the one before.
        before = sa.inspect(instance).attrs[column].history.deleted or ()
        touch_rows(session, table, column, [getattr(instance, column), *before])
