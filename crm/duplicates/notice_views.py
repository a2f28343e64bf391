"""Pages for stewards: pairs of which one is another team's secret."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.duplicates import stewards
from crm.duplicates.asking import in_words
from crm.duplicates.parties import load_parties
from crm.duplicates.views import blueprint
from crm.errors import sentence
from crm.identity.matching import compare
from crm.web.access import ADMINS, allow
from crm.web.request import actor, now, reader, transaction
from models.duplicate import NoticeState
from models.errors import DomainError
from models.user import User


@blueprint.get("/notices")
@allow(ADMINS)
def notices() -> str:
    """What somebody entered that may be a team's secret, and who is concerned."""
    session = reader()
    chosen = request.args.get("state", NoticeState.OPEN.value)
    state = NoticeState(chosen) if chosen in {one.value for one in NoticeState} else None
    rows = stewards.list_notices(session, actor(), state=state)
    keys = {key for row in rows for key in (row.hidden.id, row.entered.id)}
    parties = {party.key: party for party in load_parties(session, keys)}
    reasons = {
        row.notice.public_id: in_words(
            compare(parties[row.entered.id], parties[row.hidden.id]).reason
        )
        for row in rows
        if row.entered.id in parties and row.hidden.id in parties
    }
    named = {user.id for user in stewards.list_stewards(session)}
    return render_template(
        "duplicates/notices.html",
        rows=rows,
        reasons=reasons,
        state=state,
        states=list(NoticeState),
        administrators=stewards.list_administrators(session),
        named_ids=named,
    )


@blueprint.post("/notices/<notice_id>/told")
@allow(ADMINS)
def tell(notice_id: str) -> Any:
    """Have the owners talk to each other."""
    return _settle(notice_id, is_same=True)


@blueprint.post("/notices/<notice_id>/dismiss")
@allow(ADMINS)
def dismiss(notice_id: str) -> Any:
    """They are not the same."""
    return _settle(notice_id, is_same=False)


@blueprint.post("/stewards")
@allow(ADMINS)
def stewards_change() -> Any:
    """Name an administrator as a steward, or no longer."""
    is_named = request.form.get("named") == "1"
    with transaction() as session:
        user = stewards.name_steward(
            session, request.form.get("user", ""), is_named=is_named, actor=actor()
        )
    flash(
        _("%(name)s is a steward.", name=user.name)
        if is_named
        else _("%(name)s is no steward any more.", name=user.name),
        "success",
    )
    return redirect(url_for("duplicates.index" if not is_named else "duplicates.notices"), 303)


def _settle(notice_id: str, *, is_same: bool) -> Any:
    try:
        with transaction() as session:
            row = stewards.get_notice(session, notice_id, actor())
            if is_same:
                told = stewards.tell_owners(session, row, wording=_talk, actor=actor(), now=now())
                names = ", ".join(user.name for user in told)
                message = _("A follow-up stands in the lists of %(names)s.", names=names)
            else:
                stewards.dismiss(session, row, actor=actor(), now=now())
                message = _("Noted: they are not the same.")
    except DomainError as error:
        if error.status != 422:
            raise
        flash(sentence(error), "danger")
    else:
        flash(message, "success")
    return redirect(url_for("duplicates.notices"), 303)


def _talk(to: User, about: Sequence[User]) -> str:
    """In the language of the one who reads it; never of which firm."""
    with force_locale(to.language.value):
        return _(
            "Talk to %(names)s about a firm that you both know.",
            names=", ".join(user.name for user in about),
        )
