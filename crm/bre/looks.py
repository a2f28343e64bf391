"""An administrator's look at what a company said to a team: allowed, and written down."""

from crm.organizations.looks import is_noted, note_look
from crm.web.request import actor, now, transaction
from models.bre_call import BreCall, BreCase, BreFlag


def note_own_look(record: BreCall | BreCase | BreFlag, team_id: int | None) -> bool:
    """Write to the audit that the reader looked, if only their role shows it.

    Says whether it wrote: the reading session is a new one then.
    """
    if not is_noted(team_id, actor()):
        return False
    with transaction() as session:
        note_look(
            session,
            record.__tablename__,
            record.id,
            team_id=team_id,
            actor=actor(),
            now=now(),
        )
    return True
