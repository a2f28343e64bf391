"""What the form that enters or edits an organization holds, says and asks about."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from crm.duplicates.asking import ask_about
from crm.duplicates.similar import Similar, typed
from crm.organizations import matching, queries
from crm.organizations.choices import (
    country_choices,
    language_choices,
    month_choices,
    sector_choices,
)
from crm.organizations.forms import EMPTY_ROWS, OrganizationForm
from crm.organizations.plan import NameDetails, OrganizationDetails
from crm.organizations.service import list_names
from crm.registers.entries import Entry, Register
from crm.registers.filling import form_values, with_sources
from crm.registers.sources import get_register
from crm.web.request import now, reader, settings
from models.errors import NotFoundError
from models.organization import NameKind, Organization, OrganizationRole


def entry_form(
    organization: Organization | None = None, known: tuple[Register, Entry] | None = None
) -> OrganizationForm:
    """The form as it was filled in, or with what is known of an organization or an entry."""
    if organization is not None:
        values = _values(organization)
    elif known is not None:
        values = form_values(reader(), known[1], known[0].attribution)
    else:
        values = _first_values()
    form = OrganizationForm(data=values)
    form.fiscal_year_end_month.choices = month_choices()
    form.country.choices = country_choices()
    form.sector.choices = sector_choices(reader())
    if not form.is_submitted():
        for _row in range(EMPTY_ROWS):
            form.names.append_entry()
    languages = language_choices(_("as its script says"))
    for row in form.names:
        row.form.language.choices = languages
    return form


def _first_values() -> dict[str, Any]:
    """What a link to the form may say already."""
    return {
        "name": request.args.get("name", "")[:300],
        "roles": [OrganizationRole.PROSPECT.value],
        "country": request.args.get("country", ""),
    }


def entry_of_link() -> tuple[Register, Entry] | None:
    """The entry of a public register that the link to the form names.

    Raises:
        NotFoundError: there is no such register or entry.
    """
    if not request.args.get("entry"):
        return None
    register = get_register(settings().data, request.args.get("register", ""))
    entry = register.find(request.args["entry"])
    if entry is None:
        raise NotFoundError
    return register, entry


def _values(organization: Organization) -> dict[str, Any]:
    shown = {organization.name, organization.native_name}
    has_latin = organization.name != organization.native_name
    return {
        "name": organization.name if has_latin else "",
        "native_name": organization.native_name,
        "roles": [link.role.value for link in organization.roles],
        "country": organization.country or "",
        "city": organization.city,
        "sector": organization.sector.code if organization.sector else "",
        "website": organization.website,
        "reference": organization.reference,
        "fiscal_year_end_month": str(organization.fiscal_year_end_month or ""),
        "description": organization.description,
        "is_placeholder": organization.is_placeholder,
        "names": [
            {
                "text": name.text,
                "kind": name.kind.value,
                "language": name.language or "",
                "source": name.source,
            }
            for name in organization.names
            if name.text not in shown
        ],
    }


def details_of(
    session: Any, form: OrganizationForm, known: tuple[Register, Entry] | None = None
) -> OrganizationDetails:
    """What the form says; names that a register gave keep their source."""
    names = tuple(name_details(row.form) for row in form.names if row.form.text.data)
    if known is not None:
        typed = (form.name.data, form.native_name.data)
        names = with_sources(names, typed, known[1], known[0].attribution)
    month = form.fiscal_year_end_month.data
    return OrganizationDetails(
        name=form.name.data,
        native_name=form.native_name.data,
        country=form.country.data or None,
        city=(form.city.data or "").strip() or None,
        sector_id=queries.find_sector_id(session, form.sector.data),
        website=form.website.data,
        description=(form.description.data or "").strip() or None,
        is_placeholder=form.is_placeholder.data,
        roles=tuple(OrganizationRole(code) for code in form.roles.data),
        other_names=names,
        reference=(form.reference.data or "").strip() or None,
        fiscal_year_end_month=int(month) if month else None,
    )


def name_details(form: Any) -> NameDetails:
    """What a row or a small form says of a name."""
    return NameDetails(
        text=form.text.data,
        kind=NameKind(form.kind.data) if form.kind.data else None,
        language=form.language.data or None,
        source=(form.source.data or "").strip() or None,
        valid_from=form.valid_from.data if "valid_from" in form else None,
        valid_to=form.valid_to.data if "valid_to" in form else None,
    )


def same_named(
    session: Any, form: OrganizationForm, organization: Organization | None
) -> list[Organization]:
    """Others with one of the names that were typed, unless the person said to go on anyway."""
    if request.form.get("anyway"):
        return []
    typed = [form.name.data, form.native_name.data, *(row.form.text.data for row in form.names)]
    known: set[str] = set()
    if organization is not None:
        known = {name.text for name in list_names(session, organization)}
    fresh = [text.strip() for text in typed if text and text.strip() not in known]
    return matching.find_same_named(session, fresh, but=organization)


def similar_to(session: Any, form: OrganizationForm, same: list[Organization]) -> list[Similar]:
    """Those on file with much the same name that the person has not been shown yet."""
    names = [form.name.data, form.native_name.data, *(row.form.text.data for row in form.names)]
    what = typed(*names, country=form.country.data)
    shown = {one.public_id for one in same}
    asked = ask_about(session, what, now=now())
    return [one for one in asked if one.public_id not in shown]
