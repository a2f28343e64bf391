"""Pages of signing in and out, and of one's own account."""

from typing import Any

import sqlalchemy as sa
from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from crm.auth import service, throttle
from crm.auth.forms import AccountForm, ConfirmForm, PasswordForm, SignInForm
from crm.auth.passwords import Passwords
from crm.auth.signed_in import SignedInUser
from crm.errors import sentence
from crm.web.access import EVERYBODY, allow, public
from crm.web.paths import own_path
from crm.web.request import actor, database, now, reader, settings, transaction
from models.errors import DomainError, NotFoundError
from models.user import Actor, Language, Role, User, UserSession

blueprint = Blueprint("auth", __name__, url_prefix="/auth")


def _home() -> str:
    return f"{request.script_root}/"


def _passwords() -> Passwords:
    found: Passwords = current_app.extensions["passwords"]
    return found


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Ask for name and password."""
    if current_user.is_authenticated:
        return redirect(_home())
    form = SignInForm()
    problem = None
    if form.validate_on_submit():
        try:
            token = _open_session(form.username.data, form.password.data)
        except throttle.ThrottledError as error:
            problem = sentence(error)
        else:
            if token is not None:
                language = session.get("language")
                session.clear()
                if language:
                    session["language"] = language
                login_user(SignedInUser.with_token(token))
                return redirect(own_path(request.args.get("next"), _home()))
            problem = _("The user name or the password is not right.")
    elif form.is_submitted():
        problem = _("Fill in both fields.")
    status = 422 if problem else 200
    return render_template("auth/sign_in.html", form=form, problem=problem), status


def _open_session(username: str, password: str) -> str | None:
    moment = now()
    address = request.remote_addr or "unknown"
    guest = Actor(id=None, name=username[:80], role=Role.VIEWER)
    with database().unscoped_reader(purpose="throttling") as reading:
        throttle.check(reading, username, address, now=moment)
    with database().unscoped(guest, purpose="signing in") as writing:
        return service.sign_in(
            writing,
            username,
            password,
            passwords=_passwords(),
            config=settings(),
            address=address,
            agent=request.user_agent.string,
            now=moment,
        )


@blueprint.route("/confirm", methods=["GET", "POST"])
@allow(EVERYBODY)
def confirm() -> Any:
    """Ask for the password once more, before what needs a recent proof of who is there."""
    form = ConfirmForm()
    problem = None
    if form.validate_on_submit():
        try:
            is_right = _confirm(form.password.data)
        except throttle.ThrottledError as error:
            problem = sentence(error)
        else:
            if is_right:
                return redirect(own_path(request.args.get("next"), _home()), 303)
            problem = _("The password is not right.")
    elif form.is_submitted():
        problem = _("Type your password.")
    page = render_template("auth/confirm.html", form=form, problem=problem)
    return page, 422 if problem else 200


def _confirm(password: str) -> bool:
    moment = now()
    address = request.remote_addr or "unknown"
    with database().unscoped_reader(purpose="throttling") as reading:
        user = reading.get_one(User, actor().id)
        throttle.check(reading, user.username, address, now=moment)
    with database().unscoped(actor(), purpose="confirming a password") as writing:
        return service.confirm(
            writing,
            current_user.session_id,
            password,
            passwords=_passwords(),
            address=address,
            now=moment,
        )


@blueprint.post("/sign-out")
@allow(EVERYBODY)
def sign_out() -> Any:
    """End this session."""
    with transaction() as writing:
        service.end_session(writing, current_user.session_id, now=now())
    logout_user()
    session.clear()
    return redirect(url_for("auth.sign_in"))


@blueprint.post("/language")
@public
def language() -> Any:
    """Choose the language, before or after signing in."""
    chosen = request.form.get("language", "")
    if chosen in {item.value for item in Language}:
        session["language"] = chosen
        if current_user.is_authenticated:
            with transaction() as writing:
                user = writing.get_one(User, actor().id)
                user.language = Language(chosen)
    return redirect(own_path(request.form.get("next"), _home()))


@blueprint.route("/account", methods=["GET", "POST"])
@allow(EVERYBODY)
def account() -> Any:
    """Language, time zone, password, and the browsers that are signed in."""
    form = AccountForm(language=actor().language.value, time_zone=actor().time_zone)
    if form.validate_on_submit():
        with transaction() as writing:
            user = writing.get_one(User, actor().id)
            user.language = Language(form.language.data)
            user.time_zone = form.time_zone.data
        session["language"] = form.language.data
        flash(_("Your settings are kept."), "success")
        return redirect(url_for("auth.account"))
    return _account_page(form, PasswordForm(formdata=None)), 422 if form.is_submitted() else 200


@blueprint.post("/password")
@allow(EVERYBODY)
def password() -> Any:
    """Change one's own password; every other session ends."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            _change_password(form.current.data, form.password.data)
        except DomainError as error:
            target = form.current if error.field == "current" else form.password
            target.errors = [*target.errors, sentence(error)]
        else:
            flash(_("Your password is changed. Your other sessions have ended."), "success")
            return redirect(url_for("auth.account"))
    own = AccountForm(formdata=None, language=actor().language.value, time_zone=actor().time_zone)
    return _account_page(own, form), 422


def _change_password(current: str, new: str) -> None:
    with transaction() as writing:
        service.change_password(
            writing,
            actor().id,
            current=current,
            new=new,
            keep_session_id=current_user.session_id,
            passwords=_passwords(),
            now=now(),
        )


@blueprint.post("/sessions/<int:number>/end")
@allow(EVERYBODY)
def end_session(number: int) -> Any:
    """End one of one's own sessions."""
    with transaction() as writing:
        found = writing.scalars(
            sa.select(UserSession).where(
                UserSession.id == number, UserSession.user_id == actor().id
            )
        ).one_or_none()
        if found is None:
            raise NotFoundError
        service.end_session(writing, found.id, now=now())
    flash(_("That session has ended."), "success")
    return redirect(url_for("auth.account"))


def _account_page(form: AccountForm, password_form: PasswordForm) -> str:
    sessions = reader().scalars(
        sa.select(UserSession)
        .where(UserSession.user_id == actor().id, UserSession.ended_at.is_(None))
        .where(UserSession.created_at > now() - settings().session_life)
        .order_by(UserSession.last_seen_at.desc())
    )
    return render_template(
        "auth/account.html",
        form=form,
        password_form=password_form,
        sessions=list(sessions),
        current_session_id=current_user.session_id,
    )
