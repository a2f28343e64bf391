"""Every table in one import: what the migrations, the audit and the visibility rules walk over."""

from models import (
    agenda,
    agreement,
    announcement,
    audit,
    bre_call,
    card,
    commitment,
    contact,
    document,
    duplicate,
    import_batch,
    interaction,
    job,
    lead,
    mail,
    mission,
    organization,
    reference,
    report,
    score,
    search,
    site_search,
    stage,
    user,
)
from models.base import Base, TeamScoped

__all__ = [
    "METADATA",
    "agenda",
    "agreement",
    "announcement",
    "audit",
    "bre_call",
    "card",
    "commitment",
    "contact",
    "document",
    "duplicate",
    "import_batch",
    "interaction",
    "job",
    "lead",
    "mail",
    "mission",
    "organization",
    "reference",
    "report",
    "scoped_classes",
    "score",
    "search",
    "site_search",
    "stage",
    "user",
]

METADATA = Base.metadata


def scoped_classes() -> list[type[TeamScoped]]:
    """Every mapped class that carries `team_id`."""
    return [
        mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, TeamScoped)
    ]
