"""Moving leads through their stages."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.leads.answers import Given
from crm.leads.service import EmbargoError, RequirementsError, move_lead, open_lead
from models.announcement import Announcement, AnnouncementKind, Release
from models.errors import DomainError
from models.lead import Lead, LeadRevision
from models.measure import StatedDate
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR
from tests.factories.lead import NOW, lead_details, make_lead


def test_opening_writes_the_lead_its_revision_and_its_audit(any_database: Database) -> None:
    lead = make_lead(any_database)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        found = session.scalars(sa.select(Lead)).one()
        revision = session.scalars(sa.select(LeadRevision)).one()
    assert found.public_id == lead.public_id
    assert revision.valid_from == NOW
    assert revision.valid_to is None
    assert revision.stage is StageCode.FIRST_CONTACT


def test_a_move_without_its_answers_is_refused_and_changes_nothing(database: Database) -> None:
    lead = make_lead(database)
    with (
        pytest.raises(RequirementsError) as caught,
        database.transaction(LOCAL_ADMINISTRATOR) as session,
    ):
        move_lead(
            session,
            session.get_one(Lead, lead.id),
            StageCode.ENGAGED,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    asked = {gap.requirement.field for gap in caught.value.gaps}
    assert {"decider_met", "next_action", "sector", "source"} <= asked
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert session.scalars(sa.select(Lead.stage)).one() is StageCode.FIRST_CONTACT


def test_not_known_yet_lets_the_move_through_and_leaves_the_gap(database: Database) -> None:
    lead = make_lead(database)
    later = NOW.date() + timedelta(days=14)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Lead, lead.id)
        move_lead(
            session,
            found,
            StageCode.ENGAGED,
            given={
                "decider_met": Given(
                    values={"met_on": date(2026, 11, 3), "met_whom": "Tanaka, planning"}
                ),
                "next_action": Given(values={"next_action": "Call", "next_action_on": later}),
                "sector": Given(ask_by_on=later),
                "source": Given(does_not_apply=True),
            },
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    assert found.stage is StageCode.ENGAGED
    assert found.last_contact_on == date(2026, 11, 3)
    assert found.next_action == "Call"


def test_a_first_contact_in_the_future_is_refused(database: Database) -> None:
    with pytest.raises(DomainError) as caught, database.transaction(LOCAL_ADMINISTRATOR) as session:
        open_lead(
            session,
            lead_details(first_contact=StatedDate(date(2027, 1, 1))),
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    assert caught.value.field == "first_contact"


def test_a_lead_under_embargo_is_not_announced_before_its_hour(database: Database) -> None:
    lead = make_lead(database)
    hour = NOW + timedelta(days=3)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Lead, lead.id)
        session.add(
            Announcement(
                lead_id=lead.id,
                kind=AnnouncementKind.PARTNERSHIP,
                title="Invented partnership",
                embargo_until=hour,
                public_at=hour,
                release=Release.AUTOMATIC,
                created_at=NOW,
            )
        )
        session.flush()
        move: dict[str, Any] = {
            "actor": LOCAL_ADMINISTRATOR,
            "is_override": True,
            "reason": "only the embargo is looked at",
        }
        with pytest.raises(EmbargoError):
            move_lead(session, found, StageCode.ANNOUNCED, now=NOW, **move)
        move_lead(session, found, StageCode.ANNOUNCED, now=hour, **move)
        assert found.stage is StageCode.ANNOUNCED
