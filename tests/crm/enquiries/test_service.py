"""Commands on enquiries."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.enquiries.service import (
    answer_enquiry,
    blind_search,
    default_due,
    open_lead_from,
    reopen_enquiry,
)
from crm.leads.details import LeadDetails
from models.errors import DomainError, ForbiddenError
from models.interaction import (
    ContactDirection,
    Enquiry,
    EnquiryChannel,
    EnquiryOutcome,
    Interaction,
    InteractionKind,
)
from models.lead import Lead
from models.measure import Qualifier
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.interaction import make_enquiry
from tests.factories.lead import NOW
from tests.factories.user import actor_for, make_team, make_user


def answered(database: Database, enquiry: Enquiry, **values: Any) -> Enquiry:
    """The enquiry after it was answered."""
    details = {"answered_at": NOW, "outcome": EnquiryOutcome.ANSWERED, "note": None, **values}
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Enquiry, enquiry.id)
        answer_enquiry(session, found, **details, actor=LOCAL_ADMINISTRATOR, now=NOW)
    return found


def lead_from(database: Database, enquiry: Enquiry, details: LeadDetails) -> Lead:
    """The lead opened from the enquiry."""
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        return open_lead_from(
            session,
            session.get_one(Enquiry, enquiry.id),
            details,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )


def test_an_answer_is_due_at_the_close_of_the_second_working_day() -> None:
    friday_evening_in_tokyo = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    assert default_due(friday_evening_in_tokyo, "Asia/Tokyo") == datetime(
        2026, 11, 24, 8, 0, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"asked_for": "  "}, "asked_for"),
        ({"received_at": NOW + timedelta(hours=1)}, "received_time"),
        ({"due_at": NOW - timedelta(days=1)}, "due_on"),
    ],
)
def test_what_no_enquiry_can_be_is_refused(
    database: Database, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        make_enquiry(database, **values)
    assert caught.value.field == field


def test_a_reader_writes_none(database: Database) -> None:
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        make_enquiry(database, actor=viewer)


def test_answered_once_and_taken_back(database: Database) -> None:
    enquiry = make_enquiry(database)
    assert answered(database, enquiry, note=" sent ").outcome_note == "sent"
    with pytest.raises(DomainError, match="answered already"):
        answered(database, enquiry)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Enquiry, enquiry.id)
        reopen_enquiry(session, found, actor=LOCAL_ADMINISTRATOR)
    assert (found.answered_at, found.outcome) == (None, EnquiryOutcome.OPEN)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"answered_at": NOW + timedelta(minutes=1)}, "answered_at"),
        ({"answered_at": NOW - timedelta(days=1)}, "answered_at"),
        ({"outcome": EnquiryOutcome.LEAD}, "outcome"),
        ({"outcome": EnquiryOutcome.REFERRED}, "note"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(
    database: Database, values: dict[str, Any], field: str
) -> None:
    enquiry = make_enquiry(database)
    with pytest.raises(DomainError) as caught:
        answered(database, enquiry, **values)
    assert caught.value.field == field


def test_a_blind_search_discloses_nothing_and_is_its_own_first_contact(
    any_database: Database,
) -> None:
    enquiry = make_enquiry(
        any_database, channel=EnquiryChannel.PHONE, asked_for="60 MW and rail\nby 2028"
    )
    lead = lead_from(any_database, enquiry, blind_search("Enquiry of 20 Nov 2026"))
    assert (lead.title, lead.organization_id, lead.market) == ("Enquiry of 20 Nov 2026", None, None)
    assert lead.is_company_disclosed is False
    assert lead.capex_qualifier is lead.jobs_qualifier is Qualifier.NOT_DISCLOSED
    # It came at 23:00 in Tokyo, on the 20th there.
    assert lead.first_contact_on == date(2026, 11, 20)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        contact = session.scalars(sa.select(Interaction)).one()
        found = session.scalars(sa.select(Enquiry)).one()
    assert contact.kind is InteractionKind.CALL
    assert contact.direction is ContactDirection.IN
    assert (contact.summary, contact.text) == ("60 MW and rail", "60 MW and rail\nby 2028")
    assert contact.happened_on == date(2026, 11, 20)
    assert (found.lead_id, found.outcome, found.answered_at) == (
        lead.id,
        EnquiryOutcome.LEAD,
        None,
    )


def test_a_lead_stays_a_lead_when_it_is_answered(database: Database) -> None:
    enquiry = make_enquiry(database)
    lead_from(database, enquiry, blind_search("Maple"))
    found = answered(database, enquiry, outcome=EnquiryOutcome.ANSWERED)
    assert (found.outcome, found.answered_at) == (EnquiryOutcome.LEAD, NOW)
    with pytest.raises(DomainError, match="lead already"):
        lead_from(database, enquiry, blind_search("Birch"))


def test_the_enquiry_of_a_restricted_lead_is_the_teams(database: Database) -> None:
    team = make_team(database)
    enquiry = make_enquiry(database)
    lead_from(
        database,
        enquiry,
        blind_search("Maple", team_id=team.id, confidentiality_reason="their wish"),
    )
    outsider = actor_for(database, make_user(database, role=Role.MANAGER))
    with database.reader(outsider) as session:
        assert session.scalars(sa.select(Enquiry)).all() == []
        assert session.scalars(sa.select(Interaction)).all() == []
