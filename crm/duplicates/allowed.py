"""Who may merge what: asked before anything moves, in words that tell nothing of the hidden."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates import journal
from models.errors import DomainError, ForbiddenError, N_
from models.lead import Lead
from models.organization import Organization
from models.user import Actor

REFUSED = N_("These two cannot be merged by you; ask an administrator.")


def check_answers_for(
    session: Session, one: Organization, other: Organization, *, actor: Actor
) -> None:
    """Refuse whoever does not answer for the leads of both, as far as the actor sees them.

    Raises:
        ForbiddenError: the actor only reads.
        DomainError: a lead of either is a colleague's, and the actor no manager.
    """
    if not actor.may_write:
        raise ForbiddenError
    if not actor.may_direct and session.scalar(
        sa.select(sa.func.count(Lead.id)).where(
            Lead.organization_id.in_((one.id, other.id)),
            Lead.owner_id.is_not(None),
            Lead.owner_id != actor.id,
        )
    ):
        raise DomainError(REFUSED)


def check_may_merge(
    session: Session, one: Organization, other: Organization, *, actor: Actor
) -> None:
    """Refuse, in the same words, whoever cannot see all that would move.

    No page asks this ahead: its answer is worth nothing to who only wants to know, since a merge
    that is not refused is made, and audited.

    Raises:
        ForbiddenError: the actor only reads.
        DomainError: something of either is a colleague's, or hidden from the actor.
    """
    check_answers_for(session, one, other, actor=actor)
    keys = (one.id, other.id)
    if not actor.sees_all and journal.hidden_from(session, keys, team_ids=actor.team_ids):
        raise DomainError(REFUSED)


def opens_a_secret(one: Organization, other: Organization) -> bool:
    """Whether a merge would show a team's organization to the whole office."""
    return (one.team_id is None) != (other.team_id is None)


def check_teams(survivor: Organization, absorbed: Organization, *, may_open: bool) -> None:
    """Refuse what would open a team's secret and nobody meant, or hide one from its team.

    Raises:
        DomainError: it would.
    """
    if opens_a_secret(survivor, absorbed):
        if not may_open:
            raise DomainError(
                N_(
                    "One of the two is a team's secret. Merged, the whole office sees its names,"
                    " numbers and contacts; its restricted leads stay hidden. Say that this is"
                    " meant."
                ),
                field="may_open",
            )
    elif survivor.team_id != absorbed.team_id:
        raise DomainError(
            N_(
                "Each of the two is another team's secret; merged, they would be hidden from"
                " nobody. Restrict their leads to one team first."
            )
        )
