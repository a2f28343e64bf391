"""The names of an organization: one more, one said better, one taken away."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.errors import sentence
from crm.organizations import matching, queries
from crm.organizations.entering import name_details
from crm.organizations.page import name_form
from crm.organizations.parts_of_page import back_to, page_with, run
from crm.organizations.service import add_name, edit_name, remove_name
from crm.organizations.views import blueprint
from crm.web.access import WRITERS, allow
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, NotFoundError


@blueprint.post("/<organization_id>/names")
@allow(WRITERS)
def add_one_name(organization_id: str) -> Any:
    """Keep one more name; one that another organization bears is asked about first."""
    form = name_form(request.form)
    same = []

    def command(session: Any, organization: Any) -> None:
        nonlocal same
        if not request.form.get("anyway"):
            same = matching.find_same_named(session, [form.text.data or ""], but=organization)
        if not same:
            add_name(session, organization, name_details(form), actor=actor(), now=now())

    done = run(organization_id, form, command)
    if done and not same:
        return back_to(organization_id, _("The name is kept."), "names")
    return page_with(organization_id, name_form=form, same=same, open_form="name"), 422


@blueprint.route("/<organization_id>/names/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit_one_name(organization_id: str) -> Any:
    """Say better what is known of one name: `name` is its text as it is kept."""
    organization = queries.get_organization(reader(), organization_id)
    text = request.args.get("name", "")
    name = next((one for one in organization.names if one.text == text), None)
    if name is None:
        raise NotFoundError
    form = name_form(request.form or None, name)
    same: list[Any] = []

    def command(session: Any, found: Any) -> None:
        nonlocal same
        typed = (form.text.data or "").strip()
        if typed != text and not request.form.get("anyway"):
            same = matching.find_same_named(session, [typed], but=found)
        if not same:
            edit_name(session, found, text, name_details(form), actor=actor(), now=now())

    if form.is_submitted() and run(organization_id, form, command) and not same:
        return back_to(organization_id, _("Your changes are kept."), "names")
    page = render_template(
        "organizations/name.html", organization=organization, name=name, form=form, same=same
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<organization_id>/names/remove")
@allow(WRITERS)
def remove_one_name(organization_id: str) -> Any:
    """Take a name away."""
    try:
        with transaction() as session:
            organization = queries.load_organization(session, organization_id)
            text = request.form.get("name", "")
            remove_name(session, organization, text, actor=actor(), now=now())
    except NotFoundError:
        raise
    except DomainError as error:
        flash(sentence(error), "danger")
        target = url_for(".show", organization_id=organization_id, _anchor="names")
        return redirect(target, 303)
    return back_to(organization_id, _("The name is gone."), "names")
