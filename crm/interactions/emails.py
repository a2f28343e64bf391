"""The command that turns an e-mail into a conversation on a lead."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm.files.service import Home, keep_file
from crm.interactions.email_messages import Email
from crm.interactions.languages import language_of_text
from crm.interactions.service import ConversationDetails, ParticipantDetails, log_conversation
from crm.timezones import today
from models.contact import Contact
from models.errors import DomainError, N_
from models.interaction import ContactDirection, Interaction, InteractionKind
from models.lead import Lead
from models.user import Actor, User

_PARTICIPANT_LIMIT = 40


@dataclass(frozen=True, slots=True)
class FiledEmail:
    """What became of an e-mail: the conversation, and the attachments kept and left out."""

    interaction: Interaction
    kept_count: int
    left_out: tuple[str, ...]


def file_email(
    session: Session,
    email: Email,
    *,
    lead: Lead,
    config: Config,
    actor: Actor,
    now: datetime,
    happened_on: date | None = None,
    direction: ContactDirection | None = None,
) -> FiledEmail:
    """Keep an e-mail on a lead, with the people on file who wrote and received it.

    `happened_on` and `direction` count only where the e-mail itself does not say.

    Raises:
        DomainError: it is on the lead already, has no date, or comes from the future.
    """
    _refuse_twice(session, email, lead)
    if email.sent_at is not None:
        happened_on = today(email.sent_at, actor.office_time_zone)
    if happened_on is None:
        raise DomainError(
            N_("This e-mail has no date of its own. Say when it was sent."), field="happened_on"
        )
    people = [*([email.sender] if email.sender else []), *email.recipients]
    users = _by_address(session, User, people)
    contacts = _by_address(session, Contact, people)
    if email.sender is not None:
        wrote_ourselves = email.sender[1] in users
        direction = ContactDirection.OUT if wrote_ourselves else ContactDirection.IN
    interaction = log_conversation(
        session,
        ConversationDetails(
            kind=InteractionKind.EMAIL,
            direction=direction,
            happened_on=happened_on,
            starts_at=email.sent_at,
            time_zone=actor.office_time_zone if email.sent_at else None,
            summary=email.subject[:300] or None,
            text=email.text or None,
            language=language_of_text(email.text or email.subject),
            message_id=email.message_id,
            participants=_participants(people, users, contacts),
            is_demo=lead.is_demo,
        ),
        lead=lead,
        actor=actor,
        now=now,
    )
    kept, left_out = _keep_attachments(
        session, email, interaction, config=config, actor=actor, now=now
    )
    return FiledEmail(interaction, kept, left_out)


def _refuse_twice(session: Session, email: Email, lead: Lead) -> None:
    known = session.scalar(
        sa.select(Interaction.id)
        .where(Interaction.lead_id == lead.id, Interaction.message_id == email.message_id)
        .limit(1)
    )
    if known is not None:
        raise DomainError(N_("This e-mail is on the lead already."), field="file")


def _by_address(
    session: Session, cls: type[User] | type[Contact], people: Sequence[tuple[str, str]]
) -> dict[str, int]:
    found = session.execute(
        sa.select(sa.func.lower(cls.email), cls.id)
        .where(sa.func.lower(cls.email).in_([address for _name, address in people]))
        .order_by(cls.id.desc())
    )
    return {address: key for address, key in found if address is not None}


def _participants(
    people: Sequence[tuple[str, str]], users: dict[str, int], contacts: dict[str, int]
) -> tuple[ParticipantDetails, ...]:
    """Each person once: a colleague, a contact on file, or the name that the e-mail gives."""
    found: dict[str, ParticipantDetails] = {}
    for name, address in people[:_PARTICIPANT_LIMIT]:
        if address in found:
            continue
        if address in users:
            found[address] = ParticipantDetails(user_id=users[address])
        elif address in contacts:
            found[address] = ParticipantDetails(contact_id=contacts[address])
        else:
            found[address] = ParticipantDetails(name=f"{name} <{address}>" if name else address)
    return tuple(found.values())


def _keep_attachments(
    session: Session,
    email: Email,
    interaction: Interaction,
    *,
    config: Config,
    actor: Actor,
    now: datetime,
) -> tuple[int, tuple[str, ...]]:
    kept = 0
    left_out = []
    for attachment in email.attachments:
        try:
            keep_file(
                session,
                io.BytesIO(attachment.data),
                attachment.name,
                Home(interaction=interaction),
                config=config,
                actor=actor,
                now=now,
            )
            kept += 1
        except DomainError:
            # A logo or a zip must not stop the letter itself; the page says what was left out.
            left_out.append(attachment.name)
    return kept, tuple(left_out)
