"""Ending a lead, letting it rest, taking it up again; who has it, and who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from crm.auth.recent import must_be_recent
from crm.leads import standing, status_forms
from crm.leads.confidentiality import lift_restriction, restrict_lead
from crm.leads.look_ups import load_offered
from crm.leads.page_queries import get_lead
from crm.leads.panel import done, expect_version, panel
from crm.leads.passing_on import answer_passed_on
from crm.leads.views import blueprint
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, NotFoundError, N_
from models.lead import Lead, LossReason, PassedOnOutcome
from models.user import Actor, Team, User

Command = Callable[[Session, Lead, Any], None]


@dataclass(frozen=True, slots=True)
class Action:
    """One form in the panel: its words, its class, and the command that it runs."""

    title: Any
    submit: Any
    message: Any
    form: type[status_forms.ActionForm]
    command: Command
    hint: Any = None


def _act(lead_id: str, endpoint: str, action: Action, form: Any = None) -> Any:
    lead = get_lead(reader(), lead_id)
    if form is None:
        form = action.form(version=str(lead.version))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = get_lead(session, lead_id)
                expect_version(found, form.version.data)
                action.command(session, found, form)
        except DomainError as error:
            put_problem(form, error)
            lead = get_lead(reader(), lead_id)
            form.version.data = str(lead.version)
            return _page(lead, endpoint, action, form), error.status
        return done(lead, action.message)
    return _page(lead, endpoint, action, form), 422 if form.is_submitted() else 200


def _page(lead: Lead, endpoint: str, action: Action, form: Any) -> str:
    target = url_for(f"leads.{endpoint}", lead_id=lead.public_id)
    return panel("action", lead, action=action, form=form, target=target)


def _who() -> dict[str, Any]:
    return {"actor": actor(), "now": now()}


def _hold(session: Session, lead: Lead, form: Any) -> None:
    standing.hold_lead(session, lead, until=form.until.data, reason=form.reason.data, **_who())


def _resume(session: Session, lead: Lead, _form: Any) -> None:
    standing.resume_lead(session, lead, **_who())


def _lose(session: Session, lead: Lead, form: Any) -> None:
    standing.lose_leads(
        session,
        [lead],
        code=LossReason(form.code.data),
        reason=form.reason.data,
        lost_to=form.lost_to.data,
        happened_on=form.happened_on.data,
        **_who(),
    )


def _close(session: Session, lead: Lead, form: Any) -> None:
    standing.close_leads(
        session, [lead], reason=form.reason.data, happened_on=form.happened_on.data, **_who()
    )


def _pass_on(session: Session, lead: Lead, form: Any) -> None:
    standing.pass_on_lead(
        session,
        lead,
        to=form.to.data,
        consent=form.consent.data,
        sent=form.sent.data,
        **_who(),
    )


def _passed_on(session: Session, lead: Lead, form: Any) -> None:
    answer_passed_on(session, lead, PassedOnOutcome(form.outcome.data), **_who())


def _reopen(session: Session, lead: Lead, form: Any) -> None:
    standing.reopen_lead(session, lead, reason=form.reason.data, **_who())


def _restrict(session: Session, lead: Lead, form: Any) -> None:
    team_id = session.scalar(sa.select(Team.id).where(Team.public_id == form.team.data))
    if team_id is None:
        raise NotFoundError
    restrict_lead(session, lead, team_id=team_id, reason=form.reason.data, **_who())


def _lift(session: Session, lead: Lead, form: Any) -> None:
    lift_restriction(session, lead, reason=form.reason.data, **_who())


def _reassign(session: Session, lead: Lead, form: Any) -> None:
    owner_id = None
    if form.owner.data:
        owner_id = session.scalar(
            sa.select(User.id).where(User.public_id == form.owner.data, User.is_active)
        )
        if owner_id is None:
            raise DomainError(N_("Choose a colleague from the list."), field="owner")
    standing.reassign_leads(session, [lead], owner_id=owner_id, **_who())


HOLD = Action(
    _l("Put on hold"),
    _l("Put on hold"),
    _l("The lead is on hold."),
    status_forms.HoldForm,
    _hold,
    _l("Nobody is reminded of it before that day."),
)
RESUME = Action(
    _l("Take off hold"),
    _l("Take off hold"),
    _l("The lead moves again."),
    status_forms.ResumeForm,
    _resume,
)
LOSE = Action(
    _l("The lead is lost"),
    _l("Say that it is lost"),
    _l("The lead is lost. It can be taken up again at any time."),
    status_forms.LoseForm,
    _lose,
)
CLOSE = Action(
    _l("Close it: we stop following it"),
    _l("Close the lead"),
    _l("The lead is closed. It can be taken up again at any time."),
    status_forms.CloseForm,
    _close,
)
PASS_ON = Action(
    _l("Pass it on to another office"),
    _l("Pass it on"),
    _l("The lead is passed on."),
    status_forms.PassOnForm,
    _pass_on,
    _l("A lead that is passed on is neither lost nor won."),
)
PASSED_ON = Action(
    _l("What became of it there"),
    _l("Keep it"),
    _l("What became of the lead is kept."),
    status_forms.PassedOnForm,
    _passed_on,
)
REOPEN = Action(
    _l("Take it up again"),
    _l("Take it up again"),
    _l("The lead is open again, at the stage where it ended."),
    status_forms.ReopenForm,
    _reopen,
)
RESTRICT = Action(
    _l("Restrict it to a team"),
    _l("Restrict it"),
    _l("Only the team sees the lead from now on."),
    status_forms.RestrictForm,
    _restrict,
    _l("Its conversations, files, company and contacts are hidden with it."),
)
LIFT = Action(
    _l("Open it to the office"),
    _l("Open it"),
    _l("The whole office sees the lead from now on."),
    status_forms.LiftForm,
    _lift,
)
REASSIGN = Action(
    _l("Give it to somebody"),
    _l("Give it over"),
    _l("The lead has its new owner."),
    status_forms.ReassignForm,
    _reassign,
)


@blueprint.route("/<lead_id>/hold", methods=["GET", "POST"])
@allow(WRITERS)
def hold(lead_id: str) -> Any:
    """Let a lead rest until a day."""
    return _act(lead_id, "hold", HOLD)


@blueprint.route("/<lead_id>/resume", methods=["GET", "POST"])
@allow(WRITERS)
def resume(lead_id: str) -> Any:
    """End a hold."""
    return _act(lead_id, "resume", RESUME)


@blueprint.route("/<lead_id>/lose", methods=["GET", "POST"])
@allow(WRITERS)
def lose(lead_id: str) -> Any:
    """Say that a lead is lost, and why."""
    return _act(lead_id, "lose", LOSE)


@blueprint.route("/<lead_id>/close", methods=["GET", "POST"])
@allow(WRITERS)
def close(lead_id: str) -> Any:
    """Say that we stop, and why."""
    return _act(lead_id, "close", CLOSE)


@blueprint.route("/<lead_id>/pass-on", methods=["GET", "POST"])
@allow(WRITERS)
def pass_on(lead_id: str) -> Any:
    """Hand a lead to another office."""
    return _act(lead_id, "pass_on", PASS_ON)


@blueprint.route("/<lead_id>/passed-on", methods=["GET", "POST"])
@allow(WRITERS)
def passed_on(lead_id: str) -> Any:
    """Keep what the other office made of a lead."""
    lead = get_lead(reader(), lead_id)
    outcome = lead.passed_on_outcome or PassedOnOutcome.WAITING
    form = status_forms.PassedOnForm(version=str(lead.version), outcome=outcome.value)
    return _act(lead_id, "passed_on", PASSED_ON, form)


@blueprint.route("/<lead_id>/reopen", methods=["GET", "POST"])
@allow(WRITERS)
def reopen(lead_id: str) -> Any:
    """Take up a closed lead again."""
    return _act(lead_id, "reopen", REOPEN)


@blueprint.route("/<lead_id>/restrict", methods=["GET", "POST"])
@allow(WRITERS)
def restrict(lead_id: str) -> Any:
    """Let only a team see a lead."""
    lead = get_lead(reader(), lead_id)
    form = status_forms.RestrictForm(version=str(lead.version))
    form.team.choices = [(team.public_id, team.name) for team in my_teams(reader(), actor())]
    return _act(lead_id, "restrict", RESTRICT, form)


@blueprint.route("/<lead_id>/lift", methods=["GET", "POST"])
@allow(WRITERS)
def lift(lead_id: str) -> Any:
    """Let the whole office see a lead again."""
    lead = get_lead(reader(), lead_id)
    must_be_recent(url_for("leads.show", lead_id=lead.public_id))
    return _act(lead_id, "lift", LIFT)


@blueprint.route("/<lead_id>/reassign", methods=["GET", "POST"])
@allow(WRITERS)
def reassign(lead_id: str) -> Any:
    """Give a lead to somebody, as a manager; anybody takes a lead that nobody has."""
    lead = get_lead(reader(), lead_id)
    offered = load_offered(reader(), lead, actor=actor())
    current = lead.owner.public_id if lead.owner else ""
    form = status_forms.ReassignForm(version=str(lead.version), owner=current)
    nobody = [("", _("Nobody"))] if actor().may_direct else []
    form.owner.choices = [*nobody, *offered.owners]
    return _act(lead_id, "reassign", REASSIGN, form)


def my_teams(session: Session, who: Actor) -> list[Team]:
    """The teams that a person may restrict a lead to."""
    statement = sa.select(Team).order_by(Team.name)
    if not who.sees_all:
        statement = statement.where(Team.id.in_(who.team_ids))
    return list(session.scalars(statement))
