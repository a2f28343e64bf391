"""An e-mail on a lead: who took part, which way it went, what came with it."""

import io
import zipfile
from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa

from config import Config
from crm.database import Database
from crm.interactions.email_messages import read_email
from crm.interactions.emails import FiledEmail, file_email
from models.errors import DomainError
from models.interaction import (
    ContactDirection,
    Interaction,
    InteractionKind,
    InteractionParticipant,
    StoredFile,
)
from models.lead import Lead
from models.user import LOCAL_ADMINISTRATOR, User
from tests.factories.interaction import make_contact
from tests.factories.lead import NOW, make_lead
from tests.factories.user import make_user


def message(**headers: str) -> EmailMessage:
    """A letter from a stranger to two people."""
    letter = EmailMessage()
    for name, value in {
        "From": "Sato <sato@invented.example>",
        "To": "Dana <dana@office.example>, Ren <ren.kamiya@invented.example>",
        "Date": "Fri, 20 Nov 2026 09:30:00 +0900",
        "Message-ID": "<first@invented.example>",
        "Subject": "Site visit",
        **headers,
    }.items():
        letter[name.replace("_", "-")] = value
    letter.set_content("来月、工場用地を見に伺います。")
    return letter


def file_on(database: Database, config: Config, lead: Lead, data: bytes, **more: Any) -> FiledEmail:
    """The e-mail, filed on the lead."""
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        return file_email(
            session,
            read_email(data),
            lead=session.get_one(Lead, lead.id),
            config=config,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
            **more,
        )


@pytest.fixture
def dana(database: Database) -> User:
    """A colleague with an address."""
    user = make_user(database, name="Dana")
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(User, user.id).email = "Dana@office.example"
    return user


def test_people_on_file_take_part_and_others_by_name(
    database: Database, config: Config, dana: User
) -> None:
    lead = make_lead(database)
    contact = make_contact(database, lead.organization_id)
    filed = file_on(database, config, lead, message().as_bytes())
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        interaction = session.scalars(sa.select(Interaction)).one()
        people = session.scalars(sa.select(InteractionParticipant)).all()
    assert interaction.id == filed.interaction.id
    assert interaction.kind is InteractionKind.EMAIL
    assert interaction.direction is ContactDirection.IN
    assert interaction.happened_on == date(2026, 11, 20)
    assert interaction.language == "ja"
    assert interaction.summary == "Site visit"
    assert {(p.contact_id, p.user_id, p.name) for p in people} == {
        (contact.id, None, None),
        (None, dana.id, None),
        (None, None, "Sato <sato@invented.example>"),
    }


def test_a_letter_of_ours_went_out(database: Database, config: Config, dana: User) -> None:
    lead = make_lead(database)
    data = message(From="DANA@OFFICE.EXAMPLE", To="sato@invented.example").as_bytes()
    assert file_on(database, config, lead, data).interaction.direction is ContactDirection.OUT


def test_the_same_letter_twice_is_refused_on_one_lead_only(
    database: Database, config: Config
) -> None:
    lead, other = make_lead(database), make_lead(database)
    data = message().as_bytes()
    file_on(database, config, lead, data)
    with pytest.raises(DomainError, match="on the lead already"):
        file_on(database, config, lead, data)
    file_on(database, config, other, data)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert session.scalar(sa.select(sa.func.count(Interaction.id))) == 2


def test_a_letter_from_the_future_is_refused(database: Database, config: Config) -> None:
    lead = make_lead(database)
    data = message(Date="Fri, 27 Nov 2026 09:30:00 +0900").as_bytes()
    with pytest.raises(DomainError, match="future"):
        file_on(database, config, lead, data)


def test_a_letter_without_a_date_asks_for_it(database: Database, config: Config) -> None:
    lead = make_lead(database)
    data = b"From: sato@invented.example\r\nSubject: x\r\n\r\nhello"
    with pytest.raises(DomainError) as caught:
        file_on(database, config, lead, data)
    assert caught.value.field == "happened_on"
    filed = file_on(database, config, lead, data, happened_on=date(2026, 11, 2))
    assert filed.interaction.happened_on == date(2026, 11, 2)


def test_attachments_are_kept_where_they_are_taken(database: Database, config: Config) -> None:
    lead = make_lead(database)
    letter = message()
    letter.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="a.pdf")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x.exe", "x")
    letter.add_attachment(
        packed.getvalue(), maintype="application", subtype="zip", filename="tool.zip"
    )
    filed = file_on(database, config, lead, letter.as_bytes())
    assert (filed.kept_count, filed.left_out) == (1, ("tool.zip",))
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        file = session.scalars(sa.select(StoredFile)).one()
    assert (file.name, file.lead_id, file.interaction_id) == (
        "a.pdf",
        lead.id,
        filed.interaction.id,
    )
    assert (config.files / file.storage_name).read_bytes() == b"%PDF-1.7 x"


def test_a_refused_letter_leaves_no_file_behind(database: Database, config: Config) -> None:
    lead = make_lead(database)
    letter = message()
    letter.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="a.pdf")
    file_on(database, config, lead, letter.as_bytes())
    kept = sorted(path.name for path in config.files.iterdir())
    second = letter.as_bytes().replace(b"<first@", b"<second@")
    with pytest.raises(RuntimeError):
        _file_and_fail(database, config, lead, second)
    assert sorted(path.name for path in config.files.iterdir()) == kept


def _file_and_fail(database: Database, config: Config, lead: Lead, data: bytes) -> None:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        file_email(
            session,
            read_email(data),
            lead=session.get_one(Lead, lead.id),
            config=config,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
        raise RuntimeError("the rest of the transaction fails")
