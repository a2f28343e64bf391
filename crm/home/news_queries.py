"""What others did since the reader last looked, the Asian offices first, grouped by lead.

Everything is read on the axis of when the office knew: an import of the past is one line, not a
thousand.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.interactions.choice_queries import native_name_of_lead
from models.import_batch import BatchState, ImportBatch, ImportRow, RowAction
from models.interaction import Interaction, InteractionKind, InteractionStanding, StoredFile
from models.lead import Change, Lead, LeadRevision
from models.organization import Organization
from models.stage import StageCode
from models.user import Actor, Office, User

GROUP_LIMIT = 20
_READ = 60
# How far back the first look goes.
_FIRST_LOOK = timedelta(days=7)


class NewsKind(enum.StrEnum):
    """What sort of thing somebody did."""

    CHANGE = "change"
    CONVERSATION = "conversation"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that somebody else did."""

    kind: NewsKind
    at: datetime
    by: str | None
    is_from_asia: bool
    text: str | None
    public_id: str | None = None
    change: Change | None = None
    stage: StageCode | None = None
    interaction_kind: InteractionKind | None = None
    is_planned: bool = False


@dataclass(slots=True)
class NewsGroup:
    """What happened on one lead, or with one organization, the newest first."""

    lead_id: str | None
    lead_title: str | None
    native_name: str | None
    native_language: str | None
    organization_id: str | None
    organization_name: str | None
    is_demo: bool
    news: list[News] = field(default_factory=list)

    @property
    def is_from_asia(self) -> bool:
        """Whether an Asian office had a hand in it."""
        return any(item.is_from_asia for item in self.news)

    @property
    def newest_at(self) -> datetime:
        """When the last of it became known."""
        return max(item.at for item in self.news)


@dataclass(frozen=True, slots=True)
class ImportNews:
    """A file that somebody brought in, with its rows that the reader may know of.

    Its name is left out: it may be that of a project.
    """

    public_id: str
    by: str
    created_count: int
    updated_count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WhatChanged:
    """The block "what changed"; `since` is when the reader last said "seen"."""

    since: datetime
    groups: Sequence[NewsGroup]
    imports: Sequence[ImportNews]


def load_what_changed(session: Session, actor: Actor, *, now: datetime) -> WhatChanged:
    """What others did since the reader last looked, at most twenty leads."""
    looked_at = session.scalar(sa.select(User.looked_at).where(User.id == actor.id))
    since = looked_at or now - _FIRST_LOOK
    groups: dict[tuple[str | None, str | None], NewsGroup] = {}
    for about, news in (
        *_changes(session, actor, since),
        *_conversations(session, actor, since),
        *_files(session, actor, since),
    ):
        group = groups.setdefault((about.lead_id, about.organization_id), about)
        group.news.append(news)
    for group in groups.values():
        group.news.sort(key=lambda item: item.at, reverse=True)
    ordered = sorted(groups.values(), key=lambda group: group.newest_at, reverse=True)
    ordered.sort(key=lambda group: not group.is_from_asia)
    return WhatChanged(since, ordered[:GROUP_LIMIT], _imports(session, actor, since))


def _changes(session: Session, actor: Actor, since: datetime) -> list[tuple[NewsGroup, News]]:
    rows = _newest(
        session,
        _about(
            LeadRevision.actor_name.label("by"),
            LeadRevision.valid_from.label("at"),
            LeadRevision.change,
            LeadRevision.stage,
            LeadRevision.reason,
        )
        .select_from(LeadRevision)
        .join(Lead, Lead.id == LeadRevision.lead_id)
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .outerjoin(User, User.id == LeadRevision.actor_id)
        .where(_is_others(actor, LeadRevision.actor_id), _is_for(actor)),
        LeadRevision.valid_from,
        since,
    )
    return [
        (
            _group(row),
            News(
                kind=NewsKind.CHANGE,
                at=row.at,
                by=row.by,
                is_from_asia=bool(row.is_from_asia),
                text=row.reason,
                change=row.change,
                stage=row.stage,
            ),
        )
        for row in rows
    ]


def _conversations(session: Session, actor: Actor, since: datetime) -> list[tuple[NewsGroup, News]]:
    rows = _newest(
        session,
        _about(
            User.name.label("by"),
            Interaction.known_at.label("at"),
            Interaction.public_id,
            Interaction.kind,
            Interaction.standing,
            Interaction.summary,
        )
        .select_from(Interaction)
        .outerjoin(Lead, Lead.id == Interaction.lead_id)
        .outerjoin(
            Organization,
            Organization.id == sa.func.coalesce(Lead.organization_id, Interaction.organization_id),
        )
        .outerjoin(User, User.id == Interaction.author_id)
        .where(
            _is_others(actor, Interaction.author_id),
            Interaction.standing != InteractionStanding.CANCELLED,
            Interaction.batch_id.is_(None),
            _is_for(actor),
        ),
        Interaction.known_at,
        since,
    )
    return [
        (
            _group(row),
            News(
                kind=NewsKind.CONVERSATION,
                at=row.at,
                by=row.by,
                is_from_asia=bool(row.is_from_asia),
                text=row.summary,
                public_id=row.public_id,
                interaction_kind=row.kind,
                is_planned=row.standing is InteractionStanding.PLANNED,
            ),
        )
        for row in rows
    ]


