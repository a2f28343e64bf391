"""Live changes of leads: new column values, and the revision that keeps the old ones."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import ConflictError, N_
from models.lead import REPORTABLE, Change, Lead, LeadRevision, Origin
from models.user import Actor


def change_leads(
    session: Session,
    leads: Sequence[Lead],
    values: Mapping[str, Any],
    *,
    change: Change,
    actor: Actor,
    now: datetime,
    happened_on: date | None = None,
    reason: str | None = None,
    is_override: bool = False,
    batch_id: int | None = None,
) -> None:
    """Give each lead the same new values; see `change_lead`. One query for all of them."""
    open_revisions = {
        revision.lead_id: revision
        for revision in session.scalars(
            sa.select(LeadRevision).where(
                LeadRevision.lead_id.in_([lead.id for lead in leads]),
                LeadRevision.valid_to.is_(None),
            )
        )
    }
    successors = []
    for lead in leads:
        before = _state(lead)
        for name, value in values.items():
            setattr(lead, name, value)
        lead.changed_at = now
        lead.version += 1
        if change is Change.EDITED and before == _state(lead):
            continue
        if change not in _NO_MOVES:
            lead.was_moved = True
        closed = open_revisions[lead.id]
        # Clocks go back; time on the axis does not.
        closed.valid_to = max(now, closed.valid_from)
        successors.append(
            LeadRevision(
                **_state(lead),
                lead_id=lead.id,
                team_id=lead.team_id,
                sequence=closed.sequence + 1,
                valid_from=closed.valid_to,
                valid_to=None,
                recorded_at=now,
                happened_on=happened_on,
                change=change,
                origin=Origin.LIVE,
                is_override=is_override,
                reason=reason,
                lost_reason=lead.lost_reason if change is Change.LOST else None,
                lost_to=lead.lost_to if change is Change.LOST else None,
                actor_id=actor.id,
                actor_name=actor.name,
                batch_id=batch_id,
            )
        )
    # The old states must be closed before the new ones open: one may be open for a lead.
    session.flush()
    session.add_all(successors)
    session.flush()


def change_lead(
    session: Session,
    lead: Lead,
    values: Mapping[str, Any],
    *,
    change: Change,
    actor: Actor,
    now: datetime,
    happened_on: date | None = None,
    reason: str | None = None,
    is_override: bool = False,
    batch_id: int | None = None,
) -> None:
    """Set columns of a loaded lead and, when a reportable one changes, open a new revision.

    A change of stage or status always opens one, so that its reason is kept.
    """
    change_leads(
        session,
        [lead],
        values,
        change=change,
        actor=actor,
        now=now,
        happened_on=happened_on,
        reason=reason,
        is_override=is_override,
        batch_id=batch_id,
    )


def check_version(lead: Lead, expected: int | None) -> None:
    """Refuse a form that was filled in from an older state of the lead.

    Raises:
        ConflictError: somebody changed the lead in the meantime.
    """
    if expected is not None and expected != lead.version:
        raise ConflictError(
            N_(
                "Somebody changed this lead since you opened the page. Nothing was saved: look at"
                " what stands there now."
            )
        )


_NO_MOVES = frozenset({Change.EDITED, Change.REASSIGNED, Change.RESTRICTED, Change.LIFTED})


def _state(lead: Lead) -> dict[str, Any]:
    return {name: getattr(lead, name) for name in REPORTABLE}
