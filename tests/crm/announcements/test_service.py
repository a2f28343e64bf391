"""Announcing: what a record needs, and what it keeps unknown."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.announcements import measures
from crm.announcements.service import PartyDetails, announce, revise
from crm.database import Database
from crm.leads.facts import load_facts
from models.announcement import Announcement, AnnouncementParty, PartySide
from models.audit import AuditEntry
from models.errors import DomainError, ForbiddenError
from models.lead import Direction, Lead
from models.measure import Measure, Precision, Qualifier, StatedDate
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.announcement import NOW, announcement_details, make_announcement
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user

ADMIN = LOCAL_ADMINISTRATOR
TOMORROW = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def _parties(database: Database, announcement: Announcement) -> list[tuple[int, PartySide]]:
    with database.unscoped_reader(purpose="test") as session:
        rows = session.scalars(
            sa.select(AnnouncementParty)
            .where(AnnouncementParty.announcement_id == announcement.id)
            .order_by(AnnouncementParty.id)
        )
        return [(row.organization_id, row.side) for row in rows]


@pytest.mark.parametrize(
    ("direction", "side"),
    [(Direction.INTO_CANADA, PartySide.FOREIGN), (Direction.OUT_OF_CANADA, PartySide.LOCAL)],
)
def test_the_lead_s_company_is_the_party_unless_others_are_named(
    any_database: Database, direction: Direction, side: PartySide
) -> None:
    lead = make_lead(any_database, direction=direction)
    made = make_announcement(any_database, lead)
    assert _parties(any_database, made) == [(lead.organization_id, side)]
    assert (made.lead_id, made.is_demo) == (lead.id, False)
    with any_database.reader(ADMIN) as session:
        assert load_facts(session, [lead.id])[lead.id].has_announcement
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.record_type == "announcements")
        ).one()
    assert (entry.action, entry.lead_id) == ("created", lead.id)


def test_a_restricted_lead_s_announcement_is_its_team_s(database: Database) -> None:
    team = make_team(database, make_user(database))
    lead = make_lead(database, team_id=team.id)
    made = make_announcement(database, lead)
    with database.unscoped_reader(purpose="test") as session:
        party = session.scalars(sa.select(AnnouncementParty)).one()
    assert made.team_id == party.team_id == team.id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"source": None}, "source"),
        ({"source": " ", "source_url": ""}, "source"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"announced": StatedDate(date(2026, 12, 1))}, "announced_on"),
        ({"embargo_until": TOMORROW}, "embargo_zone"),
        ({"embargo_until": TOMORROW, "embargo_zone": "Mars/Olympus"}, "embargo_zone"),
        ({"parties": (PartyDetails(999, PartySide.LOCAL),)}, "parties"),
    ],
)
def test_what_an_announcement_needs(
    database: Database, values: dict[str, object], field: str
) -> None:
    lead = make_lead(database)
    with pytest.raises(DomainError) as caught:
        make_announcement(database, lead, **values)
    assert caught.value.field == field
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(Announcement)).all() == []


def test_an_address_alone_is_a_source(database: Database) -> None:
    made = make_announcement(
        database, make_lead(database), source=None, source_url="news.example.com/1"
    )
    assert (made.source, made.source_url) == (None, "https://news.example.com/1")


def test_a_lead_without_a_company_needs_a_party(database: Database) -> None:
    lead = make_lead(database, company=None, code_name="Project Otter")
    with pytest.raises(DomainError) as caught:
        make_announcement(database, lead)
    assert caught.value.field == "parties"
    partner = make_organization(database)
    made = make_announcement(
        database, lead, parties=(PartyDetails(partner.id, PartySide.LOCAL),) * 2
    )
    assert _parties(database, made) == [(partner.id, PartySide.LOCAL)]


def test_a_hidden_organization_cannot_be_named(database: Database) -> None:
    hidden = make_organization(database)
    restrict(database, hidden, make_team(database, make_user(database)).id)
    officer = actor_for(database, make_user(database))
    with pytest.raises(DomainError, match="not on file"):
        make_announcement(
            database,
            make_lead(database),
            actor=officer,
            parties=(PartyDetails(hidden.id, PartySide.FOREIGN),),
        )


def test_a_reader_announces_nothing(database: Database) -> None:
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        make_announcement(database, make_lead(database), actor=viewer)


def test_a_day_ahead_stands_under_an_embargo(database: Database) -> None:
    made = make_announcement(
        database,
        make_lead(database),
        announced=StatedDate(date(2026, 12, 1)),
        embargo_until=datetime(2026, 12, 1, 0, 0, tzinfo=UTC),
        embargo_zone="Asia/Tokyo",
    )
    assert made.announced_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("precision", "kept"),
    [
        (Precision.DAY, date(2026, 8, 19)),
        (Precision.MONTH, date(2026, 8, 1)),
        (Precision.QUARTER, date(2026, 7, 1)),
        (Precision.YEAR, date(2026, 1, 1)),
    ],
)
def test_a_date_is_kept_as_the_first_day_of_its_period(
    database: Database, precision: Precision, kept: date
) -> None:
    made = make_announcement(
        database, make_lead(database), announced=StatedDate(date(2026, 8, 19), precision)
    )
    assert (made.announced_on, made.announced_precision) == (kept, precision)


def test_nothing_unknown_becomes_a_number(any_database: Database) -> None:
    lead = make_lead(any_database)
    silent = make_announcement(any_database, lead)
    assert silent.capex_amount is silent.capex_qualifier is silent.capex_currency is None
    assert silent.jobs_count is silent.announced_on is None
    stated = make_announcement(
        any_database,
        lead,
        capex=Measure(5_000_000, Qualifier.EXACT, as_printed="five million dollars"),
        jobs=Measure(40, Qualifier.APPROXIMATE),
        announced_as_printed="on Wednesday",
    )
    assert (stated.capex_amount, stated.capex_currency) == (5_000_000, None)
    assert (stated.jobs_count, stated.jobs_qualifier) == (40, Qualifier.APPROXIMATE)
    assert (stated.announced_on, stated.announced_as_printed) == (None, "on Wednesday")


def test_revising_keeps_the_lead_and_the_parties_one_cannot_see(database: Database) -> None:
    lead = make_lead(database)
    hidden = make_organization(database)
    partner = make_organization(database)
    made = make_announcement(
        database,
        lead,
        parties=(
            PartyDetails(lead.organization_id or 0, PartySide.FOREIGN),
            PartyDetails(hidden.id, PartySide.LOCAL),
        ),
    )
    restrict(database, hidden, make_team(database, make_user(database)).id)
    officer = actor_for(database, make_user(database))
    with database.transaction(officer) as session:
        revise(
            session,
            session.get_one(Announcement, made.id),
            announcement_details(
                title="Better", parties=(PartyDetails(partner.id, PartySide.LOCAL),)
            ),
            actor=officer,
            now=NOW,
        )
    assert _parties(database, made) == [(hidden.id, PartySide.LOCAL), (partner.id, PartySide.LOCAL)]
    with database.reader(ADMIN) as session:
        found = session.get_one(Announcement, made.id)
        assert (found.title, found.lead_id) == ("Better", lead.id)


@pytest.mark.parametrize(
    ("capex", "words"),
    [
        (Measure(45_700_000, Qualifier.EXACT, currency="CAD", as_printed="45.7M CAD"), "45.7M CAD"),
        (Measure(1_200_000_000, Qualifier.APPROXIMATE, currency="JPY"), "~1200000000 JPY"),
        (Measure(5, Qualifier.BETWEEN, upper=10, currency="USD"), "5-10 USD"),
        (Measure(5, Qualifier.AT_LEAST), ">=5"),
        (Measure(qualifier=Qualifier.NOT_DISCLOSED, as_printed="no amount"), "not disclosed"),
        (Measure(5_000_000, Qualifier.EXACT, as_printed="joint five million dollars"), "5000000"),
        (Measure(), ""),
    ],
)
def test_an_amount_nobody_touched_stays_as_it_is(capex: Measure, words: str) -> None:
    announcement = Announcement(
        capex_amount=capex.value,
        capex_qualifier=capex.qualifier,
        capex_upper=capex.upper,
        capex_currency=capex.currency,
        capex_as_printed=capex.as_printed,
    )
    assert measures.capex_words(announcement) == words
    assert measures.read_capex(words, kept=measures.capex_of(announcement)) == capex
    read = measures.read_capex(words)
    assert (read.value, read.qualifier, read.upper, read.currency) == (
        capex.value,
        capex.qualifier,
        capex.upper,
        capex.currency,
    )


def test_words_that_are_no_amount_are_refused_at_their_field() -> None:
    with pytest.raises(DomainError) as caught:
        measures.read_capex("a lot")
    assert caught.value.field == "capex"
    with pytest.raises(DomainError) as caught:
        measures.read_jobs("a few")
    assert caught.value.field == "jobs"


def test_a_lead_is_needed_for_the_default_party(database: Database) -> None:
    with database.transaction(ADMIN) as session, pytest.raises(DomainError):
        announce(session, None, announcement_details(), actor=ADMIN, now=NOW)
    partner = make_organization(database)
    made = make_announcement(
        database, None, parties=(PartyDetails(partner.id, PartySide.GOVERNMENT),)
    )
    assert made.lead_id is None
    with database.reader(ADMIN) as session:
        assert session.scalars(sa.select(Lead)).all() == []
