"""Editions of the brief: figures frozen as they were published, and how they read today.

What was handed to a council is kept whatever is learnt later. The difference between *as reported*
and *as known now* is told figure by figure, with the leads whose past was written since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.reports.params import ReportParams, read_params
from crm.reports.sums import Sums
from crm.reports.takeaway.brief import Brief
from crm.reports.takeaway.brief_queries import read_brief, seen_leads
from crm.visibility import over_all_leads, viewer_of
from models.audit import AuditEntry
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.lead import Change, Lead, LeadRevision, Origin
from models.report import Audience, ReportEdition
from models.stage import StageCode
from models.user import Actor, Office

KIND = "brief"
_LONGEST_OPENING = 600
_LISTED = 200


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
    kept = settled.params.as_args() | {
        "as_of": brief.as_of.isoformat(),
        "compare": brief.compare.isoformat(),
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
        "changed",
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


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that reads otherwise today. None: too few to print, or not there then.

    `stage` is None for the whole pipeline; `what` is "leads", "jobs" or a currency.
    """

    stage: StageCode | None
    what: str
    reported: int | None
    known: int | None


@dataclass(frozen=True, slots=True)
class Late:
    """A change of a lead that was written after publication, about a time before the day."""

    lead_id: str
    title: str
    happened_on: date | None
    recorded_at: datetime
    change: Change
    is_import: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """As reported against as known now.

    `hidden_count` of the late changes are of leads that the reader may not see; only who counts
    all is told.
    """

    brief: Brief
    differences: tuple[Difference, ...]
    late: tuple[Late, ...]
    late_count: int
    hidden_count: int


def compare_edition(session: Session, edition: ReportEdition, *, now: datetime) -> Compared:
    """The edition's figures recomputed from what is known now, and what makes the difference."""
    reported = Brief.from_plain(edition.figures)
    params = read_params(edition.params)
    known, settled = read_brief(session, params, edition.audience, now=now)
    conditions = [
        LeadRevision.recorded_at > edition.published_at,
        LeadRevision.valid_from < settled.end,
        LeadRevision.lead_type == params.lead_type,
        *([LeadRevision.team_id.is_(None)] if settled.params.is_public else []),
    ]
    rows = session.execute(
        sa.select(
            Lead.public_id,
            Lead.title,
            LeadRevision.happened_on,
            LeadRevision.recorded_at,
            LeadRevision.change,
            LeadRevision.origin,
        )
        .join_from(LeadRevision, Lead, Lead.id == LeadRevision.lead_id)
        .where(*conditions)
        .order_by(LeadRevision.recorded_at.desc(), LeadRevision.id.desc())
        .limit(_LISTED)
    ).all()
    counted = sa.select(sa.func.count()).select_from(LeadRevision).where(*conditions)
    seen = session.scalar(counted) or 0
    every = session.scalar(over_all_leads(counted)) or 0
    return Compared(
        known,
        tuple(_differences(reported, known)),
        tuple(
            Late(
                row.public_id,
                row.title,
                row.happened_on,
                row.recorded_at,
                row.change,
                row.origin is Origin.IMPORT,
            )
            for row in rows
        ),
        seen,
        max(every - seen, 0),
    )


def _differences(reported: Brief, known: Brief) -> Iterable[Difference]:
    then, today = reported.pipeline.now, known.pipeline.now
    pairs: list[tuple[StageCode | None, Sums, Sums]] = [
        (line.stage, line.sums, today.line(line.stage).sums) for line in then.stages
    ]
    for stage, before, after in (*pairs, (None, then.total, today.total)):
        figures = [("leads", before.lead_count, after.lead_count)]
        codes = {money.currency for sums in (before, after) for money in sums.capex}
        figures += [
            (code, before.in_currency(code).amount, after.in_currency(code).amount)
            for code in sorted(code for code in codes if code is not None)
        ]
        figures.append(("jobs", before.jobs.count, after.jobs.count))
        for what, was, now in figures:
            if was != now:
                yield Difference(stage, what, was, now)
