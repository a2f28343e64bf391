"""Pages of administration: people, offices, teams, stages."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from crm.database import Database
from models.audit import AuditEntry
from models.lead import Lead
from models.organization import Organization
from models.user import Language, Office, OfficeKind, Role, Team, TeamMember, User
from tests.factories.lead import make_lead
from tests.factories.user import make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
PASSWORD = "maple otter lantern 42"


def _user(database: Database, public_id: str) -> User:
    with database.unscoped_reader(purpose="test") as session:
        return session.scalars(sa.select(User).where(User.public_id == public_id)).one()


def _company(database: Database, lead: Lead) -> str:
    with database.unscoped_reader(purpose="test") as session:
        return session.get_one(Organization, lead.organization_id).public_id


def _values(**values: object) -> dict[str, object]:
    return {
        "name": "Ai Tanaka",
        "role": "officer",
        "office": "",
        "language": "en",
        "time_zone": "America/Toronto",
        "counts_all": "",
        **values,
    }


def _new(**values: object) -> dict[str, object]:
    return _values(**{"username": "ai", "password": PASSWORD, **values})


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_but_an_administrator_gets_in(
    sign_in: SignIn, database: Database, role: Role
) -> None:
    somebody = make_user(database)
    team = make_team(database)
    client = sign_in(role)
    for path in ("/admin/", "/admin/audit", "/admin/stages", f"/admin/users/{somebody.public_id}"):
        assert client.get(path).status_code == 403, path
    with database.unscoped_reader(purpose="test") as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    for path, data in (
        ("/admin/users/new", _new()),
        (f"/admin/users/{somebody.public_id}", _values(role="admin")),
        (f"/admin/users/{somebody.public_id}/password", {"password": PASSWORD}),
        (f"/admin/users/{somebody.public_id}/deactivate", {}),
        (f"/admin/teams/{team.public_id}/members", {"member": somebody.public_id}),
        ("/admin/offices", {"name": "X"}),
    ):
        assert client.post(path, data=data).status_code == 403, path
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == before


def test_a_person_who_is_added_signs_in(app: Flask, sign_in: SignIn, database: Database) -> None:
    office = make_office(database, name="Tokyo office", time_zone="Asia/Tokyo")
    admin = sign_in(Role.ADMIN)
    answer = admin.post(
        "/admin/users/new",
        data=_new(office=office.public_id, language="fr", time_zone="Asia/Tokyo", counts_all="yes"),
    )
    assert answer.status_code == 303
    made = _user(database, answer.location.rsplit("/", 1)[1])
    assert (made.office_id, made.language, made.may_count_all) == (office.id, Language.FR, True)
    assert made.password_hash is not None
    assert PASSWORD not in made.password_hash
    anonymous = app.test_client()
    entered = anonymous.post("/auth/sign-in", data={"username": "ai", "password": PASSWORD})
    assert entered.status_code == 302
    assert "Ai Tanaka" in admin.get("/admin/").text
    audit = admin.get("/admin/audit").text
    assert PASSWORD not in audit
    assert made.password_hash not in audit


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"password": "short"}, "at least"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "easily guessed"),
        ({"username": "two words"}, "no spaces"),
        ({"username": "TAKEN"}, "already"),
        ({"name": " "}, "Write the name shown to others"),
        ({"role": "partner"}, "A partner needs an office"),
        ({"role": "king"}, "Not a valid choice"),
        ({"time_zone": "Mars/Olympus"}, "Not a valid choice"),
    ],
)
def test_a_person_who_cannot_be_added_leaves_no_trace(
    sign_in: SignIn, database: Database, values: dict[str, object], words: str
) -> None:
    admin = sign_in(Role.ADMIN)
    assert admin.post("/admin/users/new", data=_new(username="taken")).status_code == 303
    answer = admin.post("/admin/users/new", data={**_new(), **values})
    assert answer.status_code == 422
    assert words in answer.text
    assert PASSWORD not in answer.text
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 2


def test_what_is_on_file_of_a_person_changes(sign_in: SignIn, database: Database) -> None:
    office = make_office(database)
    person = make_user(database)
    admin = sign_in(Role.ADMIN)
    path = f"/admin/users/{person.public_id}"
    values = _values(role="partner", office=office.public_id, counts_all="no")
    assert admin.post(path, data=_values(role="partner")).status_code == 422
    assert _user(database, person.public_id).role is Role.OFFICER
    assert admin.post(path, data=values).status_code == 303
    found = _user(database, person.public_id)
    assert (found.role, found.office_id, found.may_count_all) == (Role.PARTNER, office.id, False)


def test_the_last_administrator_stays_one(sign_in: SignIn, database: Database) -> None:
    admin = sign_in(Role.ADMIN)
    own = admin.user.public_id  # type: ignore[attr-defined]
    demoted = admin.post(f"/admin/users/{own}", data=_values(role="viewer"))
    assert demoted.status_code == 422
    assert "one active administrator" in demoted.text
    left = admin.post(f"/admin/users/{own}/deactivate")
    assert left.status_code == 422
    assert "one active administrator" in left.text
    assert _user(database, own).role is Role.ADMIN
    assert _user(database, own).is_active
    make_user(database, role=Role.ADMIN)
    assert admin.post(f"/admin/users/{own}", data=_values(role="viewer")).status_code == 303


def test_deactivation_says_what_is_left_behind_and_holds_at_once(
    sign_in: SignIn, database: Database
) -> None:
    leaver = sign_in(Role.OFFICER)
    person = leaver.user  # type: ignore[attr-defined]
    make_lead(database, owner_id=person.id)
    make_lead(database, owner_id=person.id)
    admin = sign_in(Role.ADMIN)
    path = f"/admin/users/{person.public_id}"
    assert leaver.get("/auth/account").status_code == 200
    asked = admin.get(f"{path}/deactivate").text
    assert "Without owner afterwards" in asked
    assert "<dt>Open leads</dt><dd>2</dd>" in asked
    answer = admin.post(f"{path}/deactivate", follow_redirects=True)
    assert "2 open leads are without owner now" in answer.text
    assert leaver.get("/auth/account").status_code == 302
    assert person.name not in admin.get("/admin/").text
    assert "without owner" in admin.get("/admin/?state=deactivated").text
    admin.post(f"{path}/reactivate")
    assert _user(database, person.public_id).is_active
    assert leaver.get("/auth/account").status_code == 302


def test_a_new_password_ends_the_sessions(app: Flask, sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    person = client.user  # type: ignore[attr-defined]
    admin = sign_in(Role.ADMIN)
    path = f"/admin/users/{person.public_id}"
    refused = admin.post(f"{path}/password", data={"password": "short"})
    assert refused.status_code == 422
    assert client.get("/auth/account").status_code == 200
    assert admin.post(f"{path}/password", data={"password": PASSWORD}).status_code == 303
    assert client.get("/auth/account").status_code == 302
    entered = app.test_client().post(
        "/auth/sign-in", data={"username": person.username, "password": PASSWORD}
    )
    assert entered.status_code == 302


def test_an_administrator_signs_somebody_out_everywhere(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER)
    admin = sign_in(Role.ADMIN)
    path = f"/admin/users/{client.user.public_id}"  # type: ignore[attr-defined]
    assert "End all sessions" in admin.get(path).text
    assert admin.post(f"{path}/sessions/end").status_code == 303
    assert client.get("/auth/account").status_code == 302
    assert "Nowhere." in admin.get(path).text


def test_offices_are_added_and_renamed(sign_in: SignIn, database: Database) -> None:
    admin = sign_in(Role.ADMIN)
    data = {
        "name": "Seoul office",
        "kind": "abroad",
        "country": "KR",
        "time_zone": "Asia/Seoul",
        "fiscal_year_start_month": "4",
    }
    assert admin.post("/admin/offices", data=data).status_code == 303
    again = admin.post("/admin/offices", data={**data, "name": "SEOUL OFFICE"})
    assert again.status_code == 422
    assert "already" in again.text
    with database.unscoped_reader(purpose="test") as session:
        office = session.scalars(sa.select(Office)).one()
    assert (office.kind, office.fiscal_year_start_month) == (OfficeKind.ABROAD, 4)
    path = f"/admin/offices/{office.public_id}"
    assert admin.post(path, data={**data, "name": "Busan office"}).status_code == 303
    assert "Busan office" in admin.get("/admin/offices").text
    assert "April" in admin.get("/admin/offices").text
    assert admin.get("/admin/offices/aaaaaaaaaaaaaaaa").status_code == 404


def test_belonging_to_a_team_holds_from_the_next_request_on(
    sign_in: SignIn, database: Database
) -> None:
    admin = sign_in(Role.ADMIN)
    officer = sign_in(Role.OFFICER)
    person = officer.user  # type: ignore[attr-defined]
    answer = admin.post("/admin/teams", data={"name": "Otter"})
    assert answer.status_code == 303
    path = answer.location
    with database.unscoped_reader(purpose="test") as session:
        team = session.scalars(sa.select(Team)).one()
    lead = make_lead(database, team_id=team.id)
    company = f"/organizations/{_company(database, lead)}"
    assert "1 lead is restricted" in admin.get(path).text
    assert "nobody sees its leads" in admin.get("/admin/teams").text
    assert officer.get(company).status_code == 404
    assert admin.post(f"{path}/members", data={"member": person.public_id}).status_code == 303
    assert officer.get(company).status_code == 200
    again = admin.post(f"{path}/members", data={"member": person.public_id})
    assert again.status_code == 422
    gone = {"member": person.public_id}
    assert admin.post(f"{path}/members/remove", data=gone).status_code == 303
    assert officer.get(company).status_code == 404
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(TeamMember)).all() == []
        entries = session.execute(
            sa.select(AuditEntry.action, AuditEntry.changes).where(
                AuditEntry.action.in_(("member_added", "member_removed"))
            )
        ).all()
    words = f"{person.name} ({person.username})"
    assert [tuple(entry) for entry in entries] == [
        ("member_added", {"member": [None, words]}),
        ("member_removed", {"member": [words, None]}),
    ]


def test_a_team_is_renamed_to_a_free_name_only(sign_in: SignIn, database: Database) -> None:
    make_team(database, name="Otter")
    team = make_team(database, name="Badger")
    admin = sign_in(Role.ADMIN)
    path = f"/admin/teams/{team.public_id}/name"
    assert admin.post(path, data={"name": "otter"}).status_code == 422
    assert admin.post(path, data={"name": "BADGER"}).status_code == 303
    assert admin.post("/admin/teams", data={"name": "  "}).status_code == 422


def test_the_stages_are_shown_with_what_they_ask(sign_in: SignIn) -> None:
    page = sign_in(Role.ADMIN).get("/admin/stages").text
    for words in ("1. First contact", "8. Announced", "Who decides at head office", "Proof", "15%"):
        assert words in page, words


def test_people_ask_the_same_number_of_questions_for_any_number_of_rows(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    admin = sign_in(Role.ADMIN)
    counts = []
    for rows in (10, 200):
        with database.unscoped_reader(purpose="test") as session:
            missing = rows - (session.scalar(sa.select(sa.func.count()).select_from(User)) or 0)
        for _ in range(missing):
            make_user(database)
        with queries:
            assert admin.get("/admin/").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1] <= 8
