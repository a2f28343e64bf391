"""One organization's page, with its small forms as they were filled in."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from crm.announcements.queries import list_announcements, of_organization
from crm.bre.flag_queries import list_flags_of_firm
from crm.bre.flag_words import read_words
from crm.bre.queries import list_visits_of
from crm.duplicates.references import list_absorbed_references
from crm.missions.queries import list_missions_of
from crm.organizations import conversations, page_queries
from crm.organizations.choices import (
    country_choices,
    in_reading_language,
    language_choices,
    language_name,
    month_name,
)
from crm.organizations.family import load_family
from crm.organizations.forms import IdentifierForm, NameForm, RelationForm, SiteForm
from crm.organizations.identifiers import doubt_identifier, format_identifier
from crm.organizations.warm_path import list_paths
from crm.organizations.words import INVERSE_LABELS, STANDINGS, glyphs, site_jobs, standing_words
from crm.references.queries import find_reference, list_requests
from crm.timezones import today
from crm.web.formatting import reading_locale
from crm.web.request import actor, now, reader
from models.interaction import Interaction
from models.organization import IdentifierScheme, Organization, OrganizationName


def show_page(organization: Organization, **forms: Any) -> str:
    """One organization's page, with the small forms as they were filled in."""
    session = reader()
    day = today(now(), actor().time_zone)
    family = load_family(session, organization, today=day)
    forms.setdefault("name_form", name_form(None))
    forms.setdefault("identifier_form", IdentifierForm(formdata=None))
    forms.setdefault("relation_form", RelationForm(formdata=None))
    forms.setdefault("site_form", site_form(None))
    forms.setdefault("same", [])
    forms.setdefault("choices_of_other", [])
    forms.setdefault("open_form", None)
    return render_template(
        "organizations/show.html",
        organization=organization,
        document=page_queries.find_document(session, organization.document_id),
        relatives=page_queries.list_relatives(session, organization),
        family=family,
        standings=STANDINGS,
        paths=list_paths(session, family, today=day),
        standing_words=standing_words,
        leads=page_queries.list_leads(session, organization),
        contacts=page_queries.list_contacts(session, organization),
        conversations=conversations.list_conversations(
            session, Interaction.organization_id == organization.id
        ),
        files=conversations.list_files(session, organization.id),
        missions=list_missions_of(session, organization.id),
        visits=[] if actor().is_partner else list_visits_of(session, organization.id),
        flags_of_visits=[
            (flag, read_words(flag.evidence, reading_locale().language))
            for flag in list_flags_of_firm(session, organization.id)
        ],
        vouching=find_reference(session, organization),
        vouching_requests=list_requests(session, organization=organization),
        announcements=list_announcements(session, of_organization(organization.id), now=now()),
        claims=page_queries.list_claims(session, organization, now=now()),
        inverse_labels=INVERSE_LABELS,
        absorbed_references=list_absorbed_references(session, organization),
        format_identifier=format_identifier,
        doubt_identifier=_doubt,
        glyphs=glyphs,
        in_reading_language=in_reading_language,
        language_name=language_name,
        month_name=month_name,
        site_jobs=site_jobs,
        **forms,
    )


def name_form(data: Any, name: OrganizationName | None = None) -> NameForm:
    """The small form for one more name, or for `name` as it is kept."""
    form = NameForm(data, obj=name if data is None else None)
    if data is None and name is not None:
        form.kind.data, form.language.data = name.kind.value, name.language or ""
    form.language.choices = language_choices(_("as its script says"))
    return form


def site_form(data: Any, values: dict[str, Any] | None = None) -> SiteForm:
    """The small form for a facility."""
    form = SiteForm(data, data=values or {"country": "CA"})
    form.country.choices = country_choices()
    return form


def _doubt(scheme: IdentifierScheme, value: str) -> str | None:
    doubt = doubt_identifier(scheme, value)
    return None if doubt is None else _(doubt)
