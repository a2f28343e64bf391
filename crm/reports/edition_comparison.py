"""An edition's figures computed anew from what is known now, and what makes the difference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import is_public
from crm.announcements.queries import whose_of
from crm.reports.as_of import held_at, scope_conditions
from crm.reports.edition_differences import find_differences
from crm.reports.edition_figures import Cause, Difference, Figure, Part
from crm.reports.editions import calendar_of_edition
from crm.reports.params import Settled, agreement_condition, read_params, revision_conditions
from crm.reports.takeaway.brief import Brief
from crm.reports.takeaway.brief_queries import read_brief, seen_leads
from crm.timezones import today
from crm.visibility import over_all_leads, viewer_of
from models.announcement import Announcement, Whose
from models.audit import AuditEntry
from models.import_batch import BatchKind, ImportBatch
from models.lead import Change, Lead, LeadRevision, Origin
from models.report import ReportEdition
from models.stage import StageCode

_LISTED = 200
_CORRECTIONS = (Change.EDITED, Change.REASSIGNED)
_SEALS = (Change.RESTRICTED, Change.LIFTED)
_OF_LEADS = (BatchKind.LEADS, BatchKind.STAGES)
_PIPELINE = (Part.PIPELINE, Part.MOVEMENT, Part.LOSSES)


@dataclass(frozen=True, slots=True)
class Late:
    """A change of a lead that was written after publication, about a time before the day."""

    lead_id: str
    title: str
    happened_on: date | None
    recorded_at: datetime
    change: Change
    cause: Cause


@dataclass(frozen=True, slots=True)
class LateAnnouncement:
    """An announcement of the period that was entered, or changed, after publication."""

    public_id: str
    title: str
    public_at: datetime
    changed_at: datetime
    cause: Cause


@dataclass(frozen=True, slots=True)
class Compared:
    """As reported against as known now.

    `hidden_count` of the late changes are of leads that the reader may not see; only who counts
    all is told. `sealed_count` leads of the edition became confidential or open since, as far as
    the reader may know; `undone_count` imports of leads were taken back since. `is_whole` is False
    where the edition names leads that the reader may not see; `has_forecast` is False where its
    forecast cannot be computed again.
    """

    brief: Brief
    differences: tuple[Difference, ...]
    late: tuple[Late, ...]
    late_count: int
    hidden_count: int
    announcements: tuple[LateAnnouncement, ...]
    sealed_count: int
    undone_count: int
    is_whole: bool
    has_forecast: bool


@dataclass(frozen=True, slots=True)
class _Causes:
    """Why figures of leads differ: overall, and by the stage that a change is about."""

    overall: frozenset[Cause]
    by_stage: dict[StageCode, frozenset[Cause]]


def compare_edition(session: Session, edition: ReportEdition, *, now: datetime) -> Compared:
    """The edition's figures as known now, drawn by the clock and the fiscal year of then.

    Raises:
        DomainError: an edition that does not say its time zone, of a day that has not come here.
    """
    frozen = Brief.from_plain(edition.figures)
    seen = seen_leads(session, frozen.lead_ids)
    params = replace(read_params(edition.params), calendar=calendar_of_edition(edition))
    known, settled = read_brief(session, params, edition.audience, now=now)
    conditions = [
        LeadRevision.recorded_at > edition.published_at,
        LeadRevision.valid_from < settled.end,
        LeadRevision.lead_type == settled.params.lead_type,
        *scope_conditions(settled),
    ]
    late, seen_count = _late(session, conditions)
    causes, every = _causes(session, conditions)
    announcements = _announcements(session, settled, edition.published_at)
    sealed = _count_sealed(session, settled, edition.published_at)
    undone = _count_undone(session, edition.published_at)
    more = {Cause.SEALED} if sealed else set()
    more |= {Cause.UNDONE} if undone else set()
    is_whole = seen == frozen.lead_ids
    has_forecast = _has_forecast(frozen, known, settled, edition.published_at)
    found = find_differences(
        frozen.for_reader(seen), known, is_whole=is_whole, has_forecast=has_forecast
    )
    return Compared(
        known,
        tuple(replace(item, why=tuple(_why(item, causes, more, announcements))) for item in found),
        late,
        seen_count,
        max(every - seen_count, 0),
        announcements,
        sealed,
        undone,
        is_whole,
        has_forecast,
    )


def _has_forecast(frozen: Brief, known: Brief, settled: Settled, published_at: datetime) -> bool:
    """Whether what is known now has the forecast that the edition froze, if it froze one.

    Of its own day that was the live one; of a past day there is the last that was kept, which may
    even be of the same day.
    """
    if frozen.landing is None:
        return True
    was_live = settled.as_of == today(published_at, settled.calendar.time_zone)
    if was_live != (settled.as_of == settled.today) or frozen.landing.day is None:
        return False
    return known.landing is None or known.landing.day == frozen.landing.day


def _late(session: Session, conditions: Sequence[Any]) -> tuple[tuple[Late, ...], int]:
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
    return tuple(Late(*row[:5], _cause_of(row.change, row.origin)) for row in rows), session.scalar(
        counted
    ) or 0


def _cause_of(change: Change, origin: Origin) -> Cause:
    if origin is Origin.IMPORT:
        return Cause.IMPORT
    return Cause.CORRECTION if change in _CORRECTIONS else Cause.ENTRY


def _causes(session: Session, conditions: Sequence[Any]) -> tuple[_Causes, int]:
    """What kinds of changes there are, over every lead for who counts all, and how many."""
    statement: Any = (
        sa.select(
            LeadRevision.stage, LeadRevision.change, LeadRevision.origin, sa.func.count().label("n")
        )
        .where(*conditions)
        .group_by(LeadRevision.stage, LeadRevision.change, LeadRevision.origin)
    )
    rows = session.execute(over_all_leads(statement)).all()
    by_stage: dict[StageCode, frozenset[Cause]] = {}
    for row in rows:
        cause = frozenset({_cause_of(row.change, row.origin)})
        by_stage[row.stage] = by_stage.get(row.stage, frozenset()) | cause
    overall = frozenset[Cause]().union(*by_stage.values())
    return _Causes(overall, by_stage), sum(row.n for row in rows)


def _announcements(
    session: Session, settled: Settled, published_at: datetime
) -> tuple[LateAnnouncement, ...]:
    """Those of ours that became public up to the day, entered or changed after publication."""
    changed = (
        sa.select(AuditEntry.record_id, sa.func.max(AuditEntry.at).label("at"))
        .where(
            AuditEntry.record_type == Announcement.__tablename__,
            AuditEntry.action == "changed",
            AuditEntry.at > published_at,
        )
        .group_by(AuditEntry.record_id)
        .subquery()
    )
    conditions = [
        Announcement.lead_id.in_(
            sa.select(Lead.id).where(Lead.lead_type == settled.params.lead_type)
        ),
        Announcement.public_at < settled.end,
        is_public(settled.now),
        whose_of().in_((Whose.OURS, Whose.SHARED)),
        sa.or_(Announcement.created_at > published_at, changed.c.at.is_not(None)),
    ]
    if settled.params.is_public:
        conditions.append(Announcement.team_id.is_(None))
    rows = session.execute(
        sa.select(
            Announcement.public_id,
            Announcement.title,
            Announcement.public_at,
            Announcement.created_at,
            changed.c.at,
        )
        .outerjoin(changed, changed.c.record_id == Announcement.id)
        .where(*conditions)
        .order_by(Announcement.public_at.desc(), Announcement.public_id)
        .limit(_LISTED)
    )
    return tuple(
        LateAnnouncement(
            row.public_id, row.title, row.public_at, row.created_at, Cause.ANNOUNCEMENT
        )
        if row.created_at > published_at
        else LateAnnouncement(
            row.public_id, row.title, row.public_at, row.at, Cause.ANNOUNCEMENT_CHANGED
        )
        for row in rows
    )


def _count_sealed(session: Session, settled: Settled, published_at: datetime) -> int:
    """The leads of the edition that were sealed or made open since, over every lead for who
    counts all.

    Whatever its scope: a public edition no longer counts what was sealed.
    """
    sealed = sa.select(LeadRevision.lead_id).where(
        LeadRevision.recorded_at > published_at, LeadRevision.change.in_(_SEALS)
    )
    counted = sa.select(LeadRevision.lead_id).where(
        *held_at(settled.end), *revision_conditions(settled), *agreement_condition(settled)
    )
    statement: Any = sa.select(sa.func.count(Lead.id)).where(
        Lead.id.in_(sealed), Lead.id.in_(counted)
    )
    return session.scalar(over_all_leads(statement)) or 0


def _count_undone(session: Session, published_at: datetime) -> int:
    """The imports of leads, or of their stages, from before publication that were taken back
    since; for directors alone.
    """
    actor = viewer_of(session)
    if not (actor.may_direct and (actor.counts_all or actor.sees_all)):
        return 0
    statement = (
        sa.select(sa.func.count(sa.distinct(ImportBatch.id)))
        .join_from(AuditEntry, ImportBatch, ImportBatch.id == AuditEntry.record_id)
        .where(
            AuditEntry.record_type == ImportBatch.__tablename__,
            AuditEntry.action == "undone",
            AuditEntry.at > published_at,
            ImportBatch.created_at <= published_at,
            ImportBatch.kind.in_(_OF_LEADS),
        )
    )
    return session.scalar(statement) or 0


def _why(
    item: Difference,
    causes: _Causes,
    more: set[Cause],
    announcements: Iterable[LateAnnouncement],
) -> list[Cause]:
    """What may make a figure differ: of a stage, what changed there; else all that changed."""
    found: set[Cause] = set()
    if item.part is Part.LANDING:
        found = {Cause.FORECAST}
    elif item.part is Part.RATES:
        found = {Cause.RATE} if item.figure is Figure.RATE else {Cause.RATE, *causes.overall}
    elif item.part in (Part.ANNOUNCED, Part.QUARTERS):
        found = {one.cause for one in announcements if item.place in (None, one.title)}
        found = found or {one.cause for one in announcements} or set(causes.overall) | more
    elif item.part in (Part.NEAR, Part.NEXT):
        found = set(causes.overall) or {Cause.ON_FILE}
    elif item.part in _PIPELINE:
        stages = item.place if isinstance(item.place, tuple) else (item.place,)
        for stage in stages:
            if isinstance(stage, StageCode):
                found |= causes.by_stage.get(stage, frozenset())
        found = (found or set(causes.overall)) | more
    return sorted(found or {Cause.OTHERWISE}, key=list(Cause).index)
