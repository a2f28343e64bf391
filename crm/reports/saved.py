"""Saved reports: a report of the catalogue with its filters, under a name.

Relative days are kept as such, so a saved report is always about the day it is opened.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.reports.catalogue import check_public, find_report, get_report
from crm.reports.params import ReportParams
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.report import SavedReport
from models.user import Actor

LONGEST_NAME = 80
MOST_REPORTS = 200


def list_saved(session: Session, actor: Actor) -> list[SavedReport]:
    """One's own reports first, then those that colleagues share, each by name."""
    statement = (
        sa.select(SavedReport)
        .where(_may_see(actor))
        .options(joinedload(SavedReport.owner))
        .order_by(sa.case((SavedReport.owner_id == actor.id, 0), else_=1), SavedReport.name)
    )
    return [saved for saved in session.scalars(statement) if may_read(saved, actor)]


def get_saved(session: Session, actor: Actor, public_id: str) -> SavedReport:
    """A saved report that somebody may see.

    Raises:
        NotFoundError: there is none, it is somebody else's, or the report is not for the role.
    """
    statement = (
        sa.select(SavedReport)
        .where(SavedReport.public_id == public_id, _may_see(actor))
        .options(joinedload(SavedReport.owner))
    )
    found = session.scalars(statement).one_or_none()
    if found is None or not may_read(found, actor):
        raise NotFoundError
    return found


def may_read(saved: SavedReport, actor: Actor) -> bool:
    """Whether the report still exists, and is for the role."""
    report = find_report(saved.kind)
    return report is not None and actor.role in report.roles


def own_saved(session: Session, actor: Actor, kind: str) -> Sequence[SavedReport]:
    """One's own saved reports of a kind, by name: what new filters may replace."""
    return session.scalars(
        sa.select(SavedReport)
        .where(SavedReport.owner_id == actor.id, SavedReport.kind == kind)
        .order_by(SavedReport.name)
    ).all()


def save_report(
    session: Session,
    *,
    kind: str,
    params: ReportParams,
    name: str,
    is_shared: bool,
    actor: Actor,
    now: datetime,
) -> SavedReport:
    """Keep a report with its filters; one's own of that kind and name takes the new filters.

    Raises:
        NotFoundError: there is no such report for the role.
        DomainError: a day that is none, no name, a name of another report, too many reports, or a
            public copy of what has none.
        ForbiddenError: the command line, which is nobody.
    """
    check_public(get_report(kind, actor.role), params)
    if actor.id is None:
        raise ForbiddenError
    for problem in params.problems.values():
        raise problem
    name = _checked(name)
    own = sa.select(SavedReport).where(SavedReport.owner_id == actor.id)
    found = session.scalars(own.where(SavedReport.name == name)).one_or_none()
    if found is not None and found.kind != kind:
        raise DomainError(N_("Another of your saved reports has this name."), field="name")
    if found is None:
        count = session.scalar(sa.select(sa.func.count()).select_from(own.subquery())) or 0
        if count >= MOST_REPORTS:
            raise DomainError(
                N_("You have %(count)s saved reports. Delete one first."), field="name", count=count
            )
        found = SavedReport(name=name, kind=kind, owner_id=actor.id, created_at=now, version=0)
        session.add(found)
    found.params, found.is_shared = dict(params.as_args()), is_shared
    found.version += 1
    session.flush()
    return found


def change_saved(
    session: Session, saved: SavedReport, *, name: str, is_shared: bool, actor: Actor
) -> None:
    """Call a saved report otherwise, and say who sees it.

    Raises:
        DomainError: no name, or another of one's reports has it.
        ForbiddenError: it is somebody else's.
    """
    _check_owner(saved, actor)
    name = _checked(name)
    taken = session.scalar(
        sa.select(SavedReport.id).where(
            SavedReport.owner_id == saved.owner_id,
            SavedReport.name == name,
            SavedReport.id != saved.id,
        )
    )
    if taken is not None:
        raise DomainError(N_("Another of your saved reports has this name."), field="name")
    saved.name, saved.is_shared = name, is_shared
    saved.version += 1


def delete_saved(session: Session, saved: SavedReport, *, actor: Actor) -> None:
    """Delete a saved report, and with it what is sent of it.

    Raises:
        ForbiddenError: it is somebody else's.
    """
    _check_owner(saved, actor)
    session.delete(saved)


def _may_see(actor: Actor) -> Any:
    return sa.or_(SavedReport.owner_id == actor.id, SavedReport.is_shared)


def _check_owner(saved: SavedReport, actor: Actor) -> None:
    if actor.id is None or saved.owner_id != actor.id:
        raise ForbiddenError


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise DomainError(N_("Give it a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise DomainError(
            N_("A name has at most %(count)s letters."), field="name", count=LONGEST_NAME
        )
    return name
