"""The export: safe in a spreadsheet, true when it is read back, limited and on record."""

import csv
import dataclasses
import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from crm.database import Database
from crm.imports.columns import match_columns
from crm.imports.lead_rows import LeadRow, parse_lead_rows
from crm.imports.reading import read_table
from crm.leads.standing import hold_lead, lose_leads, pass_on_lead
from crm.organizations.plan import OrganizationDetails
from crm.spreadsheet_cells import restore
from models.audit import AuditEntry
from models.import_batch import BatchKind
from models.lead import Lead, LossReason
from models.measure import Measure, Precision, Qualifier, StatedDate
from models.organization import Sector
from models.stage import LeadType, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Language, Role
from tests.factories.lead import NOW, make_lead, make_sector, make_source
from tests.factories.user import make_office, make_team, make_user

SignIn = Callable[..., FlaskClient]


def _set(database: Database, lead: Lead, **columns: object) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(Lead).where(Lead.id == lead.id).values(**columns))


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def _read_back(content: bytes) -> list[LeadRow]:
    table = read_table(content)
    mapping = match_columns(table.headers, BatchKind.LEADS)
    assert mapping.unmatched == ()
    leads, problems, _notices = parse_lead_rows(table, mapping, today=NOW.date())
    assert problems == []
    return leads


@pytest.mark.parametrize("language", list(Language))
def test_our_own_import_reads_every_column_back(
    sign_in: SignIn, database: Database, language: Language
) -> None:
    sector, source = make_sector(database), make_source(database)
    office = make_office(database, name="Tokyo office")
    owner = make_user(database, name="Dana Example")
    lead = make_lead(
        database,
        company=OrganizationDetails(name="Mihon Looms", native_name="見本織機", country="JP"),
        reference="L-17",
        lead_type=LeadType.EXPANSION,
        sector_id=sector.id,
        source_id=source.id,
        owner_id=owner.id,
        office_id=office.id,
        capex=Measure(12_000_000, Qualifier.BETWEEN, 18_000_000, "CAD"),
        jobs=Measure(40, Qualifier.APPROXIMATE),
        first_contact=StatedDate(date(2026, 4, 1), Precision.QUARTER),
        target=StatedDate(date(2027, 3, 1), Precision.MONTH),
        likelihood=0.35,
        notes="first line\nsecond line",
    )
    _set(database, lead, next_action="Send it", next_action_on=date(2026, 12, 1))
    client = sign_in(Role.OFFICER, language=language)
    [row] = _read_back(client.post("/leads/export").data)
    assert row.ref == "L-17"
    assert (row.company, row.company_native) == ("Mihon Looms", "見本織機")
    assert (row.country, row.sector, row.source) == ("JP", sector.name_en, source.name_en)
    assert (row.owner, row.office) == ("Dana Example", "Tokyo office")
    assert row.lead_type is LeadType.EXPANSION
    assert (row.capex.value, row.capex.upper, row.capex.currency) == (12_000_000, 18_000_000, "CAD")
    assert (row.jobs.value, row.jobs.qualifier) == (40, Qualifier.APPROXIMATE)
    assert row.first_contact_on.on == date(2026, 4, 1)
    assert row.first_contact_on.precision is Precision.QUARTER
    assert row.target_on is not None
    assert row.target_on.precision is Precision.MONTH
    assert (row.stage, row.status) == (StageCode.FIRST_CONTACT, Status.ACTIVE)
    assert row.likelihood is not None
    assert row.likelihood.chance == pytest.approx(0.35)
    assert row.notes == "first line\nsecond line"
    assert row.next_action == "Send it"


