"""Commands on whether a lead moves: holds, ends, hand-overs and coming back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from crm.days import check_happened
from crm.leads.changes import change_lead, change_leads
from crm.leads.service import may_assign
from crm.timezones import today
from models.errors import DomainError, ForbiddenError, N_
from models.lead import Change, Lead, LossReason, PassedOnOutcome
from models.stage import StageCode, Status
from models.user import Actor


def hold_lead(
    session: Session,
    lead: Lead,
    *,
    until: date,
    reason: str,
    actor: Actor,
    now: datetime,
    batch_id: int | None = None,
) -> None:
    """Put a lead on hold for a reason, until a day to look again.

    Raises:
        DomainError: no reason, a day that has passed, or a closed lead.
    """
    _must_write(actor)
    _must_be_open(lead)
    reason = _said(reason, N_("Say why the lead is on hold."))
    if until <= today(now, actor.office_time_zone):
        raise DomainError(N_("Choose a later day to look again."), field="until")
    change_lead(
        session,
        lead,
        {"status": Status.ON_HOLD, "hold_until": until, "status_reason": reason},
        change=Change.HELD,
        actor=actor,
        now=now,
        reason=reason,
        batch_id=batch_id,
    )


def resume_lead(session: Session, lead: Lead, *, actor: Actor, now: datetime) -> None:
    """End a hold.

    Raises:
        DomainError: the lead is not on hold.
    """
    _must_write(actor)
    if lead.status is not Status.ON_HOLD:
        raise DomainError(N_("This lead is not on hold."))
    change_lead(
        session,
        lead,
        {"status": Status.ACTIVE, "hold_until": None, "status_reason": None},
        change=Change.RESUMED,
        actor=actor,
        now=now,
    )


def lose_leads(
    session: Session,
    leads: Sequence[Lead],
    *,
    code: LossReason,
    reason: str | None,
    lost_to: str | None,
    actor: Actor,
    now: datetime,
    happened_on: date | None = None,
    batch_id: int | None = None,
) -> None:
    """Say that leads are lost, one or several with one reason; each keeps its stage.

    Raises:
        DomainError: a place won and nobody says which, or a lead is closed or announced.
    """
    _must_write(actor)
    lost_to = (lost_to or "").strip() or None
    reason = (reason or "").strip() or None
    if code is LossReason.PLACE_WON and lost_to is None:
        raise DomainError(N_("Say which place won."), field="lost_to")
    if code is not LossReason.PLACE_WON and lost_to is not None:
        raise DomainError(N_("A place is named only when another place won."), field="lost_to")
    if code is LossReason.OTHER and reason is None:
        raise DomainError(N_("Say what the reason was."), field="reason")
    _close(
        session,
        leads,
        {
            "status": Status.LOST,
            "lost_reason": code,
            "lost_to": lost_to,
            "status_reason": reason or code.value,
        },
        change=Change.LOST,
        reason=reason or code.value,
        actor=actor,
        now=now,
        happened_on=happened_on,
        batch_id=batch_id,
    )


def close_leads(
    session: Session,
    leads: Sequence[Lead],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    happened_on: date | None = None,
    batch_id: int | None = None,
) -> None:
    """Say that we stopped: no fit, no capacity, against our policy.

    Raises:
        DomainError: no reason, or a lead is closed or announced.
    """
    _must_write(actor)
    reason = _said(reason, N_("Say why we stopped."))
    _close(
        session,
        leads,
        {"status": Status.ABANDONED, "status_reason": reason},
        change=Change.CLOSED,
        reason=reason,
        actor=actor,
        now=now,
        happened_on=happened_on,
        batch_id=batch_id,
    )


def pass_on_lead(
    session: Session,
    lead: Lead,
    *,
    to: str,
    consent: str,
    sent: str | None,
    actor: Actor,
    now: datetime,
    batch_id: int | None = None,
) -> None:
    """Hand a lead to another office: neither lost nor won from then on.

    Raises:
        DomainError: to whom or with whose consent is not said, or the lead is closed.
    """
    _must_write(actor)
    to = _said(to, N_("Say to whom the lead is passed on."), field="to")
    consent = _said(consent, N_("Say with whose consent it is passed on."), field="consent")
    _close(
        session,
        [lead],
        {
            "status": Status.PASSED_ON,
            "passed_on_to": to,
            "passed_on_consent": consent,
            "passed_on_sent": (sent or "").strip() or None,
            "passed_on_outcome": PassedOnOutcome.WAITING,
            "status_reason": to,
        },
        change=Change.PASSED_ON,
        reason=to,
        actor=actor,
        now=now,
        happened_on=None,
        batch_id=batch_id,
    )


def reopen_lead(session: Session, lead: Lead, *, reason: str, actor: Actor, now: datetime) -> None:
    """Take up a closed lead again, at the stage where it ended.

    Raises:
        DomainError: no reason, or the lead is not closed.
    """
    _must_write(actor)
    if lead.status.is_open:
        raise DomainError(N_("This lead is open."))
    reason = _said(reason, N_("Say why the lead is taken up again."))
    change_lead(
        session,
        lead,
        {
            "status": Status.ACTIVE,
            "status_reason": None,
            "lost_reason": None,
            "lost_to": None,
            "closed_on": None,
        },
        change=Change.REOPENED,
        actor=actor,
        now=now,
        reason=reason,
    )


def reassign_leads(
    session: Session, leads: Sequence[Lead], *, owner_id: int | None, actor: Actor, now: datetime
) -> None:
    """Give leads to somebody else, as a manager, or take unowned ones oneself.

    Raises:
        ForbiddenError: the actor may not give these leads away.
    """
    _must_write(actor)
    for lead in leads:
        if not may_assign(lead, owner_id, actor):
            raise ForbiddenError(N_("Only a manager gives a lead to somebody else."))
    change_leads(
        session, leads, {"owner_id": owner_id}, change=Change.REASSIGNED, actor=actor, now=now
    )


def _close(
    session: Session,
    leads: Sequence[Lead],
    values: dict[str, Any],
    *,
    change: Change,
    reason: str,
    actor: Actor,
    now: datetime,
    happened_on: date | None,
    batch_id: int | None,
) -> None:
    day = today(now, actor.office_time_zone)
    check_happened(happened_on, latest=day, field="happened_on")
    for lead in leads:
        _must_be_open(lead)
        if lead.stage is StageCode.ANNOUNCED:
            raise DomainError(N_("An announced lead is won; it is not closed this way."))
    change_leads(
        session,
        leads,
        {**values, "closed_on": happened_on or day, "hold_until": None},
        change=change,
        actor=actor,
        now=now,
        happened_on=happened_on,
        reason=reason,
        batch_id=batch_id,
    )


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError


def _must_be_open(lead: Lead) -> None:
    if not lead.status.is_open:
        raise DomainError(N_("This lead is closed. Reopen it first."))


def _said(text: str | None, otherwise: str, *, field: str = "reason") -> str:
    stripped = (text or "").strip()
    if not stripped:
        raise DomainError(otherwise, field=field)
    return stripped
