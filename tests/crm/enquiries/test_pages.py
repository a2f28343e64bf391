"""Pages of enquiries."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.interaction import Enquiry, EnquiryOutcome
from models.lead import Lead
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.interaction import make_enquiry
from tests.factories.lead import NOW, make_lead, make_sector
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def the_enquiry(database: Database) -> Enquiry:
    """The only one there is."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalars(sa.select(Enquiry)).one()


def all_of(database: Database, cls: type[Lead] | type[Organization]) -> list[Lead | Organization]:
    """Every row there is."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return list(session.scalars(sa.select(cls).order_by(cls.id)))


def form(**values: str) -> dict[str, str]:
    """What the form sends."""
    return {
        "asked_for": "Twenty hectares with rail",
        "asker": "KOTRA",
        "channel": "email",
        "received_on": "2026-11-20",
        "received_time": "09:00",
        "time_zone": "Asia/Seoul",
        **values,
    }


def test_an_enquiry_is_kept_and_its_answer_is_due(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    page = client.get("/enquiries/new").text
    # Friday ten in the morning in Toronto: due on Tuesday at five.
    assert 'value="2026-11-24"' in page
    assert 'value="17:00"' in page
    answer = client.post(
        "/enquiries/new",
        data=form(owner=client.user.public_id),  # type: ignore[attr-defined]
    )
    assert answer.status_code == 303
    enquiry = the_enquiry(database)
    assert enquiry.received_at == datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    assert enquiry.due_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    page = client.get(answer.location).text
    assert "Tue 24 Nov 17:00 Seoul" in page
    assert "03:00 Toronto" in page


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"received_time": "23:59", "time_zone": "America/Toronto"}, "lies in the future"),
        ({"due_on": "2026-11-19"}, "due before it came"),
        ({"due_on": "", "due_time": "10:00"}, "Say on which day"),
        ({"channel": "pigeon"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    sign_in: SignIn, database: Database, values: dict[str, str], told: str
) -> None:
    client = sign_in(Role.OFFICER)
    owner = client.user.public_id  # type: ignore[attr-defined]
    answer = client.post("/enquiries/new", data=form(owner=owner, **values))
    assert answer.status_code == 422
    assert told in answer.text
    assert "Twenty hectares with rail" in answer.text


def test_open_ones_come_by_their_due_moment(sign_in: SignIn, database: Database) -> None:
    make_enquiry(database, asked_for="Later one", due_at=NOW + timedelta(days=3))
    make_enquiry(database, asked_for="Late one", due_at=NOW - timedelta(minutes=30))
    client = sign_in(Role.VIEWER)
    page = client.get("/enquiries/").text
    assert page.index("Late one") < page.index("Later one")
    assert page.count('class="late"') == 1
    assert "No enquiry was answered yet" in client.get("/enquiries/?state=answered").text
    assert "Later one" not in client.get("/enquiries/?channel=phone").text
    assert "Later one" in client.get("/enquiries/?channel=email&outcome=open").text
    assert "Later one" not in client.get("/enquiries/?whose=mine").text


def test_it_is_answered_and_taken_back(sign_in: SignIn, database: Database) -> None:
    enquiry = make_enquiry(database)
    client = sign_in(Role.OFFICER)
    path = f"/enquiries/{enquiry.public_id}"
    assert 'value="2026-11-20"' in client.get(path).text
    data = {"outcome": "referred", "answered_on": "2026-11-20", "answered_time": "10:00"}
    refused = client.post(f"{path}/answer", data=data)
    assert (refused.status_code, "to whom it was referred" in refused.text) == (422, True)
    answer = client.post(f"{path}/answer", data={**data, "note": "To the province"})
    assert answer.status_code == 303
    assert the_enquiry(database).outcome is EnquiryOutcome.REFERRED
    assert "To the province" in client.get(path).text
    assert "Twenty hectares" in client.get("/enquiries/?state=answered").text
    assert client.post(f"{path}/reopen").status_code == 303
    assert the_enquiry(database).answered_at is None


def test_it_is_changed_and_keeps_who_left(sign_in: SignIn, database: Database) -> None:
    gone = make_user(database, is_active=False, name="Gone Gary")
    enquiry = make_enquiry(database, owner_id=gone.id)
    client = sign_in(Role.OFFICER)
    path = f"/enquiries/{enquiry.public_id}/edit"
    assert "Gone Gary" in client.get(path).text
    assert client.post(path, data=form(asked_for="Thirty", owner="")).status_code == 303
    changed = the_enquiry(database)
    assert (changed.asked_for, changed.owner_id) == ("Thirty", gone.id)


def test_a_blind_search_becomes_a_lead(sign_in: SignIn, database: Database) -> None:
    enquiry = make_enquiry(database)
    client = sign_in(Role.OFFICER)
    path = f"/enquiries/{enquiry.public_id}/lead"
    assert "Enquiry of 20 Nov 2026" in client.get(path).text
    answer = client.post(path, data={"kind": "blind", "lead_type": "investment", "company": "x"})
    assert answer.status_code == 303
    [lead] = all_of(database, Lead)
    assert answer.location == f"/leads/{lead.public_id}"
    assert (lead.title, lead.owner_id) == ("Enquiry of 20 Nov 2026", client.user.id)  # type: ignore[attr-defined, union-attr]
    assert all_of(database, Organization) == []


def test_a_known_company_becomes_a_lead(sign_in: SignIn, database: Database) -> None:
    make_sector(database)
    enquiry = make_enquiry(database)
    client = sign_in(Role.OFFICER)
    path = f"/enquiries/{enquiry.public_id}/lead"
    data = {
        "kind": "known",
        "lead_type": "investment",
        "company": "Invented Cells",
        "native_name": "株式会社架空電池",
        "country": "JP",
        "sector": "batteries",
    }
    nothing = client.post(path, data={**data, "company": "", "native_name": ""})
    assert (nothing.status_code, "needs a company or a code name" in nothing.text) == (422, True)
    assert client.post(path, data=data).status_code == 303
    [lead] = all_of(database, Lead)
    assert isinstance(lead, Lead)
    assert (lead.title, lead.market, lead.sector_id) == ("Invented Cells", "JP", 1)


def test_a_company_on_file_is_asked_about(sign_in: SignIn, database: Database) -> None:
    known = make_lead(database)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        firm = session.get_one(Organization, known.organization_id)
    client = sign_in(Role.OFFICER)
    data = {"kind": "known", "lead_type": "investment", "company": f"{firm.name} Co., Ltd."}
    path = f"/enquiries/{make_enquiry(database).public_id}/lead"
    asked = client.post(path, data=data)
    assert (asked.status_code, "Is it one of these?" in asked.text) == (422, True)
    assert firm.public_id in asked.text
    assert client.post(path, data={**data, "organization": firm.public_id}).status_code == 303
    assert len(all_of(database, Organization)) == 1
    path = f"/enquiries/{make_enquiry(database).public_id}/lead"
    assert client.post(path, data={**data, "organization": "new"}).status_code == 303
    assert len(all_of(database, Organization)) == 2


def test_a_hidden_company_is_not_on_file_for_others(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    hidden = make_lead(database, actor=actor_for(database, member), team_id=team.id)
    data = {"kind": "known", "lead_type": "investment", "company": hidden.title}
    path = f"/enquiries/{make_enquiry(database).public_id}/lead"
    assert sign_in(Role.MANAGER).post(path, data=data).status_code == 303


def test_a_lead_for_a_team_needs_a_team_of_ones_own_and_a_reason(
    sign_in: SignIn, database: Database
) -> None:
    member = make_user(database)
    team, foreign = make_team(database, member), make_team(database)
    client = sign_in(member)
    path = f"/enquiries/{make_enquiry(database).public_id}/lead"
    data = {"kind": "blind", "lead_type": "investment", "team": team.public_id}
    unsaid = client.post(path, data=data)
    assert (unsaid.status_code, "why the lead is confidential" in unsaid.text) == (422, True)
    stranger = client.post(path, data={**data, "team": foreign.public_id, "reason": "x"})
    assert stranger.status_code == 422
    assert foreign.name not in client.get(path).text
    assert client.post(path, data={**data, "reason": "their wish"}).status_code == 303
    assert the_enquiry(database).team_id == team.id
    outsider = sign_in(Role.MANAGER)
    shown = outsider.get(f"/enquiries/{the_enquiry(database).public_id}")
    assert shown.status_code == 404
    assert "Twenty hectares" not in outsider.get("/enquiries/").text
    for verb in ("edit", "answer", "reopen", "lead"):
        path = f"/enquiries/{the_enquiry(database).public_id}/{verb}"
        assert outsider.post(path, data=form()).status_code == 404


def test_readers_write_nothing_and_partners_see_nothing(
    sign_in: SignIn, database: Database
) -> None:
    enquiry = make_enquiry(database)
    viewer = sign_in(Role.VIEWER)
    path = f"/enquiries/{enquiry.public_id}"
    page = viewer.get(path)
    assert page.status_code == 200
    assert not re.search(rf'action="{path}', page.text)
    for verb in ("edit", "answer", "reopen", "lead"):
        assert viewer.post(f"{path}/{verb}", data=form()).status_code == 403
    assert viewer.post("/enquiries/new", data=form()).status_code == 403
    partner = sign_in(Role.PARTNER)
    assert partner.get("/enquiries/").status_code == 403
    assert partner.get(path).status_code == 403
    assert the_enquiry(database).asked_for == "Twenty hectares with rail"


def test_the_list_costs_the_same_however_long(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    counts = []
    for more in (10, 30):
        for _number in range(more):
            make_enquiry(database)
        with queries:
            assert client.get("/enquiries/").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]
