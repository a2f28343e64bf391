"""Peer references: who could vouch for us, who is asked, and what others learn of it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.leads.confidentiality import lift_restriction, restrict_lead
from crm.organizations.parts import RelationDetails, SiteDetails, add_site, relate
from crm.properties.queries import PropertyFilter, list_properties
from crm.references.queries import Peer, list_peers
from crm.references.service import settle_request
from crm.site_searches.queries import (
    SearchFilter,
    get_search,
    list_heads,
    list_matches,
    list_searches,
    load_my_searches,
)
from models.bre_call import BreCall, BreStanding
from models.errors import DomainError, ForbiddenError
from models.lead import Lead
from models.organization import (
    Organization,
    OrganizationRole,
    RelationKind,
    SiteRole,
)
from models.reference import PeerReference, ReferenceOutcome, ReferenceRequest, Willingness
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.contact import make_contact
from tests.factories.lead import NOW, make_lead, make_sector
from tests.factories.organization import make_organization, restrict
from tests.factories.reference import make_reference, make_request
from tests.factories.site_search import make_offer, make_part, make_property, make_search
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
INVESTOR = (OrganizationRole.INVESTOR,)
PARTNER = (OrganizationRole.LOCAL_PARTNER,)


def firm(database: Database, name: str, **values: Any) -> Organization:
    """A firm that invested here."""
    return make_organization(database, name=name, **{"country": "JP", "roles": INVESTOR, **values})


def peers(database: Database, lead: Lead, actor: Actor = LOCAL_ADMINISTRATOR) -> list[Peer]:
    """Who could vouch, as somebody sees it."""
    with database.reader(actor) as session:
        found = session.scalars(
            sa.select(Lead).where(Lead.id == lead.id).options(sa.orm.joinedload(Lead.organization))
        ).one()
        return list(list_peers(session, found, today=NOW.date()))


def names(found: list[Peer]) -> list[str]:
    """Their names, in order."""
    return [peer.name for peer in found]


def test_they_are_ranked_by_group_sector_country_readiness_and_how_often_asked(
    database: Database,
) -> None:
    batteries, steel = make_sector(database), make_sector(database, "Steel")
    lead = make_lead(database, sector_id=batteries.id)
    sister = firm(database, "Sister", sector_id=steel.id, country="CA")
    made = {
        "Willing": Willingness.YES,
        "Willing and busy": Willingness.YES,
        "Never asked": None,
        "Ask first": Willingness.ASK_FIRST,
        "Unwilling": Willingness.NO,
    }
    for name, said in made.items():
        found = firm(database, name, sector_id=batteries.id)
        if said is not None:
            reference = make_reference(database, found, said)
        if name == "Willing and busy":
            make_request(database, reference, lead)
    korean = firm(database, "Korean", sector_id=batteries.id, country="KR")
    make_reference(database, korean)
    firm(database, "Other sector", sector_id=steel.id)
    firm(database, "German", sector_id=batteries.id, country="DE")
    firm(database, "Not here", sector_id=batteries.id, roles=PARTNER)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        company = session.get_one(Organization, lead.organization_id)
        other = session.get_one(Organization, sister.id)
        details = RelationDetails(RelationKind.GROUP_MEMBER)
        relate(session, company, other, details, actor=LOCAL_ADMINISTRATOR)
    assert names(peers(database, lead)) == [
        "Sister",
        "Willing",
        "Willing and busy",
        "Never asked",
        "Ask first",
        "Unwilling",
        "Korean",
    ]
    found = {peer.name: peer for peer in peers(database, lead)}
    assert (found["Sister"].is_same_group, found["Sister"].is_same_sector) == (True, False)
    assert (found["Willing and busy"].asked_count, found["Willing"].asked_count) == (1, 0)
    assert found["Never asked"].willingness is None
    assert [one.name for one in found.values() if one.may_be_asked] == [
        "Willing",
        "Ask first",
        "Korean",
    ]


def test_a_plant_here_and_a_parent_in_the_market_count(database: Database) -> None:
    sector = make_sector(database)
    lead = make_lead(database, sector_id=sector.id)
    parent = firm(database, "Parent", roles=PARTNER)
    plant = firm(database, "Plant", sector_id=sector.id, country="CA", roles=PARTNER)
    firm(database, "Local", sector_id=sector.id, country="CA")
    assert names(peers(database, lead)) == []
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        add_site(
            session,
            session.get_one(Organization, plant.id),
            SiteDetails(city="Sudbury", role=SiteRole.PLANT),
            actor=LOCAL_ADMINISTRATOR,
        )
        relate(
            session,
            session.get_one(Organization, parent.id),
            session.get_one(Organization, plant.id),
            RelationDetails(RelationKind.PARENT),
            actor=LOCAL_ADMINISTRATOR,
        )
    assert names(peers(database, lead)) == ["Plant"]
    # A parent that is out of sight makes nobody Japanese.
    member = make_user(database)
    restrict(database, parent, make_team(database, member).id)
    outsider = actor_for(database, make_user(database))
    assert names(peers(database, lead, outsider)) == []
    assert names(peers(database, lead, actor_for(database, member))) == ["Plant"]


def test_a_lead_of_unknown_sector_and_group_has_none(database: Database) -> None:
    firm(database, "Somebody", sector_id=make_sector(database).id)
    assert peers(database, make_lead(database)) == []


def test_the_last_visit_and_requests_of_twelve_months_are_told(database: Database) -> None:
    sector = make_sector(database)
    lead = make_lead(database, sector_id=sector.id)
    known = firm(database, "Known", sector_id=sector.id)
    reference = make_reference(database, known)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.add(
            BreCall(
                organization_id=known.id,
                standing=BreStanding.DONE,
                visited_on=date(2026, 5, 6),
                created_at=NOW,
            )
        )
    for days in (400, 300, 200, 100):
        other = make_lead(database)
        make_request(database, reference, other, asked_on=NOW.date() - timedelta(days=days))
    [peer] = peers(database, lead)
    assert (peer.last_visit_on, peer.last_conversation_on) == (date(2026, 5, 6), None)
    assert (peer.asked_count, peer.is_asked_often) == (3, False)
    make_request(database, reference, make_lead(database))
    assert peers(database, lead)[0].is_asked_often


def test_an_unwilling_firm_and_one_that_owes_an_answer_are_not_asked(database: Database) -> None:
    lead = make_lead(database)
    reference = make_reference(database, firm(database, "Known"))
    request = make_request(database, reference, lead)
    with pytest.raises(DomainError, match="already"):
        make_request(database, reference, lead)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        settle_request(
            session,
            session.get_one(ReferenceRequest, request.id),
            outcome=ReferenceOutcome.DECLINED,
            note=None,
            actor=LOCAL_ADMINISTRATOR,
        )
    make_request(database, reference, lead)
    with pytest.raises(DomainError, match="future"):
        make_request(database, reference, make_lead(database), asked_on=date(2026, 11, 30))
    no = make_reference(database, firm(database, "No"), Willingness.NO)
    with pytest.raises(DomainError, match="does not want"):
        make_request(database, no, lead)
    viewer, other = actor_for(database, make_user(database, role=Role.VIEWER)), make_lead(database)
    with pytest.raises(ForbiddenError):
        make_request(database, reference, other, actor=viewer)


def test_what_a_firm_says_last_counts_and_its_person_is_its_own(database: Database) -> None:
    known, other = firm(database, "Known"), firm(database, "Other")
    person, stranger = make_contact(database, known), make_contact(database, other)
    make_reference(database, known, Willingness.NO)
    found = make_reference(database, known, contact_id=person.id, languages="Japanese")
    assert (found.willingness, found.languages) == (Willingness.YES, "Japanese")
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert len(session.scalars(sa.select(PeerReference)).all()) == 1
    with pytest.raises(DomainError, match="person of this firm"):
        make_reference(database, known, contact_id=stranger.id)


def test_a_request_is_as_hidden_as_its_lead_and_its_firm(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    outsider = actor_for(database, make_user(database, role=Role.MANAGER))
    sector = make_sector(database)
    open_lead = make_lead(database, sector_id=sector.id)
    known = firm(database, "Known", sector_id=sector.id)
    reference = make_reference(database, known)
    secret = make_lead(database, owner_id=member.id)
    make_request(database, reference, secret)
    assert peers(database, open_lead, outsider)[0].asked_count == 1
    with database.transaction(actor) as session:
        found = session.get_one(Lead, secret.id)
        restrict_lead(session, found, team_id=team.id, reason="asked", actor=actor, now=NOW)
    # Neither the row nor its count tells an outsider.
    assert peers(database, open_lead, outsider)[0].asked_count == 0
    assert peers(database, open_lead, actor)[0].asked_count == 1
    with database.reader(outsider) as session:
        assert session.scalars(sa.select(ReferenceRequest)).all() == []
    with database.transaction(actor) as session:
        found = session.get_one(Lead, secret.id)
        lift_restriction(session, found, reason="public", actor=actor, now=NOW)
    assert peers(database, open_lead, outsider)[0].asked_count == 1


def test_a_request_of_a_hidden_firm_stays_hidden_when_its_lead_is_opened(
    database: Database,
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    first = make_lead(database, actor=actor, team_id=team.id)
    with database.reader(actor) as session:
        hidden = session.get_one(Organization, first.organization_id)
    reference = make_reference(database, hidden, actor=actor)
    assert reference.team_id == team.id
    asked_for = make_lead(database, actor=actor, team_id=team.id)
    make_request(database, reference, asked_for, actor=actor)

    def team_of_request() -> int | None:
        with database.unscoped_reader(purpose="test") as session:
            return session.scalars(sa.select(ReferenceRequest.team_id)).one()

    with database.transaction(actor) as session:
        found = session.get_one(Lead, asked_for.id)
        lift_restriction(session, found, reason="public", actor=actor, now=NOW)
    assert team_of_request() == team.id
    with database.transaction(actor) as session:
        found = session.get_one(Lead, first.id)
        lift_restriction(session, found, reason="public", actor=actor, now=NOW)
    assert team_of_request() is None


def test_a_hidden_firm_is_no_peer_for_an_outsider(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    sector = make_sector(database)
    lead = make_lead(database, sector_id=sector.id)
    hidden = firm(database, "Hidden", sector_id=sector.id)
    restrict(database, hidden, team.id)
    outsider = actor_for(database, make_user(database, role=Role.MANAGER))
    assert names(peers(database, lead, outsider)) == []
    assert names(peers(database, lead, actor_for(database, member))) == ["Hidden"]


def test_pages_from_what_it_says_to_what_came_of_it(sign_in: SignIn, database: Database) -> None:
    sector = make_sector(database)
    lead = make_lead(database, sector_id=sector.id)
    known = firm(database, "Known Works", sector_id=sector.id)
    person = make_contact(database, known)
    client = sign_in(Role.OFFICER)
    page_of_lead = f"/references/leads/{lead.public_id}"
    assert "never asked whether it would" in client.get(page_of_lead).text
    path = f"/references/organizations/{known.public_id}"
    assert client.get(path).status_code == 200
    # Nobody says what it said: nothing is taken for granted.
    assert client.post(path, data={"willingness": ""}).status_code == 422
    data = {"willingness": "yes", "contact": person.public_id, "languages": "Japanese"}
    assert client.post(path, data=data).status_code == 303
    shown = client.get(f"/organizations/{known.public_id}").text
    assert "Vouches for us" in shown
    asked = {"organization": known.public_id, "asked_on": "2026-11-19"}
    assert client.post(page_of_lead, data={**asked, "asked_on": "2026-12-19"}).status_code == 422
    assert client.post(page_of_lead, data=asked).status_code == 303
    refused = client.post(page_of_lead, data=asked)
    assert (refused.status_code, "has not answered yet" in refused.text) == (422, True)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        request = session.scalars(sa.select(ReferenceRequest)).one()
    settle = f"/references/requests/{request.public_id}"
    assert client.post(settle, data={"outcome": "gave", "note": "By phone"}).status_code == 303
    page = client.get(page_of_lead).text
    assert "Spoke with them" in page
    assert "By phone" in page
    assert client.post(settle, data={"outcome": "maybe"}).status_code == 422
    assert lead.title in client.get(f"/organizations/{known.public_id}").text


def test_an_outsider_and_a_reader(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    known = firm(database, "Known Works")
    reference = make_reference(database, known)
    secret = make_lead(database, actor=actor, team_id=team.id)
    outsider = sign_in(Role.MANAGER)
    before = outsider.get(f"/organizations/{known.public_id}").data
    request = make_request(database, reference, secret, actor=actor)
    assert outsider.get(f"/organizations/{known.public_id}").data == before
    settle = f"/references/requests/{request.public_id}"
    assert outsider.post(settle, data={"outcome": "gave"}).status_code == 404
    assert outsider.get(f"/references/leads/{secret.public_id}").status_code == 404
    lead = make_lead(database)
    for role, reads in ((Role.VIEWER, 200), (Role.PARTNER, 403)):
        client = sign_in(role)
        assert client.get(f"/references/leads/{lead.public_id}").status_code == reads
        for path in (
            f"/references/leads/{lead.public_id}",
            f"/references/organizations/{known.public_id}",
            settle,
        ):
            assert client.post(path).status_code == 403, path


def test_the_page_costs_the_same_however_many_firms(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    sector = make_sector(database)
    lead = make_lead(database, sector_id=sector.id)
    client = sign_in(Role.OFFICER)
    counts = []
    for more in (2, 12):
        for number in range(more):
            known = firm(database, f"Known {more} {number}", sector_id=sector.id)
            make_request(database, make_reference(database, known), lead)
        with queries:
            assert client.get(f"/references/leads/{lead.public_id}").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]


def test_the_reads_hold_on_both_databases(any_database: Database) -> None:
    database = any_database
    sector = make_sector(database)
    owner = make_user(database)
    lead = make_lead(database, sector_id=sector.id, owner_id=owner.id)
    make_request(database, make_reference(database, firm(database, "B", sector_id=sector.id)), lead)
    firm(database, "A", sector_id=sector.id)
    search = make_search(database, lead, power_kw=10, due_at=NOW, time_zone="Asia/Tokyo")
    make_offer(database, search, make_property(database))
    make_property(database, name="Fits", land_m2=300_000.0)
    make_part(database, search, due_on=NOW.date())
    actor = actor_for(database, owner)
    assert names(peers(database, lead, actor)) == ["B", "A"]
    with database.reader(actor) as session:
        mine = load_my_searches(session, actor, now=NOW)
        assert (len(mine.deadlines), len(mine.parts)) == (1, 1)
        found = get_search(session, search.public_id)
        matches, _count = list_matches(session, found)
        assert [one.offered.name for one in matches] == ["Fits"]
        for chosen in (SearchFilter(is_mine=True), SearchFilter(is_ended=True)):
            list_searches(session, actor, chosen, cursor=None)
        wanted = PropertyFilter(text="fit", land_m2=1.0)
        assert len(list_properties(session, wanted, cursor=None).rows) == 1
        assert list_heads(session, lead)[0].is_waiting
