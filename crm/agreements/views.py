"""Pages of agreements."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.agreements import pipeline, queries
from crm.agreements.citing import list_citing
from crm.agreements.forms import AgreementForm, read_countries
from crm.agreements.service import AgreementDetails, keep_agreement, revise_agreement
from crm.announcements.sources import points_of
from crm.organizations.choices import in_reading_language, sector_choices
from crm.search.queries import search
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.formatting import country_name
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.agreement import Agreement, AgreementKind
from models.errors import DomainError
from models.measure import Precision, StatedDate
from models.search import SearchKind

blueprint = Blueprint("agreements", __name__, url_prefix="/agreements")

CITING_KINDS = (SearchKind.LEAD, SearchKind.ANNOUNCEMENT, SearchKind.MISSION)


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> Any:
    """Agreements by name."""
    filters = queries.read_filters(request.args)
    page = queries.list_agreements(reader(), filters, cursor=request.args.get("after"))
    return render_template(
        "agreements/index.html",
        page=page,
        kinds=AgreementKind,
        **filter_context(filters),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITERS)
def new() -> Any:
    """Keep an agreement."""
    form = _form(AgreementForm())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = keep_agreement(session, _details(session, form), actor=actor(), now=now())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The agreement is kept."), "success")
            return redirect(url_for(".show", agreement_id=made.public_id), 303)
    page = render_template("agreements/form.html", form=form, agreement=None)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<agreement_id>")
@allow(EVERYBODY)
def show(agreement_id: str) -> Any:
    """One agreement: since when, for whom, what is said of it, and the pipeline it touches."""
    session = reader()
    agreement = queries.get_agreement(session, agreement_id)
    points, others = points_of(queries.list_claims(session, agreement, now=now()))
    return render_template(
        "agreements/show.html",
        agreement=agreement,
        announcement=queries.find_announcement(session, agreement, now=now()),
        citing=list_citing(session, agreement, now=now()),
        points=points,
        claims=others,
        pipeline=pipeline.summarise_pipeline(session, agreement),
        suggested=pipeline.list_suggested(session, agreement),
        sector_name=in_reading_language,
        **find_context(),
    )


@blueprint.route("/<agreement_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(agreement_id: str) -> Any:
    """Say an agreement better."""
    on_file = queries.get_agreement(reader(), agreement_id)
    form = _form(AgreementForm(data=_values(on_file)))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_agreement(session, agreement_id)
                details = _details(session, form)
                revise_agreement(session, found, details, actor=actor())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for(".show", agreement_id=agreement_id), 303)
    on_file = queries.get_agreement(reader(), agreement_id)
    page = render_template("agreements/form.html", form=form, agreement=on_file)
    return page, 422 if form.is_submitted() else 200


def filter_context(filters: queries.Filters) -> dict[str, Any]:
    """What the filters of a list show and offer."""
    options = queries.load_options(reader())
    return {
        "filters": filters,
        "arguments": filters.as_args(),
        "countries": sorted(
            ((code, country_name(code)) for code in options.countries), key=lambda item: item[1]
        ),
        "sectors": [
            (code, in_reading_language(english, french))
            for code, english, french in options.sectors
        ],
        "years": options.years,
        "sector_name": in_reading_language,
    }


def find_context() -> dict[str, Any]:
    """What is looked for to cite the agreement or the figure at hand, and what was found."""
    text = request.args.get("find", "").strip()[:200]
    is_asked = bool(text) and actor().may_write
    found = search(reader(), text, now=now(), kinds=CITING_KINDS) if is_asked else None
    return {"find": text, "found": found, "may_write": actor().may_write}


def _form(form: AgreementForm) -> AgreementForm:
    form.sectors.choices = sector_choices(reader())[1:]
    return form


def _values(agreement: Agreement) -> dict[str, Any]:
    names = ("name", "short_name", "scope", "ends_on", "url", "note")
    dated = ("signed", "effective")
    return {
        "kind": agreement.kind.value,
        "countries": ", ".join(country_name(item.country) for item in agreement.countries),
        "sectors": [item.sector.code for item in agreement.sectors],
        **{name: getattr(agreement, name) for name in names},
        **{f"{name}_on": getattr(agreement, f"{name}_on") for name in dated},
        **{f"{name}_as_printed": getattr(agreement, f"{name}_as_printed") for name in dated},
        **{
            f"{name}_precision": precision.value
            if (precision := getattr(agreement, f"{name}_precision")) is not Precision.UNKNOWN
            else Precision.DAY.value
            for name in dated
        },
    }


def _details(session: Session, form: AgreementForm) -> AgreementDetails:
    return AgreementDetails(
        kind=AgreementKind(form.kind.data),
        name=form.name.data,
        short_name=form.short_name.data,
        scope=form.scope.data,
        effective=_stated(form.effective_on.data, form.effective_precision.data),
        effective_as_printed=form.effective_as_printed.data,
        signed=_stated(form.signed_on.data, form.signed_precision.data),
        signed_as_printed=form.signed_as_printed.data,
        ends_on=form.ends_on.data,
        countries=read_countries(form.countries.data or ""),
        sector_ids=queries.sector_codes(session, form.sectors.data or ()),
        note=form.note.data,
        url=form.url.data,
    )


def _stated(day: Any, precision: str) -> StatedDate | None:
    return StatedDate(day, Precision(precision)) if day is not None else None


from crm.agreements import citation_views, figure_views  # noqa: E402, F401
