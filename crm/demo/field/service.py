"""Writes the office's field work, by the same commands as in the application."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from config import Config
from crm.demo.field.announcing import announce_some
from crm.demo.field.ground import Ground
from crm.demo.field.past import look_back
from crm.demo.field.references import vouch
from crm.demo.field.sites import search_sites
from crm.demo.field.tonight import look_ahead
from crm.demo.field.visits import call_on_residents
from crm.demo.generator import Frame
from crm.demo.loading import OpenLead


def work_in_the_field(
    session: Session, frame: Frame, open_leads: Sequence[OpenLead], *, config: Config
) -> None:
    """Missions, visits, announcements, references and site searches of a fixed number."""
    ground = Ground(session, frame, config, open_leads)
    look_back(ground)
    look_ahead(ground)
    call_on_residents(ground)
    announce_some(ground)
    vouch(ground)
    search_sites(ground)
    session.flush()
