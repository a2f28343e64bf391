"""Every list as a file: what the page shows, in all scripts, and nothing that must stay."""

import csv
import dataclasses
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from python_calamine import CalamineWorkbook

from crm.database import Database
from crm.exports.columns import Column, Table
from crm.organizations.parts import RelationDetails, add_identifier, relate
from crm.organizations.plan import NameDetails, OrganizationDetails
from crm.scores.service import train
from crm.spreadsheet_cells import restore
from models.audit import AuditEntry
from models.contact import Contact
from models.import_batch import BatchKind
from models.interaction import Interaction
from models.lead import Lead
from models.organization import (
    IdentifierScheme,
    NameKind,
    Organization,
    OrganizationRole,
    RelationKind,
)
from models.user import LOCAL_ADMINISTRATOR, Language, Role, UserSession
from tests.crm.exports.payloads import PAYLOADS
from tests.factories.announcement import make_announcement
from tests.factories.contact import make_contact
from tests.factories.interaction import (
    make_conversation,
    make_enquiry,
    make_meeting,
    make_promise,
)
from tests.factories.lead import NOW, make_lead, make_past_leads
from tests.factories.mission import make_mission
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
LISTS = (
    "/exports/organizations",
    "/exports/contacts",
    "/exports/interactions",
    "/exports/meetings?whose=all",
    "/exports/follow-ups?whose=all",
    "/exports/enquiries",
    "/exports/announcements",
    "/exports/missions",
    "/exports/ranking",
    "/leads/export",
)


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file by their headings."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet_of(content: bytes) -> list[dict[str, Any]]:
    """The rows of a workbook by their headings."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    [headings, *rows] = book.get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def fill(database: Database, number: int = 1) -> Lead:
    """Records of every kind."""
    lead = make_lead(database, reference=f"L-{number}")
    with database.unscoped_reader(purpose="test") as session:
        company = session.get_one(Organization, lead.organization_id)
    make_contact(database, company)
    make_conversation(database, lead)
    make_meeting(database, lead, starts_at=NOW + timedelta(days=30))
    make_promise(database, lead)
    make_announcement(database, lead)
    make_enquiry(database)
    make_mission(database, organizations=((company, "host"),))
    return lead


@pytest.mark.parametrize("path", LISTS)
def test_each_list_is_a_file_in_both_formats(
    sign_in: SignIn, database: Database, path: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        fill(database)
        client = sign_in(Role.OFFICER)
        answer = client.post(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        plain = rows_of(answer.data)
        workbook = client.post(path, data={"format": "xlsx"})
    assert workbook.headers["Content-Disposition"].endswith('.xlsx"')
    cells = sheet_of(workbook.data)
    assert len(plain) == len(cells) >= 1
    assert list(plain[0]) == list(cells[0])


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_who_only_reads_takes_nothing_out(
    sign_in: SignIn, database: Database, path: str, role: Role
) -> None:
    fill(database)
    assert sign_in(role).post(path).status_code == 403
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "exported")) is None


def test_a_list_that_there_is_not_answers_so(sign_in: SignIn) -> None:
    assert sign_in(Role.OFFICER).post("/exports/users").status_code == 404


def test_an_organization_leaves_with_all_its_names_and_numbers(
    sign_in: SignIn, database: Database
) -> None:
    made = make_organization(
        database,
        name="Mihon Looms",
        native_name="株式会社見本織機",
        country="JP",
        city="Sakai",
        website="https://mihon.example",
        roles=(OrganizationRole.PROSPECT, OrganizationRole.INVESTOR),
        other_names=(
            NameDetails("ミホンショッキ", NameKind.KANA),
            NameDetails("Mihon Shokki", NameKind.ROMAJI),
            NameDetails("見本", NameKind.SHORT),
            NameDetails("MLK", NameKind.ACRONYM),
            NameDetails("見本織物", NameKind.FORMER),
            NameDetails("Mihon Textiles", NameKind.FORMER),
            NameDetails("MIHON", NameKind.BRAND),
        ),
    )
    parent = make_organization(database, name="Mihon Holdings", native_name=None)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        organization = session.get_one(Organization, made.id)
        organization.fiscal_year_end_month = 3
        add_identifier(
            session,
            organization,
            IdentifierScheme.JP_CORPORATE_NUMBER,
            "7000012050002",
            source=None,
            actor=LOCAL_ADMINISTRATOR,
        )
        relate(
            session,
            organization,
            session.get_one(Organization, parent.id),
            RelationDetails(RelationKind.SUBSIDIARY),
            actor=LOCAL_ADMINISTRATOR,
        )
    [_parent, row] = rows_of(sign_in(Role.OFFICER).post("/exports/organizations").data)
    assert {heading: value for heading, value in row.items() if value} == {
        "Public ID": made.public_id,
        "Official English name": "Mihon Looms",
        "Name in its own script": "株式会社見本織機",
        "Kana reading": "ミホンショッキ",
        "Romaji": "Mihon Shokki",
        "Brand": "MIHON",
        "Short name": "見本",
        "Acronym": "MLK",
        "Former names": "見本織物; Mihon Textiles",
        "Country": "Japan",
        "City": "Sakai",
        "Roles": "Investor here; Prospect",
        "Website": "https://mihon.example",
        "Japanese corporate number": "7000012050002",
        "Parent": "Mihon Holdings",
        "Fiscal year end": "3",
        "Open leads": "0",
        "All leads": "0",
    }


def test_a_contact_leaves_with_every_form_of_the_name(sign_in: SignIn, database: Database) -> None:
    company = make_organization(database, name="Mihon Looms", native_name="見本織機")
    make_contact(
        database,
        company,
        printed_name="TANAKA Hanako",
        family_name="Tanaka",
        given_name="Hanako",
        native_name="田中花子",
        reading="たなか はなこ",
        romanized_name="Hanako Tanaka",
        honorific="様",
        native_title="部長",
        title="General Manager",
        department="Planning",
        phone="+81 3 1234 5678",
    )
    answer = sign_in(Role.OFFICER).post("/exports/contacts")
    [row] = [{key: restore(value) for key, value in row.items()} for row in rows_of(answer.data)]
    assert row["Name as printed"] == "TANAKA Hanako"
    values = set(row.values())
    assert values >= {"田中花子", "たなか はなこ", "Hanako Tanaka", "様", "部長", "General Manager"}
    assert values >= {"Mihon Looms", "見本織機", "+81 3 1234 5678", "Head of department"}


def test_only_the_columns_of_the_list_where_asked_for(sign_in: SignIn, database: Database) -> None:
    make_organization(database)
    client = sign_in(Role.OFFICER)
    [whole] = rows_of(client.post("/exports/organizations").data)
    [shown] = rows_of(client.post("/exports/organizations", data={"columns": "shown"}).data)
    assert set(shown) < set(whole)
    assert "LEI" not in shown
    assert "Country" in shown


def test_headings_on_screen_are_in_the_readers_language(app: Flask) -> None:
    """Our import takes no French word for this field, so the whole file keeps the English one."""
    table = Table(
        "contacts", [Column("Weights", lambda row: row, "title")], ["x"], BatchKind.CONTACTS
    )
    with app.test_request_context(), force_locale("fr"):
        assert table.headings() == ["Weights"]
        assert table.shown().headings() == ["Pondération"]


def test_every_list_names_its_columns_on_screen(sign_in: SignIn, database: Database) -> None:
    """A heading that no column bears would fail the export, and only when it is asked for."""
    client = sign_in(Role.OFFICER, language=Language.FR)
    for path, first in (
        ("enquiries", "Réponse attendue"),
        ("enquiries?state=answered", "Répondu"),
        ("follow-ups", "Échéance"),
        ("follow-ups?done=yes", "Fait"),
        ("meetings", ""),
        ("missions", "Mission"),
        ("announcements", "Titre"),
        ("properties", "Nom"),
        ("gifts", "Le"),
    ):
        answer = client.post(f"/exports/{path}", data={"columns": "shown"})
        assert answer.status_code == 200, path
        headings = answer.data.decode("utf-8-sig").splitlines()[0]
        assert headings.startswith(f'"{first}'), (path, headings)


def test_the_filters_of_the_list_hold_for_the_file(sign_in: SignIn, database: Database) -> None:
    make_organization(database, name="Mihon Looms", native_name="見本織機", country="JP")
    make_organization(database, name="Sample Kimchi", native_name="견본김치", country="KR")
    client = sign_in(Role.OFFICER)
    [row] = rows_of(client.post("/exports/organizations?country=KR").data)
    assert row["Country"] == "South Korea"
    [row] = rows_of(client.post("/exports/organizations?q=%E8%A6%8B%E6%9C%AC").data)
    assert "Mihon Looms" in row.values()


@pytest.mark.parametrize("path", LISTS)
def test_what_is_restricted_leaves_by_its_code_name_or_stays(
    sign_in: SignIn, database: Database, path: str
) -> None:
    member = make_user(database, role=Role.MANAGER)
    team = make_team(database, member)
    lead = make_lead(
        database,
        company=OrganizationDetails(name="Hayate Optics", native_name="疾風光学"),
        code_name="Project Heron",
        team_id=team.id,
        owner_id=member.id,
    )
    with database.unscoped_reader(purpose="test") as session:
        company = session.get_one(Organization, lead.organization_id)
    restrict(database, company, team.id)
    make_contact(database, company, printed_name="Hayate Person")
    make_conversation(database, lead, summary="Hayate said so", text="Hayate wants land")
    make_meeting(database, lead, starts_at=NOW + timedelta(days=30), summary="Hayate again")
    make_promise(database, lead, text="Tell Hayate")
    make_announcement(database, lead, title="Hayate comes")
    with time_machine.travel(NOW, tick=False):
        client = sign_in(member)
        for form in ("csv", "xlsx"):
            answer = client.post(path, data={"format": form})
            assert answer.status_code == 200
            content = (
                answer.data.decode()
                if form == "csv"
                else str(
                    CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
                    .get_sheet_by_index(0)
                    .to_python()
                )
            )
            # The team's own organizations and contacts leave with it, nothing of its leads.
            is_listed = path in ("/exports/organizations", "/exports/contacts")
            assert ("Hayate" in content) is is_listed
            assert ("疾風" in content) is is_listed
            assert "Hayate comes" not in content
            assert "Hayate wants" not in content


def test_an_outsider_gets_nothing_of_a_restricted_lead(sign_in: SignIn, database: Database) -> None:
    fill(database)
    with time_machine.travel(NOW, tick=False):
        client = sign_in(Role.OFFICER)
        before = [client.post(path).data for path in LISTS[:5]]
        team = make_team(database, make_user(database))
        hidden = make_lead(database, team_id=team.id, reference="HID-1")
        make_conversation(database, hidden)
        make_meeting(database, hidden, starts_at=NOW + timedelta(days=30))
        make_promise(database, hidden)
        assert [client.post(path).data for path in LISTS[:5]] == before


def test_every_export_is_on_record(sign_in: SignIn, database: Database) -> None:
    make_organization(database, country="JP")
    client = sign_in(Role.OFFICER)
    client.post("/exports/organizations?country=JP&after=x")
    client.post("/exports/meetings?whose=office")
    with database.unscoped_reader(purpose="test") as session:
        entries = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "exported").order_by(AuditEntry.id)
        ).all()
    assert [(entry.record_type, entry.changes) for entry in entries] == [
        ("organizations", {"filters": {"country": "JP"}, "count": 1}),
        ("interactions", {"filters": {"whose": "office"}, "count": 0, "list": "meetings"}),
    ]
    # And the audit log has words for it.
    assert sign_in(Role.ADMIN).get("/admin/audit").status_code == 200


def test_many_rows_need_the_password_typed_lately(
    app: Flask, sign_in: SignIn, database: Database
) -> None:
    for _ in range(3):
        make_organization(database)
    client = sign_in(Role.OFFICER)
    config = app.extensions["config"]
    app.extensions["config"] = dataclasses.replace(config, export_confirm_rows=2)
    assert client.post("/exports/organizations").status_code == 200
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        early = session.scalars(sa.select(UserSession)).one()
        early.created_at -= timedelta(minutes=11)
    answer = client.post("/exports/organizations?country=JP", data={"format": "xlsx"})
    # None of them is in Japan: few rows need no password.
    assert answer.status_code == 200
    answer = client.post("/exports/organizations", data={"format": "xlsx"})
    assert answer.status_code == 303
    assert "/auth/confirm" in answer.location


def test_what_is_a_team_s_needs_the_password_typed_lately(
    sign_in: SignIn, database: Database
) -> None:
    member, boss = make_user(database), make_user(database, role=Role.ADMIN)
    team = make_team(database, member)
    company = make_organization(database, name="Hayate Optics", native_name=None)
    child = make_organization(database, name="Hayate Canada", native_name=None)
    make_contact(database, company, printed_name="Hayate Person")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        ends = [session.get_one(Organization, one.id) for one in (child, company)]
        kind = RelationDetails(RelationKind.SUBSIDIARY)
        relate(session, *ends, kind, actor=LOCAL_ADMINISTRATOR)
    restrict(database, company, team.id)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.scalars(sa.select(Contact)).one().team_id = team.id
    paths = ("/exports/organizations?q=optics", "/exports/contacts", "/exports/organizations")
    client = sign_in(member)
    for path in paths:
        assert "Hayate" in client.post(path).text
    [row] = rows_of(client.post("/exports/organizations?q=Canada").data)
    assert row["Parent"] == "Hayate Optics"
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.scalars(sa.select(UserSession)).one().created_at -= timedelta(minutes=11)
    # A row of the office's own that names a restricted parent is as delicate.
    for path in (*paths, "/exports/organizations?q=Canada"):
        answer = client.post(path)
        assert (answer.status_code, "/auth/confirm" in answer.location) == (303, True), path
    with database.unscoped_reader(purpose="test") as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "exported").order_by(AuditEntry.id)
        ).first()
        assert entry is not None
        assert (entry.changes or {})["restricted_count"] == 1
    # An administrator of no team, who sees it on the list, takes nothing of it out of the house.
    for other in (sign_in(boss), sign_in(Role.OFFICER)):
        for path in paths[:2]:
            assert rows_of(other.post(path).data) == []
        rows = rows_of(other.post(paths[2]).data)
        assert [row["Parent"] for row in rows] == [""]
        assert "Hayate Canada" in rows[0].values()


def test_too_many_rows_are_a_sentence(app: Flask, sign_in: SignIn, database: Database) -> None:
    for _ in range(3):
        make_organization(database)
    app.extensions["config"] = dataclasses.replace(app.extensions["config"], export_row_limit=2)
    answer = sign_in(Role.OFFICER).post("/exports/organizations")
    assert answer.status_code == 422
    assert "More than 2 rows" in answer.text


@pytest.mark.parametrize("path", LISTS)
def test_more_rows_are_no_more_queries(
    sign_in: SignIn, database: Database, queries: QueryCounter, path: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        client = sign_in(Role.OFFICER)
        for number in range(2):
            fill(database, number)
        client.post(path)
        with queries:
            assert len(rows_of(client.post(path).data)) >= 2
        few = queries.count
        for number in range(2, 8):
            fill(database, number)
        with queries:
            assert len(rows_of(client.post(path).data)) >= 8
        assert queries.count == few


def test_the_ranking_leaves_with_its_reasons(sign_in: SignIn, database: Database) -> None:
    make_past_leads(database, 6)
    make_lead(database, reference="open")
    train(database, actor=LOCAL_ADMINISTRATOR, now=NOW)
    [row, *_more] = sheet_of(
        sign_in(Role.OFFICER).post("/exports/ranking", data={"format": "xlsx"}).data
    )
    assert 0 < row["Chance"] < 1
    assert row["Why"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_payload_on_file_is_live_in_any_list(
    sign_in: SignIn, database: Database, form: str
) -> None:
    company = make_organization(database)
    kept = [text for text in PAYLOADS if "\x00" not in text]
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for text in kept:
            session.add(Organization(name=text, city=text, description=text, created_at=NOW))
            session.add(Contact(printed_name=text, title=text, notes=text, created_at=NOW))
    lead = make_lead(database)
    for text in kept:
        made = make_conversation(database, lead)
        with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
            session.execute(
                sa.update(Interaction).where(Interaction.id == made.id).values(text=text)
            )
    assert company.name
    client = sign_in(Role.OFFICER)
    for path, heading in (
        ("/exports/organizations", "Description"),
        ("/exports/contacts", "Notes"),
        ("/exports/interactions", "Notes"),
    ):
        content = client.post(path, data={"format": form}).data
        rows = rows_of(content) if form == "csv" else sheet_of(content)
        column = next(name for name in rows[0] if name == heading)
        back = {restore(str(row[column])) for row in rows}
        # Line ends within a CSV cell are the reader's own affair.
        assert {text.replace("\r", "\n") for text in kept} <= {
            text.replace("\r\n", "\n").replace("\r", "\n") for text in back
        }
