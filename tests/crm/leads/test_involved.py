"""Who decides at head office, and the companies involved in a lead."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.lead import DecisionStanding, DecisionStep, LeadParty, PartyRole, StepStanding
from models.user import Role
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization
from tests.factories.user import make_team, make_user

SignIn = Callable[..., FlaskClient]


def _steps(database: Database) -> list[DecisionStep]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(DecisionStep).order_by(DecisionStep.position)))


def _parties(database: Database) -> list[LeadParty]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(LeadParty)))


def test_the_path_grows_changes_and_shrinks(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    path = f"/leads/{lead.public_id}/path"
    answer = client.post(path, data={"steps": "佐藤健, 経営企画部\nBoard"})
    assert answer.location == f"/leads/{lead.public_id}?open=path#path"
    page = client.get(answer.location).text
    assert '<span lang="ja">佐藤健</span>' in page
    assert '<details class="card fold" id="path" open>' in page
    sent = {"standing": "supportive", "met_on": "2026-11-03", "is_decider": "y"}
    assert client.post(f"{path}/1", data=sent).status_code == 303
    first, second = _steps(database)
    assert (first.standing, first.met_on, first.is_decider) == (
        StepStanding.SUPPORTIVE,
        date(2026, 11, 3),
        True,
    )
    assert second.standing is StepStanding.UNKNOWN
    assert client.post(f"{path}/1", data=sent | {"remove": "yes"}).status_code == 303
    assert [step.name for step in _steps(database)] == ["Board"]
    # What they stood like before is kept, so that a past day can be told.
    with database.unscoped_reader(purpose="test") as session:
        kept = session.scalars(sa.select(DecisionStanding).order_by(DecisionStanding.id)).all()
    assert [(row.step, row.standing) for row in kept] == [
        (first.id, StepStanding.UNKNOWN),
        (second.id, StepStanding.UNKNOWN),
        (first.id, StepStanding.SUPPORTIVE),
        (first.id, None),
    ]
    assert {row.lead_id for row in kept} == {lead.id}
    assert sorted(row.known_at for row in kept) == [row.known_at for row in kept]


def test_a_meeting_in_the_future_is_refused_in_place(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    client.post(f"/leads/{lead.public_id}/path", data={"steps": "Board"})
    sent = {"standing": "neutral", "met_on": "2027-11-03"}
    answer = client.post(f"/leads/{lead.public_id}/path/1", data=sent)
    assert answer.status_code == 422
    assert "lies in the future" in answer.text
    assert 'value="2027-11-03"' in answer.text
    assert _steps(database)[0].met_on is None


def test_companies_on_file_are_involved_by_name_or_choice(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    bank = make_organization(database, name="Mihon Bank", native_name="見本銀行")
    client = sign_in(Role.OFFICER)
    path = f"/leads/{lead.public_id}/companies"
    assert client.post(path, data={"other": "㈱見本銀行", "role": "adviser"}).status_code == 303
    assert client.post(path, data={"other": "Mihon Bank", "role": "adviser"}).status_code == 422
    [party] = _parties(database)
    assert (party.organization_id, party.role) == (bank.id, PartyRole.ADVISER)
    page = client.get(f"/leads/{lead.public_id}").text
    assert "Mihon Bank" in page
    sent = {"organization": bank.public_id, "role": "adviser"}
    assert client.post(f"{path}/remove", data=sent).status_code == 303
    assert _parties(database) == []


def test_several_of_one_name_become_a_choice(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    for country in ("JP", "KR"):
        make_organization(database, name="Mihon", native_name=None, country=country)
    path = f"/leads/{lead.public_id}/companies"
    answer = sign_in(Role.OFFICER).post(path, data={"other": "Mihon", "role": "adviser"})
    assert answer.status_code == 422
    assert answer.text.count("Mihon · ") == 2


def test_a_party_of_a_restricted_lead_is_as_restricted(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    lead = make_lead(database, team_id=team.id)
    make_organization(database, name="Mihon Bank")
    client = sign_in(member)
    client.post(f"/leads/{lead.public_id}/path", data={"steps": "Board"})
    client.post(
        f"/leads/{lead.public_id}/companies", data={"other": "Mihon Bank", "role": "adviser"}
    )
    assert [step.team_id for step in _steps(database)] == [team.id]
    assert [party.team_id for party in _parties(database)] == [team.id]


@pytest.mark.parametrize("rest", ["path", "path/1", "companies", "companies/remove"])
def test_a_viewer_changes_nobody(sign_in: SignIn, database: Database, rest: str) -> None:
    lead = make_lead(database)
    data = {"steps": "Board", "other": "x", "role": "adviser"}
    assert (
        sign_in(Role.VIEWER).post(f"/leads/{lead.public_id}/{rest}", data=data).status_code == 403
    )
    assert _steps(database) == []
