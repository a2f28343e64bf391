"""Pages of offices."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.admin import queries, service
from crm.admin.forms import OfficeForm
from crm.admin.views import blueprint
from crm.organizations.choices import country_choices
from crm.web.access import ADMINS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, reader, settings, transaction
from models.errors import DomainError
from models.user import OfficeKind


@blueprint.route("/offices", methods=["GET", "POST"])
@allow(ADMINS)
def offices() -> Any:
    """Every office, and a form that adds one."""
    form = OfficeForm(kind=OfficeKind.ABROAD.value, time_zone=settings().office_time_zone)
    form.country.choices = country_choices()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = service.add_office(session, _details(form), actor=actor())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("%(name)s is added.", name=made.name), "success")
            return redirect(url_for(".offices"), 303)
    page = render_template(
        "admin/offices.html",
        offices=queries.list_offices(reader()),
        form=form,
        months=get_locale().months["stand-alone"]["wide"],
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/offices/<office_id>", methods=["GET", "POST"])
@allow(ADMINS)
def office(office_id: str) -> Any:
    """One office: its name, zone and fiscal year."""
    found = queries.get_office(reader(), office_id)
    form = OfficeForm(
        data={
            "name": found.name,
            "kind": found.kind.value,
            "country": found.country or "",
            "time_zone": found.time_zone,
            "fiscal_year_start_month": str(found.fiscal_year_start_month),
        }
    )
    form.country.choices = country_choices()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                on_file = queries.get_office(session, office_id)
                service.edit_office(session, on_file, _details(form), actor=actor())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("Your changes are kept."), "success")
            return redirect(url_for(".offices"), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("admin/office.html", office=found, form=form), status


def _details(form: OfficeForm) -> service.OfficeDetails:
    return service.OfficeDetails(
        name=form.name.data,
        kind=OfficeKind(form.kind.data),
        country=form.country.data or None,
        time_zone=form.time_zone.data,
        fiscal_year_start_month=int(form.fiscal_year_start_month.data),
    )
