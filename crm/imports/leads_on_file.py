"""The leads that a file's rows may mean, among those that the importer may see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.lead_rows import LeadRow
from crm.imports.text import plain
from crm.imports.writing import column_names
from models.lead import ImportedTotal, Lead, LeadRevision, Origin

LeadFacts = Mapping[str, Any]
"""The columns of a lead by name."""

_COLUMNS = column_names(Lead)
_REVISION_COLUMNS = column_names(LeadRevision)


@dataclass(slots=True)
class LeadsOnFile:
    """Leads by the office's own reference; those without one by company or code name."""

    by_reference: dict[str, list[LeadFacts]]
    without_reference: dict[tuple[object, date | None], list[LeadFacts]]

    def of_reference(self, reference: str) -> list[LeadFacts]:
        """The leads that bear a reference: it is not unique."""
        return self.by_reference.get(plain(reference), [])

    def of_identity(
        self, organization_id: int | None, code_name: str | None, first_contact_on: date
    ) -> list[LeadFacts]:
        """The leads without a reference that began on this day with this company or name."""
        found = self.without_reference.get((organization_id, first_contact_on), [])
        if found or code_name is None:
            return found
        named = self.without_reference.get((code_name, first_contact_on), [])
        # A code name may be told before its company, or go on without it; never two companies.
        return [lead for lead in named if None in (organization_id, lead["organization_id"])]


def load_by_reference(session: Session, references: Iterable[str]) -> dict[str, list[LeadFacts]]:
    """The visible leads with one of these references, whatever its letter case and width."""
    spelled = {
        variant
        for reference in references
        for variant in (reference, plain(reference), plain(reference).upper())
    }
    found: dict[str, list[LeadFacts]] = {}
    for lead in _load(session, spelled, Lead.reference):
        found.setdefault(plain(lead["reference"]), []).append(lead)
    return found


def load_leads(
    session: Session, rows: Iterable[LeadRow], organization_ids: Collection[int]
) -> LeadsOnFile:
    """The visible leads that the rows of a leads file may mean."""
    rows = list(rows)
    by_reference = load_by_reference(session, {row.ref for row in rows if row.ref is not None})
    nameless: dict[tuple[object, date | None], list[LeadFacts]] = {}
    if any(row.ref is None for row in rows):
        codes = {row.code_name for row in rows if row.ref is None and row.code_name is not None}
        for lead in _load(session, organization_ids, Lead.organization_id):
            if lead["reference"] is None:
                who = lead["organization_id"]
                nameless.setdefault((who, lead["first_contact_on"]), []).append(lead)
        for lead in _load(session, codes, Lead.code_name):
            if lead["reference"] is None:
                who = lead["code_name"]
                nameless.setdefault((who, lead["first_contact_on"]), []).append(lead)
    return LeadsOnFile(by_reference, nameless)


def _load(session: Session, values: Collection[Any], column: Any) -> Iterable[LeadFacts]:
    columns = [getattr(Lead, name) for name in _COLUMNS]
    for chunk in in_chunks(values):
        statement = sa.select(*columns).where(column.in_(chunk)).order_by(Lead.id)
        for row in session.execute(statement):
            # A view of the row: a dictionary of seventy columns would take four times the room.
            yield cast(LeadFacts, row._mapping)


def load_revisions(session: Session, lead_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The revisions of leads, in order, as plain columns: thousands are read at once."""
    columns = [getattr(LeadRevision, name) for name in _REVISION_COLUMNS]
    found: dict[int, list[dict[str, Any]]] = {lead_id: [] for lead_id in lead_ids}
    for chunk in in_chunks(lead_ids):
        statement = (
            sa.select(*columns)
            .where(LeadRevision.lead_id.in_(chunk))
            .order_by(LeadRevision.lead_id, LeadRevision.sequence)
        )
        for row in session.execute(statement):
            found[row.lead_id].append(dict(row._mapping))
    return found


def imported_of(revisions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The revisions that imports told."""
    return [revision for revision in revisions if revision["origin"] is Origin.IMPORT]


def live_of(revisions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The revisions that the office wrote as things happened."""
    return [revision for revision in revisions if revision["origin"] is Origin.LIVE]


def load_latest_totals(
    session: Session, lead_ids: Collection[int]
) -> dict[int, tuple[int | None, date | None]]:
    """The running totals that the last file stated about each lead."""
    found: dict[int, tuple[int | None, date | None]] = {}
    for chunk in in_chunks(lead_ids):
        statement = (
            sa.select(
                ImportedTotal.lead_id, ImportedTotal.meetings_count, ImportedTotal.last_contact_on
            )
            .where(ImportedTotal.lead_id.in_(chunk))
            .order_by(ImportedTotal.known_at, ImportedTotal.id)
        )
        for lead_id, meetings, last_contact_on in session.execute(statement):
            found[lead_id] = (meetings, last_contact_on)
    return found
