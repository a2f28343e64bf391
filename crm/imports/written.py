"""What writing the records of a file did, for its result and for undoing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crm.imports.records import Change, Creation, Records
from crm.imports.snapshots import as_plain
from crm.imports.writing import insert
from models.audit import AuditEntry
from models.import_batch import RowAction
from models.user import Actor


@dataclass(slots=True)
class Written:
    """The rows for the batch, how many records there are of each, and what came along."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    created_count: int = 0
    changed_count: int = 0
    company_count: int = 0
    summary: dict[str, Any] = field(default_factory=dict)

    def created(
        self, creation: Creation, column: str, key: int, *, team_id: int | None, before: Any = None
    ) -> None:
        """Note a record that a row created; further rows that name it changed nothing."""
        self.created_count += 1
        for place, number in enumerate(creation.rows):
            self.rows.append(
                {
                    "row_number": number,
                    "action": RowAction.CREATED if place == 0 else RowAction.UNCHANGED,
                    column: key,
                    "before": before if place == 0 else None,
                    "team_id": team_id,
                }
            )

    def changed(self, change: Change, column: str, *, before: Any) -> None:
        """Note a record on file that rows changed, or found as they say."""
        team_id = change.columns.get("team_id", change.facts["team_id"])
        self.changed_count += 1 if change.changes else 0
        for place, number in enumerate(change.rows):
            is_first = place == 0 and change.changes
            self.rows.append(
                {
                    "row_number": number,
                    "action": RowAction.UPDATED if is_first else RowAction.UNCHANGED,
                    column: change.id,
                    "before": before if is_first else None,
                    "team_id": team_id,
                }
            )

    def skipped(self, records: Records) -> None:
        """Note the rows that were left out."""
        self.rows += [
            {"row_number": number, "action": RowAction.SKIPPED, "team_id": None}
            for number in records.skipped
        ]


def note_created(
    session: Session,
    table: str,
    created: Sequence[tuple[int, Mapping[str, Any], int | None]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write the audit entries of new records (key, what tells them, lead)."""
    insert(
        session,
        AuditEntry,
        [
            {
                "at": now,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "action": "created",
                "record_type": table,
                "record_id": key,
                "lead_id": lead_id,
                "team_id": row.get("team_id"),
                "changes": {
                    name: [None, value]
                    for name, value in as_plain(row).items()
                    if value is not None and not isinstance(value, (dict, list))
                },
            }
            for key, row, lead_id in created
        ],
    )


def note_changed(
    session: Session,
    table: str,
    changes: Sequence[tuple[Change, Mapping[str, Any]]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write the audit entries of records that changed: the columns, and lists in words."""
    insert(
        session,
        AuditEntry,
        [
            {
                "at": now,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "action": "changed",
                "record_type": table,
                "record_id": change.id,
                "lead_id": change.facts.get("lead_id"),
                "team_id": change.facts["team_id"],
                "changes": {
                    name: [as_plain(change.facts)[name] if name in change.facts else None, value]
                    for name, value in as_plain(after).items()
                },
            }
            for change, after in changes
        ],
    )
