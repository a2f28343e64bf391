"""What people say of a lead beside the model: the officer's own estimate, and the chance set."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from crm.scores.overriding import Standing, load_overrides
from models.lead import Lead
from models.stage import StageCode


@dataclass(frozen=True, slots=True)
class Own:
    """People's own words on one lead's chance; `may_set` says that it can have one."""

    public_id: str
    likelihood: float | None
    override: Standing | None
    may_set: bool


def own_of(session: Session, lead: Lead, day: date) -> Own:
    """The officer's estimate and the chance set on a lead, as of a day."""
    return Own(
        public_id=lead.public_id,
        likelihood=lead.likelihood,
        override=load_overrides(session, [lead.id], day).get(lead.id),
        may_set=lead.status.is_open and lead.stage is not StageCode.ANNOUNCED,
    )
