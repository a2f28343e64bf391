"""New leads as rows: what is said of them, and how they came to stand where they stand.

Pure: details and history in, rows out. `crm.leads.apply` writes one plan or thousands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from crm.leads.details import LeadDetails, all_columns, check
from crm.organizations.plan import NewOrganization, plan_organization
from crm.timezones import start_of_day, today
from models.errors import DomainError, N_
from models.lead import REPORTABLE, Change, LossReason, Origin, PartyRole
from models.stage import StageCode, Status
from models.user import Actor


@dataclass(frozen=True, slots=True)
class PastEvent:
    """Something that happened to a lead before the product knew it: a stage, or an end.

    `on` is None for a loss whose day nobody knows.
    """

    on: date | None
    stage: StageCode | None = None
    status: Status | None = None
    reason: str | None = None
    lost_to: str | None = None
    loss_reason: LossReason | None = None


@dataclass(frozen=True, slots=True)
class NewLead:
    """The rows of one new lead, without keys: `organization` is new, or `organization_id` known."""

    lead: dict[str, Any]
    revisions: list[dict[str, Any]]
    organization: NewOrganization | None
    parties: list[dict[str, Any]] = field(default_factory=list)


def plan_open(
    details: LeadDetails, *, actor: Actor, now: datetime, organization_name: str | None = None
) -> NewLead:
    """A lead that is opened today, at its first contact.

    `organization_name` is the Latin name of an organization already on file.

    Raises:
        DomainError: the details break a rule.
    """
    day = today(now, actor.office_time_zone)
    check(details, today=day)
    if details.first_contact is None:
        raise DomainError(
            N_("A lead begins with a dated first contact; a month or a year is enough."),
            field="first_contact",
        )
    lead = _lead_row(details, organization_name, now=now)
    lead |= {
        "stage": StageCode.FIRST_CONTACT,
        "status": Status.ACTIVE,
        "stage_since": day,
        "last_contact_on": details.first_contact.on,
    }
    revision = {
        **reportable(lead),
        "sequence": 1,
        "valid_from": now,
        "valid_to": None,
        "recorded_at": now,
        "happened_on": details.first_contact.on,
        "change": Change.OPENED,
        "origin": Origin.LIVE,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "team_id": details.team_id,
    }
    return NewLead(
        lead, [revision], _organization(details, now=now), _party_rows(details, now=now, began=now)
    )


def plan_history(
    details: LeadDetails,
    events: Sequence[PastEvent],
    *,
    actor: Actor,
    now: datetime,
    zone_name: str,
    batch_id: int | None = None,
    organization_name: str | None = None,
) -> NewLead:
    """A lead that the office has had for long: its past enters as it happened.

    No stage requirement is held against the past; what is missing is listed on the lead.

    Raises:
        DomainError: the details break a rule, or there is no event at all.
    """
    check(details, today=today(now, zone_name))
    lead = _lead_row(details, organization_name, now=now) | {"batch_id": batch_id}
    history = past_revisions(
        lead, events, actor=actor, now=now, zone_name=zone_name, batch_id=batch_id
    )
    return NewLead(
        lead | history.state,
        history.revisions,
        _organization(details, now=now),
        _party_rows(details, now=now, began=history.revisions[0]["valid_from"]),
    )


@dataclass(frozen=True, slots=True)
class PastRevisions:
    """Revisions of the past, and the columns of the lead that they lead up to."""

    revisions: list[dict[str, Any]]
    state: dict[str, Any]


def past_revisions(
    lead: dict[str, Any],
    events: Sequence[PastEvent],
    *,
    actor: Actor,
    now: datetime,
    zone_name: str,
    batch_id: int | None,
) -> PastRevisions:
    """The states of a lead through its past events, in the order of their days.

    What is known of a lead apart from stage and status is taken as known from its first day:
    files do not say when it was learned. An event of unknown day counts as known now.
    """
    ordered = sorted(events, key=_when)
    if not ordered:
        raise DomainError(N_("A lead's history needs at least its first contact."))
    state: dict[str, Any] = {
        "stage": StageCode.FIRST_CONTACT,
        "status": Status.ACTIVE,
        "stage_since": None,
        "status_reason": None,
        "lost_reason": None,
        "lost_to": None,
        "closed_on": None,
    }
    revisions: list[dict[str, Any]] = []
    for event in ordered:
        change = _advance(state, event, is_first=not revisions)
        valid_from = start_of_day(event.on, zone_name) if event.on else now
        if revisions:
            # Two changes on one day: the earlier one held for no time, and stays for the record.
            valid_from = max(valid_from, revisions[-1]["valid_from"])
            revisions[-1]["valid_to"] = valid_from
        revisions.append(
            {
                **reportable(lead | state),
                "sequence": len(revisions) + 1,
                "valid_from": valid_from,
                "valid_to": None,
                "recorded_at": now,
                "happened_on": event.on,
                "is_day_unknown": event.on is None,
                "change": change,
                "origin": Origin.IMPORT,
                "reason": event.reason,
                "lost_reason": state["lost_reason"] if event.status is Status.LOST else None,
                "lost_to": event.lost_to,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "batch_id": batch_id,
                "team_id": lead.get("team_id"),
            }
        )
    return PastRevisions(revisions, state)


def reportable(lead: dict[str, Any]) -> dict[str, Any]:
    """The fields of a lead that its revisions keep."""
    return {name: lead[name] for name in REPORTABLE}


_END_CHANGES = {
    Status.ACTIVE: Change.REOPENED,
    Status.ON_HOLD: Change.HELD,
    Status.LOST: Change.LOST,
    Status.ABANDONED: Change.CLOSED,
    Status.PASSED_ON: Change.PASSED_ON,
}


def _advance(state: dict[str, Any], event: PastEvent, *, is_first: bool) -> Change:
    change = Change.OPENED if is_first else Change.MOVED
    if event.stage is not None:
        if event.stage is not state["stage"] or state["stage_since"] is None:
            state["stage_since"] = event.on
        state["stage"] = event.stage
        if event.stage is StageCode.ANNOUNCED and not is_first:
            change = Change.ANNOUNCED
        if state["status"] is not Status.ACTIVE:
            # A stage after an end or a hold says that the lead came back.
            state.update(status=Status.ACTIVE, closed_on=None, status_reason=None)
            state.update(lost_reason=None, lost_to=None)
    if event.status is not None and event.status is not state["status"]:
        was_on_hold = state["status"] is Status.ON_HOLD
        state["status"] = event.status
        state["status_reason"] = event.reason
        state["closed_on"] = None if event.status.is_open else event.on
        state["lost_to"] = event.lost_to
        state["lost_reason"] = event.loss_reason or (
            LossReason.PLACE_WON if event.lost_to else None
        )
        if not is_first:
            change = _END_CHANGES[event.status]
            if was_on_hold and event.status is Status.ACTIVE:
                change = Change.RESUMED
    return change


def _when(event: PastEvent) -> tuple[bool, date, int]:
    # Unknown days come last; on one day the stages come in order, and an end after them.
    position = event.stage.position if event.stage else 9
    return (event.on is None, event.on or date.max, position)


def _lead_row(
    details: LeadDetails, organization_name: str | None, *, now: datetime
) -> dict[str, Any]:
    row = all_columns(details)
    row["title"] = title_of(
        code_name=details.code_name,
        organization_name=organization_name or _company_name(details),
    )
    row["opened_at"] = now
    row["changed_at"] = now
    row["passed_on_outcome"] = None
    return row


def title_of(*, code_name: str | None, organization_name: str | None) -> str:
    """What lists show: the code name where there is one, else the company's Latin name."""
    title = code_name or organization_name
    if not title:
        raise DomainError(N_("A lead needs a company or a code name."), field="company")
    return title


def _company_name(details: LeadDetails) -> str | None:
    if details.company is None:
        return None
    return details.company.name or details.company.native_name


def _organization(details: LeadDetails, *, now: datetime) -> NewOrganization | None:
    if details.company is None or details.organization_id is not None:
        return None
    # A company first met through a restricted lead is as restricted.
    return plan_organization(replace(details.company, team_id=details.team_id), now=now)


def _party_rows(details: LeadDetails, *, now: datetime, began: datetime) -> list[dict[str, Any]]:
    """Who else is involved: who introduced the lead is known from its beginning."""
    return [
        {
            "organization_id": organization_id,
            "role": role,
            "team_id": details.team_id,
            "known_at": began if role is PartyRole.INTRODUCER else now,
        }
        for organization_id, role in details.parties
    ]
