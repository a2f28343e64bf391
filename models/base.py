"""The declarative base, naming conventions and the mixins that several tables share."""

from datetime import datetime
from typing import Annotated, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from models.types import UtcDateTime, new_public_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[int, mapped_column(primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime())]


class Base(DeclarativeBase):
    """Root of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: UtcDateTime(), str: sa.Text()}


class PublicId:
    """A random identifier for URLs and exports; integer keys never leave the server."""

    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_public_id)


class DemoFlag:
    """Marks what the demo invented, so that a page can say so."""

    is_demo: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class TeamScoped:
    """A row that can betray a lead: seen by everybody (`team_id` null) or by one team.

    The session adds the visibility criteria of its viewer to every statement on such a table
    (`crm.visibility`). A lead's service keeps the value equal to the lead's on every child.
    """

    @declared_attr
    def team_id(cls) -> Mapped[int | None]:
        return mapped_column(sa.ForeignKey("teams.id"))
