"""The pages: bring a file, check it, correct its columns, apply, keep or undo."""

import csv
import dataclasses
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Config
from crm.database import Database
from crm.imports import draft_files
from crm.imports.reading import read_table
from models.import_batch import BatchState, ImportBatch
from models.job import Job, JobState
from models.lead import Lead
from models.score import ModelVersion, Score
from models.user import LOCAL_ADMINISTRATOR, Language, Role
from tests.crm.imports.bringing import (
    TRAIL,
    bring,
    check,
    csv_bytes,
    differing,
    dump,
    office_file,
    rows_of,
)
from tests.crm.imports.test_service_create import HEADER, row

SignIn = Callable[..., FlaskClient]
# Signing in, and what a draft is.
TRACES = TRAIL | {"column_mappings", "user_sessions", "users", "model_versions", "scores"}


def send(
    client: FlaskClient, content: bytes, name: str = "leads.csv", kind: str = "guess"
) -> TestResponse:
    return client.post(
        "/imports/check",
        data={"file": (io.BytesIO(content), name), "kind": kind, "pasted": ""},
        content_type="multipart/form-data",
    )


def brought(client: FlaskClient, content: bytes, **more: Any) -> str:
    """The address of the page of a file that was read."""
    answer = send(client, content, **more)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def drafts_of(config: Config) -> list[Path]:
    return sorted(config.drafts.iterdir())


def test_a_file_is_shown_before_anything_is_written(
    sign_in: SignIn, database: Database, config: Config
) -> None:
    client = sign_in(Role.OFFICER)
    before = dump(database, without=TRACES)
    text = page(client, brought(client, csv_bytes(HEADER, row())))
    assert "1 lead will be created" in text
    for shown in ("Invented Robotics Inc.", "株式会社架空ロボ", "L. Chen", "4 Mar 2025", "JETRO"):
        assert shown in text
    assert 'lang="ja"' in text
    assert list(differing(before, dump(database, without=TRACES))) == []
    [draft] = drafts_of(config)
    assert draft.stat().st_mode & 0o077 == 0


def test_importing_shows_what_was_found_and_whom_to_call(
    sign_in: SignIn, database: Database, config: Config
) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, office_file("leads_en.csv"))
    answer = client.post(f"{address}/apply")
    assert (answer.status_code, answer.location) == (303, address)
    text = page(client, address)
    assert "Found: 340 rows; 49 leads open, 32 announced, 72 to look at." in text
    assert "they cannot sign in" in text
    assert "A. Tremblay" in text
    calls = re.findall(r'<h3><a href="/leads/[a-z2-7]{16}">', text)
    assert len(calls) == 5
    assert text.count('class="reasons"') == 5
    assert rows_of(database, sa.select(sa.func.count()).select_from(Score)) == [(49,)]
    # It stays until the import is kept, so that undoing can lead back to it.
    assert len(drafts_of(config)) == 1
    client.post(f"{address}/keep")
    assert drafts_of(config) == []
    assert ">Keep<" in text.replace("</svg> ", ">")
    assert client.post(f"{address}/apply").status_code == 422


def test_undo_takes_everything_back_and_keep_ends_the_offer(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in(Role.OFFICER)
    before = dump(database, without=TRACES)
    address = brought(client, csv_bytes(HEADER, row(), row("A2", status="Lost")))
    client.post(f"{address}/apply")
    assert client.post(f"{address}/undo").status_code == 303
    assert list(differing(before, dump(database, without=TRACES))) == []
    assert "was undone" in page(client, address)
    assert client.post(f"{address}/undo").status_code == 422
    second = brought(client, csv_bytes(HEADER, row()))
    client.post(f"{second}/apply")
    assert client.post(f"{second}/keep").status_code == 303
    assert "Undo" not in page(client, second)
    assert client.post(f"{second}/undo").status_code == 422
    assert len(rows_of(database, sa.select(Lead.id))) == 1


def test_in_an_office_of_many_leads_a_job_scores(
    sign_in: SignIn, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "has_many_leads", lambda session: True)
    client = sign_in(Role.OFFICER)
    address = brought(client, csv_bytes(HEADER, row(), row("A2", status="Lost")))
    client.post(f"{address}/apply")
    assert "Found: 2 rows" in page(client, address)
    assert rows_of(database, sa.select(ModelVersion.id)) == []
    assert rows_of(database, sa.select(Job.kind, Job.state)) == [("scores.renew", JobState.WAITING)]


def test_mistakes_are_listed_by_row_and_nothing_can_be_applied(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in(Role.OFFICER)
    wrong = [row(f"W{number}", stage="=Nowhere") for number in range(60)]
    address = brought(client, csv_bytes(HEADER, row(), *wrong))
    text = page(client, address)
    assert "60 mistakes" in text
    assert text.count("=Nowhere”") == 50
    assert f"{address}/apply" not in text
    before = dump(database)
    client.post(f"{address}/apply")
    assert list(differing(before, dump(database))) == []
    answer = client.get(f"{address}/problems.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) == 61
    assert rows[1][0] == "3"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cells in rows for cell in cells)


def test_a_header_that_is_a_formula_stays_text_in_the_download(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, csv_bytes("Company|First contact|=Stage", "Works|2024-05|Nowhere"))
    client.post(f"{address}/mapping", data={"kind": "leads", "column-2": "stage"})
    content = client.get(f"{address}/problems.csv").get_data().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content)))[1][1] == "'=Stage"


