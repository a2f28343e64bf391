"""What became of a lead that was passed on to another office."""

from datetime import datetime

from sqlalchemy.orm import Session

from crm.leads.changes import change_lead
from models.errors import DomainError, ForbiddenError, N_
from models.lead import Change, Lead, PassedOnOutcome
from models.stage import Status
from models.user import Actor


def answer_passed_on(
    session: Session, lead: Lead, outcome: PassedOnOutcome, *, actor: Actor, now: datetime
) -> None:
    """Keep what the other office made of the lead.

    Raises:
        DomainError: the lead was not passed on.
    """
    if not actor.may_write:
        raise ForbiddenError
    if lead.status is not Status.PASSED_ON:
        raise DomainError(N_("This lead was not passed on."))
    change_lead(
        session,
        lead,
        {"passed_on_outcome": outcome},
        change=Change.EDITED,
        actor=actor,
        now=now,
    )
