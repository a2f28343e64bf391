"""Pages of properties: the list, one of them, adding and editing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.labels import choices
from crm.properties import queries
from crm.properties.forms import PropertyForm
from crm.properties.service import PropertyDetails, keep_property, revise_property
from crm.properties.units import exact_area, exact_power
from crm.properties.wording import (
    area_words,
    floor_area_words,
    power_words,
    price_words,
    problem_words,
)
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, N_
from models.site_search import Property, PropertyKind

blueprint = Blueprint("properties", __name__, url_prefix="/properties")
blueprint.add_app_template_filter(area_words, "area")
blueprint.add_app_template_filter(floor_area_words, "floor_area")
blueprint.add_app_template_filter(power_words, "power")
blueprint.add_app_template_filter(price_words, "price")
blueprint.add_app_template_filter(problem_words, "problem")


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> str:
    """What is available, by name."""
    chosen = queries.read_filter(request.args)
    return render_template(
        "properties/index.html",
        page=queries.list_properties(reader(), chosen, cursor=request.args.get("after")),
        chosen=chosen,
        arguments=chosen.arguments,
        typed=request.args,
        kinds=choices(PropertyKind),
        may_write=actor().may_write,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITERS)
def new() -> Any:
    """Put a property on file."""
    form = PropertyForm(is_available=True)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = keep_property(session, _details(form), actor=actor(), now=now())
        except DomainError as error:
            put_problem(form, error, **_INPUTS)
        else:
            flash(_("%(name)s is on file.", name=made.name), "success")
            return redirect(url_for(".show", property_id=made.public_id), 303)
    page = render_template("properties/form.html", form=form, property=None)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<property_id>")
@allow(EVERYBODY)
def show(property_id: str) -> str:
    """One property, and where it was offered."""
    found = queries.get_property(reader(), property_id)
    return render_template(
        "properties/show.html",
        property=found,
        offers=queries.list_offers_of(reader(), found),
        may_write=actor().may_write,
    )


@blueprint.route("/<property_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(property_id: str) -> Any:
    """Say better what is known of a property."""
    on_file = queries.get_property(reader(), property_id)
    form = PropertyForm(data=_values(on_file))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_property(session, property_id)
                revise_property(session, found, _details(form), actor=actor())
        except DomainError as error:
            put_problem(form, error, **_INPUTS)
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for(".show", property_id=property_id), 303)
    on_file = queries.get_property(reader(), property_id)
    page = render_template("properties/form.html", form=form, property=on_file)
    return page, 422 if form.is_submitted() else 200


_INPUTS = {
    "land_m2": "land",
    "building_m2": "building",
    "power_kw": "power",
    "price_amount": "price",
}
_SAME = (
    "name",
    "reference",
    "address",
    "city",
    "zoning",
    "available_from",
    "is_available",
    "source",
    "as_of",
    "note",
)


def _values(found: Property) -> dict[str, Any]:
    price = found.price_amount
    return {
        **{name: getattr(found, name) for name in _SAME},
        "kind": found.kind.value,
        "land": exact_area(found.land_m2),
        "building": exact_area(found.building_m2),
        "power": exact_power(found.power_kw),
        "price": "" if price is None else str(price),
        "currency": found.currency or "",
    }


def _details(form: PropertyForm) -> PropertyDetails:
    stated = form.price.measure
    currency = form.currency.data or None
    if currency is not None and stated.currency not in (None, currency):
        raise DomainError(
            N_("The price names another currency than the one chosen."), field="currency"
        )
    return PropertyDetails(
        kind=PropertyKind(form.kind.data),
        land_m2=form.land.measured,
        building_m2=form.building.measured,
        power_kw=form.power.measured,
        price_amount=stated.value,
        currency=currency or stated.currency,
        **{name: getattr(form, name).data for name in _SAME},
    )


from crm.properties import list_views  # noqa: E402, F401
