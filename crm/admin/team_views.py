"""Pages of teams: who sees the leads that are restricted to them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.admin import queries, service
from crm.admin.forms import MemberForm, TeamForm
from crm.admin.views import blueprint
from crm.web.access import ADMINS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError


@blueprint.route("/teams", methods=["GET", "POST"])
@allow(ADMINS)
def teams() -> Any:
    """Every team, and a form that adds one."""
    form = TeamForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = service.add_team(session, form.name.data, actor=actor(), now=now())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("%(name)s is added. Now say who belongs to it.", name=made.name), "success")
            return redirect(url_for(".team", team_id=made.public_id), 303)
    page = render_template("admin/teams.html", teams=queries.list_teams(reader()), form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/teams/<team_id>")
@allow(ADMINS)
def team(team_id: str) -> Any:
    """One team: its name and its people."""
    return _page(team_id)


@blueprint.post("/teams/<team_id>/name")
@allow(ADMINS)
def rename_team(team_id: str) -> Any:
    """Call a team something else."""
    form = TeamForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_team(session, team_id)
                service.rename_team(session, found, form.name.data, actor=actor())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("Your changes are kept."), "success")
            return redirect(url_for(".team", team_id=team_id), 303)
    return _page(team_id, form=form), 422


@blueprint.post("/teams/<team_id>/members")
@allow(ADMINS)
def add_member(team_id: str) -> Any:
    """Take a person into a team."""
    form = MemberForm()
    form.member.choices = queries.list_candidates(reader(), queries.get_team(reader(), team_id))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_team(session, team_id)
                person = queries.get_user(session, form.member.data)
                service.add_member(session, found, person, actor=actor(), now=now())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("%(name)s sees what the team sees.", name=person.name), "success")
            return redirect(url_for(".team", team_id=team_id), 303)
    return _page(team_id, member_form=form), 422


@blueprint.post("/teams/<team_id>/members/remove")
@allow(ADMINS)
def remove_member(team_id: str) -> Any:
    """Take a person out of a team."""
    with transaction() as session:
        found = queries.get_team(session, team_id)
        person = queries.get_user(session, request.form.get("member", ""))
        service.remove_member(session, found, person, actor=actor(), now=now())
    flash(_("%(name)s does not belong to the team any more.", name=person.name), "success")
    return redirect(url_for(".team", team_id=team_id), 303)


def _page(team_id: str, form: TeamForm | None = None, member_form: MemberForm | None = None) -> str:
    session = reader()
    found = queries.get_team(session, team_id)
    candidates = queries.list_candidates(session, found)
    if member_form is None:
        member_form = MemberForm(formdata=None)
        member_form.member.choices = candidates
    return render_template(
        "admin/team.html",
        team=found,
        members=queries.list_members(session, found),
        lead_count=queries.count_leads_of(session, found),
        candidates=candidates,
        form=form or TeamForm(formdata=None, data={"name": found.name}),
        member_form=member_form,
    )
