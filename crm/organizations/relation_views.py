"""How an organization stands to others, and the list of names to choose one from."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from crm.organizations import matching, queries
from crm.organizations.forms import RelationForm
from crm.organizations.parts import RelationDetails, relate, unrelate
from crm.organizations.parts_of_page import back_to, member, page_with, run
from crm.organizations.views import blueprint
from crm.web.access import STAFF, WRITERS, allow
from crm.web.request import actor, reader, transaction
from models.organization import RelationKind


@blueprint.get("/suggest")
@allow(STAFF)
def suggest() -> Any:
    """Names for the list under a field in which an organization is named."""
    field = request.args.get("field", "other")
    found = matching.suggest_organizations(reader(), request.args.get(field, "")[:200])
    return render_template("organizations/_options.html", organizations=found)


@blueprint.post("/<organization_id>/relations")
@allow(WRITERS)
def add_one_relation(organization_id: str) -> Any:
    """Say how this organization stands to another."""
    form = RelationForm()
    choices: list[Any] = []

    def command(session: Any, organization: Any) -> None:
        other = matching.resolve_organization(session, form.other.data or "", field="other")
        form.other.data = other.name
        details = RelationDetails(
            kind=RelationKind(form.kind.data),
            share_percent=float(form.share_percent.data) if form.share_percent.data else None,
            valid_from=form.valid_from.data,
        )
        relate(session, organization, other, details, actor=actor())

    if run(organization_id, form, command, ambiguous=choices.extend):
        return back_to(organization_id, _("The relation is kept."), "relations")
    page = page_with(
        organization_id, relation_form=form, choices_of_other=choices, open_form="relation"
    )
    return page, 422


@blueprint.post("/<organization_id>/relations/remove")
@allow(WRITERS)
def remove_one_relation(organization_id: str) -> Any:
    """Take a relation back, from whichever side it is looked at."""
    kind = member(RelationKind, request.form.get("kind"))
    with transaction() as session:
        organization = queries.load_organization(session, organization_id)
        other = queries.load_organization(session, request.form.get("other", ""))
        if request.form.get("inverse"):
            organization, other = other, organization
        unrelate(session, organization, other, kind, actor=actor())
    return back_to(organization_id, _("The relation is gone."), "relations")
