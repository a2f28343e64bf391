"""The duty that tells backup and manager of cases that are late, once for each deadline."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.bre.letters import tell_of_lateness
from models.bre_call import BreCase

DEADLINES = ("reply", "plan", "close")


def missed_deadline(case: BreCase, *, now: datetime) -> str | None:
    """The last deadline that a case has missed; a later step done makes up for an earlier one."""
    if case.closed_at is not None:
        return None
    if case.close_due_at <= now:
        return "close"
    if case.planned_at is None and case.plan_due_at <= now:
        return "plan"
    if case.replied_at is None and case.planned_at is None and case.reply_due_at <= now:
        return "reply"
    return None


def due_of(case: BreCase, deadline: str) -> datetime:
    """When a deadline was."""
    found: datetime = getattr(case, f"{deadline}_due_at")
    return found


def run(session: Session, *, now: datetime) -> int:
    """Escalate what is late and was not escalated for that deadline; how many cases that were."""
    cases = session.scalars(
        sa.select(BreCase)
        .where(BreCase.closed_at.is_(None), BreCase.reply_due_at <= now)
        .order_by(BreCase.reply_due_at, BreCase.id)
    )
    count = 0
    for case in cases.all():
        deadline = missed_deadline(case, now=now)
        if deadline is None or _was_told(case, deadline):
            continue
        tell_of_lateness(session, case, deadline, due_at=due_of(case, deadline), now=now)
        case.escalated_at, case.escalated_for = now, deadline
        count += 1
    session.flush()
    return count


def _was_told(case: BreCase, deadline: str) -> bool:
    told = case.escalated_for
    return told in DEADLINES and DEADLINES.index(told) >= DEADLINES.index(deadline)
