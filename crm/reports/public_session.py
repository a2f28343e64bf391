"""What anybody might see: for reports in public that are read as rows, whoever asks for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.orm import Session

from crm.visibility import set_viewer, viewer_of
from models.user import Role


@contextmanager
def as_public(session: Session) -> Iterator[Session]:
    """A session on the same connection that sees open records alone.

    A report in public is the same for everybody, and a row that was loaded for somebody who sees
    more is not among its own.
    """
    nobody = replace(viewer_of(session), role=Role.VIEWER, team_ids=frozenset(), counts_all=False)
    with type(session)(bind=session.connection()) as found:
        set_viewer(found, nobody)
        yield found
