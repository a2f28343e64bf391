"""A lead that is committed, whose owner may release what it announces."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.leads.service import move_lead
from models.announcement import Announcement
from models.lead import Lead
from models.stage import StageCode, StageRequirement
from models.user import LOCAL_ADMINISTRATOR, Actor, User
from tests.factories.announcement import make_announcement
from tests.factories.lead import NOW, make_lead, reload_lead
from tests.factories.user import actor_for, make_user


@pytest.fixture
def owner(database: Database) -> User:
    return make_user(database, name="Owner Of It")


@pytest.fixture
def actor(database: Database, owner: User) -> Actor:
    return actor_for(database, owner)


@pytest.fixture
def committed(database: Database, owner: User) -> Callable[..., Lead]:
    """A lead at `committed` that lacks nothing but its announcement."""

    def make(**values: Any) -> Lead:
        lead = make_lead(database, owner_id=owner.id, **values)
        with database.transaction(LOCAL_ADMINISTRATOR) as session:
            session.execute(
                sa.delete(StageRequirement).where(StageRequirement.field != "announcement")
            )
            move_lead(
                session,
                session.get_one(Lead, lead.id),
                StageCode.COMMITTED,
                actor=LOCAL_ADMINISTRATOR,
                now=NOW,
            )
        return reload_lead(database, lead.id)

    return make


@pytest.fixture
def told(database: Database, committed: Callable[..., Lead]) -> Callable[..., Announcement]:
    """The announcement of such a lead."""

    def make(**values: Any) -> Announcement:
        return make_announcement(database, committed(), **values)

    return make
