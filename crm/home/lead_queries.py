"""Leads that wait for the reader: whom to call, who has gone quiet, what nobody owns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.interactions.choice_queries import OPEN, native_name_of_lead
from crm.scores.bands import Band, band
from crm.scores.states import Standing, standing_of_row, state_columns, with_scores
from crm.timezones import today
from models.interaction import Enquiry, FollowUp
from models.lead import Lead, LeadSnooze
from models.organization import Organization
from models.score import Score
from models.stage import StageCode, Status
from models.user import Actor, Role, User, cannot_work

CALL_LIMIT = 5
QUIET_LIMIT = 5
UNOWNED_LIMIT = 10
# A lead that was spoken to this lately is not suggested for a call.
_CONTACTED_LATELY = timedelta(days=14)
_ORDER = (Lead.chance.is_(None), Lead.chance.desc(), Lead.last_contact_on, Lead.public_id)
_OWNERS = (Role.OFFICER, Role.MANAGER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead as the blocks of the page show it."""

    id: int
    lead_id: str
    lead_title: str
    native_name: str | None
    native_language: str | None
    stage: StageCode
    is_demo: bool
    last_contact_on: date | None
    next_action: str | None
    next_action_on: date | None
    chance: float | None
    owner_id: int | None
    owner_name: str | None
    organization_id: None = None


@dataclass(frozen=True, slots=True)
class ToCall:
    """A lead to call, and the reasons of its score as stored."""

    lead: LeadRow
    reasons: Sequence[dict[str, Any]]
    score: Any
    standing: Standing


def list_to_call(
    session: Session, actor: Actor, *, now: datetime, besides: Collection[str]
) -> list[ToCall]:
    """Five open leads worth a call: the reader's own, then their office's, the likeliest first;
    those with a low chance come last, whoever owns them.

    Left out: what was spoken to lately, has its next step planned, is on hold or snoozed, and
    the leads in `besides`, which the page shows already.
    """
    day = today(now, actor.time_zone)
    wanted = sa.select(Lead.id).where(
        Lead.status == Status.ACTIVE,
        Lead.stage != StageCode.ANNOUNCED,
        sa.or_(Lead.last_contact_on.is_(None), Lead.last_contact_on < day - _CONTACTED_LATELY),
        sa.or_(Lead.next_action_on.is_(None), Lead.next_action_on < day),
        Lead.id.not_in(_snoozed(actor, day)),
        Lead.public_id.not_in(besides),
    )
    found = _likeliest(session, wanted.where(Lead.owner_id == actor.id), limit=CALL_LIMIT)
    others = wanted.where(
        _of_office(actor), sa.or_(Lead.owner_id.is_(None), Lead.owner_id != actor.id)
    )
    found += _likeliest(session, others, limit=CALL_LIMIT)
    found.sort(key=lambda row: (_is_unlikely(row), row.owner_id != actor.id, _rank(row)))
    chosen = found[:CALL_LIMIT]
    scores = _scores(session, [row.id for row in chosen])
    return [
        ToCall(row, scores[row.id].reasons or (), scores[row.id], standing_of_row(scores[row.id]))
        for row in chosen
    ]


def _is_unlikely(row: LeadRow) -> bool:
    # Somebody else's lead is then worth the ten minutes more than one's own.
    # A lead without a chance has not been scored: nobody knows.
    return row.chance is not None and band(row.chance) is Band.LOW


def _rank(row: LeadRow) -> float:
    return -(row.chance or 0)


def list_quiet(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    quiet_after_days: int,
    besides: Collection[str],
) -> list[LeadRow]:
    """Open leads of the reader's that nobody spoke to for long, at most five.

    A lead on hold rests for a known reason, and one whose next step is planned is not forgotten.
    """
    day = today(now, actor.time_zone)
    mine, *nobodys = (
        sa.select(Lead.id).where(owned, Lead.status == Status.ACTIVE)
        for owned in (
            Lead.owner_id == actor.id,
            sa.and_(Lead.owner_id.is_(None), _of_office(actor)),
            sa.and_(Lead.owner_id.in_(_gone()), _of_office(actor)),
        )
    )
    wanted = sa.select(Lead.id).where(
        # Each part has its index; together they would read every open lead.
        Lead.id.in_(mine.union_all(*nobodys)),
        Lead.stage != StageCode.ANNOUNCED,
        Lead.last_contact_on < day - timedelta(days=quiet_after_days),
        sa.or_(Lead.next_action_on.is_(None), Lead.next_action_on < day),
        Lead.id.not_in(_snoozed(actor, day)),
        Lead.public_id.not_in(besides),
    )
    return _likeliest(session, wanted, limit=QUIET_LIMIT)


@dataclass(frozen=True, slots=True)
class FormerOwner:
    """Somebody who left or never came, and how much of theirs waits for another owner."""

    public_id: str
    name: str
    lead_count: int
    follow_up_count: int
    enquiry_count: int


