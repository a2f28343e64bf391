"""The scan: what it groups, for whom, and that settled pairs stay away."""

from collections.abc import Callable

from flask.testing import FlaskClient

from crm.database import Database
from crm.duplicates import scan
from crm.duplicates.scan import Pair, find_groups, group_pairs
from crm.identity.matching import Candidate, Reason, Verdict
from crm.organizations.plan import NameDetails
from crm.organizations.service import add_name
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.lead import NOW
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def groups(database: Database, actor: Actor = LOCAL_ADMINISTRATOR) -> list[scan.Group]:
    with database.reader(actor) as session:
        return find_groups(session)


def make_pair(database: Database) -> tuple[Organization, Organization]:
    return (
        make_organization(database, name="Muro Corporation", native_name="株式会社ムロ"),
        make_organization(database, name="Muro Corp.", native_name=None),
    )


def test_like_names_are_found_and_strangers_are_not(database: Database) -> None:
    one, other = make_pair(database)
    make_organization(database, name="Hokuto Weaving", native_name="北斗織物株式会社")
    [group] = groups(database)
    assert group.members == (one.id, other.id)
    assert group.verdict in (Verdict.SAME, Verdict.PROPOSE)


def test_a_change_of_names_is_seen_at_once(database: Database) -> None:
    make_organization(database, name="Hokuto Weaving", native_name=None)
    other = make_organization(database, name="Kita Textiles", native_name=None)
    assert groups(database) == []
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Organization, other.id)
        add_name(session, found, NameDetails("Hokuto Weaving"), actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert len(groups(database)) == 1


def test_what_stands_for_an_unnamed_firm_is_left_out(database: Database) -> None:
    make_organization(database, name="A large technology firm", native_name=None)
    make_organization(
        database, name="A large technology firm", native_name=None, is_placeholder=True
    )
    assert groups(database) == []


def test_a_team_s_secret_is_compared_for_the_team_only(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    _one, other = make_pair(database)
    restrict(database, other, team.id)
    # Whoever looks first, what was kept is of their circle.
    assert len(groups(database, actor_for(database, member))) == 1
    assert groups(database, actor_for(database, make_user(database))) == []
    assert len(groups(database)) == 1
    assert groups(database, actor_for(database, make_user(database))) == []


def _pair(one: int, other: int, verdict: Verdict, score: float) -> Pair:
    return Pair(one, other, Candidate(other, score, verdict, Reason("alike", {}), ""))


def test_sure_pairs_run_together_and_doubtful_ones_stay_by_twos() -> None:
    found = group_pairs(
        [
            _pair(1, 2, Verdict.SAME, 100),
            _pair(2, 3, Verdict.PROPOSE, 95),
            _pair(3, 4, Verdict.REVIEW, 80),
            _pair(1, 3, Verdict.REVIEW, 85),
            _pair(8, 9, Verdict.SUBSIDIARY, 90),
        ]
    )
    assert [group.members for group in found] == [(1, 2, 3), (8, 9), (3, 4)]


def test_settled_pairs_do_not_come_again(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    one, other = make_pair(database)
    page = client.get("/duplicates/").text
    assert "Muro Corporation" in page
    assert '<span lang="ja">株式会社ムロ</span>' in page
    two = {"one": one.public_id, "other": other.public_id, "next": "/duplicates/?page=1"}
    answer = client.post("/duplicates/distinct", data=two)
    assert (answer.status_code, answer.location) == (303, "/duplicates/?page=1")
    assert "Muro Corporation" not in client.get("/duplicates/").text
    assert client.post("/duplicates/distinct", data=two).status_code == 303


def test_a_subsidiary_is_linked_and_settled(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    parent = make_organization(database, name="Yusen Logistics", native_name=None)
    child = make_organization(database, name="Yusen Logistics Canada Inc.", native_name=None)
    page = client.get("/duplicates/?verdict=subsidiary").text
    assert "Likely a subsidiary" in page
    assert "Yusen Logistics Canada" in page
    two = {"one": child.public_id, "other": parent.public_id}
    assert client.post("/duplicates/subsidiary", data=two).status_code == 303
    assert "Yusen Logistics Canada" in client.get(f"/organizations/{parent.public_id}").text
    assert "Yusen Logistics Canada" not in client.get("/duplicates/").text
    client.post("/duplicates/subsidiary", data=two)
    assert "kept already" in client.get("/duplicates/").text


def test_more_groups_ask_no_more_of_the_database(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    make_pair(database)
    client.get("/duplicates/")
    with queries:
        client.get("/duplicates/")
    few = queries.count
    for name in ("Tanuki Foods", "Ginkgo Optics", "Suzume Robotics"):
        for form in ("Co., Ltd.", "K.K."):
            make_organization(database, name=f"{name} {form}", native_name=None)
    client.get("/duplicates/")
    with queries:
        page = client.get("/duplicates/").text
    assert "Ginkgo Optics" in page
    assert queries.count == few


def test_only_writers_come_in(sign_in: SignIn) -> None:
    for role in (Role.VIEWER, Role.PARTNER):
        client = sign_in(role)
        for path in ("/duplicates/", "/duplicates/merges", "/duplicates/warning?name=x"):
            assert client.get(path).status_code == 403