def test_columns_can_be_corrected(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, csv_bytes("Ref|Firma|Erstkontakt", "A1|Invented Works|2024-05-06"))
    text = page(client, address)
    assert "no column for the company" in text or "no column for the first contact" in text
    answer = client.post(
        f"{address}/mapping",
        data={
            "kind": "leads",
            "column-0": "ref",
            "column-1": "company",
            "column-2": "first_contact_on",
        },
    )
    assert answer.status_code == 303
    assert "1 lead will be created" in page(client, address)
    client.post(f"{address}/apply")
    assert rows_of(database, sa.select(Lead.title)) == [("Invented Works",)]


def test_a_field_given_to_another_column_leaves_the_first(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER)
    header = "Company|Name of firm|First contact"
    address = brought(client, csv_bytes(header, "Wrong|Right Works|2024-05-06"))
    data = {"kind": "leads", "column-0": "company", "column-1": "company"}
    client.post(f"{address}/mapping", data={**data, "column-2": "first_contact_on"})
    text = page(client, address)
    assert "Right Works</td>" in text
    assert text.count('<option value="company" selected>') == 1


def test_the_kind_can_be_corrected(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER)
    client.post(f"{brought(client, csv_bytes(HEADER, row()))}/apply")
    address = brought(client, csv_bytes("Ref|Stage|Date", "A1|Engaged|2025-01-02"), kind="leads")
    assert "no column for" in page(client, address)
    client.post(f"{address}/mapping", data={"kind": "stages"})
    assert "1 will change" in page(client, address)


def test_cells_pasted_from_a_spreadsheet_are_read(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER)
    pasted = "Ref\tCompany\tFirst contact\nA1\t株式会社架空\t2024年5月6日"
    answer = client.post("/imports/check", data={"pasted": pasted, "kind": "guess"})
    assert answer.status_code == 303
    assert "1 lead will be created" in page(client, answer.location)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a file"),
        (b"%PDF-1.7 whatever", "not a table"),
        (b"Ref,Company\n", "no row below it"),
        (b"\x00\x01\x02\x03" * 50, ""),
    ],
)
def test_what_is_no_table_is_said_on_the_page(
    sign_in: SignIn, database: Database, content: bytes, words: str
) -> None:
    client = sign_in(Role.OFFICER)
    answer = send(client, content, name="" if not content else "leads.csv")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert words in answer.text
    assert rows_of(database, sa.select(ImportBatch.id)) == []


def test_another_persons_file_does_not_exist(sign_in: SignIn) -> None:
    address = brought(sign_in(Role.OFFICER), csv_bytes(HEADER, row()))
    other = sign_in(Role.MANAGER)
    missing = "/imports/" + "a" * 16
    for path in ("", "/problems.csv"):
        real, none = other.get(address + path), other.get(missing + path)
        assert real.status_code == none.status_code == 404
        assert real.data == none.data
    for verb in ("mapping", "apply", "discard", "keep", "undo"):
        assert other.post(f"{address}/{verb}").status_code == 404
    assert address not in page(other, "/imports/")
    admin = sign_in(Role.ADMIN)
    assert "leads.csv" in page(admin, address)
    assert address in page(admin, "/imports/")


def test_only_so_many_files_within_an_hour(app: Flask, sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    limit = app.extensions["config"].imports_per_hour
    for _ in range(limit):
        assert send(client, csv_bytes(HEADER, row())).status_code == 303
    assert send(client, csv_bytes(HEADER, row())).status_code == 429
    assert send(sign_in(Role.OFFICER), csv_bytes(HEADER, row())).status_code == 303
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for batch in session.scalars(sa.select(ImportBatch)):
            batch.created_at = datetime.now(UTC) - timedelta(hours=2)
    assert send(client, csv_bytes(HEADER, row())).status_code == 303


def test_a_draft_is_thrown_away_or_forgotten_after_a_day(
    sign_in: SignIn, database: Database, config: Config
) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, csv_bytes(HEADER, row()))
    assert client.post(f"{address}/discard").location == "/imports/"
    assert drafts_of(config) == []
    assert rows_of(database, sa.select(ImportBatch.id)) == []
    old = brought(client, csv_bytes(HEADER, row()))
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for batch in session.scalars(sa.select(ImportBatch)):
            batch.created_at = datetime.now(UTC) - timedelta(days=2)
    brought(client, csv_bytes(HEADER, row()))
    assert len(drafts_of(config)) == 1
    assert client.get(old).status_code == 404


