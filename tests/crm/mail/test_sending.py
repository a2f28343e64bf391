"""Letters against a real mail server, which takes, refuses or is away."""

import dataclasses
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from config import Config, ConfigError
from crm.database import Database
from crm.jobs.duties import do_due
from crm.jobs.registry import Duty
from crm.jobs.worker import work_once
from crm.mail.outbox import HOME, queue
from crm.mail.sending import MOST_ATTEMPTS, send_waiting, try_again
from models.mail import MailKind, OutgoingMail
from models.user import LOCAL_ADMINISTRATOR, Role, User
from tests.factories.user import make_user

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SENDER = "Lead CRM <crm@office.example>"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Inbox:
    """A mail server's end: keeps what it takes, and refuses while it is told to."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refusal: str | None = None

    async def handle_RCPT(  # noqa: N802 - the server calls it by this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """One recipient."""
        if self.refusal is not None:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the server calls it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """One letter."""
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    """What the server takes."""
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[Controller]:
    """A mail server on a free port."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def mailing(config: Config, server: Controller) -> Config:
    """The settings that name the server."""
    return dataclasses.replace(
        config,
        smtp_url=f"smtp://127.0.0.1:{server.port}",
        mail_from=SENDER,
        public_url="https://crm.office.example",
    )


def write(
    database: Database, *, email: str | None = "olive@office.example", is_active: bool = True
) -> User:
    """A letter that waits."""
    user = make_user(database, is_active=is_active)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(User, user.id)
        found.email = email
        queue(
            session,
            kind=MailKind.RED_FLAG,
            user=found,
            subject="Réponse due\nmar. 24",
            body=f"Première réponse.\n\nOuvrez\u00a0: {HOME}/bre/cases/abc\n",
            now=NOW,
        )
    return user


def send(database: Database, config: Config, now: datetime = NOW) -> int:
    """Send what waits at a moment."""
    return send_waiting(database, config, clock=lambda: now)


