"""The file of a draft, read as its officer wants it read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm.imports import drafts, service
from crm.imports.columns import ColumnMapping, match_columns
from crm.imports.options import ImportOptions
from crm.imports.reading import read_table
from crm.imports.table import Table
from crm.timezones import today
from models.errors import DomainError, N_
from models.import_batch import BatchKind, ImportBatch
from models.import_batch import ColumnMapping as KeptMapping
from models.lead import Lead
from models.user import Actor

LONG = 2_000
"""A file of more rows is read and applied by a job."""
LONG_TO_UNDO = 5_000
"""A file of more rows is taken back by a job."""


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A draft's file as a table, which column holds what, and how its rows are treated."""

    table: Table
    mapping: ColumnMapping
    options: ImportOptions


def is_long(batch: ImportBatch) -> bool:
    """Whether a job has to read and apply the file."""
    return batch.row_count > LONG


def is_long_to_undo(batch: ImportBatch) -> bool:
    """Whether a job has to take the import back."""
    return batch.row_count > LONG_TO_UNDO


def has_many_leads(session: Session) -> bool:
    """Whether the office has as many leads as a long file has rows."""
    return session.scalars(sa.select(Lead.id).offset(LONG).limit(1)).first() is not None


def read_draft(config: Config, batch: ImportBatch) -> DraftFile:
    """The file of a draft.

    Raises:
        DomainError: it is not kept any more, or cannot be read as was said.
    """
    options = ImportOptions.from_json(batch.options)
    content = drafts.find(config, batch.public_id)
    if content is None:
        raise DomainError(N_("The file is not kept any more. Bring it in again."))
    table = read_table(
        content, batch.file_name, encoding=options.encoding, delimiter=options.delimiter
    )
    return DraftFile(table, match_columns(table.headers, batch.kind, chosen(batch, table)), options)


def chosen(batch: ImportBatch, table: Table) -> dict[str, str | None] | None:
    """What a person chose for the headers that the file has, read as it is now."""
    if batch.mapping is None:
        return None
    return {header: code for header, code in batch.mapping.items() if header in table.headers}


def parse(file: DraftFile, *, actor: Actor, now: datetime) -> service.ParsedFile:
    """The rows of a draft's file."""
    return service.parse_file(file.table, file.mapping, today=today(now, actor.office_time_zone))


def headers_sha256(headers: Sequence[str]) -> str:
    """What tells one set of headers from another."""
    return hashlib.sha256("\n".join(headers).encode()).hexdigest()


def find_mapping(
    session: Session, office_id: int | None, headers: Sequence[str], kind: BatchKind | None
) -> KeptMapping | None:
    """How the office read its last file with these headers; of this kind, or of any."""
    statement = sa.select(KeptMapping).where(
        KeptMapping.headers_sha256 == headers_sha256(headers),
        KeptMapping.office_id.is_not_distinct_from(office_id),
    )
    if kind is not None:
        statement = statement.where(KeptMapping.kind == kind)
    return session.scalars(statement.order_by(KeptMapping.used_at.desc()).limit(1)).first()


def remember_mapping(
    session: Session,
    office_id: int | None,
    headers: Sequence[str],
    kind: BatchKind,
    mapping: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep how a file was read, for the office's next one with the same headers."""
    kept = find_mapping(session, office_id, headers, kind)
    if kept is None:
        kept = KeptMapping(office_id=office_id, kind=kind, headers_sha256=headers_sha256(headers))
        session.add(kept)
    kept.mapping = mapping
    kept.used_at = now