@pytest.mark.parametrize("language", list(Language))
def test_every_stage_status_and_reason_is_read_back(
    sign_in: SignIn, database: Database, language: Language
) -> None:
    for stage in StageCode:
        _set(database, make_lead(database, reference=f"at-{stage.value}"), stage=stage)
    who: dict[str, Any] = {"actor": LOCAL_ADMINISTRATOR, "now": NOW}
    for reason in LossReason:
        lead = make_lead(database, reference=f"lost-{reason.value}")
        with database.transaction(LOCAL_ADMINISTRATOR) as session:
            lose_leads(
                session,
                [session.get_one(Lead, lead.id)],
                code=reason,
                reason="because" if reason is LossReason.OTHER else None,
                lost_to="Ohio" if reason is LossReason.PLACE_WON else None,
                **who,
            )
    held, passed = make_lead(database, reference="held"), make_lead(database, reference="passed")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        hold_lead(
            session, session.get_one(Lead, held.id), until=date(2027, 1, 1), reason="x", **who
        )
        pass_on_lead(
            session,
            session.get_one(Lead, passed.id),
            to="The province",
            consent="theirs",
            sent=None,
            **who,
        )
    client = sign_in(Role.OFFICER, language=language)
    rows = {row.ref: row for row in _read_back(client.post("/leads/export?status=all").data)}
    for stage in StageCode:
        assert rows[f"at-{stage.value}"].stage is stage
    for reason in set(LossReason) - {LossReason.OTHER}:
        assert rows[f"lost-{reason.value}"].loss_reason is reason, reason
    assert rows["held"].status is Status.ON_HOLD
    assert rows["passed"].status is Status.PASSED_ON


@pytest.mark.parametrize("text", ["=1+1", "+81 3 1234", "-x", "@SUM(A1)", "＝1", "'quoted", "\t=1"])
def test_no_cell_is_live_and_each_comes_back(
    sign_in: SignIn, database: Database, text: str
) -> None:
    lead = make_lead(database)
    _set(database, lead, notes=text, next_action=text)
    [row] = _rows(sign_in(Role.OFFICER).post("/leads/export").data)
    assert row["Notes"].startswith("'")
    assert restore(row["Notes"]) == text
    assert restore(row["Next action"]) == text


def test_it_begins_with_a_mark_that_spreadsheets_know(sign_in: SignIn, database: Database) -> None:
    make_lead(database)
    answer = sign_in(Role.OFFICER).post("/leads/export")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_it_holds_what_the_list_shows_and_no_more(sign_in: SignIn, database: Database) -> None:
    team = make_team(database, make_user(database))
    make_lead(database, reference="japan")
    make_lead(database, reference="korea", market="KR")
    make_lead(database, reference="hidden", team_id=team.id)
    client = sign_in(Role.OFFICER)
    assert {row["Reference"] for row in _rows(client.post("/leads/export").data)} == {
        "japan",
        "korea",
    }
    [row] = _rows(client.post("/leads/export?country=KR").data)
    assert row["Reference"] == "korea"


@pytest.mark.parametrize("code_name", ["Project Heron", None])
def test_a_restricted_lead_leaves_the_house_by_its_code_name(
    sign_in: SignIn, database: Database, code_name: str | None
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    make_lead(
        database,
        company=OrganizationDetails(name="Mihon Looms", native_name="見本織機", city="Sakai"),
        code_name=code_name,
        team_id=team.id,
        notes="Mihon wants land",
    )
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(
            sa.update(Lead).values(next_action="Call Mihon", status_reason="Mihon chose Ohio")
        )
    content = sign_in(member).post("/leads/export").data.decode()
    assert "Mihon" not in content
    assert "見本" not in content
    assert "Sakai" not in content
    [row] = _rows(content.encode())
    assert row["Code name"] == (code_name or row["Code name"])
    assert row["Code name"]


def test_every_export_is_on_record_and_they_are_counted(
    app: Flask, sign_in: SignIn, database: Database
) -> None:
    make_lead(database)
    app.extensions["config"] = dataclasses.replace(app.extensions["config"], exports_per_hour=2)
    client = sign_in(Role.OFFICER)
    assert client.post("/leads/export?country=JP").status_code == 200
    assert client.post("/leads/export").status_code == 200
    refused = client.post("/leads/export")
    assert refused.status_code == 422
    assert "within an hour" in refused.text
    with database.unscoped_reader(purpose="test") as session:
        entries = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "exported").order_by(AuditEntry.id)
        ).all()
    assert [entry.changes for entry in entries] == [
        {"filters": {"country": "JP"}, "count": 1},
        {"filters": {}, "count": 1},
    ]