def test_an_applied_import_is_not_thrown_away(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, csv_bytes(HEADER, row()))
    client.post(f"{address}/apply")
    assert client.post(f"{address}/discard").status_code == 422
    assert client.post(f"{address}/mapping", data={"kind": "leads"}).status_code == 422
    assert rows_of(database, sa.select(ImportBatch.state)) == [(BatchState.APPLIED,)]


@pytest.mark.parametrize("language", ["en", "fr", "ja", "ko"])
@pytest.mark.parametrize("kind", ["leads", "stages"])
def test_templates_read_back_in_every_language(sign_in: SignIn, language: str, kind: str) -> None:
    client = sign_in(Role.OFFICER)
    for ending in ("csv", "xlsx"):
        answer = client.get(f"/imports/template.{ending}?lang={language}&kind={kind}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        table = read_table(answer.get_data())
        assert len(table.rows) == 2
    if kind == "leads":
        address = brought(client, answer.get_data(), name="leads.xlsx")
        assert "2 leads will be created" in page(client, address)


def test_an_empty_office_is_offered_three_ways_to_begin(sign_in: SignIn) -> None:
    officer = page(sign_in(Role.OFFICER), "/imports/")
    assert "Three ways to begin" in officer
    assert "/imports/demo" not in officer
    client = sign_in(Role.MANAGER)
    assert "/imports/demo" in page(client, "/imports/")
    client.post(f"{brought(client, csv_bytes(HEADER, row()))}/apply")
    assert "Three ways to begin" not in page(client, "/imports/")


def test_the_demo_is_not_loaded_where_others_reach_it(
    app: Flask, sign_in: SignIn, config: Config
) -> None:
    app.extensions["config"] = dataclasses.replace(config, public_url="https://crm.example.org")
    client = sign_in(Role.ADMIN)
    assert "/imports/demo" not in page(client, "/imports/")
    assert client.post("/imports/demo").status_code == 403


def test_our_own_export_comes_back_without_a_change(sign_in: SignIn, database: Database) -> None:
    bring(database, office_file("leads_en.csv"))
    client = sign_in(Role.MANAGER)
    exported = client.post("/leads/export?status=any").get_data()
    assert b"'=HYPERLINK" in exported
    plan = check(database, exported)
    assert plan.row_count > 40
    assert (plan.problems, plan.created_count, plan.updated_count) == ([], 0, 0)


@pytest.mark.slow
def test_an_empty_office_can_be_filled_with_the_demo_once(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in(Role.ADMIN)
    assert client.post("/imports/demo").status_code == 303
    assert rows_of(database, sa.select(sa.func.count()).select_from(Lead)) == [(300,)]
    assert "/imports/demo" not in page(client, "/imports/")
    assert client.post("/imports/demo").status_code == 409


def test_a_file_with_too_many_rows_is_refused(app: Flask, sign_in: SignIn, config: Config) -> None:
    app.extensions["config"] = dataclasses.replace(config, import_row_limit=2)
    client = sign_in(Role.OFFICER)
    assert send(client, csv_bytes(HEADER, row(), row("A2"))).status_code == 303
    answer = send(client, csv_bytes(HEADER, row(), row("A2"), row("A3")))
    assert answer.status_code == 422
    assert "more than 2 rows" in answer.text


def test_the_pages_speak_french(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER, language=Language.FR)
    text = page(client, brought(client, csv_bytes(HEADER, row())))
    assert 'lang="fr"' in text
    assert "4 mars 2025" in text


def test_every_form_carries_its_token(app: Flask, sign_in: SignIn) -> None:
    client = sign_in(Role.MANAGER)
    address = brought(client, csv_bytes(HEADER, row()))
    app.config["WTF_CSRF_ENABLED"] = True
    pages = [page(client, "/imports/"), page(client, address)]
    for text in pages:
        forms = re.findall(r'<form method="post".*?</form>', text, flags=re.DOTALL)
        assert forms
        assert all('name="csrf_token"' in form for form in forms)
    for path in ("/imports/check", "/imports/demo", f"{address}/apply", f"{address}/mapping"):
        assert client.post(path).status_code == 400
