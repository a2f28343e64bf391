"""Commands on files: keeping one with its record, and deleting it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm.files import storage
from crm.files.kinds import content_type_of
from crm.files.names import clean_name
from models.announcement import Announcement
from models.card import Card
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import Interaction, StoredFile
from models.lead import Lead
from models.organization import Organization
from models.user import Actor


@dataclass(frozen=True, slots=True)
class Home:
    """The record a file belongs to: exactly one of them.

    What proves an announcement is of the announcement alone, never of its lead: whoever reads the
    lead may not know of it yet.
    """

    lead: Lead | None = None
    interaction: Interaction | None = None
    organization: Organization | None = None
    announcement: Announcement | None = None
    card: Card | None = None

    @property
    def team_id(self) -> int | None:
        """Who may see the record may see its files."""
        record: Any = self.lead or self.interaction or self.organization
        record = record or self.announcement or self.card
        return record.team_id if record is not None else None


def keep_file(
    session: Session,
    stream: BinaryIO,
    name: str,
    home: Home,
    *,
    config: Config,
    actor: Actor,
    now: datetime,
) -> StoredFile:
    """Keep a file on its record, with the record's visibility.

    Raises:
        DomainError: a kind that is not taken, too large, too many files on the record, or no room
            left for files at all.
        ForbiddenError: the actor may not write.
    """
    if not actor.may_write:
        raise ForbiddenError
    _check_room(session, home, limit=config.attachments_per_record)
    if storage.bytes_kept(config.files) >= config.attachments_in_all:
        raise DomainError(
            N_(
                "There is no room for more files: %(limit)s GB are kept. Delete some that are no "
                "longer needed, or ask the administrator."
            ),
            field="file",
            limit=config.attachments_in_all // 1024**3,
        )
    shown = clean_name(name)
    content_type = content_type_of(stream, shown)
    written = storage.write(session, config.files, stream, limit=config.attachment_limit)
    row = StoredFile(
        name=shown,
        content_type=content_type,
        byte_count=written.byte_count,
        sha256=written.sha256,
        storage_name=written.storage_name,
        lead_id=_lead_id(home),
        interaction_id=home.interaction.id if home.interaction else None,
        organization_id=home.organization.id if home.organization else None,
        announcement_id=home.announcement.id if home.announcement else None,
        card_id=home.card.id if home.card else None,
        team_id=home.team_id,
        uploaded_by_id=actor.id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def may_delete(file: StoredFile, *, actor: Actor) -> bool:
    """Who brought a file may take it away again, and so may a manager."""
    own = actor.id is not None and file.uploaded_by_id == actor.id
    return actor.may_direct or (own and actor.may_write)


def delete_file(session: Session, file: StoredFile, *, config: Config, actor: Actor) -> None:
    """Delete a file; its bytes go once the row is gone for good.

    Raises:
        ForbiddenError: it is somebody else's.
    """
    if not may_delete(file, actor=actor):
        raise ForbiddenError(N_("Only who brought a file, or a manager, deletes it."))
    session.delete(file)
    session.flush()
    storage.remove_after_commit(session, config.files, file.storage_name)


def _lead_id(home: Home) -> int | None:
    if home.lead is not None:
        return home.lead.id
    return home.interaction.lead_id if home.interaction is not None else None


def _check_room(session: Session, home: Home, *, limit: int) -> None:
    lead_id = _lead_id(home)
    if lead_id is not None:
        on_record = StoredFile.lead_id == lead_id
    elif home.interaction is not None:
        on_record = StoredFile.interaction_id == home.interaction.id
    elif home.organization is not None:
        on_record = StoredFile.organization_id == home.organization.id
    elif home.announcement is not None:
        on_record = StoredFile.announcement_id == home.announcement.id
    elif home.card is not None:
        on_record = StoredFile.card_id == home.card.id
    else:
        raise DomainError(N_("A file belongs to a lead, a conversation or an organization."))
    count = session.scalar(sa.select(sa.func.count(StoredFile.id)).where(on_record)) or 0
    if count >= limit:
        raise DomainError(
            N_("There are %(limit)s files here already; delete one first."),
            field="file",
            limit=limit,
        )
