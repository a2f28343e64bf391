"""The family of an organization and the warm path, and that neither tells of what is hidden."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.database import Database
from crm.interactions.service import ParticipantDetails
from crm.leads.involved import add_party
from crm.organizations.family import Family, Standing, _places, _Ties, load_family
from crm.organizations.parts import RelationDetails, SiteDetails, add_site, relate
from crm.organizations.warm_path import Path, Way, list_paths
from models.contact import Seniority
from models.lead import Lead, LeadSource, PartyRole
from models.organization import (
    Organization,
    OrganizationRelation,
    OrganizationRole,
    RelationKind,
    SiteRole,
)
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.contact import make_contact
from tests.factories.interaction import make_conversation
from tests.factories.lead import NOW, make_lead
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
TODAY = NOW.date()
ADMIN = LOCAL_ADMINISTRATOR


@dataclass
class Clan:
    """A group: a holding, its two subsidiaries, a local one of the first, and a group member."""

    database: Database
    made: dict[str, Organization] = field(default_factory=dict)

    def add(self, name: str, **values: object) -> Organization:
        self.made[name] = make_organization(self.database, name=name, native_name=None, **values)
        return self.made[name]

    def tie(self, one: str, kind: RelationKind, other: str, **values: object) -> None:
        with self.database.transaction(ADMIN) as session:
            relate(
                session,
                session.get_one(Organization, self.made[one].id),
                session.get_one(Organization, self.made[other].id),
                RelationDetails(kind, **values),  # type: ignore[arg-type]
                actor=ADMIN,
            )

    def family(self, name: str, actor: Actor = ADMIN) -> Family:
        with self.database.reader(actor) as session:
            found = session.get_one(Organization, self.made[name].id)
            return load_family(session, found, today=TODAY)

    def paths(self, name: str, actor: Actor = ADMIN) -> list[Path]:
        with self.database.reader(actor) as session:
            found = session.get_one(Organization, self.made[name].id)
            return list_paths(session, load_family(session, found, today=TODAY), today=TODAY)

    def lead(self, name: str, **values: object) -> Lead:
        return make_lead(self.database, organization_id=self.made[name].id, company=None, **values)


@pytest.fixture
def clan(any_database: Database) -> Clan:
    made = Clan(any_database)
    for name in ("Holding", "Works", "Trading", "Works Canada", "Bank"):
        made.add(name)
    made.tie("Holding", RelationKind.PARENT, "Works", share_percent=60.0)
    made.tie("Trading", RelationKind.SUBSIDIARY, "Holding")
    made.tie("Works Canada", RelationKind.BUSINESS_UNIT, "Works")
    made.tie("Bank", RelationKind.GROUP_MEMBER, "Holding")
    return made


def _standings(family: Family) -> dict[str, Standing]:
    return {member.name: member.standing for member in family.members}


def test_everybody_has_a_place_seen_from_anybody(clan: Clan) -> None:
    assert _standings(clan.family("Works")) == {
        "Works": Standing.ITSELF,
        "Holding": Standing.ABOVE,
        "Trading": Standing.BESIDE,
        "Works Canada": Standing.BELOW,
        "Bank": Standing.SAME_GROUP,
    }
    assert _standings(clan.family("Works Canada")) == {
        "Works Canada": Standing.ITSELF,
        "Works": Standing.ABOVE,
        "Holding": Standing.ABOVE,
        "Bank": Standing.SAME_GROUP,
        "Trading": Standing.FURTHER,
    }
    assert _standings(clan.family("Holding"))["Works Canada"] is Standing.BELOW
    above = clan.family("Works Canada").of(Standing.ABOVE)
    assert [(member.name, member.is_head, member.steps) for member in above] == [
        ("Holding", True, 2),
        ("Works", False, 1),
    ]
    assert clan.family("Works").of(Standing.ABOVE)[0].share_percent == 60


def test_who_is_here_is_said(clan: Clan) -> None:
    with clan.database.transaction(ADMIN) as session:
        for city in ("Brampton", "Guelph", "Brampton"):
            add_site(
                session,
                session.get_one(Organization, clan.made["Works Canada"].id),
                SiteDetails(city=city, role=SiteRole.PLANT),
                actor=ADMIN,
            )
    clan.add("Investor", roles=(OrganizationRole.INVESTOR,))
    clan.tie("Investor", RelationKind.SUBSIDIARY, "Holding")
    family = clan.family("Works")
    assert family.of(Standing.BELOW)[0].cities == ("Brampton", "Guelph")
    # Among sisters, whoever is here comes first.
    assert [(one.name, one.is_here) for one in family.of(Standing.BESIDE)] == [
        ("Investor", True),
        ("Trading", False),
    ]


def test_a_relation_that_ended_ties_nobody(clan: Clan) -> None:
    with clan.database.unscoped(ADMIN, purpose="test") as session:
        for relation in session.query(OrganizationRelation).all():
            relation.valid_to = TODAY - timedelta(days=1)
    assert not clan.family("Works").has_others


def test_a_ring_ends(clan: Clan) -> None:
    clan.tie("Works Canada", RelationKind.PARENT, "Holding")
    assert len(clan.family("Works").members) == 5
    assert len(clan.paths("Works")) == 0


def test_nobody_is_reached_through_what_is_hidden(clan: Clan) -> None:
    outsider = actor_for(clan.database, make_user(clan.database))
    member = make_user(clan.database)
    team = make_team(clan.database, member)
    before = clan.family("Works Canada", outsider)
    assert len(before.members) == 5
    restrict(clan.database, clan.made["Works"], team.id)
    assert _standings(clan.family("Works Canada", outsider)) == {"Works Canada": Standing.ITSELF}
    assert _standings(clan.family("Holding", outsider)) == {
        "Holding": Standing.ITSELF,
        "Trading": Standing.BELOW,
        "Bank": Standing.SAME_GROUP,
    }
    assert len(clan.family("Holding", actor_for(clan.database, member)).members) == 5


def test_a_hidden_relation_ties_nobody_for_an_outsider(clan: Clan) -> None:
    outsider = actor_for(clan.database, make_user(clan.database))
    team = make_team(clan.database, make_user(clan.database))
    with clan.database.unscoped(ADMIN, purpose="test") as session:
        for relation in session.query(OrganizationRelation).all():
            if relation.organization_id == clan.made["Works Canada"].id:
                relation.team_id = team.id
    assert "Works Canada" not in _standings(clan.family("Works", outsider))


def test_a_contact_of_ones_own_met_lately_is_the_closest(clan: Clan) -> None:
    officer = make_user(clan.database, name="Dana Example")
    chief = make_contact(
        clan.database, clan.made["Holding"], printed_name="Chief", seniority=Seniority.EXECUTIVE
    )
    clerk = make_contact(
        clan.database, clan.made["Works"], printed_name="Clerk", seniority=Seniority.STAFF
    )
    sister = make_contact(clan.database, clan.made["Trading"], printed_name="Sister")
    actor = actor_for(clan.database, officer)
    for contact, name, days in (
        (chief, "Holding", 3),
        (clerk, "Works", 60),
        (sister, "Trading", 1),
    ):
        make_conversation(
            clan.database,
            clan.lead(name),
            actor=actor,
            happened_on=TODAY - timedelta(days=days),
            participants=(ParticipantDetails(contact_id=contact.id),),
        )
    paths = clan.paths("Works")
    assert [(path.name, path.way, path.member.name) for path in paths] == [
        ("Clerk", Way.MET, "Works"),
        ("Chief", Way.MET, "Holding"),
        ("Sister", Way.MET, "Trading"),
    ]
    assert paths[0].by == "Dana Example"
    assert paths[0].on == TODAY - timedelta(days=60)


def test_whom_nobody_met_for_years_comes_after_a_sister_met_lately(clan: Clan) -> None:
    old = make_contact(clan.database, clan.made["Works"], printed_name="Old friend")
    new = make_contact(clan.database, clan.made["Trading"], printed_name="New friend")
    for contact, name, day in (
        (old, "Works", date(2019, 5, 1)),
        (new, "Trading", TODAY - timedelta(days=9)),
    ):
        make_conversation(
            clan.database,
            clan.lead(name),
            happened_on=day,
            participants=(ParticipantDetails(contact_id=contact.id),),
        )
    assert [path.name for path in clan.paths("Works")] == ["New friend", "Old friend"]


def test_among_equals_the_freshest_and_then_the_highest(clan: Clan) -> None:
    lead = clan.lead("Works")
    for name, days, rank in (
        ("Clerk", 5, Seniority.STAFF),
        ("Head", 5, Seniority.DEPARTMENT_HEAD),
        ("Fresh", 1, Seniority.STAFF),
    ):
        contact = make_contact(clan.database, clan.made["Works"], printed_name=name, seniority=rank)
        make_conversation(
            clan.database,
            lead,
            happened_on=TODAY - timedelta(days=days),
            participants=(ParticipantDetails(contact_id=contact.id),),
        )
    assert [path.name for path in clan.paths("Works")] == ["Fresh", "Head", "Clerk"]


def test_who_introduced_a_lead_of_the_family_is_a_way_in(clan: Clan) -> None:
    introducer = clan.add("Helping Chamber", roles=(OrganizationRole.INTERMEDIARY,))
    with clan.database.unscoped(ADMIN, purpose="test") as session:
        source = LeadSource(code="jetro", name_en="JETRO", is_introducer=True)
        session.add(source)
    lead = clan.lead("Works Canada", source_id=source.id)
    with clan.database.transaction(ADMIN) as session:
        add_party(
            session,
            session.get_one(Lead, lead.id),
            session.get_one(Organization, introducer.id),
            PartyRole.INTRODUCER,
            actor=ADMIN,
            now=NOW,
        )
    make_contact(clan.database, clan.made["Works"], printed_name="Card in a drawer")
    found = {path.name: (path.way, path.member.name) for path in clan.paths("Works")}
    assert found == {
        "Helping Chamber": (Way.INTRODUCER, "Works Canada"),
        "JETRO": (Way.SOURCE, "Works Canada"),
        "Card in a drawer": (Way.ON_FILE, "Works"),
    }


def test_a_conversation_with_nobody_named_is_a_way_in(clan: Clan) -> None:
    make_conversation(clan.database, clan.lead("Holding"), summary="They asked about power")
    [path] = clan.paths("Works")
    assert (path.way, path.name, path.member.name) == (
        *(Way.TALKED, "They asked about power"),
        "Holding",
    )


def test_a_restricted_lead_is_no_way_in_for_an_outsider(clan: Clan) -> None:
    outsider = actor_for(clan.database, make_user(clan.database))
    member = make_user(clan.database)
    team = make_team(clan.database, member)
    contact = make_contact(clan.database, clan.made["Holding"], printed_name="Chief")
    before = clan.paths("Works", outsider)
    assert [path.way for path in before] == [Way.ON_FILE]
    with clan.database.unscoped(ADMIN, purpose="test") as session:
        source = LeadSource(code="jetro", name_en="JETRO", is_introducer=True)
        session.add(source)
    lead = clan.lead("Holding", team_id=team.id, source_id=source.id)
    make_conversation(
        clan.database, lead, participants=(ParticipantDetails(contact_id=contact.id),)
    )
    assert clan.paths("Works", outsider) == before
    insider = [path.way for path in clan.paths("Works", actor_for(clan.database, member))]
    assert insider == [Way.MET, Way.SOURCE]


def test_a_larger_family_is_no_more_queries(database: Database) -> None:
    clan = Clan(database)
    for number in range(40):
        clan.add(f"Firm {number}")
    clan.tie("Firm 0", RelationKind.PARENT, "Firm 1")
    queries = QueryCounter(database)
    with queries:
        clan.paths("Firm 0")
    few = queries.count
    for number in range(2, 40):
        clan.tie("Firm 0", RelationKind.PARENT, f"Firm {number}")
        make_contact(database, clan.made[f"Firm {number}"])
    with queries:
        assert len(clan.family("Firm 1").members) == 40
    with queries:
        clan.paths("Firm 0")
    assert queries.count == few
    family = clan.family("Firm 1")
    assert (len(family.of(Standing.BESIDE)), family.count(Standing.BESIDE)) == (12, 38)


def test_the_page_tells_of_the_family_and_the_way_in(sign_in: SignIn, database: Database) -> None:
    clan = Clan(database)
    clan.add("Works")
    clan.add("Holding")
    clan.tie("Holding", RelationKind.PARENT, "Works")
    contact = make_contact(
        database, clan.made["Holding"], printed_name="TANAKA Hanako", native_name="田中花子"
    )
    make_conversation(
        database, clan.lead("Holding"), participants=(ParticipantDetails(contact_id=contact.id),)
    )
    with database.transaction(ADMIN) as session:
        add_site(
            session,
            session.get_one(Organization, clan.made["Holding"].id),
            SiteDetails(city="Brampton"),
            actor=ADMIN,
        )
    page = sign_in(Role.VIEWER).get(f"/organizations/{clan.made['Works'].public_id}").text
    assert "The family, and who of it is here" in page
    assert "Here: Brampton" in page
    assert "Head of the family" in page
    assert "The closest way in" in page
    assert "through its parent" in page
    assert f"/contacts/{contact.public_id}" in page


@given(
    st.lists(
        st.tuples(st.integers(1, 8), st.sampled_from(list(RelationKind)), st.integers(1, 8)),
        max_size=20,
    )
)
@settings(max_examples=200, deadline=None)
def test_any_ties_give_everybody_one_place(edges: list[tuple[int, RelationKind, int]]) -> None:
    ties = _Ties()
    reached, grew = {1}, True
    for one, kind, other in edges:
        if one != other:
            ties.add(kind, one, other, None)
    while grew:
        grew = False
        for one, _kind, other in edges:
            if (one in reached) != (other in reached):
                reached |= {one, other}
                grew = True
    places = _places(ties, 1)
    assert set(places) == reached
    assert places[1][0] is Standing.ITSELF
    assert all(steps > 0 for key, (_standing, steps, _share) in places.items() if key != 1)
