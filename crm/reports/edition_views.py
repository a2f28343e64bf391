"""The brief as a PDF, and its editions: publishing, reading, comparing, withdrawing."""

from dataclasses import replace
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.briefing.languages import LANGUAGES, in_language
from crm.errors import sentence
from crm.labels import choices, label
from crm.leads.list_queries import load_options
from crm.rates.queries import list_targets
from crm.reports.edition_comparison import compare_edition
from crm.reports.edition_words import cause_text, sections_of
from crm.reports.editions import (
    frozen_brief,
    get_edition,
    list_editions,
    publish_edition,
    why_withdrawn,
    withdraw_edition,
)
from crm.reports.params import RelativeDay, ReportParams, read_params
from crm.reports.takeaway.brief_queries import read_brief
from crm.reports.takeaway.brief_words import brief_pdf, propose_opening
from crm.reports.takeaway.taken import name_of
from crm.reports.views import blueprint
from crm.web.access import DIRECTORS, STAFF, allow
from crm.web.formatting import day
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, ForbiddenError, NotFoundError
from models.report import Audience
from models.stage import LeadType


@blueprint.get("/brief/<audience>.pdf")
@allow(STAFF)
def brief(audience: str) -> Any:
    """The brief as it reads today, for those it is for; nothing is published by it."""
    found = _audience(audience)
    if found is not Audience.COUNCIL and not actor().may_direct:
        raise ForbiddenError
    moment = now()
    figures, settled = read_brief(reader(), _params(), found, now=moment)
    with in_language(_language()):
        content = brief_pdf(
            figures,
            request.args.get("opening", "").strip()[:600] or None,
            made_by=name_of(actor()),
            made_at=moment,
            zone_name=settled.calendar.time_zone,
        )
    return _pdf(content, f"brief-{found.value}-{figures.as_of.isoformat()}.pdf")


@blueprint.get("/editions")
@allow(STAFF)
def editions() -> Any:
    """What was published, the latest first."""
    return render_template(
        "reports/editions.html", editions=list_editions(reader()), may_direct=actor().may_direct
    )


@blueprint.get("/editions/new")
@allow(DIRECTORS)
def new_edition() -> Any:
    """From here a brief is looked at, its opening edited, and the edition published."""
    return _form()


@blueprint.post("/editions/new")
@allow(DIRECTORS)
def publish() -> Any:
    """Freeze the brief."""
    audience = _audience(request.form.get("audience", ""))
    params = read_params(request.form)
    try:
        with transaction() as session:
            edition = publish_edition(
                session,
                params,
                audience,
                title=request.form.get("title", ""),
                opening=_edited(request.form),
                actor=actor(),
                now=now(),
            )
            public_id = edition.public_id
    except DomainError as error:
        return _form({error.field or "": sentence(error)}), 422
    flash(_("The edition is published and kept."), "success")
    return redirect(url_for("reports.edition", edition_id=public_id), 303)


@blueprint.get("/editions/<edition_id>")
@allow(STAFF)
def edition(edition_id: str) -> Any:
    """An edition: what it said, and how the same figures read today."""
    return _edition_page(edition_id)


@blueprint.get("/editions/<edition_id>.pdf")
@allow(STAFF)
def edition_pdf(edition_id: str) -> Any:
    """The edition's page from its frozen figures, in either language."""
    found = get_edition(reader(), edition_id)
    figures = frozen_brief(reader(), found)
    with in_language(_language()):
        content = brief_pdf(
            figures,
            found.opening,
            made_by=found.published_by,
            made_at=found.published_at,
            zone_name=found.time_zone or actor().office_time_zone,
        )
    return _pdf(content, f"brief-{found.audience.value}-{found.as_of.isoformat()}.pdf")


@blueprint.post("/editions/<edition_id>/withdraw")
@allow(DIRECTORS)
def withdraw(edition_id: str) -> Any:
    """Mark the edition as withdrawn, with the reason."""
    try:
        with transaction() as session:
            withdraw_edition(
                session,
                edition_id,
                reason=request.form.get("reason", ""),
                actor=actor(),
                now=now(),
            )
    except NotFoundError:
        raise
    except DomainError as error:
        return _edition_page(edition_id, {error.field or "": sentence(error)}), 422
    flash(_("The edition is withdrawn. It stays on file."), "success")
    return redirect(url_for("reports.edition", edition_id=edition_id), 303)


def _edition_page(edition_id: str, problems: dict[str, str] | None = None) -> str:
    found = get_edition(reader(), edition_id)
    figures = frozen_brief(reader(), found)
    compared = compare_edition(reader(), found, now=now())
    return render_template(
        "reports/edition.html",
        edition=found,
        opening=found.opening or propose_opening(figures),
        compared=compared,
        sections=sections_of(compared.differences),
        cause_text=cause_text,
        withdrawn_for=why_withdrawn(reader(), found) if found.withdrawn_at else None,
        problems=problems or {},
        may_direct=actor().may_direct,
    )


def _form(problems: dict[str, str] | None = None) -> str:
    args = request.values
    params = _params()
    audience = next((item for item in Audience if item == args.get("audience")), Audience.COUNCIL)
    found = dict(problems or {})
    proposal, title = "", ""
    try:
        figures, _settled = read_brief(reader(), params, audience, now=now())
    except DomainError as error:
        found.setdefault(error.field or "as_of", sentence(error))
    else:
        proposal = propose_opening(figures)
        title = _(
            "%(type)s pipeline, %(day)s", type=label(params.lead_type), day=day(figures.as_of)
        )
    options = load_options(reader(), language=get_locale().language)
    return render_template(
        "reports/edition_new.html",
        params=params,
        audience=audience,
        audiences=choices(Audience),
        lead_types=choices(LeadType),
        offices=options.offices,
        targets=list_targets(reader()),
        compare_days=[
            (RelativeDay.LAST_QUARTER.value, _("End of last quarter")),
            (RelativeDay.LAST_YEAR.value, _("Same day last year")),
            (RelativeDay.YEAR_START.value, _("Start of the fiscal year")),
            (RelativeDay.LAST_MONTH.value, _("End of last month")),
        ],
        chosen_compare=params.as_args().get("compare", RelativeDay.LAST_QUARTER.value),
        proposal=proposal,
        opening=args.get("opening") or proposal,
        title=args.get("title") or title,
        problems=found,
        args=params.as_args(),
    )


def _edited(form: Any) -> str | None:
    """The opening, if somebody changed what the program proposed."""
    typed = " ".join(str(form.get("opening", "")).split())
    return typed if typed != " ".join(str(form.get("proposal", "")).split()) else None


def _params() -> ReportParams:
    options = load_options(reader(), language=get_locale().language)
    return replace(read_params(request.values).offered_by(options), agreement=None)


def _audience(code: str) -> Audience:
    if code not in {item.value for item in Audience}:
        raise NotFoundError
    return Audience(code)


def _language() -> str:
    asked = request.args.get("language", "")
    language: str = asked if asked in LANGUAGES else get_locale().language
    return language


def _pdf(content: bytes, name: str) -> Response:
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