@pytest.mark.parametrize("language", list(Language))
def test_the_columns_on_screen_leave_in_their_order(
    sign_in: SignIn, database: Database, language: Language
) -> None:
    sector, owner = make_sector(database), make_user(database, name="Dana Example")
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Sector, sector.id).name_fr = "Piles"
    make_lead(
        database,
        company=OrganizationDetails(name="=Mihon Looms", native_name="見本織機", country="JP"),
        sector_id=sector.id,
        owner_id=owner.id,
        jobs=Measure(40, Qualifier.EXACT),
        notes="never shown",
    )
    client = sign_in(Role.OFFICER, language=language)
    asked = {"columns": "shown"}
    [row] = _rows(client.post("/leads/export?column=owner&column=place", data=asked).data)
    french = language is Language.FR
    assert list(row.values()) == [
        "'=Mihon Looms",
        "見本織機",
        "Investissement" if french else "Investment",
        "Japon" if french else "Japan",
        "Piles" if french else "Batteries",
        "Dana Example",
    ]
    words = ["Dossier", "Nom dans son écriture", "Type", "Pays", "Secteur", "Responsable"]
    if not french:
        words = ["Lead", "Native name", "Type", "Country", "Sector", "Owner"]
    # The screen has the place before the owner, in whatever order they were asked for.
    assert list(row) == words
    if not french:
        assert "(6 columns)" in client.get("/leads/?column=owner&column=place").text
    [row] = _rows(client.post("/leads/export", data=asked).data)
    assert len(row) == 18
    assert "never shown" not in row.values()


def test_the_columns_on_screen_tell_no_company_that_is_coded(
    sign_in: SignIn, database: Database
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    make_lead(database, team_id=team.id)
    make_lead(database, is_company_disclosed=False)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(Lead).values(next_action="Call Invented Works"))
    client = sign_in(member)
    asked = {"columns": "shown", "format": "csv"}
    rows = _rows(client.post("/leads/export", data=asked).data)
    assert len(rows) == 2
    for row in rows:
        assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", row["Lead"])
        assert row["Native name"] == ""
        assert "Invented Works" not in str(row)
    workbook = client.post("/leads/export", data={**asked, "format": "xlsx"})
    headers = read_table(workbook.data).headers
    assert list(headers)[:5] == ["Lead", "Native name", "Type", "Stage", "Status"]


def test_the_menu_says_how_many_rows_leave(app: Flask, sign_in: SignIn, database: Database) -> None:
    for country in ("JP", "JP", "KR"):
        make_lead(database, market=country)
    client, part = sign_in(Role.OFFICER), {"HX-Request": "true"}
    said = client.get("/leads/export?country=JP", headers=part).text
    assert "2 rows fit the filters." in said
    assert "password" not in said
    config = app.extensions["config"]
    app.extensions["config"] = dataclasses.replace(config, export_confirm_rows=2)
    assert "password" in client.get("/leads/export", headers=part).text
    app.extensions["config"] = dataclasses.replace(config, export_row_limit=2)
    assert "At most 2 leave at once." in client.get("/leads/export", headers=part).text
    assert client.get("/leads/export?country=JP").location == "/leads/?country=JP"
    page = client.get("/leads/?country=JP").text
    assert 'hx-get="/leads/export?country=JP"' in page
    assert "Only a file with all columns can be imported again." in page


def test_too_many_rows_are_a_sentence(app: Flask, sign_in: SignIn, database: Database) -> None:
    for _ in range(3):
        make_lead(database)
    app.extensions["config"] = dataclasses.replace(app.extensions["config"], export_row_limit=2)
    answer = sign_in(Role.OFFICER).post("/leads/export")
    assert answer.status_code == 422
    assert "More than 2 rows" in answer.text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_who_may_not_export_leaves_no_trace(
    sign_in: SignIn, database: Database, role: Role
) -> None:
    make_lead(database)
    assert sign_in(role).post("/leads/export").status_code == 403
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "exported")) is None
