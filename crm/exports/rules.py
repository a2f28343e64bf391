"""What has to hold before a list leaves the house, and the entry that says it did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm import audit
from crm.exports.columns import Table
from models.audit import AuditEntry
from models.errors import DomainError, ForbiddenError, N_
from models.user import Actor

ACTION = "exported"


class UnconfirmedError(DomainError):
    """So many rows leave the house only with the password typed lately."""

    status = 403

    def __init__(self) -> None:
        super().__init__(N_("Type your password again before this is exported."))


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who exports, when, and how many rows are read: one more than may leave."""

    actor: Actor
    now: datetime
    today: date
    limit: int

    def may_leave(self, team_id: Any) -> sa.ColumnElement[bool]:
        """The condition on a row that it is the office's, or of a team of whoever exports.

        An administrator sees what is other teams' too; it stays where they look at it one by one.
        """
        found: sa.ColumnElement[bool] = sa.or_(
            team_id.is_(None), team_id.in_(sorted(self.actor.team_ids))
        )
        return found


Maker = Callable[[Session, Occasion], Table]


def export_table(
    session: Session,
    make: Maker,
    record_type: str,
    *,
    actor: Actor,
    now: datetime,
    today: date,
    config: Config,
    is_confirmed: bool,
) -> Table:
    """The table that `make` reads of what the actor sees; it is audited.

    `is_confirmed` says that whoever exports has lately typed their password: many rows need it,
    and what is restricted to a team.

    Raises:
        UnconfirmedError: it is needed, and nobody knows that it is still the same person.
        DomainError: too many rows, or too many exports within an hour.
    """
    if not actor.may_write:
        raise ForbiddenError
    _check_rate(session, actor, now=now, limit=config.exports_per_hour)
    most = config.export_row_limit
    table = make(session, Occasion(actor, now, today, most + 1))
    if len(table.rows) > most:
        raise DomainError(
            N_("More than %(limit)s rows fit these filters. Narrow them and export in parts."),
            limit=most,
        )
    is_delicate = table.restricted_count or len(table.rows) > config.export_confirm_rows
    if is_delicate and not is_confirmed:
        raise UnconfirmedError
    changes = {"filters": dict(table.filters), "count": len(table.rows)}
    if table.restricted_count:
        changes["restricted_count"] = table.restricted_count
    if table.name != record_type:
        changes["list"] = table.name
    audit.record(session, ACTION, record_type, now=now, changes=changes)
    return table


def _check_rate(session: Session, actor: Actor, *, now: datetime, limit: int) -> None:
    recent = session.scalar(
        sa.select(sa.func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.actor_id == actor.id,
            AuditEntry.action == ACTION,
            AuditEntry.at > now - timedelta(hours=1),
        )
    )
    if (recent or 0) >= limit:
        raise DomainError(
            N_("You have exported %(limit)s times within an hour. Try again later."), limit=limit
        )
