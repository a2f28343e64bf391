"""Sending what waits: a duty asks for the job, and the job talks to the mail server.

A letter is taken up by one process, which holds it for a while; sent once, it is done for good.
One whose process died between the server's answer and the note of it goes out again with the same
Message-ID, by which mail programs know it.
"""

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from itertools import chain
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm.database import Database
from crm.jobs.service import ask_again
from crm.jobs.worker import Run
from crm.mail.outbox import HOME, Attachment
from models.mail import MailAttachment, OutgoingMail
from models.user import LOCAL_ADMINISTRATOR, User

_log = logging.getLogger(__name__)
KIND = "mail.send"
_PURPOSE = "letters"
_TIMEOUT = 20.0
# Longer than any talk with a server lasts.
_HOLD = timedelta(minutes=10)
_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
MOST_ATTEMPTS = 12


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter that this process sends."""

    id: int
    public_id: str
    address: str
    subject: str
    body: str
    attempts: int
    created_at: datetime
    attachments: tuple[Attachment, ...] = ()


def run(session: Session, *, now: datetime) -> None:
    """The duty: ask for the job where a letter waits."""
    waiting = session.scalars(_waiting(now).with_only_columns(OutgoingMail.id).limit(1)).first()
    if waiting is not None:
        ask_again(session, KIND, "all", {}, actor_id=None, now=now)


def work(run: Run) -> None:
    """The job: send what waits, as long as there is a server to send it."""
    send_waiting(run.database, run.config, clock=run.now)


def send_waiting(database: Database, config: Config, *, clock: Callable[[], datetime]) -> int:
    """Send every letter whose turn it is; how many the server took."""
    if config.smtp_url is None:
        return 0
    letters = iter(lambda: _take(database, now=clock()), None)
    first = next(letters, None)
    if first is None:
        return 0
    sent = 0
    try:
        with _server(config) as server:
            for letter in chain((first,), letters):
                problem = _send(server, letter, config)
                _note(database, letter, problem, now=clock())
                sent += problem is None
    except (OSError, smtplib.SMTPException) as error:
        # Nobody is there: the letter at hand has its next turn later, and the others theirs.
        _log.warning("the mail server took no letters: %s", _words(error))
        for letter in chain((first,), letters):
            _note(database, letter, _words(error), now=clock())
    return sent


def try_again(letter: OutgoingMail, *, now: datetime) -> None:
    """Give a letter its next turn at once."""
    letter.next_try_at, letter.attempts = now, 0


def _waiting(now: datetime) -> Any:
    """Letters whose turn it is, to people who work here and have an address."""
    return (
        sa.select(
            OutgoingMail.id,
            OutgoingMail.public_id,
            sa.func.coalesce(User.email, OutgoingMail.to_address).label("address"),
            OutgoingMail.subject,
            OutgoingMail.body,
            OutgoingMail.attempts,
            OutgoingMail.created_at,
            OutgoingMail.next_try_at,
        )
        .outerjoin(User, User.id == OutgoingMail.user_id)
        .where(
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.next_try_at <= now,
            sa.func.coalesce(User.email, OutgoingMail.to_address, "") != "",
            sa.or_(OutgoingMail.user_id.is_(None), User.is_active),
        )
        .order_by(OutgoingMail.next_try_at, OutgoingMail.id)
    )


def _take(database: Database, *, now: datetime) -> Taken | None:
    """The next letter, held for this process: whoever looks at it meanwhile leaves it alone."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose=_PURPOSE) as session:
        while True:
            row = session.execute(_waiting(now).limit(1)).one_or_none()
            if row is None:
                return None
            held = session.execute(
                sa.update(OutgoingMail)
                .where(
                    OutgoingMail.id == row.id,
                    OutgoingMail.sent_at.is_(None),
                    OutgoingMail.next_try_at == row.next_try_at,
                )
                .values(next_try_at=now + _HOLD, attempts=OutgoingMail.attempts + 1),
                execution_options={"synchronize_session": False},
            )
            if held.rowcount:  # type: ignore[attr-defined]
                return Taken(
                    row.id,
                    row.public_id,
                    row.address,
                    row.subject,
                    row.body,
                    row.attempts + 1,
                    row.created_at,
                    _attachments(session, row.id),
                )


def _note(database: Database, letter: Taken, problem: str | None, *, now: datetime) -> None:
    """Keep that a letter went out, or why it did not and when it is tried again."""
    if problem is None:
        values: dict[str, object] = {"sent_at": now, "next_try_at": None, "last_error": None}
    else:
        wait = _WAITS[min(letter.attempts, len(_WAITS)) - 1]
        is_over = letter.attempts >= MOST_ATTEMPTS
        values = {"next_try_at": None if is_over else now + wait, "last_error": problem[:500]}
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose=_PURPOSE) as session:
        session.execute(
            sa.update(OutgoingMail)
            .where(OutgoingMail.id == letter.id, OutgoingMail.sent_at.is_(None))
            .values(values),
            execution_options={"synchronize_session": False},
        )
        if problem is None:
            session.execute(
                sa.delete(MailAttachment).where(MailAttachment.mail_id == letter.id),
                execution_options={"synchronize_session": False},
            )


def _attachments(session: Session, letter_id: int) -> tuple[Attachment, ...]:
    files = sa.select(MailAttachment.name, MailAttachment.media_type, MailAttachment.content)
    found = files.where(MailAttachment.mail_id == letter_id).order_by(MailAttachment.id)
    return tuple(Attachment(*row) for row in session.execute(found))


@contextmanager
def _server(config: Config) -> Iterator[smtplib.SMTP]:
    assert config.smtp_url is not None
    place = urlsplit(config.smtp_url)
    host, port = place.hostname or "localhost", place.port
    if place.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port or 465, timeout=_TIMEOUT, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port or 587, timeout=_TIMEOUT)
    with server:
        if parse_qs(place.query).get("starttls", ["0"])[-1] == "1":
            server.starttls(context=ssl.create_default_context())
        if place.username:
            server.login(unquote(place.username), unquote(place.password or ""))
        yield server


def _send(server: smtplib.SMTP, letter: Taken, config: Config) -> str | None:
    """Hand a letter to the server; what it says against it, None where it took it."""
    try:
        server.send_message(_message(letter, config))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return _words(error)
    return None


def _message(letter: Taken, config: Config) -> EmailMessage:
    message = EmailMessage()
    message["From"] = config.mail_from
    message["To"] = letter.address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.created_at)
    domain = parseaddr(config.mail_from or "")[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{letter.public_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body.replace(HOME, config.public_url))
    for file in letter.attachments:
        kind, _slash, subtype = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    return message


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refusals = [f"{code} {_text(words)}" for code, words in error.recipients.values()]
        return "; ".join(refusals)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
