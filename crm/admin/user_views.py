"""Pages of people: adding them, their role and office, their password, their leaving."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.admin import queries, service
from crm.admin.forms import COUNTS, NewUserForm, PasswordForm, UserForm
from crm.admin.views import blueprint
from crm.auth import accounts
from crm.auth.passwords import Passwords
from crm.auth.recent import must_be_recent
from crm.auth.service import end_sessions_of
from crm.errors import sentence
from crm.web.access import ADMINS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, settings, transaction
from models.errors import DomainError
from models.user import Language, Role, User


@blueprint.route("/users/new", methods=["GET", "POST"])
@allow(ADMINS)
def new_user() -> Any:
    """Add a person with a first password, which the administrator tells them."""
    must_be_recent(url_for(".new_user"))
    form = NewUserForm(
        role=Role.OFFICER.value, language=Language.EN.value, time_zone=settings().office_time_zone
    )
    _offer_offices(form)
    if form.validate_on_submit():
        try:
            made = _add(form)
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("%(name)s can sign in.", name=made.name), "success")
            return redirect(url_for(".user", user_id=made.public_id), 303)
    status = 422 if form.is_submitted() else 200
    page = render_template("admin/new_user.html", form=form, least=settings().password_min_length)
    return page, status


def _add(form: NewUserForm) -> User:
    with transaction() as session:
        made = accounts.add_user(
            session,
            username=form.username.data,
            name=form.name.data,
            role=Role(form.role.data),
            office_id=_details(session, form).office_id,
            password=form.password.data,
            passwords=_passwords(),
            time_zone=form.time_zone.data,
            actor=actor(),
            now=now(),
        )
        service.edit_user(session, made, _details(session, form), actor=actor())
        return made


@blueprint.route("/users/<user_id>", methods=["GET", "POST"])
@allow(ADMINS)
def user(user_id: str) -> Any:
    """One person: what is on file, and what they own."""
    must_be_recent(url_for(".user", user_id=user_id))
    found = queries.get_user(reader(), user_id)
    form = UserForm(data=_values(found))
    _offer_offices(form)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                on_file = queries.get_user(session, user_id)
                service.edit_user(session, on_file, _details(session, form), actor=actor())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("Your changes are kept."), "success")
            return redirect(url_for(".user", user_id=user_id), 303)
    return _page(user_id, form), 422 if form.is_submitted() else 200


@blueprint.post("/users/<user_id>/password")
@allow(ADMINS)
def set_password(user_id: str) -> Any:
    """Give somebody a new password; their sessions end."""
    must_be_recent(url_for(".user", user_id=user_id))
    form = PasswordForm()
    problem: DomainError | None = None
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_user(session, user_id)
                accounts.set_password(
                    session,
                    found,
                    form.password.data,
                    passwords=_passwords(),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            problem = error
        else:
            flash(_("The new password holds; their sessions have ended."), "success")
            return redirect(url_for(".user", user_id=user_id), 303)
    if problem is not None:
        put_problem(form, problem)
    return _page(user_id, None, form), 422


@blueprint.post("/users/<user_id>/sessions/end")
@allow(ADMINS)
def end_sessions(user_id: str) -> Any:
    """Sign somebody out everywhere."""
    with transaction() as session:
        end_sessions_of(session, queries.get_user(session, user_id).id, now=now())
    flash(_("Every session of this person has ended."), "success")
    return redirect(url_for(".user", user_id=user_id), 303)


@blueprint.route("/users/<user_id>/deactivate", methods=["GET", "POST"])
@allow(ADMINS)
def deactivate(user_id: str) -> Any:
    """Ask once, then end an account; what the person owned waits for a manager to hand over."""
    found = queries.get_user(reader(), user_id)
    problem = None
    if request.method == "POST":
        try:
            with transaction() as session:
                on_file = queries.get_user(session, user_id)
                count = accounts.deactivate(session, on_file, actor=actor(), now=now())
        except DomainError as error:
            if error.status != 422:
                raise
            problem = sentence(error)
        else:
            flash(_left_behind(found.name, count), "success")
            return redirect(url_for(".user", user_id=user_id), 303)
    page = render_template(
        "admin/deactivate.html",
        user=found,
        owned=queries.count_owned(reader(), found),
        problem=problem,
    )
    return page, 422 if problem else 200


def _left_behind(name: str, count: int) -> str:
    if not count:
        return _("%(name)s cannot sign in any more. No lead is without owner.", name=name)
    return ngettext(
        "%(name)s cannot sign in any more. %(num)d open lead is without owner now.",
        "%(name)s cannot sign in any more. %(num)d open leads are without owner now.",
        count,
        name=name,
    )


@blueprint.post("/users/<user_id>/reactivate")
@allow(ADMINS)
def reactivate(user_id: str) -> Any:
    """Let a deactivated person sign in again."""
    with transaction() as session:
        found = queries.get_user(session, user_id)
        accounts.reactivate(session, found, actor=actor())
    flash(_("%(name)s may sign in again, with the password they had.", name=found.name), "success")
    return redirect(url_for(".user", user_id=user_id), 303)


def _page(user_id: str, form: UserForm | None, password_form: PasswordForm | None = None) -> str:
    session = reader()
    found = queries.get_user(session, user_id)
    if form is None:
        form = UserForm(formdata=None, data=_values(found))
        _offer_offices(form)
    return render_template(
        "admin/user.html",
        user=found,
        form=form,
        password_form=password_form or PasswordForm(formdata=None),
        owned=queries.count_owned(session, found),
        sessions=queries.list_sessions(session, found, since=now() - settings().session_life),
        teams=queries.list_teams_of(session, found),
        least=settings().password_min_length,
    )


def _passwords() -> Passwords:
    found: Passwords = current_app.extensions["passwords"]
    return found


def _offer_offices(form: UserForm) -> None:
    form.office.choices = [("", _("none")), *queries.office_choices(reader())]


def _values(found: User) -> dict[str, Any]:
    return {
        "name": found.name,
        "role": found.role.value,
        "office": found.office.public_id if found.office else "",
        "email": found.email,
        "language": found.language.value,
        "time_zone": found.time_zone,
        "counts_all": {None: "", True: "yes", False: "no"}[found.may_count_all],
    }


def _details(session: Any, form: UserForm) -> service.UserDetails:
    office_id = form.office.data
    return service.UserDetails(
        name=form.name.data,
        role=Role(form.role.data),
        office_id=queries.get_office(session, office_id).id if office_id else None,
        email=form.email.data,
        language=Language(form.language.data),
        time_zone=form.time_zone.data,
        may_count_all=COUNTS[form.counts_all.data],
    )
