"""Commands on leads. Every door (form, board, bulk, import, command line) calls these."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from crm import audit
from crm.days import check_happened
from crm.leads.answers import Given, apply_given
from crm.leads.apply import insert_leads
from crm.leads.changes import change_lead, change_leads, check_version
from crm.leads.details import EDITABLE, LeadDetails, check_values, columns_of
from crm.leads.facts import gaps_of
from crm.leads.plan import plan_open, title_of
from crm.timezones import today
from models.errors import DomainError, ForbiddenError, N_
from models.lead import Change, Lead, LossReason, PassedOnOutcome
from models.organization import Organization
from models.stage import Gap, StageCode, Status, blocking_gaps
from models.user import Actor


class RequirementsError(DomainError):
    """A move that lacks something: `gaps` says what, so that a form can ask for it in place."""

    def __init__(self, stage: StageCode, gaps: Sequence[Gap]) -> None:
        self.stage = stage
        self.gaps = list(gaps)
        super().__init__(
            N_("This move needs an answer to: %(fields)s."),
            field=gaps[0].requirement.field,
            fields=", ".join(gap.requirement.field for gap in gaps),
        )


def open_lead(session: Session, details: LeadDetails, *, actor: Actor, now: datetime) -> Lead:
    """Open a lead at its first contact.

    Raises:
        DomainError: the details break a rule; `field` says which.
    """
    _must_write(actor)
    if details.office_id is None:
        details = replace(details, office_id=actor.office_id)
    _check_team(details.team_id, actor)
    name = None
    if details.organization_id is not None:
        organization = session.get_one(Organization, details.organization_id)
        must_not_betray(organization, details.team_id)
        name = organization.name
    plan = plan_open(details, actor=actor, now=now, organization_name=name)
    [lead_id] = insert_leads(session, [plan], actor=actor, now=now)
    return session.get_one(Lead, lead_id)


def edit_lead(
    session: Session,
    lead: Lead,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
    reason: str | None = None,
    batch_id: int | None = None,
) -> None:
    """Change fields of a lead, named as in `LeadDetails`.

    Raises:
        DomainError: a value that no lead can have.
        ConflictError: the lead changed since `expected_version`.
    """
    _must_write(actor)
    check_version(lead, expected_version)
    unknown = values.keys() - EDITABLE
    if unknown:
        raise KeyError(f"An edit does not take {sorted(unknown)}.")
    check_values(values, today=today(now, actor.office_time_zone))
    columns = columns_of(values)
    if columns.get("owner_id", lead.owner_id) != lead.owner_id and not may_assign(
        lead, columns["owner_id"], actor
    ):
        raise ForbiddenError(N_("Only a manager gives a lead to somebody else."))
    if {"code_name", "organization_id"} & columns.keys():
        code_name = columns.get("code_name", lead.code_name)
        organization_id = columns.get("organization_id", lead.organization_id)
        name = None
        if organization_id is not None:
            organization = session.get_one(Organization, organization_id)
            must_not_betray(organization, lead.team_id)
            name = organization.name
        columns["title"] = title_of(code_name=code_name, organization_name=name)
    change_lead(
        session,
        lead,
        columns,
        change=Change.EDITED,
        actor=actor,
        now=now,
        reason=reason,
        batch_id=batch_id,
    )


def move_lead(
    session: Session,
    lead: Lead,
    stage: StageCode,
    *,
    actor: Actor,
    now: datetime,
    given: Mapping[str, Given] | None = None,
    happened_on: date | None = None,
    reason: str | None = None,
    is_override: bool = False,
    expected_version: int | None = None,
    batch_id: int | None = None,
) -> None:
    """Move a lead to a stage, keeping what was answered on the way.

    Forward, what the stages up to it ask for must be answered, and the proof of the stage itself
    be there; stages may be skipped. Backward needs nothing. A manager may move anyway, with a
    reason.

    Raises:
        RequirementsError: with the gaps that stop the move.
        DomainError: the lead is closed, or stands there already; the day cannot be.
    """
    _must_write(actor)
    check_version(lead, expected_version)
    day = today(now, actor.office_time_zone)
    check_happened(happened_on, latest=day, field="moved_on")
    if not lead.status.is_open:
        raise DomainError(N_("This lead is closed. Reopen it first."))
    if stage is lead.stage:
        raise DomainError(N_("The lead stands at this stage already."))
    if is_override:
        if not actor.may_direct:
            raise ForbiddenError(N_("Only a manager may move a lead anyway."))
        if not (reason or "").strip():
            raise DomainError(N_("Moving anyway needs a reason."), field="reason")
    columns = apply_given(session, lead, given or {}, actor=actor, now=now)
    check_values(columns, today=day)
    if "owner_id" in columns and not may_assign(lead, columns["owner_id"], actor):
        raise ForbiddenError(N_("Only a manager gives a lead to somebody else."))
    for name, value in columns.items():
        # Set before the rules look; the change below makes them part of its revision.
        setattr(lead, name, value)
    if stage.position > lead.stage.position:
        gaps = gaps_of(session, [lead], upto=stage)[lead.id]
        blocking = blocking_gaps(gaps, entering=stage)
        if blocking and not is_override:
            raise RequirementsError(stage, blocking)
        if is_override and any(gap.requirement.field == "announcement" for gap in blocking):
            raise DomainError(
                N_("An announcement needs its record: nobody can announce without one.")
            )
    columns |= {"stage": stage, "stage_since": happened_on or day}
    if lead.status is Status.ON_HOLD:
        columns |= {"status": Status.ACTIVE, "hold_until": None, "status_reason": None}
    change_lead(
        session,
        lead,
        columns,
        change=Change.ANNOUNCED if stage is StageCode.ANNOUNCED else Change.MOVED,
        actor=actor,
        now=now,
        happened_on=happened_on,
        reason=reason,
        is_override=is_override,
        batch_id=batch_id,
    )
    if is_override:
        audit.record(
            session,
            "moved_anyway",
            "leads",
            now=now,
            record_id=lead.id,
            lead_id=lead.id,
            team_id=lead.team_id,
            reason=reason,
        )


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


def _must_be_open(lead: Lead) -> None:
    if not lead.status.is_open:
        raise DomainError(N_("This lead is closed. Reopen it first."))


def must_not_betray(organization: Organization, team_id: int | None) -> None:
    """Refuse to name a team's secret company on a lead that others see.

    Raises:
        DomainError: the company belongs to another circle than the lead.
    """
    if organization.team_id is not None and organization.team_id != team_id:
        raise DomainError(
            N_("This company is a team's secret: restrict the lead to that team first."),
            field="company",
        )


def may_assign(lead: Lead, owner_id: int | None, actor: Actor) -> bool:
    """Whether the actor may give the lead to `owner_id`: managers may, others take unowned ones."""
    return actor.may_direct or (lead.owner_id is None and owner_id == actor.id)


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError


def _check_team(team_id: int | None, actor: Actor) -> None:
    if team_id is not None and team_id not in actor.team_ids and not actor.sees_all:
        raise ForbiddenError(N_("You can restrict a lead only to a team that you belong to."))


def _said(text: str | None, otherwise: str, *, field: str = "reason") -> str:
    stripped = (text or "").strip()
    if not stripped:
        raise DomainError(otherwise, field=field)
    return stripped
