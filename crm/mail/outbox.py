"""Putting letters into the outbox. What sends them is `crm.mail.sending`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.mail import MailAttachment, MailKind, OutgoingMail
from models.user import User

# Stands in a letter for the address of the product, which only the sender knows.
HOME = "[[home]]"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


def queue(
    session: Session,
    *,
    kind: MailKind,
    user: User,
    subject: str,
    body: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
) -> OutgoingMail:
    """Keep a letter to a person; it goes out with the transaction that caused it, or not at all.

    `subject` and `body` are in the recipient's language and name no company. Without an address
    the letter waits until the person has one. `attachments` are kept until it has gone.
    """
    letter = OutgoingMail(
        kind=kind,
        user_id=user.id,
        to_address=(user.email or "").strip() or None,
        subject=" ".join(subject.split()),
        body=body,
        created_at=now,
        next_try_at=now,
        attempts=0,
    )
    session.add(letter)
    session.flush()
    session.add_all(
        MailAttachment(
            mail_id=letter.id, name=file.name, media_type=file.media_type, content=file.content
        )
        for file in attachments
    )
    session.flush()
    return letter
