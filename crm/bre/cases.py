"""Commands on cases: a risk that somebody answers for, on a clock of business days."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.bre.letters import tell_of_red_flag
from crm.bre.response import is_member, load_clock, settle_office, settle_team
from crm.bre.service import must_write
from crm.timezones import today
from models.bre_call import (
    BreCall,
    BreCase,
    BreFlag,
    CaseOutcome,
    Consent,
    FlagStanding,
)
from models.errors import DomainError, ForbiddenError, N_
from models.user import Actor, Office, TeamMember, User


def open_case(
    session: Session,
    call: BreCall,
    flags: Sequence[BreFlag],
    *,
    jobs_at_risk: int | None = None,
    actor: Actor,
    now: datetime,
) -> BreCase:
    """Open a case for red flags of a visit, or add them to the one that is open.

    Owner, backup and manager of the office's settings are written to at once.

    Raises:
        DomainError: no team is named for company visits.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    must_write(actor)
    team_id = settle_team(session, call, actor=actor)
    settings = settle_office(session, call, actor=actor)
    office = session.get_one(Office, settings.office_id)
    case = session.scalars(
        sa.select(BreCase)
        .where(BreCase.call_id == call.id, BreCase.closed_at.is_(None))
        .order_by(BreCase.id)
        .limit(1)
    ).first()
    if case is None:
        clock = load_clock(session, office)
        case = BreCase(
            organization_id=call.organization_id,
            call_id=call.id,
            office_id=office.id,
            team_id=team_id,
            owner_id=settings.owner_id or _visitor(session, call, team_id) or actor.id,
            backup_id=settings.backup_id,
            manager_id=settings.manager_id,
            opened_at=now,
            reply_due_at=clock.due(now, settings.red_reply_days),
            plan_due_at=clock.due(now, settings.red_plan_days),
            close_due_at=clock.due(now, settings.red_close_days),
            jobs_at_risk=_count(jobs_at_risk, "jobs_at_risk"),
            is_demo=call.is_demo,
        )
        session.add(case)
        session.flush()
    for flag in flags:
        flag.case_id = case.id
        flag.due_at = case.reply_due_at
    session.flush()
    tell_of_red_flag(session, case, zone=office.time_zone, now=now)
    return case


def answer_case(session: Session, case: BreCase, *, note: str, actor: Actor, now: datetime) -> None:
    """Say what the company was answered first.

    Raises:
        DomainError: nothing was said, it was answered already, or the case is closed.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    _must_handle(case, actor)
    if case.replied_at is not None:
        raise DomainError(N_("The first answer was given already."))
    case.replied_at = now
    case.reply_note = _said(note, "note", N_("Say what the company was answered."))
    session.flush()


def plan_case(session: Session, case: BreCase, *, note: str, actor: Actor, now: datetime) -> None:
    """Say what will be done.

    Raises:
        DomainError: nothing is planned, or the company has had no first answer.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    _must_handle(case, actor)
    if case.replied_at is None:
        raise DomainError(N_("Give the company its first answer before the plan."))
    words = _said(note, "note", N_("Say what will be done."))
    if case.planned_at is None:
        case.planned_at = now
        case.plan_note = words
    else:
        case.plan_note = f"{case.plan_note}\n{words}" if case.plan_note else words
    session.flush()


def ask_third_parties(
    session: Session, case: BreCase, *, consent: Consent | None, actor: Actor
) -> None:
    """Keep what the company said to bringing in somebody from outside.

    Raises:
        ForbiddenError: the actor may not write, or is not in the team.
    """
    _must_handle(case, actor)
    case.third_parties_consent = consent
    session.flush()


def state_jobs(session: Session, case: BreCase, *, jobs_at_risk: int | None, actor: Actor) -> None:
    """Say how many jobs are at risk; None is "nobody knows".

    Raises:
        ForbiddenError: the actor may not write, or is not in the team.
    """
    _must_handle(case, actor)
    case.jobs_at_risk = _count(jobs_at_risk, "jobs_at_risk")
    session.flush()