def _files(session: Session, actor: Actor, since: datetime) -> list[tuple[NewsGroup, News]]:
    rows = _newest(
        session,
        _about(
            User.name.label("by"),
            StoredFile.created_at.label("at"),
            StoredFile.public_id,
            StoredFile.name,
        )
        .select_from(StoredFile)
        .outerjoin(Interaction, Interaction.id == StoredFile.interaction_id)
        .outerjoin(Lead, Lead.id == StoredFile.lead_id)
        .outerjoin(
            Organization,
            Organization.id
            == sa.func.coalesce(
                Lead.organization_id, StoredFile.organization_id, Interaction.organization_id
            ),
        )
        .outerjoin(User, User.id == StoredFile.uploaded_by_id)
        .where(
            _is_others(actor, StoredFile.uploaded_by_id),
            _is_for(actor),
            # What proves an announcement may prove it before its hour.
            StoredFile.announcement_id.is_(None),
        ),
        StoredFile.created_at,
        since,
    )
    return [
        (
            _group(row),
            News(
                kind=NewsKind.FILE,
                at=row.at,
                by=row.by,
                is_from_asia=bool(row.is_from_asia),
                text=row.name,
                public_id=row.public_id,
            ),
        )
        for row in rows
    ]


def _imports(session: Session, actor: Actor, since: datetime) -> list[ImportNews]:
    if not actor.may_write:
        return []
    rows = session.execute(
        sa.select(
            ImportBatch.public_id,
            ImportBatch.actor_name,
            sa.func.count(sa.case((ImportRow.action == RowAction.CREATED, 1))),
            sa.func.count(sa.case((ImportRow.action == RowAction.UPDATED, 1))),
            ImportBatch.created_at,
        )
        .join(ImportRow, ImportRow.batch_id == ImportBatch.id)
        .where(
            ImportBatch.created_at > since,
            ImportBatch.state.in_((BatchState.APPLIED, BatchState.KEPT)),
            _is_others(actor, ImportBatch.actor_id),
        )
        .group_by(ImportBatch.id)
        .order_by(ImportBatch.created_at.desc())
        .limit(3)
    )
    return [ImportNews(*row) for row in rows]


def _about(*columns: Any) -> sa.Select[Any]:
    """A row's own columns, and those of the lead or the organization that it is about."""
    shared: list[Any] = [
        Lead.public_id.label("lead_id"),
        Lead.title.label("lead_title"),
        *native_name_of_lead(),
        Organization.public_id.label("organization_id"),
        Organization.name.label("organization_name"),
        sa.func.coalesce(Lead.is_demo, Organization.is_demo, sa.false()).label("is_demo"),
        _sits_in_asia().label("is_from_asia"),
    ]
    return sa.select(*columns, *shared)


def _newest(session: Session, statement: sa.Select[Any], at: Any, since: datetime) -> Sequence[Any]:
    return session.execute(
        statement.where(at > since).order_by(_sits_in_asia().desc(), at.desc()).limit(_READ)
    ).all()


def _sits_in_asia() -> Any:
    asian = sa.select(Office.id).where(Office.time_zone.startswith("Asia/"))
    return sa.case((User.office_id.in_(asian), 1), else_=0)


def _is_others(actor: Actor, user_id: Any) -> sa.ColumnElement[bool]:
    return sa.or_(user_id.is_(None), user_id != actor.id)


def _is_for(actor: Actor) -> sa.ColumnElement[bool]:
    """An administrator sees every lead; a look at a restricted one is logged, so none is here."""
    if not actor.sees_all:
        return sa.true()
    return sa.or_(Lead.team_id.is_(None), Lead.team_id.in_(sorted(actor.team_ids)))


def _group(row: Any) -> NewsGroup:
    is_lead = row.lead_id is not None
    return NewsGroup(
        lead_id=row.lead_id,
        lead_title=row.lead_title,
        native_name=row.native_name,
        native_language=row.native_language,
        organization_id=None if is_lead else row.organization_id,
        organization_name=None if is_lead else row.organization_name,
        is_demo=bool(row.is_demo),
    )
