"""Saved views that stand in the database."""

import itertools

from crm.database import Database
from models.report import DefaultView, SavedView
from models.user import LOCAL_ADMINISTRATOR, User
from tests.factories.user import CREATED

_numbers = itertools.count(1)


def make_view(
    database: Database,
    owner: User,
    query: str = "country=JP",
    *,
    place: str = "leads",
    name: str | None = None,
    is_shared: bool = False,
    opens_for: User | None = None,
) -> SavedView:
    """A view of a list, which opens the list of `opens_for`."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="factory") as session:
        view = SavedView(
            place=place,
            name=name or f"View {next(_numbers)}",
            query=query,
            is_shared=is_shared,
            owner_id=owner.id,
            created_at=CREATED,
        )
        session.add(view)
        session.flush()
        if opens_for is not None:
            session.add(DefaultView(user_id=opens_for.id, place=place, view_id=view.id))
    return view