def bring_in(session: Session, case: BreCase, *, who: str, actor: Actor, now: datetime) -> None:
    """Write down that somebody from outside was brought in, which the company allowed before.

    Raises:
        DomainError: nobody is named, or the company did not allow it.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    _must_handle(case, actor)
    words = _said(who, "who", N_("Say who was brought in."))
    if case.third_parties_consent is not Consent.YES:
        raise DomainError(
            N_("Ask the company first: nobody from outside is brought in without its consent."),
            field="who",
        )
    line = f"{today(now, actor.office_time_zone).isoformat()}, {actor.name}: + {words}"
    case.plan_note = f"{case.plan_note}\n{line}" if case.plan_note else line
    session.flush()


def reassign_case(
    session: Session, case: BreCase, *, owner_id: int, actor: Actor, now: datetime
) -> None:
    """Give a case to another member of the team, who is written to.

    Raises:
        DomainError: they could not see it.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    _must_handle(case, actor)
    if owner_id == case.owner_id:
        return
    member = session.scalar(
        sa.select(TeamMember.user_id)
        .join(User, User.id == TeamMember.user_id)
        .where(TeamMember.team_id == case.team_id, TeamMember.user_id == owner_id, User.is_active)
    )
    if member is None:
        raise DomainError(
            N_("This person is not in the team, and could not open the case."), field="owner"
        )
    case.owner_id = owner_id
    session.flush()


def close_case(
    session: Session,
    case: BreCase,
    *,
    outcome: CaseOutcome,
    note: str | None = None,
    jobs_at_risk: int | None = None,
    jobs_retained: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """End a case with what became of it; its flags are closed with it. Unknown jobs stay unknown.

    Raises:
        DomainError: more jobs were retained than were at risk, or nothing explains the end.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    _must_handle(case, actor)
    at_risk = _count(jobs_at_risk, "jobs_at_risk")
    retained = _count(jobs_retained, "jobs_retained")
    if at_risk is not None and retained is not None and retained > at_risk:
        raise DomainError(N_("More jobs were retained than were at risk."), field="jobs_retained")
    note = (note or "").strip() or None
    if case.replied_at is None and note is None:
        raise DomainError(N_("Say why it ends without a first answer."), field="note")
    case.closed_at, case.outcome, case.outcome_note = now, outcome, note
    case.jobs_at_risk, case.jobs_retained = at_risk, retained
    for flag in session.scalars(sa.select(BreFlag).where(BreFlag.case_id == case.id)):
        if flag.standing in (FlagStanding.OPEN, FlagStanding.CONFIRMED):
            flag.standing = FlagStanding.CLOSED
            flag.judged_by_id, flag.judged_at = actor.id, now
    session.flush()


def reopen_case(session: Session, case: BreCase, *, actor: Actor) -> None:
    """Take back that a case ended.

    Raises:
        DomainError: it is open.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    must_write(actor)
    _must_be_of(case, actor)
    if case.closed_at is None:
        raise DomainError(N_("This case is open."))
    case.closed_at = case.outcome = case.outcome_note = None
    for flag in session.scalars(sa.select(BreFlag).where(BreFlag.case_id == case.id)):
        if flag.standing is FlagStanding.CLOSED and flag.set_down_reason is None:
            flag.standing = FlagStanding.OPEN
            flag.judged_by_id = flag.judged_at = None
    session.flush()


def _visitor(session: Session, call: BreCall, team_id: int) -> int | None:
    """Who conducted the visit, if they may read what was said."""
    return call.interviewer_id if is_member(session, team_id, call.interviewer_id) else None


def _must_handle(case: BreCase, actor: Actor) -> None:
    must_write(actor)
    _must_be_of(case, actor)
    if case.closed_at is not None:
        raise DomainError(N_("This case is closed."))


def _must_be_of(case: BreCase, actor: Actor) -> None:
    if case.team_id not in actor.team_ids and not actor.sees_all:
        raise ForbiddenError


def _said(text: str | None, field: str, missing: str) -> str:
    words = (text or "").strip()
    if not words:
        raise DomainError(missing, field=field)
    return words


def _count(value: int | None, field: str) -> int | None:
    if value is not None and not 0 <= value <= 10_000_000:
        raise DomainError(N_("Write a number of jobs."), field=field)
    return value
