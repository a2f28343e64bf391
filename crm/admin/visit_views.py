"""Who answers for an office's company visits, by which calendar; and the days it is closed."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.admin import offices, queries
from crm.admin.views import blueprint
from crm.admin.visit_forms import ClosureForm, VisitSettingsForm
from crm.bre.response import DAYS, SettingsDetails, find_settings, list_teams, save_settings
from crm.calendars.holiday import PLACES
from crm.days import read_day
from crm.interactions.choice_queries import find_user_id, list_owners
from crm.web.access import ADMINS, allow
from crm.web.formatting import country_name
from crm.web.problems import put_problem
from crm.web.request import actor, reader, transaction
from models.bre_call import BreSettings
from models.errors import DomainError

_PROVINCES = {
    "AB": _l("Alberta"),
    "BC": _l("British Columbia"),
    "MB": _l("Manitoba"),
    "NB": _l("New Brunswick"),
    "NL": _l("Newfoundland and Labrador"),
    "NS": _l("Nova Scotia"),
    "NT": _l("Northwest Territories"),
    "NU": _l("Nunavut"),
    "ON": _l("Ontario"),
    "PE": _l("Prince Edward Island"),
    "QC": _l("Quebec"),
    "SK": _l("Saskatchewan"),
    "YT": _l("Yukon"),
}


@blueprint.route("/offices/<office_id>/company-visits", methods=["GET", "POST"])
@allow(ADMINS)
def office_visits(office_id: str) -> Any:
    """The team, the people and the days of an office's company visits, and its calendar."""
    office = queries.get_office(reader(), office_id)
    form = _form(find_settings(reader(), office.id), office.calendar_place)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_office(session, office_id)
                details = SettingsDetails(
                    team_id=offices.find_team_id(session, form.team.data),
                    owner_id=find_user_id(session, form.owner.data),
                    backup_id=find_user_id(session, form.backup.data),
                    manager_id=find_user_id(session, form.manager.data),
                    **{name: form[name].data for name in DAYS},
                )
                save_settings(session, found, details, actor=actor())
                offices.set_calendar(
                    session, found, form.calendar_place.data or None, actor=actor()
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("Your changes are kept."), "success")
            return redirect(url_for(".office_visits", office_id=office_id), 303)
    return _page(office_id, form, ClosureForm(formdata=None)), 422 if form.is_submitted() else 200


@blueprint.post("/offices/<office_id>/closures")
@allow(ADMINS)
def add_closure(office_id: str) -> Any:
    """A day on which the office is closed."""
    queries.get_office(reader(), office_id)
    form = ClosureForm()
    if form.validate():
        try:
            with transaction() as session:
                offices.add_closure(
                    session,
                    queries.get_office(session, office_id),
                    form.closed_on.data,
                    form.name.data,
                    actor=actor(),
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The office is closed that day."), "success")
            return redirect(url_for(".office_visits", office_id=office_id, _anchor="closures"), 303)
    office = queries.get_office(reader(), office_id)
    settings_form = _form(find_settings(reader(), office.id), office.calendar_place, is_sent=False)
    return _page(office_id, settings_form, form), 422


@blueprint.post("/offices/<office_id>/closures/remove")
@allow(ADMINS)
def remove_closure(office_id: str) -> Any:
    """The office works that day after all."""
    with transaction() as session:
        offices.remove_closure(
            session,
            queries.get_office(session, office_id),
            read_day(request.form.get("closed_on")),
            actor=actor(),
        )
    return redirect(url_for(".office_visits", office_id=office_id, _anchor="closures"), 303)


def _form(
    found: BreSettings | None, place: str | None, *, is_sent: bool = True
) -> VisitSettingsForm:
    session = reader()
    people = offices.public_ids_of_users(
        session,
        [found.owner_id, found.backup_id, found.manager_id] if found is not None else [],
    )
    teams = offices.public_id_of_team(session, found.team_id if found is not None else None)
    data = {name: getattr(found or SettingsDetails(), name) for name in DAYS}
    data |= {
        "team": teams or "",
        "calendar_place": place or "",
        **{
            name: people.get(getattr(found, f"{name}_id") or 0, "") if found is not None else ""
            for name in ("owner", "backup", "manager")
        },
    }
    form = VisitSettingsForm(data=data) if is_sent else VisitSettingsForm(None, data=data)
    form.team.choices = [("", _("none: nobody may take answers")), *list_teams(session)]
    owners = [("", _("nobody")), *list_owners(session)]
    for field in (form.owner, form.backup, form.manager):
        field.choices = owners
    form.calendar_place.choices = [
        ("", _("none: weekends only")),
        *((place, _place(place)) for place in PLACES),
    ]
    return form


def _place(place: str) -> str:
    country, _dash, province = place.partition("-")
    if province:
        return f"{country_name(country)}: {_PROVINCES[province]}"
    if country == "CA":
        return _("Canada: federal workplaces")
    return country_name(country)


def _page(office_id: str, form: VisitSettingsForm, closure_form: ClosureForm) -> str:
    office = queries.get_office(reader(), office_id)
    return render_template(
        "admin/company_visits.html",
        office=office,
        form=form,
        closure_form=closure_form,
        closures=offices.list_closures(reader(), office.id),
    )
