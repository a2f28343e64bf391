"""What is done to several ticked leads of the list at once."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_babel import ngettext

from crm.errors import sentence
from crm.leads.list_page import CLOSED_BY_US, list_page, read_back
from crm.leads.list_queries import find_public_ids
from crm.leads.standing import close_leads, lose_leads, reassign_leads
from crm.leads.views import blueprint
from crm.web.access import DIRECTORS, WRITERS, allow
from crm.web.request import actor, now, transaction
from models.errors import DomainError, NotFoundError, N_
from models.lead import LossReason
from models.user import User


@blueprint.post("/close-several")
@allow(WRITERS)
def close_several() -> Any:
    """Close the ticked leads with one reason."""
    ticked = request.form.getlist("lead")
    typed = {name: request.form.get(name, "")[:1_000] for name in ("code", "lost_to", "reason")}
    try:
        count = _close(ticked, **typed)
    except NotFoundError:
        raise
    except DomainError as error:
        filters, cursor = read_back(request.form.get("back", ""))
        problem = sentence(error)
        page = list_page(filters, cursor=cursor, ticked=ticked, typed=typed, close_problem=problem)
        return page, 422
    flash(ngettext("%(num)d lead is closed.", "%(num)d leads are closed.", count), "success")
    return redirect(_list_address(), 303)


def _close(ticked: list[str], *, code: str, lost_to: str, reason: str) -> int:
    if not ticked:
        raise DomainError(N_("Tick the leads first."))
    if code != CLOSED_BY_US and code not in {item.value for item in LossReason}:
        raise DomainError(N_("Choose a reason."))
    with transaction() as session:
        leads = find_public_ids(session, ticked)
        if code == CLOSED_BY_US:
            close_leads(session, leads, reason=reason, actor=actor(), now=now())
        else:
            lose_leads(
                session,
                leads,
                code=LossReason(code),
                reason=reason,
                lost_to=lost_to,
                actor=actor(),
                now=now(),
            )
        return len(leads)


@blueprint.post("/reassign-several")
@allow(DIRECTORS)
def reassign_several() -> Any:
    """Give the ticked leads to one owner."""
    ticked = request.form.getlist("lead")
    try:
        count = _reassign(ticked, request.form.get("owner"))
    except DomainError as error:
        if error.status != 422:
            raise
        filters, cursor = read_back(request.form.get("back", ""))
        problem = sentence(error)
        page = list_page(filters, cursor=cursor, ticked=ticked, hand_over_problem=problem)
        return page, 422
    message = ngettext("%(num)d lead is handed over.", "%(num)d leads are handed over.", count)
    flash(message, "success")
    return redirect(_list_address(), 303)


def _reassign(ticked: list[str], owner: str | None) -> int:
    if not ticked:
        raise DomainError(N_("Tick the leads first."))
    with transaction() as session:
        leads = find_public_ids(session, ticked)
        owner_id = None
        if owner:
            owner_id = session.scalar(
                sa.select(User.id).where(User.public_id == owner, User.is_active)
            )
            if owner_id is None:
                raise NotFoundError
        reassign_leads(session, leads, owner_id=owner_id, actor=actor(), now=now())
        return len(leads)


def _list_address() -> str:
    filters, cursor = read_back(request.form.get("back", ""))
    args = filters.as_args() | ({"after": cursor} if cursor else {})
    return url_for("leads.index", **args)
