"""The numbers that public registers gave an organization."""

from typing import Any

from flask import flash, request
from flask_babel import gettext as _

from crm.organizations import matching, queries
from crm.organizations.forms import IdentifierForm
from crm.organizations.identifiers import doubt_identifier
from crm.organizations.parts import add_identifier, remove_identifier
from crm.organizations.parts_of_page import back_to, member, page_with, run
from crm.organizations.views import blueprint
from crm.web.access import WRITERS, allow
from crm.web.request import actor, transaction
from models.organization import IdentifierScheme


@blueprint.post("/<organization_id>/identifiers")
@allow(WRITERS)
def add_one_identifier(organization_id: str) -> Any:
    """Keep a register's number."""
    form = IdentifierForm()
    twins = []
    doubt: str | None = None

    def command(session: Any, organization: Any) -> None:
        nonlocal doubt, twins
        made = add_identifier(
            session,
            organization,
            IdentifierScheme(form.scheme.data),
            form.value.data or "",
            source=form.source.data,
            actor=actor(),
        )
        twins = matching.find_same_numbered(session, made)
        doubt = doubt_identifier(made.scheme, made.value)

    if not run(organization_id, form, command):
        page = page_with(organization_id, identifier_form=form, open_form="identifier")
        return page, 422
    for twin in twins:
        flash(_("%(name)s carries the same number: are the two one?", name=twin.name), "warning")
    if doubt is not None:
        flash(_(doubt), "warning")
    return back_to(organization_id, _("The number is kept."), "identifiers")


@blueprint.post("/<organization_id>/identifiers/remove")
@allow(WRITERS)
def remove_one_identifier(organization_id: str) -> Any:
    """Take a number away."""
    scheme = member(IdentifierScheme, request.form.get("scheme"))
    with transaction() as session:
        organization = queries.load_organization(session, organization_id)
        value = request.form.get("value", "")
        remove_identifier(session, organization, scheme, value, actor=actor())
    return back_to(organization_id, _("The number is gone."), "identifiers")
