"""What the pages of files read."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.files.service import Home
from crm.visibility import may_write_through
from models.errors import NotFoundError
from models.interaction import Interaction, StoredFile
from models.lead import Lead
from models.organization import Organization

_HOMES: dict[str, type[Lead] | type[Interaction] | type[Organization]] = {
    "lead": Lead,
    "interaction": Interaction,
    "organization": Organization,
}


def get_file(session: Session, public_id: str) -> StoredFile:
    """The file's row. What proves an announcement is for those who write.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    statement = sa.select(StoredFile).where(StoredFile.public_id == public_id)
    if not may_write_through(session):
        statement = statement.where(StoredFile.announcement_id.is_(None))
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_home(session: Session, record_type: str, public_id: str) -> Home:
    """The record a file is to belong to: a `lead`, an `interaction` or an `organization`.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    cls = _HOMES.get(record_type)
    if cls is None:
        raise NotFoundError
    record = session.scalars(sa.select(cls).where(cls.public_id == public_id)).one_or_none()
    if isinstance(record, Lead):
        return Home(lead=record)
    if isinstance(record, Interaction):
        return Home(interaction=record)
    if isinstance(record, Organization):
        return Home(organization=record)
    raise NotFoundError


def list_files(session: Session, home: Home) -> Sequence[StoredFile]:
    """The files of one record, the newest first; a lead's conversations' files are its own too."""
    statement = sa.select(StoredFile).order_by(StoredFile.created_at.desc(), StoredFile.id.desc())
    if home.lead is not None:
        statement = statement.where(StoredFile.lead_id == home.lead.id)
    elif home.interaction is not None:
        statement = statement.where(StoredFile.interaction_id == home.interaction.id)
    elif home.organization is not None:
        statement = statement.where(StoredFile.organization_id == home.organization.id)
    return session.scalars(statement.limit(100)).all()
