"""An administrator's look at a team's conversation, enquiry or file: allowed, and written down."""

from typing import Any

from crm.organizations.looks import is_noted, note_look
from crm.web.request import actor, now, transaction
from models.lead import Lead


def note_own_look(record: Any) -> bool:
    """Write to the audit that the reader looked at this record, if only their role shows it.

    Says whether it wrote: the reading session is a new one then.
    """
    if not is_noted(record.team_id, actor()):
        return False
    with transaction() as session:
        note_look(
            session,
            record.__tablename__,
            record.id,
            team_id=record.team_id,
            lead_id=record.id if isinstance(record, Lead) else record.lead_id,
            actor=actor(),
            now=now(),
        )
    return True
