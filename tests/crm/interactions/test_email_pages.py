"""The page that takes an e-mail."""

import io
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.interaction import Interaction
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.lead import make_lead

LETTER = (
    b"From: sato@invented.example\r\nDate: Fri, 20 Nov 2026 09:30:00 +0900\r\n"
    b"Message-ID: <one@invented.example>\r\nSubject: Site\r\n\r\nHello"
)


def count_of(database: Database) -> int:
    """How many conversations there are."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalar(sa.select(sa.func.count(Interaction.id))) or 0


def test_a_file_becomes_a_conversation_once(
    sign_in: Callable[..., FlaskClient], database: Database
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    path = f"/interactions/leads/{lead.public_id}/email"
    for status in (303, 422):
        answer = client.post(path, data={"file": (io.BytesIO(LETTER), "letter.eml")})
        assert answer.status_code == status
    assert "on the lead already" in answer.text
    assert count_of(database) == 1


def test_pasted_text_is_taken_too(sign_in: Callable[..., FlaskClient], database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    path = f"/interactions/leads/{lead.public_id}/email"
    assert client.get(path).status_code == 200
    asked = client.post(path, data={"raw": "안녕하세요\n부지를 찾습니다"})
    assert asked.status_code == 422
    assert "Say when it was sent" in asked.text
    assert "안녕하세요" in asked.text
    data = {"raw": "안녕하세요\n부지를 찾습니다", "happened_on": "2026-11-18", "direction": "in"}
    assert client.post(path, data=data).status_code == 303
    assert count_of(database) == 1


def test_nothing_at_all_is_refused(sign_in: Callable[..., FlaskClient], database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    answer = client.post(f"/interactions/leads/{lead.public_id}/email", data={})
    assert answer.status_code == 422
    assert "paste the e-mail" in answer.text


def test_a_viewer_files_nothing(sign_in: Callable[..., FlaskClient], database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.VIEWER)
    path = f"/interactions/leads/{lead.public_id}/email"
    answer = client.post(path, data={"file": (io.BytesIO(LETTER), "letter.eml")})
    assert answer.status_code == 403
    assert count_of(database) == 0