def letters(database: Database) -> list[OutgoingMail]:
    """Every letter."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return list(session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_letter_arrives_whole_and_once(
    any_database: Database, mailing: Config, inbox: Inbox
) -> None:
    write(any_database)
    assert send(any_database, mailing) == 1
    assert send(any_database, mailing, NOW + timedelta(days=1)) == 0
    [message] = inbox.taken
    assert message["To"] == "olive@office.example"
    assert message["From"] == SENDER
    assert message["Subject"] == "Réponse due mar. 24"
    assert message["Message-ID"].endswith("@office.example>")
    assert "https://crm.office.example/bre/cases/abc" in message.get_content()
    [letter] = letters(any_database)
    assert (letter.sent_at, letter.attempts, letter.last_error) == (NOW, 1, None)


def test_without_a_server_letters_wait(database: Database, config: Config) -> None:
    write(database)
    assert config.smtp_url is None
    assert send(database, config) == 0
    [letter] = letters(database)
    assert (letter.sent_at, letter.attempts, letter.next_try_at) == (None, 0, NOW)


def test_a_refusal_is_kept_and_tried_again_later(
    database: Database, mailing: Config, inbox: Inbox
) -> None:
    write(database)
    inbox.refusal = "450 Mailbox busy"
    assert send(database, mailing) == 0
    [letter] = letters(database)
    assert letter.last_error == "450 Mailbox busy"
    assert letter.next_try_at == NOW + timedelta(minutes=1)
    assert send(database, mailing, NOW + timedelta(seconds=59)) == 0
    assert letters(database)[0].attempts == 1
    assert send(database, mailing, NOW + timedelta(minutes=1)) == 0
    assert letters(database)[0].next_try_at == NOW + timedelta(minutes=6)
    inbox.refusal = None
    assert send(database, mailing, NOW + timedelta(minutes=6)) == 1
    assert letters(database)[0].last_error is None


def test_it_is_given_up_at_last_and_asked_for_again_by_hand(
    database: Database, mailing: Config, inbox: Inbox
) -> None:
    write(database)
    inbox.refusal = "550 No such person"
    now = NOW
    for _turn in range(MOST_ATTEMPTS):
        send(database, mailing, now)
        now += timedelta(days=1)
    [letter] = letters(database)
    assert (letter.attempts, letter.next_try_at) == (MOST_ATTEMPTS, None)
    inbox.refusal = None
    assert send(database, mailing, now) == 0
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        try_again(session.scalars(sa.select(OutgoingMail)).one(), now=now)
    assert send(database, mailing, now) == 1


def test_a_server_that_is_away_costs_no_letter(
    database: Database, config: Config, inbox: Inbox
) -> None:
    port = free_port()
    named = dataclasses.replace(config, smtp_url=f"smtp://127.0.0.1:{port}", mail_from=SENDER)
    write(database)
    write(database)
    assert send(database, named) == 0
    for letter in letters(database):
        assert letter.sent_at is None
        assert "refused" in (letter.last_error or "")
        assert letter.next_try_at == NOW + timedelta(minutes=1)
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        assert send(database, named, NOW + timedelta(minutes=1)) == 2
    finally:
        controller.stop()
    assert len(inbox.taken) == 2


def test_who_has_no_address_waits_and_who_left_gets_nothing(
    database: Database, mailing: Config, inbox: Inbox
) -> None:
    user = write(database, email=None)
    write(database, is_active=False)
    assert send(database, mailing) == 0
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.get_one(User, user.id).email = "late@office.example"
    assert send(database, mailing) == 1
    assert [message["To"] for message in inbox.taken] == ["late@office.example"]


def test_several_processes_send_no_letter_twice(
    any_database: Database, mailing: Config, inbox: Inbox
) -> None:
    for _number in range(8):
        write(any_database)
    sent: list[int] = []
    threads = [
        threading.Thread(target=lambda: sent.append(send(any_database, mailing)))
        for _number in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 8
    ids = [message["Message-ID"] for message in inbox.taken]
    assert len(ids) == len(set(ids)) == 8


def test_the_worker_sends_without_holding_the_database(
    database: Database, mailing: Config, inbox: Inbox
) -> None:
    write(database)
    duty = Duty("mail.send", 30, "crm.mail.sending:run")
    assert do_due(database, [duty], clock=lambda: NOW) == ["mail.send"]
    # The duty only asks: the talk with the server is a job, outside any transaction.
    assert inbox.taken == []
    assert work_once(database, mailing, clock=lambda: NOW)
    assert len(inbox.taken) == 1
    do_due(database, [duty], clock=lambda: NOW + timedelta(minutes=1))
    assert not work_once(database, mailing, clock=lambda: NOW + timedelta(minutes=1))


def test_a_password_signs_in(config: Config, database: Database, inbox: Inbox) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def check(
        _server: object, _session: object, _envelope: object, _how: str, data: object
    ) -> AuthResult:
        seen.append((data.login, data.password))  # type: ignore[attr-defined]
        return AuthResult(success=True)

    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    try:
        named = dataclasses.replace(
            config, smtp_url=f"smtp://crm:p%40ss@127.0.0.1:{controller.port}", mail_from=SENDER
        )
        write(database)
        assert send(database, named) == 1
    finally:
        controller.stop()
    assert seen == [(b"crm", b"p@ss")]


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"CRM_SMTP_URL": "http://host", "CRM_MAIL_FROM": "a@b.example"}, "CRM_SMTP_URL"),
        ({"CRM_SMTP_URL": "smtp://", "CRM_MAIL_FROM": "a@b.example"}, "CRM_SMTP_URL"),
        ({"CRM_SMTP_URL": "smtp://host:99999999", "CRM_MAIL_FROM": "a@b.example"}, "CRM_SMTP_URL"),
        ({"CRM_SMTP_URL": "smtp://u:secret@host"}, "CRM_MAIL_FROM"),
        ({"CRM_SMTP_URL": "smtp://host", "CRM_MAIL_FROM": "a@b\r\nBcc: x@y"}, "CRM_MAIL_FROM"),
    ],
)
def test_settings_that_cannot_be_are_refused_without_the_password(
    config: Config, environ: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        Config.from_env(config.data, environ)
    assert "secret" not in str(caught.value)


def test_the_page_of_letters_says_what_waits_and_never_what_it_says(
    sign_in: object, database: Database, mailing: Config, inbox: Inbox
) -> None:
    client = sign_in(Role.ADMIN)  # type: ignore[operator]
    assert "No mail server is configured" in client.get("/admin/letters").text
    assert "No letter was written yet" in client.get("/admin/letters").text
    write(database, email=None)
    write(database)
    inbox.refusal = "450 Mailbox busy"
    send(database, mailing)
    page = client.get("/admin/letters").text
    assert "2 letters wait." in page
    assert "1 has no address." in page
    assert "450 Mailbox busy" in page
    assert "Première" not in page
    letter = letters(database)[1]
    assert client.post(f"/admin/letters/{letter.public_id}/again").status_code == 303
    assert letters(database)[1].attempts == 0
    officer = sign_in(Role.OFFICER)  # type: ignore[operator]
    assert officer.get("/admin/letters").status_code == 403
    assert officer.post(f"/admin/letters/{letter.public_id}/again").status_code == 403
