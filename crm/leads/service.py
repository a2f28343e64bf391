"""Commands on leads. Every door (form, board, bulk, import, command line) calls these."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.days import check_happened
from crm.duplicates.stewards import compare_with_hidden
from crm.leads.answers import Given, apply_given
from crm.leads.apply import insert_leads
from crm.leads.changes import change_lead, check_version
from crm.leads.details import EDITABLE, LeadDetails, check_values, columns_of
from crm.leads.facts import gaps_of
from crm.leads.plan import plan_open, title_of
from crm.timezones import today, zone
from models.announcement import Announcement, Release
from models.errors import DomainError, ForbiddenError, N_
from models.lead import Change, Lead
from models.organization import Organization
from models.stage import Gap, StageCode, Status, blocking_gaps
from models.user import Actor, User


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


class EmbargoError(DomainError):
    """A lead that would show as announced before its announcement may be known."""


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
    lead = session.get_one(Lead, lead_id)
    if details.company is not None and lead.organization_id is not None:
        compare_with_hidden(session, [lead.organization_id], actor=actor, now=now)
    return lead


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
        _check_override(reason, actor)
    columns = apply_given(session, lead, given or {}, actor=actor, now=now)
    check_values(columns, today=day)
    if "owner_id" in columns and not may_assign(lead, columns["owner_id"], actor):
        raise ForbiddenError(N_("Only a manager gives a lead to somebody else."))
    for name, value in columns.items():
        # Set before the rules look; the change below makes them part of its revision.
        setattr(lead, name, value)
    if stage is StageCode.ANNOUNCED:
        # No answer helps before its hour: nothing is asked for until then.
        _must_be_public(session, lead, now=now)
    if stage.position > lead.stage.position:
        _check_gaps(session, lead, stage, is_override=is_override)
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


def _check_override(reason: str | None, actor: Actor) -> None:
    if not actor.may_direct:
        raise ForbiddenError(N_("Only a manager may move a lead anyway."))
    if not (reason or "").strip():
        raise DomainError(N_("Moving anyway needs a reason."), field="reason")


def _check_gaps(session: Session, lead: Lead, stage: StageCode, *, is_override: bool) -> None:
    gaps = gaps_of(session, [lead], upto=stage)[lead.id]
    blocking = blocking_gaps(gaps, entering=stage)
    if blocking and not is_override:
        raise RequirementsError(stage, blocking)
    if any(gap.requirement.field == "announcement" for gap in blocking):
        raise DomainError(N_("An announcement needs its record: nobody can announce without one."))


def _must_be_public(session: Session, lead: Lead, *, now: datetime) -> None:
    """Refuse while every announcement of the lead still waits; say for when, and for whom.

    Raises:
        EmbargoError: none of them is public yet.
    """
    rows = session.execute(
        sa.select(
            Announcement.public_at,
            Announcement.embargo_until,
            Announcement.embargo_zone,
            Announcement.release,
            Announcement.is_held,
            User.name.label("owner"),
        )
        .outerjoin(User, User.id == sa.func.coalesce(Announcement.owner_id, lead.owner_id))
        .where(Announcement.lead_id == lead.id)
        .order_by(Announcement.embargo_until, Announcement.id)
    ).all()
    if not rows or any(row.public_at is not None and row.public_at <= now for row in rows):
        return
    row = rows[0]
    by_itself = row.release is Release.AUTOMATIC and not row.is_held
    if row.owner is None and not (by_itself and row.embargo_until and row.embargo_until > now):
        raise EmbargoError(
            N_("The announcement is not public yet: the lead moves when somebody releases it.")
        )
    owner = row.owner
    if row.is_held:
        raise EmbargoError(
            N_("The announcement is on hold: the lead moves when %(owner)s releases it."),
            owner=owner,
        )
    if row.embargo_until is None or row.embargo_until <= now:
        raise EmbargoError(
            N_("The announcement is not public yet: the lead moves when %(owner)s releases it."),
            owner=owner,
        )
    place = row.embargo_zone or "UTC"
    until = f"{row.embargo_until.astimezone(zone(place)):%Y-%m-%d %H:%M}"
    params = {"until": until, "place": place.rsplit("/", 1)[-1].replace("_", " "), "owner": owner}
    if row.release is Release.AUTOMATIC:
        raise EmbargoError(
            N_(
                "The announcement is under embargo until %(until)s (%(place)s): the lead moves"
                " then, by itself."
            ),
            **params,
        )
    raise EmbargoError(
        N_(
            "The announcement is under embargo until %(until)s (%(place)s): the lead moves when"
            " %(owner)s releases it."
        ),
        **params,
    )


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
