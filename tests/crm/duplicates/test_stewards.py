"""Who enters a team's secret is told nothing; a steward is, and has the owners talk."""

from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.organizations.plan import OrganizationDetails
from models.duplicate import DistinctPair, NoticeState, StewardNotice
from models.interaction import FollowUp
from models.lead import Lead
from models.organization import Organization
from models.user import Language, Role, User
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
NAME, NATIVE = "Zephyr Lithography", "疾風露光機株式会社"


def make_secret(database: Database, owner: User | None = None) -> Lead:
    """A restricted lead with a company of its own."""
    member = owner or make_user(database, name="Insider One")
    team = make_team(database, member)
    return make_lead(
        database,
        company=OrganizationDetails(name=NAME, native_name=NATIVE),
        team_id=team.id,
        owner_id=member.id,
        confidentiality_reason="asked",
    )


def notices(database: Database) -> list[StewardNotice]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(StewardNotice).order_by(StewardNotice.id)))


def test_every_door_tells_the_steward_and_nobody_else(sign_in: SignIn, database: Database) -> None:
    hidden = make_secret(database)
    client = sign_in(Role.OFFICER)
    form = {"name": "Zephyr Lithography Inc.", "roles": "prospect"}
    assert client.post("/organizations/new", data=form).status_code == 303
    lead = {
        "lead_type": "investment",
        "direction": "into_canada",
        "first_contact": "2026-11-03",
        "first_contact_precision": "day",
        "company": "㈱疾風露光機",
        "anyway": "1",
    }
    assert client.post("/leads/new", data=lead).status_code == 303
    found = notices(database)
    assert len(found) == 2
    assert {notice.organization_id for notice in found} == {hidden.organization_id}
    assert {notice.team_id for notice in found} == {hidden.team_id}
    assert client.get("/duplicates/notices").status_code == 403
    with database.reader(actor_for(database, client.user)) as session:  # type: ignore[attr-defined]
        assert session.scalars(sa.select(StewardNotice)).all() == []


def test_a_stranger_and_a_member_make_no_notice(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    make_secret(database, member)
    sign_in(Role.OFFICER).post(
        "/organizations/new", data={"name": "Hokuto Weaving", "roles": "prospect"}
    )
    sign_in(member).post(
        "/organizations/new", data={"name": NAME, "roles": "prospect", "anyway": "1"}
    )
    assert notices(database) == []


def test_the_writer_sees_no_difference(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    make_secret(database)
    seen = []
    for name in ("Hokuto Weaving", NAME):
        with queries:
            answer = client.post("/organizations/new", data={"name": name, "roles": "prospect"})
        reads = [text for text in queries.statements if text.startswith("SELECT")]
        page = client.get(answer.location).text
        seen.append((answer.status_code, len(reads), page.count(name) > 0, len(page) - len(name)))
    assert seen[0][:3] == seen[1][:3]
    assert len(notices(database)) == 1


def test_named_stewards_only(sign_in: SignIn, database: Database) -> None:
    make_secret(database)
    sign_in(Role.OFFICER).post("/organizations/new", data={"name": NAME, "roles": "prospect"})
    first, second = sign_in(Role.ADMIN), sign_in(Role.ADMIN)
    for client in (first, second):
        assert NATIVE in client.get("/duplicates/notices").text
    officer = make_user(database)
    refused = first.post("/duplicates/stewards", data={"user": officer.public_id, "named": "1"})
    assert refused.status_code == 404
    data = {"user": first.user.public_id, "named": "1"}  # type: ignore[attr-defined]
    assert first.post("/duplicates/stewards", data=data).status_code == 303
    assert first.get("/duplicates/notices").status_code == 200
    refused = second.get("/duplicates/notices")
    assert refused.status_code == 403
    assert NATIVE not in refused.text
    [notice] = notices(database)
    for verb in ("told", "dismiss"):
        path = f"/duplicates/notices/{notice.public_id}/{verb}"
        assert second.post(path).status_code == 403
    assert second.post("/duplicates/stewards", data=data).status_code == 403
    assert notices(database)[0].state is NoticeState.OPEN
    with database.unscoped(actor_for(database, first.user), purpose="test") as session:  # type: ignore[attr-defined]
        session.get_one(User, first.user.id).is_active = False  # type: ignore[attr-defined]
    assert second.get("/duplicates/notices").status_code == 200


def test_the_owners_are_asked_to_talk_and_no_firm_is_named_outside(
    sign_in: SignIn, database: Database
) -> None:
    insider = make_user(database, name="Insider One")
    hidden = make_secret(database, insider)
    outsider = make_user(database, name="Outsider Two", language=Language.FR)
    sign_in(outsider).post("/organizations/new", data={"name": NAME, "roles": "prospect"})
    [notice] = notices(database)
    steward = sign_in(Role.ADMIN)
    page = steward.get("/duplicates/notices").text
    assert "Insider One" in page
    assert "Outsider Two" in page
    told = f"/duplicates/notices/{notice.public_id}/told"
    assert steward.post(told).status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        asked = {row.owner_id: row for row in session.scalars(sa.select(FollowUp))}
    assert set(asked) == {insider.id, outsider.id}
    outside, inside = asked[outsider.id], asked[insider.id]
    assert "Insider One" in outside.text
    assert NAME not in outside.text
    assert (outside.organization_id, outside.lead_id, outside.team_id) == (None, None, None)
    assert "Outsider Two" in inside.text
    assert (inside.organization_id, inside.team_id) == (hidden.organization_id, hidden.team_id)
    assert notices(database)[0].state is NoticeState.TOLD
    steward.post(told)
    assert "settled this already" in steward.get("/duplicates/notices").text
    with database.unscoped_reader(purpose="test") as session:
        assert len(session.scalars(sa.select(FollowUp)).all()) == 2


def test_not_the_same_is_remembered(sign_in: SignIn, database: Database) -> None:
    make_secret(database)
    sign_in(Role.OFFICER).post("/organizations/new", data={"name": NAME, "roles": "prospect"})
    [notice] = notices(database)
    sign_in(Role.ADMIN).post(f"/duplicates/notices/{notice.public_id}/dismiss")
    assert notices(database)[0].state is NoticeState.DISMISSED
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(DistinctPair)) == 1


def test_a_notice_does_not_stand_in_the_way_of_a_merge(sign_in: SignIn, database: Database) -> None:
    """Nor does it tell, by a refusal, that there is one."""
    make_secret(database)
    client = sign_in(Role.MANAGER)
    client.post("/organizations/new", data={"name": NAME, "roles": "prospect"})
    other = make_organization(database, name="Zephyr Litho", native_name=None)
    with database.unscoped_reader(purpose="test") as session:
        entered = session.scalars(
            sa.select(Organization).where(Organization.name == NAME, Organization.team_id.is_(None))
        ).one()
    path = f"/duplicates/pairs/{entered.public_id}/{other.public_id}"
    assert client.post(path, data={"keep": other.public_id}).status_code == 303
    assert notices(database)[0].other_id == other.id


def test_more_notices_ask_no_more_of_the_database(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    make_secret(database)
    officer, steward = sign_in(Role.OFFICER), sign_in(Role.ADMIN)
    counts = []
    for _ in range(2):
        for _again in range(2):
            data = {"name": NAME, "roles": "prospect", "anyway": "1"}
            officer.post("/organizations/new", data=data)
        with queries:
            steward.get("/duplicates/notices")
        counts.append(queries.count)
    assert counts[0] == counts[1]
