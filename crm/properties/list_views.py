"""Bringing in a list of properties: the file, what it would do, and doing it."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.errors import sentence
from crm.imports import drafts
from crm.imports.limits import check_size
from crm.properties import service
from crm.properties.forms import ListForm
from crm.properties.plan import CHANGED, NEW, SAME, PropertyPlan
from crm.properties.reading import PropertyFile, read_file
from crm.properties.views import blueprint
from crm.properties.wording import problem_words
from crm.web.access import WRITERS, allow
from crm.web.request import actor, now, reader, settings, transaction
from models.errors import DomainError, NotFoundError, N_
from models.site_search import PropertyKind

_SHOWN = 100


@blueprint.route("/list", methods=["GET", "POST"])
@allow(WRITERS)
def bring() -> Any:
    """Keep a list aside, once it is known to hold properties."""
    form = ListForm()
    problem = None
    if form.validate_on_submit():
        try:
            content = form.file.data.read() if form.file.data else b""
            check_size(content)
            read_file(content, kind=_kind(form.kind.data))
        except DomainError as error:
            problem = sentence(error)
        else:
            draft_id = secrets.token_hex(16)
            drafts.keep(settings(), _key(draft_id), content)
            return redirect(url_for(".check", draft_id=draft_id, kind=form.kind.data or None), 303)
    page = render_template("properties/bring.html", form=form, problem=problem)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/list/<draft_id>")
@allow(WRITERS)
def check(draft_id: str) -> str:
    """What the list would do, row by row, and what is wrong with it."""
    file = _file(draft_id)
    return _check_page(draft_id, file, service.plan_import(reader(), file.rows))


@blueprint.post("/list/<draft_id>")
@allow(WRITERS)
def apply(draft_id: str) -> Any:
    """Write the list whole, or nothing of it."""
    file = _file(draft_id)
    try:
        with transaction() as session:
            done = _apply(session, file)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        flash(sentence(error), "danger")
        page = _check_page(draft_id, file, service.plan_import(reader(), file.rows))
        return page, 422
    drafts.forget(settings(), _key(draft_id))
    flash(
        _(
            "The list is in. New: %(new)s, changed: %(changed)s, as they were: %(same)s.",
            new=done.created_count,
            changed=done.changed_count,
            same=done.unchanged_count,
        ),
        "success",
    )
    return redirect(url_for(".index"), 303)


@blueprint.post("/list/<draft_id>/discard")
@allow(WRITERS)
def discard(draft_id: str) -> Any:
    """Throw the list away."""
    drafts.forget(settings(), _key(draft_id))
    return redirect(url_for(".bring"), 303)


def _apply(session: Session, file: PropertyFile) -> service.Imported:
    # Planned anew within the transaction: what is on file may have changed since the page.
    plan = service.plan_import(session, file.rows)
    return service.apply_import(session, plan, actor=actor(), now=now())


def _check_page(draft_id: str, file: PropertyFile, plan: PropertyPlan) -> str:
    return render_template(
        "properties/check.html",
        draft_id=draft_id,
        kind=request.args.get("kind", ""),
        file=file,
        plan=plan,
        counts={outcome: plan.count(outcome) for outcome in (NEW, CHANGED, SAME)},
        problems=[(one, problem_words(one)) for one in plan.problems[:_SHOWN]],
        notices=[(one, problem_words(one)) for one in plan.notices[:_SHOWN]],
        rows=plan.rows[:_SHOWN],
    )


def _file(draft_id: str) -> PropertyFile:
    content = drafts.find(settings(), _key(draft_id))
    if content is None:
        raise DomainError(N_("The file is not kept any more. Bring it in again."))
    return read_file(content, kind=_kind(request.args.get("kind")))


def _key(draft_id: str) -> str:
    """The name under which a list is kept: nobody else finds it, and no list of leads is one."""
    if len(draft_id) != 32 or not set(draft_id) <= set("0123456789abcdef"):
        raise NotFoundError
    return f"properties{actor().id or 0}x{draft_id}"


def _kind(text: str | None) -> PropertyKind | None:
    return PropertyKind(text) if text in set(PropertyKind) else None
