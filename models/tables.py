"""Every table in one import: what the migrations, the audit and the visibility rules walk over."""

from models import (
    announcement,
    audit,
    contact,
    document,
    duplicate,
    import_batch,
    interaction,
    job,
    lead,
    mission,
    organization,
    score,
    search,
    stage,
    user,
)
from models.base import Base, TeamScoped

__all__ = [
    "METADATA",
    "announcement",
    "audit",
    "contact",
    "document",
    "duplicate",
    "import_batch",
    "interaction",
    "job",
    "lead",
    "mission",
    "organization",
    "scoped_classes",
    "score",
    "search",
    "stage",
    "user",
]

METADATA = Base.metadata


def scoped_classes() -> list[type[TeamScoped]]:
    """Every mapped class that carries `team_id`."""
    return [
        mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, TeamScoped)
    ]