@dataclass(frozen=True, slots=True)
class EnquiryRow:
    """An enquiry that nobody owns."""

    public_id: str
    asked_for: str
    asker: str | None
    due_at: datetime | None
    time_zone: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class WithoutOwner:
    """What a manager has to hand over, and to whom it can go."""

    leads: Sequence[LeadRow]
    has_more_leads: bool
    enquiries: Sequence[EnquiryRow]
    former_owners: Sequence[FormerOwner]
    colleagues: Sequence[tuple[str, str]]


def load_without_owner(session: Session) -> WithoutOwner | None:
    """Open leads and enquiries that nobody looks after; None when there are none."""
    # Each half has its index; together they would read every open lead.
    unowned = sa.select(Lead.id).where(Lead.owner_id.is_(None), Lead.status.in_(OPEN))
    left = sa.select(Lead.id).where(Lead.owner_id.in_(_gone()), Lead.status.in_(OPEN))
    leads = _read(session, unowned.union_all(left), limit=UNOWNED_LIMIT + 1)
    enquiries = [
        EnquiryRow(*row)
        for row in session.execute(
            sa.select(
                Enquiry.public_id,
                Enquiry.asked_for,
                Enquiry.asker,
                Enquiry.due_at,
                Enquiry.time_zone,
                Enquiry.is_demo,
            )
            .outerjoin(User, User.id == Enquiry.owner_id)
            .where(
                Enquiry.answered_at.is_(None),
                sa.or_(Enquiry.owner_id.is_(None), cannot_work()),
            )
            .order_by(Enquiry.due_at.is_(None), Enquiry.due_at, Enquiry.id)
            .limit(UNOWNED_LIMIT)
        )
    ]
    former, colleagues = _people(session)
    if not (leads or enquiries or former):
        return None
    return WithoutOwner(
        leads[:UNOWNED_LIMIT], len(leads) > UNOWNED_LIMIT, enquiries, former, colleagues
    )


def _people(session: Session) -> tuple[list[FormerOwner], list[tuple[str, str]]]:
    """Those who cannot look after what is theirs, and those who can take it, in one query."""
    left = cannot_work()
    leads = sa.select(sa.func.count(Lead.id)).where(Lead.owner_id == User.id, Lead.status.in_(OPEN))
    promises = sa.select(sa.func.count(FollowUp.id)).where(
        FollowUp.owner_id == User.id, FollowUp.done_at.is_(None)
    )
    enquiries = sa.select(sa.func.count(Enquiry.id)).where(
        Enquiry.owner_id == User.id, Enquiry.answered_at.is_(None)
    )
    # Counted for those who left only: the branch not taken costs nothing.
    counts = [
        sa.case((left, statement.correlate(User).scalar_subquery()), else_=0)
        for statement in (leads, promises, enquiries)
    ]
    former = []
    colleagues = []
    for may_take, public_id, name, *waiting in session.execute(
        sa.select(
            sa.and_(~left, User.role.in_(_OWNERS)),
            User.public_id,
            User.name,
            *counts,
        ).order_by(User.name, User.id)
    ):
        if may_take:
            colleagues.append((public_id, name))
        elif any(waiting):
            former.append(FormerOwner(public_id, name, *waiting))
    return former, colleagues


def _select_leads() -> sa.Select[Any]:
    columns: list[Any] = [
        Lead.id,
        Lead.public_id.label("lead_id"),
        Lead.title.label("lead_title"),
        *native_name_of_lead(),
        Lead.stage,
        Lead.is_demo,
        Lead.last_contact_on,
        Lead.next_action,
        Lead.next_action_on,
        Lead.chance,
        Lead.owner_id,
        User.name.label("owner_name"),
    ]
    return (
        sa.select(*columns)
        .select_from(Lead)
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .outerjoin(User, User.id == Lead.owner_id)
    )


def _likeliest(session: Session, ids: sa.Select[Any], *, limit: int) -> list[LeadRow]:
    # The few are found by their keys first: names are joined to them alone.
    return _read(session, ids.order_by(*_ORDER).limit(limit), limit=limit)


def _read(session: Session, ids: Any, *, limit: int) -> list[LeadRow]:
    rows = session.execute(_select_leads().where(Lead.id.in_(ids)).order_by(*_ORDER).limit(limit))
    return [LeadRow(*row) for row in rows]


def _scores(session: Session, lead_ids: Sequence[int]) -> dict[int, Any]:
    """The current score of each lead, with what its chance rests on."""
    rows = session.execute(
        with_scores(
            sa.select(
                Lead.id,
                Lead.changed_at,
                Score.reasons,
                Score.probability,
                Score.within_365,
                Score.low,
                Score.high,
                *state_columns(),
            )
        ).where(Lead.id.in_(lead_ids))
    )
    return {row.id: row for row in rows}


def _snoozed(actor: Actor, day: date) -> sa.Select[Any]:
    return sa.select(LeadSnooze.lead_id).where(
        LeadSnooze.user_id == actor.id, LeadSnooze.until_on > day
    )


def _gone() -> sa.Select[Any]:
    return sa.select(User.id).where(cannot_work())


def _of_office(actor: Actor) -> sa.ColumnElement[bool]:
    # Who belongs to no office works for all of them; a partner without one sees nothing anyway.
    return sa.true() if actor.office_id is None else Lead.office_id == actor.office_id
