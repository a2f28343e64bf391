"""What groups are called: codes and public ids in the place of keys, with their names."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.reports.params import Dimension
from crm.reports.pipeline import GroupKey
from models.agreement import Agreement
from models.lead import LeadSource
from models.organization import Sector
from models.user import Office, User

_NONE = GroupKey()


def load_keys(session: Session, by: Dimension, groups: Iterable[Any]) -> dict[Any, GroupKey]:
    """The key of each group, by what its leads have in common; None is what is not known."""
    found: dict[Any, GroupKey] = {None: _NONE}
    if by is Dimension.MARKET:
        return found | {code: GroupKey(code) for code in groups if code is not None}
    wanted = [key for key in groups if key is not None]
    for row in session.execute(_names(by).where(_TABLES[by].id.in_(wanted))):
        found[row.id] = GroupKey(row.code, row.name, row.name_fr)
    return found


_TABLES: dict[Dimension, Any] = {
    Dimension.SECTOR: Sector,
    Dimension.OFFICE: Office,
    Dimension.OWNER: User,
    Dimension.SOURCE: LeadSource,
    Dimension.AGREEMENT: Agreement,
}


def _names(by: Dimension) -> sa.Select[Any]:
    table = _TABLES[by]
    if by in (Dimension.SECTOR, Dimension.SOURCE):
        return sa.select(table.id, table.code, table.name_en.label("name"), table.name_fr)
    name = table.name
    if by is Dimension.AGREEMENT:
        name = sa.func.coalesce(sa.func.nullif(Agreement.short_name, ""), Agreement.name)
    return sa.select(
        table.id,
        table.public_id.label("code"),
        name.label("name"),
        sa.null().label("name_fr"),
    )
