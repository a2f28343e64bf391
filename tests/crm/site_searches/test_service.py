"""Commands on site searches."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.leads.confidentiality import lift_restriction, restrict_lead
from crm.leads.facts import known_fields, load_facts
from crm.site_searches import service
from models.errors import ConflictError, DomainError, ForbiddenError
from models.lead import Lead
from models.site_search import (
    SearchPart,
    SearchResult,
    SearchSending,
    SiteOffer,
    SiteSearch,
)
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.lead import NOW, make_lead, reload_lead
from tests.factories.site_search import (
    make_offer,
    make_part,
    make_property,
    make_search,
    make_sending,
)
from tests.factories.user import actor_for, make_team, make_user


def test_a_sent_answer_is_the_leads_proof_for_the_proposal(database: Database) -> None:
    lead = make_lead(database)
    search = make_search(database, lead)
    make_sending(database, search, is_answer=False)
    assert reload_lead(database, lead.id).proposal_sent_on is None
    make_sending(database, search, sent_on=date(2026, 11, 18))
    found = reload_lead(database, lead.id)
    assert found.proposal_sent_on == date(2026, 11, 18)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        facts = load_facts(session, [lead.id])[lead.id]
    assert known_fields(found, facts)["proposal_or_visit"]


@pytest.mark.parametrize("later", [date(2026, 11, 10), date(2026, 11, 19)])
def test_the_day_of_the_proposal_never_moves(database: Database, later: date) -> None:
    lead = make_lead(database)
    search = make_search(database, lead)
    first = make_sending(database, search, sent_on=date(2026, 11, 15))
    make_sending(database, make_search(database, lead), sent_on=later)
    assert reload_lead(database, lead.id).proposal_sent_on == date(2026, 11, 15)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        sending = session.get_one(SearchSending, first.id)
        service.drop_sending(session, sending, actor=LOCAL_ADMINISTRATOR)
    assert reload_lead(database, lead.id).proposal_sent_on == date(2026, 11, 15)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"requirements": "  ", "land_m2": None}, "requirements"),
        ({"land_m2": 0.0}, "land_m2"),
        ({"received_on": date(2026, 11, 22)}, "received_on"),
        ({"due_at": NOW, "time_zone": "Mars/Base"}, "time_zone"),
        (
            {
                "received_on": date(2026, 11, 20),
                # Still the 19th in Toronto, where it was set.
                "due_at": datetime(2026, 11, 20, 3, tzinfo=UTC),
                "time_zone": "America/Toronto",
            },
            "due_on",
        ),
    ],
)
def test_what_cannot_be_is_refused(database: Database, values: dict[str, Any], field: str) -> None:
    lead = make_lead(database)
    with pytest.raises(DomainError) as refused:
        make_search(database, lead, **values)
    assert refused.value.field == field


def test_a_search_from_an_old_page_is_not_changed(database: Database) -> None:
    search = make_search(database, make_lead(database))
    for version, problem in ((1, None), (1, ConflictError)):
        with database.transaction(LOCAL_ADMINISTRATOR) as session:
            found = session.get_one(SiteSearch, search.id)
            details = service.SearchDetails(requirements="Thirty")
            change = {"actor": LOCAL_ADMINISTRATOR, "now": NOW, "expected_version": version}
            if problem is None:
                service.revise_search(session, found, details, **change)  # type: ignore[arg-type]
                continue
            with pytest.raises(problem):
                service.revise_search(session, found, details, **change)  # type: ignore[arg-type]


def test_eliminated_needs_its_reason(database: Database) -> None:
    search = make_search(database, make_lead(database))
    offer = make_offer(database, search, make_property(database))
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(SiteSearch, search.id)
        offered = session.get_one(SiteOffer, offer.id)
        by = LOCAL_ADMINISTRATOR
        end: dict[str, Any] = {"result_on": NOW.date(), "actor": by, "now": NOW}
        with pytest.raises(DomainError, match="why"):
            service.end_search(session, found, result=SearchResult.ELIMINATED, reason=" ", **end)
        with pytest.raises(DomainError, match="why"):
            service.judge_offer(
                session, offered, result=SearchResult.ELIMINATED, reason=None, actor=by
            )
        service.end_search(session, found, result=SearchResult.ELIMINATED, reason="Power", **end)
        assert (found.result, found.result_reason) == (SearchResult.ELIMINATED, "Power")
        service.end_search(session, found, result=None, reason="Power", **end)
        assert (found.result, found.result_reason, found.result_on) == (None, None, None)


def test_a_property_is_offered_once(database: Database) -> None:
    search, offered = make_search(database, make_lead(database)), make_property(database)
    make_offer(database, search, offered)
    with pytest.raises(DomainError, match="offered already"):
        make_offer(database, search, offered)


def test_every_row_has_the_team_of_its_lead(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    lead = make_lead(database, owner_id=member.id)
    search = make_search(database, lead)
    make_offer(database, search, make_property(database))
    make_part(database, search)
    make_sending(database, search)

    def teams() -> set[int | None]:
        with database.unscoped_reader(purpose="test") as session:
            return {
                found
                for cls in (SiteSearch, SiteOffer, SearchPart, SearchSending)
                for found in session.scalars(sa.select(cls.team_id))
            }

    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        restrict_lead(session, found, team_id=team.id, reason="asked", actor=actor, now=NOW)
    make_offer(database, search, make_property(database), actor=actor)
    make_part(database, search, actor=actor)
    make_sending(database, search, actor=actor)
    assert teams() == {team.id}
    outsider = actor_for(database, make_user(database, role=Role.MANAGER))
    with database.reader(outsider) as session:
        for cls in (SiteSearch, SiteOffer, SearchPart, SearchSending):
            assert session.scalars(sa.select(cls)).all() == []
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        lift_restriction(session, found, reason="public", actor=actor, now=NOW)
    assert teams() == {None}


def test_a_restricted_search_goes_to_nobody_outside(database: Database) -> None:
    member, outsider = make_user(database), make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    lead = make_lead(database, actor=actor, team_id=team.id)
    with pytest.raises(DomainError, match="not in the team"):
        make_search(database, lead, actor=actor, owner_id=outsider.id)
    assert make_search(database, lead, actor=actor, owner_id=member.id).owner_id == member.id


def test_a_reader_writes_nothing(database: Database) -> None:
    search = make_search(database, make_lead(database))
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        make_part(database, search, actor=viewer)
    with pytest.raises(ForbiddenError):
        make_sending(database, search, actor=viewer)
