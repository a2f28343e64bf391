"""Files on records: kept, fetched, deleted, and seen by whom."""

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from models.audit import AuditEntry
from models.interaction import StoredFile
from models.lead import Lead
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.files.contents import LETTER, PDF, PNG
from tests.factories.interaction import make_conversation, make_organization
from tests.factories.lead import NOW, make_lead
from tests.factories.user import actor_for, make_office, make_team, make_user

SignIn = Callable[..., FlaskClient]


def all_files(database: Database) -> list[StoredFile]:
    """Every row there is."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return list(session.scalars(sa.select(StoredFile).order_by(StoredFile.id)))


def on_disk(config: Config) -> set[str]:
    """The names of the files that lie there."""
    return {path.name for path in Path(config.files).iterdir()}


def bring(client: FlaskClient, *files: tuple[bytes, str], **record: str) -> int:
    """Bring files to a record; the status of the answer."""
    data = {**record, "file": [(io.BytesIO(content), name) for content, name in files]}
    return client.post("/files/upload", data=data).status_code


def test_a_file_comes_back_as_it_was(sign_in: SignIn, database: Database, config: Config) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    assert bring(client, (PDF, "資料 \u202e2026.pdf"), lead=lead.public_id) == 303
    [file] = all_files(database)
    assert (file.name, file.byte_count, file.lead_id) == ("資料 2026.pdf", len(PDF), lead.id)
    assert on_disk(config) == {file.storage_name}
    assert file.name not in file.storage_name
    answer = client.get(f"/files/{file.public_id}")
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    sent_as = answer.headers["Content-Disposition"]
    assert sent_as.startswith("attachment;")
    assert "filename*=UTF-8''%E8%B3%87%E6%96%99%202026.pdf" in sent_as
    assert answer.headers["Cache-Control"] == "no-store"


def test_when_all_the_room_is_taken_no_file_is_brought(
    app: Flask, sign_in: SignIn, database: Database, config: Config
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    app.extensions["config"] = dataclasses.replace(config, attachments_in_all=len(PDF))
    assert bring(client, (PDF, "first.pdf"), lead=lead.public_id) == 303
    assert bring(client, (PDF, "second.pdf"), lead=lead.public_id) == 422
    assert len(all_files(database)) == len(on_disk(config)) == 1


def test_a_text_is_sent_in_its_own_character_set(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    bring(client, ("会社".encode("cp932"), "a.csv"), lead=lead.public_id)
    answer = client.get(f"/files/{all_files(database)[0].public_id}")
    assert answer.headers["Content-Type"] == "text/csv; charset=cp932"


def test_several_files_come_together_or_not_at_all(
    sign_in: SignIn, database: Database, config: Config
) -> None:
    firm = make_organization(database)
    client = sign_in(Role.OFFICER)
    assert bring(client, (PDF, "a.pdf"), (b"MZ", "b.exe"), organization=firm.public_id) == 422
    assert (all_files(database), on_disk(config)) == ([], set())
    assert bring(client, (PDF, "a.pdf"), (PNG, "b.png"), organization=firm.public_id) == 303
    assert [file.name for file in all_files(database)] == ["a.pdf", "b.png"]
    assert bring(client, organization=firm.public_id) == 422


def test_a_file_on_a_conversation_is_its_leads_too(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    said = make_conversation(database, lead)
    client = sign_in(Role.OFFICER)
    assert bring(client, (LETTER, "a.eml"), interaction=said.public_id) == 303
    assert (all_files(database)[0].lead_id, all_files(database)[0].interaction_id) == (
        lead.id,
        said.id,
    )
    assert "a.eml" in client.get(f"/interactions/{said.public_id}").text


def test_limits_are_held(sign_in: SignIn, app: Flask, database: Database, config: Config) -> None:
    app.extensions["config"] = dataclasses.replace(
        config, attachment_limit=1024 * 1024, attachments_per_record=2
    )
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    large = client.post(
        "/files/upload",
        data={"lead": lead.public_id, "file": (io.BytesIO(PDF + b"x" * 1024 * 1024), "a.pdf")},
    )
    assert (large.status_code, "up to 1 MB" in large.text) == (422, True)
    assert on_disk(config) == set()
    for status in (303, 303, 422):
        assert bring(client, (PDF, "a.pdf"), lead=lead.public_id) == status
    assert len(on_disk(config)) == 2


def test_who_brought_it_or_a_manager_deletes_it(
    sign_in: SignIn, database: Database, config: Config
) -> None:
    lead = make_lead(database)
    owner, other = sign_in(Role.OFFICER), sign_in(Role.OFFICER)
    bring(owner, (PDF, "a.pdf"), (PNG, "b.png"), lead=lead.public_id)
    first, second = all_files(database)
    refused = other.post(f"/files/{first.public_id}/delete")
    assert refused.status_code == 403
    assert len(all_files(database)) == 2
    assert owner.post(f"/files/{first.public_id}/delete").status_code == 303
    assert on_disk(config) == {second.storage_name}
    assert sign_in(Role.MANAGER).post(f"/files/{second.public_id}/delete").status_code == 303
    assert (all_files(database), on_disk(config)) == ([], set())
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        acts = session.scalars(
            sa.select(AuditEntry.action).where(AuditEntry.record_type == "stored_files")
        ).all()
    assert sorted(acts) == ["created", "created", "deleted", "deleted"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_readers_bring_and_delete_nothing(
    sign_in: SignIn, database: Database, config: Config, role: Role
) -> None:
    lead = make_lead(database)
    bring(sign_in(Role.OFFICER), (PDF, "a.pdf"), lead=lead.public_id)
    client = sign_in(role)
    assert bring(client, (PDF, "b.pdf"), lead=lead.public_id) == 403
    assert client.post(f"/files/{all_files(database)[0].public_id}/delete").status_code == 403
    assert len(on_disk(config)) == len(all_files(database)) == 1


def test_a_viewer_fetches_what_is_open(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    bring(sign_in(Role.OFFICER), (PDF, "a.pdf"), lead=lead.public_id)
    path = f"/files/{all_files(database)[0].public_id}"
    assert sign_in(Role.VIEWER).get(path).status_code == 200
    # A partner sees the files of leads that name their office only.
    partner = sign_in(Role.PARTNER, office=make_office(database))
    assert partner.get(path).status_code == 404


def test_a_file_is_as_hidden_as_its_lead(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    lead = make_lead(database)
    bring(sign_in(Role.OFFICER), (PDF, "a.pdf"), lead=lead.public_id)
    path = f"/files/{all_files(database)[0].public_id}"
    outsider = sign_in(Role.MANAGER)
    assert outsider.get(path).status_code == 200
    with database.transaction(actor) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="x",
            actor=actor,
            now=NOW,
        )
    hidden, none = outsider.get(path), outsider.get(f"/files/{'a' * 16}")
    assert (hidden.status_code, hidden.data) == (404, none.data)
    assert outsider.post(f"{path}/delete").status_code == 404
    assert bring(outsider, (PDF, "b.pdf"), lead=lead.public_id) == 404
    inside = sign_in(member)
    assert inside.get(path).status_code == 200
    # What a member brings now is the team's from its first moment.
    bring(inside, (PDF, "b.pdf"), lead=lead.public_id)
    assert all_files(database)[1].team_id == team.id


def test_a_row_without_its_file_is_nothing(
    sign_in: SignIn, database: Database, config: Config
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    bring(client, (PDF, "a.pdf"), lead=lead.public_id)
    for path in Path(config.files).iterdir():
        path.unlink()
    assert client.get(f"/files/{all_files(database)[0].public_id}").status_code == 404


def test_the_page_asks_for_a_record(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    assert client.get(f"/files/upload?lead={lead.public_id}").status_code == 200
    assert client.get("/files/upload").status_code == 404
    assert client.get("/files/upload?lead=nothere").status_code == 404
