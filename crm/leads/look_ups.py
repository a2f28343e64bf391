"""What the forms of a lead offer to choose from."""

import sqlalchemy as sa
from flask_babel import get_locale
from sqlalchemy.orm import Session

from crm.leads.input_forms import Offered
from crm.leads.list_queries import load_options
from models.lead import Lead
from models.user import Actor, User


def load_offered(session: Session, lead: Lead | None, *, actor: Actor) -> Offered:
    """The choices of a lead's forms. Only a manager gives a lead away; anybody takes a free one."""
    options = load_options(session, language=get_locale().language)
    owners = list(options.owners)
    if lead is not None and not actor.may_direct:
        keep = lead.owner_id if lead.owner_id is not None else actor.id
        allowed = session.scalar(sa.select(User.public_id).where(User.id == keep))
        owners = [item for item in owners if item[0] == allowed]
    if lead is not None and lead.owner is not None:
        own = (lead.owner.public_id, lead.owner.name)
        owners = owners if own in owners else [own, *owners]
    return Offered(
        options, tuple(owners), currency=lead.capex_currency if lead is not None else None
    )
