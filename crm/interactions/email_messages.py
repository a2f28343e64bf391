"""An e-mail read from its bytes, or from the text that somebody pasted."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from crm.days import is_possible
from crm.interactions.email_text import addresses, decode, header_text, html_to_text
from models.errors import DomainError, N_

_PART_LIMIT = 200
_TEXT_LIMIT = 200_000
_STUMBLES = (
    AssertionError,
    AttributeError,
    LookupError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with an e-mail."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Email:
    """What an e-mail says. `message_id` is its own, or one made of its words where it has none."""

    subject: str
    sender: tuple[str, str] | None
    recipients: tuple[tuple[str, str], ...]
    sent_at: datetime | None
    message_id: str
    text: str
    attachments: tuple[Attachment, ...]


def read_email(data: bytes, *, is_pasted: bool = False) -> Email:
    """Read an e-mail; of pasted words without any header all is text.

    Raises:
        DomainError: there is nothing in it, or nobody could read it.
    """
    if not data.strip():
        raise DomainError(N_("Choose an e-mail file, or paste the e-mail."), field="file")
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        if not _has_headers(message):
            if not is_pasted:
                raise DomainError(
                    N_("This file is no e-mail: save it as .eml and try again."), field="file"
                )
            return _plain_words(data.decode("utf-8", "replace"))
        return _read(message, is_pasted=is_pasted)
    except _STUMBLES as error:
        # The library's reader stumbles over some broken messages instead of reporting them.
        raise DomainError(N_("This e-mail cannot be read."), field="file") from error


def _read(message: EmailMessage, *, is_pasted: bool) -> Email:
    raw: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        raw.setdefault(name.lower(), []).append(str(value))
    senders = addresses(raw.get("from", []))
    recipients = addresses(raw.get("to", []) + raw.get("cc", []))
    text = _body(message, is_pasted=is_pasted)[:_TEXT_LIMIT]
    subject = header_text(next(iter(raw.get("subject", [])), ""))
    sent_at = _moment(next(iter(raw.get("date", [])), None))
    named = header_text(next(iter(raw.get("message-id", [])), "")).strip("<> ")[:400]
    return Email(
        subject=subject or _first_line(text),
        sender=senders[0] if senders else None,
        recipients=tuple(dict.fromkeys(recipients)),
        sent_at=sent_at,
        message_id=named or _made_id(subject, sent_at, senders, text),
        text=text,
        attachments=tuple(_attachments(message)),
    )


def _plain_words(text: str) -> Email:
    text = text.strip()[:_TEXT_LIMIT]
    return Email(
        subject=_first_line(text),
        sender=None,
        recipients=(),
        sent_at=None,
        message_id=_made_id("", None, [], text),
        text=text,
        attachments=(),
    )


def _has_headers(message: EmailMessage) -> bool:
    names = {name.lower() for name in message}
    return bool(names & {"from", "date", "message-id", "received"}) or {"to", "subject"} <= names


def _moment(raw: str | None) -> datetime | None:
    if raw is None:
        return None
    try:
        moment = parsedate_to_datetime(raw)
        # "-0000" says that the sender's zone is not known; the clock is that of UTC.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        day = moment.astimezone(UTC).date()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if is_possible(day) else None


def _body(message: EmailMessage, *, is_pasted: bool) -> str:
    plain: list[str] = []
    pages: list[str] = []
    for part in _parts(message):
        if part.get_content_maintype() != "text" or _is_attachment(part):
            continue
        words = _part_text(part, is_pasted=is_pasted)
        if part.get_content_subtype() == "html":
            pages.append(html_to_text(words))
        elif part.get_content_subtype() == "plain":
            plain.append(words)
    told = "\n\n".join(filter(None, (text.strip() for text in plain)))
    return told or "\n\n".join(filter(None, pages))


def _part_text(part: Message, *, is_pasted: bool) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    is_encoded = str(part.get("content-transfer-encoding", "")).strip().lower() in (
        "base64",
        "quoted-printable",
    )
    charset = part.get_content_charset()
    text = decode(data, charset, is_retyped=is_pasted and not is_encoded)
    return text.replace("\r\n", "\n").replace("\x00", "")


def _attachments(message: EmailMessage) -> Iterator[Attachment]:
    for number, part in enumerate(_parts(message), start=1):
        if not _is_attachment(part):
            continue
        name = header_text(part.get_filename())
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and isinstance(inner[0], Message):
                yield Attachment(name or f"message-{number}.eml", inner[0].as_bytes())
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and data:
            yield Attachment(name or f"attachment-{number}", data)


def _parts(message: Message) -> Iterator[Message]:
    """The parts with content; what lies inside an attached e-mail belongs to that one."""
    waiting: list[Message] = [message]
    seen = 0
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > _PART_LIMIT:
            raise DomainError(N_("This e-mail has too many parts."), field="file")
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting[:0] = [item for item in inner if isinstance(item, Message)]
        else:
            yield part


def _is_attachment(part: Message) -> bool:
    if part.get_content_type() == "message/rfc822":
        return True
    if part.get_content_disposition() == "attachment":
        return True
    # Pictures inside a signature carry names too; they are no papers.
    return bool(part.get_filename()) and part.get("content-id") is None


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:300]


def _made_id(
    subject: str, sent_at: datetime | None, senders: list[tuple[str, str]], text: str
) -> str:
    told = "\n".join((subject, str(sent_at), str(senders), " ".join(text.split())))
    return "words-" + hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:40]
