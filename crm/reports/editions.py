"""Editions of the brief: figures frozen as they were published.

What was handed to a council is kept whatever is learnt later. How it differs from what is known
now is told by `edition_comparison`.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.reports.params import ReportParams
from crm.reports.periods import Calendar
from crm.reports.takeaway.brief import Brief
from crm.reports.takeaway.brief_queries import read_brief, seen_leads
from crm.visibility import viewer_of
from models.audit import AuditEntry
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.report import Audience, ReportEdition
from models.user import Actor, Office

KIND = "brief"
_LONGEST_OPENING = 600
_LISTED = 200
# Beside the filters in what an edition keeps of its parameters.
_START_MONTH = "fiscal_year_starts"


def publish_edition(
    session: Session,
    params: ReportParams,
    audience: Audience,
    *,
    title: str,
    opening: str | None,
    actor: Actor,
    now: datetime,
) -> ReportEdition:
    """Freeze a brief: its figures, its opening and what it is about.

    `opening` None keeps the program's own sentence, in whichever language it is read.

    Raises:
        DomainError: no title, an opening that fills the page, or a day that none can be about.
    """
    if not actor.may_direct:
        raise ForbiddenError
    title, opening = title.strip(), (opening or "").strip() or None
    if not title:
        raise DomainError(N_("Give the edition a title."), field="title")
    if opening is not None and len(opening) > _LONGEST_OPENING:
        raise DomainError(
            N_("The opening is longer than %(longest)s characters, and the page has no room."),
            field="opening",
            longest=_LONGEST_OPENING,
        )
    brief, settled = read_brief(session, params, audience, now=now)
    kept: dict[str, Any] = settled.params.as_args() | {
        "as_of": brief.as_of.isoformat(),
        "compare": brief.compare.isoformat(),
        _START_MONTH: settled.calendar.start_month,
    }
    edition = ReportEdition(
        kind=KIND,
        audience=audience,
        title=title[:200],
        params=kept,
        as_of=brief.as_of,
        compare_on=brief.compare,
        office_id=_office_key(session, params.office),
        opening=opening,
        figures=brief.to_plain(),
        model_number=brief.landing.model_number if brief.landing else None,
        is_public=audience is Audience.COUNCIL,
        time_zone=settled.calendar.time_zone,
        published_at=now,
        published_by_id=actor.id,
        published_by=actor.name,
    )
    session.add(edition)
    session.flush()
    return edition


def withdraw_edition(
    session: Session, public_id: str, *, reason: str, actor: Actor, now: datetime
) -> ReportEdition:
    """Mark an edition as withdrawn. It stays: it was handed out. The reason goes to the audit.

    Raises:
        DomainError: no reason, or it was withdrawn already.
    """
    if not actor.may_direct:
        raise ForbiddenError
    edition = get_edition(session, public_id)
    if edition.withdrawn_at is not None:
        raise DomainError(N_("This edition has been withdrawn already."))
    reason = reason.strip()
    if not reason:
        raise DomainError(N_("Say why the edition is withdrawn."), field="reason")
    edition.withdrawn_at = now
    session.flush()
    audit.record(
        session,
        "withdrawn",
        ReportEdition.__tablename__,
        now=now,
        record_id=edition.id,
        reason=reason[:400],
    )
    return edition


def get_edition(session: Session, public_id: str) -> ReportEdition:
    """An edition that whoever looks may read.

    Raises:
        NotFoundError: there is none, or it is not for them.
    """
    edition = session.scalar(
        sa.select(ReportEdition).where(
            ReportEdition.public_id == public_id, *_readable(viewer_of(session))
        )
    )
    if edition is None:
        raise NotFoundError
    return edition


def list_editions(session: Session) -> list[ReportEdition]:
    """The editions that whoever looks may read, the latest first."""
    return list(
        session.scalars(
            sa.select(ReportEdition)
            .where(*_readable(viewer_of(session)))
            .order_by(ReportEdition.published_at.desc(), ReportEdition.id.desc())
            .limit(_LISTED)
        )
    )


def why_withdrawn(session: Session, edition: ReportEdition) -> str | None:
    """The reason that was given."""
    return session.scalar(
        sa.select(AuditEntry.reason)
        .where(
            AuditEntry.record_type == ReportEdition.__tablename__,
            AuditEntry.record_id == edition.id,
            AuditEntry.reason.is_not(None),
        )
        .limit(1)
    )


def frozen_brief(session: Session, edition: ReportEdition) -> Brief:
    """The figures as they were published, with the leads that the reader may see today."""
    brief = Brief.from_plain(edition.figures)
    return brief.for_reader(seen_leads(session, brief.lead_ids))


def _readable(actor: Actor) -> list[Any]:
    """Open editions are for all; the totals of others are for directors who count all of them."""
    found = sa.or_(ReportEdition.is_public, ReportEdition.published_by_id == (actor.id or 0))
    if actor.may_direct and (actor.counts_all or actor.sees_all):
        return []
    return [found] if actor.may_direct else [ReportEdition.is_public]


def _office_key(session: Session, public_id: str | None) -> int | None:
    if public_id is None:
        return None
    return session.scalar(sa.select(Office.id).where(Office.public_id == public_id))


def calendar_of_edition(edition: ReportEdition) -> Calendar | None:
    """The clock and the fiscal year by which the edition's days and quarters were drawn.

    None: an earlier version published it, and the reader's own have to do.
    """
    if edition.time_zone is None:
        return None
    return Calendar(edition.time_zone, int(edition.params.get(_START_MONTH, 1)))
